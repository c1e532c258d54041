"""Evidence from single facts: workouts, laboratory results, daily ring summaries. Observations in, what counts under a selection out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from carnet.insights.counted import matches
from carnet.insights.evidence import Evidence, asked_days, shown_name
from carnet.record.catalog import Metric
from carnet.record.clock import DAY_MS, HOUR_MS, local_day, local_ms_of_day
from carnet.record.errors import UnknownUnit
from carnet.record.model import Longs, Observation, Source, default_ranks
from carnet.record.selection import Filters, Selection
from carnet.record.units import conversion

NAMES = {  # where a body keeps the figure, first match wins
    "workout_duration": ("duration", "workout_duration"),
    "workout_distance": ("distance", "workout_distance", "total_distance"),
    "workout_energy": ("energy", "workout_energy", "active_energy", "total_energy"),
    "workout_heart_rate": ("heart_rate", "workout_heart_rate", "average_heart_rate"),
    "workout_ascent": ("ascent", "workout_ascent"),
}
STATISTICS = {"workout_distance": "distance_", "workout_energy": "active_energy", "workout_heart_rate": "heart_rate"}
NAN = float("nan")


def quantity(body: Any, metric: Metric) -> float:
    """The number of a quantity in the metric's canonical unit, NaN where there is none."""
    if isinstance(body, Mapping):
        inner = next((body[k] for k in ("value", "average", "sum", "mean") if body.get(k) is not None), None)
        value = quantity(inner, metric)
        unit = str(body.get("unit") or metric.unit)
        if isinstance(inner, Mapping) or unit == metric.unit:
            return value
        try:
            by = conversion(unit, metric)
        except UnknownUnit:
            return NAN
        return value * by.factor + by.offset
    return float(body) if isinstance(body, int | float) and not isinstance(body, bool) else NAN


def day_of(fact: Observation, zone: str) -> int | None:
    """The local day of a fact: its date, else the day of its start; None when it has neither."""
    if fact.start is not None:
        return int(local_day(np.array([fact.start]), zone)[0])
    return int(np.datetime64(fact.date, "D").astype(np.int64)) if fact.date else None


# --- workouts --------------------------------------------------------------------------------------------------------


def sessions(facts: Sequence[Observation], chosen: Sequence[str] = ()) -> list[int]:
    """Positions of the workouts that are no copies: a copy has the same activity as one of a higher-ranked source, which overlaps it
    by more than half of its own length."""
    timed = [i for i, f in enumerate(facts) if f.start is not None]
    newest: dict[Source, int] = {}
    for i in timed:
        source = facts[i].source or Source("")
        newest[source] = max(newest.get(source, 0), facts[i].start or 0)
    known = list(newest)
    rank = dict(zip(known, default_ranks(known, newest, chosen), strict=True))
    timed.sort(key=lambda i: (rank[facts[i].source or Source("")], facts[i].service, facts[i].start))
    kept: dict[str, list[tuple[int, int, tuple[Source, str]]]] = {}
    found = []
    for i in timed:
        start, end = _span(facts[i])
        mine = (facts[i].source or Source(""), facts[i].service)
        before = kept.setdefault(activity(facts[i]), [])
        if not any(who != mine and _copies(start, end, a, b) for a, b, who in before):
            found.append(i)
            before.append((start, end, mine))
    return sorted(found, key=lambda i: (facts[i].start or 0, i))


def _span(fact: Observation) -> tuple[int, int]:
    start = fact.start or 0
    return start, max(start, fact.end if fact.end is not None else start)


def _copies(start: int, end: int, first: int, last: int) -> bool:
    if end == start:
        return first <= start < last or start == first
    return (min(end, last) - max(start, first)) * 2 > end - start


def activity(fact: Observation) -> str:
    """What kind of workout it is, in the catalogue's words."""
    return str(fact.body.get("activity") or fact.body.get("type") or "other")


def workout_value(fact: Observation, metric: Metric, metrics: Mapping[str, Metric]) -> float:
    """The figure of one workout for `workout` (1), a workout_... metric or pace (time over distance); NaN where it has none."""
    if metric.key == "workout":
        return 1.0
    if metric.key == "pace":
        metres = workout_value(fact, metrics["workout_distance"], metrics)
        return workout_value(fact, metrics["workout_duration"], metrics) / (metres / 1000.0) if metres > 0 else NAN
    names = NAMES.get(metric.key, (metric.key,))
    found = next((v for v in (quantity(fact.body.get(n), metric) for n in names) if v == v), NAN)
    if found != found and metric.key in STATISTICS:
        found = _statistic(fact.body.get("statistics"), STATISTICS[metric.key], metric)
    if found != found and metric.key == "workout_duration" and fact.start is not None and fact.end is not None:
        found = (fact.end - fact.start) / 60_000
    return found


def _statistic(table: Any, wanted: str, metric: Metric) -> float:
    """The sum or average of the first statistic of the metrics whose name begins like that."""
    entries = [q for q in table if isinstance(q, Mapping)] if isinstance(table, list | tuple) else []
    for entry in entries:
        if str(entry.get("metric", "")).startswith(wanted):
            return quantity(entry.get("average") if entry.get("sum") is None else entry.get("sum"), metric)
    return NAN


def busy(facts: Sequence[Observation], name: str | None = None) -> tuple[Longs, Longs]:
    """The intervals of the workouts, of one activity if named."""
    spans = [_span(f) for f in facts if f.start is not None and (name is None or activity(f) == name)]
    return np.array([a for a, _ in spans], np.int64), np.array([b for _, b in spans], np.int64)


def of_workouts(
    facts: Sequence[Observation], metric: Metric, metrics: Mapping[str, Metric], selection: Selection, zone: str, now_ms: int,
    chosen: Sequence[str] = (),
) -> Evidence:  # fmt: skip
    """The evidence of workouts under a selection: one value for each session that has the figure."""
    wanted = selection.filters
    keep = [
        i for i in sessions([f if _fits(f, wanted) else _nowhere(f) for f in facts], chosen)
        if (facts[i].start or 0) <= now_ms and (not wanted.activity or activity(facts[i]) == wanted.activity)
    ]  # fmt: skip
    values = [workout_value(facts[i], metric, metrics) for i in keep]
    return _evidence(facts, keep, values, metric, selection, zone, now_ms, "sessions")


def _fits(fact: Observation, filters: Filters) -> bool:
    return matches(fact.source, fact.service, filters)


def _nowhere(fact: Observation) -> Observation:
    """The fact without its time: it takes no part."""
    return Observation(fact.service, fact.kind, fact.metric, fact.key, fact.body)


# --- other facts with a date -----------------------------------------------------------------------------------------


def of_summaries(facts: Sequence[Observation], metric: Metric, selection: Selection, zone: str, now_ms: int) -> Evidence:
    """The evidence of a ring metric from daily summaries: the last summary of each day that has it."""
    told = [i for i, f in enumerate(facts) if _fits(f, selection.filters) and quantity(f.body.get(metric.key), metric) >= 0]
    by_day = {day_of(facts[i], zone): i for i in told}
    keep = sorted(i for day, i in by_day.items() if day is not None)
    values = [quantity(facts[i].body.get(metric.key), metric) for i in keep]
    return _evidence(facts, keep, values, metric, selection, zone, now_ms, "daily_totals")


def of_results(facts: Sequence[Observation], metric: Metric, selection: Selection, zone: str, now_ms: int) -> Evidence:
    """The evidence of one laboratory marker: one value for each result; `word` holds a comparator or a text.

    The same result of the same day from two sources counts once.
    """
    seen: dict[tuple[object, ...], tuple[str, Source | None]] = {}
    keep, values, words = [], [], []
    for i, fact in enumerate(facts):
        value, word = result(fact, metric)
        what = (day_of(fact, zone), f"{value:.6g}", word)
        who = (fact.service, fact.source)
        if not _fits(fact, selection.filters) or (value != value and not word) or seen.setdefault(what, who) != who:
            continue
        keep.append(i)
        values.append(value)
        words.append(word)
    return _evidence(facts, keep, values, metric, selection, zone, now_ms, "results", words)


def result(fact: Observation, metric: Metric) -> tuple[float, str]:
    """The number of a laboratory result and its comparator, or NaN and its text."""
    body = fact.body
    held = body.get("value")
    word = str(body.get("comparator") or (held.get("comparator") if isinstance(held, Mapping) else "") or "")
    value = quantity(held if isinstance(held, Mapping) else body if isinstance(held, int | float) else None, metric)
    if value == value:
        return value, word
    return NAN, str(body.get("text") or (held if isinstance(held, str) else "") or "")


def printed_range(fact: Observation, metric: Metric) -> tuple[float, float]:
    """The range printed on the report, NaN for a side it leaves open."""
    body = fact.body
    table = body.get("range") or body.get("reference_range") or {}
    if isinstance(table, Sequence) and not isinstance(table, str) and len(table) == 2:
        table = {"low": table[0], "high": table[1]}
    table = table if isinstance(table, Mapping) else {}
    low = quantity(body.get("ref_low", table.get("low")), metric)
    return low, quantity(body.get("ref_high", table.get("high")), metric)


def side(fact: Observation, metric: Metric) -> str:
    """below, in, above or unknown: the result against the range printed on its own report; comparators as intervals."""
    value, word = result(fact, metric)
    low, high = printed_range(fact, metric)
    if value != value or (low != low and high != high):
        return "unknown"
    if word.startswith("<"):
        return "below" if low == low and value <= low else "in" if low != low and value <= high else "unknown"
    if word.startswith(">"):
        return "above" if high == high and value >= high else "in" if high != high and value >= low else "unknown"
    return "below" if value < low else "above" if value > high else "in"


def _evidence(
    facts: Sequence[Observation], keep: Sequence[int], values: Sequence[float], metric: Metric, selection: Selection, zone: str,
    now_ms: int, base: str, words: Sequence[str] = (),
) -> Evidence:  # fmt: skip
    """The evidence of chosen facts, those inside the selection's days and hours, ascending."""
    today = int(local_day(np.array([now_ms]), zone)[0])
    days = asked_days(selection.window, selection.filters, today)
    every = zip(keep, values, words or [""] * len(keep), strict=True)
    dated = [(i, v, w, d) for i, v, w in every if (d := day_of(facts[i], zone)) is not None]
    inside = {int(d) for d in days}
    hours = selection.filters.hours
    told = [row for row in dated if row[3] in inside and (row[1] == row[1] or row[2]) and _in_hours(facts[row[0]], hours, zone)]
    told.sort(key=lambda row: (row[3], facts[row[0]].start or 0, row[0]))
    people = list(dict.fromkeys((facts[i].source, facts[i].service) for i, *_ in told))
    vocabulary = tuple(dict.fromkeys(w for *_, w, _ in told if w))
    day = np.array([d for *_, d in told], np.int32)
    start = [facts[i].start for i, *_ in told]
    return Evidence(
        metric, selection, zone, days, today, base, metric.unit, day,
        np.array([s if s is not None else int(d) * DAY_MS for s, d in zip(start, day, strict=True)], np.int64),
        np.array([v for _, v, *_ in told], np.float64), np.array([i for i, *_ in told], np.int64), day,
        np.array([people.index((facts[i].source, facts[i].service)) for i, *_ in told], np.int32),
        tuple(shown_name(s) if s else "" for s, _ in people), tuple(service for _, service in people),
        np.array([vocabulary.index(w) if w else -1 for *_, w, _ in told], np.int32) if words else None, vocabulary,
    )  # fmt: skip


def _in_hours(fact: Observation, hours: tuple[int, int] | None, zone: str) -> bool:
    if hours is None or fact.start is None:
        return True
    clock = int(local_ms_of_day(np.array([fact.start]), zone)[0])
    low, high = hours[0] * HOUR_MS, hours[1] * HOUR_MS
    return low <= clock < high if low < high else clock >= low or clock < high
