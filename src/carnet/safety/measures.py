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

from carnet.safety.words import Sentence

_NUMBER = r"(\d{1,3}(?:\.\d+)?)"
_NO_TIME = r"(?! ?(?:days?|hours?|hrs?|weeks?|months?|years?|minutes?|mins?|jours?|heures?|semaines?|mois|ans|fois|times|steps|pas)\b)"
_YEARS = {"day": 1 / 365, "jour": 1 / 365, "week": 7 / 365, "semaine": 7 / 365, "month": 1 / 12, "mois": 1 / 12, "mo": 1 / 12}
Found = Iterator[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to write a number, and the range in which it is believed."""

    name: str
    regex: re.Pattern[str]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Patterns:
    """Every compiled pattern of lexicon/measures.toml."""

    measures: tuple[Measure, ...]
    ages: tuple[re.Pattern[str], ...]
    pressure: re.Pattern[str]
    asking: re.Pattern[str]
    exercise: re.Pattern[str]


def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("{N}", _NUMBER).replace("{T}", _NO_TIME))


@cache
def _patterns() -> Patterns:
    data = tomllib.loads(files("carnet.safety").joinpath("lexicon", "measures.toml").read_text("utf-8"))
    return Patterns(
        measures=tuple(
            Measure(row["name"], _compiled(text), row["low"], row["high"]) for row in data["measure"] for text in row["patterns"]
        ),
        ages=tuple(_compiled(text) for text in data["ages"]),
        pressure=_compiled(data["pressure"]),
        asking=_compiled(data["asking"]),
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
    moving = known.exercise.search(text)
    for measure in known.measures:
        if measure.name == "hr" and moving:
            continue
        for match in measure.regex.finditer(text):
            value = float(match[1])
            if measure.low <= value <= measure.high:
                convert = _CONVERT.get(measure.name)
                yield measure.name, convert(value, text[match.end(1) :]) if convert else value


def _pressures(text: str, known: Patterns) -> Found:
    for match in known.pressure.finditer(text):
        systolic, diastolic = float(match[1]), float(match[2] or 0)
        if systolic <= 30:  # French centimetres of mercury
            systolic, diastolic = systolic * 10, diastolic * 10
        if 40 <= systolic <= 300:
            yield "sbp", systolic
        if 20 <= diastolic <= 200:
            yield "dbp", diastolic


def measures(sentence: Sentence) -> Found:
    """(name, value) of every number the sentence states: °C, %, 1/min, mmHg, mg/dL, mmol/L, years, weeks, pieces."""
    if not any(word[0].isdigit() for word in sentence.words):
        return
    known = _patterns()
    parts: dict[int, list[str]] = {}
    for word, at in zip(sentence.words, sentence.part, strict=True):
        parts.setdefault(at, []).append(word)
    for words in parts.values():
        text = " ".join(words)
        for regex in known.ages:
            for match in regex.finditer(text):
                yield "age", float(match[1]) * _YEARS.get(match[2] or "", 1.0)
        if not known.asking.search(text):
            yield from _values(text, known)
            yield from _pressures(text, known)
