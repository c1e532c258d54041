"""Two sides of one metric: their difference, absolute and in percent, each with its own coverage."""

from __future__ import annotations

import numpy as np

from carnet.insights.evidence import Evidence, finding
from carnet.insights.finding import Finding
from carnet.insights.statistics import level, number
from carnet.insights.trend import FLAT_CLOCK_MIN, FLAT_SHARE, VERDICT_DAYS, VERDICT_RESULTS, breaks

NO_PERCENT = ("Cel", "[degF]", "K", "clock")


def compare(
    first: Evidence, second: Evidence, both: Evidence, agg: str, labels: tuple[str, str], quantile: float | None = None
) -> list[Finding]:
    """First minus second, then both sides. Periods of unequal length compare daily averages.

    first: the later period (or group a). both: the evidence of the two together. The note `percent:` holds the difference in percent of
    the second, where that means something.
    """
    notes: list[str] = []
    if agg == "sum" and len(first.days) != len(second.days):
        agg, notes = "mean", ["unequal_length"]
    one, two = number(first, agg, quantile), number(second, agg, quantile)
    difference = one - two
    method = f"compare/1 each={agg} of={first.base}"
    unit = "min" if first.clock else "{count}" if agg == "count" else None
    outcome = _verdict(first, second, difference, two)
    notes += [outcome, *breaks(both)]
    if two > 0 and first.unit not in NO_PERCENT:
        notes.append(f"percent:{100.0 * difference / two:.6g}")
    told = [finding(both, difference, method, unit=unit, label="difference", notes=notes)]
    for side, value, label in ((first, one, labels[0]), (second, two, labels[1])):
        shown = value if agg in ("count", "sd") else level(side, value)
        told.append(finding(side, shown, f"{agg}/1 of={side.base}", unit="{count}" if agg == "count" else None, label=label))
    return told


def _verdict(first: Evidence, second: Evidence, difference: float, base: float) -> str:
    """more, less, about_the_same (limits as for a trend) or few."""
    need = VERDICT_RESULTS if first.base == "results" else VERDICT_DAYS
    if len(np.unique(first.day)) + len(np.unique(second.day)) < need:
        return "few"
    if abs(difference) < (FLAT_CLOCK_MIN if first.clock else FLAT_SHARE * abs(base)):
        return "about_the_same"
    return "more" if difference > 0 else "less"


def against(evidence: Evidence, agg: str, goal: float, quantile: float | None = None) -> list[Finding]:
    """The figure minus a goal (in the evidence's unit), the figure, the goal."""
    value = number(evidence, agg, quantile)
    unit = "min" if evidence.clock else None
    notes = ("goal_reached" if value >= goal else "goal_not_reached",)
    return [
        finding(evidence, value - goal, f"compare/1 each={agg} goal={goal:g}", unit=unit, label="difference", notes=notes),
        finding(evidence, level(evidence, value), f"{agg}/1 of={evidence.base}", label="actual"),
        finding(evidence, level(evidence, goal), "goal/1", label="goal"),
    ]
