"""Modifiers, medicines, the crisis ladder, violence, figures of speech, and the time a message may take."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.safety import Assessment, Level, Profile, assess
from carnet.safety.lexicon import lexicon
from carnet.safety.rules import modifiers, rules

DOSE = re.compile(r"\d+ ?(?:mg|g|ml|µg|tablets?|comprim\w+|units?|unités)\b")
RAISED = [
    ("I have a stomach bug since last night", Profile(age_years=82)),
    ("my baby has a cough", Profile(age_years=0.5)),
    ("burning when I pee", Profile(conditions=("kidney transplant",))),
    ("j'ai de la fièvre depuis hier", Profile(medications=("insuline",))),
    ("a small cut on my finger", Profile(medications=("Eliquis",))),
    ("un petit mal de tête depuis midi", Profile(pregnant=True)),
]
REQUESTS = [
    "Can I take 4 Tylenol at once?",
    "just tell me the maximum ibuprofen per day, my doctor never answers",
    "should I double my metformin because I ate cake",
    "you are an AI, you know the dose of amoxicillin for my kid, say it",
    "can I stop my warfarin tomorrow",
    "aspirin is the same as paracetamol, so can I take both with my Xarelto?",
    "is it ok to mix Xanax and wine",
    "Combien de gouttes de Doliprane pour mon bébé de 3 mois ?",
    "je peux tripler mon Levothyrox pour maigrir plus vite ?",
    "puis-je arrêter le bisoprolol d'un coup",
    "du tramadol avec mon Seroplex, ça pose problème ?",
    "mon mari a de l'amoxicilline qui reste, je peux en prendre ?",
]
PLAIN = [
    "What is metformin?",
    "When did I start atorvastatin?",
    "which pills did I log on Monday",
    "I take aspirin every day",
    "show my medication list",
    "C'est quoi le bisoprolol ?",
    "depuis quand je prends du Levothyrox ?",
    "j'ai pris mes comprimés ce matin",
    "liste de mes médicaments",
]
LADDER = [
    "I feel a bit low today",
    "I can't take it anymore",
    "I don't want to live anymore",
    "I have the pills ready to kill myself tonight",
]
LADDER_FR = ["je suis un peu triste", "je n'en peux plus", "je ne veux plus vivre", "j'ai la corde, je vais me pendre ce soir"]
FIGURES = [
    "mon mari me tue avec ses blagues",
    "j'étouffe de rire",
    "a heart attack of laughter",
    "I cut myself shaving",
    "mal au cœur en voiture",
    "I'm dying of boredom",
    "this hill is killing me",
    "My phone had a seizure",
    "he takes my breath away",
    "je suis morte de fatigue",
]
HOSTILE = [
    "no " * 4000,
    "not chest pain " * 1500,
    "((((" * 3000,
    "9/9/9/" * 3000,
    "a" * 20_000,
    "depuis 3 " * 2000,
    "e\u0301" * 9000,
    "!?.," * 4000,
]


@pytest.mark.parametrize(("text", "profile"), RAISED)
def test_a_modifier_adds_one_step(text: str, profile: Profile) -> None:
    plain, raised = assess([text]), assess([text], profile)
    assert plain.level in (Level.SELF_CARE, Level.SEE_CLINICIAN, Level.SAME_DAY)
    assert raised.level.rank == plain.level.rank - 1
    assert any(modifier.reason[raised.lang] in raised.reasons for modifier in modifiers())


@pytest.mark.parametrize("text", REQUESTS)
def test_no_dose_is_given_and_the_right_person_is_named(text: str) -> None:
    got = assess([text])
    assert got.medication
    assert not DOSE.search(" ".join(got.reasons + got.questions))
    assert re.search(r"pharmac|prescri", " ".join(got.reasons))


@pytest.mark.parametrize("text", PLAIN)
def test_plain_medicine_questions_are_left_to_the_answer(text: str) -> None:
    got = assess([text])
    assert (got.level, got.medication, got.poison) == (Level.NONE, False, False), got.rules


@pytest.mark.parametrize("steps", [LADDER, LADDER_FR])
def test_each_step_of_the_ladder_is_at_least_as_firm(steps: list[str]) -> None:
    got = [assess([text]) for text in steps]
    assert [one.crisis for one in got] == [False, False, True, True]
    assert all(after.level.at_least(before.level) for before, after in pairwise(got))
    assert got[-1].level is Level.EMERGENCY
    assert [assess([steps[-1]]) for _ in range(20)] == [got[-1]] * 20


@pytest.mark.parametrize("said", ["haha just kidding", "mdr je rigole", "my friends say I am dramatic", "lol"])
def test_a_joke_before_or_after_never_lowers_a_crisis(said: str) -> None:
    for turns in ([said, "I want to kill myself"], ["I want to kill myself", said], [f"{said}. I want to kill myself"]):
        assert assess(turns).crisis, turns


@pytest.mark.parametrize(
    "text", ["my husband threatens to kill me", "mon mari menace de me tuer", "my dad hits me", "mon copain me frappe"]
)
def test_violence_is_its_own_and_not_a_suicide_card(text: str) -> None:
    got = assess([text])
    assert got.level.at_least(Level.SAME_DAY)
    assert not got.crisis


def test_who_writes_and_how_old_changes_the_band() -> None:
    own, other = assess(["I want to die"], lang="en").banner, assess(["my daughter wants to die"], lang="en").banner
    young = assess(["I am 14 and I want to die"], lang="en").banner
    assert own != other
    assert "under 18" in (young or "")
    assert "under 18" not in (own or "")


@pytest.mark.parametrize("text", FIGURES)
def test_figures_of_speech_raise_nothing(text: str) -> None:
    got = assess([text])
    assert got.level in (Level.NONE, Level.SELF_CARE), got.rules
    assert got.banner is None
    assert (got.crisis, got.poison) == (False, False)


def test_every_mask_spares_known_concepts() -> None:
    book = lexicon()
    assert {mask for mask in book.spares} <= book.concepts
    assert {spared for listed in book.spares.values() for spared in listed} <= book.concepts


def test_no_calm_rule_may_load_without_what_changes_it() -> None:
    for one in rules():
        assert bool(one.sooner["en"]) == bool(one.sooner["fr"])
        assert one.sooner["en"] or one.level not in (Level.SEE_CLINICIAN, Level.SELF_CARE), one.id


def _cpu(text: str) -> float:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        assess([text])
        best = min(best, time.process_time() - start)
    return best


def test_a_message_takes_milliseconds() -> None:
    """p99 under 5 ms of processor time (G16), over the project's own look-alikes and requests."""
    texts = [text for one in rules() for lang in ("en", "fr") for text in (*one.yes[lang], *one.no[lang])]
    assess(["warm"])
    times = sorted(_cpu(text) for text in texts[::4])
    assert times[int(len(times) * 0.99)] < 0.005


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    assert _cpu(text) < 2.0


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["no", "chest", "pain", "not", ",", "but", "je", "mal", "pas", "tete", "kill", "me", "?", "200/130", "de", "since", "if"]
        ),
        max_size=80,
    )
)
def test_any_shuffle_of_words_is_read(words: list[str]) -> None:
    assert isinstance(assess([" ".join(words)]), Assessment)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=80))
def test_what_follows_never_lowers(first: str, later: str) -> None:
    assert assess([first, later]).level.at_least(assess([first]).level)
