"""What a figure's page needs, computed from a View: a metric's course over a window, a single day from inside. It words nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from carnet.assistant.computing.gather import Gather, base_metric, is_lab
from carnet.insights import statistics, trend
from carnet.insights.evidence import Evidence, daily, distinct_rows
from carnet.insights.single_facts import printed_range, side
from carnet.insights.units import shown, shown_number, shown_unit
from carnet.record.catalog import Metric, catalog
from carnet.record.clock import DAY_MS, HOUR_MS, MINUTE_MS, day_date, day_number, instants, local_day, local_ms_of_day, offsets
from carnet.record.days import by_day, counted, inside
from carnet.record.model import Floats, Series
from carnet.record.nights import nights
from carnet.record.selection import FIRST_YEAR, Selection, Window

BY_DAY, BY_WEEK = 45, 400  # up to so many days a point is a day, up to so many a week; beyond, a month
MOST_MOMENTS = 96  # of one day; more are told as the mean of each stretch of five minutes
SPREAD = 1.5  # measurements a day from which on a day has a lowest and a highest worth showing
ADDED_UP = ("sessions", "occurrences")  # bases whose weeks are sums; of the others a week is the mean of its days
Figure = float | tuple[float, float]


@dataclass(frozen=True, slots=True)
class Value:
    """What a course shows of the days `day` to `last`. low, high: the extremes inside. value None: only the two (a pair).

    said: a comparator, or a text that is no number. side: of a laboratory's printed range: below, in, above, unknown.
    """

    day: int
    last: int
    value: float | None
    low: float | None = None
    high: float | None = None
    said: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """One metric over a window, in the unit a person reads (minutes for durations, minutes from noon before the night for clock times).

    step: day | week | month | result. figure: the value that stands for the whole, how: mean | total | latest | none.
    n: stored rows behind. days, covered: asked for, with data. shares: (source, service, share of the rows), most first.
    handovers: (day number, source) where another source took over for good. band: the range printed with the latest result.
    """

    metric: Metric
    unit: str
    window: Window
    step: str
    values: tuple[Value, ...]
    figure: Figure | None
    how: str
    n: int
    days: int
    covered: int
    shares: tuple[tuple[str, str, float], ...]
    handovers: tuple[tuple[int, str], ...]
    selection: Selection
    today: int
    partial: bool = False
    band: tuple[float | None, float | None] | None = None
    sum: float | None = None  # what its days add up to, where that means something beside the figure

    @property
    def link(self) -> str:
        """The citation of all its rows."""
        return self.selection.link()

    def cite(self, value: Value) -> str:
        """The citation of the rows behind one value."""
        return replace(self.selection, window=Window(day_date(value.day), day_date(value.last))).link()


@dataclass(frozen=True, slots=True)
class Inside:
    """A single day from inside. hours: the sum of each clock hour. moments: (minute of the day, value). night: (start, end, stage)
    in minutes from the midnight before waking. One of them is filled, or none.
    averaged: the moments were many and are means of five minutes."""

    hours: tuple[float, ...] = ()
    moments: tuple[tuple[float, float], ...] = ()
    night: tuple[tuple[float, float, str], ...] = ()
    averaged: bool = False


def told_unit(metric: Metric, gather: Gather) -> str:
    """The unit a course of the metric is told in: durations stay minutes, laboratory results keep the unit of their report."""
    if metric.unit == "min":
        return metric.unit
    return shown_unit(metric, gather.view.person.units, gather.printed_unit(metric))


def gathered(selection: Selection, gather: Gather) -> Evidence:
    """The evidence of a selection in the unit a person reads. Raises NotGranted."""
    evidence = gather.evidence(selection)
    return shown(evidence, told_unit(evidence.metric, gather) if evidence.metric.key in catalog() else evidence.unit)


def course(selection: Selection, gather: Gather) -> Course:
    """The course of a metric over a window. Raises NotGranted."""
    metric = catalog().get(selection.metric)
    selection = replace(selection, asof=selection.asof or getattr(gather.view, "asof", None))
    if metric.kind == "pair":
        return _pair(metric, selection, gather)
    evidence = gathered(selection, gather)
    step = "result" if evidence.base == "results" else step_of(span(selection))
    values = _results(evidence, gather) if step == "result" else stepped(_daily(evidence), step, selection.window, evidence.base)
    figure, how = told(evidence)
    return _course(evidence, selection, step, values, figure, how, band=_band(evidence, gather) if step == "result" else None)


def _course(
    evidence: Evidence, selection: Selection, step: str, values: Sequence[Value], figure: Figure | None, how: str,
    band: tuple[float | None, float | None] | None = None,
) -> Course:  # fmt: skip
    changing = evidence.base in ("daily_totals", "samples", "daily_means", "occurrences")
    return Course(
        evidence.metric, evidence.unit, span(selection), step, tuple(values), figure, how, evidence.n, len(evidence.days),
        len(by_day(evidence.day)[0]), shares(evidence), handovers(evidence), selection, evidence.today,
        changing and bool((evidence.day == evidence.today).any()), band,
        float(statistics.numbers(evidence).value.sum()) if how == "mean" and evidence.base == "daily_totals" and len(evidence) else None,
    )  # fmt: skip


def span(selection: Selection) -> Window:
    """The days a selection can show: its window, of single days the first to the last."""
    days = sorted(selection.filters.days)
    return Window(date.fromisoformat(days[0]), date.fromisoformat(days[-1])) if days else selection.window


def step_of(window: Window) -> str:
    """What one point of a window stands for."""
    return "day" if window.days <= BY_DAY else "week" if window.days <= BY_WEEK else "month"


def told(evidence: Evidence) -> tuple[Figure | None, str]:
    """The value that stands for all of the evidence, and what it is: mean | total | latest | none."""
    if not len(evidence):
        return None, "none"
    if evidence.base == "results":
        found = statistics.numbers(evidence)
        return (float(found.value[-1]), "latest") if len(found) else (None, "none")
    if evidence.base in ADDED_UP and (statistics.has_total(evidence) or evidence.metric.kind in ("category", "event")):
        total = evidence.base == "occurrences" or statistics.has_total(evidence)
        return (float(evidence.value.sum()), "total") if total else (float(np.nanmean(evidence.value)), "mean")
    if evidence.metric.kind == "category":
        return float(evidence.value.sum()), "total"
    return statistics.number(evidence, "mean"), "mean"


def shares(evidence: Evidence) -> tuple[tuple[str, str, float], ...]:
    """(source, service, share of the rows) of every source that contributed, most first."""
    rows = evidence.row_source[distinct_rows(evidence.row)]
    counts = np.bincount(rows, minlength=len(evidence.sources)) if len(rows) else np.zeros(len(evidence.sources), int)
    found: dict[tuple[str, str], int] = {}
    for name, service, count in zip(evidence.sources, evidence.services, counts.tolist(), strict=True):
        found[name, service] = found.get((name, service), 0) + count
    ordered = sorted(((n, s, c) for (n, s), c in found.items() if c), key=lambda one: (-one[2], one[0]))
    return tuple((name, service, count / len(rows)) for name, service, count in ordered)


def handovers(evidence: Evidence) -> tuple[tuple[int, str], ...]:
    """(day number, source) of every day on which another source took over for good."""
    found = []
    for note in trend.breaks(evidence):
        day = day_number(date.fromisoformat(note.partition(":")[2]))
        leader = np.bincount(evidence.row_source[evidence.row_day == day]).argmax()
        found.append((day, evidence.sources[int(leader)]))
    return tuple(found)


# --- a measure -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric over a span. before: the span of the same length before it. inside: the day, when the span is one day.

    first, last: the first and the last day the record holds of it, None when it holds nothing.
    """

    course: Course
    before: Course | None
    inside: Inside
    first: date | None
    last: date | None


def measure(key: str, days: int | None, end: date | None, gather: Gather) -> Measure:
    """The metric over `days` days (None: all there are) up to `end`, which is the last day with data when none is named, never the future.

    Raises NotGranted.
    """
    first, last = held_days(key, gather)
    today = day_date(gather.today)
    until = max(date(FIRST_YEAR + 2, 1, 1), min(end or last or today, today))
    window = Window(until - timedelta(days=days - 1), until) if days else Window(min(first or until, until), until)
    found = course(Selection(key, window), gather)
    before = course(Selection(key, window.before()), gather) if days and found.values and found.how != "latest" else None
    return Measure(found, before, within_day(found.metric, day_number(until), gather) if days == 1 else Inside(), first, last)


def held_days(key: str, gather: Gather) -> tuple[date | None, date | None]:
    """The first and the last local day, not after today, of the rows the metric is made of."""
    metric = catalog().get(key)
    names = {base_metric(metric), *metric.parts, *(("activity_ring_energy",) if key.startswith("activity_ring_") else ())}
    mine = [h for h in gather.view.holdings() if h.metric in names]
    if not mine:
        return None, None
    first, last = local_day(np.array([min(h.first for h in mine), max(h.last for h in mine)]), gather.zone).tolist()
    return day_date(min(first, gather.today)), day_date(min(last, gather.today))


# --- points ----------------------------------------------------------------------------------------------------------


def _daily(evidence: Evidence) -> list[Value]:
    """One value for each day, for samples with their extremes."""
    points = daily(evidence)
    low = high = None
    if evidence.base == "samples" and len(evidence) > SPREAD * len(points):
        _, first, _ = by_day(evidence.day)
        low, high = np.minimum.reduceat(evidence.value, first), np.maximum.reduceat(evidence.value, first)
    return [
        Value(int(d), int(d), float(v), *((None, None) if low is None or high is None else (float(low[i]), float(high[i]))))
        for i, (d, v) in enumerate(zip(points.day, points.value, strict=True))
        if v == v
    ]


def stepped(days: Sequence[Value], step: str, window: Window, base: str) -> list[Value]:
    """Days as they are, or their weeks or months: the mean of the days with data, for what is counted the sum."""
    if step == "day":
        return list(days)
    parts: dict[int, list[Value]] = {}
    for value in days:
        parts.setdefault(_first_of(value.day, step), []).append(value)
    low, high = day_number(window.first), day_number(window.last)
    return [_joined(found, max(low, first), min(high, _last_of(first, step)), base in ADDED_UP) for first, found in sorted(parts.items())]


def _joined(days: Sequence[Value], first: int, last: int, add: bool) -> Value:
    known = [d.value for d in days if d.value is not None]
    value = (sum(known) if add else sum(known) / len(known)) if known else None
    lows, highs = [d.low for d in days if d.low is not None], [d.high for d in days if d.high is not None]
    return Value(first, last, value, min(lows, default=None), max(highs, default=None))


def _first_of(day: int, step: str) -> int:
    return day - (day + 3) % 7 if step == "week" else day_number(day_date(day).replace(day=1))


def _last_of(first: int, step: str) -> int:
    if step == "week":
        return first + 6
    return day_number((day_date(first) + timedelta(days=31)).replace(day=1)) - 1


def _pair(metric: Metric, selection: Selection, gather: Gather) -> Course:
    """A pair as one value from low to high; its figure is both means."""
    upper, lower = (gathered(replace(selection, metric=part), gather) for part in metric.parts)
    step = step_of(span(selection))
    below = {v.day: v.value for v in _daily(lower)}
    days = [Value(v.day, v.day, None, below[v.day], v.value) for v in _daily(upper) if v.day in below]
    mean = (statistics.number(upper, "mean"), statistics.number(lower, "mean")) if days else None
    values = [_middled(v, days) for v in stepped(days, step, selection.window, upper.base)] if step != "day" else days
    found = _course(upper, selection, step, values, mean, "mean" if mean else "none")
    return replace(found, metric=metric, n=upper.n + lower.n)


def _middled(part: Value, days: Sequence[Value]) -> Value:
    """The pair of a week or month: the mean of each of the two, not their extremes."""
    mine = [d for d in days if part.day <= d.day <= part.last]
    low, high = (float(np.mean([getattr(d, name) for d in mine])) for name in ("low", "high"))
    return replace(part, low=low, high=high)


def _results(evidence: Evidence, gather: Gather) -> list[Value]:
    facts = gather.raw(evidence.selection)
    assert not isinstance(facts, Series)
    return [
        Value(
            int(evidence.day[i]), int(evidence.day[i]), None if np.isnan(evidence.value[i]) else float(evidence.value[i]),
            said=evidence.text(i), side=side(facts[int(evidence.row[i])], evidence.metric),
        )
        for i in range(len(evidence))
    ]  # fmt: skip


def _band(evidence: Evidence, gather: Gather) -> tuple[float | None, float | None] | None:
    """The range of the latest report, in the unit of the course; None when none was printed."""
    facts = gather.raw(evidence.selection)
    if not len(evidence) or isinstance(facts, Series):
        return None
    ends = printed_range(facts[int(evidence.row[-1])], evidence.metric)
    low, high = (shown_number(v, evidence.metric, evidence.unit) if v == v else None for v in ends)
    return None if low is None and high is None else (low, high)


# --- one day ---------------------------------------------------------------------------------------------------------


def within_day(metric: Metric, day: int, gather: Gather) -> Inside:
    """A day from inside; empty for what has no inside: results, workouts, one value a day. Raises NotGranted."""
    if is_lab(metric) or metric.kind not in ("cumulative", "discrete", "nightly"):
        return Inside()
    window = Window(day_date(day), day_date(day))
    series = gather.view.series(base_metric(metric), window)
    if metric.kind == "nightly":
        return Inside(night=_night(series, day, gather))
    if metric.kind == "cumulative":
        return Inside(hours=_hours(series, metric, day, gather))
    evidence = gathered(Selection(metric.key, window), gather)
    return Inside(moments=_moments(evidence, gather.zone), averaged=len(evidence) > MOST_MOMENTS)


def _hours(series: Series, metric: Metric, day: int, gather: Gather) -> tuple[float, ...]:
    """The sum of each hour of the clock; the hour that a change of clocks skips is empty."""
    edges = instants(day * DAY_MS + np.arange(25, dtype=np.int64) * HOUR_MS, gather.zone)
    parts, where = inside(counted(series, metric, gather.now_ms), edges[:-1], edges[1:])
    sums: Floats = np.bincount(where, weights=parts.value, minlength=24).astype(np.float64)
    unit = told_unit(metric, gather)
    return tuple(shown_number(float(v), metric, unit) for v in sums) if sums.any() else ()


def _moments(evidence: Evidence, zone: str) -> tuple[tuple[float, float], ...]:
    minute = local_ms_of_day(evidence.at, zone) / MINUTE_MS
    if len(evidence) <= MOST_MOMENTS:
        return tuple((float(m), float(v)) for m, v in zip(minute, evidence.value, strict=True))
    stretch, where = np.unique((minute // 5).astype(int), return_inverse=True)
    mean = np.bincount(where, weights=evidence.value) / np.bincount(where)
    return tuple((float(s * 5), float(v)) for s, v in zip(stretch, mean, strict=True))


def _night(series: Series, day: int, gather: Gather) -> tuple[tuple[float, float, str], ...]:
    """The stages of the night that ended on that day, by the source that speaks for it, and its time in bed."""
    slept = nights(series, gather.zone, gather.now_ms)
    mine = [i for i in range(len(slept)) if slept.main[i] and int(slept.day[i]) == day]
    if not mine:
        return ()
    rows = np.concatenate((slept.row[slept.row_of == mine[0]], slept.bed_row[slept.bed_row_of == mine[0]]))
    zone = slept.zone[mine[0]]
    start, end = ((at + offsets(at, zone)) / MINUTE_MS - day * 1440.0 for at in (series.start[rows], series.end[rows]))
    stage = [series.words[int(code)] if code >= 0 else "asleep" for code in series.text[rows]]
    return tuple(sorted((float(a), float(b), s) for a, b, s in zip(start, end, stage, strict=True)))
