"""When a question is about: its period and filters, the other side of a comparison, and what is taken when nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from carnet.assistant.plan import Agg, Comparison, Period
from carnet.assistant.understanding.calendars import BEGINNING, calendar_unit
from carnet.assistant.understanding.dates import Span, period_of, relative_to
from carnet.assistant.understanding.periods import Found
from carnet.assistant.understanding.reading import Reading
from carnet.record.catalog import Metric
from carnet.record.selection import Filters, Window

WEEKEND, WEEK = (6, 7), (1, 2, 3, 4, 5)
EVENINGS = ((18, 23), (23, 24), (18, 24))
OVER_ALL = frozenset({Agg.LATEST, Agg.FIRST, Agg.CHANGE, Agg.EXISTS, Agg.OUT_OF_RANGE, Agg.STREAK})


@dataclass(frozen=True, slots=True)
class Timing:
    """period: None when none was said. other: the second period said. filters: all that were said, merged.
    sides: two filters that exclude each other (weekends and weekdays, morning and evening), as said."""

    period: Period | None = None
    other: Period | None = None
    filters: Filters = field(default_factory=Filters)
    sides: tuple[Filters, Filters] | None = None
    relative: tuple[int, str] | None = None
    unit: str = ""
    ends: tuple[Period, Period] | None = None
    assumptions: tuple[str, ...] = ()


def timing(r: Reading, metric: Metric, today: date) -> Timing:
    """The Timing of a question about one metric."""
    nightly = metric.kind == "nightly"
    spans = [_at_night(s, today) for s in r.spans] if nightly else list(r.spans)
    dated = [s for s in spans if s.period is not None]
    if len(dated) > 1:
        dated = [s for s in dated if s.period is not None and s.period.kind != "all"] or dated[:1]
    dated = _from_to(dated)
    said = [s.filters for s in spans if s.filters and not (s.period is None and nightly and s.filters.hours)]
    merged, sides = _merged(said)
    periods = [s.period for s in dated]
    if not nightly and periods and periods[0] and periods[0].kind == "night" and not merged.hours:
        merged = replace(merged, hours=(0, 5))
    return Timing(
        periods[0] if periods else None,
        periods[1] if len(periods) > 1 else None,
        merged, sides,
        next((s.relative for s in spans if s.relative and s.period is None), None),
        dated[0].found.unit if dated else "",
        _ends(dated, today),
        tuple(dict.fromkeys(s.assumption for s in spans if s.assumption)),
    )  # fmt: skip


def _ends(dated: list[Span], today: date) -> tuple[Period, Period] | None:
    """The two sides of "the difference between January and March"."""
    if len(dated) != 1 or dated[0].found.ends is None:
        return None
    first, last = (period_of(Found(window), today) for window in dated[0].found.ends)
    return (first, last) if first is not None and last is not None else None


def _from_to(dated: list[Span]) -> list[Span]:
    """`Since March` with `up to yesterday` is one period."""
    kinds = {s.period.kind: s for s in dated if s.period is not None}
    if len(dated) != 2 or set(kinds) != {"since", "until"}:
        return dated
    since, until = kinds["since"].period, kinds["until"].period
    assert since is not None
    assert until is not None
    window = Window(since.window.first, until.window.last)
    return [replace(dated[0], period=Period(window, "between", since.partial and until.partial))] if window.days else dated


def _at_night(span: Span, today: date) -> Span:
    """ "Yesterday evening" about sleep is the night that follows; "this morning" is the night that ended."""
    if span.period is None or span.found.unit != "day_part":
        return span
    day = span.period.window.first + timedelta(1) if span.filters.hours in EVENINGS else span.period.window.first
    day = min(day, today)
    return replace(span, period=Period(Window(day, day), "night", day == today), filters=Filters())


def _merged(said: Sequence[Filters]) -> tuple[Filters, tuple[Filters, Filters] | None]:
    """All filters in one; two that share no weekday or no hour are the two sides of a comparison instead, or are joined."""
    weekdays = [f.weekdays for f in said if f.weekdays]
    hours = [f.hours for f in said if f.hours]
    base = Filters(weekdays=tuple(sorted({d for days in weekdays for d in days})), hours=hours[0] if hours else None)
    if len(hours) > 1 and hours[0] != hours[1]:
        return base, (replace(base, hours=hours[0]), replace(base, hours=hours[1]))
    if len(weekdays) == 2 and not set(weekdays[0]) & set(weekdays[1]):
        return base, (replace(base, weekdays=weekdays[0]), replace(base, weekdays=weekdays[1]))
    return base, None


def all_time(today: date) -> Period:
    """Everything up to today."""
    return Period(Window(BEGINNING, today), "all", True)


def rolling(days: int, today: date, kind: str = "default") -> Period:
    """The last n whole days."""
    return Period(Window(today - timedelta(days), today - timedelta(1)), kind)


def default_period(metric: Metric, agg: Agg, rank_sessions: bool, today: date, group: str = "") -> tuple[Period, tuple[str, ...]]:
    """What is taken when no period was said, and its code. Months and years are compared over more than one of them."""
    if group == "year":
        return all_time(today), ("period:all",)
    if group in GROUP_DAYS:
        return rolling(GROUP_DAYS[group], today), (f"period:{GROUP_DAYS[group]}_days",)
    lab = metric.kind == "lab" or metric.category in ("body", "vitals") or metric.default_agg == "latest"
    if agg in OVER_ALL or rank_sessions or (lab and metric.kind == "lab"):
        return all_time(today), ("period:all",)
    if lab and agg in (Agg.LIST, Agg.COUNT, Agg.MIN, Agg.MAX, Agg.RANK, Agg.DAYS_WHERE):
        return all_time(today), ("period:all",)
    if agg == Agg.LIST and metric.kind in ("event", "category"):
        return all_time(today), ("period:all",)
    if agg == Agg.TREND:
        return rolling(90, today), ("period:90_days",)
    instant = metric.kind == "discrete" and metric.key not in ONE_A_DAY and not lab
    days = 7 if instant else 30
    return rolling(days, today), (f"period:{days}_days",)


GROUP_DAYS = {"month": 365}
ONE_A_DAY = frozenset({
    "resting_heart_rate", "walking_heart_rate", "hrv_sdnn", "hrv_rmssd", "cardio_fitness", "wrist_temperature",
    "wrist_temperature_deviation", "respiratory_rate", "heart_rate_recovery", "walking_speed", "step_length",
})  # fmt: skip


Sides = tuple[Period | None, Comparison | None, Filters | None, tuple[str, ...]]


def comparison(r: Reading, t: Timing, yes_no: bool, today: date) -> Sides:
    """(period, Comparison, filters of the first side, assumptions) when two sides are compared; Nones otherwise."""
    said = r.has("compare") or r.has("more") or (yes_no and r.has("sup", "best", "worst"))
    if t.ends and (r.has("compare", "yes") or (r.has("agg", "mean") and r.has("agg", "trend", "change"))):
        return t.ends[1], Comparison("periods", other=t.ends[0]), None, ()
    if t.sides and (said or _kind(t.sides) != "weekdays"):
        return None, Comparison(_kind(t.sides), other_filters=t.sides[1]), t.sides[0], ()
    if t.period and t.other:
        notes = () if said else ("two_periods",)
        return t.period, Comparison("periods", other=t.other), None, notes
    if not said:
        return None, None, None, ()
    if t.relative is not None and t.period is None:
        base = rolling(30, today)
        back = period_of(relative_to(t.relative, base.window), today)
        return (base, Comparison("periods", other=back), None, ("period:30_days",)) if back else (None, None, None, ())
    return _one_side(r, t, yes_no, today)


def _one_side(r: Reading, t: Timing, yes_no: bool, today: date) -> Sides:
    """A comparison with one side said: than usual, than last month, "am I sleeping more?", "more this week?"."""
    if r.has("compare", "usual"):
        period = t.period or rolling(30, today)
        notes = ("baseline:90_days", *(() if t.period else ("period:30_days",)))
        return period, Comparison("periods", other=_before(period, 90)), None, notes
    days = t.filters.weekdays
    if days in (WEEKEND, WEEK) and (t.period is None or yes_no):
        other = replace(t.filters, weekdays=WEEK if days == WEEKEND else WEEKEND)
        return None, Comparison("weekend", other_filters=other), t.filters, ("other_days",)
    if t.period is None:
        if not yes_no and not r.has("more"):
            return None, None, None, ()
        period = rolling(30, today)
        return period, Comparison("periods", other=_before(period, 90)), None, ("comparison:30_against_90",)
    if _is_other(r):
        period, notes = _running(t, today)
        return period, Comparison("periods", other=t.period), None, notes
    back = period_of(relative_to((0, t.unit), t.period.window, t.unit), today)
    if back is None or t.period.kind in ("all", "since", "until"):
        return None, None, None, ()
    return t.period, Comparison("periods", other=back), None, ("comparison:previous",)


def _before(period: Period, days: int) -> Period:
    first = period.window.first
    return Period(Window(first - timedelta(days), first - timedelta(1)), "rolling")


def _is_other(r: Reading) -> bool:
    """Whether the only period said stands after "than", "par rapport à", "qu'": it is the other side."""
    span = next(s for s in r.spans if s.period is not None)
    before = [t.text for t in r.said[: span.first]]
    own = [t.text for t in r.said[span.first : span.first + 1]]
    near = set(before[-2:]) | set(own)
    against = {"versus", "vs", "to", "with", "against", "a", "au", "contre", "rapport"}
    return bool(near & {"than", "que", "qu"}) or (r.has("compare") and bool(near & against))


def _running(t: Timing, today: date) -> tuple[Period, tuple[str, ...]]:
    """This week for "than last week", today for "than yesterday", else the last 30 days."""
    unit = t.unit
    if unit in ("day", "week", "month", "year", "quarter", "weekend") and t.period is not None:
        now = period_of(Found(calendar_unit(today, unit, 0), "day" if unit == "day" else "calendar"), today)
        if now is not None and now.window.first > t.period.window.first:
            return now, (f"period:this_{unit}",)
    return rolling(30, today), ("period:30_days",)


def _kind(sides: tuple[Filters, Filters]) -> Literal["hours", "weekend", "weekdays"]:
    if sides[0].hours != sides[1].hours:
        return "hours"
    return "weekend" if {sides[0].weekdays, sides[1].weekdays} == {WEEKEND, WEEK} else "weekdays"
