"""Whether words found in a sentence are said of now: not denied, not past, not a general question. Doubt counts as now."""

from __future__ import annotations

from dataclasses import dataclass

from carnet.safety.lexicon import Lexicon
from carnet.safety.patterns import Scan, Span
from carnet.safety.words import Sentence

DENY_REACH, NOT_REACH, AHEAD_REACH, FEAR_REACH = 9, 2, 4, 5  # content words a cue reaches forward
LASTING = frozenset({"history", "context"})  # kinds that count also when past: an illness, an operation
JOINS = frozenset({"and", "et", "then", "puis"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence with every cue of scope already found in it."""

    sentence: Sentence
    weight: list[int]
    cues: dict[str, list[Span]]

    def _between(self, cue: Span, hit: Span) -> range:
        return range(cue.end, hit.start)

    def _reach(self, cue: Span, hit: Span) -> int:
        return self.weight[hit.start] - self.weight[cue.end]

    def _starts(self, name: str, lo: int, hi: int) -> bool:
        return any(lo <= span.start < hi for span in self.cues[name])

    def _before(self, name: str, hit: Span, reach: int) -> list[Span]:
        return [cue for cue in self.cues[name] if cue.end <= hit.start and not cue.used & hit.used and self._reach(cue, hit) <= reach]

    def _same_part(self, cue: Span, hit: Span) -> bool:
        return self.sentence.part[cue.start] == self.sentence.part[hit.start]

    def _lists_on(self, cue: Span, hit: Span) -> bool:
        """True where a denied list goes on over commas: "denies a, b and c", "no a, b or c"."""
        if any(listing.start == cue.start for listing in self.cues["deny_list"]):
            return not self._starts("personal", cue.end, hit.start)
        tail = self.sentence.words[cue.end :]
        return ("or" in tail or "ni" in tail or "nor" in tail) and not self._starts("personal", cue.end, hit.start)

    def _stopped(self, cue: Span, hit: Span) -> bool:
        listed = any(listing.start == cue.start for listing in self.cues["deny_list"])
        return any(
            cue.end <= stop.start < hit.start and not (listed and self.sentence.words[stop.start] in JOINS)
            for stop in self.cues["deny_break"]
        )

    def _exempt(self, cue: Span) -> bool:
        """True for "not sure", "je ne sais pas": a denial of something else than what follows."""
        before = self.sentence.words[cue.start] == "pas"
        return any(
            (exempt.start == cue.end or (before and exempt.end == cue.start)) and self._same_part(exempt, cue)
            for exempt in self.cues["not_exempt"]
        )

    def denied(self, hit: Span, kind: str) -> bool:
        """True when a denial reaches the hit."""
        for cue in self._before("deny", hit, DENY_REACH):
            near = self._same_part(cue, hit) or self._lists_on(cue, hit)
            if near and not self._stopped(cue, hit) and not self._exempt(cue):
                return True
        for cue in self._before("not", hit, NOT_REACH):
            free = kind != "crisis" and self._exempt(cue)
            if self._same_part(cue, hit) and not self._stopped(cue, hit) and not free:
                return True
        return any(self._splits(cue, hit) for name in ("deny", "not") for cue in self.cues[name])

    def _splits(self, cue: Span, hit: Span) -> bool:
        """True for a denial inside the words found: "am not suicidal", "poitrine pas douloureuse"."""
        rest = [at for at in hit.used if at >= cue.end]
        if not hit.start < cue.start < hit.end or cue.used & hit.used or not rest:
            return False
        tail = Span(min(rest), hit.end, frozenset(rest))
        near = self._reach(cue, tail) == 0 and self._same_part(cue, tail)
        return near and not self._exempt(cue)

    def general(self, hit: Span, kind: str) -> bool:
        """True when the sentence asks or tells about the matter in general."""
        for cue in self.cues["general"]:
            if cue.end <= hit.start and not self._starts("personal", cue.end, hit.start):
                return True
        for cue in self.cues["fiction"]:
            after = hit.end <= cue.start and not self._starts("first_person", 0, cue.start)
            if after or (cue.end <= hit.start and not self._starts("first_person", cue.end, hit.end)):
                return True
        if kind == "crisis":
            return False
        if kind == "diagnosis" and self._before("fear", hit, FEAR_REACH):
            return True
        if any(cue.start < hit.end and not self._likened(cue) for cue in self.cues["general_if"]) and not self.cues["now"]:
            return True
        asked = self.sentence.question and any(cue.start == 0 for cue in self.cues["asks"])
        return asked and not self.cues["personal"]

    def _likened(self, cue: Span) -> bool:
        """True for "as if someone", "comme si on": a comparison, not a supposition."""
        return cue.start > 0 and self.sentence.words[cue.start - 1] in ("as", "like", "comme")

    def _clause(self, at: int) -> range:
        """The words between commas and joining words around a position."""
        words, part = self.sentence.words, self.sentence.part
        lo = at
        while lo > 0 and part[lo - 1] == part[at] and words[lo - 1] not in JOINS:
            lo -= 1
        hi = at
        while hi < len(words) and part[hi] == part[at] and (words[hi] not in JOINS or hi == at):
            hi += 1
        return range(lo, hi)

    def past(self, hit: Span) -> bool:
        """True when the words speak of a time that is over."""
        if any(not self._goes_on(cue) for cue in self._before("past_ahead", hit, AHEAD_REACH)):
            return True
        clause = self._clause(hit.start)
        if self._starts("now", clause.start, clause.stop):
            return False
        for cue in self.cues["past"]:
            if self._goes_on(cue):
                continue
            if cue.start in clause:
                return True
            if self._same_part(cue, hit) or self._bare(cue, hit):
                return not self._present(clause)
        return False

    def _goes_on(self, cue: Span) -> bool:
        """True for "since last year", "like last year", "a 2 day history of": not over."""
        return any(on.end == cue.start for on in self.cues["ongoing"])

    def _bare(self, cue: Span, hit: Span) -> bool:
        """True for a cue that opens the sentence and stands alone before a comma: "Last year, ..."."""
        return cue.end <= hit.start and self.sentence.part[hit.start] == 1 and cue.end >= self.sentence.part.count(0)

    def _present(self, clause: range) -> bool:
        said_past = self._starts("past_verb", clause.start, clause.stop)
        return not said_past and self._starts("present_verb", clause.start, clause.stop)


def reading(sentence: Sentence, scan: Scan, book: Lexicon) -> Reading:
    """The sentence with its cues found."""
    return Reading(sentence, scan.weight, {name: scan.spans(cue) for name, cue in book.cues.items()})


def counts(read: Reading, hit: Span, kind: str) -> bool:
    """True when a hit of this kind is a fact of the episode; what is asked about a medicine counts however it is asked."""
    if kind == "request":
        return not read.past(hit)
    if read.denied(hit, kind) or read.general(hit, kind):
        return False
    return kind in LASTING or not read.past(hit)
