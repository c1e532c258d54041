"""Numbers with their units and what they are compared by: "more than 8,000", "moins de 6 h 30", in a metric's canonical unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from carnet.assistant.plan import Op
from carnet.assistant.understanding.lexicon import Hit
from carnet.assistant.understanding.text import Token
from carnet.record.catalog import Metric
from carnet.record.errors import UnknownUnit
from carnet.record.units import conversion

HALVES = {"half": 0.5, "demi": 0.5, "demie": 0.5, "quart": 0.25, "quarter": 0.25}
OPS: dict[str, Op] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Quantity:
    """Tokens [first, last): a number as said, its unit (UCUM, or empty), and how it is compared ("" = not said).

    at: the position of the number itself. A clock time ("7:30") has the unit "clock" and counts hours.
    """

    first: int
    last: int
    value: float
    unit: str
    op: str
    at: int


def quantities(said: Sequence[Token], hits: Sequence[Hit]) -> list[Quantity]:
    """Every number that may be a quantity, the longest reading of each."""
    units = {h.first: h for h in sorted((h for h in hits if h.slot == "unit"), key=lambda h: h.last)}
    before = {h.last: h for h in sorted((h for h in hits if h.slot == "cmp"), key=lambda h: -h.first)}
    after = {h.first: h for h in sorted((h for h in hits if h.slot == "cmp_after"), key=lambda h: h.last)}
    found = []
    for at in range(len(said)):
        for bare in _amounts(said, at, units):
            made = _after(bare, before, said)
            trailing = after.get(made.last)
            if trailing and not made.op:
                made = replace(made, last=trailing.last, op=trailing.value)
            found.append(made)
    return found


def _after(bare: Quantity, before: dict[int, Hit], said: Sequence[Token]) -> Quantity:
    """With the comparison that stands before it, an article between them at most."""
    for skip in (0, 1):
        at = bare.first - skip
        if at in before and (not skip or said[at].text in ("les", "the", "la", "a", "des", "de", "my", "mes", "un", "une", "some")):
            return replace(bare, first=before[at].first, op=before[at].value)
    return bare


def _amounts(said: Sequence[Token], at: int, units: dict[int, Hit]) -> Iterator[Quantity]:
    token = said[at]
    if token.kind == "slash" and token.text.count("/") == 1:
        yield Quantity(at, at + 1, float(token.text.split("/")[0]), "", "", at)
    if token.kind == "clock":
        hours, minutes = token.text.split(":")
        yield Quantity(at, at + 1, int(hours) + int(minutes) / 60, "clock", "", at)
    if token.kind == "number" and token.number is not None:
        yield _counted(said, at, token.number, units)
        yield Quantity(at, at + 1, token.number, "", "", at)
    elif token.text in HALVES or (token.text in ("a", "an", "un", "une") and at + 1 < len(said) and _one(said, at, units)):
        yield _fraction(said, at, units)


def _one(said: Sequence[Token], at: int, units: dict[int, Hit]) -> bool:
    """Whether "an", "une" counts a unit of time here ("an hour", "une heure et demie", "half an hour")."""
    return at + 1 in units and units[at + 1].value == "h"


def _fraction(said: Sequence[Token], at: int, units: dict[int, Hit]) -> Quantity:
    if said[at].text in HALVES:
        i = at + 1
        i += i < len(said) and said[i].text in ("a", "an", "of")
        unit = units.get(i)
        return Quantity(at, unit.last if unit else at + 1, HALVES[said[at].text], unit.value if unit else "", "", at)
    return _counted(said, at, 1.0, units)


def _counted(said: Sequence[Token], at: int, value: float, units: dict[int, Hit]) -> Quantity:
    """A number, its unit, and what follows it: 6 h 30, 6 and a half hours, 1 hour 20 minutes, 6 heures et demie."""
    i = at + 1
    texts = [t.text for t in said[i : i + 3]]
    if texts[:3] == ["and", "a", "half"]:
        value, i = value + 0.5, i + 3
    unit = units.get(i)
    if unit is None:
        return Quantity(at, i, value, "", "", at)
    i = unit.last
    rest = [t.text for t in said[i : i + 3]]
    if rest[:1] in (["et"], ["and"]) and len(rest) > 1 and (rest[1] in HALVES or rest[2:3] == ["half"]):
        value, i = value + HALVES.get(rest[1], 0.5), i + (2 if rest[1] in HALVES else 3)
    elif unit.value == "h":
        start = i + (rest[:1] in (["et"], ["and"]))
        if start < len(said) and said[start].kind == "number" and (said[start].number or 60) < 60:
            minutes = units.get(start + 1)
            if minutes is None or minutes.value == "min":
                value, i = value + (said[start].number or 0) / 60, minutes.last if minutes else start + 1
    return Quantity(at, i, value, unit.value, "", at)


def canonical(value: float, unit: str, metric: Metric, us: bool) -> float | None:
    """The value in the metric's canonical unit; None when the unit cannot be one of it.

    Without a unit the number is read in the unit a person reads. Clock metrics count minutes from noon before the night.
    """
    if metric.unit == "clock":
        return ((value - 12) % 24) * 60 if unit in ("clock", "h", "") else None
    unit = {"clock": "h"}.get(unit, unit) or (metric.shown_us if us else metric.shown)
    if unit in ("{count}", metric.unit) or not metric.unit:
        return value if unit != "{count}" or metric.unit.startswith("{") or metric.kind == "event" else None
    if metric.key == "weight" and unit == "[stone_av]":
        return value * 6.35029318
    try:
        return float(conversion(unit, metric).of(value))
    except UnknownUnit:
        return None
