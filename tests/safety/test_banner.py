"""The band: what stands in it for whom, what it never lacks, and what is left of the module when it only informs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carnet.safety import Assessment, Level, assess
from carnet.safety.banner import banner, choices, information_only, numbers
from carnet.safety.boundary import check

LANGS = ("en", "fr")
WHY = "Reason."
PLAIN = Assessment(Level.SAME_DAY, (WHY,), ("x.y",), False, True, False, None, ("Q?",), "en")


def _band(level: Level, lang: str = "en", *, crisis: bool = False, poison: bool = False, country: str = "FR", **whom: bool) -> str | None:
    return banner(level, crisis, poison, WHY, numbers(country, lang), lang, **whom)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("level", [Level.SAME_DAY, Level.SEE_CLINICIAN, Level.SELF_CARE, Level.NONE])
def test_nothing_urgent_has_no_band(level: Level, lang: str) -> None:
    assert _band(level, lang) is None


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("country", choices())
@pytest.mark.parametrize(
    "flags", [{}, {"crisis": True}, {"poison": True}, {"violence": True}, {"crisis": True, "other": True, "minor": True}]
)
def test_an_emergency_always_names_the_emergency_number_and_the_reason(country: str, lang: str, flags: dict[str, bool]) -> None:
    text = _band(Level.EMERGENCY, lang, country=country, **flags)
    assert text
    assert numbers(country, lang)["call"] in text
    assert WHY in text
    assert "  " not in text
    assert check(text, Level.EMERGENCY) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("whom", [{}, {"other": True}, {"minor": True}, {"other": True, "minor": True}])
def test_a_plan_shows_no_less_than_distress(lang: str, whom: dict[str, bool]) -> None:
    vague, plan = (_band(level, lang, crisis=True, **whom) for level in (Level.SAME_DAY, Level.EMERGENCY))
    assert vague
    assert plan
    call = numbers("FR", lang)
    for text in (vague, plan):
        assert call["line"] in text
        assert call["call"] in text
        assert (call["child_line"] in text) == bool(whom.get("minor"))
    assert plan.index(call["call"]) < plan.index(call["line"]), "the emergency number comes first when there is a plan"


def test_crisis_comes_before_poison_and_violence() -> None:
    assert _band(Level.EMERGENCY, crisis=True, poison=True, violence=True) == _band(Level.EMERGENCY, crisis=True)
    assert _band(Level.EMERGENCY, poison=True, violence=True) == _band(Level.EMERGENCY, violence=True)


def test_violence_calls_the_police_and_stays_discreet() -> None:
    text = _band(Level.EMERGENCY, "fr", violence=True) or ""
    assert text.startswith("Appelez la police (17)")
    assert "3919" in text


def test_the_card_for_a_helper_speaks_of_them() -> None:
    assert "Ask them directly" in (_band(Level.SAME_DAY, crisis=True, other=True) or "")
    assert "Ask them directly" not in (_band(Level.SAME_DAY, crisis=True) or "")


@pytest.mark.parametrize("lang", LANGS)
def test_information_only_says_the_same_to_everyone(lang: str) -> None:
    said = [
        replace(PLAIN, lang=lang),
        replace(PLAIN, lang=lang, level=Level.EMERGENCY, banner="b", poison=True),
        replace(PLAIN, lang=lang, level=Level.NONE, reasons=(), rules=()),
    ]
    shown = [information_only(assessed, "FR") for assessed in said]
    assert len(set(shown)) == 1
    only = shown[0]
    assert (only.level, only.reasons, only.rules, only.questions, only.medication, only.poison) == (Level.NONE, (), (), (), False, False)
    assert only.banner
    assert numbers("FR", lang)["call"] in only.banner


@pytest.mark.parametrize("text", ["I want to die", "tonight I will kill myself, I have the rope ready", "je veux mourir"])
def test_information_only_keeps_the_crisis_card(text: str) -> None:
    got = assess([text])
    assert got.crisis
    assert information_only(got) == got
