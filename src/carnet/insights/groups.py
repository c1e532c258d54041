"""Parts of a window: weeks, months, years, weekdays; figures for each, their ranking, and averages over whole periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from carnet.insights.evidence import Evidence, daily, finding
from carnet.insights.finding import Finding
from carnet.insights.statistics import has_total, level, number, numbers, single
from carnet.record.clock import day_date, day_number, weekday
from carnet.record.selection import Window

Parts = list[tuple[str, Evidence]]
WEEKENDS = {"weekend": (6, 7), "weekday": (1, 2, 3, 4, 5)}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _week(day: date) -> tuple[str, date, date]:
    year, week, number = day.isocalendar()
    first = day - timedelta(days=number - 1)
    return f"{year}-W{week:02d}", first, first + timedelta(days=6)


def _month(day: date) -> tuple[str, date, date]:
    first = day.replace(day=1)
    return f"{day:%Y-%m}", first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _year(day: date) -> tuple[str, date, date]:
    return f"{day:%Y}", date(day.year, 1, 1), date(day.year, 12, 31)


def _day(day: date) -> tuple[str, date, date]:
    return day.isoformat(), day, day


CALENDAR: dict[str, Callable[[date], tuple[str, date, date]]] = {"day": _day, "week": _week, "month": _month, "year": _year}


def parts(evidence: Evidence, group: str) -> Parts:
    """The evidence by calendar day, week, month or year, by weekday or by weekend: (label, part), only parts with data."""
    if group in CALENDAR:
        return [(name, part) for name, part, _ in _calendar(evidence, group) if len(part)]
    named = WEEKENDS if group == "weekend" else {name: (k,) for k, name in enumerate(WEEKDAYS, 1)}
    found: Parts = []
    for label, wanted in named.items():
        days = evidence.days[np.isin(weekday(evidence.days), wanted)]
        mine = tuple(k for k in wanted if not evidence.selection.filters.weekdays or k in evidence.selection.filters.weekdays)
        if len(days) and mine:
            filters = replace(evidence.selection.filters, weekdays=mine)
            found.append((label, evidence.on(days, replace(evidence.selection, filters=filters))))
    return [(label, part) for label, part in found if len(part)]


def _calendar(evidence: Evidence, group: str) -> list[tuple[str, Evidence, bool]]:
    """(label, part, whether the whole period is inside the window and over) for every period that touches a day asked for."""
    found: list[tuple[str, Evidence, bool]] = []
    window, days = evidence.selection.window, evidence.days
    i = 0
    while i < len(days):
        label, first, last = CALENDAR[group](day_date(days[i]))
        whole = first >= window.first and last <= window.last and day_number(last) < evidence.today
        found.append((label, evidence.within(Window(first, last)), whole))
        i = int(np.searchsorted(days, day_number(last), side="right"))
    return found


def by_group(split: Parts, agg: str, quantile: float | None = None) -> list[Finding]:
    """One figure for each part that has enough values, labelled."""
    found = []
    for label, part in split:
        fewest = 2 if agg == "sd" else 1
        if len(numbers(part)) >= fewest or agg == "count":
            value = number(part, agg, quantile)
            told = level(part, value) if agg not in ("sd", "count", "sum") else value
            unit = "{count}" if agg == "count" else "min" if part.clock and agg == "sd" else None
            found.append(finding(part, told, f"{agg}/1 of={part.base}", unit=unit, label=label))
    return found


def per_period(evidence: Evidence, per: str, agg: str) -> Finding:
    """The mean over calendar weeks, months or years of what each adds up to (of its mean, where a total means nothing).

    Only whole periods inside the window that are over count; without any, all count. Weeks without a workout count as 0; for other
    metrics periods without data are left out.
    """
    periods = _calendar(evidence, per)
    whole = [(label, part) for label, part, complete in periods if complete]
    chosen = whole or [(label, part) for label, part, _ in periods]
    counting = (evidence.base in ("sessions", "occurrences") and agg in ("count", "sum")) or evidence.metric.key == "workout"
    kept = [part for _, part in chosen if counting or len(part)]
    figure = "count" if agg == "count" or evidence.metric.key == "workout" else "sum" if has_total(evidence) else "mean"
    values = [number(part, figure) if len(part) else 0.0 for part in kept]
    window = Window(chosen[0][1].selection.window.first, chosen[-1][1].selection.window.last)
    told = float(np.mean(values)) if values else float("nan")
    unit = "{count}" if figure == "count" else None
    base = evidence.within(window).need(0 if counting else 1)
    notes = (f"periods:{len(kept)}", *(() if whole else ("part_periods",)))
    return finding(base, level(base, told) if figure == "mean" else told, f"mean/1 of={per}s each={figure}", unit=unit, notes=notes)


def rank_values(evidence: Evidence, count: int, largest: bool) -> list[Finding]:
    """The days, nights, sessions or results with the most extreme values, in order; today's unfinished total is never the smallest."""
    values = numbers(evidence) if evidence.base in ("sessions", "results") else daily(evidence)
    if evidence.base in ("daily_totals", "occurrences") and not largest:
        values = values.valued(values.day != evidence.today)
    values = values.need(1)
    order = np.argsort(-values.value if largest else values.value, kind="stable")
    told = [single(values, int(i), f"rank/1 of={values.base}") for i in order[:count]]
    left = ("today_left_out",) if not largest and evidence.today in evidence.day and evidence.today not in values.day else ()
    return [replace(f, coverage=evidence.coverage(), notes=(*f.notes, *left)) for f in told]


def rank_parts(evidence: Evidence, split: Parts, group: str, count: int, largest: bool) -> list[Finding]:
    """The weeks, months, years, weekdays or hours with the most extreme figure: totals of calendar periods where they mean something,
    else means. A period cut by the window or still running is never the smallest while there are others."""
    agg = "sum" if group in CALENDAR and has_total(evidence) else "mean"
    if group in CALENDAR and not largest:
        whole = {label for label, _, complete in _calendar(evidence, group) if complete}
        split = [(label, part) for label, part in split if label in whole] or split
    scored = [(number(part, agg), label, part) for label, part in split if len(numbers(part))]
    scored.sort(key=lambda s: -s[0] if largest else s[0])
    evidence.need(1)
    return [finding(part, level(part, value), f"rank/1 of={group}s each={agg}", label=label) for value, label, part in scored[:count]]
