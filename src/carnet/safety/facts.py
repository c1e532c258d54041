"""What an episode states so far: concepts said of now, and numbers. Grows turn by turn, never shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from carnet.safety.lexicon import Lexicon
from carnet.safety.measures import measures
from carnet.safety.model import Profile
from carnet.safety.patterns import MASK, Pattern, Scan, Span
from carnet.safety.scope import LASTING, Reading, counts, reading
from carnet.safety.words import Sentence

POSTPARTUM_WEEKS = 6.0  # WHO: the postnatal period; sign-off with the pregnancy rules
FEVER_C = 38.0  # NICE NG143; sign-off with the infection rules
_VITALS = {
    "heart_rate": "hr", "respiratory_rate": "rr", "spo2": "spo2", "temperature_c": "temp", "systolic_bp": "sbp",
    "diastolic_bp": "dbp", "glucose_mgdl": "glucose", "ketones_mmol": "ketones",
}  # fmt: skip
NUMBERS = frozenset({*_VITALS.values(), "age", "weeks", "pills", "days"})
DERIVED = frozenset({"symptom"})


@dataclass(slots=True)
class Facts:
    """names: concepts that count. numbers: every value given, by name. said_age: the text itself named an age."""

    names: set[str] = field(default_factory=set)
    numbers: dict[str, list[float]] = field(default_factory=dict)
    said_age: bool = False

    def add_number(self, name: str, value: float) -> None:
        """Keep one more value; an age said in words replaces the profile's."""
        if name == "age" and not self.said_age:
            self.numbers["age"] = []
            self.said_age = True
        self.numbers.setdefault(name, []).append(value)


def _masks(scan: Scan, patterns: Sequence[Pattern]) -> list[tuple[str, Span]]:
    return [(p.concept, span) for p in patterns if p.concept.startswith(MASK) for span in scan.find(p)]


def concepts(sentence: Sentence, book: Lexicon) -> set[str]:
    """The concepts one sentence states of now; words of a mask ("mal au coeur", "dying of laughter") serve no other concept."""
    scan = book.scan(sentence)
    patterns = book.candidates(scan)
    masks = _masks(scan, patterns)
    read: Reading | None = None
    found: set[str] = set()
    for pattern in patterns:
        if pattern.concept in found or pattern.concept.startswith(MASK):
            continue
        over = [span.used for mask, span in masks if pattern.concept not in book.spares.get(mask, ())]
        spans = [span for span in scan.find(pattern) if not any(span.used & used for used in over)]
        if not spans:
            continue
        read = read or reading(sentence, scan, book)
        kind = book.kinds.get(pattern.concept, "symptom")
        if any(counts(read, span, kind) for span in spans):
            found.add(pattern.concept)
    return found


def add_message(facts: Facts, text: str, book: Lexicon) -> None:
    """Read one turn into the facts."""
    for sentence in book.read(text):
        facts.names |= concepts(sentence, book)
        for name, value in measures(sentence):
            facts.add_number(name, value)
    if any(value >= FEVER_C for value in facts.numbers.get("temp", ())):
        facts.names.add("fever")
    if any(book.kinds.get(name, "symptom") in ("symptom", "diagnosis") for name in facts.names):
        facts.names.add("symptom")


def from_profile(profile: Profile, book: Lexicon) -> Facts:
    """The facts a profile gives before a word is said: lasting conditions, medicines, vitals, age."""
    facts = Facts()
    for text in (*profile.conditions, *profile.medications):
        stated = {c for sentence in book.read(text) for c in concepts(sentence, book)}
        facts.names |= {c for c in stated if book.kinds.get(c) in LASTING}
    if profile.pregnant:
        facts.names.add("pregnant")
    if profile.postpartum_weeks is not None and profile.postpartum_weeks <= POSTPARTUM_WEEKS:
        facts.names.add("postpartum")
    for key, value in profile.vitals.items():
        if key in _VITALS:
            facts.add_number(_VITALS[key], value * 100 if key == "spo2" and value <= 1 else value)
    if profile.age_years is not None:
        facts.numbers["age"] = [profile.age_years]
    return facts
