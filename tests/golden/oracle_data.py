"""Reads the files of `person.write` and applies the conventions of numbers.md (section numbers in the comments).

Written from numbers.md alone, without any code of Carnet, and on purpose simply: slow loops, one convention at a time.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from xml.etree.ElementTree import Element, iterparse
from zoneinfo import ZoneInfo

import pandas as pd

HOME = ZoneInfo("Europe/Paris")
ASLEEP = {"AsleepCore", "AsleepDeep", "AsleepREM", "AsleepUnspecified"}
STAGES = {"AsleepCore", "AsleepDeep", "AsleepREM"}
Piece = tuple[float, float]
Line = dict[str, Any]
V = TypeVar("V")


def lines(frame: pd.DataFrame) -> list[Line]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def local(second: float, zone: ZoneInfo = HOME) -> datetime:
    return datetime.fromtimestamp(second, zone)


def midnight(day: date) -> float:
    """Section 2: a day begins at local midnight in the home zone; it has 23 or 25 hours when clocks change."""
    return datetime(day.year, day.month, day.day, tzinfo=HOME).timestamp()


def rank(device: str) -> int:
    """Section 4: watch > phone > other device > app. There is one watch only, so newer and older need no telling apart."""
    if "hardware:Watch" in device:
        return 4
    if "hardware:iPhone" in device:
        return 3
    return 2 if device else 1


@dataclass(frozen=True)
class Night:
    day: date
    source: str
    minutes: float
    deep: float | None
    rem: float | None
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Session:
    kind: str
    day: date
    start: float
    minutes: float
    km: float | None


class Record:
    """Everything the person has, cut off at `now` (section 1: nothing after now counts)."""

    def __init__(self, folder: Path) -> None:
        rows: list[Line] = []
        workouts: list[Line] = []
        with zipfile.ZipFile(folder / "export.zip") as archive, archive.open("apple_health_export/export.xml") as file:
            depth = 0
            for event, node in iterparse(file, ("start", "end")):
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 1:  # depth-1 elements only: records inside a correlation are counted once
                    if node.tag == "Record":
                        rows.append(self._record(node))
                    elif node.tag == "Workout":
                        workouts.append(self._workout(node))
                    node.clear()
        with (folder / "samples.csv").open(newline="", encoding="utf-8") as table:
            for line in csv.DictReader(table):
                start, end = (datetime.fromisoformat(line[key]).timestamp() for key in ("start", "end"))
                rows.append(
                    {
                        "type": line["metric"],
                        "source": line["source"],
                        "rank": 1,
                        "start": start,
                        "end": end,
                        "value": line["value"],
                        "unit": line["unit"],
                        "zone": "",
                    }
                )
        # Section 4: exact duplicates are dropped (the device pointer is not part of the identity)
        self.rows = pd.DataFrame(rows).drop_duplicates(["type", "source", "start", "end", "value", "unit"])
        self.raw_workouts = pd.DataFrame(workouts).drop_duplicates(["type", "source", "start", "end"])
        self.labs = pd.read_csv(folder / "labs.csv", dtype={"comparator": str, "value": float}, keep_default_na=True)
        self.now = datetime.max.timestamp()

    @staticmethod
    def _record(node: Element) -> Line:
        zone = next((m.get("value", "") for m in node.findall("MetadataEntry") if m.get("key") == "HKTimeZone"), "")
        name, source = node.attrib["type"], node.attrib["sourceName"]
        for prefix in ("HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier"):
            name = name.removeprefix(prefix)
        value = node.get("value", "").removeprefix("HKCategoryValueSleepAnalysis")
        return {
            "type": name,
            "source": source,
            "rank": rank(node.get("device", "")),
            "start": Record._second(node.attrib["startDate"]),
            "end": Record._second(node.attrib["endDate"]),
            "value": value,
            "unit": node.get("unit", ""),
            "zone": zone,
        }

    @staticmethod
    def _second(text: str) -> float:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z").timestamp()  # section 2: the offset gives the instant only

    @staticmethod
    def _workout(node: Element) -> Line:
        far = [s for s in node.findall("WorkoutStatistics") if "Distance" in s.attrib["type"]]
        kind = node.attrib["workoutActivityType"].removeprefix("HKWorkoutActivityType")
        return {
            "type": kind,
            "source": node.attrib["sourceName"],
            "rank": rank(node.get("device", "")),
            "start": Record._second(node.attrib["startDate"]),
            "end": Record._second(node.attrib["endDate"]),
            "minutes": float(node.attrib["duration"]),
            "km": float(far[0].attrib["sum"]) if far else None,
        }

    def of(self, kind: str) -> list[Line]:
        rows = self.rows[(self.rows["type"] == kind) & (self.rows["start"] <= self.now)]
        return lines(rows.sort_values(["start", "rank"]))

    # --- cumulative metrics -------------------------------------------------------------------------------------------
    def daily_totals(self, kind: str) -> dict[date, float]:
        """Section 4: the higher-ranked source wins where intervals overlap; the rest of the lower one counts pro rata.
        Section 2: an interval across midnight is split pro rata. Days without data are absent (section 6)."""
        rows = self.of(kind)
        totals: dict[date, float] = {}
        for row in rows:
            value, start, end = float(row["value"]), row["start"], row["end"]
            if end <= start:  # a moment (a glass, a meal): the whole value on its day
                day = local(start).date()
                totals[day] = totals.get(day, 0.0) + value
                continue
            better = [(r["start"], r["end"]) for r in rows if r["rank"] > row["rank"] and r["start"] < end and r["end"] > start]
            for first, last in minus((start, end), better):
                for day, seconds in by_day(first, min(last, self.now)):
                    totals[day] = totals.get(day, 0.0) + value * seconds / (end - start)
        return dict(sorted(totals.items()))

    # --- discrete metrics ---------------------------------------------------------------------------------------------
    def samples(self, kind: str) -> list[tuple[float, float]]:
        """Section 5: pooled over sources; same value within 60 s from two sources is one measurement (not for heart rate)."""
        kept: list[Line] = []
        for row in self.of(kind):
            copy = kind != "HeartRate" and any(
                old["source"] != row["source"] and old["value"] == row["value"] and row["start"] - old["start"] <= 60 for old in kept[-5:]
            )
            if not copy:
                kept.append(row)
        return [(row["start"], float(row["value"])) for row in kept]

    def daily_means(self, kind: str) -> dict[date, float]:
        """Section 5: a daily value is the mean of the day."""
        days: dict[date, list[float]] = {}
        for second, value in self.samples(kind):
            days.setdefault(local(second).date(), []).append(value)
        return {day: mean(values) for day, values in days.items()}

    def daily_last(self, kind: str) -> dict[date, float]:
        """Section 5: weight, BMI and body fat take the last of the day."""
        return {local(second).date(): value for second, value in self.samples(kind)}

    # --- nights -------------------------------------------------------------------------------------------------------
    def sleep(self) -> tuple[dict[date, Night], list[Night]]:
        """Section 3: sessions, nights by day of waking, naps."""
        groups: list[list[Line]] = []
        reach = float("-inf")
        for row in self.of("SleepAnalysis"):
            if row["start"] - reach > 2 * 3600:  # pieces with gaps of at most two hours form a session
                groups.append([])
            groups[-1].append(row)
            reach = max(reach, row["end"])
        sessions: list[Night] = []
        for group in groups:
            sleeping = [row for row in group if row["value"] in ASLEEP]  # time in bed is not sleep, nor is being awake
            if not sleeping:
                continue
            best = max(row["rank"] for row in sleeping)  # one source: the highest-ranked that has sleep for it
            rows = [row for row in sleeping if row["rank"] == best]
            zone = ZoneInfo(rows[-1]["zone"]) if rows[-1]["zone"] else HOME  # on the clock of the place slept in
            staged = any(row["value"] in STAGES for row in rows)  # without stages they are unknown, not zero
            deep, rem = (union(r for r in rows if r["value"] == name) if staged else None for name in ("AsleepDeep", "AsleepREM"))
            end = local(max(row["end"] for row in rows), zone)
            sessions.append(Night(end.date(), rows[0]["source"], union(rows), deep, rem, local(rows[0]["start"], zone), end))
        nights: dict[date, Night] = {}
        for session in sessions:  # the longest session of at least 120 minutes ending that day
            if session.minutes >= 120 and (session.day not in nights or session.minutes > nights[session.day].minutes):
                nights[session.day] = session
        return nights, [session for session in sessions if nights.get(session.day) is not session]

    # --- workouts -----------------------------------------------------------------------------------------------------
    def workouts(self, kind: str) -> list[Session]:
        """Section 7: the same type overlapping more than half by a lower-ranked source is a copy."""
        rows = self.raw_workouts
        rows = rows[(rows["type"] == kind) & (rows["start"] <= self.now)].sort_values(["rank", "start"], ascending=[False, True])
        kept: list[Line] = []
        for row in lines(rows):
            shared = [min(row["end"], k["end"]) - max(row["start"], k["start"]) for k in kept if k["rank"] > row["rank"]]
            if not any(s > (row["end"] - row["start"]) / 2 for s in shared):
                kept.append(row)
        found = [
            Session(kind, local(row["start"]).date(), row["start"], row["minutes"], None if pd.isna(row["km"]) else row["km"])
            for row in kept
        ]
        return sorted(found, key=lambda session: session.start)


def minus(piece: Piece, others: list[Piece]) -> list[Piece]:
    """What is left of `piece` after the others are cut out."""
    left = [piece]
    for first, last in others:
        left = [part for a, b in left for part in ((a, min(b, first)), (max(a, last), b)) if part[1] > part[0]]
    return left


def by_day(start: float, end: float) -> Iterable[tuple[date, float]]:
    """Cuts an interval at local midnights."""
    while start < end:
        day = local(start).date()
        stop = min(end, midnight(day + timedelta(1)))
        yield day, stop - start
        start = stop


def union(rows: Iterable[Line]) -> float:
    """Minutes covered by at least one of the intervals."""
    total, reach = 0.0, float("-inf")
    for row in sorted(rows, key=lambda r: r["start"]):
        total += max(0.0, row["end"] - max(row["start"], reach))
        reach = max(reach, row["end"])
    return total / 60


def within(daily: dict[date, V], first: date, last: date, keep: Callable[[date], bool] = lambda day: True) -> dict[date, V]:
    return {day: value for day, value in sorted(daily.items()) if first <= day <= last and keep(day)}


def mean(values: Iterable[float]) -> float:
    return float(pd.Series(list(values), dtype=float).mean())


def fitted_change(daily: dict[date, float], first: date, last: date) -> float:
    """Section 9: least squares over daily values, times the days from the first to the last of the window;
    with five points or fewer, last minus first."""
    points = within(daily, first, last)
    y = pd.Series(list(points.values()), dtype=float)
    if len(y) <= 5:
        return float(y.iloc[-1] - y.iloc[0])
    x = pd.Series([day.toordinal() for day in points], dtype=float)
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return float(slope * (last - first).days)


def clock(times: Iterable[datetime]) -> str:
    """Section 3: clock times averaged from noon to noon."""
    minutes = [(t.hour * 60 + t.minute + t.second / 60 - 720) % 1440 for t in times]
    back = round(mean(minutes) + 720) % 1440
    return f"{back // 60:02d}:{back % 60:02d}"
