"""The check after an answer is written: claims it may not hold. Looks for claims, not words; changes nothing itself."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from carnet.safety.model import Level
from carnet.safety.words import plain

LOOK_BACK = 60  # characters before a claim in which a denial or a quotation excuses it
_SIGNS = re.compile(r"[-'\"«»“”*_()\s]+")


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of claim; at: the only level it is looked for at, or None for every answer."""

    id: str
    at: Level | None
    patterns: tuple[re.Pattern[str], ...]


@cache
def _claims() -> tuple[tuple[Claim, ...], tuple[re.Pattern[str], ...]]:
    data = tomllib.loads(files("carnet.safety").joinpath("boundary.toml").read_text("utf-8"))
    claims = tuple(
        Claim(row["id"], Level(row["at"]) if "at" in row else None, tuple(re.compile(p) for p in row["patterns"])) for row in data["claim"]
    )
    return claims, tuple(re.compile(p) for p in data["allowed"]["before"])


def _excused(text: str, start: int, allowed: tuple[re.Pattern[str], ...]) -> bool:
    before = re.split(r"[.!?;:]", text[max(0, start - LOOK_BACK) : start])[-1]
    return any(pattern.search(before) for pattern in allowed)


def check(text: str, level: Level | str) -> list[str]:
    """The ids of the claims an answer holds, in file order; empty when it may be shown.

    level: that of the question the answer replies to; an emergency allows no word that calms or delays.
    """
    claims, allowed = _claims()
    flat, asked = _SIGNS.sub(" ", plain(text)), Level(level)
    found = []
    for claim in claims:
        if claim.at not in (None, asked):
            continue
        if any(not _excused(flat, m.start(), allowed) for p in claim.patterns for m in p.finditer(flat)):
            found.append(claim.id)
    return found
