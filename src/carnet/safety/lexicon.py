"""The words of every language, compiled once from lexicon/*.toml: groups, concepts, cues of scope, spelling; reads no message itself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from carnet.safety.errors import BadLexicon
from carnet.safety.patterns import Pattern, Scan, Slot, pattern, slot
from carnet.safety.spelling import Spelling, spelling
from carnet.safety.words import Sentence, plain, sentences, tokens

LANGUAGES = ("en", "fr")  # shown and understood
UNDERSTOOD = (*LANGUAGES, "es", "de")  # the last two for emergencies and crisis only
MEND_ALL = 6  # letters from which any lexicon word mends a slip; shorter ones only where the lexicon lists them
CUES = (
    "deny", "deny_list", "deny_break", "not", "not_exempt", "past", "past_ahead", "ongoing", "now", "past_verb",
    "present_verb", "general", "general_if", "personal", "fear", "asks", "fiction", "first_person",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything needed to read a message, both languages together.

    index: atom -> patterns that cannot stand without it. stems: beginnings by length. kinds: concept -> its kind
    (symptom unless listed). cues: name -> slot. function: language -> its commonest words.
    """

    concepts: frozenset[str]
    kinds: Mapping[str, str]
    spares: Mapping[str, frozenset[str]]
    index: Mapping[str, tuple[Pattern, ...]]
    exact: frozenset[str]
    stems: frozenset[str]
    lengths: tuple[int, ...]
    light: frozenset[str]
    contrast: frozenset[str]
    cues: Mapping[str, Slot]
    short: Mapping[str, str]
    capitals: Mapping[str, str]
    function: Mapping[str, frozenset[str]]
    spelling: Spelling

    def read(self, text: str) -> list[Sentence]:
        """The sentences of a message, spelling mended."""
        stream = tokens(text, self.capitals, self.short)
        return sentences([self.spelling.corrected(token) for token in stream], self.contrast)

    def scan(self, sentence: Sentence) -> Scan:
        """The positions of lexicon atoms in a sentence."""
        atoms: dict[str, list[int]] = {}
        weight, content = [], 0
        for at, word in enumerate(sentence.words):
            weight.append(content)
            content += word not in self.light
            for atom in self._atoms(word):
                atoms.setdefault(atom, []).append(at)
        return Scan(atoms, [*weight, content])

    def _atoms(self, word: str) -> Iterable[str]:
        if word in self.exact:
            yield word
        if word[0].isdigit():
            yield "#"
            if len(word) == 4 and word[:2] in ("19", "20"):
                yield "##"
        for n in self.lengths:
            if n <= len(word) and word[:n] in self.stems:
                yield word[:n] + "*"

    def candidates(self, scan: Scan) -> list[Pattern]:
        """Patterns worth looking for, given the atoms present."""
        return [p for atom in scan.atoms for p in self.index.get(atom, ())]


def _load(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads(files("carnet.safety").joinpath("lexicon", name).read_text("utf-8"))


def _merged(lang: str) -> dict[str, dict[str, object]]:
    """Every file of a language as one: lists of patterns follow each other, lists of words are joined by commas."""
    folder = files("carnet.safety").joinpath("lexicon")
    names = sorted(f.name for f in folder.iterdir() if f.name == f"{lang}.toml" or f.name.startswith(f"{lang}_"))
    whole: dict[str, dict[str, object]] = {part: {} for part in ("read", "short", "capitals", "scope", "words", "concepts")}
    for name in names:
        for part, rows in _load(name).items():
            for key, value in rows.items():
                before = whole[part].get(key)
                if isinstance(before, list) and isinstance(value, list):
                    whole[part][key] = [*before, *value]
                elif before is not None and part != "short":
                    whole[part][key] = f"{before}, {value}"
                else:
                    whole[part][key] = value
    return whole


def _simple(text: object) -> str:
    return " ".join(plain(str(text)).split())


def _split(text: object) -> frozenset[str]:
    return frozenset(word for part in str(text).split(",") if (word := _simple(part)))


def _patterns(data: Mapping[str, dict[str, object]], groups: Mapping[str, str]) -> list[Pattern]:
    seen: dict[str, Slot] = {}
    out = []
    for concept, texts in data["concepts"].items():
        if not isinstance(texts, list):
            raise BadLexicon(f"concept {concept} should be a list of patterns")
        out += [pattern(concept, _simple(text), groups, seen) for text in texts]
    return out


def _index(patterns: list[Pattern], light: frozenset[str]) -> dict[str, tuple[Pattern, ...]]:
    def cost(leaves: frozenset[str]) -> int:
        return len(leaves) + 50 * bool(leaves & light)

    index: dict[str, list[Pattern]] = {}
    for one in patterns:
        for atom in min((s.leaves for s in one.slots()), key=cost):
            index.setdefault(atom, []).append(one)
    return {atom: tuple(found) for atom, found in index.items()}


def _kinds(data: Mapping[str, object], concepts: frozenset[str]) -> dict[str, str]:
    kinds = {str(c): kind for kind, listed in data.items() if isinstance(listed, list) for c in listed}
    unknown = sorted(set(kinds) - concepts)
    if unknown:
        raise BadLexicon(f"kinds.toml lists concepts that no language defines: {', '.join(unknown)}")
    return kinds


def _cues(data: Mapping[str, Mapping[str, dict[str, object]]]) -> dict[str, Slot]:
    return {
        cue: slot("|".join(w.replace(" ", "_") for lang in UNDERSTOOD for w in sorted(_split(data[lang]["scope"].get(cue, "")))), {})
        for cue in CUES
    }


def _read(data: Mapping[str, Mapping[str, dict[str, object]]], key: str) -> frozenset[str]:
    return frozenset().union(*(_split(data[lang]["read"].get(key, "")) for lang in UNDERSTOOD))


@cache
def lexicon() -> Lexicon:
    """The compiled lexicon; read once from the package."""
    data = {lang: _merged(lang) for lang in UNDERSTOOD}
    light = _read(data, "light")
    patterns = []
    for lang in UNDERSTOOD:
        groups = {name: _simple(text) for name, text in data[lang]["words"].items()}
        patterns += _patterns(data[lang], groups)
    cues = _cues(data)
    atoms = {w for p in patterns for s in p.slots() for phrase in s.phrases for w in phrase}
    atoms |= {w for cue in cues.values() for phrase in cue.phrases for w in phrase}
    exact = frozenset(a for a in atoms if not a.endswith("*"))
    stems = frozenset(a[:-1] for a in atoms if a.endswith("*"))
    concepts = frozenset(p.concept for p in patterns)
    function = {lang: _split(data[lang]["read"].get("function", "")) for lang in UNDERSTOOD}
    keep, mend = _read(data, "keep"), _read(data, "mend")
    kinds = _load("kinds.toml")
    return Lexicon(
        concepts=concepts,
        kinds=_kinds(kinds, concepts),
        spares={mask: frozenset(str(listed).split(", ")) for mask, listed in kinds.get("spares", {}).items()},
        index=_index(patterns, light | cues["not"].leaves | cues["deny"].leaves),
        exact=exact,
        stems=stems,
        lengths=tuple(sorted({len(s) for s in stems})),
        light=light,
        contrast=_read(data, "contrast"),
        cues=cues,
        short={k: str(v) for lang in UNDERSTOOD for k, v in data[lang]["short"].items()},
        capitals={k: str(v) for lang in UNDERSTOOD for k, v in data[lang]["capitals"].items()},
        function=function,
        spelling=spelling(
            exact | keep | light | frozenset().union(*function.values()), stems, mend | {w for w in exact if len(w) >= MEND_ALL}
        ),
    )
