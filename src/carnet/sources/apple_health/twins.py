"""Facts of one export that share a key: kept apart by what they say, never by where they stand. It reads no XML."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from carnet.record.model import Observation, Source

DIGITS = 3  # of a quantity: the same fact in other units differs in the fourth


@dataclass(slots=True)
class Twins:
    """Holds the facts of one export, packed small, until all are known: only then is it certain which share a key.

    Ten thousand workouts take a few megabytes this way; the key of a fact without a twin is its own.
    """

    _held: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)

    def add(self, fact: Observation) -> None:
        """Holds one fact."""
        self._held.setdefault(fact.id, []).append((content(fact), _packed(fact)))

    def facts(self) -> Iterator[Observation]:
        """Every fact, in the order in which their keys came, and forgets it.

        Of several that share a key the one with the least digest of content keeps it; the others carry their digest in theirs.
        The same fact twice has the same key twice.
        """
        for key in list(self._held):
            group = self._held.pop(key)
            least = min(digest for digest, _ in group)
            for digest, packed in group:
                fact = _unpacked(packed)
                yield fact if digest == least else replace(fact, key=(*fact.key, digest.hex()))


def _packed(fact: Observation) -> bytes:
    who = (fact.source.name, fact.source.device, fact.source.kind) if fact.source else None
    told = (fact.service, fact.kind, fact.metric, fact.key, fact.body, fact.start, fact.end, fact.date, who, fact.zone)
    return zlib.compress(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _unpacked(packed: bytes) -> Observation:
    service, kind, metric, key, body, start, end, day, who, zone = json.loads(zlib.decompress(packed))
    return Observation(service, kind, metric, tuple(key), body, start, end, day, Source(*who) if who else None, zone)


def content(fact: Observation) -> bytes:
    """A digest of what a fact says: the same in other units and with the parts of its body in another order."""
    return hashlib.sha256(json.dumps(_plain(fact.body), sort_keys=True, default=str).encode()).digest()[:8]


def _plain(part: Any) -> Any:
    """A part of a body without the text as written where there is a number, numbers to a few digits, lists as sets."""
    if isinstance(part, Mapping):
        numbered = isinstance(part.get("value"), int | float)
        return {k: _plain(v) for k, v in part.items() if not (numbered and k == "raw")}
    if isinstance(part, str):
        return part
    if isinstance(part, Sequence):
        return sorted((_plain(p) for p in part), key=lambda p: json.dumps(p, sort_keys=True, default=str))
    return f"{part:.{DIGITS}g}" if isinstance(part, float) else part
