"""The band shown above everything, written by code from banner.toml and numbers.toml; no model words it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from carnet.safety.lexicon import LANGUAGES, Lexicon
from carnet.safety.model import Level


@cache
def _table(name: str) -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(files("carnet.safety").joinpath(name).read_text("utf-8"))


def numbers(country: str | None, lang: str) -> Mapping[str, str]:
    """The numbers to print: the country's, and what it lacks from the language's general wording."""
    table = _table("numbers.toml")
    row = {k: v for k, v in table["default"].items() if not isinstance(v, Mapping)}
    row |= _texts(table["default"], lang)
    if country and country.upper() in table:
        row |= {k: str(v) for k, v in table[country.upper()].items() if not isinstance(v, Mapping)}
        row |= _texts(table[country.upper()], lang)
    return {k: str(v) for k, v in row.items()}


def _texts(row: Mapping[str, object], lang: str) -> dict[str, str]:
    texts = row.get(lang, {})
    return {k: str(v) for k, v in texts.items()} if isinstance(texts, Mapping) else {}


def _kind(level: Level, crisis: bool, poison: bool) -> str | None:
    if crisis:
        return "crisis_now" if level is Level.EMERGENCY else "crisis"
    if level is Level.EMERGENCY:
        return "poison_now" if poison else "emergency"
    return "poison" if poison else None


def banner(level: Level, crisis: bool, poison: bool, reason: str, call: Mapping[str, str], lang: str) -> str | None:
    """The band's text, or None when nothing is urgent enough for one."""
    kind = _kind(level, crisis, poison)
    if kind is None:
        return None
    text = str(_table("banner.toml")[lang][kind]).format(reason=reason, **call)
    return " ".join(f"{text} {call.get('text', '')}".split()) if level is Level.EMERGENCY else text


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
