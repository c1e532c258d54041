"""The one figure that answers a Plan, from its Findings, as the command line's contract words it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from carnet.assistant.outcome import Headline
from carnet.assistant.plan import Agg, Plan
from carnet.insights.finding import Finding, Value

WEEKDAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}
EXTREMES = (Agg.MIN, Agg.MAX, Agg.LATEST, Agg.FIRST, Agg.RANK)


def headline(plan: Plan, findings: Sequence[Finding]) -> Headline:
    """A number, a list of strings for "which", a date or HH:MM for "when", [label, value] pairs for a table or a history."""
    first = findings[0]
    value, unit, date = _value(plan, findings), first.unit, first.date
    if plan.agg == Agg.OUT_OF_RANGE:
        value, unit, date = tuple(dict.fromkeys(f.metric for f in findings if _out(f))), "", None
    elif (isinstance(value, str) and plan.when) or (isinstance(value, tuple) and value and isinstance(value[0], str)):
        unit = unit if unit == "clock" and not isinstance(value, tuple) and ":" in str(value) else ""
    return Headline(value, unit, first.metric, first.start, first.end, date[:10] if date else None)


def _out(found: Finding) -> bool:
    return any(note.startswith(("below_range", "above_range")) for note in found.notes)


def name(found: Finding) -> str:
    """What a ranked figure is called: its day, else its week, month, year, weekday or hour."""
    return found.date[:10] if found.date else WEEKDAYS.get(found.label, found.label)


def _value(plan: Plan, findings: Sequence[Finding]) -> Value:
    first = findings[0]
    if plan.comparison:
        return first.value
    if plan.agg == Agg.RANK:
        return _ranked(plan, findings)
    if plan.group != "none" and plan.agg != Agg.COVERAGE and not _is_list(first.value):
        return _table([(f.label, f.value) for f in findings])
    if plan.agg in EXTREMES:
        if plan.which:
            return (name(first),)
        return name(first) if plan.when else first.value
    if plan.agg == Agg.LIST and not _is_list(first.value):
        return _table([(name(f), f.value) for f in findings])
    return first.value


def _is_list(value: Value) -> bool:
    """Whether a value is a list of its own (dates, or pairs with a date) and not one figure or one pair of figures."""
    return isinstance(value, tuple) and (not value or isinstance(value[0], str | tuple))


def _ranked(plan: Plan, findings: Sequence[Finding]) -> Value:
    if plan.which or (plan.when and len(findings) > 1):
        return tuple(name(f) for f in findings)
    if plan.when:
        return name(findings[0])
    return findings[0].value if plan.count == 1 else _table([(name(f), f.value) for f in findings])


def _table(pairs: Sequence[tuple[str, Value]]) -> Value:
    """Pairs of a name and a figure; a clock time as it is written."""
    return cast(Value, tuple(pairs))
