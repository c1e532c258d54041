"""The check of every outgoing text: what it may not claim, of a person or of Carnet. Looks for claims, not words; changes nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from carnet.safety.model import Level
from carnet.safety.words import plain

LOOK_BACK = 60  # characters before a claim in which a denial or a quotation excuses it
_SIGNS = re.compile(r"[-'\"«»“”*_()\s]+")
Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of claim; at: the only level it is looked for at, or None for every text; before: what excuses it."""

    id: str
    at: Level | None
    patterns: Patterns
    before: Patterns

    def found_in(self, flat: str) -> bool:
        """True when a text, already flattened, states the claim without anything just before that excuses it."""
        return any(not self._excused(flat, match.start()) for pattern in self.patterns for match in pattern.finditer(flat))

    def _excused(self, flat: str, start: int) -> bool:
        before = re.split(r"[.!?;:]", flat[max(0, start - LOOK_BACK) : start])[-1]
        return any(pattern.search(before) for pattern in self.before)


def _compiled(patterns: Iterable[str]) -> Patterns:
    return tuple(re.compile(pattern) for pattern in patterns)


def _claim(row: Mapping[str, Any], allowed: Patterns) -> Claim:
    at = Level(row["at"]) if "at" in row else None
    return Claim(row["id"], at, _compiled(row["patterns"]), allowed + _compiled(row.get("before", ())))


@cache
def _claims(kind: str) -> tuple[Claim, ...]:
    data = tomllib.loads(files("carnet.safety").joinpath("boundary.toml").read_text("utf-8"))
    allowed = _compiled(data["allowed"]["before"])
    return tuple(_claim(row, allowed) for row in data[kind])


def _flat(text: str) -> str:
    return _SIGNS.sub(" ", plain(text)).strip()


def check(text: str, level: Level | str = Level.NONE) -> list[str]:
    """The ids of the claims about the person that a text holds, in file order; empty when it may be shown.

    level: that of the question the text replies to; an emergency allows no word that calms or delays.
    """
    flat, asked = _flat(text), Level(level)
    return [claim.id for claim in _claims("claim") if claim.at in (None, asked) and claim.found_in(flat)]


def product_claims(text: str) -> list[str]:
    """The ids of the claims about Carnet itself that a text holds, in file order: that it diagnoses, is proven, certified, guaranteed."""
    flat = _flat(text)
    return [claim.id for claim in _claims("forbidden") if claim.found_in(flat)]
