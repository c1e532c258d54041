"""What happened when: laboratory days, workouts, imports, new devices, the person's own dates, and how full each month is.

Computed from a View in few reads; what is not granted is simply not there. It words nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from carnet.consent import NotGranted
from carnet.insights.devices import Arrival, arrivals
from carnet.insights.marks import marked_critical
from carnet.insights.single_facts import activity, day_of, sessions, side, workout_value
from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.clock import day_date, day_number, local_day
from carnet.record.model import Observation
from carnet.record.selection import Filters, Selection, Window
from carnet.record.view import Holding
from carnet.space.overview import if_granted
from carnet.vault.view import View

T = TypeVar("T")
Month = tuple[int, int]
CARRIED = ("resting_heart_rate", "steps", "weight")  # what a watch, a phone and a scale write


@dataclass(frozen=True, slots=True)
class LabDay:
    """The results of one day from one laboratory: how many, how many outside their printed range, how many marked critical."""

    day: date
    service: str
    laboratory: str
    results: int
    outside: int
    critical: int


@dataclass(frozen=True, slots=True)
class Session:
    """One workout, copies of another source left out. minutes, metres: None where it has none. at: the clock of the home zone."""

    day: date
    at: str
    service: str
    activity: str
    minutes: float | None
    metres: float | None
    link: str


@dataclass(frozen=True, slots=True)
class Brought:
    """One import: its local day and service. How many rows it brought may concern more than is granted, so it is not told."""

    day: date
    service: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything datable, each list ascending. density: days with data of each month. services: those whose data may be shown."""

    today: date
    labs: tuple[LabDay, ...] = ()
    workouts: tuple[Session, ...] = ()
    imports: tuple[Brought, ...] = ()
    devices: tuple[Arrival, ...] = ()
    events: tuple[tuple[date, str], ...] = ()
    density: Mapping[Month, int] = field(default_factory=dict)
    services: tuple[str, ...] = ()


def timeline(view: View, audited: Iterable[Any], now: datetime) -> Timeline:
    """What the View may show; audited: the lines of the audit, of which the imports are taken. Raises NotGranted for nothing at all."""
    if not view.sees_anything():
        raise NotGranted("answer", "", view.services())
    zone = view.person.home_zone
    today = now.astimezone(ZoneInfo(zone)).date()
    labs = _labs(if_granted(lambda: view.observations("lab")) or (), zone, today)
    workouts = _workouts(view, now, today)
    dated = {d.day for d in labs} | {w.day for w in workouts}
    seen = tuple(s for s in view.services() if any(view.may_read([(s, c)]) for c in CATEGORIES))
    return Timeline(
        today, labs, workouts, _imports(audited, seen, zone), _devices(view, zone), own_events(view.person.events),
        _density(view, dated, today), seen,
    )  # fmt: skip


def own_events(events: Sequence[tuple[str, str]]) -> tuple[tuple[date, str], ...]:
    """The dates the person named, ascending; several names of one day stay in the order of the alphabet."""
    return tuple(sorted((date.fromisoformat(day), name) for name, day in events))


def _labs(facts: Sequence[Observation], zone: str, today: date) -> tuple[LabDay, ...]:
    """The results by day and laboratory; the same result from two services counts once for each of them."""
    groups: dict[tuple[date, str, str], list[Observation]] = {}
    for fact in facts:
        day = day_of(fact, zone)
        if day is not None and day_date(day) <= today:
            who = str(fact.body.get("lab") or (fact.source.name if fact.source else ""))
            groups.setdefault((day_date(day), fact.service, who), []).append(fact)
    return tuple(
        LabDay(day, service, who, len(mine), sum(_outside(f) for f in mine), sum(marked_critical(f.body) for f in mine))
        for (day, service, who), mine in sorted(groups.items())
    )


def _outside(fact: Observation) -> bool:
    return side(fact, catalog().get(fact.metric)) in ("below", "above")


def _workouts(view: View, now: datetime, today: date) -> tuple[Session, ...]:
    facts = if_granted(lambda: view.observations("workout")) or ()
    kept = [facts[i] for i in sessions(facts, view.person.source_ranks)]
    found = [_session(fact, view) for fact in kept if (fact.start or 0) <= now.timestamp() * 1000]
    return tuple(s for s in found if s.day <= today)


def _session(fact: Observation, view: View) -> Session:
    metrics, name = catalog().metrics, activity(fact)
    at = datetime.fromtimestamp((fact.start or 0) / 1000, ZoneInfo(view.person.home_zone))
    minutes, metres = (workout_value(fact, metrics[key], metrics) for key in ("workout_duration", "workout_distance"))
    link = Selection("workout", Window(at.date(), at.date()), Filters(activity=name), view.asof).link()
    return Session(
        at.date(), at.strftime("%H:%M"), fact.service, name, minutes if minutes == minutes else None, metres if metres == metres else None,
        link,
    )  # fmt: skip


def _imports(audited: Iterable[Any], seen: Sequence[str], zone: str) -> tuple[Brought, ...]:
    """The imports that brought something new, of services of which something may be shown."""
    lines = (e for e in audited if e.action == "import" and e.body.get("service") in seen and e.body.get("added"))
    return tuple(Brought(datetime.fromisoformat(e.at).astimezone(ZoneInfo(zone)).date(), str(e.body["service"])) for e in lines)


def _devices(view: View, zone: str) -> tuple[Arrival, ...]:
    return arrivals([s for key in CARRIED if (s := if_granted(partial(view.series, key)))], zone)


# --- how full the months are -----------------------------------------------------------------------------------------


def _density(view: View, dated: Iterable[date], today: date) -> Mapping[Month, int]:
    """How many days of each month hold anything at all.

    The fullest metric of each category is read first; the others only for months that were empty until then.
    """
    days = {day_number(d) for d in dated}
    sampled = [h for h in view.holdings() if catalog().get(h.metric).kind != "lab" and h.metric != "workout"]
    fullest: dict[str, Holding] = {}
    for holding in sampled:
        category = catalog().get(holding.metric).category
        fullest[category] = max(holding, fullest.get(category, holding), key=lambda h: h.n)
    for holding in fullest.values():
        days |= _days_of(view, holding, today)
    for holding in sampled:
        if fullest[catalog().get(holding.metric).category] is not holding and _may_fill(holding, days):
            days |= _days_of(view, holding, today)
    found: dict[Month, int] = {}
    for day in sorted(days):
        when = day_date(day)
        found[when.year, when.month] = found.get((when.year, when.month), 0) + 1
    return found


def _may_fill(holding: Holding, days: set[int]) -> bool:
    """Whether some month of the holding has no day yet."""
    known = {(d.year, d.month) for d in map(day_date, days)}
    first, last = (datetime.fromtimestamp(ms / 1000, ZoneInfo("UTC")) for ms in (holding.first, holding.last))
    return any(month not in known for month in months(date(first.year, first.month, 1), date(last.year, last.month, 1)))


def _days_of(view: View, holding: Holding, today: date) -> set[int]:
    """The days with rows of a metric up to today: from the daily figures, from the rows where there are none."""
    window = Window(day_date(int(holding.first // 86_400_000) - 1), min(today, day_date(int(holding.last // 86_400_000) + 1)))
    if window.days == 0:
        return set()
    told = view.rollup(holding.metric, window)
    if told:
        return {int(row[0]) for row in told}
    series = if_granted(lambda: view.series(holding.metric, window, 0))
    found = np.unique(local_day(series.start, view.person.home_zone)).tolist() if series else []
    return {d for d in found if d <= day_number(today)}


def months(first: date, last: date) -> list[Month]:
    """Every month from one day's to another's, ascending."""
    return [divmod_month(n) for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)]


def divmod_month(number: int) -> Month:
    """Year and month of a count of months."""
    return number // 12, number % 12 + 1
