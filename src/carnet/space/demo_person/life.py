"""Two years of Camille's days: where she was, what she wore, how she felt. It writes nothing; every other module reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from carnet.record.model import Floats, Longs

HOME = ZoneInfo("Europe/Paris")
DAYS = 731
DAY, HOUR, MINUTE = 86_400, 3_600, 60
Flags = NDArray[np.bool_]

# stretches as (first, last) in days before the end; they do not touch each other
NEW_WATCH, BOTH_WATCHES = 190, 3
NO_CHARGER = (420, 412)
LISBON = (250, 239)
NEW_YORK = (95, 88)
KNEE = (345, 311)
COLDS = ((391, 389), (60, 58))
DIARY = ((730, 611), (118, 0))
AWAY = (("Europe/Lisbon", LISBON), ("America/New_York", NEW_YORK))


@dataclass(frozen=True, slots=True)
class Life:
    """One entry a day, ascending. midnight: seconds UTC of 0 o'clock on the clock where she woke, as if no clock changed that night.

    back: days before the end. zone: where she woke. watch: worn that day. ill: 0 to 1. well: how fit she is, 0 to 1.
    """

    seed: int
    dates: tuple[date, ...]
    back: Longs
    zone: tuple[str, ...]
    midnight: Longs
    watch: Flags
    ill: Floats
    knee: Flags
    away: Flags
    well: Floats

    @property
    def new(self) -> Flags:
        """Whether the newer watch is there already."""
        return self.back <= NEW_WATCH

    @property
    def weekend(self) -> Flags:
        """Saturdays and Sundays."""
        return np.array([day.weekday() >= 5 for day in self.dates])

    def month(self) -> Longs:
        """The month of each day, 1 to 12."""
        return np.array([day.month for day in self.dates])

    def during(self, *stretches: tuple[int, int]) -> Flags:
        """The days of any of these stretches, both ends included."""
        found = np.zeros(len(self.back), bool)
        for first, last in stretches:
            found |= (self.back <= first) & (self.back >= last)
        return found

    def dice(self, topic: int) -> np.random.Generator:
        """The chance of one topic: what another topic draws does not move it."""
        return np.random.default_rng([self.seed, topic])


def live(end: date, seed: int) -> Life:
    """Her life up to and including that day."""
    dates = tuple(end - timedelta(days=DAYS - 1 - k) for k in range(DAYS))
    back = np.arange(DAYS - 1, -1, -1, dtype=np.int64)
    zone = tuple(_zone(int(b)) for b in back)
    dice = np.random.default_rng([seed, 0])
    watch = dice.random(DAYS) > 0.018
    watch[(back <= NO_CHARGER[0]) & (back >= NO_CHARGER[1])] = False
    watch[(back <= NEW_WATCH + 2) & (back >= NEW_WATCH - BOTH_WATCHES)] = True
    knee = (back <= KNEE[0]) & (back >= KNEE[1])
    return Life(
        seed, dates, back, zone, np.array([_midnight(day, name) for day, name in zip(dates, zone, strict=True)], np.int64), watch,
        _ill(back), knee, np.array([name != HOME.key for name in zone]), _well(back),
    )  # fmt: skip


def _zone(back: int) -> str:
    return next((name for name, (first, last) in AWAY if last <= back <= first), HOME.key)


def _midnight(day: date, zone: str) -> int:
    """Counted back from noon, so that the hours of the waking day stay where they belong when clocks change."""
    return int(datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC).timestamp()) - 12 * HOUR


def _ill(back: Longs) -> Floats:
    """1 in the worst days of a cold, half in the two after them."""
    ill = np.zeros(len(back))
    for first, last in COLDS:
        ill[(back <= first) & (back >= last)] = 1.0
        ill[(back < last) & (back >= last - 2)] = 0.5
    return ill


def _well(back: Longs) -> Floats:
    """Better over the two years, worse while she could not run and for a while after."""
    well = 0.25 + 0.6 * (DAYS - back) / DAYS
    idle = np.clip((KNEE[0] - back) / (KNEE[0] - KNEE[1]), 0, 1) * np.clip((back - KNEE[1] + 60) / 60, 0, 1)
    return np.clip(well - 0.25 * idle, 0, 1)
