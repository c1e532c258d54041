"""The band shown above everything, and the numbers in it: written by code from banner.toml and numbers.toml, worded by no model."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from carnet.safety.lexicon import LANGUAGES, Lexicon
from carnet.safety.model import Assessment, Level

KINDS = ("text", "poison", "suicide", "child", "violence")
NUMBERS_HOLD_DAYS = 365
UNKNOWN = "default"
_SLOTS = {"line": "suicide", "child_line": "child", "violence_line": "violence"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line to call. hours: "24/7", a span, or "" when not certain; condition: registered, where_offered, tty or "";
    text: the number that takes messages, or ""; place: where a regional centre stands; name: how the line is called."""

    kind: str
    number: str
    source: str
    hours: str = ""
    languages: tuple[str, ...] = ()
    place: str = ""
    name: str = ""
    text: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """The numbers of one country. reviewed_by: the reader who compared them with the official pages, "" when nobody has."""

    code: str
    emergency: tuple[str, ...]
    police: str
    lines: Mapping[str, tuple[Line, ...]]
    checked: date
    source: str
    reviewed_by: str

    def stale(self, on: date) -> bool:
        """True when nobody went over the country for more than twelve months, or a line does not say whose it is."""
        unsourced = not self.source or any(not line.source for lines in self.lines.values() for line in lines)
        return unsourced or on - self.checked > timedelta(days=NUMBERS_HOLD_DAYS)


@cache
def _table(name: str) -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("carnet.safety").joinpath(name).read_text("utf-8"))


def _lines(kind: str, value: Mapping[str, Any] | list[Mapping[str, Any]] | None) -> tuple[Line, ...]:
    rows = value if isinstance(value, list) else [value] if value else []
    return tuple(Line(kind=kind, **{**row, "languages": tuple(row.get("languages", ()))}) for row in rows)


@cache
def countries() -> Mapping[str, Country]:
    """Every country of the table by its two letters, and "default" for the rest of the world."""
    found = {}
    for code, row in _table("numbers.toml").items():
        emergency = tuple(row[key] for key in ("medical", "universal") if row.get(key))
        found[code] = Country(
            code=code,
            emergency=emergency,
            police=row.get("police", row.get("universal", "")),
            lines={kind: _lines(kind, row.get(kind)) for kind in KINDS},
            checked=date.fromisoformat(row["checked"]),
            source=row["source"],
            reviewed_by=row["reviewed_by"],
        )
    return found


def stale(on: date) -> tuple[str, ...]:
    """The codes of the countries whose numbers may no longer be shown as checked on that day."""
    return tuple(code for code, country in countries().items() if country.stale(on))


def country_of(chosen: str | None, locale: str | None = None) -> str | None:
    """The two letters to print numbers for: the country the person chose, else the locale's ("fr_BE.UTF-8"), else None.

    A chosen country without a row gives None rather than the locale's: somebody else's numbers are worse than the general words.
    """
    if chosen and chosen.strip():
        code = chosen.strip().upper()
        return code if code in countries() else None
    region = (locale or "").split(".")[0].split("@")[0].replace("-", "_").split("_")
    return next((part for part in region[1:] if len(part) == 2 and part.isupper() and part in countries()), None)


def choices() -> tuple[str, ...]:
    """The countries a picker offers, by their two letters in alphabetical order."""
    return tuple(sorted(code for code in countries() if code != UNKNOWN))


def numbers(country: str | None, lang: str) -> Mapping[str, str]:
    """The slots of every text that names a number: call, police, line, poison_line, child_line, violence_line, text.

    What the country's row lacks is named without a number; for an unknown country the words name a few countries' numbers.
    """
    words = _table("banner.toml")[lang]
    row = countries().get(country_of(country) or "")
    if row is None:
        return {**words["unknown"], "text": ""}
    slots: dict[str, str] = {**words["lacking"], "text": ""}
    slots["call"] = words["words"]["or"].join(row.emergency)
    slots["police"] = words["words"]["police"].format(number=row.police)
    slots |= {slot: _spoken(row.lines[kind], words, lang) for slot, kind in _SLOTS.items() if row.lines[kind]}
    if row.lines["poison"]:
        slots["poison_line"] = _poison(row.lines["poison"][0], words["words"])
    if row.lines["text"]:
        line = row.lines["text"][0]
        slots["text"] = words["words"]["_".join(filter(None, ("text", line.condition)))].format(number=line.number)
    return slots


def _poison(line: Line, words: Mapping[str, str]) -> str:
    """The centre by its own name, by the place where a regional one stands, or plainly."""
    form = "poison_named" if line.name else "poison_place" if line.place else "poison"
    return words[form].format(number=line.number, place=line.place, name=line.name)


def _spoken(lines: tuple[Line, ...], words: Mapping[str, Any], lang: str) -> str:
    """The lines of one kind in a phrase: those that answer in the reader's language when some do, else one for each language."""
    one_each = tuple({line.languages: line for line in reversed(lines)}.values())[::-1]
    understood = tuple(line for line in one_each if lang in line.languages) or one_each
    joint: str = words["words"]["or"].removesuffix("le ")
    return joint.join(_line(line, words, lang) for line in understood)


def _line(line: Line, words: Mapping[str, Any], lang: str) -> str:
    forms = words["words"]
    parts = [forms["line"].format(number=line.number)]
    if line.text:
        parts.append(forms["also_text"])
    if line.hours:
        parts.append(forms["always"] if line.hours == "24/7" else forms["hours"].format(hours=line.hours))
    if line.languages and lang not in line.languages:
        spoken = ", ".join(words["language"].get(code, code) for code in line.languages)
        parts.append(forms["languages"].format(languages=spoken))
    return "".join(parts)


def _kind(level: Level, crisis: bool, poison: bool, violence: bool, other: bool) -> str | None:
    if crisis:
        return ("crisis_now" if level is Level.EMERGENCY else "crisis") + ("_other" if other else "")
    if level is Level.EMERGENCY:
        return "police" if violence else "poison_now" if poison else "emergency"
    return "poison" if poison else None


def banner(
    level: Level, crisis: bool, poison: bool, reason: str, call: Mapping[str, str], lang: str,
    *, violence: bool = False, other: bool = False, minor: bool = False,
) -> str | None:  # fmt: skip
    """The band's text, or None when nothing is urgent enough for one.

    violence: the danger is another person, so the police come first. other: someone writes for the person in crisis.
    minor: the person is under 18, or seems to be; a crisis band then adds the child line.
    """
    kind = _kind(level, crisis, poison, violence, other)
    if kind is None:
        return None
    words = _table("banner.toml")[lang]
    parts = [words[kind].format(reason=reason, **call)]
    if crisis and minor:
        parts.append(words["minor"].format(**call))
    if level is Level.EMERGENCY:
        parts.append(call.get("text", ""))
    return " ".join(" ".join(parts).split())


def information_only(assessed: Assessment, country: str | None = None) -> Assessment:
    """The assessment of an installation set to information only: no level, reason or question, one general sentence for everyone.

    A crisis stays as it was found: support lines are given whatever the setting, since they judge nobody's symptoms.
    The sentence is the same for every message, so that its presence tells nothing about the message.
    """
    if assessed.crisis:
        return assessed
    text = str(_table("banner.toml")[assessed.lang]["information"]).format(**numbers(country, assessed.lang))
    return replace(assessed, level=Level.NONE, reasons=(), rules=(), medication=False, poison=False, banner=text, questions=())


def language(texts: Iterable[str], book: Lexicon) -> str:
    """The language ("en", "fr") whose commonest words the texts hold more of; the latest turn decides a tie, then English."""
    score = dict.fromkeys(LANGUAGES, 0)
    last = "en"
    for text in texts:
        words = [word for sentence in book.read(text) for word in sentence.words]
        for lang in LANGUAGES:
            score[lang] += sum(word in book.function[lang] for word in words)
        ahead = max(LANGUAGES, key=lambda lang: score[lang])
        last = ahead if score[ahead] else last
    return max(LANGUAGES, key=lambda lang: (score[lang], lang == last))
