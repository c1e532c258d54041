"""The usual time of day of something: bedtime and waking from noon to noon, everything else around the clock."""

from __future__ import annotations

import numpy as np

from carnet.insights.errors import NotDefined
from carnet.insights.evidence import Evidence, clock_text, finding
from carnet.insights.finding import Finding
from carnet.insights.statistics import figure
from carnet.record.clock import MINUTE_MS, local_ms_of_day
from carnet.record.model import Floats

DAY_MIN = 1440.0


def circular_mean(minutes: Floats) -> float:
    """The mean of clock times in minutes after 00:00, around the clock. Raises NotDefined when they point nowhere."""
    angle = minutes / DAY_MIN * 2 * np.pi
    x, y = float(np.cos(angle).mean()), float(np.sin(angle).mean())
    if np.hypot(x, y) < 1e-9:
        raise NotDefined("a usual time of times spread evenly over the day")
    return float(np.arctan2(y, x) / (2 * np.pi) * DAY_MIN % DAY_MIN)


def typical_time(evidence: Evidence) -> Finding:
    """The average clock time of the values: their own for bedtime and waking, the moment of samples and sessions for the others."""
    if evidence.clock:
        return figure(evidence, "mean")
    if evidence.base not in ("samples", "sessions", "occurrences", "daily_values"):
        raise NotDefined(f"a time of day of {evidence.metric.key}")
    minutes = local_ms_of_day(evidence.need(1).at, evidence.zone) / MINUTE_MS
    return finding(evidence, clock_text(circular_mean(minutes) - 720.0), f"mean_time/1 of={evidence.base}", unit="clock")
