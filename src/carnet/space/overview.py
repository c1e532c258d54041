"""What the first page and the list of measures say of a record, computed from a View in few reads. It words nothing and grades nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import numpy as np

from carnet.assistant.computing.gather import Gather, is_lab
from carnet.consent import NotGranted
from carnet.insights.evidence import daily
from carnet.insights.single_facts import day_of, side
from carnet.record.catalog import Metric, catalog
from carnet.record.clock import day_date, day_number, local_day
from carnet.record.selection import Filters, Selection, Window
from carnet.record.view import Holding
from carnet.space.figures import Figure, Inside, Value, course, gathered, within_day
from carnet.vault.view import View

T = TypeVar("T")
RECENT = 30
USUAL_WEEKS = 8
FEWEST = 8  # values before a range of one's own is told
FEWEST_OF_WEEK = 8  # days of the weeks before, to be compared with
PINNED = ("resting_heart_rate", "steps", "weight")
MOVED = ("steps", "active_energy", "exercise_minutes")
INSTEAD = {  # what is shown in place of what is stored
    "sleep_stage": ("sleep_duration", "sleep_start", "sleep_end", "sleep_core", "sleep_deep", "sleep_rem", "sleep_awake", "awakenings"),
    "workout": ("workout", "workout_duration", "workout_distance", "workout_energy"),
    "activity_ring_energy": ("activity_ring_energy", "activity_ring_exercise", "activity_ring_stand"),
    "blood_pressure_systolic": ("blood_pressure",),
    "blood_pressure_diastolic": (),
    "blood_pressure": ("blood_pressure",),
}


@dataclass(frozen=True, slots=True)
class Usual:
    """The range in which half of one's own recent values lie: first and third quartile of `n` values, and their rows."""

    low: float
    high: float
    n: int
    link: str


@dataclass(frozen=True, slots=True)
class Held:
    """One measure of the record: its last value with its day, its course before that day, where its rows are.

    spark: one value for each of the days up to `day`, None where there is none; of laboratory results, the last ones.
    partial: the day is not over.
    """

    metric: Metric
    unit: str
    latest: Value
    figure: Figure | None
    spark: tuple[float | None, ...]
    link: str
    partial: bool = False
    usual: Usual | None = None


@dataclass(frozen=True, slots=True)
class LastNight:
    """The last night recorded: its day of waking, minutes asleep, its stages; the nights before it."""

    day: int
    asleep: float
    stages: Inside
    link: str
    usual: Usual | None


@dataclass(frozen=True, slots=True)
class Week:
    """The days of this week that are over, as a mean of one measure, beside the same weekdays of the weeks before."""

    metric: Metric
    unit: str
    mean: float
    days: int
    link: str
    usual: float | None
    usual_link: str
    so_far: bool  # False: the week has just begun, these are the last seven days


@dataclass(frozen=True, slots=True)
class LabReport:
    """The latest laboratory report: how many results, how many lie outside the range printed with them, how many came without one."""

    day: int
    results: int
    outside: int
    without_range: int


@dataclass(frozen=True, slots=True)
class Today:
    """The first page. has_data: something was brought in. allowed: some of it may be read. The rest is None where nothing is."""

    today: int
    has_data: bool
    allowed: bool
    night: LastNight | None = None
    week: Week | None = None
    pinned: tuple[Held, ...] = ()
    labs: LabReport | None = None


def today(view: View, gather: Gather) -> Today:
    """The first page; what is not granted is simply not there."""
    has_data, allowed = bool(view.services()), view.sees_anything()
    if not (has_data and allowed):
        return Today(gather.today, has_data, allowed)
    holdings = {h.metric: h for h in view.holdings()}
    moved = next((key for key in MOVED if key in holdings), None)
    pinned = [held(key, holdings[key], gather, usual=True) for key in PINNED if key in holdings]
    return Today(
        gather.today, True, True,
        last_night(gather) if "sleep_stage" in holdings else None,
        this_week(moved, gather) if moved else None,
        tuple(h for h in pinned if h),
        last_report(gather),
    )  # fmt: skip


def board(view: View, gather: Gather) -> list[Held]:
    """Every measure the record holds, in the order of the catalogue."""
    found: dict[str, Held] = {}
    for holding in view.holdings():
        for key in INSTEAD.get(holding.metric, (holding.metric,)):
            one = None if key in found else if_granted(partial(held, key, holding, gather))
            if one:
                found[key] = one
    order = {key: i for i, key in enumerate(catalog().metrics)}
    return sorted(found.values(), key=lambda h: (order.get(h.metric.key, len(order)), h.metric.key))


def if_granted(read: Callable[[], T]) -> T | None:
    """What was read, None where nothing of it is granted: a page that shows many things leaves that one out."""
    try:
        return read()
    except NotGranted:
        return None


def held(key: str, holding: Holding, gather: Gather, usual: bool = False) -> Held | None:
    """A measure with its last value and its course of 30 days, None when its rows hold no value that counts. Raises NotGranted."""
    last = min(_day(holding.last, gather), gather.today)
    metric = catalog().get(key)
    first = day_number(day_date(_day(holding.first, gather))) if is_lab(metric) else last - RECENT + 1
    found = course(Selection(key, Window(day_date(min(first, last)), day_date(last + 1))), gather)
    if not found.values:
        return None
    end = found.values[-1]
    figure: Figure | None = (end.high, end.low) if end.high is not None and end.low is not None and end.value is None else end.value
    days = {v.day: v.value if v.value is not None else v.high for v in found.values}
    spark = [v.value for v in found.values][-12:] if is_lab(metric) else [days.get(d) for d in range(end.day - RECENT + 1, end.day + 1)]
    mine = usual_of([v.value for v in found.values if v.day < gather.today], found.link) if usual else None
    return Held(found.metric, found.unit, end, figure, tuple(spark), found.link, found.partial and end.day == gather.today, mine)


def _day(ms: int, gather: Gather) -> int:
    return int(local_day(np.array([ms]), gather.zone)[0])


def usual_of(values: Sequence[float | None], link: str) -> Usual | None:
    """The quartiles of the values, None for too few."""
    known = [v for v in values if v is not None]
    if len(known) < FEWEST:
        return None
    low, high = np.quantile(known, (0.25, 0.75))
    return Usual(float(low), float(high), len(known), link)


def last_night(gather: Gather) -> LastNight | None:
    """The last night of the past 60 days with the range of the 30 days before it."""
    window = Window(day_date(gather.today - 60), day_date(gather.today))
    asof = getattr(gather.view, "asof", None)
    evidence = if_granted(lambda: gathered(Selection("sleep_duration", window, asof=asof), gather))
    if evidence is None or not len(evidence):
        return None
    day = int(evidence.day[-1])
    itself = evidence.within(Window(day_date(day), day_date(day)))
    before = evidence.within(Window(day_date(day - RECENT), day_date(day - 1)))
    return LastNight(
        day, float(evidence.value[-1]), within_day(evidence.metric, day, gather), itself.selection.link(),
        usual_of(before.value.tolist(), before.selection.link()),
    )  # fmt: skip


def this_week(key: str, gather: Gather) -> Week | None:
    """The days of this week that are over beside the same weekdays of eight weeks before; on its first day the last seven days."""
    today = day_date(gather.today)
    begun = today - timedelta(days=(today.isoweekday() - (1 if gather.view.person.week_start == "mon" else 0)) % 7)
    window = Window(begun, today - timedelta(days=1)) if begun < today else Window(today - timedelta(days=7), today - timedelta(days=1))
    days = tuple(sorted({(window.first + timedelta(days=i)).isoweekday() for i in range(window.days)}))
    asof = getattr(gather.view, "asof", None)
    mine = if_granted(lambda: gathered(Selection(key, window, asof=asof), gather))
    if mine is None or not len(mine):
        return None
    before = Window(window.first - timedelta(weeks=USUAL_WEEKS), window.first - timedelta(days=1))
    usual = daily(gathered(Selection(key, before, Filters(weekdays=days if len(days) < 7 else ()), asof), gather))
    mean = float(daily(mine).value.mean())
    known = float(usual.value.mean()) if len(usual) >= FEWEST_OF_WEEK else None
    return Week(
        mine.metric, mine.unit, mean, len(mine), mine.selection.link(), known, replace(usual.selection).link(), begun < today
    )  # fmt: skip


def last_report(gather: Gather) -> LabReport | None:
    """The last day that has laboratory results, counted by the range printed with each."""
    facts = if_granted(lambda: gather.view.observations("lab", None))
    dated = [(day, f) for f in facts or () if (day := day_of(f, gather.zone)) is not None and day <= gather.today]
    if not dated:
        return None
    last = max(day for day, _ in dated)
    sides = [side(f, catalog().get(f.metric)) for day, f in dated if day == last]
    return LabReport(last, len(sides), sum(s in ("below", "above") for s in sides), sides.count("unknown"))
