"""From a View to the evidence of a Selection, and back to the stored rows it is made of. The only place that knows where rows lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from carnet.insights.counted import Basis, basis, of_basis, of_flow, of_nights
from carnet.insights.evidence import Evidence
from carnet.insights.single_facts import busy, of_results, of_summaries, of_workouts
from carnet.record.catalog import Metric, catalog
from carnet.record.clock import local_day
from carnet.record.model import Longs, Observation, Series
from carnet.record.selection import Selection
from carnet.record.view import RecordView

Rows = Series | Sequence[Observation]
Intervals = tuple[Longs, Longs]


def base_metric(metric: Metric) -> str:
    """The metric whose rows a figure is made of: stages for sleep, flow for the cycle, workouts for their figures."""
    if metric.kind == "nightly":
        return "sleep_stage"
    if metric.key in ("cycle_length", "cycle_day"):
        return "cycle_flow"
    return "workout" if is_workout(metric) else metric.key


def is_workout(metric: Metric) -> bool:
    """Whether the metric is told of each workout."""
    return metric.key == "workout" or (metric.kind == "event" and metric.derived and metric.category == "workouts")


def is_lab(metric: Metric) -> bool:
    """Whether the metric is a laboratory result, of the catalogue or kept under the report's own name."""
    return metric.kind == "lab" or metric.key.startswith("lab:")


class Gather:
    """Evidence from one View at one moment. What was merged is kept for the next selection over the same rows."""

    def __init__(self, view: RecordView, now: datetime) -> None:
        self.view, self.zone = view, view.person.home_zone
        local = now if now.tzinfo else now.replace(tzinfo=ZoneInfo(self.zone))
        self.now_ms = int(local.timestamp() * 1000)
        self.today = int(local_day(np.array([self.now_ms]), self.zone)[0])
        self._bases: dict[Selection, Basis] = {}

    def raw(self, selection: Selection) -> Rows:
        """The rows the View holds for a selection, before anything is decided about them."""
        metric, window = catalog().get(selection.metric), selection.window
        if is_lab(metric):
            return self.view.observations("lab", window, metric.key)
        if is_workout(metric):
            return self.view.observations("workout", window, "workout")
        if metric.key.startswith("activity_ring_"):
            return self.view.observations("activity_summary", window)
        return self.view.series(base_metric(metric), None if base_metric(metric) == "cycle_flow" else window)

    def printed_unit(self, metric: Metric) -> str | None:
        """The unit the latest report of a laboratory marker was printed in, None for other metrics."""
        facts = self.view.observations("lab", None, metric.key) if is_lab(metric) else ()
        units = [str(f.body.get("raw") or "").partition(" ")[2] for f in facts]
        return next((unit for unit in reversed(units) if unit), None)

    def evidence(self, selection: Selection) -> Evidence:
        """What counts under a selection, in the metric's canonical unit. Raises NotGranted."""
        metric, rows = catalog().get(selection.metric), self.raw(selection)
        if not isinstance(rows, Series):
            return self._of_facts(rows, metric, selection)
        if metric.kind == "nightly":
            return of_nights(rows, metric, selection, self.zone, self.now_ms)
        if base_metric(metric) == "cycle_flow" and metric.key != "cycle_flow":
            return of_flow(rows, metric, selection, self.zone, self.now_ms)
        return of_basis(self._basis(rows, metric, selection), metric, selection, self.zone, self.now_ms)

    def _of_facts(self, facts: Sequence[Observation], metric: Metric, selection: Selection) -> Evidence:
        if is_lab(metric):
            return of_results(facts, _printed(metric, facts), selection, self.zone, self.now_ms)
        if is_workout(metric):
            chosen = self.view.person.source_ranks
            return of_workouts(facts, metric, catalog().metrics, selection, self.zone, self.now_ms, chosen)
        return of_summaries(facts, metric, selection, self.zone, self.now_ms)

    def _basis(self, rows: Series, metric: Metric, selection: Selection) -> Basis:
        filters = selection.filters
        key = replace(selection, filters=replace(filters, weekdays=(), hours=None, days=(), gap=None))
        if key not in self._bases:
            without = self._busy(selection, None) if filters.outside_workouts else None
            only = self._busy(selection, filters.activity) if filters.activity else None
            self._bases[key] = basis(rows, metric, filters, self.now_ms, without, only)
        return self._bases[key]

    def _busy(self, selection: Selection, activity: str | None) -> Intervals:
        return busy(self.view.observations("workout", selection.window, "workout"), activity)

    def rows(self, selection: Selection) -> Rows:
        """Exactly the stored rows that count under a selection, ascending."""
        metric = catalog().get(selection.metric)
        if metric.kind == "pair":
            parts = [self.rows(replace(selection, metric=part)) for part in metric.parts]
            found = [fact for rows in parts for fact in _as_facts(rows)]
            return sorted(found, key=lambda f: (f.start or 0, metric.parts.index(f.metric)))
        raw, wanted = self.raw(selection), np.unique(self.evidence(selection).row)
        if isinstance(raw, Series):
            return raw.take(wanted)
        return [raw[int(i)] for i in wanted]


def _printed(metric: Metric, facts: Sequence[Observation]) -> Metric:
    """A result kept under the report's own name, in the unit of its latest report; a metric of the catalogue as it is."""
    if metric.key in catalog():
        return metric
    units = [str(f.body["unit"]) for f in facts if f.body.get("unit")]
    return replace(metric, unit=units[-1], shown=units[-1], shown_us=units[-1]) if units else metric


def _as_facts(rows: Rows) -> list[Observation]:
    """Samples as single facts, for a list that holds two metrics."""
    if not isinstance(rows, Series):
        return list(rows)
    services = [*rows.services, *[""] * (len(rows.sources) - len(rows.services))]
    return [
        Observation(
            services[int(code)], "sample", rows.metric, (rows.metric, str(int(start)), f"{value:g}"),
            {"value": float(value), "unit": rows.unit}, int(start), int(end), source=rows.sources[int(code)],
        )
        for start, end, value, code in zip(rows.start, rows.end, rows.value, rows.source, strict=True)
    ]  # fmt: skip
