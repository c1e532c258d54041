"""Reads bytes through a connector and gathers what it yields."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from carnet.record.model import Ask, Batch, Item, Kind, Observation, Problem, ReadContext
from carnet.sources.container import STORED, ByteStream, Packed

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)  # what the clock says in tests


class Trickle(ByteStream):
    """A stream that gives at most `most` bytes at a time, to put every cut into the middle of something."""

    most = 1 << 20

    def read(self, n: int) -> bytes:
        return super().read(min(n, self.most))


def stream(data: bytes, most: int = 1 << 20) -> ByteStream:
    """The bytes as a member of their own."""
    found = Trickle(Packed(lambda: io.BytesIO(data), "export.xml", 0, len(data), len(data), STORED))
    found.most = most
    return found


@dataclass
class Gathered:
    """Everything a reader yielded."""

    batches: list[Batch] = field(default_factory=list)
    facts: list[Observation] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    places: dict[str, str] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return sum(map(len, self.batches))

    def adds_up(self) -> bool:
        """read = rows taken + problems."""
        return sum(self.kinds.values()) == self.rows + len(self.facts) + sum(self.problems.values())

    def table(self) -> list[dict[str, Any]]:
        """Each row as a dict of plain values."""
        return [row for batch in self.batches for row in _rows(batch)]


def _rows(batch: Batch) -> Iterator[dict[str, Any]]:
    words = [*batch.words, None]
    for i in range(len(batch)):
        yield {
            "metric": words[batch.metric[i]], "source": batch.sources[batch.source[i]], "start": int(batch.start[i]), "end": int(batch.end[i]),
            "value": float(batch.value[i]), "text": words[batch.text[i]], "raw": float(batch.raw_value[i]), "raw_unit": words[batch.raw_unit[i]],
            "zone": words[batch.zone[i]], "native": words[batch.native[i]], "extra": words[batch.extra[i]],
        }  # fmt: skip


def gather(items: Iterable[Item]) -> Gathered:
    """The items, sorted by what they are."""
    found = Gathered()
    for item in items:
        if isinstance(item, Batch):
            found.batches.append(item)
        elif isinstance(item, Observation):
            found.facts.append(item)
        elif isinstance(item, Problem):
            found.problems[item.code] += item.count
            found.places.setdefault(item.code, item.example)
        elif isinstance(item, Ask):
            found.asks[item.key] = item
        elif isinstance(item, Kind):
            found.kinds[item.name] += item.count
    assert found.adds_up()
    return found


def reading(
    reader: Callable[..., Iterator[Item]], data: bytes, most: int = 1 << 20, context: ReadContext | None = None, **more: int
) -> Gathered:
    """What a reader makes of the bytes."""
    with stream(data, most) as opened:
        return gather(reader(opened, context or ReadContext("Europe/Paris", now=NOW), **more))
