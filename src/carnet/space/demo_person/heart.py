"""Heart and breath by day: rates, resting rate, recovery, fitness, noise. The newer watch reads about two beats lower; a cold adds six."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from carnet.record.model import Floats, Longs
from carnet.space.demo_person.activity import Days
from carnet.space.demo_person.life import DAYS, HOUR, MINUTE, Life
from carnet.space.demo_person.pen import NEW_WATCH, OLD_WATCH, PHONE, Pen
from carnet.space.demo_person.sport import Workout, beats

_BY_DAY, _BY_NIGHT = 15, 30  # minutes between two readings
_NIGHT_ENDS, _NIGHT_BEGINS = 7, 23


def resting(life: Life) -> Floats:
    """The resting rate of each day as the watch of that day gives it."""
    dice = life.dice(6)
    wander = np.convolve(dice.normal(0, 1.0, DAYS + 6), np.ones(7) / 7, "valid") * 1.5
    rate = 62.6 - 0.6 * (DAYS - 1 - life.back) / DAYS + wander + dice.normal(0, 0.9, DAYS) + 6.2 * life.ill + 0.4 * life.knee
    return np.round(rate - np.where(life.new, 2.1, 0.0))


def records(life: Life, pen: Pen, grid: Days, sessions: Sequence[Workout]) -> Iterator[str]:
    """Everything the watch writes of her heart by day and by night."""
    rest = resting(life)
    yield from _rates(life, pen, grid, sessions, rest)
    for who, day in _owners(life, np.flatnonzero(life.watch)):
        at = life.midnight[day]
        yield pen.quantity("RestingHeartRate", who, "count/min", at + 6 * MINUTE, at + 23 * HOUR, rest[day])
        walking = rest[day] + 36 + life.dice(7).normal(0, 4, DAYS)[day]
        yield pen.quantity("WalkingHeartRateAverage", who, "count/min", at + 8 * HOUR, at + 22 * HOUR, walking)
    yield from _after_runs(life, pen, sessions)
    yield from _noise(life, pen)


def _owners(life: Life, day: Longs) -> Iterator[tuple[str, Longs]]:
    """The days of the old watch, then those of the new one."""
    yield OLD_WATCH, day[~life.new[day]]
    yield NEW_WATCH, day[life.new[day]]


def _rates(life: Life, pen: Pen, grid: Days, sessions: Sequence[Workout], rest: Floats) -> Iterator[str]:
    dice = life.dice(8)
    minute = np.arange(0, 24 * 60, _BY_DAY)
    night = (minute < _NIGHT_ENDS * 60) | (minute >= _NIGHT_BEGINS * 60)
    where = np.repeat(grid.watch, 60 // _BY_DAY, axis=1) & (~night | (minute % _BY_NIGHT == 0))
    day, place = np.nonzero(where)
    hour = minute[place] // 60
    asleep = night[place]
    at = life.midnight[day] + minute[place] * MINUTE + dice.integers(0, 240, len(day))
    moved = np.clip(grid.steps[day, hour] / 80, 0, 26)
    spread = dice.gamma(2.0, 1.0, len(day)) * np.where(asleep, 1.4, 3.0)
    rate = rest[day] + np.where(asleep, -5 + 2.5 * np.sin(hour), 7 + moved) + spread
    order = np.argsort(at, kind="stable")  # a day of travel eastwards begins before the last one ends
    at, rate, day = at[order], rate[order], day[order]
    run = [beats(life, w, dice) for w in sessions]
    busy = np.zeros(len(at), bool)
    for w in sessions:  # once a minute replaces once in fifteen
        busy[np.searchsorted(at, w.start) : np.searchsorted(at, w.end)] = True
    at = np.concatenate([at[~busy], *(t for t, _ in run)])
    rate = np.concatenate([rate[~busy], *(r for _, r in run)])
    owner = np.concatenate([day[~busy], *(np.full(len(t), w.day) for (t, _), w in zip(run, sessions, strict=True))])
    order = np.argsort(at, kind="stable")
    at, rate, newer = at[order], np.clip(rate[order], 44, 186), life.new[owner[order]]
    for who, mine in ((OLD_WATCH, ~newer), (NEW_WATCH, newer)):
        yield pen.quantity("HeartRate", who, "count/min", at[mine], at[mine], rate[mine])


def _after_runs(life: Life, pen: Pen, sessions: Sequence[Workout]) -> Iterator[str]:
    """Recovery in the first minute and an estimate of fitness, after runs outside."""
    dice = life.dice(9)
    runs = [w for w in sessions if w.what == "run"]
    day, at = np.array([w.day for w in runs], np.int64), np.array([w.end for w in runs], np.int64)
    fit = life.well[day]
    recovery, oxygen = 22 + 8 * fit + dice.normal(0, 3, len(day)), 32.6 + 4.2 * fit + dice.normal(0, 0.35, len(day))
    for who, mine in ((OLD_WATCH, ~life.new[day]), (NEW_WATCH, life.new[day])):
        yield pen.quantity("HeartRateRecoveryOneMinute", who, "count/min", at[mine] + 60, at[mine] + 60, recovery[mine])
        yield pen.quantity("VO2Max", who, "mL/min·kg", at[mine], at[mine], oxygen[mine], 2)


def _noise(life: Life, pen: Pen) -> Iterator[str]:
    """Sound around her by the watch, in her ears by the phone on the way to work and back."""
    dice = life.dice(10)
    day, which = np.nonzero(np.repeat(life.watch[:, None], 3, axis=1))
    start = life.midnight[day] + np.array([8.5, 13.0, 19.0])[which] * HOUR
    level = np.array([70.0, 63.0, 66.0])[which] + dice.normal(0, 4.5, len(day))
    for who, mine in ((OLD_WATCH, ~life.new[day]), (NEW_WATCH, life.new[day])):
        first = start[mine].astype(np.int64)
        yield pen.quantity("EnvironmentalAudioExposure", who, "dBASPL", first, first + 1800, level[mine], 2)
    working = np.flatnonzero(~life.weekend & ~life.away & (life.ill == 0) & (dice.random(DAYS) < 0.7))
    first = life.midnight[working] + 8 * HOUR + 300
    yield pen.quantity("HeadphoneAudioExposure", PHONE, "dBASPL", first, first + 1500, 71 + dice.normal(0, 3.5, len(working)), 2)
