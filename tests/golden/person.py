"""Synthetic person for the golden questions: `write(folder)` makes export.zip, labs.csv and samples.csv.

Nora Vasseur-Lind does not exist. All values are drawn from one seeded generator, so the bytes are the same each time.
The traps are deliberate: overlapping sources, duplicates, intervals across midnight, clock changes, a journey, gaps,
rows dated in 2030, nights from an app without stages, copies of workouts and weights by apps.
"""

from __future__ import annotations

import csv
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

import numpy as np

SEED = 20260315
HOME = ZoneInfo("Europe/Paris")
AWAY = ZoneInfo("America/New_York")
FIRST, LAST = date(2025, 1, 12), date(2026, 3, 14)
TRAVEL = (date(2025, 9, 15), date(2025, 9, 21))
UPGRADE = int(datetime(2025, 9, 24, tzinfo=UTC).timestamp())  # new firmware on watch and phone
GONE = {
    date(2025, 5, 10),
    date(2025, 5, 11),
    date(2025, 8, 19),
    date(2025, 8, 20),
    date(2025, 8, 21),
    date(2025, 11, 23),
    date(2026, 1, 18),
    date(2026, 2, 22),
}  # days without any data
HIKE, HALF_MARATHON, SPLIT_NIGHT = date(2025, 7, 12), date(2025, 10, 5), date(2025, 5, 22)
OVERLAP_YOGA, SHORT_NIGHT, EASY_DAY = date(2025, 10, 15), date(2026, 2, 19), date(2026, 3, 4)
EXPORT_ZONE = timezone(timedelta(hours=1))  # one offset for the whole file, summer included
HK, HC, SLEEP = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier", "HKCategoryValueSleepAnalysis"

DTD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary|ClinicalRecord|Audiogram|VisionPrescription)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ELEMENT ExportDate EMPTY>
<!ATTLIST ExportDate value CDATA #REQUIRED>
<!ELEMENT Me EMPTY>
<!ATTLIST Me HKCharacteristicTypeIdentifierDateOfBirth CDATA #REQUIRED HKCharacteristicTypeIdentifierBiologicalSex CDATA
  #REQUIRED HKCharacteristicTypeIdentifierBloodType CDATA #REQUIRED HKCharacteristicTypeIdentifierFitzpatrickSkinType CDATA
  #REQUIRED HKCharacteristicTypeIdentifierCardioFitnessMedicationsUse CDATA #REQUIRED>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record type CDATA #REQUIRED unit CDATA #IMPLIED value CDATA #IMPLIED sourceName CDATA #REQUIRED sourceVersion CDATA
  #IMPLIED device CDATA #IMPLIED creationDate CDATA #IMPLIED startDate CDATA #REQUIRED endDate CDATA #REQUIRED>
<!-- Note: Any Records that appear as children of a correlation also appear as top-level records in this document. -->
<!ELEMENT Correlation ((MetadataEntry|Record)*)>
<!ATTLIST Correlation type CDATA #REQUIRED sourceName CDATA #REQUIRED sourceVersion CDATA #IMPLIED device CDATA #IMPLIED
  creationDate CDATA #IMPLIED startDate CDATA #REQUIRED endDate CDATA #REQUIRED>
<!ELEMENT Workout ((MetadataEntry|WorkoutEvent|WorkoutRoute|WorkoutStatistics|WorkoutActivity)*)>
<!ATTLIST Workout workoutActivityType CDATA #REQUIRED duration CDATA #IMPLIED durationUnit CDATA #IMPLIED sourceName CDATA
  #REQUIRED sourceVersion CDATA #IMPLIED device CDATA #IMPLIED creationDate CDATA #IMPLIED startDate CDATA #REQUIRED endDate
  CDATA #REQUIRED>
<!ELEMENT WorkoutStatistics EMPTY>
<!ATTLIST WorkoutStatistics type CDATA #REQUIRED startDate CDATA #REQUIRED endDate CDATA #REQUIRED average CDATA #IMPLIED
  minimum CDATA #IMPLIED maximum CDATA #IMPLIED sum CDATA #IMPLIED unit CDATA #IMPLIED>
<!ELEMENT ActivitySummary EMPTY>
<!ATTLIST ActivitySummary dateComponents CDATA #IMPLIED activeEnergyBurned CDATA #IMPLIED activeEnergyBurnedGoal CDATA #IMPLIED
  activeEnergyBurnedUnit CDATA #IMPLIED appleMoveTime CDATA #IMPLIED appleMoveTimeGoal CDATA #IMPLIED appleExerciseTime CDATA
  #IMPLIED appleExerciseTimeGoal CDATA #IMPLIED appleStandHours CDATA #IMPLIED appleStandHoursGoal CDATA #IMPLIED>
<!ELEMENT MetadataEntry EMPTY>
<!ATTLIST MetadataEntry key CDATA #REQUIRED value CDATA #REQUIRED>
<!ELEMENT HeartRateVariabilityMetadataList (InstantaneousBeatsPerMinute*)>
<!ELEMENT InstantaneousBeatsPerMinute EMPTY>
<!ATTLIST InstantaneousBeatsPerMinute bpm CDATA #REQUIRED time CDATA #REQUIRED>
]>
"""


@dataclass(frozen=True)
class Source:
    name: str
    device: str | None
    versions: tuple[str, str]


WATCH = Source("Apple\u00a0Watch de Nora", "name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch7,5", ("11.3", "26.0"))
PHONE = Source("iPhone de Nora", "name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone14,5", ("18.3", "26.0"))
SCALE = Source("Withings", "name:Body+, manufacturer:Withings, model:Body, hardware:WBS05", ("1581", "1581"))
CUFF = Source("OMRON connect", "name:BPM, manufacturer:OMRON, model:HEM-7155T, hardware:HEM-7155T", ("7.1", "7.1"))
FOOD = Source("MyFitnessPal", None, ("25.1", "25.1"))
STRAVA = Source("Strava", None, ("390", "390"))
CYCLE = Source("Sleep Cycle", None, ("6.24", "6.24"))
METER = Source("GlucoNote", None, ("2.0", "2.0"))


def at(day: date, minutes: float, zone: ZoneInfo = HOME) -> int:
    """Epoch second of the wall clock `minutes` after midnight of `day` (negative: the evening before)."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    return int(wall.replace(tzinfo=zone).timestamp())


def stamp(second: int) -> str:
    return datetime.fromtimestamp(second, EXPORT_ZONE).strftime("%Y-%m-%d %H:%M:%S +0100")


def iso(second: int) -> str:
    return datetime.fromtimestamp(second, HOME).isoformat()


@dataclass
class Export:
    """Collects the elements, and writes them grouped by type as the phone does."""

    records: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    tail: list[tuple[str, int, str]] = field(default_factory=list)
    made: int = 0

    def origin(self, src: Source, start: int, end: int) -> tuple[str, str]:
        self.made += 1
        new, device = start >= UPGRADE, ""
        if src.device:
            pointer = 0x280000000 + (self.made * 2654435761 % 2**32 & ~0x3F)
            text = f"<<HKDevice: {pointer:#x}>, {src.device}, software:{src.versions[new]}>"
            device = f" device={quoteattr(text)}"
        return f'sourceName={quoteattr(src.name)} sourceVersion="{src.versions[new]}"{device}', stamp(end + 40)

    def record(self, kind: str, src: Source, start: int, end: int, value: str, unit: str = "", zone: str = "", inner: str = "") -> str:
        copies = 2 if (self.made + 1) % 89 == 0 else 1  # exact duplicates; only the pointer differs
        for _ in range(copies):
            origin, created = self.origin(src, start, end)
            text = (
                f' <Record type="{kind}" {origin}'
                + (f" unit={quoteattr(unit)}" if unit else "")
                + f' creationDate="{created}" startDate="{stamp(start)}" endDate="{stamp(end)}" value="{value}"'
            )
            meta = f'\n  <MetadataEntry key="HKTimeZone" value="{zone}"/>' if zone else ""
            text += f">{meta}{inner}\n </Record>" if meta or inner else "/>"
            self.records.setdefault(kind, []).append((start, text))
        return text

    def pressure(self, start: int, systolic: int, diastolic: int) -> None:
        parts = [
            self.record(f"{HK}BloodPressure{n}", CUFF, start, start, str(v), "mmHg")
            for n, v in (("Systolic", systolic), ("Diastolic", diastolic))
        ]
        origin, created = self.origin(CUFF, start, start)
        self.tail.append(
            (
                "Correlation",
                start,
                f' <Correlation type="HKCorrelationTypeIdentifierBloodPressure" {origin} '
                f'creationDate="{created}" startDate="{stamp(start)}" endDate="{stamp(start)}">\n '
                + "\n ".join(parts)
                + "\n </Correlation>",
            )
        )

    def workout(self, kind: str, src: Source, start: int, end: int, km: float, kcal: float, bpm: int) -> None:
        origin, created = self.origin(src, start, end)
        span = f'startDate="{stamp(start)}" endDate="{stamp(end)}"'
        far = "DistanceCycling" if kind == "Cycling" else "DistanceWalkingRunning"
        stats = [
            f'<WorkoutStatistics type="{HK}ActiveEnergyBurned" {span} sum="{kcal:.3f}" unit="kcal"/>',
            f'<WorkoutStatistics type="{HK}HeartRate" {span} average="{bpm}" minimum="{bpm - 35}" maximum="{bpm + 22}" unit="count/min"/>',
        ]
        if km:
            stats.append(f'<WorkoutStatistics type="{HK}{far}" {span} sum="{km:.4f}" unit="km"/>')
        self.tail.append(
            (
                "Workout",
                start,
                f' <Workout workoutActivityType="HKWorkoutActivityType{kind}" '
                f'duration="{(end - start) / 60:.6f}" durationUnit="min" {origin} creationDate="{created}" {span}>\n'
                '  <MetadataEntry key="HKTimeZone" value="Europe/Paris"/>\n  ' + "\n  ".join(stats) + "\n </Workout>",
            )
        )

    def lines(self) -> Iterator[str]:
        for kind in sorted(self.records):
            yield from (text for _, text in sorted(self.records[kind], key=lambda row: row[0]))
        for name in ("Correlation", "Workout", "ActivitySummary"):
            yield from (text for kind, _, text in sorted(self.tail, key=lambda row: row[:2]) if kind == name)


def night(out: Export, rng: np.random.Generator, day: date) -> None:
    zone = AWAY if TRAVEL[0] <= day <= TRAVEL[1] else HOME
    free = day.weekday() >= 5
    bed = -48 + rng.normal(0, 27) + 38 * free
    length = max(300.0, rng.normal(418 + 42 * free - (18 if day >= date(2026, 2, 1) else 0), 32))
    if day == SHORT_NIGHT:
        bed, length = 95.0, 251.0
    start, key, luck = at(day, bed, zone), zone.key, rng.random(3)
    weights = np.array([0.16, 0.13, 0.17, 0.1, 0.02, 0.15, 0.12, 0.15]) * rng.uniform(0.7, 1.3, 8)
    if day == SPLIT_NIGHT:  # two sessions, more than two hours apart: the longer one is the night
        for first, last in ((at(day, -90), at(day, 90)), (at(day, 255), at(day, 420))):
            out.record(f"{HC}SleepAnalysis", WATCH, first, last, f"{SLEEP}AsleepCore", zone=key)
            out.record(f"{HC}SleepAnalysis", PHONE, first - 300, last + 300, f"{SLEEP}InBed", zone=key)
        return
    end = start + int(length) * 60
    out.record(
        f"{HC}SleepAnalysis", PHONE, start - int(rng.integers(3, 25)) * 60, end + int(rng.integers(2, 20)) * 60, f"{SLEEP}InBed", zone=key
    )
    if luck[0] > 0.06:
        names = ("AsleepCore", "AsleepDeep", "AsleepCore", "AsleepREM", "Awake", "AsleepCore", "AsleepREM", "AsleepCore")
        edges = start + (np.cumsum(weights) / weights.sum() * (end - start) / 30).round().astype(int) * 30
        for first, last, name in zip([start, *edges[:-1].tolist()], edges.tolist(), names, strict=True):
            out.record(f"{HC}SleepAnalysis", WATCH, first, last, SLEEP + name, zone=key)
        second = start + int(rng.integers(40, 240)) * 60
        out.record(f"{HK}RespiratoryRate", WATCH, second, second + 15, f"{rng.normal(14.4, 0.7):.1f}", "count/min")
        out.record(f"{HK}OxygenSaturation", WATCH, second, second + 15, f"{min(1.0, rng.normal(0.964, 0.012)):.2f}", "%")
    if luck[0] <= 0.04 or luck[1] < 0.05:  # an app without stages: alone, or beside the watch
        out.record(f"{HC}SleepAnalysis", CYCLE, start - 600, end + 900, f"{SLEEP}AsleepUnspecified", zone=key)
    if luck[2] < 0.05 or day == SHORT_NIGHT:  # a nap
        first = at(day, 850 + float(rng.integers(0, 60)), zone)
        out.record(f"{HC}SleepAnalysis", WATCH, first, first + int(rng.integers(25, 80)) * 60, f"{SLEEP}AsleepCore", zone=key)


def planned(rng: np.random.Generator, day: date, age: float) -> tuple[str, float, float]:
    luck, pace = rng.random(), float(rng.normal(6.05 - 0.5 * age, 0.16))
    if day == HALF_MARATHON:
        return "Running", 21.3 * 5.68, 21.3
    if TRAVEL[0] <= day <= TRAVEL[1]:
        return "", 0.0, 0.0
    match day.weekday():
        case 1 | 3 | 6 if luck < 0.6:
            km = float(rng.uniform(8, 13.5) if day.weekday() == 6 else rng.uniform(4.5, 8.5))
            return "Running", km * pace, km
        case 2 if luck < 0.5 or day == OVERLAP_YOGA:
            return "Yoga", 40.0, 0.0
        case 5 if luck < 0.5:
            minutes = float(rng.uniform(50, 120))
            return "Cycling", minutes, minutes * float(rng.uniform(0.3, 0.4))
        case 0 if luck < 0.35:
            minutes = float(rng.uniform(25, 55))
            return "Walking", minutes, minutes / 11.5
    return "", 0.0, 0.0


def moving(out: Export, rng: np.random.Generator, day: date, age: float) -> None:
    zone = AWAY if TRAVEL[0] <= day <= TRAVEL[1] else HOME
    worn, plan = bool(rng.random() > 0.045), planned(rng, day, age)
    slot = 1 if day.weekday() >= 5 else 4
    energy = exercise = 0.0
    spots = [450, 570, 750, 930, 1080]
    if rng.random() < 0.07 and day + timedelta(1) not in GONE and day != LAST:
        spots.append(1416)  # crosses midnight
    usual = float(rng.uniform(0.6, 1.35)) * (1.28 if day.weekday() == 5 else 1.0)
    mood = {EASY_DAY: 0.3, HIKE: 3.2}.get(day, usual)
    for index, spot in enumerate(spots):
        sporty = bool(plan[0]) and index == slot
        start = at(day, spot + float(rng.integers(0, 20)), zone) + int(rng.integers(0, 60))
        minutes = plan[1] if sporty else float(rng.uniform(30, 48) if spot > 1400 else rng.uniform(15, 60))
        end = start + int(minutes * 60)
        rate = {"Running": 164, "Walking": 108, "Cycling": 9, "Yoga": 4}[plan[0]] if sporty else float(rng.uniform(20, 72)) * mood
        steps = rate * minutes
        km = plan[2] if sporty and plan[0] == "Running" else steps * 0.00071
        kcal = steps * 0.041 + (minutes * 7 if sporty and plan[0] == "Cycling" else minutes * 0.8)
        on_watch = worn and (sporty or rng.random() < 0.93)
        on_phone = bool(rng.random() < (0.36 if worn else 0.95))
        floors = int(rng.integers(1, 7)) if rng.random() < 0.3 else 0
        if on_watch:
            energy += kcal
            out.record(f"{HK}StepCount", WATCH, start, end, str(round(steps)), "count")
            out.record(f"{HK}DistanceWalkingRunning", WATCH, start, end, f"{km:.5f}", "km")
            out.record(f"{HK}ActiveEnergyBurned", WATCH, start, end, f"{kcal:.3f}", "kcal")
            if floors:
                out.record(f"{HK}FlightsClimbed", WATCH, start, end, str(floors), "count")
        if on_phone:  # the phone starts and stops at other moments, and misses some steps
            first, last = start + int(rng.integers(-480, 480)), end + int(rng.integers(-200, 480))
            out.record(f"{HK}StepCount", PHONE, first, last, str(round(steps * 0.93)), "count")
            out.record(f"{HK}DistanceWalkingRunning", PHONE, first, last, f"{km * 0.95:.5f}", "km")
            if rng.random() < 0.3:
                out.record(f"{HK}ActiveEnergyBurned", PHONE, first, last, f"{kcal * 0.8:.3f}", "kcal")
            if floors:
                out.record(f"{HK}FlightsClimbed", PHONE, first, last, str(max(1, floors - 1)), "count")
        if sporty:
            kind, bpm = plan[0], {"Running": 152, "Walking": 104, "Cycling": 131, "Yoga": 84}[plan[0]] + int(rng.integers(-6, 7))
            if worn:
                exercise += round(minutes)
                out.workout(kind, WATCH, start, end, plan[2], kcal, bpm)
                out.record(f"{HK}AppleExerciseTime", WATCH, start, end, str(round(minutes)), "min")
                for second in range(start + 300, end, 600):
                    out.record(f"{HK}HeartRate", WATCH, second, second, str(bpm + int(rng.integers(-14, 23))), "count/min")
            if (kind in ("Running", "Cycling") and (not worn or rng.random() < 0.3)) or day == HALF_MARATHON:
                out.workout(kind, STRAVA, start + 20, end + 45, plan[2] * 1.015, kcal * 1.1, bpm)  # a copy, or the only one
            if day == OVERLAP_YOGA:  # overlaps by a quarter only: another session
                out.workout(kind, STRAVA, start + 1800, start + 4200, 0.0, 90.0, 90)
    if worn:
        daily(out, rng, day, age)
        brisk = int(rng.integers(4, 34))
        first = at(day, 840, zone)
        out.record(f"{HK}AppleExerciseTime", WATCH, first, first + brisk * 60, str(brisk), "min")
        rings = (
            f'activeEnergyBurned="{energy:.2f}" activeEnergyBurnedGoal="450" activeEnergyBurnedUnit="kcal" '
            f'appleExerciseTime="{exercise + brisk:.0f}" appleExerciseTimeGoal="30" appleStandHours="11"'
        )
        out.tail.append(("ActivitySummary", at(day, 0), f' <ActivitySummary dateComponents="{day}" {rings}/>'))


BEATS = """
  <HeartRateVariabilityMetadataList>
   <InstantaneousBeatsPerMinute bpm="57" time="03:10:11,25"/>
  </HeartRateVariabilityMetadataList>"""


def daily(out: Export, rng: np.random.Generator, day: date, age: float) -> None:
    """What the watch measures on a day it is worn."""
    resting = round(float(rng.normal(61.5 - 4.2 * age, 1.6)))
    out.record(f"{HK}RestingHeartRate", WATCH, at(day, 4), at(day, 1410), str(resting), "count/min")
    for minute in sorted(rng.integers(440, 1395, 3).tolist()):
        second = at(day, minute) + int(rng.integers(0, 60))
        out.record(f"{HK}HeartRate", WATCH, second, second, str(int(rng.normal(resting + 17, 9))), "count/min")
    second = at(day, float(rng.integers(100, 330)))
    beats = BEATS if rng.random() < 0.03 else ""
    out.record(f"{HK}HeartRateVariabilitySDNN", WATCH, second, second + 60, f"{rng.normal(46 + 7 * age, 9):.4f}", "ms", inner=beats)
    if (day - date(2025, 1, 4)).days % 9 == 8 or day in (date(2025, 3, 15), date(2026, 3, 12)):
        second = at(day, 1150)
        out.record(f"{HK}VO2Max", WATCH, second, second, f"{rng.normal(37.6 + 3.4 * age, 0.45):.2f}", "mL/min·kg")
    if day >= date(2026, 2, 1):
        for hour in range(8, 21):
            stood = "Stood" if rng.random() < 0.85 else "Idle"
            first = at(day, hour * 60)
            out.record(f"{HC}AppleStandHour", WATCH, first, first + 3600, f"HKCategoryValueAppleStandHour{stood}")


def body(out: Export, rng: np.random.Generator, day: date, age: float) -> None:
    if rng.random() < 0.62 or day in (FIRST, LAST):
        weight = float(rng.normal(76.8 - 4.1 * age + 0.35 * np.sin(day.toordinal() / 9), 0.28))
        second = at(day, 425 + float(rng.integers(0, 40))) + int(rng.integers(0, 60))
        out.record(f"{HK}BodyMass", SCALE, second, second, f"{weight:.2f}", "kg")
        if rng.random() < 0.25:  # the same measurement, passed on by an app
            out.record(f"{HK}BodyMass", FOOD, second + 25, second + 25, f"{weight:.2f}", "kg")
        if rng.random() < 0.12 or day == LAST:
            second = at(day, 1270)
            out.record(f"{HK}BodyMass", SCALE, second, second, f"{weight + float(rng.uniform(0.3, 0.9)):.2f}", "kg")
    for chance, minute in ((0.22, 460), (0.12, 1235)):
        if rng.random() < chance:
            second, top = at(day, minute + float(rng.integers(0, 20))), float(rng.normal(124 + (5 if minute > 900 else 0), 5))
            for again in range(2):
                out.pressure(second + again * 110, round(top - 2 * again), round(top * 0.63 + float(rng.normal(1, 2))))
    if rng.random() < 0.28:
        for minute, kcal in ((480, 420), (755, 690), (1000, 180), (1195, 720)):
            if rng.random() < 0.9:
                second, eaten = at(day, minute + float(rng.integers(0, 25))), float(rng.normal(kcal, kcal * 0.15))
                out.record(f"{HK}DietaryEnergyConsumed", FOOD, second, second, f"{eaten:.0f}", "kcal")
                out.record(f"{HK}DietaryProtein", FOOD, second, second, f"{eaten * float(rng.uniform(0.03, 0.055)):.1f}", "g")
    if rng.random() < 0.02:
        second = at(day, 430)
        out.record(f"{HK}BloodGlucose", METER, second, second, f"{rng.normal(93, 6):.0f}", "mg/dL")


LABS: tuple[tuple[str, str, str, str, tuple[str, str, str, str]], ...] = (
    ("LDL", "mg/dL", "", "130", ("148", "139", "127", "136")),
    ("HDL", "mg/dL", "40", "", ("52", "55", "57", "56")),
    ("Triglycérides", "mg/dL", "", "150", ("118", "104", "96", "101")),
    ("Ferritine", "ng/mL", "30", "200", ("41", "33", "27", "22.5")),
    ("Glucose", "mg/dL", "70", "100", ("94", "91", "97", "92")),
    ("HbA1c", "%", "4.0", "6.0", ("5.5", "5.4", "5.6", "5.4")),
    ("TSH", "mIU/L", "0.4", "4.0", ("2.31", "2.74", "1.98", "2.46")),
    ("Vitamine D", "ng/mL", "30", "100", ("19", "36", "31", "24.5")),
    ("Créatinine", "µmol/L", "53", "97", ("71", "74", "69", "72")),
    ("CRP", "mg/L", "", "5", ("1.8", "<0.5", "2.2", "1.1")),
)
CDA = '<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"/>\n'
LAB_DATES = ("2025-02-18", "2025-06-17", "2025-10-14", "2026-02-17")


def table(path: Path, header: str, rows: Sequence[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header.split(","), *rows])


def diary(rng: np.random.Generator) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for index in range((LAST - date(2025, 11, 1)).days + 1):
        day = date(2025, 11, 1) + timedelta(index)
        if day in GONE:
            continue
        if rng.random() < 0.92:
            for minute in sorted(rng.choice(np.arange(430, 1380, 20), int(rng.integers(4, 9)), replace=False).tolist()):
                when, amount = iso(at(day, minute)), str(rng.choice([180, 240, 330, 510]))
                rows.append(("water", when, when, amount, "mL", "WaterMinder"))
        for minute in (480, 630, 850)[: int(rng.integers(1, 4))]:
            when = iso(at(day, minute))
            rows.append(("caffeine", when, when, str(rng.choice([65, 80, 95])), "mg", "WaterMinder"))
        if rng.random() < 0.4:
            start, length = at(day, 1434 if rng.random() < 0.25 and day != LAST else 1290), int(rng.integers(5, 21))
            rows.append(("mindful minutes", iso(start), iso(start + length * 60), str(length), "min", "Petit Bambou"))
        if index % 40 == 7:
            rows.append(rows[-1])
    return rows


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rng, out = np.random.default_rng(SEED), Export()
    for index in range((LAST - FIRST).days + 1):
        day, age = FIRST + timedelta(index), index / 365.25
        if day in GONE:
            continue
        if index:
            night(out, rng, day)
        moving(out, rng, day, age)
        body(out, rng, day, age)
    late = at(date(2030, 5, 1), 600)  # rows dated in the future
    for kind, value, unit in (("StepCount", "44000", "count"), ("HeartRate", "214", "count/min"), ("BodyMass", "58.00", "kg")):
        out.record(HK + kind, SCALE if kind == "BodyMass" else WATCH, late, late + 60 * (kind == "StepCount"), value, unit)
    me = " ".join(
        f'HKCharacteristicTypeIdentifier{name}="{value}"'
        for name, value in (
            ("DateOfBirth", "1984-05-21"),
            ("BiologicalSex", "HKBiologicalSexFemale"),
            ("BloodType", "HKBloodTypeNotSet"),
            ("FitzpatrickSkinType", "HKFitzpatrickSkinTypeNotSet"),
            ("CardioFitnessMedicationsUse", "None"),
        )
    )
    xml = f'{DTD}<HealthData locale="en_FR">\n <ExportDate value="2026-03-15 08:52:10 +0100"/>\n <Me {me}/>\n'
    xml += "\n".join(out.lines()) + "\n</HealthData>\n"
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        for name, text in (("export.xml", xml), ("export_cda.xml", CDA)):
            info = zipfile.ZipInfo(f"apple_health_export/{name}", (2026, 3, 15, 8, 52, 10))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode(), compresslevel=6)
    labs = [
        (day, name, "<" if value.startswith("<") else "", value.lstrip("<"), unit, low, high, "Laboratoire des Tilleuls")
        for index, day in enumerate(LAB_DATES)
        for name, unit, low, high, values in LABS
        for value in [values[index]]
    ]
    table(folder / "labs.csv", "date,name,comparator,value,unit,ref_low,ref_high,lab", labs)
    table(folder / "samples.csv", "metric,start,end,value,unit,source", diary(rng))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
