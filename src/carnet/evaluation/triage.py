"""`run`: a labelled set through the safety floor, row by row. Keeps counts, the misses when asked, no text unless asked."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from carnet.evaluation.errors import BadSet
from carnet.evaluation.rates import Boards, failed, outcome
from carnet.evaluation.sets import FLAGS, Item, Source, items
from carnet.safety import Assessment, Profile, assess

MAX_MISSES = 10_000  # listed; the count goes on
Assess = Callable[[Sequence[str], Profile, str | None], Assessment]
Told = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True)
class Miss:
    """One row that counts against some rate. turns: empty unless the caller asked for texts."""

    id: str
    lang: str
    group: str
    expected: str
    got: str
    flags: tuple[str, ...]
    against: tuple[str, ...]
    rules: tuple[str, ...]
    turns: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What was measured. unstable: rows whose repeats differed; left_out: rows no rate counts, by reason; sha256: of the set's file."""

    file: str
    repeats: int
    floor: str
    sha256: str = ""
    rows: int = 0
    unstable: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    levels: dict[str, Counter[str]] = field(default_factory=dict)
    boards: Boards = field(default_factory=Boards)
    missed: int = 0
    misses: list[Miss] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure and keep. lang: only that language; texts: keep the turns of a miss, which the default never does."""

    lang: str | None = None
    repeats: int = 1
    misses: bool = False
    texts: bool = False


def run(path: Path, wanted: Wanted = Wanted(), told: Told | None = None, by: Assess = assess) -> Report:
    """The report on a set. Raises BadSet before any figure is given when a row cannot be read.

    told: hears bytes done, bytes in all and rows so far. by: the floor to measure, the product's own unless a test brings another.
    """
    source = Source(path)
    report = Report(path.name, wanted.repeats, floor_hash())
    for item in items(source, wanted.lang):
        report.rows += 1
        if item.left_out:
            report.left_out[item.left_out] += 1
        else:
            _score(report, item, wanted, by)
        if told:
            told(source.done, source.size, report.rows)
    if not report.rows:
        which = f" in {wanted.lang}" if wanted.lang and source.number else ""
        raise BadSet(f"{path.name} holds no labelled message{which}; give a JSON-lines file of them")
    report.sha256 = source.digest.hexdigest()
    return report


def _score(report: Report, item: Item, wanted: Wanted, by: Assess) -> None:
    repeats = [by(item.turns, item.profile, item.lang) for _ in range(wanted.repeats)]
    got, lang = _worst(item, repeats), item.lang or repeats[0].lang
    held = outcome(item, repeats)
    report.unstable += any(other != repeats[0] for other in repeats[1:])
    report.boards.add(item, lang, held)
    expected = str(item.level or item.kind)
    report.levels.setdefault(expected, Counter())[str(got.level)] += 1
    against = failed(held)
    report.missed += bool(against)
    if wanted.misses and against and len(report.misses) < MAX_MISSES:
        flags = tuple(flag for flag in FLAGS if getattr(got, flag))
        turns = item.turns if wanted.texts else ()
        report.misses.append(Miss(item.id, lang, item.group, expected, str(got.level), flags, against, got.rules, turns))


def _worst(item: Item, repeats: Sequence[Assessment]) -> Assessment:
    """The repeat farthest from what was expected: the least urgent of a row that needs care, the most urgent of the others."""
    if item.level is not None and item.level.rank <= 2:
        return max(repeats, key=lambda got: got.level.rank)
    return min(repeats, key=lambda got: got.level.rank)


@cache
def floor_hash() -> str:
    """The SHA-256 over the safety room's code, rules and lexicons, so that a published figure names what was measured."""
    digest = hashlib.sha256()
    for name, entry in sorted(_parts(files("carnet.safety"), "")):
        digest.update(name.encode() + b"\0" + entry.read_bytes() + b"\0")
    return digest.hexdigest()


def _parts(folder: Any, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _parts(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".toml")):
            yield prefix + entry.name, entry
