"""The two sides of a comparison, and the selection that opens the rows of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta

from carnet.assistant.computing.figures import Asked, asked, told_unit
from carnet.assistant.computing.gather import Gather, is_workout
from carnet.assistant.plan import Agg, Comparison, Plan
from carnet.insights import compare, conditions
from carnet.insights.errors import NotDefined
from carnet.insights.evidence import Evidence
from carnet.insights.finding import Finding
from carnet.insights.units import shown, shown_number
from carnet.record.catalog import Metric
from carnet.record.selection import Filters, Selection, Window

COMPARED = {
    Agg.TOTAL: "sum", Agg.MEAN: "mean", Agg.MEDIAN: "median", Agg.SD: "sd", Agg.QUANTILE: "quantile", Agg.MIN: "min", Agg.MAX: "max",
    Agg.COUNT: "count", Agg.TREND: "mean", Agg.CHANGE: "mean", Agg.TYPICAL_TIME: "mean", Agg.RANK: "mean", Agg.LIST: "mean",
}  # fmt: skip
WEEKEND, WEEKDAYS = (6, 7), (1, 2, 3, 4, 5)


class NoSide(Exception):
    """One side of a comparison has no data: its selection."""

    def __init__(self, selection: Selection) -> None:
        super().__init__("one side has no data")
        self.selection = selection


def sides(plan: Plan, metric: str) -> tuple[Selection, Selection, Selection]:
    """The later side (or group a), the earlier (or group b), and both together."""
    comparison = plan.comparison
    assert comparison
    own = Selection(metric, plan.period.window, plan.filters)
    if comparison.other is not None:
        other = replace(own, window=comparison.other.window, filters=comparison.other_filters or plan.filters)
        later, earlier = sorted((own, other), key=lambda s: (s.window.first, s.window.last), reverse=True)
        return later, earlier, _hull(later, earlier)
    a, b = _groups(comparison, plan.filters)
    return replace(own, filters=a), replace(own, filters=b), replace(own, filters=_either(a, b))


def _groups(comparison: Comparison, filters: Filters) -> tuple[Filters, Filters]:
    if comparison.kind == "weekend":
        first = filters if filters.weekdays else replace(filters, weekdays=WEEKEND)
        rest = WEEKDAYS if tuple(sorted(first.weekdays)) == WEEKEND else WEEKEND
        return first, comparison.other_filters or replace(filters, weekdays=rest)
    if comparison.other_filters is None:
        raise NotDefined("a comparison without its other side")
    return filters, comparison.other_filters


def _hull(later: Selection, earlier: Selection) -> Selection:
    """The window around both periods, with the days between them left out."""
    window = Window(min(later.window.first, earlier.window.first), max(later.window.last, earlier.window.last))
    first, last = earlier.window.last + timedelta(days=1), later.window.first - timedelta(days=1)
    filters = _either(later.filters, earlier.filters)
    if first <= last and filters.gap is None:
        filters = replace(filters, gap=(first.isoformat(), last.isoformat()))
    return replace(later, window=window, filters=filters)


def _either(a: Filters, b: Filters) -> Filters:
    """Filters that let both sides pass: weekdays and days together; any other condition only where both have it."""
    same = {f.name: getattr(a, f.name) for f in fields(Filters) if getattr(a, f.name) == getattr(b, f.name)}
    if "weekdays" not in same:
        both = tuple(sorted({*a.weekdays, *b.weekdays})) if a.weekdays and b.weekdays else ()
        same["weekdays"] = () if len(both) == 7 else both
    if "days" not in same:
        same["days"] = tuple(sorted({*a.days, *b.days})) if a.days and b.days else ()
    return Filters(**same)


def compared(plan: Plan, gather: Gather, metric: Metric) -> list[Finding]:
    """[difference, later or first side, earlier or second side]. Raises NoSide when one has no data."""
    comparison = plan.comparison
    assert comparison
    if comparison.kind == "goal":
        return _against_goal(plan, gather, metric)
    one, two, both = sides(plan, metric.key)
    counts = is_workout(metric) and plan.agg in (Agg.COUNT, Agg.TOTAL, Agg.MEAN) and metric.key == "workout"
    first, second = (_ready(plan, gather, metric, s, may_be_empty=counts) for s in (one, two))
    together = shown(gather.evidence(both), told_unit(plan, gather, metric))
    labels = _labels(comparison)
    if plan.agg in (Agg.DAYS_WHERE, Agg.SHARE):
        return _conditions(plan, first, second, together, labels)
    if plan.agg not in COMPARED:
        raise NotDefined(f"a comparison of {plan.agg}")
    agg = "count" if counts else COMPARED[plan.agg]
    values = [_without_today(a.evidence, agg) for a in (first, second)]
    return compare.compare(values[0], values[1], together, agg, labels, plan.quantile)


def _labels(comparison: Comparison) -> tuple[str, str]:
    return ("later", "earlier") if comparison.other is not None else ("a", "b")


def _ready(plan: Plan, gather: Gather, metric: Metric, selection: Selection, may_be_empty: bool) -> Asked:
    evidence = gather.evidence(selection)
    if not len(evidence) and not may_be_empty:
        raise NoSide(selection)
    return asked(plan, gather, metric, evidence)


def _without_today(evidence: Evidence, agg: str) -> Evidence:
    """Today's unfinished total is never the smallest."""
    return evidence.valued(evidence.day != evidence.today) if agg == "min" and evidence.base == "daily_totals" else evidence


def _conditions(plan: Plan, first: Asked, second: Asked, both: Evidence, labels: Sequence[str]) -> list[Finding]:
    told = []
    for one, label in zip((first, second), labels, strict=True):
        if one.met is None:
            raise NotDefined("a condition without a threshold")
        found = (conditions.days_where if plan.agg == Agg.DAYS_WHERE else conditions.share)(one.evidence, one.met, one.said)
        told.append(replace(found, label=label))
    difference = float(told[0].value) - float(told[1].value)  # type: ignore[arg-type]
    whole = (conditions.days_where if plan.agg == Agg.DAYS_WHERE else conditions.share)(both, first.met, first.said)  # type: ignore[arg-type]
    return [replace(whole, value=difference, method=f"compare/1 each={told[0].method}", label="difference"), *told]


def _against_goal(plan: Plan, gather: Gather, metric: Metric) -> list[Finding]:
    goal = dict(gather.view.person.goals).get(metric.key)
    if goal is None:
        raise NotDefined("no goal is set")
    one = _ready(plan, gather, metric, Selection(metric.key, plan.period.window, plan.filters), may_be_empty=False)
    value = shown_number(float(goal), metric, one.evidence.unit)
    return compare.against(one.evidence, COMPARED.get(plan.agg, "mean"), value, plan.quantile)
