"""The pages' own sentences in English and French, from the .po files beside this module."""

from __future__ import annotations

from typing import Any

from carnet.assistant.words.formats import number
from carnet.assistant.words.sentences import fill, sentences

LANGUAGES = ("en", "fr")


def has(lang: str, key: str) -> bool:
    """Whether there is a sentence under that key."""
    return key in sentences(lang, "carnet.web").forms


def say(lang: str, key: str, /, **slots: Any) -> str:
    """The sentence of that key with its slots filled; numbers get the language's separators; `n` chooses the plural form."""
    shown = {name: number(value, lang) if isinstance(value, int) else value for name, value in slots.items()}
    return fill(sentences(lang, "carnet.web"), lang, key, slots.get("n"), shown)


def preferred(header: str) -> str:
    """The first of our languages in an Accept-Language header, English when it names neither."""
    for part in header.split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return "en"
