"""Slips in words of four letters or more, by a table of deletions made once. Never on numbers, never a guess at short words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MIN_LETTERS, SWAP_LETTERS = 5, 4
# a lexicon beginning with one of these, or none, is a form of its word and not a slip
ENDINGS = frozenset({
    "", "s", "es", "ed", "d", "ing", "ings", "er", "ers", "ly", "y", "ness",
    "ful", "able", "al", "e", "ee", "ees", "r", "ent", "ait", "aient", "ant", "ante",
    "ants", "ez", "ion", "ions", "ment", "ments", "aison", "ation",
})  # fmt: skip


def _deletions(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


def near(a: str, b: str) -> bool:
    """True when one insertion, deletion, replacement or swap of neighbours turns a into b."""
    if len(a) > len(b):
        a, b = b, a
    i = next((k for k in range(len(a)) if a[k] != b[k]), len(a))
    if len(a) == len(b):
        return a[i + 1 :] == b[i + 1 :] or (a[i + 2 :] == b[i + 2 :] and a[i : i + 2] == b[i : i + 2][::-1])
    return len(b) - len(a) == 1 and a[i:] == b[i + 1 :]


@dataclass(frozen=True, slots=True)
class Spelling:
    """Words that stand as they are, and for each mendable word the table of its deletions."""

    known: frozenset[str]
    stems: frozenset[str]
    table: dict[str, tuple[str, ...]]

    def _inflected(self, word: str) -> bool:
        return any(word[:n] in self.stems and word[n:] in ENDINGS for n in range(3, len(word) + 1))

    def _begun(self, word: str) -> bool:
        return any(word[:n] in self.stems for n in range(MIN_LETTERS, len(word) + 1))

    def _swapped(self, word: str) -> str | None:
        """The known word two swapped neighbours away: a slip that never turns one word into another by its letters."""
        for i in range(1, len(word) - 1):
            if word[i] != word[i + 1]:
                other = word[:i] + word[i + 1] + word[i] + word[i + 2 :]
                if other in self.known or (len(word) > MIN_LETTERS and self._inflected(other)):
                    return other
        return None

    def _single(self, word: str) -> str | None:
        """The known word that a doubled letter hides: "chesst"."""
        for i in range(1, len(word)):
            single = word[:i] + word[i + 1 :]
            if word[i] == word[i - 1] and (single in self.known or self._begun(single)) and not self._begun(word):
                return single
        return None

    def corrected(self, word: str) -> str:
        """The word with its likeliest slip undone: a doubled letter, two neighbours swapped, then one letter wrong with the first right."""
        if len(word) < SWAP_LETTERS or word in self.known or self._inflected(word):
            return word
        whole = len(word) >= MIN_LETTERS
        undone = (self._single(word) if whole else None) or self._swapped(word)
        if undone or not whole:
            return undone or word
        found = {w for part in _deletions(word) for w in self.table.get(part, ()) if w[0] == word[0] and near(w, word)}
        return min(found, key=lambda w: (abs(len(w) - len(word)), w), default=word)


def spelling(known: Iterable[str], stems: Iterable[str], mend: Iterable[str]) -> Spelling:
    """A Spelling that mends towards `mend` and leaves `known` words and words with a known beginning alone."""
    table: dict[str, list[str]] = {}
    targets = frozenset(mend)
    for word in sorted(targets):
        for part in _deletions(word):
            table.setdefault(part, []).append(word)
    return Spelling(frozenset(known) | targets, frozenset(stems), {part: tuple(found) for part, found in table.items()})
