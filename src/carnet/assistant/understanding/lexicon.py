"""The words of a question and what they may mean: phrases, metrics and activities, found by longest match, typos mended first."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from carnet.assistant.understanding.period_rules import known_words
from carnet.assistant.understanding.text import Token, tokens, words
from carnet.record.catalog import catalog

LANGUAGES = ("en", "fr")
LINKS = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "of", "the"})  # may stand inside a metric's name, or not
Trie = dict[str, Any]
ENDS = ""  # the key of a node under which its meanings stand


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens [first, last) that say `value` in `slot`; a metric's possible keys; `inside` = tokens in it that are not part of it."""

    first: int
    last: int
    slot: str
    value: str
    keys: tuple[str, ...] = ()
    inside: tuple[int, ...] = ()

    @property
    def places(self) -> frozenset[int]:
        """The positions of its own tokens."""
        return frozenset(range(self.first, self.last)) - frozenset(self.inside)


@cache
def table(name: str) -> dict[str, Any]:
    """One table of the lexicon folder, read once."""
    return tomllib.loads(files("carnet.assistant.understanding").joinpath(f"tables/{name}.toml").read_text("utf-8"))


def stem(word: str) -> str:
    """The word without its plural s, for both languages alike."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def shape(token: Token) -> str:
    """What is compared of a token: the stem of a word, the digits of a number."""
    return stem(token.text) if token.number is None or token.kind == "ordinal" else f"{token.number:g}"


def spell_out(pattern: str) -> Iterator[str]:
    """Every phrase of "(a|b) [c] d"."""
    parts: list[list[str]] = []
    for piece in _pieces(pattern):
        inner = piece[1:-1].split("|") if piece[0] in "([" else [piece]
        parts.append([*inner, ""] if piece[0] == "[" else inner)
    for choice in product(*parts):
        yield " ".join(part for part in choice if part)


def _pieces(pattern: str) -> Iterator[str]:
    closing = {"(": ")", "[": "]"}
    rest = pattern.strip()
    while rest:
        end = rest.index(closing[rest[0]]) + 1 if rest[0] in closing else min((rest + "([").index(c) for c in "([")
        yield rest[:end].strip()
        rest = rest[end:].strip()


def _put(trie: Trie, path: Sequence[str], meaning: tuple[str, str, tuple[str, ...]]) -> None:
    node = trie
    for word in path:
        node = node.setdefault(word, {})
    meanings = node.setdefault(ENDS, [])
    if meaning not in meanings:
        meanings.append(meaning)


def _rows(lang: str) -> Iterator[tuple[str, str, str]]:
    for slot, values in table(lang).items():
        for value, ways in values.items():
            for way in ways:
                for phrase in spell_out(way):
                    yield slot, value, phrase


@cache
def _function_words(lang: str) -> frozenset[str]:
    """Single words that carry grammar in `lang`: the other language may not give them a meaning."""
    single = {stem(way) for way in table(lang)["stop"]["words"] if " " not in way}
    return frozenset(single | {stem(w) for w in words()["function"][lang].split()})


@cache
def phrases(lang: str) -> Trie:
    """Everything but metrics, in both languages; a word with a duty in `lang` keeps only that."""
    trie: Trie = {}
    own: set[tuple[str, ...]] = set()
    for language in (lang, *(other for other in LANGUAGES if other != lang)):
        for slot, value, phrase in _rows(language):
            path = tuple("1" if word == "one" else stem(word) for word in phrase.split())
            foreign = language != lang
            if foreign and len(path) == 1 and (path[0] in _function_words(lang) or path in own or slot == "stop"):
                continue
            if not foreign:
                own.add(path)
            if slot not in ("metric", "weak"):
                _put(trie, path, (slot, value, ()))
            elif value in catalog():
                _put(trie, path, (slot, value, (value,)))
    for code, row in table("units")["unit"].items():
        for way in row["words"]:
            _put(trie, tuple(stem(word) for word in way.split()), ("unit", code, ()))
    return trie


def _name_path(name: str, lang: str) -> tuple[str, ...]:
    found = [shape(t) for t in tokens(name, lang) if t.kind != "symbol" or t.text == "%"]
    return tuple(w for i, w in enumerate(found) if w not in LINKS or (i > 0 and i == len(found) - 1))


@cache
def metric_names(lang: str) -> Trie:
    """Every name of the catalogue and every everyday word for several metrics, activities included."""
    moves = {_name_path(name, lang) for row in table("activities")["activity"].values() for name in row[lang]}
    names = _named(lang, lang, frozenset())
    for other in LANGUAGES:
        if other != lang:
            names = {**_named(other, lang, frozenset(moves)), **names}
    trie: Trie = {}
    for path, held in names.items():
        _put(trie, path, ("metric", " ".join(path), tuple(held)))
    for key, row in table("activities")["activity"].items():
        for language in LANGUAGES:
            for name in row[language]:
                path = _name_path(name, language)
                if language == lang or not _clashes(path, name, lang):
                    _put(trie, path, ("activity", key, ()))
    return trie


def _named(language: str, lang: str, taken: frozenset[tuple[str, ...]]) -> dict[tuple[str, ...], dict[str, None]]:
    """The metrics each name of one language can mean in a question of `lang`; an everyday word for several wins over a name."""
    names: dict[tuple[str, ...], dict[str, None]] = {}
    foreign = language != lang
    for key, name in _catalog_names(language):
        path = _name_path(name, language)
        if path and not (foreign and (path in taken or _clashes(path, name, lang))):
            names.setdefault(path, {})[key] = None
    for word, keys in catalog().ambiguous.get(language, {}).items():
        path = _name_path(word, language)
        if not (foreign and _clashes(path, word, lang)):
            names[path] = dict.fromkeys(k for k in keys if k in catalog())
    return names


def _catalog_names(lang: str) -> Iterator[tuple[str, str]]:
    for key, metric in catalog().metrics.items():
        yield from ((key, name) for name in metric.names.get(lang, ()))


def _clashes(path: Sequence[str], name: str, lang: str) -> bool:
    """A single word of the other language is left out when it is grammar here, or short and not an abbreviation."""
    return len(path) == 1 and (path[0] in _function_words(lang) or (len(path[0]) <= 3 and not name.isupper()))


@cache
def vocabulary(lang: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Every word either trie or the dates know, and those long enough to be the right spelling of a typo."""
    known: set[str] = set()

    def walk(node: Mapping[str, Any]) -> None:
        for word, below in node.items():
            if word != ENDS:
                known.add(word)
                walk(below)

    walk(phrases(lang))
    walk(metric_names(lang))
    short = {w for w in known if len(w) == 4}  # "steps" without its s
    for language in LANGUAGES:
        known |= {stem(w) for w in known_words(language)} | {stem(w) for w in words()["function"][language].split()}
        known |= {stem(w) for w in words()["numbers"][language]}
    return frozenset(known), tuple(sorted(w for w in known if (len(w) >= 5 or w in short) and w.isalpha()))


def mend(said: Sequence[Token], lang: str) -> tuple[Token, ...]:
    """The tokens with typos mended: words of 5 letters or more, nearly equal to exactly one known word; never numbers."""
    known, _ = vocabulary(lang)
    return tuple(
        replace(t, text=_nearest(t.text, lang) or t.text)
        if t.kind == "word" and len(t.text) >= 5 and t.text.isalpha() and stem(t.text) not in known else t
        for t in said
    )  # fmt: skip


@cache
def _nearest(word: str, lang: str) -> str | None:
    """A ratio of 90 or more (one letter missing or too many), two letters swapped, or one wrong in a word of 7 or more."""
    _, long = vocabulary(lang)
    target = stem(word)
    close = process.extract(target, long, scorer=fuzz.ratio, score_cutoff=74, limit=50)
    close = [c for c in close if c[0][0] == target[0]]  # a wrong first letter makes another word: rained, trained
    best = [w for w, score, _ in close if score >= 90 and len(w) >= 5]
    if not best:
        one = [w for w, _, _ in close if OSA.distance(target, w) == 1]
        best = [w for w in one if sorted(w) == sorted(target) or min(len(w), len(target)) >= 7]
    return best[0] if best else None


def find(said: Sequence[Token], lang: str) -> list[Hit]:
    """Every reading of every stretch of the question, overlapping ones included."""
    hits: list[Hit] = []
    for at in range(len(said)):
        hits += _walk(phrases(lang), said, at, {})
        hits += _walk(metric_names(lang), said, at, phrases(lang))
    return hits


def _walk(trie: Trie, said: Sequence[Token], at: int, between: Trie) -> Iterator[Hit]:
    """Matches that start at `at`; with `between`, links and a word like "average" may stand inside."""
    stack: list[tuple[Trie, int, tuple[int, ...], bool]] = [(trie, at, (), False)]
    while stack:
        node, i, inside, ends = stack.pop()
        for slot, value, keys in node.get(ENDS, ()) if ends else ():
            yield Hit(at, i, slot, value, keys, inside)
        if i >= len(said):
            continue
        word = shape(said[i])
        if word in node and word != ENDS:
            stack.append((node[word], i + 1, inside, True))
        if between and i > at:
            if word in LINKS and word not in node:
                stack.append((node, i + 1, inside, False))
            elif not inside and _is_statistic(between, word):
                stack.append((node, i + 1, (i,), False))


def _is_statistic(trie: Trie, word: str) -> bool:
    return any(slot == "agg" and value in ("mean", "min", "max", "median") for slot, value, _ in trie.get(word, {}).get(ENDS, ()))


def by_slot(hits: Iterable[Hit], slot: str) -> list[Hit]:
    """The hits of one slot, in the order they were said."""
    return sorted((h for h in hits if h.slot == slot), key=lambda h: h.first)
