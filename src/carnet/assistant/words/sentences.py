"""A room's own sentences in English and French: whole messages with slots, read from the .po files of its folder `messages`.

The files keep to one message a line, so twenty lines read them in a few milliseconds; Babel, which would take a tenth of a
second at every start, checks in the tests that it reads the same.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from importlib.resources import files

LANGUAGES = ("en", "fr")
NBSP, THIN = "\u00a0", "\u202f"
_LINE = re.compile(r'(msgid|msgid_plural|msgstr(?:\[\d\])?)? ?(".*")')
_PLURAL = re.compile(r"plural=(.+?);")
_DOUBLED = re.compile(r"(?<=\S) {2,}")
_LEFT_BEHIND = re.compile(r"(?<=\S) +(?=[,.](?:\s|$))")
_HIGH_SIGNS = re.compile(r" (?=[:;?!»%])|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Sentences:
    """One language: the forms of every message, and which form a number takes."""

    forms: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]


@cache
def sentences(lang: str, room: str = "carnet.assistant.words") -> Sentences:
    """The room's catalogue of that language, English when there is none."""
    name = lang if lang in LANGUAGES else "en"
    text = files(room).joinpath("messages", f"{name}.po").read_text("utf-8")
    forms = dict(filter(None, map(_message, text.split("\n\n"))))
    header = _PLURAL.search(forms.pop("")[0])
    assert header
    return Sentences(forms, c2py(header[1]))


def _message(block: str) -> tuple[str, tuple[str, ...]] | None:
    parts: dict[str, str] = {}
    field = ""
    for found in filter(None, map(_LINE.fullmatch, block.splitlines())):
        field = found[1] or field
        parts[field] = parts.get(field, "") + ast.literal_eval(found[2])
    strings = tuple(text for name, text in parts.items() if name.startswith("msgstr"))
    return (parts["msgid"], strings) if "msgid" in parts else None


def has(lang: str, key: str) -> bool:
    """Whether there is a sentence under that key."""
    return key in sentences(lang).forms


def say(lang: str, key: str, *, count: float | None = None, **slots: object) -> str:
    """The assistant's sentence of that key with its slots filled; see `fill`."""
    return fill(sentences(lang), lang, key, count, slots)


def fill(known: Sentences, lang: str, key: str, count: float | None, slots: Mapping[str, object]) -> str:
    """The sentence with its slots filled and French no-break spaces set. `count` chooses the plural form."""
    forms = known.forms[key]
    text = forms[min(_form(known, lang, count), len(forms) - 1)] if count is not None else forms[0]
    return typeset(text.format(**slots), lang)


def _form(known: Sentences, lang: str, count: float) -> int:
    """A fraction is plural in English (1.5 days, 0.5 days); in French it goes with its whole part (1,5 jour)."""
    size = abs(count)
    return known.plural(int(size) if size == int(size) or lang == "fr" else 2)


def typeset(text: str, lang: str) -> str:
    """French high punctuation gets its no-break space; the spaces that empty slots leave behind go."""
    tidy = _LEFT_BEHIND.sub("", _DOUBLED.sub(" ", text)).rstrip(" ")
    return _HIGH_SIGNS.sub(NBSP, tidy) if lang == "fr" else tidy


def capital(text: str) -> str:
    """The text with a capital first, left alone where its second letter is one already (pH, eGFR)."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]
