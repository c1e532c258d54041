"""What counts on a local day: the merge of sources, measurements, daily values, rollups. Coded once, here (nights: `nights.py`).

Pure numpy; no file, no clock inside. Days and instants as in `clock.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carnet.record.catalog import Metric
from carnet.record.clock import DAY_MS, day_date, day_number, day_starts, hour_bounds, local_day, local_ms_of_day, weekday
from carnet.record.model import Floats, Ints, Longs, Series
from carnet.record.selection import Window

__all__ = [
    "DAY_MS", "Daily", "Pieces", "Rollup", "by_day", "counted", "cut", "daily", "daily_totals", "day_date", "day_number", "day_starts",
    "distinct", "inside", "last_of_day", "local_day", "local_ms_of_day", "measurements", "merge", "outside", "reduce", "rollup",
    "source_order", "union", "weekday",
]  # fmt: skip

TWIN_MS = 60_000  # the same value from two sources within this time is one measurement
NO_TWINS = frozenset({"heart_rate"})
NOT_THERE = frozenset({"none", "not_present"})  # words of a category that say that nothing was there


# --- stretches of time -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pieces:
    """What counts of a series: stretches of time with their share of a row's value.

    start, end: int64 ms UTC, equal for an instant. value: float64. row: int64 position in the series.
    day: int32 local day, once cut.
    """

    start: Longs
    end: Longs
    value: Floats
    row: Longs
    day: Ints

    def __len__(self) -> int:
        return len(self.start)

    def take(self, keep: NDArray[Any]) -> Pieces:
        """The pieces that `keep` (mask or positions) selects."""
        return Pieces(self.start[keep], self.end[keep], self.value[keep], self.row[keep], self.day[keep])


def union(start: Longs, end: Longs) -> tuple[Longs, Longs]:
    """The intervals as ascending ones that neither touch nor overlap; empty ones are left out."""
    keep = end > start
    start, end = start[keep], end[keep]
    if not len(start):
        return start, end
    order = np.argsort(start, kind="stable")
    start, end = start[order], np.maximum.accumulate(end[order])
    new = np.concatenate(([True], start[1:] > end[:-1]))
    return start[new], end[np.concatenate((np.flatnonzero(new)[1:] - 1, [len(end) - 1]))]


def inside(pieces: Pieces, start: Longs, end: Longs) -> tuple[Pieces, Longs]:
    """The parts of the pieces inside ascending disjoint intervals [start, end), pro rata by time; and the interval of each."""
    instant = pieces.end <= pieces.start
    low = np.searchsorted(end, pieces.start, side="right")
    high = np.where(instant, np.searchsorted(start, pieces.start, side="right"), np.searchsorted(start, pieces.end, side="left"))
    times = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(pieces)), times)
    where = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times) + np.repeat(low, times)
    parts, instant = pieces.take(which), instant[which]
    if not len(which):
        return parts, where
    first, last = np.maximum(parts.start, start[where]), np.minimum(parts.end, end[where])
    last = np.where(instant, parts.end, last)
    length = np.where(instant, 1, parts.end - parts.start)
    share = np.where(instant, 1.0, (last - first) / length)
    cut = Pieces(first, last, parts.value * share, parts.row, parts.day)
    keep = instant | (last > first)
    return (cut, where) if keep.all() else (cut.take(keep), where[keep])


def outside(pieces: Pieces, start: Longs, end: Longs) -> Pieces:
    """The parts of the pieces outside ascending disjoint intervals, pro rata by time."""
    if not len(start) or not len(pieces):
        return pieces
    low, high = min(int(pieces.start.min()), int(start[0])) - 1, max(int(pieces.end.max()), int(end[-1])) + 1
    return inside(pieces, np.concatenate(([low], end)), np.concatenate((start, [high])))[0]


# --- which rows count ------------------------------------------------------------------------------------------------


def source_order(series: Series) -> Longs:
    """Each source's place, 0 first: by rank, then in the order of the series. Sources without a rank come last."""
    ranks = [*series.ranks, *[len(series.sources)] * (len(series.sources) - len(series.ranks))]
    count = max(len(series.sources), int(series.source.max(initial=-1)) + 1)
    ranks += [count] * (count - len(ranks))
    place = np.empty(count, np.int64)
    place[np.argsort(np.array(ranks, np.int64), kind="stable")] = np.arange(count)
    return place


def distinct(series: Series) -> Longs:
    """Positions of the rows that are not exact copies (same source, start, end, value and text) of an earlier row."""
    n = len(series)
    if n < 2:
        return np.arange(n)
    same = series.start[1:] == series.start[:-1]
    near = np.flatnonzero(np.concatenate((same, [False])) | np.concatenate(([False], same)))
    value = np.nan_to_num(series.value[near], nan=np.inf)
    keys = (series.text[near], value, series.end[near], series.source[near], series.start[near])
    order = np.lexsort(keys)
    keep = np.ones(n, bool)
    if not len(near):
        return np.arange(n)
    copy = np.concatenate(([False], np.all([k[order][1:] == k[order][:-1] for k in keys], axis=0)))
    keep[near[order][copy]] = False
    return np.flatnonzero(keep)


def _pieces(series: Series, rows: Longs, spans: bool) -> Pieces:
    start = series.start[rows]
    end = np.maximum(series.end[rows], start) if spans else start
    return Pieces(start, end, series.value[rows], rows, np.zeros(len(rows), np.int32))


def merge(series: Series) -> Pieces:
    """What counts of a cumulative metric, ascending by start: no second is counted from two sources.

    Exact duplicates are dropped. Where intervals of several sources overlap, the higher-ranked source has the overlap and the rest
    of the lower one counts pro rata by time. Different rows of ONE source count in full, also where they overlap. A row without
    duration counts in full unless it falls inside an interval of a higher-ranked source or repeats moment and value of its row.
    """
    rows = distinct(series)
    rows = rows[~np.isnan(series.value[rows])]
    order, source = source_order(series), series.source[rows]
    covered_from, covered_to = np.zeros(0, np.int64), np.zeros(0, np.int64)
    instants_before: list[Pieces] = []
    kept: list[Pieces] = []
    for code in sorted(set(source.tolist()), key=lambda c: int(order[c])):
        mine = _pieces(series, rows[source == code], True)
        left = _without_copies(outside(mine, covered_from, covered_to), instants_before)
        kept.append(left)
        instants_before.append(left.take(left.end == left.start))
        covered_from, covered_to = union(np.concatenate((covered_from, mine.start)), np.concatenate((covered_to, mine.end)))
    if len(kept) == 1:
        return kept[0]
    return _ascending(kept) if kept else _pieces(series, rows, True)


def _ascending(parts: Sequence[Pieces]) -> Pieces:
    columns = [np.concatenate([getattr(p, name) for p in parts]) for name in ("start", "end", "value", "row", "day")]
    return Pieces(*columns).take(np.lexsort((columns[3], columns[0])))


def _without_copies(mine: Pieces, before: Sequence[Pieces]) -> Pieces:
    moments = {(int(s), float(v)) for p in before for s, v in zip(p.start, p.value, strict=True)}
    if not moments:
        return mine
    copy = np.zeros(len(mine), bool)
    for i in np.flatnonzero(mine.end == mine.start):
        copy[i] = (int(mine.start[i]), float(mine.value[i])) in moments
    return mine.take(~copy)


def _six_digits(value: Floats) -> Floats:
    size = np.floor(np.log10(np.abs(np.where(value == 0, 1.0, value))))
    scale = 10.0 ** (5 - size)
    return np.round(value * scale) / scale


def measurements(series: Series) -> Longs:
    """Positions of the rows that are measurements of their own, ascending.

    Dropped: exact copies, and rows whose value (to six digits) a higher-ranked source also gave within 60 s; not for heart rate.
    """
    rows = distinct(series)
    if series.metric in NO_TWINS or len(set(series.source[rows].tolist())) < 2:
        return rows
    valued = rows[~np.isnan(series.value[rows])]
    value = _six_digits(series.value[valued])
    sort = np.lexsort((series.start[valued], value))
    value, start, place = value[sort], series.start[valued][sort], source_order(series)[series.source[valued][sort]]
    twin, here = np.zeros(len(valued), bool), np.arange(len(valued))
    for level in np.unique(place)[1:].tolist():
        better = place < level
        before = np.maximum.accumulate(np.where(better, here, -1))
        after = np.minimum.accumulate(np.where(better, here, len(here))[::-1])[::-1]
        for other in (before, after):
            known = (other >= 0) & (other < len(here))
            at = np.where(known, other, 0)
            twin |= (place == level) & known & (value[at] == value) & (np.abs(start[at] - start) <= TWIN_MS)
    return np.setdiff1d(rows, valued[sort][twin], assume_unique=True)


def counted(series: Series, metric: Metric, now_ms: int | None = None) -> Pieces:
    """What counts of a series, before it is cut into days.

    Nothing after `now_ms` counts: later rows go, the running interval of a cumulative metric is cut pro rata. Discrete values and
    events count at their start. Categories and events count 1 each, unless the word says that nothing was there.
    """
    late = np.zeros(len(series), bool) if now_ms is None else series.start > now_ms
    if metric.kind == "cumulative":
        return _until(merge(replace(series, value=np.where(late, np.nan, series.value))), now_ms)
    rows = measurements(series)
    rows = rows[~late[rows]]
    if metric.kind in ("category", "event"):
        nothing = [code for code, word in enumerate(series.words) if word in NOT_THERE]
        pieces = _pieces(series, rows[~np.isin(series.text[rows], nothing)], False)
        return replace(pieces, value=np.ones(len(pieces)))
    rows = rows[~np.isnan(series.value[rows])]
    if metric.kind == "daily_last":
        rows = rows[np.lexsort((-source_order(series)[series.source[rows]], series.start[rows]))]
    return _pieces(series, rows, False)


def _until(pieces: Pieces, now_ms: int | None) -> Pieces:
    if now_ms is None or not len(pieces) or int(pieces.end.max()) <= now_ms:
        return pieces
    end, length = np.minimum(pieces.end, now_ms), np.maximum(pieces.end - pieces.start, 1)
    share = np.where(pieces.end <= now_ms, 1.0, (end - pieces.start) / length)
    return replace(pieces, end=end, value=pieces.value * share).take(share > 0)


# --- days ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Daily:
    """One value for each local day that has data, ascending by day; n = how many stored rows it is made of."""

    day: Ints
    value: Floats
    n: Ints

    def __len__(self) -> int:
        return len(self.day)


def cut(pieces: Pieces, zone: str, window: Window, hours: tuple[int, int] | None = None) -> Pieces:
    """The pieces cut at local midnights, each with its day, inside the window's days and the clock hours."""
    if not len(pieces):
        return pieces
    seen = local_day(np.array([pieces.start.min(), pieces.end.max()]), zone)
    first, last = max(day_number(window.first), int(seen[0])), min(day_number(window.last), int(seen[1]))
    if last < first:
        return pieces.take(np.zeros(0, np.int64))
    if hours and hours[0] % 24 != hours[1] % 24:
        start, end, days = hour_bounds(first, last, zone, hours)
    else:
        bounds = day_starts(first, last, zone)
        start, end, days = bounds[:-1], bounds[1:], np.arange(first, last + 1, dtype=np.int32)
    parts, where = inside(pieces, start, end)
    return replace(parts, day=days[where])


def by_day(day: Ints) -> tuple[Ints, Longs, Longs]:
    """The distinct days ascending, the first place of each, and for every place the position of its day."""
    if len(day) and (np.diff(day) >= 0).all():
        new = np.concatenate(([True], day[1:] != day[:-1]))
        return day[new], np.flatnonzero(new), np.cumsum(new) - 1
    found, first, where = np.unique(day, return_index=True, return_inverse=True)
    return found, first, where


def last_of_day(pieces: Pieces) -> Pieces:
    """The last piece of each day, ascending by day."""
    _, back = np.unique(pieces.day[::-1], return_index=True)
    return pieces.take(len(pieces) - 1 - back)


def reduce(pieces: Pieces, kind: str) -> Daily:
    """One value a day of pieces already cut: their sum (cumulative, category, event), their last, or their mean."""
    if kind == "daily_last":
        pieces = last_of_day(pieces)
    day, _, where = by_day(pieces.day)
    size = int(pieces.row.max(initial=0)) + 1
    key = where.astype(np.int64) * size + pieces.row
    rows = np.bincount((np.unique(key) if len(key) else key) // size, minlength=len(day)).astype(np.int32)
    value: Floats = np.bincount(where, weights=pieces.value, minlength=len(day)).astype(np.float64)
    if kind not in ("cumulative", "category", "event"):
        value = value / np.bincount(where, minlength=len(day))
    return Daily(day, value, rows)


def daily_totals(pieces: Pieces, zone: str, window: Window) -> Daily:
    """The total of each local day of the window that has data; a piece across midnight is split pro rata."""
    return reduce(cut(pieces, zone, window), "cumulative")


def daily(
    series: Series, metric: Metric, zone: str, window: Window, now_ms: int | None = None, hours: tuple[int, int] | None = None
) -> Daily:
    """The value of each local day of the window that has data, by the metric's kind: total, mean, last, count."""
    return reduce(cut(counted(series, metric, now_ms), zone, window, hours), metric.kind)


@dataclass(frozen=True, slots=True)
class Rollup:
    """Columns of one metric, one row for each local day, ascending; sum after the merge of sources, the rest over what counts.

    day_of, source: pairs (position in `day`, source code of the series): every source that contributed to that day.
    """

    day: Ints
    n: Ints
    sum: Floats
    min: Floats
    p05: Floats
    p50: Floats
    p95: Floats
    max: Floats
    day_of: Longs
    source: Ints


def rollup(series: Series, metric: Metric, zone: str, days: Iterable[int] | None = None) -> Rollup:
    """The daily figures a vault keeps, for the given day numbers or for all."""
    pieces = counted(series, metric)
    if len(pieces):
        seen = local_day(np.array([pieces.start.min(), pieces.end.max()]), zone)
        pieces = cut(pieces, zone, Window(day_date(seen[0]), day_date(seen[1])))
    if days is not None:
        pieces = pieces.take(np.isin(pieces.day, np.fromiter(days, np.int32)))
    pieces = pieces.take(np.lexsort((pieces.value, pieces.day)))
    day, first, where, count = np.unique(pieces.day, return_index=True, return_inverse=True, return_counts=True)
    size = len(series.sources) + 1
    pairs = np.unique(where.astype(np.int64) * size + series.source[pieces.row])
    day_of, source = pairs // size, (pairs % size).astype(np.int32)

    def at(q: float) -> Floats:
        place = q * (count - 1)
        low = np.floor(place).astype(np.int64)
        below, above = pieces.value[first + low], pieces.value[first + np.minimum(low + 1, count - 1)]
        return np.asarray(below + (above - below) * (place - low))

    if not len(day):
        none = np.zeros(0)
        return Rollup(day, np.zeros(0, np.int32), none, none, none, none, none, none, day_of, source)
    totals = reduce(pieces, "cumulative")
    return Rollup(day, totals.n, totals.value, at(0.0), at(0.05), at(0.5), at(0.95), at(1.0), day_of, source)
