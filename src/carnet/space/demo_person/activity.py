"""Steps and what follows: distance, energy, stairs, standing, exercise, rings. The phone sees a part of what the watch sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from carnet.record.model import Floats, Longs
from carnet.space.demo_person.life import BOTH_WATCHES, HOUR, NEW_WATCH, Flags, Life
from carnet.space.demo_person.pen import CATEGORY, PHONE, Pen
from carnet.space.demo_person.pen import NEW_WATCH as NEW
from carnet.space.demo_person.pen import OLD_WATCH as OLD
from carnet.space.demo_person.sport import Workout, by_hour

_WEEKDAY = np.array([0, 0, 0, 0, 0, 0, 0.2, 0.9, 1.7, 0.7, 0.4, 0.5, 1.4, 0.8, 0.4, 0.5, 0.6, 1.0, 1.6, 0.8, 0.5, 0.3, 0.12, 0])
_WEEKEND = np.array([0, 0, 0, 0, 0, 0, 0, 0.1, 0.4, 0.9, 1.5, 1.4, 0.7, 0.6, 1.3, 1.6, 1.4, 1.0, 0.7, 0.5, 0.3, 0.2, 0.1, 0])
_KM, _KCAL = 0.00071, 0.038  # a step
_IN_POCKET = 0.88  # share of the steps the phone sees while she carries it
ENERGY_GOAL, EXERCISE_GOAL, STAND_GOAL = 400, 30, 12


@dataclass(frozen=True, slots=True)
class Days:
    """Grids of days by hours. steps: truly made. watch, phone: which device was on her; old: the old watch."""

    steps: Floats
    km: Floats
    kcal: Floats
    exercise: Floats
    watch: Flags
    old: Flags
    phone: Flags


def days(life: Life, sessions: Sequence[Workout]) -> Days:
    """What her days were made of."""
    dice = life.dice(3)
    shape = np.where(life.weekend[:, None], _WEEKEND, _WEEKDAY)
    mood = dice.lognormal(0, 0.22, len(life.dates))
    mood *= (1 + 0.08 * np.cos((life.month() - 7) / 6 * np.pi)) * np.where(life.away, 1.65, 1.0) * np.where(life.knee, 0.72, 1.0)
    mood *= 1 - 0.62 * life.ill
    walked = 545 * shape * mood[:, None] * dice.gamma(2.6, 1 / 2.6, shape.shape)
    steps = np.round(walked + by_hour(life, sessions, "steps"))
    minutes = by_hour(life, sessions, "minutes")
    worn = np.repeat(life.watch[:, None], 24, axis=1)
    worn &= (dice.random(shape.shape) > 0.03) | (minutes > 0)
    phone = (dice.random(shape.shape) < 0.83) & (minutes == 0)
    kcal = walked * _KCAL + by_hour(life, sessions, "kcal") + np.where(shape > 0, 4.5, 0.4)
    brisk = np.where(walked > 900, np.clip(walked / 260, 0, 14), 0)
    exercise = np.round(np.maximum(minutes, brisk)).astype(np.float64)
    both = life.during((NEW_WATCH, NEW_WATCH - BOTH_WATCHES + 1))[:, None] & (np.arange(24) % 2 == 0)
    return Days(steps, walked * _KM + by_hour(life, sessions, "km"), kcal, exercise, worn, (worn & ~life.new[:, None]) | both, phone)


def records(life: Life, pen: Pen, grid: Days) -> Iterator[str]:
    """Steps, distance, energy, stairs, standing and exercise, type by type."""
    yield from _steps(life, pen, grid)
    yield from _by_watch(life, pen, grid, "DistanceWalkingRunning", "km", grid.km, 4)
    yield from _by_watch(life, pen, grid, "ActiveEnergyBurned", "kcal", grid.kcal, 2)
    yield from _basal(life, pen, grid)
    yield from _by_watch(life, pen, grid, "AppleExerciseTime", "min", grid.exercise, 0)
    yield from _flights(life, pen, grid)
    yield from _stood(life, pen, grid)


def _hours(life: Life, where: Flags) -> tuple[Longs, Longs, Longs]:
    """Days, hours and the first second of each hour that is marked."""
    day, hour = np.nonzero(where)
    return day, hour, life.midnight[day] + hour * HOUR


def _steps(life: Life, pen: Pen, grid: Days) -> Iterator[str]:
    dice = life.dice(4)
    some = grid.steps > 0
    for who, where in ((OLD, grid.old), (NEW, grid.watch & life.new[:, None])):
        day, hour, at = _hours(life, where & some)
        share = np.where(life.new[day] & (who == OLD), 0.93, 1.0)  # two wrists do not count alike
        yield pen.quantity("StepCount", who, "count", at + 20, at + HOUR - 40, np.maximum(1, grid.steps[day, hour] * share))
    day, hour, at = _hours(life, some & (grid.phone | ~grid.watch))
    seen = np.where(grid.watch[day, hour], _IN_POCKET, 0.92) * dice.uniform(0.85, 1.12, len(day))
    late = dice.integers(60, 700, len(day))
    yield pen.quantity("StepCount", PHONE, "count", at + late, at + HOUR - 30, np.maximum(1, grid.steps[day, hour] * seen))
    yield pen.quantity("DistanceWalkingRunning", PHONE, "km", at + late, at + HOUR - 30, grid.km[day, hour] * seen * 1.02, 4)


def _by_watch(life: Life, pen: Pen, grid: Days, kind: str, unit: str, values: Floats, digits: int) -> Iterator[str]:
    """The old watch while it was the only one, then the new one."""
    for who, mine in ((OLD, ~life.new), (NEW, life.new)):
        day, hour, at = _hours(life, grid.watch & mine[:, None] & (values > 0.005))
        yield pen.quantity(kind, who, unit, at + 20, at + HOUR - 40, values[day, hour], digits)


def _basal(life: Life, pen: Pen, grid: Days) -> Iterator[str]:
    """Energy at rest, in stretches of four hours."""
    for who, mine in ((OLD, ~life.new), (NEW, life.new)):
        day, hour, at = _hours(life, (life.watch & mine)[:, None] & (np.arange(24) % 4 == 0))
        each = np.where(hour < 8, 216.0, 235.0) * (1 + 0.04 * life.ill[day])
        yield pen.quantity("BasalEnergyBurned", who, "kcal", at, at + 4 * HOUR, each + (day * 7 + hour) % 5, 2)


def _flights(life: Life, pen: Pen, grid: Days) -> Iterator[str]:
    """Storeys, by watch or phone, whichever was on her."""
    dice = life.dice(5)
    count = dice.poisson(np.clip(grid.steps / 1500, 0, 2.2) * np.where(life.knee, 0.5, 1.0)[:, None])
    for who, where in ((OLD, grid.watch & ~life.new[:, None]), (NEW, grid.watch & life.new[:, None]), (PHONE, ~grid.watch)):
        day, hour, at = _hours(life, where & (count > 0))
        yield pen.quantity("FlightsClimbed", who, "count", at + 600, at + 660, count[day, hour])


def stood(life: Life, grid: Days) -> Flags:
    """The hours she was up for a minute at least, as the watch judges it."""
    return grid.watch & (grid.steps > 150)


def _stood(life: Life, pen: Pen, grid: Days) -> Iterator[str]:
    up, awake = stood(life, grid), (np.arange(24) >= 7) & (np.arange(24) <= 22)
    for who, mine in ((OLD, ~life.new), (NEW, life.new)):
        day, hour, at = _hours(life, grid.watch & mine[:, None] & awake)
        words = ["HKCategoryValueAppleStandHour" + ("Stood" if yes else "Idle") for yes in up[day, hour].tolist()]
        yield pen.rows(CATEGORY + "AppleStandHour", who, at, at + HOUR, words)


def rings(life: Life, grid: Days) -> Iterator[str]:
    """The day's summary of the watch, for the days it was worn."""
    kcal, minutes = (grid.kcal * grid.watch).sum(axis=1), (grid.exercise * grid.watch).sum(axis=1)
    hours = stood(life, grid).sum(axis=1)
    for day in np.flatnonzero(life.watch).tolist():
        yield (
            f' <ActivitySummary dateComponents="{life.dates[day]}" activeEnergyBurned="{kcal[day]:.3f}" '
            f'activeEnergyBurnedGoal="{ENERGY_GOAL}" activeEnergyBurnedUnit="kcal" appleMoveTime="0" appleMoveTimeGoal="0" '
            f'appleExerciseTime="{minutes[day]:.0f}" appleExerciseTimeGoal="{EXERCISE_GOAL}" '
            f'appleStandHours="{hours[day]}" appleStandHoursGoal="{STAND_GOAL}"/>\n'
        )
