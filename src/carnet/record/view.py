"""The shape of a permitted window on a person's record; `vault.view.View` is the real one, tests may bring their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from carnet.record.model import Observation, Series
from carnet.record.selection import Window


@dataclass(frozen=True, slots=True)
class Person:
    """What of the profile an answer needs. home_zone is an IANA name; units metric | us; week_start mon | sun."""

    home_zone: str = "UTC"
    home_zone_said: bool = True  # False: taken from the data or the machine, the answer says so
    language: str = "en"
    units: str = "metric"
    week_start: str = "mon"
    birth_date: str | None = None
    sex: str | None = None
    country: str | None = None
    goals: tuple[tuple[str, float], ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    day_rule: str = "home"
    source_ranks: tuple[str, ...] = ()  # sources the person put first, by name or device


@dataclass(frozen=True, slots=True)
class Holding:
    """What the record holds of one metric under the permit: rows, first and last moment (ms UTC)."""

    metric: str
    n: int
    first: int
    last: int


class RecordView(Protocol):
    """Granted services and categories only; everything else does not exist here.

    Every method raises NotGranted (carnet.consent) when nothing at all of that metric's category is granted.
    """

    @property
    def person(self) -> Person: ...

    def series(self, metric: str, window: Window | None = None, margin_days: int = 2) -> Series:
        """Samples that touch the window's local days (widened by margin_days on both sides), ascending; None = all time."""

    def observations(self, kind: str, window: Window | None = None, metric: str | None = None) -> Sequence[Observation]:
        """Single facts of one kind (lab, workout, ...), ascending by time, their bodies cut to the categories that are granted.

        Without a metric, facts of categories that are not granted are left out; NotGranted when there are some and none may be read.
        """

    def holdings(self) -> Sequence[Holding]:
        """Every metric with granted rows (labs under their biomarker, workouts under `workout`, stages under `sleep_stage`)."""
