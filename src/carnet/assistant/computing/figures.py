"""What each aggregation of a Plan computes from evidence: one small function for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from carnet.assistant.computing.gather import Gather, is_lab
from carnet.assistant.plan import Agg, Condition, Plan
from carnet.insights import conditions, groups, labs, statistics, times, trend
from carnet.insights.errors import NotDefined
from carnet.insights.evidence import Evidence, daily
from carnet.insights.finding import Finding
from carnet.insights.units import shown, shown_number, shown_unit
from carnet.record.catalog import Metric
from carnet.record.model import Ints, Observation

HOURS = 24
FIGURES = (Agg.TOTAL, Agg.MEAN, Agg.MEDIAN, Agg.SD, Agg.QUANTILE)
DAYS_ASKED = (Agg.DAYS_WHERE, Agg.SHARE, Agg.STREAK, Agg.EXISTS, Agg.COUNT)  # what to do with a condition is up to these


@dataclass(frozen=True, slots=True)
class Asked:
    """One metric of a Plan with its evidence in the unit the person reads. met: the days that meet the condition, if there is one."""

    plan: Plan
    gather: Gather
    metric: Metric
    evidence: Evidence
    met: Ints | None = None
    said: str = ""


def told_unit(plan: Plan, gather: Gather, metric: Metric) -> str:
    """The unit the answer uses: the one the person named, the one on the laboratory's own report, or the usual one."""
    return shown_unit(metric, gather.view.person.units, plan.unit or gather.printed_unit(metric))


def asked(plan: Plan, gather: Gather, metric: Metric, evidence: Evidence) -> Asked:
    """The evidence made ready: the condition applied in the canonical unit, then the unit people read."""
    condition, met, said = plan.condition, None, ""
    if condition and not condition.metric:
        met, said = conditions.met(evidence, condition.op, condition.value), f"where={condition.op}{condition.value:g}"
        if plan.agg not in DAYS_ASKED:
            evidence = _meeting(evidence, condition, met, plan.agg)
    return Asked(plan, gather, metric, shown(evidence, told_unit(plan, gather, evidence.metric)), met, said)


def _meeting(evidence: Evidence, condition: Condition, met: Ints, agg: Agg) -> Evidence:
    """The part that meets a condition: single values for sessions, results and "the last time", else the days."""
    if evidence.base in ("sessions", "results") or (evidence.base == "samples" and agg in (Agg.LATEST, Agg.FIRST, Agg.LIST)):
        keep = conditions.OPS[condition.op](evidence.value, condition.value)
        days = evidence.day[keep].tolist()
        return evidence.valued(keep).on_days(days) if days else evidence.valued(keep)
    return evidence.on_days(met.tolist()) if len(met) else evidence.valued([False] * len(evidence))


def findings(one: Asked) -> list[Finding]:
    """The Findings of a Plan without comparison, the headline's own first. Raises NotEnoughData and NotDefined."""
    plan = one.plan
    if plan.agg == Agg.RANK:
        return _rank(one)
    if plan.group not in ("none", "day") and plan.agg == Agg.LIST:
        return _table(replace(one, plan=replace(plan, agg=Agg.TOTAL if statistics.has_total(one.evidence) else Agg.MEAN)))
    if plan.group != "none" and plan.agg not in (Agg.COVERAGE, Agg.LIST):
        return _table(one)
    if plan.per != "none" or (plan.agg == Agg.MEAN and one.metric.key == "workout"):
        found = _per(one)
        if found:
            return found
    if plan.agg in FIGURES:
        return [statistics.figure(one.evidence, plan.agg, plan.quantile)]
    return _RUN[plan.agg](one)


def split(one: Asked, group: str) -> groups.Parts:
    """The evidence by calendar period, weekday, weekend or clock hour; only parts with data."""
    if group != "hour":
        return groups.parts(one.evidence, group)
    if one.evidence.base in ("nights", "results", "daily_values"):
        raise NotDefined(f"hours of {one.metric.key}")
    selection, found = one.evidence.selection, []
    low, high = selection.filters.hours or (0, HOURS)
    for hour in range(low, high if high > low else high + HOURS):
        at = hour % HOURS
        mine = replace(selection, filters=replace(selection.filters, hours=(at, at + 1)))
        part = shown(one.gather.evidence(mine), one.evidence.unit)
        if len(part):
            found.append((f"{at:02d}:00", part))
    return found


def _table(one: Asked) -> list[Finding]:
    agg = one.plan.agg
    if agg in (Agg.DAYS_WHERE, Agg.SHARE):
        return [_where(one, label, part) for label, part in split(one, one.plan.group)]
    if agg not in (*FIGURES, Agg.MIN, Agg.MAX, Agg.COUNT):
        raise NotDefined(f"{agg} by {one.plan.group}")
    one.evidence.need(1)
    return groups.by_group(split(one, one.plan.group), agg, one.plan.quantile)


def _where(one: Asked, label: str, part: Evidence) -> Finding:
    met = _condition_days(one)
    mine = met[[int(d) in set(part.days.tolist()) for d in met]] if len(met) else met
    found = (conditions.days_where if one.plan.agg == Agg.DAYS_WHERE else conditions.share)(part, mine, one.said)
    return replace(found, label=label)


def _condition_days(one: Asked) -> Ints:
    if one.met is None:
        raise NotDefined("a condition without a threshold")
    return one.met


def _per(one: Asked) -> list[Finding]:
    plan, evidence = one.plan, one.evidence
    per = plan.per if plan.per != "none" else "week"
    if plan.agg not in (Agg.MEAN, Agg.TOTAL, Agg.COUNT):
        return []
    if per == "day":
        if evidence.base == "samples" and plan.agg == Agg.MEAN:
            found = statistics.figure(daily(evidence), "mean")
            return [replace(found, notes=(*found.notes, "daily_means"))]
        return [groups.per_period(evidence, per, plan.agg)] if evidence.base in ("sessions", "occurrences") else []
    return [groups.per_period(evidence, per, plan.agg)] if per in groups.CALENDAR else []


def _rank(one: Asked) -> list[Finding]:
    plan, largest = one.plan, one.plan.order == "desc"
    if plan.group in ("none", "day"):
        return groups.rank_values(one.evidence, plan.count, largest)
    return groups.rank_parts(one.evidence, split(one, plan.group), plan.group, plan.count, largest)


def _extreme(one: Asked) -> list[Finding]:
    return [statistics.extreme(one.evidence, one.plan.agg == Agg.MAX)]


def facts_of(one: Asked) -> Sequence[Observation]:
    """The single facts the rows of the evidence are positions in."""
    rows = one.gather.raw(one.evidence.selection)
    assert isinstance(rows, Sequence)
    return rows


def _last(one: Asked) -> list[Finding]:
    largest = one.plan.agg == Agg.LATEST
    if is_lab(one.metric):
        return labs.last(one.evidence, facts_of(one), largest)
    return [statistics.latest(one.evidence, largest)]


def _count(one: Asked) -> list[Finding]:
    condition, evidence = one.plan.condition, one.evidence
    if condition is None or one.met is None:
        return [statistics.count(evidence)]
    if evidence.base in ("samples", "sessions", "results"):
        return [conditions.how_often(evidence, condition.op, threshold(one, condition))]
    return [conditions.days_where(evidence, one.met, one.said)]


def threshold(one: Asked, condition: Condition) -> float:
    """The condition's value in the unit of the evidence."""
    return shown_number(condition.value, one.metric, one.evidence.unit)


def _days_where(one: Asked) -> list[Finding]:
    days = _condition_days(one)
    if one.plan.which or one.plan.when:
        return [conditions.which_days(one.evidence, days, one.said)]
    return [conditions.days_where(one.evidence, days, one.said)]


def _list(one: Asked) -> list[Finding]:
    last = one.plan.count if one.plan.count > 1 else 0
    if is_lab(one.metric):
        return labs.history(one.evidence, facts_of(one), last)
    return [statistics.listing(one.evidence.need(1), last)]


_RUN: dict[Agg, Callable[[Asked], list[Finding]]] = {
    Agg.MIN: _extreme, Agg.MAX: _extreme, Agg.LATEST: _last, Agg.FIRST: _last, Agg.COUNT: _count, Agg.DAYS_WHERE: _days_where,
    Agg.SHARE: lambda one: [conditions.share(one.evidence, _condition_days(one), one.said)],
    Agg.STREAK: lambda one: [conditions.streak(one.evidence, _condition_days(one), one.plan.current, one.said)],
    Agg.TREND: lambda one: trend.trend(one.evidence),
    Agg.CHANGE: lambda one: trend.change(one.evidence),
    Agg.TYPICAL_TIME: lambda one: [times.typical_time(one.evidence)],
    Agg.LIST: _list,
    Agg.EXISTS: lambda one: [conditions.exists(one.evidence, one.met, one.said)],
    Agg.COVERAGE: lambda one: [conditions.without_data(one.evidence, one.plan.which)],
}  # fmt: skip
