"""`assess`: the one entrance. Words and profile in, Assessment out; no clock, no network, nothing lowers a level."""

from __future__ import annotations

from collections.abc import Sequence

from carnet.safety.banner import banner, language, numbers
from carnet.safety.facts import add_message, from_profile
from carnet.safety.lexicon import LANGUAGES, lexicon
from carnet.safety.model import Assessment, Level, Profile
from carnet.safety.rules import Rule, rules

NOBODY = Profile()
MAX_QUESTIONS = 2


def _fired(messages: Sequence[str], profile: Profile) -> list[Rule]:
    """The rules that fired after any turn of the episode, most urgent first: a later turn cannot take one back."""
    book, facts = lexicon(), from_profile(profile, lexicon())
    fired: set[str] = set()
    for text in messages:
        add_message(facts, text, book)
        fired |= {rule.id for rule in rules() if rule.id not in fired and rule.fires(facts)}
    return [rule for rule in rules() if rule.id in fired]


def assess(messages: Sequence[str], profile: Profile = NOBODY, lang: str | None = None) -> Assessment:
    """The level, flags and band of an episode.

    messages: the person's turns, oldest first. lang ("en", "fr") only picks the words shown; both are always understood.
    """
    shown = lang if lang in LANGUAGES else language(messages, lexicon())
    fired = _fired(messages, profile)
    call = numbers(profile.country, shown)
    level = Level.worst(rule.level for rule in fired)
    reasons = tuple(dict.fromkeys(rule.reason[shown] for rule in fired))
    crisis, poison = (any(flag in rule.flags for rule in fired) for flag in ("crisis", "poison"))
    questions = dict.fromkeys(text.format(**call) for rule in fired for text in rule.ask[shown])
    return Assessment(
        level=level,
        reasons=reasons,
        rules=tuple(rule.id for rule in fired),
        crisis=crisis,
        medication=any("medication" in rule.flags for rule in fired),
        poison=poison,
        banner=banner(level, crisis, poison, reasons[0] if reasons else "", call, shown),
        questions=tuple(questions)[:MAX_QUESTIONS],
        lang=shown,
    )
