"""What she measures and notes herself: weight, blood pressure, fever, her cycle, symptoms, quiet minutes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from carnet.record.model import Floats
from carnet.space.demo_person.life import DAYS, HOUR, LISBON, MINUTE, NEW_YORK, Life
from carnet.space.demo_person.pen import BY_HAND, CATEGORY, CUFF, NEW_WATCH, OLD_WATCH, PHONE, QUANTITY, SCALE, Pen, entry, numbers

HEIGHT_M = 1.68
_FLOW = ("Light", "Heavy", "Medium", "Medium", "Light")


def weight(life: Life) -> Floats:
    """Down by a good three kilograms, up a little at each holiday and at the turn of the year, and back."""
    gone = np.arange(DAYS)
    kilos = 69.6 - 3.9 * np.clip(gone / 520, 0, 1)
    feasts = [DAYS - 1 - LISBON[1], DAYS - 1 - NEW_YORK[1], *(k for k, day in enumerate(life.dates) if (day.month, day.day) == (1, 2))]
    for last in feasts:
        since = gone - last
        kilos += np.where(since >= 0, 1.1 * np.exp(-since / 30), 1.1 * np.exp(since / 5))
    return kilos


def records(life: Life, pen: Pen) -> Iterator[str]:
    """Everything of the scale, the cuff and her own hand."""
    yield from _scale(life, pen)
    yield from _pressure(life, pen)
    yield from _cold(life, pen)
    yield from _cycle(life, pen)
    yield from _quiet(life, pen)


def _scale(life: Life, pen: Pen) -> Iterator[str]:
    dice = life.dice(15)
    day = np.flatnonzero((dice.random(DAYS) < 0.3) & ~life.away)
    at = life.midnight[day] + 7 * HOUR + dice.integers(0, 40, len(day)) * MINUTE
    kilos = np.round((weight(life) + dice.normal(0, 0.25, DAYS))[day], 1)
    yield pen.quantity("BodyMass", SCALE, "kg", at, at, kilos, 1)
    yield pen.quantity("BodyFatPercentage", SCALE, "%", at, at, 0.318 + (kilos - 69) * 0.006 + dice.normal(0, 0.004, len(day)), 3)
    yield pen.quantity("BodyMassIndex", SCALE, "count", at, at, kilos / HEIGHT_M**2, 1)
    once = life.midnight[:1] + 9 * HOUR
    yield pen.quantity("Height", BY_HAND, "cm", once, once, np.array([HEIGHT_M * 100]))


def _pressure(life: Life, pen: Pen) -> Iterator[str]:
    """A little high at first, better in the second year; each pair also as the file repeats it."""
    dice = life.dice(16)
    day = np.flatnonzero((np.arange(DAYS) % 9 == 4) & ~life.away)
    at = life.midnight[day] + 8 * HOUR + dice.integers(0, 30, len(day)) * MINUTE
    better = np.clip(day / 480, 0, 1)
    top = np.round(137.5 - 11.5 * better + dice.normal(0, 4.6, len(day)))
    low = np.round(88.5 - 7.5 * better + dice.normal(0, 3.2, len(day)))
    yield pen.quantity("BloodPressureSystolic", CUFF, "mmHg", at, at, top)
    yield pen.quantity("BloodPressureDiastolic", CUFF, "mmHg", at, at, low)
    for second, high, lower in zip(at.tolist(), top, low, strict=True):
        one = np.array([second])
        pair = pen.quantity("BloodPressureSystolic", CUFF, "mmHg", one, one, np.array([high]))
        pair += pen.quantity("BloodPressureDiastolic", CUFF, "mmHg", one, one, np.array([lower]))
        moment = pen.moment(second)
        yield (
            f' <Correlation type="HKCorrelationTypeIdentifierBloodPressure" {CUFF} startDate="{moment}" endDate="{moment}">\n'
            f"{pair} </Correlation>\n"
        )


def _cold(life: Life, pen: Pen) -> Iterator[str]:
    """Fever and what came with it."""
    day = np.flatnonzero(life.ill == 1)
    at = life.midnight[day] + 19 * HOUR
    warm = np.array([37.9, 38.4, 37.7])[np.arange(len(day)) % 3]
    yield pen.quantity("BodyTemperature", BY_HAND, "degC", at, at, warm, 1)
    for symptom, words in (
        ("Coughing", "Moderate Moderate Mild"),
        ("RunnyNose", "Severe Moderate Moderate"),
        ("Headache", "Moderate Mild NotPresent"),
    ):
        severity = [f"HKCategoryValueSeverity{word}" for word in words.split()]
        yield pen.rows(CATEGORY + symptom, BY_HAND, at, at + HOUR, [severity[i % 3] for i in range(len(day))])


def _cycle(life: Life, pen: Pen) -> Iterator[str]:
    """Bleeding with its first day marked, cramps on the first two; cycles a little less even than they were."""
    dice = life.dice(17)
    first, begins = int(dice.integers(3, 20)), []
    while first < DAYS:
        begins.append(first)
        first += int(np.clip(round(dice.normal(28, 2.2)), 23, 35))
    day = np.array([b + i for b in begins for i in range(5) if b + i < DAYS])
    nth = np.array([i for b in begins for i in range(5) if b + i < DAYS])
    at = life.midnight[day] + 12 * HOUR
    words = ["HKCategoryValueVaginalBleeding" + _FLOW[i] for i in nth]
    yield pen.rows(CATEGORY + "MenstrualFlow", BY_HAND, at, at, words, inside=[entry("HKMenstrualCycleStart", int(i == 0)) for i in nth])
    sore = nth < 2
    severity = ["HKCategoryValueSeverity" + ("Moderate" if i == 0 else "Mild") for i in nth[sore]]
    yield pen.rows(CATEGORY + "AbdominalCramps", BY_HAND, at[sore], at[sore] + 4 * HOUR, severity)


def _quiet(life: Life, pen: Pen) -> Iterator[str]:
    """A few mindful minutes some evenings, and how she walks as the phone sees it."""
    dice = life.dice(18)
    day = np.flatnonzero(life.watch & (dice.random(DAYS) < 0.24))
    at, long = life.midnight[day] + 21 * HOUR + 600, dice.integers(3, 12, len(day)) * MINUTE
    for who, mine in ((OLD_WATCH, ~life.new[day]), (NEW_WATCH, life.new[day])):
        words = ["HKCategoryValueNotApplicable"] * int(mine.sum())
        yield pen.rows(CATEGORY + "MindfulSession", who, at[mine], (at + long)[mine], words)
    day = np.flatnonzero((life.ill < 1) & (dice.random(DAYS) < 0.85))
    at = life.midnight[day] + 17 * HOUR
    pace = 4.75 - 0.45 * life.knee[day] + dice.normal(0, 0.16, len(day))
    yield pen.rows(QUANTITY + "WalkingSpeed", PHONE, at, at + 420, numbers(pace, 2), "km/hr")
    yield pen.quantity("WalkingStepLength", PHONE, "cm", at, at + 420, 66 + (pace - 4.7) * 7, 1)
