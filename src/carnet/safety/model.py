"""The values the room takes and gives: Level, Profile, Assessment. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

WEEKS_PER_YEAR = 52.18
NO_VITALS: Mapping[str, float] = MappingProxyType({})


class Level(StrEnum):
    """How soon to be seen, most urgent first."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    SEE_CLINICIAN = "see_clinician"
    SELF_CARE = "self_care"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for emergency up to 4 for none."""
        return list(Level).index(self)

    def at_least(self, other: Level) -> bool:
        """True when this level is as urgent as `other` or more."""
        return self.rank <= other.rank

    @staticmethod
    def worst(levels: Iterable[Level]) -> Level:
        """The most urgent of some levels; NONE of an empty list."""
        return min(levels, key=lambda level: level.rank, default=Level.NONE)


def _number(row: Mapping[str, object], key: str) -> float | None:
    value = row.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of the person, all optional.

    vitals: heart_rate (1/min), respiratory_rate (1/min), spo2 (fraction or %), temperature_c, systolic_bp and
    diastolic_bp (mmHg), glucose_mgdl, ketones_mmol. country: ISO 3166 two letters.
    """

    age_years: float | None = None
    sex: str | None = None
    pregnant: bool | None = None
    postpartum_weeks: float | None = None
    conditions: tuple[str, ...] = ()
    medications: tuple[str, ...] = ()
    vitals: Mapping[str, float] = field(default_factory=lambda: NO_VITALS)
    country: str | None = None

    @classmethod
    def from_mapping(cls, row: Mapping[str, object]) -> Profile:
        """A Profile from a JSON row; `age` in years or `age_months`; fields that make no sense are left unknown."""
        months, age = _number(row, "age_months"), _number(row, "age")
        age = _number(row, "age_years") if age is None else age
        pregnant, vitals = row.get("pregnant"), row.get("vitals")
        given = vitals if isinstance(vitals, Mapping) else {}
        return cls(
            age_years=months / 12 if months is not None else age,
            sex=str(row["sex"]) if row.get("sex") else None,
            pregnant=pregnant if isinstance(pregnant, bool) else None,
            postpartum_weeks=_number(row, "postpartum_weeks"),
            conditions=_texts(row.get("conditions")),
            medications=_texts(row.get("medications")),
            vitals=MappingProxyType({str(k): v for k in given if (v := _number(given, k)) is not None}),
            country=str(row["country"]).upper() if row.get("country") else None,
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """The level of an episode, why, and what to show first.

    reasons: one text a fired rule, most urgent first, in `lang`; under same_day they end with what would change that.
    rules: their ids, same order.
    banner: text to print above everything, or None. questions: at most two closed questions.
    """

    level: Level
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    crisis: bool
    medication: bool
    poison: bool
    banner: str | None
    questions: tuple[str, ...]
    lang: str
