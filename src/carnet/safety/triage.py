"""`assess`: the one entrance. Words and profile in, Assessment out; no clock, no network, nothing lowers a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from carnet.safety.banner import banner, language, numbers
from carnet.safety.facts import Facts, add_message, from_profile
from carnet.safety.lexicon import LANGUAGES, lexicon
from carnet.safety.model import Assessment, Level, Profile
from carnet.safety.rules import CALM, Modifier, Rule, modifiers, rules

NOBODY = Profile()
MAX_QUESTIONS = 2
FOR_ANOTHER = frozenset({"crisis.another", "crisis.another_now"})  # rules that fire on words about somebody else
MINOR = "crisis.young"


@dataclass(slots=True)
class _Episode:
    """The rules that fired after any turn, and those a modifier made more urgent: a later turn cannot take one back."""

    fired: set[str] = field(default_factory=set)
    raised: dict[str, Modifier] = field(default_factory=dict)

    def add(self, facts: Facts) -> None:
        """Fire what the facts so far fire."""
        self.fired |= {rule.id for rule in rules() if rule.id not in self.fired and rule.fires(facts)}
        for modifier in modifiers():
            if modifier.applies(facts):
                for rule in rules():
                    if rule.raised and rule.id in self.fired and rule.system in modifier.systems:
                        self.raised.setdefault(rule.id, modifier)

    def level(self, rule: Rule) -> Level:
        """The rule's level, one step up when a modifier raised it."""
        return list(Level)[max(0, rule.level.rank - 1)] if rule.id in self.raised and rule.level is not Level.NONE else rule.level

    def rules(self) -> list[Rule]:
        """Those that fired, most urgent first; self-care leaves when anything above it fired."""
        found = sorted((rule for rule in rules() if rule.id in self.fired), key=lambda rule: self.level(rule).rank)
        worst = Level.worst(self.level(rule) for rule in found)
        return [rule for rule in found if self.level(rule) is not Level.SELF_CARE or worst is Level.SELF_CARE]


def _episode(messages: Sequence[str], profile: Profile) -> _Episode:
    book, facts, episode = lexicon(), from_profile(profile, lexicon()), _Episode()
    for text in messages:
        add_message(facts, text, book)
        episode.add(facts)
    return episode


def _reasons(fired: Sequence[Rule], episode: _Episode, shown: str, level: Level) -> tuple[str, ...]:
    """One sentence a rule, then why a modifier made it more urgent."""
    texts = [rule.reason[shown] for rule in fired]
    texts += [episode.raised[rule.id].reason[shown] for rule in fired if rule.id in episode.raised and episode.level(rule) is level]
    return tuple(dict.fromkeys(texts))


def _whose(fired: Sequence[Rule]) -> dict[str, bool]:
    """What the band has to know of the people: danger from another person, someone who writes for another, a minor."""
    crisis = [rule for rule in fired if "crisis" in rule.flags]
    return {
        "violence": any(rule.system == "violence" and rule.level is Level.EMERGENCY for rule in fired),
        "other": bool(crisis) and all(rule.id in FOR_ANOTHER for rule in crisis),
        "minor": any(rule.id == MINOR for rule in crisis),
    }


def assess(messages: Sequence[str], profile: Profile = NOBODY, lang: str | None = None) -> Assessment:
    """The level, flags and band of an episode.

    messages: the person's turns, oldest first. lang ("en", "fr") only picks the words shown; both are always understood.
    """
    shown = lang if lang in LANGUAGES else language(messages, lexicon())
    episode = _episode(messages, profile)
    fired = episode.rules()
    call = numbers(profile.country, shown)
    level = Level.worst(episode.level(rule) for rule in fired)
    reasons = tuple(text.format(**call) for text in _reasons(fired, episode, shown, level))
    crisis, poison = (any(flag in rule.flags for rule in fired) for flag in ("crisis", "poison"))
    questions = dict.fromkeys(text.format(**call) for rule in fired for text in rule.ask[shown])
    sooner = tuple(dict.fromkeys(t for r in fired for t in r.sooner[shown] if level in CALM))
    return Assessment(
        level=level,
        reasons=(*reasons, *sooner),
        rules=tuple(rule.id for rule in fired),
        crisis=crisis,
        medication=any("medication" in rule.flags for rule in fired),
        poison=poison,
        banner=banner(level, crisis, poison, reasons[0] if reasons else "", call, shown, **_whose(fired)),
        questions=tuple(questions)[:MAX_QUESTIONS],
        lang=shown,
    )
