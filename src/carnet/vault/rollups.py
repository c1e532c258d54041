"""Daily figures derived from samples: kept for quick pages, always equal to a recomputation, never shown wider than the grants."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from carnet.consent import ConsentEvent, Permit
from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.clock import day_date, day_number, local_day
from carnet.record.days import Rollup, rollup
from carnet.record.model import Series
from carnet.record.selection import Window
from carnet.vault.file import File
from carnet.vault.view import View
from carnet.vault.words import Words

KINDS = ("cumulative", "discrete", "daily_last")
STEP = 180  # days computed at once: memory stays flat however long the history is
Row = tuple[Any, ...]
Computed = tuple[int, Window, list[Row]]  # metric code, days, rows


def everything() -> Permit:
    """A permit over every category, for deriving figures inside the vault; it never leaves this room."""
    return Permit("store", tuple(ConsentEvent("", "grant", "*", category, "store", "") for category in CATEGORIES))


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures of all days rest on: the home zone, the person's ranks, and which source is newer than which."""

    text: str
    changed: bool


def basis(file: File, zone: str, newest: Mapping[int, int]) -> Basis:
    """The basis in force now, and whether the stored figures rest on another one."""
    ranks = file.row("select body from profile where key = 'source_ranks'")
    before = json.loads((file.row("select value from meta where key = 'rollup_basis'") or ("{}",))[0])
    known = set(before.get("order", ()))
    order = [code for code, _ in sorted(newest.items(), key=lambda item: (-item[1], item[0]))]
    now = {"zone": zone, "ranks": ranks[0] if ranks else "", "order": order}
    same = all(now[k] == before.get(k) for k in ("zone", "ranks")) and [c for c in order if c in known] == before.get("order")
    return Basis(json.dumps(now), bool(before) and not same)


def widen(spans: dict[str, tuple[int, int]], file: File, words: Words) -> None:
    """Makes the spans those of everything the vault holds, the days of a running import included."""
    names = words.metric_names()
    for code, first, last in file.rows("select metric, min(first), max(last) from holding group by metric"):
        low, high = spans.get(names[code], (first, last))
        spans[names[code]] = (min(low, first), max(high, last))


def touched(words: Words, by_metric: Mapping[str, tuple[int, int]], zone: str) -> dict[str, Window]:
    """The local days an import touched, per metric that has rollups; (first, last) are ms UTC. One day more on both sides."""
    out = {}
    for metric, (first, last) in by_metric.items():
        if metric in words.metrics and metric in catalog() and catalog()[metric].kind in KINDS and not catalog()[metric].derived:
            low, high = (local_day_of(ms, zone) for ms in (first, last))
            out[metric] = Window(low - timedelta(days=1), high + timedelta(days=1))
    return out


def local_day_of(ms: int, zone: str) -> date:
    """The local date of one instant."""
    return day_date(int(local_day(np.array([ms], np.int64), zone)[0]))


def compute(view: Callable[[], View], words: Words, windows: Mapping[str, Window]) -> Iterator[Computed]:
    """(metric code, window, rows) for each metric and stretch of days; `view` opens a fresh look that sees the rows to count."""
    for metric, window in windows.items():
        first = window.first
        while first <= window.last:
            last = min(window.last, first + timedelta(days=STEP - 1))
            look = view()
            part = Window(first, last)
            days = range(day_number(part.first), day_number(part.last) + 1)
            series = look.series(metric, part)
            figures = rollup(series, catalog()[metric], look.person.home_zone, days)
            yield words.metrics[metric], part, list(_rows(words.metrics[metric], figures, series))
            first = last + timedelta(days=1)


def _rows(code: int, figures: Rollup, series: Series) -> Iterator[Row]:
    services: dict[int, set[str]] = {}
    for place, source in zip(figures.day_of.tolist(), figures.source.tolist(), strict=True):
        services.setdefault(place, set()).add(series.services[source])
    columns = (figures.n, figures.sum, figures.min, figures.p05, figures.p50, figures.p95, figures.max)
    for i, values in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        yield (code, int(figures.day[i]), *values, json.dumps(sorted(services.get(i, ()))))


def store(cursor: Any, basis_now: Basis, computed: Iterable[Computed]) -> None:
    """Replaces the figures of those days inside the caller's transaction."""
    cursor.execute("insert or replace into meta values ('rollup_basis', ?)", (basis_now.text,))
    for code, window, rows in computed:
        cursor.execute(
            "delete from rollup where metric = ? and day between ? and ?", (code, day_number(window.first), day_number(window.last))
        )
        cursor.executemany("insert into rollup values (?,?,?,?,?,?,?,?,?,?)", rows)
