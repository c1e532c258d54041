"""A question read once: which stretch says what, chosen so that every word is used at most once; and what stays unexplained."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from carnet.assistant.understanding.dates import Span, find_periods
from carnet.assistant.understanding.lexicon import Hit, by_slot, find, mend
from carnet.assistant.understanding.quantities import Quantity, quantities
from carnet.assistant.understanding.text import Token, tokens
from carnet.record.view import Person

# Which reading of equally many words wins.
ORDER = (
    "metric", "activity", "which", "many", "on_days", "out_of_range", "per", "group", "compare", "sup", "weak", "agg", "flag", "more",
    "source", "unit_noun", "unit", "out", "stop",
)  # fmt: skip
ADVERB = "ly"


@dataclass(frozen=True, slots=True)
class Reading:
    """The chosen readings. unknown: content words nothing explains; coverage: explained content words / all of them."""

    typed: str
    said: tuple[Token, ...]
    lang: str
    spans: tuple[Span, ...]
    hits: tuple[Hit, ...]
    amounts: tuple[Quantity, ...]
    unknown: tuple[str, ...]
    coverage: float
    shadowed: tuple[Hit, ...] = ()  # metrics whose words were taken for something else, a unit perhaps

    def slot(self, name: str) -> list[Hit]:
        """The hits of one slot, in order."""
        return by_slot(self.hits, name)

    def values(self, name: str) -> tuple[str, ...]:
        """The values said in one slot, in order, each once."""
        return tuple(dict.fromkeys(h.value for h in self.slot(name)))

    def has(self, slot: str, *values: str) -> bool:
        """Whether something was said in a slot, or one of these values."""
        said = self.values(slot)
        return bool(said) if not values else any(v in said for v in values)

    def first(self, slot: str) -> str:
        """The first value said in a slot, or nothing."""
        return next(iter(self.values(slot)), "")

    def text(self, first: int, last: int) -> str:
        """A stretch as it was typed."""
        return self.typed[self.said[first].start : self.said[last - 1].end] if first < last else ""


def read(text: str, lang: str, now: datetime, person: Person) -> Reading:
    """The Reading of a question."""
    said = mend(tokens(text, lang), lang)
    spans = find_periods(said, lang, now, person)
    hits = find(said, lang)
    amounts = quantities(said, hits)
    candidates: list[tuple[int, int, tuple[int, int], Span | Hit | Quantity]] = []  # the tightest of equals wins: vitamin D, not D ... a
    for span in spans:
        candidates.append((span.first - span.last, -2 if _solid(span) else 99, (span.first, 0), span))
    for amount in amounts:
        candidates.append((amount.first - amount.last, -1, (amount.first, 0), amount))
    for hit in (h for h in hits if h.slot not in ("cmp", "cmp_after")):  # those count only as part of a quantity
        candidates.append((-len(hit.places), ORDER.index(hit.slot), (hit.first, hit.last), hit))
    taken: dict[int, object] = {}
    chosen: list[Span | Hit | Quantity] = []
    for _, _, _, thing in sorted(candidates, key=lambda c: c[:3]):
        places = thing.places if isinstance(thing, Hit) else frozenset(range(thing.first, thing.last))
        if not places & taken.keys():
            taken.update(dict.fromkeys(places, thing))
            chosen.append(thing)
    spare = [h for h in hits if h.slot == "metric" and not any(isinstance(taken.get(i), Span) for i in h.places)]
    return replace(_reading(text, said, lang, chosen, taken), shadowed=tuple(sorted(spare, key=lambda h: -len(h.places))))


def _solid(span: Span) -> bool:
    """Whether a span outranks words of equal length: not a word like "ever" or "la nuit" that may be something else."""
    return span.period is not None or bool(span.problem) or bool(span.filters) or span.relative is not None


def _reading(typed: str, said: tuple[Token, ...], lang: str, chosen: Sequence[object], taken: Collection[int]) -> Reading:
    hits = tuple(c for c in chosen if isinstance(c, Hit))
    unknown = [t.text for i, t in enumerate(said) if i not in taken and _content(t) and not _percentile(said, i)]
    explained = {i for c in chosen if not (isinstance(c, Hit) and c.slot == "stop") for i in range(c.first, c.last)}  # type: ignore[attr-defined]
    share = len(explained) / (len(explained) + len(unknown)) if explained or unknown else 0.0
    return Reading(
        typed, said, lang,
        tuple(sorted((c for c in chosen if isinstance(c, Span)), key=lambda s: s.first)),
        hits,
        tuple(sorted((c for c in chosen if isinstance(c, Quantity)), key=lambda q: q.first)),
        tuple(unknown), share,
    )  # fmt: skip


def _content(token: Token) -> bool:
    """Whether a word carries meaning: signs, single letters and adverbs of manner do not."""
    if token.kind == "symbol" or (token.kind == "word" and len(token.text) < 2):
        return False
    return not (token.kind == "word" and len(token.text) > 6 and token.text.endswith(ADVERB))


def _percentile(said: Sequence[Token], at: int) -> bool:
    """Whether an ordinal belongs to a percentile: 90th percentile, 90e centile."""
    after = said[at + 1].text.rstrip("s") if at + 1 < len(said) else ""
    return said[at].kind == "ordinal" and after in ("percentile", "centile", "quartile", "decile")
