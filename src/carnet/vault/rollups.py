"""Daily figures derived from samples: kept for quick pages, always equal to a recomputation, never shown wider than the grants."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from carnet.consent import ConsentEvent, Permit
from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.clock import day_date, day_number, local_day
from carnet.record.days import Rollup, rollup
from carnet.record.model import Series, default_ranks
from carnet.record.selection import FIRST_YEAR, LAST_YEAR, Window
from carnet.vault.engine import Engine
from carnet.vault.file import File
from carnet.vault.view import View, last_of
from carnet.vault.words import Words

KINDS = ("cumulative", "discrete", "daily_last")
STEP = 180  # days computed at once: memory stays flat however long the history is
EARLIEST, LATEST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (FIRST_YEAR, LAST_YEAR + 1))
Span = tuple[int, int]
Row = tuple[Any, ...]
Computed = tuple[int, Window, list[Row]]  # metric code, days, rows


def everything() -> Permit:
    """A permit over every category, for deriving figures inside the vault; it never leaves this room."""
    return Permit("store", tuple(ConsentEvent("", "grant", "*", category, "store", "") for category in CATEGORIES))


@dataclass(frozen=True, slots=True)
class Basis:
    """What the figures of all days rest on: the home zone, the sources the person put first, the last moment of each source code."""

    zone: str
    chosen: Sequence[str]
    newest: Mapping[int, int]


def moved(file: File, words: Words, now: Basis) -> list[str]:
    """The metrics whose stored figures rest on something else: all after a change of zone, else those whose sources changed places."""
    before = json.loads((file.row("select value from meta where key = 'rollup_basis'") or ("{}",))[0])
    if not before:
        return []
    if before.get("zone") != now.zone or "orders" not in before:
        return [words.metric(code) for (code,) in file.rows("select distinct metric from holding")]
    orders = ((int(code), order) for code, order in before["orders"].items())
    return [words.metric(code) for code, order in orders if _ordered(order, words, now) != order]


def _ordered(codes: Iterable[int], words: Words, basis: Basis) -> list[int]:
    """The source codes by rank: what the merge of their metric rests on."""
    known = sorted(codes)
    sources = [words.source(code)[1] for code in known]
    ranks = default_ranks(sources, last_of(sources, [basis.newest.get(code, 0) for code in known]), basis.chosen)
    return [code for _, code in sorted(zip(ranks, known, strict=True))]


def added(file: File, words: Words, engine: Engine, batch: int) -> dict[str, Span]:
    """The first start and the last end (ms UTC) per metric of what an import that is not done yet wrote."""
    found: dict[str, Span] = {}
    for metric, low, high, data in file.rows(
        "select metric, lo, hi, case metric when -1 then data end from segment where batch = ?", (batch,)
    ):
        if data is None:
            _reach(found, words.metric(metric), low, high)
            continue
        with engine.segments(iter((data,))) as names:
            sql = 'select metric, min(start) as first, max("end") as last from read_parquet(?) group by metric'
            mixed = engine.columns(sql, [names])
        for code, first, last in zip(*(mixed[name].tolist() for name in ("metric", "first", "last")), strict=True):
            _reach(found, words.metric(code), first, last)
    return found


def _reach(spans: dict[str, Span], metric: str, first: int, last: int) -> None:
    low, high = spans.get(metric, (first, last))
    spans[metric] = (min(low, first), max(high, last))


def widen(spans: dict[str, Span], metrics: Iterable[str], file: File, words: Words) -> None:
    """Makes the spans of these metrics those of everything the vault holds, the days of a running import included."""
    for metric in metrics:
        code = words.metrics[metric]
        first, last = file.row("select min(first), max(last) from holding where metric = ?", (code,))
        (end,) = file.row("select max(hi) from segment where metric in (?, -1) and lo <= ?", (code, last))
        _reach(spans, metric, first, max(last, end if end is not None else last))


def touched(words: Words, spans: Mapping[str, Span], zone: str) -> dict[str, Window]:
    """The local days an import touched, per metric that has rollups. One day more on both sides."""
    out = {}
    for metric, span in spans.items():
        if metric in words.metrics and metric in catalog() and catalog()[metric].kind in KINDS and not catalog()[metric].derived:
            low, high = (local_day_of(min(max(ms, EARLIEST), LATEST), zone) for ms in span)
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


def store(cursor: Any, words: Words, basis: Basis, computed: Iterable[Computed]) -> None:
    """Replaces the figures of those days inside the caller's transaction, and notes what they rest on once all rows are counted."""
    sources: dict[int, list[int]] = {}
    for metric, source in cursor.execute("select metric, source from holding order by metric, source").fetchall():
        sources.setdefault(metric, []).append(source)
    orders = {metric: _ordered(codes, words, basis) for metric, codes in sources.items() if len(codes) > 1}
    text = json.dumps({"zone": basis.zone, "orders": orders})
    cursor.execute("insert or replace into meta values ('rollup_basis', ?)", (text,))
    for code, window, rows in computed:
        cursor.execute(
            "delete from rollup where metric = ? and day between ? and ?", (code, day_number(window.first), day_number(window.last))
        )
        cursor.executemany("insert into rollup values (?,?,?,?,?,?,?,?,?,?)", rows)
