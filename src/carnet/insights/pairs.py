"""Blood pressure: two metrics told together. Systolic and diastolic are computed apart; single readings are the two of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from carnet.insights.errors import NotDefined
from carnet.insights.evidence import Evidence, finding
from carnet.insights.finding import Finding, Value
from carnet.record.catalog import Metric

DIRECTIONS = ("up", "down", "flat", "too_few", "more", "less", "about_the_same", "few", "percent")


def together(metric: Metric, top: Sequence[Finding], low: Sequence[Finding]) -> list[Finding]:
    """Findings of the two parts as findings of the pair: same label, both values, the rows of both."""
    by_label = {f.label: f for f in low}
    return [_one(metric, f, by_label[f.label]) for f in top if f.label in by_label]


def _one(metric: Metric, top: Finding, low: Finding) -> Finding:
    agreed = {n for n in top.notes if n in low.notes}
    notes = [n for n in dict.fromkeys((*top.notes, *low.notes)) if n in agreed or n.partition(":")[0] not in DIRECTIONS]
    return replace(
        top, metric=metric.key, value=_both(top.value, low.value), n=top.n + low.n, selection=replace(top.selection, metric=metric.key),
        sources=tuple(dict.fromkeys((*top.sources, *low.sources))), services=tuple(dict.fromkeys((*top.services, *low.services))),
        notes=tuple(notes),
    )  # fmt: skip


def _both(top: Value, low: Value) -> Value:
    if isinstance(top, float | int) and isinstance(low, float | int):
        return float(top), float(low)
    raise NotDefined("a pair of values that are not numbers")


class Readings:
    """Readings that have both parts, ascending by moment: positions of their values in the evidence of each part."""

    __slots__ = ("low", "low_at", "metric", "top", "top_at")

    def __init__(self, metric: Metric, top: Evidence, low: Evidence) -> None:
        _, self.top_at, self.low_at = np.intersect1d(top.at, low.at, return_indices=True)
        self.metric, self.top, self.low = metric, top, low

    def __len__(self) -> int:
        return len(self.top_at)

    def told(self, k: int, method: str) -> Finding:
        """Reading k as a pair with its moment; the rows of its day stand behind it."""
        i, j = int(self.top_at[k]), int(self.low_at[k])
        day = [int(self.top.day[i])]
        top = finding(self.top.on_days(day), float(self.top.value[i]), method, date=self.top.moment(i))
        return _one(self.metric, top, finding(self.low.on_days(day), float(self.low.value[j]), method))

    def extreme(self, largest: bool) -> Finding:
        """The reading with the highest (or lowest) systolic value, the first of equals."""
        value = self.top.value[self.top_at]
        return self.told(int(np.argmax(value) if largest else np.argmin(value)), f"{'max' if largest else 'min'}/1 of=samples by=systolic")

    def ranked(self, count: int, largest: bool) -> list[Finding]:
        """The readings with the highest (or lowest) systolic values, in order."""
        value = self.top.value[self.top_at]
        order = np.argsort(-value if largest else value, kind="stable")
        return [self.told(int(k), "rank/1 of=readings by=systolic") for k in order[:count]]

    def count(self) -> Finding:
        """How many readings have both parts."""
        method = "count/1 of=readings"
        both = _one(self.metric, finding(self.top, 0.0, method, unit="{count}"), finding(self.low, 0.0, method, unit="{count}"))
        return replace(both, value=float(len(self)))
