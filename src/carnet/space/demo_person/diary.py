"""Her food diary, kept for four months, left, and taken up again: meals of one app, water and coffee. Some days are half written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from carnet.record.model import Floats, Longs
from carnet.space.demo_person.life import DAYS, DIARY, HOUR, MINUTE, Life
from carnet.space.demo_person.pen import DIARY as APP
from carnet.space.demo_person.pen import Pen

_MEALS = ((7.6, 0.23), (12.7, 0.37), (19.9, 0.40))  # hour, share of the day


def records(life: Life, pen: Pen) -> Iterator[str]:
    """Energy and what it is made of, meal by meal."""
    dice = life.dice(19)
    kept = life.during(*DIARY) & ~life.away & (dice.random(DAYS) < 0.82)
    day, meal = np.nonzero(np.repeat(kept[:, None], 3, axis=1) & (dice.random((DAYS, 3)) < 0.95))
    at = _at(life, day, np.array([hour for hour, _ in _MEALS])[meal], dice)
    whole = 1880 + 170 * life.weekend[day] - 520 * life.ill[day] + 40 * np.sin(day / 40)
    kcal = whole * np.array([share for _, share in _MEALS])[meal] * dice.lognormal(0, 0.16, len(day))
    for kind, unit, digits, amount in _parts(kcal, meal, dice):
        yield pen.quantity("Dietary" + kind, APP, unit, at, at, amount, digits)
    yield from _drinks(life, pen, np.flatnonzero(kept), dice)


def _at(life: Life, day: Longs, hour: Floats, dice: np.random.Generator) -> Longs:
    return life.midnight[day] + (hour * HOUR).astype(np.int64) + dice.integers(-20, 25, len(day)) * MINUTE


def _parts(kcal: Floats, meal: Longs, dice: np.random.Generator) -> Iterator[tuple[str, str, int, Floats]]:
    """Nutrients whose energy adds up to that of the meal: 4 kcal a gram, 9 for fat."""
    protein = np.array([0.12, 0.18, 0.18])[meal] * dice.uniform(0.85, 1.2, len(kcal))
    fat = np.array([0.28, 0.37, 0.38])[meal] * dice.uniform(0.85, 1.15, len(kcal))
    carbohydrates = kcal * (1 - protein - fat) / 4
    yield "EnergyConsumed", "kcal", 0, kcal
    yield "Protein", "g", 1, kcal * protein / 4
    yield "FatTotal", "g", 1, kcal * fat / 9
    yield "Carbohydrates", "g", 1, carbohydrates
    yield "Fiber", "g", 1, carbohydrates * dice.uniform(0.07, 0.14, len(kcal))
    yield "Sugar", "g", 1, carbohydrates * np.array([0.42, 0.27, 0.25])[meal] * dice.uniform(0.8, 1.2, len(kcal))
    yield "Sodium", "mg", 0, kcal * np.array([0.8, 1.3, 1.35])[meal] * dice.uniform(0.75, 1.25, len(kcal))


def _drinks(life: Life, pen: Pen, day: Longs, dice: np.random.Generator) -> Iterator[str]:
    glass = np.array([9.0, 11.0, 13.0, 16.0, 18.5])
    of, which = np.nonzero(dice.random((len(day), 5)) < 0.86)
    at = _at(life, day[of], glass[which], dice)
    yield pen.quantity("DietaryWater", APP, "mL", at, at, dice.choice([200, 250, 300, 330], len(of)))
    of, which = np.nonzero(dice.random((len(day), 3)) < np.array([0.96, 0.8, 0.3]))
    at = _at(life, day[of], np.array([7.8, 13.4, 16.2])[which], dice)
    yield pen.quantity("DietaryCaffeine", APP, "mg", at, at, dice.choice([63, 80, 95], len(of)))
