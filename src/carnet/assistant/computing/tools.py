"""From a Plan and a View to an Outcome: figures, their rows, or why there are none. `ask` and `query` both come here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import get_args

import numpy as np

from carnet.assistant.computing.figures import asked, findings, told_unit
from carnet.assistant.computing.gather import Gather, Rows, base_metric, is_lab, is_workout
from carnet.assistant.computing.headlines import headline
from carnet.assistant.computing.pressure import pressure
from carnet.assistant.computing.sides import NoSide, compared
from carnet.assistant.outcome import Outcome
from carnet.assistant.plan import Agg, Condition, Group, Period, Plan
from carnet.insights import labs, trend
from carnet.insights.conditions import met
from carnet.insights.counted import first_day, nearest_day
from carnet.insights.errors import NotDefined, NotEnoughData
from carnet.insights.evidence import Evidence
from carnet.insights.finding import Finding
from carnet.insights.units import shown, shown_unit
from carnet.record.catalog import Metric, catalog
from carnet.record.clock import day_date, local_day
from carnet.record.errors import UnknownMetric
from carnet.record.selection import Filters, Selection, Window
from carnet.record.view import Holding, RecordView

__all__ = ["Rows", "query", "rows", "run"]

BEGINNING = date(1970, 1, 1)  # a window that starts here or earlier has no beginning
RECENT_DAYS = 60
ZERO_COUNTS = (Agg.COUNT, Agg.MEAN, Agg.TOTAL)


def run(plan: Plan, view: RecordView, now: datetime) -> Outcome:
    """The Outcome of a Plan for any metric of the catalogue. Raises NotGranted."""
    gather = Gather(view, now)
    if plan.agg in (Agg.RELATION, Agg.OUT_OF_RANGE) or len(plan.metrics) < 2:
        return _one(plan, gather)
    outcomes = [_one(replace(plan, metrics=(metric,)), gather) for metric in plan.metrics]
    told = [o for o in outcomes if o.findings]
    if not told:
        return replace(outcomes[0], plan=plan)
    return replace(told[0], plan=plan, findings=tuple(o.findings[0] for o in told))


def query(
    metric: str, agg: str, window: Window | None, by: str | None, filters: Filters, condition: Condition | None, view: RecordView,
    now: datetime,
) -> list[Finding]:  # fmt: skip
    """The Findings a script asks for, empty when there is no data. window None: everything. agg: sum ... sd, or pNN.

    Raises NotGranted, UnknownMetric, NotDefined.
    """
    if metric not in catalog() and metric not in {h.metric for h in view.holdings()}:
        raise UnknownMetric(f"no metric is called {metric!r}; see carnet metrics")
    quantile = float(agg[1:]) / 100 if agg[:1] == "p" and agg[1:].replace(".", "", 1).isdigit() else None
    try:
        what = Agg.QUANTILE if quantile is not None else Agg(agg)
    except ValueError:
        raise NotDefined(f"{agg} is not a figure; expected sum, mean, median, min, max, latest, first, count, sd or pNN") from None
    group: Group = by if by in get_args(Group) else "none"  # type: ignore[assignment]
    period = Period(window or Window(BEGINNING, day_date(Gather(view, now).today)), "between" if window else "all")
    outcome = run(Plan((metric,), what, period, filters, group, condition=condition, quantile=quantile), view, now)
    if outcome.missing == "not_defined":
        raise NotDefined(f"{agg} has no meaning for {metric}")
    return list(outcome.findings)


def rows(selection: Selection, view: RecordView, now: datetime) -> Rows:
    """Exactly the stored rows behind a Finding, ascending: a Series, or Observations. Raises NotGranted."""
    return Gather(view, now).rows(selection)


def _one(plan: Plan, gather: Gather) -> Outcome:
    """The Outcome for one metric (or one relation, or one panel)."""
    try:
        found = _found(plan, gather)
    except NoSide as side:
        return _no_data(plan, gather, side.selection)
    except NotEnoughData as few:
        return Outcome(plan, None, missing="too_few", need=few.need, have=few.have, held=_held(plan, gather))
    except NotDefined:
        return Outcome(plan, None, missing="not_defined", held=_held(plan, gather))
    if not found:
        return _no_data(plan, gather, _selection(plan))
    return Outcome(plan, headline(plan, found), tuple(found), held=_held(plan, gather))


def _selection(plan: Plan) -> Selection:
    return Selection(plan.metrics[0] if plan.metrics else "", plan.period.window, plan.filters)


def _found(plan: Plan, gather: Gather) -> list[Finding]:
    """The Findings of a Plan; none when there is no data."""
    if plan.agg == Agg.OUT_OF_RANGE:
        return _out_of_range(plan, gather)
    metric = catalog().get(plan.metrics[0])
    if plan.agg == Agg.RELATION:
        return _relation(plan, gather)
    if plan.condition and plan.condition.metric:
        plan = _on_days_of_another(plan, plan.condition, gather)
        if not plan.filters.days:
            return []
    if plan.comparison and metric.kind != "pair":
        return compared(plan, gather, metric)
    part = metric.parts[0] if metric.kind == "pair" else metric.key
    evidence = _recent(plan, part, gather) or gather.evidence(Selection(part, plan.period.window, plan.filters))
    if _open(plan) and (begins := first_day(evidence)) is not None:
        plan = _from(plan, begins, gather)
        again = is_lab(metric)  # its rows are looked up again by their place in the window
        evidence = gather.evidence(_selection(plan)) if again else evidence.within(plan.period.window)
    if metric.kind == "pair":
        return pressure(plan, gather, metric) if plan.comparison or len(evidence) else []
    if not len(evidence) and not _may_be_empty(plan, metric, gather):
        return []
    return findings(asked(plan, gather, metric, evidence))


def _recent(plan: Plan, key: str, gather: Gather) -> Evidence | None:
    """Enough to know the latest value without reading years of samples, None when that is not enough."""
    held = _held(plan, gather)
    if plan.agg != Agg.LATEST or plan.period.kind != "all" or plan.condition or held is None or is_lab(catalog().get(key)):
        return None
    last = min(int(local_day(np.array([held.last]), gather.zone)[0]), gather.today)
    window = Window(day_date(last - RECENT_DAYS), day_date(gather.today))
    evidence = gather.evidence(Selection(key, window, plan.filters))
    return evidence if len(evidence) else None


def _open(plan: Plan) -> bool:
    return plan.period.kind == "all" or plan.period.window.first <= BEGINNING


def _from(plan: Plan, day: int, gather: Gather) -> Plan:
    """The Plan with its open beginning moved to the first day that has data, and its end to today."""
    first = max(plan.period.window.first, day_date(day))
    last = max(first, min(plan.period.window.last, day_date(gather.today)))
    return replace(plan, period=replace(plan.period, window=Window(first, last)))


def _may_be_empty(plan: Plan, metric: Metric, gather: Gather) -> bool:
    """Whether no rows in the window is a figure: a count of workouts is 0, every day lacks data; never when there is none at all."""
    counting = (Agg.COUNT, Agg.DAYS_WHERE, Agg.STREAK)
    counts = (plan.agg in counting and is_workout(metric)) or (metric.key == "workout" and plan.agg in ZERO_COUNTS)
    return (counts or plan.agg == Agg.COVERAGE) and _held(plan, gather) is not None


def _on_days_of_another(plan: Plan, condition: Condition, gather: Gather) -> Plan:
    """The Plan on the days on which another metric meets a condition."""
    other = gather.evidence(Selection(condition.metric, plan.period.window))
    days = tuple(day_date(d).isoformat() for d in met(other, condition.op, condition.value))
    if plan.filters.days:
        days = tuple(d for d in days if d in plan.filters.days)
    return replace(plan, filters=replace(plan.filters, days=days), condition=None)


def _relation(plan: Plan, gather: Gather) -> list[Finding]:
    if len(plan.metrics) < 2:
        raise NotDefined("a relation needs two metrics")
    pair = []
    for key in plan.metrics[:2]:
        evidence = gather.evidence(Selection(key, plan.period.window, plan.filters))
        if not len(evidence):
            raise NoSide(evidence.selection)
        pair.append(shown(evidence, shown_unit(evidence.metric, gather.view.person.units)))
    if _open(plan):
        begins = max(first_day(e) or 0 for e in pair)
        pair = [e.within(_from(plan, begins, gather).period.window) for e in pair]
    return trend.relation(*pair)


def _out_of_range(plan: Plan, gather: Gather) -> list[Finding]:
    """Results with their side of the printed range, those outside first: the latest of each marker (of the last report when that was
    asked for), or all of a window that was said."""
    held = {f.metric for f in gather.view.observations("lab", plan.period.window)}
    named = [m for m in plan.metrics if is_lab(catalog().get(m))]
    markers = named or sorted(m for m in held if is_lab(catalog().get(m)))
    evidence = [gather.evidence(Selection(m, plan.period.window, plan.filters)) for m in markers]
    evidence = [e for e in evidence if len(e)]
    last_only = plan.period.kind in ("all", "default")
    if last_only and plan.current and evidence and len(named) != 1:
        last = max(int(e.day[-1]) for e in evidence)
        evidence = [e.on_days([last]) for e in evidence if int(e.day[-1]) == last]
    found = [told for e in evidence for told in _sides(e, plan, gather, last_only)]
    return sorted(found, key=lambda f: (not labs.is_out(f), f.metric, f.date or ""))


def _sides(evidence: Evidence, plan: Plan, gather: Gather, last_only: bool) -> list[Finding]:
    facts = gather.raw(Selection(evidence.metric.key, plan.period.window))
    assert isinstance(facts, Sequence)
    return labs.sides(shown(evidence, told_unit(plan, gather, evidence.metric)), facts, last_only)


def _held(plan: Plan, gather: Gather) -> Holding | None:
    """What the record holds of the Plan's metric, None for nothing."""
    metric = catalog().get(plan.metrics[0]) if plan.metrics else None
    wanted = {metric.key, base_metric(metric), *metric.parts} if metric else set()
    if metric and metric.key.startswith("activity_ring_"):
        wanted.add("activity_ring_energy")
    any_lab = metric is None
    return next((h for h in gather.view.holdings() if h.metric in wanted or (any_lab and is_lab(catalog().get(h.metric)))), None)


def _no_data(plan: Plan, gather: Gather, selection: Selection) -> Outcome:
    """No figure: never (no row at all), or no data here, with the nearest day that has some."""
    held = _held(plan, gather)
    if held is None:
        return Outcome(plan, None, missing="never")
    metric = catalog().get(selection.metric)
    part = metric.parts[0] if metric.kind == "pair" else selection.metric
    everywhere = Selection(part, Window(BEGINNING, day_date(gather.today)), replace(selection.filters, days=(), gap=None))
    nearest = nearest_day(replace(gather.evidence(everywhere), selection=selection)) if selection.metric else None
    return Outcome(plan, None, missing="no_data", nearest=day_date(nearest).isoformat() if nearest is not None else None, held=held)
