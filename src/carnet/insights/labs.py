"""Laboratory results with their side of the range printed on their own report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from carnet.insights.evidence import Evidence
from carnet.insights.finding import Finding
from carnet.insights.single_facts import printed_range, side
from carnet.insights.statistics import latest, listing, single
from carnet.insights.units import shown_number
from carnet.record.model import Observation

SIDES = {"below": "below_range", "in": "in_range", "above": "above_range", "unknown": "no_range"}


def told(evidence: Evidence, facts: Sequence[Observation], i: int, method: str, label: str = "") -> Finding:
    """Result i with a note of its side and printed range: `above_range:..5.2`. facts: what the rows of the evidence are positions in."""
    found, fact = single(evidence, i, method, label), facts[int(evidence.row[i])]
    low, high = (shown_number(v, evidence.metric, evidence.unit) for v in printed_range(fact, evidence.metric))
    span = f"{low:.6g}..{high:.6g}".replace("nan", "")
    where = side(fact, evidence.metric)
    note = SIDES[where] if where != "unknown" or span == ".." else "range"
    return replace(found, notes=(*found.notes, note if span == ".." else f"{note}:{span}"))


def last(evidence: Evidence, facts: Sequence[Observation], largest: bool) -> list[Finding]:
    """The latest result (or the first, with largest=False); the one before it as well."""
    i = len(evidence.need(1)) - 1 if largest else 0
    found = [replace(told(evidence, facts, i, latest(evidence, largest).method))]
    return found if i == 0 else [*found, told(evidence, facts, i - 1, "previous/1", "previous")]


def history(evidence: Evidence, facts: Sequence[Observation], last: int = 0) -> list[Finding]:
    """The list of (date, value), then every result (or the `last` ones) with its side, ascending."""
    first = max(0, len(evidence) - last) if last else 0
    return [listing(evidence.need(1), last), *(told(evidence, facts, i, "result/1") for i in range(first, len(evidence)))]


def sides(evidence: Evidence, facts: Sequence[Observation], only_last: bool) -> list[Finding]:
    """Every result (or the last one only) of a marker with its side of the printed range."""
    which = range(len(evidence) - 1, len(evidence)) if only_last else range(len(evidence))
    return [told(evidence, facts, i, "out_of_range/1 range=printed") for i in which if i >= 0]


def is_out(found: Finding) -> bool:
    """Whether a result was told as outside its printed range."""
    return any(note.startswith(("below_range", "above_range")) for note in found.notes)
