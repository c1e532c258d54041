"""The period tables, compiled: regular expressions over folded words, and their named groups as values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any

LANGUAGES = ("en", "fr")
COMPARED = frozenset({"more", "less", "fewer", "greater", "higher", "lower", "plus", "moins"})
HOURS = frozenset({"hour", "hours", "hrs", "heure", "heures", "h"})
LAST = frozenset({"last", "past", "previous", "latest", "recent", "dernieres", "derniere", "passees", "ecoulees"})
DAY = r"(?:first|premier|3[01]o?|[12]\do?|0?[1-9]o?)"
CLOCK = r"(?:midnight|noon|midi|minuit|\d{1,2}:\d\d(?: ?[ap] ?m)?|\d{1,2} (?:[ap] ?m|o ?clock|h(?:eures?)?(?: \d\d)?))"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a period table, compiled."""

    do: str
    args: Mapping[str, Any]
    pattern: re.Pattern[str]
    lang: str


@cache
def _tables(lang: str) -> dict[str, Any]:
    return tomllib.loads(files("carnet.assistant.understanding").joinpath(f"tables/periods_{lang}.toml").read_text("utf-8"))


@cache
def _vocabulary(lang: str, group: str) -> dict[str, str]:
    """Spelling to key, longest spelling first, so that "easter monday" is not read as Easter."""
    pairs = [(word, key) for key, said in _tables(lang)["words"][group].items() for word in said]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def _macro(lang: str, name: str) -> str:
    if name in ("d", "d2"):
        return f"(?P<{name}>{DAY})"
    if name == "year":
        return r"(?P<year>(?:19|20)\d\d)"
    if name in ("hour", "hour2"):
        return f"(?P<{name}>{CLOCK})"
    words = "|".join(re.escape(word) for word in _vocabulary(lang, "count" if name == "n" else name.rstrip("1")))
    return f"(?P<{name}>{r'[0-9]+|' if name == 'n' else ''}{words})"


def _compile(lang: str, say: Sequence[str]) -> re.Pattern[str]:
    """One pattern of all the ways to say it; a group that comes twice is numbered and read by its stem."""
    counter = count()
    ways = []
    for way in say:
        full = re.sub(r"\{([a-z]\w*?)\}", lambda m: _macro(lang, m.group(1)), way)
        ways.append(re.sub(r"\(\?P<(\w+?)>", lambda m: f"(?P<{m.group(1)}__{next(counter)}>", full))
    return re.compile(r"(?<!\S)(?:" + "|".join(sorted(ways, key=len, reverse=True)) + r")(?!\S)")


@cache
def rules(lang: str) -> tuple[Rule, ...]:
    """The rows of a language that stand for an expression of their own."""
    return tuple(
        Rule(row["do"], {k: v for k, v in row.items() if k not in ("do", "say")}, _compile(lang, row["say"]), lang)
        for row in _tables(lang)["rule"]
    )


@cache
def joins(lang: str) -> tuple[Rule, ...]:
    """The rows that take expressions found before and what stands around them: since, until, between."""
    rows = _tables(lang)["join"]
    return tuple(
        Rule(row["do"], {k: v for k, v in row.items() if k not in ("do", "say")}, _compile(lang, row["say"]), lang) for row in rows
    )


def matches(pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
    """Every match, overlapping ones too, one for each start."""
    at = 0
    while (match := pattern.search(line, at)) is not None:
        yield match
        at = line.find(" ", match.start()) + 1
        if not at:
            return


def meant(rule: Rule, match: re.Match[str], line: str) -> bool:
    """Whether a word that is also another word is a date here: "may I", "ever since", "2000" of "more than 2000"."""
    after, before = line[match.end() :].split(), line[: match.start()].split()
    if match.group() == "may" and (not before or (after and after[0] in ("i", "we", "you", "it", "be", "have"))):
        return False
    if rule.do == "rolling" and HOURS & set(match.group().split()) and not LAST & set(match.group().split()):
        return False  # "nights over 7 hours" is a threshold, "the last 24 hours" a period
    if "after" in rule.args:
        said = not before or before[-1] in rule.args["after"].split()
        counted = bool(before) and before[-1] in ("than", "de") and before[-2:-1] != [] and before[-2] in COMPARED
        return not counted and (said or (rule.args["beside"] != "" and (not after or after[0] in rule.args["beside"].split())))
    return not (match.group() in ("ever", "deja", "jamais") and after[:1] == ["since"])


def arguments(lang: str, match: re.Match[str]) -> dict[str, Any]:
    """The named groups of a match as values: months, weekdays and days as numbers, units and seasons by key."""
    args: dict[str, Any] = {}
    for group, text in match.groupdict().items():
        if text is None:
            continue
        name = group.split("__")[0]
        stem = name.rstrip("12")
        if name == "n":
            args["n"] = float(text) if text[0].isdigit() else float(_vocabulary(lang, "count")[text])
            args["n_few"] = not text[0].isdigit() and args["n"] == 3
        elif stem in ("d", "year"):
            args[name] = 1 if text in ("first", "premier") else int(text.rstrip("o"))
        elif stem == "hour":
            args[name] = clock_time(text)
        elif stem in ("unit", "month", "weekday", "season", "feast", "part", "which"):
            value = text if stem == "which" and text.isdigit() else _vocabulary(lang, stem)[text]
            args[name] = int(value) if value.isdigit() else value
        else:
            args[name] = text
    return args


def clock_time(text: str) -> float:
    """The local time of "10 pm", "22 h 30", "7:30", "noon" in hours."""
    if text in ("noon", "midi"):
        return 12.0
    if text in ("midnight", "minuit"):
        return 0.0
    hour, minutes = (int(part) for part in [*re.findall(r"\d+", text), "0"][:2])
    if re.search(r"p ?m$", text):
        hour = hour % 12 + 12
    elif re.search(r"a ?m$", text):
        hour %= 12
    return hour % 24 + minutes / 60


@cache
def known_words(lang: str) -> frozenset[str]:
    """Every single word the period tables name, so that none is taken for a typo."""
    named = {word for group in _tables(lang)["words"].values() for said in group.values() for way in said for word in way.split()}
    rows = (*_tables(lang)["rule"], *_tables(lang)["join"])
    spelled = {word for row in rows for way in row["say"] for word in re.findall("[a-z]{4,}", way)}
    return frozenset(named | spelled)
