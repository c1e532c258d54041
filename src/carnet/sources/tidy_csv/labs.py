"""Rows `date,name,comparator,value,unit,ref_low,ref_high,lab` as Observations of kind "lab". A date stays a date, a word stays a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from carnet.record.catalog import Metric
from carnet.record.clock import DAY_MS, Believed, day_number
from carnet.record.errors import UnknownUnit
from carnet.record.model import Observation, Source
from carnet.record.units import Conversion, conversion, readings
from carnet.sources.cleaning import shown
from carnet.sources.tidy_csv.fields import Calendar, compared, number
from carnet.sources.tidy_csv.questions import Questions
from carnet.sources.tidy_csv.samples import SERVICE
from carnet.sources.tidy_csv.words import metric_named, plain

_OURS = frozenset({"date", "name", "comparator", "value", "unit", "ref_low", "ref_high", "lab", ""})


@dataclass(slots=True)
class Labs:
    """Makes the Observation of each row of one file."""

    delimiter: str
    calendar: Calendar
    questions: Questions
    bounds: Believed

    def read(self, row: dict[str, str]) -> Observation | str:
        """The result a row states, or the code of why it cannot be taken. Raises DayOrMonth."""
        name, unit = shown(row.get("name", "")), row.get("unit", "")
        if not name:
            return "unknown_metric"
        if not row.get("date"):
            return "no_start"
        try:
            taken = self.calendar.day(row["date"])
        except ValueError:
            return "bad_date"
        if not self.bounds.holds_day(taken):
            return "bad_date"
        if day_number(taken) * DAY_MS > self.bounds.latest:
            return "future_date"
        if not row.get("value"):
            return "no_value"
        metric = metric_named(name, unit, lab=True)
        key = metric.key if metric else f"lab:{_slug(name)}"
        body = self._body(row, metric)
        if isinstance(body, str):
            return body
        day, lab = taken.isoformat(), shown(row.get("lab", ""))
        said = f"{body['value']:.6g}" if "value" in body else plain(body["text"])
        return Observation(
            SERVICE, "lab", key, (key, day, lab, body.get("comparator", ""), said), body, date=day, source=Source(lab) if lab else None
        )

    def _body(self, row: dict[str, str], metric: Metric | None) -> dict[str, Any] | str:
        written, unit = row["value"], row.get("unit", "")
        sign, bare = compared(written)
        comparator = row.get("comparator", "") or sign
        figure = number(bare, self.delimiter)
        rest = {k: v for k, v in row.items() if k not in _OURS and v}
        body: dict[str, Any] = {"name": shown(row["name"]), "comparator": comparator, "lab": shown(row.get("lab", "")), "other": rest}
        if figure is None:
            return _said({**body, "text": written, "unit": unit, "ref_raw": _range(row)})
        by = self._conversion(unit, metric)
        if isinstance(by, str):
            return by
        conversion_used, canonical, asked = by
        for edge in ("ref_low", "ref_high"):
            limit = number(compared(row.get(edge, ""))[1], self.delimiter)
            body[edge] = None if limit is None else conversion_used.of(limit)
        text = "" if metric is None or metric.unit else written
        return _said({
            **body, "value": conversion_used.of(figure), "unit": canonical, "raw": f"{bare.replace(',', '.')} {asked}".strip(),
            "ref_raw": _range(row), "text": text,
        })  # fmt: skip

    def _conversion(self, unit: str, metric: Metric | None) -> tuple[Conversion, str, str] | str:
        """The conversion, the canonical unit, and the unit as written or answered; or the code of a problem."""
        if metric is None:
            return Conversion(), next(iter(readings(unit)), shown(unit)), unit
        asked = self.questions.unit(metric, unit)
        if asked is None:
            return "needs_answer"
        try:
            return conversion(asked, metric), metric.unit, asked
        except UnknownUnit:
            return "unknown_unit"


def _said(body: dict[str, Any]) -> dict[str, Any]:
    """The body without what was not written."""
    return {name: value for name, value in body.items() if value not in (None, "", {})}


def _range(row: dict[str, str]) -> str:
    """The range as printed, "" for none."""
    low, high = row.get("ref_low", ""), row.get("ref_high", "")
    return f"{low}-{high}" if low and high else f"<{high}" if high else f">{low}" if low else ""


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", plain(name)).strip("-") or "unnamed"
