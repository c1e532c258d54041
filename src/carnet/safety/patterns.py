"""Patterns of the lexicon and where they stand in a sentence.

A pattern is pieces joined by " + " (any order, near each other); a piece is words in order with small gaps.
A word is a literal (`chest`), a beginning (`vomit*`), a number (`#`), a group (`<pain>`), or alternatives (`hot|cold`);
`_` joins words into one. Light words (articles, prepositions) do not count as a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from carnet.safety.errors import BadLexicon

WORD_GAP, GROUP_GAP, PIECE_GAP, MASK_GAP = 2, 0, 6, 3  # content words that may stand between two words, in a group, two pieces, of a mask
MASK = "mask_"  # concepts that begin so take their words away from every other concept, but those they spare
MAX_SPANS = 6


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a piece: any of several phrases. leaves: the atoms one of which must be present."""

    name: str
    phrases: tuple[tuple[str, ...], ...]
    leaves: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Pieces that make one concept."""

    concept: str
    pieces: tuple[tuple[Slot, ...], ...]
    text: str

    def slots(self) -> Iterator[Slot]:
        """Every slot, piece by piece."""
        return (slot for piece in self.pieces for slot in piece)


@dataclass(frozen=True, slots=True)
class Span:
    """Token positions a pattern took: first, one past last, and each of them."""

    start: int
    end: int
    used: frozenset[int]

    def joined(self, other: Span) -> Span:
        """The span over both."""
        return Span(min(self.start, other.start), max(self.end, other.end), self.used | other.used)


def _phrases(word: str, groups: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for option in word.split("|"):
        if not option.startswith("<"):
            yield tuple(option.split("_"))
            continue
        name = option.strip("<>")
        if name not in groups:
            raise BadLexicon(f"pattern names the group <{name}>, which the lexicon does not define")
        for member in groups[name].split(","):
            yield from _phrases(member.strip().replace(" ", "_"), groups)


def slot(word: str, groups: Mapping[str, str]) -> Slot:
    """The slot one word of a pattern stands for."""
    phrases = tuple(dict.fromkeys(phrase for phrase in _phrases(word, groups) if phrase[0]))
    return Slot(word, phrases, frozenset(phrase[0] for phrase in phrases))


def pattern(concept: str, text: str, groups: Mapping[str, str], seen: dict[str, Slot]) -> Pattern:
    """A compiled pattern; `seen` shares equal slots of one language."""
    pieces = []
    for piece in text.split(" + "):
        for word in piece.split():
            if word not in seen:
                seen[word] = slot(word, groups)
        pieces.append(tuple(seen[word] for word in piece.split()))
    return Pattern(concept, tuple(pieces), text)


@dataclass(slots=True)
class Scan:
    """The patterns' view of one sentence: positions of atoms, and slots already looked up."""

    atoms: Mapping[str, list[int]]
    weight: list[int]  # content words before each token
    _memo: dict[int, list[Span]] = field(default_factory=dict)

    def _gap(self, left: Span, right: Span) -> int:
        return self.weight[right.start] - self.weight[left.end]

    def _phrase(self, words: tuple[str, ...]) -> Iterator[Span]:
        for first in self.atoms.get(words[0], ()):
            span: Span | None = Span(first, first + 1, frozenset((first,)))
            for word in words[1:]:
                span = self._next(span, word)
                if span is None:
                    break
            if span is not None:
                yield span

    def _next(self, span: Span | None, word: str) -> Span | None:
        if span is None:
            return None
        for at in self.atoms.get(word, ()):
            here = Span(at, at + 1, frozenset((at,)))
            if at >= span.end and self._gap(span, here) <= GROUP_GAP:
                return span.joined(here)
        return None

    def spans(self, wanted: Slot) -> list[Span]:
        """Every place one of the slot's phrases stands, at most MAX_SPANS."""
        key = id(wanted)
        if key not in self._memo:
            found: dict[Span, None] = {}
            for words in wanted.phrases:
                if words[0] in self.atoms:
                    found.update(dict.fromkeys(self._phrase(words)))
            self._memo[key] = sorted(found, key=lambda span: (span.start, span.end))[:MAX_SPANS]
        return self._memo[key]

    def _piece(self, slots: tuple[Slot, ...]) -> list[Span]:
        spans = self.spans(slots[0])
        for wanted in slots[1:]:
            after = self.spans(wanted)
            spans = [
                left.joined(right) for left in spans for right in after if right.start >= left.end and self._gap(left, right) <= WORD_GAP
            ][:MAX_SPANS]
        return spans

    def find(self, wanted: Pattern) -> list[Span]:
        """Every place the pattern stands in the sentence, at most MAX_SPANS."""
        spans, gap = self._piece(wanted.pieces[0]), MASK_GAP if wanted.concept.startswith(MASK) else PIECE_GAP
        for piece in wanted.pieces[1:]:
            if not spans:
                return []
            spans = [a.joined(b) for a in spans for b in self._piece(piece) if self._together(a, b, gap)][:MAX_SPANS]
        return spans

    def _together(self, a: Span, b: Span, gap: int) -> bool:
        if a.used & b.used:
            return False
        left, right = (a, b) if a.start <= b.start else (b, a)
        return right.start < left.end or self._gap(left, right) <= gap
