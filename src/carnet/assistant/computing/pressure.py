"""Plans for blood pressure: the two parts are computed apart and told as a pair; single readings are pairs of one moment."""

from __future__ import annotations

from dataclasses import replace

from carnet.assistant.computing.figures import Asked, asked, findings
from carnet.assistant.computing.gather import Gather
from carnet.assistant.computing.sides import compared
from carnet.assistant.plan import Agg, Plan
from carnet.insights.errors import NotDefined, NotEnoughData
from carnet.insights.finding import Finding
from carnet.insights.pairs import Readings, together
from carnet.record.catalog import Metric, catalog
from carnet.record.selection import Selection

NUMBERS = (Agg.MEAN, Agg.MEDIAN, Agg.QUANTILE, Agg.SD, Agg.TREND)
OF_ONE = (Agg.COVERAGE, Agg.EXISTS, Agg.TYPICAL_TIME)


def pressure(plan: Plan, gather: Gather, metric: Metric) -> list[Finding]:
    """The Findings of a Plan for a pair. Raises NotEnoughData and NotDefined."""
    if plan.condition:
        raise NotDefined("one threshold for two values")
    if plan.comparison:
        return together(metric, *(compared(plan, gather, catalog()[part]) for part in metric.parts))
    parts = [_part(plan, gather, part) for part in metric.parts]
    if plan.agg in NUMBERS:
        return together(metric, findings(parts[0]), findings(parts[1]))
    readings = Readings(metric, parts[0].evidence, parts[1].evidence)
    if plan.agg == Agg.COUNT and plan.group == "none":
        return [readings.count()]
    if plan.agg in OF_ONE:
        return [_of_both(metric, parts, found) for found in findings(parts[0])]
    return _single(plan, readings)


def _single(plan: Plan, readings: Readings) -> list[Finding]:
    """Figures that are readings: pairs of one moment."""
    if not len(readings):
        raise NotEnoughData(1, 0)
    if plan.agg in (Agg.LATEST, Agg.FIRST):
        return [readings.told(len(readings) - 1 if plan.agg == Agg.LATEST else 0, f"{plan.agg}/1 of=readings")]
    if plan.agg in (Agg.MIN, Agg.MAX):
        return [readings.extreme(plan.agg == Agg.MAX)]
    if plan.agg == Agg.LIST:
        first = max(0, len(readings) - plan.count) if plan.count > 1 else 0
        return [readings.told(k, "reading/1") for k in range(first, len(readings))]
    if plan.agg == Agg.RANK and plan.group in ("none", "day"):
        return readings.ranked(plan.count, plan.order == "desc")
    if plan.agg == Agg.CHANGE:
        return _change(readings.told(len(readings) - 1, "latest/1"), readings.told(0, "first/1"))
    raise NotDefined(f"{plan.agg} of a pair")


def _part(plan: Plan, gather: Gather, part: str) -> Asked:
    metric = catalog()[part]
    return asked(plan, gather, metric, gather.evidence(Selection(part, plan.period.window, plan.filters)))


def _of_both(metric: Metric, parts: list[Asked], found: Finding) -> Finding:
    """A figure of the first part (days, times), with the rows of both behind it."""
    both = replace(found.selection, metric=metric.key)
    return replace(found, metric=metric.key, selection=both, n=sum(p.evidence.n for p in parts))


def _change(last: Finding, first: Finding) -> list[Finding]:
    if last.date == first.date or not isinstance(last.value, tuple) or not isinstance(first.value, tuple):
        raise NotEnoughData(2, 1)
    value = tuple(float(a) - float(b) for a, b in zip(last.value, first.value, strict=True))  # type: ignore[arg-type]
    days = {d for f in (last, first) for d in f.selection.filters.days}
    filters = replace(last.selection.filters, days=tuple(sorted(days)))
    n = last.n + first.n if len(days) > 1 else last.n
    told = replace(last, value=value, n=n, selection=replace(last.selection, filters=filters), method="change/1 of=readings", label="")
    return [told, replace(last, label="later"), replace(first, label="earlier")]
