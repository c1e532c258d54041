"""The command line's own sentences in English and French, from the .po files beside this module."""

from __future__ import annotations

from typing import Any

from carnet.assistant.words.sentences import fill, sentences


def has(lang: str, key: str) -> bool:
    """Whether there is a sentence under that key."""
    return key in sentences(lang, "carnet.cli").forms


def say(lang: str, key: str, /, **slots: Any) -> str:
    """The sentence of that key with its slots filled; numbers get the language's separators; `n` chooses the plural form."""
    shown = {name: number(value, lang) if isinstance(value, int) else value for name, value in slots.items()}
    return fill(sentences(lang, "carnet.cli"), lang, key, slots.get("n"), shown)


def number(value: int, lang: str) -> str:
    """The number with thousands separators: 8,214 in English, 8 214 in French."""
    return f"{value:,}".replace(",", "\u202f" if lang == "fr" else ",")
