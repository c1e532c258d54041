"""Numbers said in words ("one thirty over eighty", "trente-neuf cinq") as figures; leaves "one" and "un" alone unless a unit follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

UNITS: Mapping[str, int] = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "deux": 2, "trois": 3, "quatre": 4,
    "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "one": 1, "un": 1, "une": 1, "a": 1, "an": 1,
}  # fmt: skip
TEENS: Mapping[str, int] = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
}  # fmt: skip
TENS: Mapping[str, int] = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip
HUNDREDS = frozenset({"hundred", "cent", "cents"})
ARTICLES = frozenset({"one", "un", "une", "a", "an"})
COUNTED = frozenset({
    "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours", "minute", "minutes", "hundred", "point",
    "jour", "jours", "semaine", "semaines", "mois", "ans", "heure", "heures", "an", "annee",
})  # fmt: skip
POINTS = frozenset({"point", "virgule"})
HALVES = (("and", "a", "half"), ("et", "demi"), ("et", "demie"))
BODY_HEAT = range(35, 43)  # a unit said after such a number is its decimal: "trente-huit cinq"


def _small(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """(value under 100, words taken) from `at`, or None."""
    word = words[at] if at < len(words) else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if word == "quatre" and after in ("vingt", "vingts"):
        more = _rest(words, at + 2, 20)
        return 80 + more[0], 2 + more[1]
    if word in TENS:
        more = _rest(words, at + 1, 20 if word == "soixante" else 10)
        return TENS[word] + more[0], 1 + more[1]
    if word in TEENS:
        joined = word == "dix" and after in ("sept", "huit", "neuf")
        return (10 + UNITS[after], 2) if joined else (TEENS[word], 1)
    return (UNITS[word], 1) if word in UNITS else None


def _rest(words: Sequence[str], at: int, below: int) -> tuple[int, int]:
    """The part that completes a ten, under `below`; (0, 0) when there is none."""
    skip = 1 if at + 1 < len(words) and words[at] == "et" and words[at + 1] in ("un", "onze") else 0
    found = _small(words, at + skip)
    word = words[at + skip] if at + skip < len(words) else ""
    if found is None or found[0] >= below or word in ("a", "an") or (word in ARTICLES and not skip and word != "one"):
        return 0, 0
    return found[0], found[1] + skip


def _whole(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """(value, words taken), hundreds included: "two hundred and ten", "one thirty", "cent vingt"."""
    if words[at] in HUNDREDS:
        more = _small(words, at + 1)
        return (100 + more[0], 1 + more[1]) if more else (100, 1)
    first = _small(words, at)
    if first is None:
        return None
    value, taken = first
    after = words[at + taken] if at + taken < len(words) else ""
    if after in HUNDREDS and value < 10:
        step = taken + 1 + (at + taken + 1 < len(words) and words[at + taken + 1] == "and")
        more = _small(words, at + step)
        return (value * 100 + more[0], step + more[1]) if more else (value * 100, taken + 1)
    if words[at] in ("one", "two") and (after in TENS or after in TEENS):
        more = _small(words, at + 1)
        return (value * 100 + more[0], 1 + more[1]) if more else first
    return first


def _decimal(words: Sequence[str], at: int, value: int) -> tuple[str, int]:
    """The text of a number with its decimal, and the words that decimal took."""
    for half in HALVES:
        if tuple(words[at : at + len(half)]) == half:
            return f"{value}.5", len(half)
    if at + 1 < len(words) and words[at] in POINTS and words[at + 1] in UNITS:
        return f"{value}.{UNITS[words[at + 1]]}", 2
    if value in BODY_HEAT and at < len(words) and words[at] in UNITS and words[at] not in ARTICLES:
        return f"{value}.{UNITS[words[at]]}", 1
    return str(value), 0


def digits(words: Sequence[str]) -> list[str]:
    """The words with every number said in words as one figure."""
    out: list[str] = []
    at = 0
    while at < len(words):
        found = _whole(words, at)
        lone = found is not None and found[1] == 1 and words[at] in ARTICLES
        after = words[at + 1] if at + 1 < len(words) else ""
        if found is None or (lone and after not in COUNTED):
            out.append(words[at])
            at += 1
            continue
        text, more = _decimal(words, at + found[1], found[0])
        out.append(text)
        at += found[1] + more
    return out
