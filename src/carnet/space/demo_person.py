"""Camille Martin, 46: a synthetic person, written as the files a person would have. Seeded: the same end date gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

HOME = ZoneInfo("Europe/Paris")
DAYS = 365
Q, C = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier"
WATCH = 'sourceName="Apple Watch de Camille" sourceVersion="11.2" device="&lt;&lt;HKDevice: 0x3&gt;, name:Apple Watch, ' \
        'manufacturer:Apple Inc., model:Watch, hardware:Watch7,5, software:11.2&gt;"'  # fmt: skip
PHONE = 'sourceName="iPhone de Camille" sourceVersion="18.1" device="&lt;&lt;HKDevice: 0x4&gt;, name:iPhone, ' \
        'manufacturer:Apple Inc., model:iPhone, hardware:iPhone14,5, software:18.1&gt;"'  # fmt: skip
SCALE, CUFF = 'sourceName="Balance" sourceVersion="3"', 'sourceName="Tensiomètre" sourceVersion="2"'
STAGES = ("Core", "Deep", "Core", "REM", "Core", "Deep", "REM", "Core", "Awake", "Core", "REM")


def _stamp(moment: datetime) -> str:
    """The phone's way to write a moment, with the one offset of the whole file."""
    return (moment.astimezone(UTC) + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S +0100")


def _record(kind: str, who: str, start: datetime, end: datetime, value: object, unit: str = "", inside: str = "") -> str:
    head = (
        f' <Record type="{kind}" {who}' + (f' unit="{unit}"' if unit else "") + f' creationDate="{_stamp(end)}" '
        f'startDate="{_stamp(start)}" endDate="{_stamp(end)}" value="{value}"'
    )
    return f"{head}>\n{inside} </Record>\n" if inside else f"{head}/>\n"


def _midnight(day: date) -> datetime:
    """The start of the local day, counted in UTC from then on: no moment is skipped or repeated when clocks change."""
    return datetime.combine(day, time(), HOME).astimezone(UTC)


def _day(day: date, k: int, rng: np.random.Generator) -> Iterator[str]:
    """One day's rows: steps of two devices that overlap, energy, heart, now and then weight and pressure, sometimes a run."""

    def at(hour: float) -> datetime:
        return _midnight(day) + timedelta(hours=hour)

    if rng.random() < 0.03:  # the watch stayed at home and so did the phone
        return
    lively = 1.15 if day.weekday() >= 5 else 1.0
    for hour in range(7, 22):
        steps = int(rng.gamma(2.0, 270 * lively))
        yield _record(Q + "StepCount", WATCH, at(hour), at(hour + 0.7), steps, "count")
        if rng.random() < 0.7:
            yield _record(Q + "StepCount", PHONE, at(hour + 0.2), at(hour + 0.9), int(steps * rng.uniform(0.7, 1.0)), "count")
        yield _record(Q + "DistanceWalkingRunning", WATCH, at(hour), at(hour + 0.7), round(steps * 0.00072, 4), "km")
        yield _record(Q + "ActiveEnergyBurned", WATCH, at(hour), at(hour + 0.7), round(steps * 0.04, 2), "kcal")
        for minute in (0.1, 0.4, 0.7):
            yield _record(Q + "HeartRate", WATCH, at(hour + minute), at(hour + minute), int(rng.normal(78, 11)), "count/min")
    resting = 61 - 3 * k / DAYS + rng.normal(0, 1.5)
    yield _record(Q + "RestingHeartRate", WATCH, at(0.1), at(23.8), round(resting), "count/min")
    yield _record(Q + "HeartRateVariabilitySDNN", WATCH, at(5.5), at(5.52), round(float(rng.gamma(9, 5)), 2), "ms")
    if k % 4 == 0:
        yield _record(Q + "BodyMass", SCALE, at(7.1), at(7.1), round(71.4 - 2.2 * k / DAYS + float(rng.normal(0, 0.4)), 1), "kg")
    if k % 9 == 0:
        top, low = int(rng.normal(127, 6)), int(rng.normal(81, 4))
        yield _record(Q + "BloodPressureSystolic", CUFF, at(8.2), at(8.2), top, "mmHg")
        yield _record(Q + "BloodPressureDiastolic", CUFF, at(8.2), at(8.2), low, "mmHg")
    if day.weekday() in (1, 5):
        yield _workout(at(18.2), rng)


def _workout(start: datetime, rng: np.random.Generator) -> str:
    minutes = float(rng.uniform(28, 55))
    end, km = start + timedelta(minutes=minutes), minutes / float(rng.uniform(5.6, 6.4))
    span = f'startDate="{_stamp(start)}" endDate="{_stamp(end)}"'
    return (
        f' <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="{minutes:.4f}" durationUnit="min" {WATCH} '
        f'creationDate="{_stamp(end)}" {span}>\n  <MetadataEntry key="HKTimeZone" value="Europe/Paris"/>\n'
        f'  <WorkoutStatistics type="{Q}ActiveEnergyBurned" {span} sum="{minutes * 9.5:.2f}" unit="kcal"/>\n'
        f'  <WorkoutStatistics type="{Q}DistanceWalkingRunning" {span} sum="{km:.4f}" unit="km"/>\n </Workout>\n'
    )


def _night(morning: date, rng: np.random.Generator) -> Iterator[str]:
    """One night's stages from the watch, in bed from the phone."""
    if rng.random() < 0.06:
        return
    begin = _midnight(morning) - timedelta(hours=float(rng.normal(0.7, 0.5)))
    zone = '  <MetadataEntry key="HKTimeZone" value="Europe/Paris"/>\n'
    moment = begin
    for stage in STAGES:
        until = moment + timedelta(minutes=float(rng.uniform(6, 12) if stage == "Awake" else rng.uniform(25, 62)))
        word = "HKCategoryValueSleepAnalysis" + ("" if stage == "Awake" else "Asleep") + stage
        yield _record(C + "SleepAnalysis", WATCH, moment, until, word, inside=zone)
        moment = until
    yield _record(C + "SleepAnalysis", PHONE, begin - timedelta(minutes=14), moment, "HKCategoryValueSleepAnalysisInBed", inside=zone)


def export_zip(end: date) -> bytes:
    """An Apple Health export of the year that ends on that day."""
    rng = np.random.default_rng(46)
    first = end - timedelta(days=DAYS - 1)
    days = [first + timedelta(days=k) for k in range(DAYS)]
    rows: list[str] = []
    for k, day in enumerate(days):
        rows += _night(day, rng)
        rows += _day(day, k, rng)
    me = "HKCharacteristicTypeIdentifier"
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="fr_FR">\n'
        f' <ExportDate value="{end + timedelta(days=1)} 07:00:00 +0100"/>\n <Me {me}DateOfBirth="{end.year - 46}-02-11" '
        f'{me}BiologicalSex="HKBiologicalSexFemale" {me}BloodType="HKBloodTypeAPositive" '
        f'{me}FitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet" {me}CardioFitnessMedicationsUse="None"/>\n'
        + "".join(rows)
        + "</HealthData>\n"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("apple_health_export/export.xml", (2020, 1, 1, 0, 0, 0)), xml)
    return packed.getvalue()


def labs_csv(end: date) -> str:
    """Laboratory results of four dates in a tidy file."""
    lines = ["date,name,comparator,value,unit,ref_low,ref_high,lab"]
    for back, ldl, ferritin, a1c in ((340, 4.35, 18, 5.5), (230, 4.19, 31, 5.5), (120, 3.98, 44, 5.4), (20, 3.72, 52, 5.4)):
        day = end - timedelta(days=back)
        lines += [
            f"{day},LDL cholesterol,,{ldl},mmol/L,,3.4,Laboratoire du Canal",
            f"{day},Ferritin,,{ferritin},ug/L,15,150,Laboratoire du Canal",
            f"{day},HbA1c,,{a1c},%,4.0,6.0,Laboratoire du Canal",
            f"{day},CRP,<,5,mg/L,,5,Laboratoire du Canal",
        ]
    return "\n".join(lines) + "\n"
