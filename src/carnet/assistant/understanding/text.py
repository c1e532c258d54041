"""A question as tokens: folded for matching, with offsets into what was typed. It guesses the language, never the meaning."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["word", "number", "ordinal", "date", "slash", "clock", "symbol"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign. `text` is lower case without accents; start and end are offsets in the typed text.

    number: its value when it is one (number words included). joined: a hyphen ties it to the token before.
    """

    text: str
    start: int
    end: int
    kind: Kind = "word"
    number: float | None = None
    joined: bool = False


SPLIT = {"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "≥": ">=", "≤": "<=", "≠": "!", "µ": "u", "μ": "u"}
SPLIT |= dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("\u00a0\u202f\u2009\u2007\u200a\t\n\r", " ")
WHOLE = re.compile(r"aujourd ?'? ?hui|presqu'ile|o'clock")

TOKEN = re.compile(
    r"""
    (?P<date>\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{4}-\d{2}(?!\d|-\d))
  | (?P<slash>(?<!\d)\d{1,3}/\d{1,3}(?:/\d{2,4})?(?!\d)|(?<!\d)\d{1,2}\.\d{1,2}\.\d{2,4}(?!\d))
  | (?P<clock>(?<!\d)\d{1,2}:\d{2}(?!\d))
  | (?P<degree>\d{2}\s?°\s?\d(?!\d))
  | (?P<ordinal>\d{1,3}(?:st|nd|rd|th|er|ere|re|e|eme|ieme|nde)\b)
  | (?P<number>(?<!\d)\d{1,3}(?:[ ,.']\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)
  | (?P<whole>aujourd\ ?'?\ ?hui|presqu'ile|o'clock)
  | (?P<hour>(?<=\d)h(?=\d))
  | (?P<negated>[a-z]+n't\b)
  | (?P<word>[a-z][a-z0-9]*)
  | (?P<symbol>>=|<=|[<>=%°€+]|(?<=\d)\s?-\s?(?=\d)|(?<=\s)-(?=\s))
    """,
    re.VERBOSE,
)


def fold(text: str) -> str:
    """The text in lower case, without accents, with plain apostrophes, hyphens and spaces."""
    return "".join(_plain(char) for char in text)


@cache
def _plain(char: str) -> str:
    if char in SPLIT:
        return SPLIT[char]
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", char).casefold())
    folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return "".join(SPLIT.get(c, c) for c in folded)


def tokens(text: str, lang: str) -> tuple[Token, ...]:
    """The tokens of a question; number words of `lang` are numbers, "8 000" is one, "7h30" is three."""
    chars: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        for part in _plain(char):
            chars.append(part)
            origin.append(at)
    folded, origin = "".join(chars), [*origin, len(text)]
    found = [_token(m, folded, origin, lang) for m in TOKEN.finditer(folded)]
    return _number_words(tuple(found), lang)


def _token(match: re.Match[str], folded: str, origin: list[int], lang: str) -> Token:
    group, raw = match.lastgroup or "word", match.group().strip()
    start, end = origin[match.start()], origin[match.end() - 1] + 1
    joined = match.start() > 0 and folded[match.start() - 1] == "-"
    if group == "number":
        return Token(raw, start, end, "number", _number(raw, lang), joined)
    if group == "degree":
        return Token(raw, start, end, "number", float(re.sub(r"\s?°\s?", ".", raw)), joined)
    if group == "ordinal":
        return Token(raw, start, end, "ordinal", float(re.match(r"\d+", raw).group()), joined)  # type: ignore[union-attr]
    if group == "date" or group == "slash" or group == "clock" or group == "symbol":
        return Token(raw, start, end, group, None, joined)  # type: ignore[arg-type]
    word = re.sub(r"[^a-z0-9]", "", raw)
    return Token(words()["short"].get(lang, {}).get(word, word), start, end, "word", None, joined)


def _number(raw: str, lang: str) -> float:
    """8,000 is eight thousand in English, 1,5 one and a half in both; 8 000 and 8'000 are thousands everywhere."""
    compact = re.sub(r"[ '](?=\d{3})", "", raw)
    for sign, always in ((",", lang == "en"), (".", False)):
        groups = compact.split(sign)
        thousands = len(groups) > 1 and all(len(g) == 3 for g in groups[1:]) and groups[0] != "0"
        if thousands and (always or len(groups) > 2 or (groups[-1] == "000" and (sign == "," or lang == "fr"))):
            compact = "".join(groups)
    return float(compact.replace(",", "."))


@cache
def words() -> dict[str, Any]:
    """The table of number words, short forms and words that tell a language."""
    return tomllib.loads(files("carnet.assistant.understanding").joinpath("tables/words.toml").read_text("utf-8"))


def _number_words(found: tuple[Token, ...], lang: str) -> tuple[Token, ...]:
    """The tokens with runs of number words ("vingt-cinq", "eight thousand", "10 mille", "8k") made one number each."""
    out: list[Token] = []
    at = 0
    while at < len(found):
        value, length = _spelled(found, at, lang)
        if length and not (length == 1 and found[at].kind != "word"):
            first, last = found[at], found[at + length - 1]
            text = first.text if length == 1 else f"{value:g}"
            out.append(Token(text, first.start, last.end, "number", value, first.joined))
            at += length
            continue
        token = found[at]
        ordinal = words()["ordinals"][lang].get(token.text)
        out.append(replace(token, kind="ordinal", number=float(ordinal)) if ordinal else token)
        at += 1
    return tuple(out)


def _spelled(found: tuple[Token, ...], at: int, lang: str) -> tuple[float, int]:
    """The number that starts at `at` and how many tokens it takes; length 0 when there is none."""
    total, current, last, i = 0.0, -1.0, 0.0, at
    while i < len(found) and (i == at or found[i].start - found[i - 1].end <= 1):
        value, factor = _value(found[i], lang, i == at), _factor(found, i, lang)
        if value is not None and (current < 0 or _adds(current, last, value)):
            current = 80 if (current, value) == (4, 20) else max(current, 0) + value
            last = 20 if current == 80 else value
        elif factor and (i > at or found[i].text not in ("cents", "grand")):
            current = max(current, 1) * factor
            last = factor
            if factor >= 1000:
                total, current, last = total + current, 0.0, factor
        elif found[i].text == "un" and last >= 20:
            current, last = current + 1, 1.0
        elif not (found[i].text in ("et", "and") and last >= 20 and i + 1 < len(found) and _joins(found[i + 1], last, lang)):
            break
        i += 1
    return total + max(current, 0), i - at


def _value(token: Token, lang: str, first: bool) -> float | None:
    if token.kind == "number":
        return token.number if first else None
    spelled = words()["numbers"][lang].get(token.text) if token.kind == "word" else None
    return None if spelled is None else float(spelled)


def _factor(found: tuple[Token, ...], at: int, lang: str) -> float:
    word, table = found[at].text, words()
    if word in table["letters"]:
        return float(table["letters"][word]) if at and found[at - 1].number is not None and found[at].start == found[at - 1].end else 0
    return float(table["scales"][lang].get(word) or table["groups"][lang].get(word) or 0)


def _adds(current: float, last: float, value: float) -> bool:
    """Whether a number word continues the one before: 20 + 5, 60 + 11, 4 x 20, 10 + 7, 100 + 20, but not 2, 3."""
    if last >= 100:
        return value < last
    if last in (60, 20) and current in (60, 80):
        return value < 20
    return (current, value) == (4, 20) or (last == 10 and 6 < value < 10) or (last >= 20 and value < 10)


def _joins(token: Token, last: float, lang: str) -> bool:
    value = _value(token, lang, False)
    return token.text == "un" or (value is not None and (value == 11 or last >= 100))


def language(text: str) -> str | None:
    """ "en" or "fr" by function words and accents; None when nothing tells."""
    said = {t.text for t in (_token(m, fold(text), list(range(len(fold(text)) + 1)), "en") for m in TOKEN.finditer(fold(text)))}
    score = {lang: len(said & _function(lang)) for lang in ("en", "fr")}
    score["fr"] += sum(char in "éèêàùçôîûëïœ" for char in text.casefold()) + len(re.findall(r"\b[ldjqcmns]u?['’]", text.casefold()))
    if score["en"] == score["fr"]:
        return None
    return max(score, key=lambda lang: score[lang])


@cache
def _function(lang: str) -> frozenset[str]:
    return frozenset(words()["function"][lang].split())
