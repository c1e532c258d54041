"""Days that meet a condition: how many, which, what share, in a row; and days without data."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from carnet.insights.errors import NotDefined
from carnet.insights.evidence import Evidence, daily, finding
from carnet.insights.finding import Finding
from carnet.record.clock import day_date
from carnet.record.model import Ints

OPS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq,
}  # fmt: skip
EXCURSIONS = frozenset({  # a day is over (or under) a limit as soon as one sample is; for all others the daily value counts
    "heart_rate", "blood_glucose", "glucose_sensor", "glucose_strip", "spo2", "body_temperature", "noise_exposure", "headphone_exposure",
    "blood_pressure_systolic", "blood_pressure_diastolic",
})  # fmt: skip
NARROW = 31  # more days than this are not named one by one in a citation


def met(evidence: Evidence, op: str, threshold: float) -> Ints:
    """The days whose daily value meets the condition, ascending; both in the unit of the evidence.

    For what goes up and down all day (heart rate, glucose, ...) a day meets it when one of its samples does.
    """
    days = evidence if any_sample(evidence) else daily(evidence)
    return np.unique(days.day[OPS[op](days.value, threshold)])


def any_sample(evidence: Evidence) -> bool:
    """Whether one sample decides over its day, and not the mean of the day."""
    return evidence.base == "samples" and evidence.metric.key in EXCURSIONS


def how_often(evidence: Evidence, op: str, threshold: float) -> Finding:
    """How many values meet the condition: samples of a discrete metric, else days, nights or sessions."""
    hits = int(np.count_nonzero(OPS[op](evidence.value, threshold)))
    unit = "{count}" if evidence.base in ("samples", "sessions", "results", "occurrences") else "d"
    return finding(evidence, float(hits), f"count/1 of={evidence.base} where={op}{threshold:g}", unit=unit)


def days_where(evidence: Evidence, days: Ints, said: str) -> Finding:
    """How many days meet the condition; every day with data is behind the figure."""
    return finding(evidence, float(len(days)), f"days_where/1 {said}", unit="d", notes=_mean_note(evidence))


def which_days(evidence: Evidence, days: Ints, said: str) -> Finding:
    """The days that meet the condition, ascending, as ISO dates; its rows are theirs, its coverage that of all days looked at."""
    told = tuple(day_date(d).isoformat() for d in days)
    part = evidence.on_days(days.tolist()) if 0 < len(days) <= NARROW else evidence
    found = finding(part, told, f"days_where/1 {said}", unit="d", notes=_mean_note(evidence))
    return replace(found, coverage=evidence.coverage())


def _mean_note(evidence: Evidence) -> tuple[str, ...]:
    return ("any_sample",) if any_sample(evidence) else ("daily_means",) if evidence.base == "samples" else ()


def share(evidence: Evidence, days: Ints, said: str) -> Finding:
    """The days that meet the condition in percent of the days with data; for workouts, of all days."""
    with_data = len(evidence.days) if evidence.base == "sessions" else len(np.unique(evidence.need(1).day))
    return finding(evidence, 100.0 * len(days) / with_data, f"share/1 {said}", unit="%", notes=_mean_note(evidence))


def streak(evidence: Evidence, days: Ints, current: bool, said: str) -> Finding:
    """The longest run of days in a row that meet the condition, the latest of equals; current: the run that has not ended.

    A day without data ends a run. Among filtered days (weekdays), "in a row" means the next of those days. Today does not end the
    current run before it is over. label: first and last day of the run.
    """
    place = np.searchsorted(evidence.days, days[np.isin(days, evidence.days)])
    if not len(place):
        return finding(evidence, 0.0, f"streak/1 {said} current={current}", unit="d")
    ends = np.flatnonzero(np.concatenate((np.diff(place) > 1, [True])))
    begins = np.concatenate(([0], ends[:-1] + 1))
    length = ends - begins + 1
    best = len(length) - 1 - int(np.argmax(length[::-1]))
    if current:
        best = len(length) - 1
        open_from = len(evidence.days) - (2 if len(evidence.days) and evidence.days[-1] == evidence.today else 1)
        if place[-1] < open_from:
            return finding(evidence, 0.0, f"streak/1 {said} current={current}", unit="d")
    first, last = int(evidence.days[place[begins[best]]]), int(evidence.days[place[ends[best]]])
    return finding(
        evidence, float(length[best]), f"streak/1 {said} current={current}", unit="d", date=day_date(last).isoformat(),
        label=f"{day_date(first)}/{day_date(last)}",
    )  # fmt: skip


def without_data(evidence: Evidence, which: bool) -> Finding:
    """How many (or which) of the days asked for have no data."""
    if evidence.base == "results":
        raise NotDefined("days without laboratory results")
    missing = evidence.days[~np.isin(evidence.days, evidence.day)]
    if which:
        return finding(evidence, tuple(day_date(d).isoformat() for d in missing), "coverage/1", unit="d")
    return finding(evidence, float(len(missing)), "coverage/1", unit="d")


def exists(evidence: Evidence, days: Ints | None, said: str) -> Finding:
    """How many days (or results, sessions) there are, or meet the condition; date: the last of them; label: first and last."""
    hits = np.unique(evidence.day) if days is None else days
    span = f"{day_date(hits[0])}/{day_date(hits[-1])}" if len(hits) else ""
    values = len(evidence) if days is None and evidence.base in ("sessions", "results") else len(hits)
    return finding(
        evidence, float(values), f"exists/1 {said}".strip(), unit="{count}" if values != len(hits) else "d", label=span,
        date=day_date(hits[-1]).isoformat() if len(hits) else None,
    )  # fmt: skip
