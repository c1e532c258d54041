"""Evidence in the unit a person reads; everything is computed after that, so that figures, differences and spreads agree."""

from __future__ import annotations

from dataclasses import replace

from carnet.insights.evidence import CLOCK, Evidence
from carnet.record.catalog import Metric
from carnet.record.errors import UnknownUnit
from carnet.record.units import Conversion, conversion, readings


def shown_unit(metric: Metric, units: str, named: str | None = None) -> str:
    """The unit to tell a metric in: the one the person named if it converts, else theirs by system (metric | us)."""
    for code in readings(named) if named else ():
        if _into(code, metric) is not None:
            return code
    wanted = metric.shown_us if units == "us" else metric.shown
    return wanted if _into(wanted, metric) is not None else metric.unit


def _into(unit: str, metric: Metric) -> Conversion | None:
    if unit == metric.unit or metric.unit in ("", CLOCK):
        return Conversion() if unit == metric.unit else None
    try:
        return conversion(unit, metric)
    except UnknownUnit:
        return None


def shown_number(value: float, metric: Metric, unit: str) -> float:
    """A canonical number in another unit of the metric."""
    by = _into(unit, metric) or Conversion()
    return (value - by.offset) / by.factor if by.changes else value


def shown(evidence: Evidence, unit: str) -> Evidence:
    """The evidence with its values in another unit of the metric."""
    by = _into(unit, evidence.metric)
    if by is None or unit == evidence.unit:
        return evidence
    return replace(evidence, unit=unit, value=(evidence.value - by.offset) / by.factor if by.changes else evidence.value)
