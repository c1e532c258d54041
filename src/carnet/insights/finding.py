"""A computed statement with its evidence: the only thing an answer may take a number from."""

from __future__ import annotations

from dataclasses import dataclass

from carnet.record.selection import Selection

Pair = tuple[float, float]  # systolic, diastolic
Value = float | str | tuple[float, ...] | tuple[str, ...] | tuple[tuple[str, float], ...] | tuple[tuple[str, Pair], ...] | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the window's days (nights, for sleep) have data."""

    days: int
    with_data: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure. `n` rows stand behind it, exactly those that `selection` opens again.

    value: unrounded, in `unit` (UCUM; "clock" for HH:MM texts). start, end: first and last local day of the window (ISO).
    date: the day or moment of an extreme or a latest value. method: name/version and parameters, so that anybody can recompute it.
    label: what tells it from its siblings (a month, a weekday, "before"), language-free.
    notes: codes of things the answer must say (partial_today, few_days, break, estimate, censored, ...).
    """

    metric: str
    value: Value
    unit: str
    n: int
    start: str
    end: str
    selection: Selection
    coverage: Coverage | None = None
    sources: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    method: str = ""
    date: str | None = None
    label: str = ""
    notes: tuple[str, ...] = ()
