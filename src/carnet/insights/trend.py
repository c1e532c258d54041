"""Change over time: least squares over daily values, the change between two values, and how two metrics go together."""

from __future__ import annotations

import numpy as np

from carnet.insights.errors import NotDefined
from carnet.insights.evidence import Evidence, daily, finding
from carnet.insights.finding import Finding
from carnet.insights.statistics import numbers, single
from carnet.record.clock import day_date
from carnet.record.model import Floats, Ints

FEW_POINTS = 5  # up to here the change is last minus first
VERDICT_DAYS = 14  # distinct days for a verdict; results of a laboratory need 3
VERDICT_RESULTS = 3
FLAT_SHARE = 0.03  # of the mean
FLAT_CLOCK_MIN = 10.0
PAIRS = 10
FEW_PAIRS = 30


def slope(day: Ints, value: Floats) -> float:
    """The least-squares slope a day of values over day numbers."""
    x = day - day.mean()
    return float((x * (value - value.mean())).sum() / (x * x).sum())


def verdict(change: float, mean: float, clock: bool, days: int, need: int) -> str:
    """up, down, flat (under 3 % of the mean, 10 minutes for clock times) or too_few."""
    if days < need:
        return "too_few"
    if abs(change) < (FLAT_CLOCK_MIN if clock else FLAT_SHARE * abs(mean)):
        return "flat"
    return "up" if change > 0 else "down"


def trend(evidence: Evidence) -> list[Finding]:
    """The change over the window, then the slope per week.

    Fitted: slope times the days between the first and the last day with data; with 5 points or fewer last minus first. Notes carry the
    verdict, and a break where another device or source took over.
    """
    points = daily(numbers(evidence)).need(2)
    if evidence.metric.kind == "category":
        raise NotDefined("a trend of words")
    if points.day[0] == points.day[-1]:
        points = points.need(len(points) + 1)
    per_day = slope(points.day, points.value)
    few = len(points) <= FEW_POINTS
    change = float(points.value[-1] - points.value[0]) if few else per_day * float(points.day[-1] - points.day[0])
    need = VERDICT_RESULTS if evidence.base == "results" else VERDICT_DAYS
    said = verdict(change, float(points.value.mean()), evidence.clock, len(np.unique(points.day)), need)
    days = len(np.unique(points.day))
    notes = (f"too_few:{days}" if said == "too_few" else said, *breaks(evidence))
    unit = "min" if evidence.clock else None
    method = f"trend/1 of={points.base} points={len(points)} " + ("change=last-first" if few else "change=fitted")
    whole = finding(evidence, change, method, unit=unit, notes=notes)
    rate = finding(evidence, per_day * 7, f"slope/1 of={points.base} per=week", unit=unit, label="per_week", notes=notes)
    return [whole, rate]


def breaks(evidence: Evidence) -> tuple[str, ...]:
    """`break:<day>` where the source with most rows hands over to another one that was not there before."""
    if len(evidence.sources) < 2 or not len(evidence.row):
        return ()
    day, where = np.unique(evidence.row_day, return_inverse=True)
    table = np.zeros((len(day), len(evidence.sources)), np.int64)
    np.add.at(table, (where, evidence.row_source), 1)
    leader = table.argmax(axis=1)
    found = []
    for i in np.flatnonzero(leader[1:] != leader[:-1]) + 1:
        if not (leader[:i] == leader[i]).any() and not (leader[i:] == leader[i - 1]).any() and min(i, len(day) - i) >= 3:
            found.append(f"break:{day_date(day[i])}")
    return tuple(found)


def change(evidence: Evidence) -> list[Finding]:
    """The last value minus the one before (laboratory results) or minus the first (daily values); then both values."""
    points = evidence if evidence.base == "results" else daily(evidence)
    points = points.need(2)
    i, j = len(points) - 1, (len(points) - 2 if evidence.base == "results" else 0)
    sides = [single(points, i, "latest/1", "later"), single(points, j, "latest/1" if j else "first/1", "earlier")]
    if any("censored" in side.notes or (isinstance(side.value, str) and not points.clock) for side in sides):
        raise NotDefined("a difference with a value that is not a number")
    part = points.on_days([int(points.day[i]), int(points.day[j])])
    difference = float(points.value[i] - points.value[j])
    days = int(points.day[i] - points.day[j])
    unit = "min" if evidence.clock else None
    told = finding(part, difference, f"change/1 of={points.base} days={days}", unit=unit, date=points.moment(i), notes=breaks(evidence))
    return [told, *sides]


def relation(x: Evidence, y: Evidence) -> list[Finding]:
    """Pearson's r of the daily values of two metrics on the same days, then each one's mean on those days.

    Raises NotEnoughData under 10 pairs and NotDefined when one of them never changes.
    """
    a, b = daily(numbers(x)), daily(numbers(y))
    both, i, j = np.intersect1d(a.day, b.day, return_indices=True)
    pairs = a.valued(np.isin(np.arange(len(a)), i)).need(PAIRS)
    left, right = a.value[i], b.value[j]
    if np.all(left == left[0]) or np.all(right == right[0]):
        raise NotDefined("a relation with a value that never changes")
    u, v = left - left.mean(), right - right.mean()
    r = float((u * v).sum() / np.sqrt((u * u).sum() * (v * v).sum()))
    notes = (f"pairs:{len(both)}", *(("few_days",) if len(both) < FEW_PAIRS else ()))
    method = f"pearson/1 x={x.metric.key} y={y.metric.key} pairs={len(pairs)} lag=0"
    return [
        finding(x, r, method, unit="1", notes=notes),
        finding(x, float(left.mean()), f"mean/1 of={a.base} pairs={len(pairs)}", label="x"),
        finding(y, float(right.mean()), f"mean/1 of={b.base} pairs={len(pairs)}", label="y"),
    ]
