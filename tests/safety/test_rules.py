"""Every rule is its own test: its examples fire it, its look-alikes stay under emergency."""

from __future__ import annotations

import pytest

from carnet.safety import Level, assess
from carnet.safety.errors import BadRule
from carnet.safety.lexicon import LANGUAGES
from carnet.safety.rules import SYSTEMS, Rule, rule, rules

ROW = {
    "id": "heart.made_up",
    "level": "emergency",
    "when": ["chest_pain + sweat"],
    "reason": {"en": "Made up.", "fr": "Inventé."},
    "source": "nobody",
    "yes": {"en": ["my chest hurts and I sweat"], "fr": ["mal à la poitrine et sueurs"]},
    "no": {"en": ["no chest pain"], "fr": ["pas mal à la poitrine"]},
}


@pytest.mark.parametrize("one", rules(), ids=lambda r: r.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_examples_fire_their_rule(one: Rule, lang: str) -> None:
    for text in one.yes[lang]:
        got = assess([text])
        assert one.id in got.rules, text
        assert got.level.at_least(one.level), text


@pytest.mark.parametrize("one", rules(), ids=lambda r: r.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_look_alikes_stay_calm(one: Rule, lang: str) -> None:
    for text in one.no[lang]:
        got = assess([text])
        assert got.level is not Level.EMERGENCY, (text, got.rules)
        assert one.id not in got.rules, text


def test_every_system_has_a_rule() -> None:
    assert {one.system for one in rules()} == set(SYSTEMS)


@pytest.mark.parametrize("missing", ["yes", "no", "reason", "source", "level", "when"])
def test_an_incomplete_rule_does_not_load(missing: str) -> None:
    assert rule(ROW, "heart").level is Level.EMERGENCY
    with pytest.raises(BadRule):
        rule({key: value for key, value in ROW.items() if key != missing}, "heart")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_examples_in_one_language_are_not_enough(lang: str) -> None:
    with pytest.raises(BadRule, match="examples"):
        rule(ROW | {"yes": {lang: ["x"]}}, "heart")


def test_an_unknown_concept_or_number_is_named() -> None:
    with pytest.raises(BadRule, match="concept 'chest_pian'"):
        rule(ROW | {"when": ["chest_pian"]}, "heart")
    with pytest.raises(BadRule, match="number called 'puls'"):
        rule(ROW | {"when": ["puls>=3"]}, "heart")
