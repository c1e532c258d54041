"""The table of statistics: total, mean, median, quantile, sd, count, extremes, latest and first, lists. One meaning for each kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import numpy as np

from carnet.insights.errors import NotDefined
from carnet.insights.evidence import Evidence, clock_text, daily, finding
from carnet.insights.finding import Finding, Value
from carnet.record.clock import day_date
from carnet.record.model import Floats

LISTED = 200  # more samples than this are listed as daily means
ADDITIVE_EVENTS = ("workout", "workout_duration", "workout_distance", "workout_energy", "workout_ascent")
CENSORED = ("<", ">", "<=", ">=")


def has_total(evidence: Evidence) -> bool:
    """Whether adding the values up means something."""
    metric = evidence.metric
    if evidence.clock or (metric.unit == "1" and metric.kind != "cumulative"):
        return False
    if metric.kind == "event":
        return not metric.derived or metric.key in ADDITIVE_EVENTS
    if metric.kind == "daily_last":
        return metric.category == "activity" and not metric.key.endswith("_goal")
    return metric.kind in ("cumulative", "category", "nightly")


def numbers(evidence: Evidence) -> Evidence:
    """The values that are numbers as they stand: a result such as `<0.5` is left out, and said so."""
    if evidence.word is None or evidence.base != "results":
        return evidence
    plain = np.array([evidence.text(i) == "" for i in range(len(evidence))], bool) & ~np.isnan(evidence.value)
    left = int((~plain).sum())
    kept = evidence.valued(plain)
    return kept if not left else replace(kept, notes=(*kept.notes, f"censored_left_out:{left}"))


def sample_sd(value: Floats) -> float:
    """The sample standard deviation (n - 1)."""
    return float(np.std(value, ddof=1))


FIGURES: dict[str, tuple[int, Callable[[Floats], float]]] = {  # name -> fewest values, function
    "sum": (1, lambda v: float(np.sum(v))),
    "mean": (1, lambda v: float(np.mean(v))),
    "median": (1, lambda v: float(np.quantile(v, 0.5))),
    "sd": (2, sample_sd),
}


def number(evidence: Evidence, agg: str, quantile: float | None = None) -> float:
    """One figure of the values: sum, mean, median, sd, quantile (linear between order statistics), count.

    Raises NotDefined for a sum that means nothing, NotEnoughData for too few values.
    """
    if agg == "count":
        return float(len(evidence))
    evidence = numbers(evidence)
    if evidence.metric.kind == "category" and agg != "sum":
        raise NotDefined(f"{agg} of words")
    if agg == "sum" and not has_total(evidence):
        raise NotDefined(f"a total of {evidence.metric.key}")
    if agg == "quantile":
        return float(np.quantile(evidence.need(1).value, 0.5 if quantile is None else quantile))
    if agg in ("min", "max"):
        return float(getattr(np, agg)(evidence.need(1).value))
    fewest, function = FIGURES[agg]
    return function(evidence.need(fewest).value)


def level(evidence: Evidence, value: float) -> Value:
    """A value of the metric as it is told: HH:MM for a time of day, else the number."""
    return clock_text(value) if evidence.clock else value


def figure(evidence: Evidence, agg: str, quantile: float | None = None) -> Finding:
    """Total, mean, median, quantile or sd of the values."""
    value = number(evidence, agg, quantile)
    kept = numbers(evidence)
    notes = (*kept.notes, *(("few_values",) if kept.base == "results" and len(kept) <= 3 and agg != "sum" else ()))
    if agg == "sum":
        return finding(evidence, value, f"total/1 of={evidence.base}" + _overlap(evidence), notes=notes)
    if agg == "sd":
        return finding(evidence, value, f"sd/1 ddof=1 of={evidence.base}", unit="min" if evidence.clock else None, notes=notes)
    name = f"quantile/1 q={0.5 if quantile is None else quantile:g}" if agg == "quantile" else f"{agg}/1"
    return finding(evidence, level(evidence, value), f"{name} of={evidence.base}" + _overlap(evidence), notes=notes)


def _overlap(evidence: Evidence) -> str:
    return " overlap=rank" if evidence.metric.kind == "cumulative" else ""


def count(evidence: Evidence) -> Finding:
    """How many: days with data for daily values, samples, sessions or results."""
    days = evidence.base in ("daily_totals", "daily_values", "nights", "daily_means")
    return finding(evidence, float(len(evidence)), f"count/1 of={evidence.base}", unit="d" if days else "{count}")


def extreme(evidence: Evidence, largest: bool) -> Finding:
    """The day or sample with the largest or smallest value, the first of equals; today's unfinished total cannot be the smallest."""
    candidates = numbers(evidence)
    if evidence.metric.kind == "category":
        raise NotDefined("an extreme of words")
    notes: tuple[str, ...] = ()
    if evidence.base == "daily_totals" and not largest and (candidates.day == evidence.today).any():
        candidates, notes = candidates.valued(candidates.day != evidence.today), ("today_left_out",)
    value = candidates.need(1).value
    best = int(np.argmax(value) if largest else np.argmin(value))
    if int((value == value[best]).sum()) > 1:
        notes = (*notes, "ties")
    day = candidates.on_days([int(candidates.day[best])])
    told = finding(day, level(evidence, float(value[best])), f"{'max' if largest else 'min'}/1 of={evidence.base}" + _overlap(evidence),
                   date=candidates.moment(best), notes=notes)  # fmt: skip
    return replace(told, coverage=evidence.coverage())


def single(evidence: Evidence, i: int, method: str, label: str = "") -> Finding:
    """Value i with its day or moment; a text or a comparator stays in it."""
    word, value = evidence.text(i), float(evidence.value[i])
    told: Value = level(evidence, value)
    notes: tuple[str, ...] = ()
    if word in CENSORED:
        told, notes = f"{word}{value:g}", ("censored",)
    elif word and (np.isnan(value) or evidence.metric.kind == "category"):
        told = word
    day = evidence.on_days([int(evidence.day[i])])
    return finding(day, told, method, date=evidence.moment(i), label=label, notes=notes)


def latest(evidence: Evidence, largest: bool = True) -> Finding:
    """The last value (or the first, with largest=False) with its day or moment."""
    i = len(evidence.need(1)) - 1 if largest else 0
    return replace(single(evidence, i, f"{'latest' if largest else 'first'}/1 of={evidence.base}"), coverage=evidence.coverage())


def listing(evidence: Evidence, last: int = 0) -> Finding:
    """Every value (or the `last` ones) with its date, ascending; more than 200 samples are told as daily means."""
    if last and len(evidence) > last:
        evidence = evidence.on_days(np.unique(evidence.day[-last:]).tolist())
        evidence = evidence.valued(np.arange(len(evidence)) >= len(evidence) - last)
    told = evidence if evidence.base != "samples" or len(evidence) <= LISTED else daily(evidence)
    told = told if told.base != "occurrences" else daily(told)
    keep = ~np.isnan(told.value)
    dated = zip(told.day[keep], told.value[keep], strict=True)
    pairs = cast(Value, tuple((day_date(d).isoformat(), level(told, float(v))) for d, v in dated))
    censored = [f"censored:{told.text(i)}:{day_date(told.day[i])}" for i in range(len(told)) if told.text(i) in CENSORED]
    words = ("text_results",) if not keep.all() else ()
    return finding(evidence, pairs, f"list/1 of={told.base}", notes=(*censored, *words))
