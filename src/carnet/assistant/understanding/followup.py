"""A follow-up changes only the slots it names: "and in April?", "only Sundays", "et mon poids ?"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from carnet.assistant.plan import Agg, Comparison, Condition, NotUnderstood, Plan
from carnet.assistant.understanding.dates import period_of, relative_to
from carnet.assistant.understanding.quantities import OPS, canonical
from carnet.assistant.understanding.reading import Reading
from carnet.assistant.understanding.subject import Subject
from carnet.assistant.understanding.timing import timing
from carnet.record.catalog import catalog
from carnet.record.selection import Filters
from carnet.record.view import Person

GOAL = Comparison("goal")
PLAIN = ("mean", "sum", "median", "min", "max", "count", "sd", "latest", "first", "list", "trend", "change")
FOR_TOTALS = ("cumulative", "nightly", "event", "category")


def follows(r: Reading, about: Subject) -> bool:
    """Whether the question leans on the one before: it opens like a follow-up, or it names no metric but something else."""
    if r.unknown:
        return False
    opening = bool(r.slot("flag")) and any(h.value == "follow" and h.first <= 1 for h in r.slot("flag"))
    if about.metrics or about.could_be:
        return opening and len(r.said) <= 8 and not r.has("agg", "relation")
    said = ("agg", "sup", "group", "per", "which")
    return bool(r.spans) or any(r.has(s) for s in said) or any(a.op for a in r.amounts) or r.has("flag", "when") or opening


def change(r: Reading, about: Subject, previous: Plan, today: date, person: Person) -> Plan | NotUnderstood:
    """The previous Plan with what was said put in its place."""
    if about.could_be:
        choices = about.could_be[:3]
        return NotUnderstood("ambiguous", tuple(replace(previous, metrics=(k,)) for k in choices), about.word, choices)
    plan = replace(previous, lang=r.lang, assumptions=())
    if about.metrics:
        plan = _of_metric(plan, about)
    plan = _of_time(r, plan, today)
    plan = _of_statistic(r, plan)
    plan = _of_threshold(r, plan, person)
    if r.has("which") and plan.agg in (Agg.DAYS_WHERE, Agg.COVERAGE, Agg.RANK):
        plan = replace(plan, which=True)
    if r.has("flag", "when"):
        plan = replace(plan, when=True)
    if r.has("group") or r.has("per"):
        plan = replace(plan, group=r.first("group") or r.first("per"), per="none")  # type: ignore[arg-type]
    return plan


def _of_metric(plan: Plan, about: Subject) -> Plan:
    metric = catalog()[about.metrics[0]]
    agg = plan.agg
    if agg == Agg.TOTAL and metric.kind not in FOR_TOTALS:
        agg = Agg(metric.default_agg) if metric.default_agg != "latest" else Agg.MEAN
    if plan.agg in (Agg.MEAN, Agg.TYPICAL_TIME) and metric.unit == "clock":
        agg = Agg.TYPICAL_TIME
    filters = replace(plan.filters, activity=about.activity)
    return replace(plan, metrics=about.metrics, agg=agg, filters=filters, condition=None if agg == plan.agg else plan.condition, unit=None)


def _of_time(r: Reading, plan: Plan, today: date) -> Plan:
    said = timing(r, catalog()[plan.metrics[0]], today)
    filters = plan.filters
    if said.filters:
        filters = Filters(
            said.filters.weekdays or filters.weekdays, said.filters.hours or filters.hours, filters.activity, filters.source,
            filters.service, filters.outside_workouts, filters.days,
        )  # fmt: skip
    if r.has("source"):
        filters = replace(filters, source=r.first("source"))
    if r.has("flag", "outside"):
        filters = replace(filters, outside_workouts=True)
    period = said.period
    if period is None and said.relative is not None:
        period = period_of(relative_to(said.relative, plan.period.window), today)
    if period is None:
        return replace(plan, filters=filters)
    if r.has("compare"):
        return replace(plan, filters=filters, comparison=Comparison("periods", other=period))
    return replace(plan, period=period, filters=filters, comparison=None if plan.comparison and plan.comparison.other else plan.comparison)


def _of_threshold(r: Reading, plan: Plan, person: Person) -> Plan:
    """Another threshold ("and under 7 hours?") on what was asked about days."""
    amount = next((a for a in r.amounts if a.op), None)
    if amount is None or plan.condition is None:
        return plan
    metric = catalog()[plan.condition.metric or plan.metrics[0]]
    value = canonical(amount.value, amount.unit, metric, person.units == "us")
    if value is None:
        return plan
    text = r.text(amount.at, max(amount.at + 1, amount.last))
    return replace(plan, condition=Condition(OPS[amount.op], float(f"{value:.10g}"), text, plan.condition.metric))


def _of_statistic(r: Reading, plan: Plan) -> Plan:
    agg = next((a for a in r.values("agg") if a in PLAIN), "")
    sup = r.first("sup")
    if not agg and sup in ("high", "long", "best"):
        agg = "max"
    if not agg and sup in ("low", "short", "worst"):
        agg = "min"
    if not agg or (agg == "sum" and catalog()[plan.metrics[0]].kind not in FOR_TOTALS):
        return plan
    return replace(plan, agg=Agg(agg), count=1, which=False, when=False)
