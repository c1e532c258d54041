"""What running a Plan gave: the figure that answers, the Findings behind it, or the reason there is none."""

from __future__ import annotations

from dataclasses import dataclass

from carnet.assistant.plan import Plan
from carnet.insights.finding import Finding, Value
from carnet.record.view import Holding


@dataclass(frozen=True, slots=True)
class Headline:
    """The one figure that answers the question, unrounded, in `unit` (UCUM or "clock"), as cli.md defines it."""

    value: Value
    unit: str
    metric: str
    start: str
    end: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one Plan.

    findings[0] is the headline's own Finding; a comparison has [difference, later or first side, earlier or second side].
    missing: a code when there is no figure: no_data (none in the window), never (none at all), not_granted, too_few, not_defined.
    nearest: for no_data, the ISO day with data nearest to the window. held: what the record holds of the metric, if anything.
    """

    plan: Plan
    headline: Headline | None
    findings: tuple[Finding, ...] = ()
    missing: str = ""
    nearest: str | None = None
    held: Holding | None = None
    need: int = 0
    have: int = 0
