"""Numbers people write about themselves: age, temperature, oxygen, pulse, breathing, pressure, sugar, ketones, weeks, pills.

Reads `carnet.safety.words` sentences with the patterns of lexicon/measures.toml; leaves out questions about stored data,
heart rates of exercise, and values no body can have.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from carnet.safety.numerals import HUNDREDS, TEENS, TENS, UNITS, digits
from carnet.safety.words import Sentence

_NUMBER = r"(\d{1,3}(?:\.\d+)?)"
_NO_TIME = r"(?! ?(?:days?|hours?|hrs?|weeks?|months?|years?|minutes?|mins?|jours?|heures?|semaines?|mois|ans|fois|times|steps|pas)\b)"
_SAID = frozenset({*UNITS, *TEENS, *TENS, *HUNDREDS}) - {"a", "an"}
_YEARS = {"day": 1 / 365, "jour": 1 / 365, "week": 7 / 365, "semaine": 7 / 365, "month": 1 / 12, "mois": 1 / 12, "mo": 1 / 12}
_DAYS = {
    "minute": 1 / 1440, "min": 1 / 1440, "hour": 1 / 24, "hr": 1 / 24, "heure": 1 / 24, "day": 1, "jour": 1, "night": 1, "nuit": 1,
    "week": 7, "semaine": 7, "month": 30, "mois": 30, "year": 365, "an": 365, "annee": 365,
}  # fmt: skip
Found = Iterator[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to write a number, and the range in which it is believed."""

    name: str
    regex: re.Pattern[str]
    low: float
    high: float
    bare: bool = False  # written without its name: not believed beside sport or laboratory words


@dataclass(frozen=True, slots=True)
class Patterns:
    """Every compiled pattern of lexicon/measures.toml."""

    measures: tuple[Measure, ...]
    ages: tuple[re.Pattern[str], ...]
    lasting: tuple[re.Pattern[str], ...]
    pressure: tuple[re.Pattern[str], ...]
    laboratory: re.Pattern[str]
    asking: re.Pattern[str]
    comparing: re.Pattern[str]
    exercise: re.Pattern[str]


def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("{N}", _NUMBER).replace("{T}", _NO_TIME))


@cache
def _patterns() -> Patterns:
    data = tomllib.loads(files("carnet.safety").joinpath("lexicon", "measures.toml").read_text("utf-8"))
    return Patterns(
        measures=tuple(
            Measure(row["name"], _compiled(text), row["low"], row["high"], row.get("bare", False))
            for row in data["measure"]
            for text in row["patterns"]
        ),
        ages=tuple(_compiled(text) for text in data["ages"]),
        lasting=tuple(_compiled(text) for text in data["lasting"]),
        pressure=tuple(_compiled(text) for text in data["pressure"]),
        laboratory=_compiled(data["laboratory"]),
        asking=_compiled(data["asking"]),
        comparing=_compiled(data["comparing"]),
        exercise=_compiled(data["exercise"]),
    )


def _celsius(value: float, _: str) -> float:
    return (value - 32) / 1.8 if value > 50 else value


def _mg_per_dl(value: float, after: str) -> float:
    """mg/dL from mg/dL, mmol/L or g/L: by the unit written, else by size (under 1.6 g/L, under 35 mmol/L)."""
    if re.match(r" ?(?:g|gramme)s?\b", after):
        return value * 100
    if re.match(r" ?mmol", after) or 1.6 <= value < 35:
        return value * 18
    return value * 100 if value < 1.6 else value


_CONVERT: dict[str, Callable[[float, str], float]] = {"temp": _celsius, "glucose": _mg_per_dl}


def _values(text: str, known: Patterns) -> Found:
    moving, other = known.exercise.search(text), known.laboratory.search(text)
    for measure in known.measures:
        if (measure.name == "hr" and moving) or (measure.bare and (moving or other)):
            continue
        for match in measure.regex.finditer(text):
            value = float(match[1])
            if measure.low <= value <= measure.high:
                convert = _CONVERT.get(measure.name)
                yield measure.name, convert(value, text[match.end(1) :]) if convert else value


def _pressures(text: str, known: Patterns) -> Found:
    for match in (m for regex in known.pressure for m in regex.finditer(text)):
        systolic, diastolic = float(match[1]), float(match[2] or 0)
        if systolic <= 30:  # French centimetres of mercury
            systolic, diastolic = systolic * 10, diastolic * 10
        if 40 <= systolic <= 300:
            yield "sbp", systolic
        if 20 <= diastolic <= 200:
            yield "dbp", diastolic


def _days(text: str, known: Patterns) -> Found:
    for regex in known.lasting:
        for match in regex.finditer(text):
            unit = match[2].rstrip("s") if match[2] != "mois" else "mois"
            yield "days", float(match[1]) * _DAYS[unit]


def measures(sentence: Sentence) -> Found:
    """(name, value) of every number the sentence states: °C, %, 1/min, mmHg, mg/dL, mmol/L, years, weeks, pieces, days it lasts."""
    if not any(word[0].isdigit() or word in _SAID for word in sentence.words):
        return
    known = _patterns()
    parts: dict[int, list[str]] = {}
    for word, at in zip(sentence.words, sentence.part, strict=True):
        parts.setdefault(at, []).append(word)
    for words in parts.values():
        text = " ".join(digits(words))
        for regex in known.ages:
            for match in regex.finditer(text):
                yield "age", float(match[1]) * _YEARS.get(match[2] or "", 1.0)
        asked = known.asking.search(" ".join(sentence.words) if sentence.question else text)
        if not asked and not (sentence.question and known.comparing.search(text)):
            yield from _days(text, known)
            yield from _values(text, known)
            yield from _pressures(text, known)
