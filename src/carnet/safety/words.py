"""Text to sentences of plain words: one spelling for case, accents, apostrophes, elisions, SMS and stretched letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

MAX_CHARS = 20_000  # a longer text keeps its first and last halves; nobody types more in one turn
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "œ": "oe", "æ": "ae", "ß": "ss"})
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_NOT = re.compile(r"\b(\w+?)n't\b")
_VERB_END = re.compile(r"(?<=[a-z])'(m|re|ve|ll|d)\b")
_IS_END = re.compile(r"\b(he|she|it|that|there|what|who|where)'s\b")
_ELISION = re.compile(r"\b(l|d|qu|j|s|m|t|n|c|jusqu|lorsqu|puisqu|quelqu)'(?=[a-z])")
_DEGREES = re.compile(r"(\d{2})\s?°\s?(\d)\b")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[a-z]+|[.,;:!?\n/%()]")
_WHOLE = {"m": " am", "re": " are", "ve": " have", "ll": " will", "d": " would"}
_NEGATED = {"ca": "cannot", "wo": "will not", "sha": "shall not", "ai": "is not"}
HARD = frozenset(".;:!?\n")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words up to a hard stop or a contrast ("but"). part: per word, the number of commas before it."""

    words: tuple[str, ...]
    part: tuple[int, ...]
    question: bool

    def __len__(self) -> int:
        return len(self.words)


def plain(text: str) -> str:
    """Lower-case text without accents, apostrophes resolved, three or more equal letters made one."""
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    text = _STRETCHED.sub(r"\1", text)
    text = _NOT.sub(lambda m: _NEGATED.get(m[1], m[1] + " not"), text)
    text = _IS_END.sub(r"\1 is", text)
    text = _VERB_END.sub(lambda m: _WHOLE[m[1]], text)
    text = _ELISION.sub(r"\1 ", text)
    return _DEGREES.sub(r"\1.\2", text).replace("aujourd'hui", "aujourdhui").replace("can not", "cannot")


def tokens(text: str, capitals: Mapping[str, str], short: Mapping[str, str]) -> list[str]:
    """Words, numbers and stops of a text; `capitals` are expanded before case is lost, `short` (SMS) after."""
    if len(text) > MAX_CHARS:
        text = text[: MAX_CHARS // 2] + "\n" + text[-MAX_CHARS // 2 :]
    if not text.isupper():
        text = re.sub(r"\b[A-Z][A-Z/]+\b", lambda m: capitals.get(m[0], m[0]), text)
    out: list[str] = []
    for token in _TOKEN.findall(plain(text)):
        if token in short and not (out and out[-1][0].isdigit()):  # "g" is "j'ai" in a message, grams after a number
            out += short[token].split()
        else:
            out.append(token.replace(",", ".") if token[0].isdigit() else token)
    return out


def sentences(stream: list[str], contrast: frozenset[str]) -> list[Sentence]:
    """The sentences of a token stream; a contrast word starts a new one."""
    out: list[Sentence] = []
    words: list[str] = []
    part: list[int] = []
    commas = 0
    for token in [*stream, "."]:
        if token in HARD or token in contrast:
            if words:
                out.append(Sentence(tuple(words), tuple(part), token == "?"))
            words, part, commas = [], [], 0
        elif token in ",()":
            commas += 1
        else:
            words.append(token)
            part.append(commas)
    return out
