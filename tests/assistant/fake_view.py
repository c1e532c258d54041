"""A record in memory with the shape of a View, and short ways to fill it. Everything in it is granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from carnet.record.catalog import catalog
from carnet.record.clock import day_date, day_number, day_starts
from carnet.record.model import Observation, Series, Source, empty_series
from carnet.record.selection import Window
from carnet.record.view import Holding, Person

PARIS = "Europe/Paris"
WATCH, PHONE, APP = Source("Apple Watch", "Watch7,5", "watch"), Source("iPhone", "iPhone14,5", "phone"), Source("Strava", "", "app")
SOURCES = (PHONE, WATCH, APP)
RANKS = (1, 0, 2)
Row = tuple[object, ...]  # (start, end, value or word, source[, zone])


def ms(text: str, zone: str = PARIS) -> int:
    """Milliseconds UTC of a local time such as 2026-03-09 14:05."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def series(metric: str, rows: Sequence[Row], sources: Sequence[Source] = SOURCES, ranks: Sequence[int] = RANKS) -> Series:
    """A Series of rows in any order; texts as local times of Paris or ms, words as text values."""
    words = sorted({r[2] for r in rows if isinstance(r[2], str)} | {str(r[4]) for r in rows if len(r) > 4})
    moments = sorted(((_ms(r[0]), _ms(r[1]), *r[2:]) for r in rows), key=lambda r: (r[0], r[1], sources.index(r[3])))
    return Series(
        metric, catalog().get(metric).unit,
        np.array([r[0] for r in moments], np.int64), np.array([r[1] for r in moments], np.int64),
        np.array([np.nan if isinstance(r[2], str) else r[2] for r in moments], np.float64),
        np.array([words.index(r[2]) if isinstance(r[2], str) else -1 for r in moments], np.int32),
        np.array([sources.index(r[3]) for r in moments], np.int32),
        np.array([words.index(str(r[4])) if len(r) > 4 else -1 for r in moments], np.int32),
        tuple(words), tuple(sources), tuple("apple_health" for _ in sources), tuple(ranks),
    )  # fmt: skip


def _ms(moment: object) -> int:
    return ms(moment) if isinstance(moment, str) else int(moment)


@dataclass
class FakeView:
    """Series by metric and single facts, under one person."""

    tables: dict[str, Series] = field(default_factory=dict)
    facts: list[Observation] = field(default_factory=list)
    person: Person = field(default_factory=lambda: Person(home_zone=PARIS))

    def put(self, metric: str, rows: Sequence[Row], **more: object) -> FakeView:
        """The same view with the rows of one metric."""
        self.tables[metric] = series(metric, rows, **more)
        return self

    def with_units(self, units: str) -> FakeView:
        """The same record for a person who reads other units."""
        return replace(self, person=replace(self.person, units=units))

    def series(self, metric: str, window: Window | None = None, margin_days: int = 2) -> Series:
        """Samples that touch the window's local days, widened."""
        found = self.tables.get(metric) or empty_series(metric, catalog().get(metric).unit)
        if window is None:
            return found
        low, high = self._bounds(window, margin_days)
        return found.take((found.start < high) & (found.end >= low))

    def _bounds(self, window: Window, margin: int) -> tuple[int, int]:
        bounds = day_starts(day_number(window.first) - margin, day_number(window.last) + margin, self.person.home_zone)
        return int(bounds[0]), int(bounds[-1])

    def observations(self, kind: str, window: Window | None = None, metric: str | None = None) -> Sequence[Observation]:
        """Single facts of one kind that touch the window."""
        found = [f for f in self.facts if f.kind == kind and metric in (None, f.metric)]
        if window is not None:
            low, high = self._bounds(window, 0)
            found = [
                f for f in found
                if (f.start < high and (f.end or f.start) >= low if f.start is not None
                    else window.first.isoformat() <= str(f.date) <= window.last.isoformat())
            ]  # fmt: skip
        return sorted(found, key=lambda f: (f.start or (day_number(date.fromisoformat(f.date)) * 86_400_000 if f.date else 0), f.id))

    def holdings(self) -> Sequence[Holding]:
        """What there is of each metric."""
        held = [Holding(k, len(s), int(s.start.min()), int(s.start.max())) for k, s in self.tables.items() if len(s)]
        for metric in dict.fromkeys(f.metric for f in self.facts):
            held.append(Holding(metric, sum(f.metric == metric for f in self.facts), 0, 0))
        return held


def workout(start: str, minutes: float, activity: str = "running", km: float | None = None, kcal: float | None = None,
            source: Source = WATCH) -> Observation:  # fmt: skip
    """One workout as the readers write it."""
    body: dict[str, object] = {"activity": activity, "duration": {"value": minutes, "unit": "min", "raw": f"{minutes} min"}}
    if km is not None:
        body["distance"] = {"value": km * 1000, "unit": "m", "raw": f"{km} km"}
    if kcal is not None:
        body["energy"] = {"value": kcal, "unit": "kcal", "raw": f"{kcal} kcal"}
    begin = ms(start)
    key = (activity, source.name, str(begin))
    return Observation("apple_health", "workout", "workout", key, body, begin, begin + round(minutes * 60_000), source=source)


def lab(
    metric: str, day: str, value: float | str, low: float | None = None, high: float | None = None, comparator: str = ""
) -> Observation:
    """One laboratory result as the readers write it."""
    body: dict[str, object] = (
        {"text": value} if isinstance(value, str) else {"value": value, "unit": catalog()[metric].unit, "raw": f"{value}"}
    )
    body |= {k: v for k, v in (("ref_low", low), ("ref_high", high), ("comparator", comparator)) if v not in (None, "")}
    return Observation("tidy_csv", "lab", metric, (metric, day, comparator, str(value)), body, date=day, source=Source("Labo"))


def ring(day: str, energy: float, stand: float) -> Observation:
    """One day's rings."""
    body = {"activity_ring_energy": {"value": energy, "unit": "kcal"}, "activity_ring_stand": {"value": stand, "unit": "{count}"}}
    return Observation("apple_health", "activity_summary", "activity_ring_energy", (day,), body, date=day)


def person_of_60_days(last: str = "2026-03-14", seed: int = 7) -> FakeView:
    """Sixty days that end at noon of `last`: two devices' steps, heart, weight, nights with stages, pressure, runs, labs, rings."""
    rng, view = np.random.default_rng(seed), FakeView()
    end = date.fromisoformat(last)
    rows: dict[str, list[Row]] = {k: [] for k in ("steps", "distance_walk_run", "heart_rate", "weight", "sleep_stage",
                                                  "blood_pressure_systolic", "blood_pressure_diastolic", "headphone_exposure",
                                                  "symptom_headache", "dietary_protein")}  # fmt: skip
    for k in range(60):
        day = day_date(day_number(end) - 59 + k).isoformat()
        if k == 20:
            continue
        _waking(rows, day, k, rng, half=day == last)
        _night(rows, day, k, rng)
        if k % 5 == 0:
            view.facts.append(workout(f"{day} 09:00", 30 + k / 3, km=5 + k / 20, kcal=300 + k))
            view.facts.append(workout(f"{day} 09:01", 28 + k / 3, km=5, source=APP))
        view.facts.append(ring(day, 400 + 3 * k, 8 + k % 5))
    for month, value in (("2026-01-20", 4.4), ("2026-02-10", 4.1), ("2026-03-03", 3.2)):
        view.facts += [lab("cholesterol_ldl", month, value, high=3.4), lab("ferritin", month, 10 * value, 15, 150)]
        view.facts.append(lab("crp", month, 5.0, high=5.0, comparator="<"))
    for metric, found in rows.items():
        view.put(metric, found)
    return view


def _waking(rows: dict[str, list[Row]], day: str, k: int, rng: np.random.Generator, half: bool) -> None:
    for hour in range(7, 12 if half else 22):
        count = float(rng.integers(0, 900))
        rows["steps"].append((f"{day} {hour:02d}:00", f"{day} {hour:02d}:40", count, WATCH))
        rows["steps"].append((f"{day} {hour:02d}:10", f"{day} {hour:02d}:50", count - 3, PHONE))
        rows["distance_walk_run"].append((f"{day} {hour:02d}:00", f"{day} {hour:02d}:40", count * 0.7, WATCH))
        rows["heart_rate"].append((f"{day} {hour:02d}:13",) * 2 + (float(rng.integers(55, 120)), WATCH))
        if hour in (8, 19):
            for part, low in (("systolic", 120), ("diastolic", 78)):
                rows[f"blood_pressure_{part}"].append((f"{day} {hour:02d}:00",) * 2 + (float(low + rng.integers(0, 12)), APP))
    if k % 3 == 0:
        rows["weight"] += [(f"{day} 07:30",) * 2 + (72 - k / 30, APP), (f"{day} 08:30",) * 2 + (72.5 - k / 30, APP)]
    if k % 7 == 0:
        rows["symptom_headache"].append((f"{day} 10:00",) * 2 + ("mild", APP))
        rows["symptom_headache"].append((f"{day} 11:00",) * 2 + ("not_present", APP))
    rows["dietary_protein"].append((f"{day} 07:45",) * 2 + (20.0 + k % 4, APP))
    rows["headphone_exposure"].append((f"{day} 09:20", f"{day} 09:50", 60.0 + k % 9, PHONE))


def _night(rows: dict[str, list[Row]], day: str, k: int, rng: np.random.Generator) -> None:
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    minute = int(rng.integers(0, 59))
    stages = ((f"{before} 22:{minute:02d}", f"{day} 01:00", "core"), (f"{day} 01:00", f"{day} 02:00", "deep"),
              (f"{day} 02:00", f"{day} 02:10", "awake"), (f"{day} 02:10", f"{day} 03:30", "rem"),
              (f"{day} 03:30", f"{day} 05:{minute:02d}", "core"))  # fmt: skip
    rows["sleep_stage"] += [(a, b, word, WATCH) for a, b, word in stages]
    rows["sleep_stage"].append((f"{before} 21:50", f"{day} 06:10", "in_bed", PHONE))
    if k % 9 == 0 and k:
        rows["sleep_stage"].append((f"{day} 14:00", f"{day} 14:25", "asleep", WATCH))
