"""Nights from sleep stages: sessions, the source that speaks for each, and which session is the night. Coded once; pure numpy.

A piece is a stretch asleep or recorded awake, of any source. Pieces with gaps of at most 2 h form a session; time in bed forms
none. The highest-ranked source that has sleep in a session speaks for it. The night of a day is the longest session (by time
asleep) of at least 120 minutes whose last stretch asleep ends on that day, on the clock of the place; the others are naps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carnet.record.clock import MINUTE_MS, is_zone, local_day, local_ms_of_day
from carnet.record.days import distinct, source_order, union
from carnet.record.model import Floats, Ints, Longs, Series

GAP_MS = 2 * 60 * MINUTE_MS
NIGHT_MIN = 120.0
ASLEEP, CORE, DEEP, REM, AWAKE, IN_BED = range(6)
STAGES = {"asleep": ASLEEP, "core": CORE, "deep": DEEP, "rem": REM, "awake": AWAKE, "in_bed": IN_BED}
METRICS = {
    "sleep_duration": "asleep", "time_in_bed": "in_bed", "sleep_core": "core", "sleep_deep": "deep", "sleep_rem": "rem",
    "sleep_awake": "awake", "awakenings": "awakenings", "sleep_latency": "latency", "sleep_start": "start", "sleep_end": "end",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Nights:
    """Sessions of sleep as columns, ascending by start; `main` marks the nights, the others are naps.

    day: local day of waking. start, end: int64 ms UTC of the first and last moment asleep. zone: of the place slept in.
    asleep, in_bed, core, deep, rem, awake, latency: minutes; awakenings: how often; NaN = the source does not say.
    in_bed comes from in-bed rows that touch the session (of its own source, else of the best that has some); without any, a
    session with stages counts from its first to its last piece, and `bed_said` is False.
    source: code of the source that speaks for it. row, row_of: stored rows and the session of each; bed_row, bed_row_of: in bed.
    """

    day: Ints
    start: Longs
    end: Longs
    zone: tuple[str, ...]
    asleep: Floats
    in_bed: Floats
    core: Floats
    deep: Floats
    rem: Floats
    awake: Floats
    awakenings: Floats
    latency: Floats
    source: Ints
    main: NDArray[np.bool_]
    bed_said: NDArray[np.bool_]
    row: Longs
    row_of: Longs
    bed_row: Longs
    bed_row_of: Longs

    def __len__(self) -> int:
        return len(self.day)

    def clock(self, moments: Longs) -> Floats:
        """Minutes from noon of the day before waking to each moment, on the clock of the place: 23:00 is 660, 07:00 is 1140."""
        found = np.zeros(len(self), np.float64)
        for name in set(self.zone):
            here = np.array([zone == name for zone in self.zone])
            behind = (local_day(moments[here], name) - self.day[here] + 1) * 1440.0 - 720.0
            found[here] = behind + local_ms_of_day(moments[here], name) / MINUTE_MS
        return found

    def values(self, metric: str) -> Floats:
        """The value of each session for a nightly metric of the catalogue, in its unit; clock times as in `clock`."""
        if metric in ("sleep_start", "sleep_end"):
            return self.clock(self.start if metric == "sleep_start" else self.end)
        if metric == "sleep_efficiency":
            return self.asleep / self.in_bed
        if metric == "nap":
            return np.where(self.main, np.nan, self.asleep)
        return np.asarray(getattr(self, METRICS[metric]))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Stage rows that count: their position in the series, bounds, stage and source place."""

    row: Longs
    start: Longs
    end: Longs
    stage: Ints
    place: Longs

    def take(self, keep: NDArray[Any]) -> _Rows:
        return _Rows(self.row[keep], self.start[keep], self.end[keep], self.stage[keep], self.place[keep])


def _rows(series: Series, now_ms: int | None) -> _Rows:
    stage_of = np.array([STAGES.get(word, -1) for word in series.words] + [-1], np.int32)
    row = distinct(series)
    end = series.end[row] if now_ms is None else np.minimum(series.end[row], now_ms)
    stage = stage_of[series.text[row]]
    found = _Rows(row, series.start[row], end, stage, source_order(series)[series.source[row]])
    return found.take((stage >= 0) & (end > found.start))


def _sessions(pieces: _Rows) -> Longs:
    """The session of each piece; pieces ascending by start."""
    reach = np.maximum.accumulate(pieces.end)
    return np.concatenate(([0], np.cumsum(pieces.start[1:] - reach[:-1] > GAP_MS))).astype(np.int64)


def _minutes(rows: _Rows, session: Longs, n: int) -> Floats:
    """Minutes covered by the rows in each session; sessions do not overlap, rows ascend by start."""
    if not len(rows.row):
        return np.zeros(n)
    reach = np.concatenate(([rows.start[0]], np.maximum.accumulate(rows.end)[:-1]))
    return np.bincount(session, weights=np.maximum(rows.end - np.maximum(rows.start, reach), 0), minlength=n) / MINUTE_MS


def nights(series: Series, home_zone: str, now_ms: int | None = None) -> Nights:
    """Every session of sleep in the stages, nights and naps. Nothing after `now_ms` counts."""
    rows = _rows(series, now_ms)
    pieces, beds = rows.take(rows.stage != IN_BED), rows.take(rows.stage == IN_BED)
    if not (pieces.stage < AWAKE).any():
        return _none()
    session = _sessions(pieces)
    speaker = np.full(int(session[-1]) + 1, np.iinfo(np.int64).max)
    slept = pieces.stage < AWAKE
    np.minimum.at(speaker, session[slept], pieces.place[slept])
    keep = pieces.place == speaker[session]
    pieces, (_, session) = pieces.take(keep), np.unique(session[keep], return_inverse=True)
    return _described(series, home_zone, pieces, session, beds)


def _described(series: Series, home_zone: str, pieces: _Rows, session: Longs, beds: _Rows) -> Nights:
    n = int(session[-1]) + 1
    slept = pieces.stage < AWAKE
    start, end = np.full(n, np.iinfo(np.int64).max), np.full(n, np.iinfo(np.int64).min)
    np.minimum.at(start, session[slept], pieces.start[slept])
    np.maximum.at(end, session[slept], pieces.end[slept])
    minutes = {s: _minutes(pieces.take(pieces.stage == s), session[pieces.stage == s], n) for s in (CORE, DEEP, REM, AWAKE)}
    asleep = _minutes(pieces.take(slept), session[slept], n)
    staged = np.bincount(session, weights=(pieces.stage >= CORE) & (pieces.stage <= REM), minlength=n) > 0
    woken = staged | (np.bincount(session, weights=pieces.stage == AWAKE, minlength=n) > 0)
    source = np.zeros(n, np.int32)
    source[session] = series.source[pieces.row]
    zone = _zones(series, pieces, session, n, home_zone)
    day = _days(end, zone)
    in_bed, latency, bed_row, bed_row_of = _beds(beds, start, end, source_order(series)[source])
    said = ~np.isnan(in_bed)
    span = np.full(n, np.iinfo(np.int64).max), np.full(n, np.iinfo(np.int64).min)
    np.minimum.at(span[0], session, pieces.start)
    np.maximum.at(span[1], session, pieces.end)

    def known(stage: Floats) -> Floats:
        return np.where(staged, stage, np.nan)

    return Nights(
        day, start, end, zone, asleep, np.where(said, in_bed, np.where(staged, (span[1] - span[0]) / MINUTE_MS, np.nan)),
        known(minutes[CORE]), known(minutes[DEEP]), known(minutes[REM]), np.where(woken, minutes[AWAKE], np.nan),
        np.where(woken, _awakenings(pieces.take(~slept), session[~slept], start, end), np.nan), latency,
        source, _main(day, asleep), said, pieces.row, session, bed_row, bed_row_of,
    )  # fmt: skip


def _zones(series: Series, pieces: _Rows, session: Longs, n: int, home: str) -> tuple[str, ...]:
    """The zone of each session: of its last piece that names a known one, else home."""
    known = np.array([is_zone(word) for word in series.words] + [False])
    code = series.zone[pieces.row]
    code = np.where(known[code], code, -1)
    last = np.full(n, -1, np.int64)
    named = code >= 0
    np.maximum.at(last, session[named], np.flatnonzero(named))
    return tuple(series.words[code[i]] if i >= 0 else home for i in last)


def _days(moments: Longs, zone: tuple[str, ...]) -> Ints:
    day = np.zeros(len(moments), np.int32)
    for name in set(zone):
        here = np.array([z == name for z in zone])
        day[here] = local_day(moments[here], name)
    return day


def _main(day: Ints, asleep: Floats) -> NDArray[np.bool_]:
    """Whether each session is the night of its day: the longest of at least 120 minutes, the first of equals."""
    main = np.zeros(len(day), bool)
    order = np.lexsort((np.arange(len(day)), -asleep, day))
    first = order[np.concatenate(([True], day[order][1:] != day[order][:-1]))]
    main[first] = asleep[first] >= NIGHT_MIN
    return main


def _awakenings(awake: _Rows, session: Longs, start: Longs, end: Longs) -> Floats:
    """How many stretches awake lie between the first and the last moment asleep; touching ones are one."""
    between = (awake.start >= start[session]) & (awake.end <= end[session])
    first, _ = union(awake.start[between], awake.end[between])
    of = np.searchsorted(start, first, side="right") - 1
    return np.bincount(of, minlength=len(start)).astype(np.float64)


def _beds(beds: _Rows, start: Longs, end: Longs, place: Longs) -> tuple[Floats, Floats, Longs, Longs]:
    """Minutes in bed, minutes from bed to sleep, the in-bed rows used and their session; NaN where no row touches the session."""
    n = len(start)
    in_bed, latency = np.full(n, np.nan), np.full(n, np.nan)
    longest = int((beds.end - beds.start).max(initial=0))
    used: list[Longs] = []
    of: list[Longs] = []
    low, high = np.searchsorted(beds.start, start - longest), np.searchsorted(beds.start, end, side="right")
    for i in np.flatnonzero(high > low):
        near = np.arange(low[i], high[i])
        near = near[beds.end[near] >= start[i]]
        if not len(near):
            continue
        places = beds.place[near]
        near = near[places == (place[i] if (places == place[i]).any() else places.min())]
        first, last = union(beds.start[near], beds.end[near])
        in_bed[i] = (last - first).sum() / MINUTE_MS
        latency[i] = max(0, int(start[i] - first[0])) / MINUTE_MS
        used.append(beds.row[near])
        of.append(np.full(len(near), i, np.int64))
    none = np.zeros(0, np.int64)
    return in_bed, latency, np.concatenate([none, *used]), np.concatenate([none, *of])


def _none() -> Nights:
    i32, i64, f64, flag = np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool)
    return Nights(i32, i64, i64, (), f64, f64, f64, f64, f64, f64, f64, f64, i32, flag, flag, i64, i64, i64, i64)
