"""Numbers of a question given their part: a threshold on the metric asked or on another one, or how many are listed."""

from __future__ import annotations

from carnet.assistant.plan import Condition, NotUnderstood, Plan
from carnet.assistant.understanding.dates import Span
from carnet.assistant.understanding.quantities import OPS, Quantity, canonical
from carnet.assistant.understanding.reading import Reading
from carnet.assistant.understanding.subject import Subject
from carnet.record.catalog import catalog
from carnet.record.view import Person


def used(r: Reading, amount: Quantity, plan: Plan) -> bool:
    """Whether a number became part of the Plan: its threshold, how many are listed, a percentile."""
    threshold = plan.condition is not None and plan.condition.text == threshold_text(r, amount)
    counted = amount.op == "" and amount.value == plan.count and plan.count > 1
    return threshold or counted or plan.quantile is not None or (amount.value == 1 and amount.op == "")


def number(r: Reading, condition: Condition | None) -> int | None:
    """The number that counts what is listed: top 3, three longest, last 5; never one that belongs to a threshold."""
    for amount in r.amounts:
        after = range(amount.last, amount.last + 3)
        near = [h for s in ("sup", "agg", "metric", "activity", "unit_noun", "flag", "on_days") for h in r.slot(s) if h.first in after]
        before = [h for s in ("sup", "agg") for h in r.slot(s) if h.last == amount.first]
        said = condition is not None and condition.text == threshold_text(r, amount)
        if amount.op == "" and amount.value == int(amount.value) and 0 < amount.value <= 100 and (near or before) and not said:
            return int(amount.value)
    return None


def threshold_text(r: Reading, amount: Quantity) -> str:
    """The threshold as typed, without the words of the comparison."""
    return r.text(amount.at, max(amount.at + 1, amount.last))


def condition_of(r: Reading, about: Subject, person: Person) -> tuple[Condition | None, tuple[str, ...], NotUnderstood | None]:
    """(the condition, the metrics asked, a problem). A condition on another metric names it, and that one is not asked."""
    clock = next((s for s in r.spans if s.found.clock), None)
    if clock is not None and clock.found.clock is not None and catalog()[about.metrics[0]].kind == "nightly":
        return _on_the_clock(r, about.metrics, clock, clock.found.clock)
    amounts = [a for a in r.amounts if a.op or _threshold(r, a)]
    marker = r.slot("on_days")
    other, metrics = "", about.metrics
    if len(metrics) > 1 and marker and not r.has("agg", "relation"):
        other = _conditioning(about, amounts, marker[0].first)
        if other:
            metrics = tuple(k for k in metrics if k != other)
    if not amounts:
        if other and not r.has("more"):
            return Condition(">", 0.0, metric=other), metrics, None
        return None, about.metrics, None
    amount, metric = amounts[0], catalog()[other or metrics[0]]
    value = canonical(amount.value, amount.unit, metric, person.units == "us")
    if value is None:
        return None, metrics, NotUnderstood("not_defined", word=threshold_text(r, amount), metrics=(metric.key,))
    return Condition(OPS[amount.op or ">="], _clean(value), threshold_text(r, amount), other), metrics, None


def _on_the_clock(
    r: Reading, metrics: tuple[str, ...], span: Span, clock: tuple[str, float]
) -> tuple[Condition | None, tuple[str, ...], NotUnderstood | None]:
    """ "To bed after 23:30" is a threshold on a time of day; for any other figure of a night the hour means nothing."""
    metric, (side, hours) = catalog()[metrics[0]], clock
    value = canonical(hours, "clock", metric, False)
    if metric.unit != "clock" or value is None or side not in ("after", "before"):
        return None, metrics, NotUnderstood("not_defined", word=r.text(span.first, span.last), metrics=metrics)
    return Condition(">" if side == "after" else "<", value, r.text(span.first + 1, span.last)), metrics, None


def _conditioning(about: Subject, amounts: list[Quantity], marker: int) -> str:
    """The metric a condition is about: the one nearest to the threshold, or the workouts said after "on days when"."""
    pairs = list(zip(about.metrics, about.places, strict=True))
    if amounts:
        return min(pairs, key=lambda pair: abs(pair[1] - amounts[0].at))[0]
    return next((k for k, at in pairs if k == "workout" and at >= marker), "")


def _clean(value: float) -> float:
    return float(f"{value:.10g}")


def _threshold(r: Reading, amount: Quantity) -> bool:
    """Whether a bare number is a threshold: "days with 10,000 steps", a streak or share of it; not the 3 of "top 3"."""
    counted = r.has("many") or r.has("which") or r.has("agg", "streak", "share")
    times = amount.unit == "{count}" and amount.value < 20
    return counted and not r.has("sup") and not r.has("agg", "quantile") and amount.value >= 1 and not times
