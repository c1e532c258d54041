"""Her nights: stages by the watch, in bed by the phone, now and then a nap; breath, oxygen, variability and temperature while asleep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from carnet.record.model import Floats, Longs
from carnet.space.demo_person.life import DAY, DAYS, HOUR, MINUTE, NEW_YORK, Flags, Life
from carnet.space.demo_person.pen import CATEGORY, NEW_WATCH, OLD_WATCH, PHONE, Pen, entry, numbers

_KIND = CATEGORY + "SleepAnalysis"
_WORD = "HKCategoryValueSleepAnalysis"
_CYCLES = ((22, 34, 14, 11), (26, 24, 16, 19), (34, 13, 19, 25), (36, 5, 20, 30), (38, 0, 16, 32))  # core, deep, core, REM in minutes


@dataclass(frozen=True, slots=True)
class Nights:
    """One entry a morning. asleep_at, up_at: seconds UTC. slept: she was in a bed. seen: by the watch."""

    asleep_at: Longs
    up_at: Longs
    slept: Flags
    seen: Flags


def nights(life: Life) -> Nights:
    """When she fell asleep and woke, on the clock of the place; the seconds of a night lost or won to the clock change are real."""
    dice = life.dice(11)
    weekend = life.weekend
    late = np.roll(weekend, 1) & weekend | np.array([day.weekday() == 5 for day in life.dates])  # mornings after Friday and Saturday
    bed = -0.6 + 0.55 * late + dice.normal(0, 0.45, DAYS) - 0.9 * life.ill
    bed += np.where(dice.random(DAYS) < 0.05, dice.uniform(0.8, 2.0, DAYS), 0.0)  # now and then a very short night
    up = 6.72 + 1.05 * weekend + 0.12 * life.new + dice.normal(0, 0.33, DAYS) + 0.7 * life.away + 0.9 * life.ill
    before = np.concatenate(([life.midnight[0]], life.midnight[:-1] + DAY))
    same = np.array([a == b for a, b in zip(life.zone, (life.zone[0], *life.zone[:-1]), strict=True)])
    asleep = np.where(same, before, life.midnight) + bed * HOUR
    slept = life.back != NEW_YORK[1] - 1  # that night she was on the plane
    seen = slept & life.watch & (dice.random(DAYS) > 0.05)
    return Nights(asleep.astype(np.int64), (life.midnight + up * HOUR).astype(np.int64), slept, seen)


def records(life: Life, pen: Pen, sleep: Nights) -> Iterator[str]:
    """Stages, time in bed and what the watch measures in the dark."""
    yield from _stages(life, pen, sleep)
    yield from _in_bed(life, pen, sleep)
    yield from _measured(life, pen, sleep)


def _stages(life: Life, pen: Pen, sleep: Nights) -> Iterator[str]:
    dice = life.dice(12)
    pieces: dict[str, list[tuple[int, int, str, str]]] = {OLD_WATCH: [], NEW_WATCH: []}
    for day in np.flatnonzero(sleep.seen).tolist():
        where = entry("HKTimeZone", life.zone[day])
        mine = pieces[NEW_WATCH if life.new[day] else OLD_WATCH]
        mine += [(first, last, word, where) for first, last, word in _night(int(sleep.asleep_at[day]), int(sleep.up_at[day]), dice)]
        if life.weekend[day] and dice.random() < 0.13:
            nap = int(life.midnight[day] + dice.uniform(13.8, 15.2) * HOUR)
            mine.append((nap, nap + int(dice.uniform(22, 52)) * MINUTE, "AsleepCore", where))
    for who, rows in pieces.items():
        first, last, words, inside = ([row[i] for row in rows] for i in range(4))
        yield pen.rows(_KIND, who, np.array(first), np.array(last), [_WORD + str(w) for w in words], inside=[str(s) for s in inside])


def _night(begin: int, end: int, dice: np.random.Generator) -> Iterator[tuple[int, int, str]]:
    """Cycles of about an hour and a half until she wakes; deep sleep early, dreams late, short wakings between cycles."""
    at, turn = begin, 0
    while at < end:
        stages = zip(("AsleepCore", "AsleepDeep", "AsleepCore", "AsleepREM"), _CYCLES[min(turn, len(_CYCLES) - 1)], strict=True)
        for word, usual in stages:
            minutes = int(usual * dice.uniform(0.75, 1.25))
            until = min(at + minutes * MINUTE, end)
            if minutes and until > at:
                yield at, until, word
            at = max(at, until)
        if dice.random() < 0.62 and at + 20 * MINUTE < end:
            awake = int(dice.gamma(2.0, 2.6)) + 1
            yield at, at + awake * MINUTE, "Awake"
            at += awake * MINUTE
        turn += 1


def _in_bed(life: Life, pen: Pen, sleep: Nights) -> Iterator[str]:
    dice = life.dice(13)
    day = np.flatnonzero(sleep.slept & (dice.random(DAYS) < 0.86))
    first = sleep.asleep_at[day] - (dice.gamma(3.0, 5.0, DAYS)[day] * MINUTE).astype(np.int64)
    last = sleep.up_at[day] + (dice.gamma(2.0, 3.0, DAYS)[day] * MINUTE).astype(np.int64)
    yield pen.rows(_KIND, PHONE, first, last, [_WORD + "InBed"] * len(day), inside=[entry("HKTimeZone", life.zone[d]) for d in day])


def _measured(life: Life, pen: Pen, sleep: Nights) -> Iterator[str]:
    dice = life.dice(14)
    luteal = np.sin(np.arange(DAYS) / 28 * 2 * np.pi)
    for who, day in ((OLD_WATCH, np.flatnonzero(sleep.seen & ~life.new)), (NEW_WATCH, np.flatnonzero(sleep.seen & life.new))):
        at, of = _spread(sleep, day, 5)
        breath = 14.4 + 1.6 * life.ill[of] + dice.normal(0, 0.7, len(of))
        yield pen.quantity("RespiratoryRate", who, "count/min", at, at, np.round(breath * 2) / 2, 1)
        oxygen = np.clip(0.966 - 0.012 * life.ill[of] + dice.normal(0, 0.011, len(of)), 0.91, 1.0)
        yield pen.quantity("OxygenSaturation", who, "%", at + 240, at + 255, np.round(oxygen, 2), 2)
        at, of = _spread(sleep, day, 3)
        yield pen.quantity("HeartRateVariabilitySDNN", who, "ms", at, at + 60, _variability(life, of, dice), 2)
    warm = np.flatnonzero(sleep.seen & life.new)  # only the newer watch has the sensor
    skin = 35.62 + 0.17 * luteal[warm] + 0.75 * life.ill[warm] + dice.normal(0, 0.11, len(warm))
    yield pen.rows(
        "HKQuantityTypeIdentifierAppleSleepingWristTemperature",
        NEW_WATCH,
        sleep.asleep_at[warm],
        sleep.up_at[warm],
        numbers(skin, 3),
        "degC",
    )


def _variability(life: Life, of: Longs, dice: np.random.Generator) -> Floats:
    each = 33 + 9 * life.well[of] + dice.normal(0, 4, DAYS)[of] - 11 * life.ill[of]
    return np.clip(each * dice.lognormal(0, 0.22, len(of)), 9, 140)


def _spread(sleep: Nights, day: Longs, times: int) -> tuple[Longs, Longs]:
    """So many moments of each night, evenly, and their day."""
    share = (np.arange(times) + 0.5) / times
    at = sleep.asleep_at[day][:, None] + (sleep.up_at - sleep.asleep_at)[day][:, None] * share
    return at.ravel().astype(np.int64), np.repeat(day, times)
