"""The laws of the room: what may raise a level, what never lowers one, what must stay silent."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from carnet.safety import Assessment, Level, Profile, assess
from carnet.safety.boundary import check
from carnet.safety.rules import SYSTEMS
from carnet.safety.spelling import near
from carnet.safety.words import plain

FIRST = [
    "There is a heavy pressure on my chest and it goes into my arm",
    "J'ai un poids sur la poitrine et des sueurs",
    "My mother's face is drooping and she cannot speak",
    "ma fille de 2 mois a 38,9 de fièvre",
    "tonight I will kill myself, I have the rope ready",
]
CALMING = [
    "my husband says it is only stress",
    "my cholesterol and my ECG came back fine, I am an athlete",
    "mon médecin dit que le bilan est bon, je plaisantais",
    "it is gone now, forget it. How many steps yesterday?",
]
HARMLESS = [
    "What was my heart rate last week?",
    "combien de pas hier",
    "my cholesterol?",
    "Quelle nuit ai-je le moins dormi ?",
    "I'm killing it at the gym",
    "this hill was killing me",
    "Heavy weights on chest day, what was my pulse?",
    "my pace dropped suddenly on the last run",
    "Je suis mort de rire",
    "ma montre s'est arrêtée d'un coup",
    "Did my oxygen drop below 90 last night?",
    "est-ce que mon oxygène est passé sous 90 cette nuit ?",
    "Mon LDL est à 1,62 g/L, qu'est-ce que ça veut dire ?",
    "What does MCV mean?",
    "",
    "?!",
]
UNSAID = [
    "I have no chest pain",
    "denies chest pain, sweating, syncope and palpitations",
    "Je n'ai pas mal à la poitrine et je ne transpire pas",
    "sans douleur thoracique ni essoufflement",
    "I had chest pressure and sweating ten years ago",
    "L'an dernier, j'ai eu une douleur à la poitrine avec des sueurs",
    "What are the signs of a stroke?",
    "Quels sont les signes d'un AVC ?",
    "What should I do if someone has a seizure?",
    "My father had a heart attack in 2010",
    "I saw a film about a suicide",
]


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("later", CALMING)
def test_reassurance_never_lowers(first: str, later: str) -> None:
    alone = assess([first])
    assert alone.level is Level.EMERGENCY
    for episode in ([first, later], [f"{first}. {later}"], [later, first], [f"{later}. {first}"]):
        got = assess(episode)
        assert got.level is Level.EMERGENCY, episode
        assert got.crisis >= alone.crisis
        assert got.banner


def test_an_episode_accumulates() -> None:
    turns = ["My chest hurts a little", "how many steps yesterday?", "and my sleep?", "and now I am drenched in sweat"]
    levels = [assess(turns[: n + 1]).level for n in range(len(turns))]
    assert levels == [Level.SAME_DAY] * 3 + [Level.EMERGENCY]


def test_a_later_turn_never_lowers_whatever_it_says() -> None:
    chest = ["My chest feels tight"]
    assert assess(chest).level is Level.EMERGENCY
    assert assess([*chest, "it stopped when I rested, only a few seconds"]).level is Level.EMERGENCY


@pytest.mark.parametrize("text", HARMLESS)
def test_data_questions_and_figures_of_speech_are_silent(text: str) -> None:
    got = assess([text])
    assert got.level is Level.NONE, got.rules
    assert (got.crisis, got.poison, got.medication, got.banner, got.questions) == (False, False, False, None, ())


@pytest.mark.parametrize("text", UNSAID)
def test_denied_past_and_general_do_not_fire(text: str) -> None:
    assert assess([text]).level is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I can't breathe",
        "I do not want to worry my wife but my chest is being crushed",
        "No fever, severe pain in my chest with sweating",
        "I don't know if this pressure in my chest is serious",
        "Ten years ago I had a stent and now my chest is tight again",
        "What are the signs of a stroke? My mouth is drooping on one side",
        "My neighbour is unconscious",
        "je n'arrive pas à respirer",
        "la douleur dans la poitrine ne passe pas et je transpire",
        "il ne réagit plus",
    ],
)
def test_a_denial_elsewhere_does_not_hide_an_emergency(text: str) -> None:
    assert assess([text]).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "I CANT BREATH HELP",
        "cresht pain",  # two slips: not mended, must not crash
        "my chesst is beeing crushed, presure goes to my arm",
        "jarive plu a respirer",
        "MON PERE NE RESPIRE PLUS",
        "doulleur dans la poitrinne avec des sueurs",
        "sooooo much pressure on my cheeeest",
    ],
)
def test_spelling_is_forgiven(text: str) -> None:
    expected = Level.NONE if "cresht" in text else Level.EMERGENCY
    assert assess([text]).level is expected


def test_same_input_same_answer() -> None:
    turns = ["Depuis ce matin j'ai comme un poids sur la poitrine", "et j'ai pris trop de comprimés"]
    assert len({repr(assess(turns)) for _ in range(10)}) == 1


def test_the_scene_of_words_that_cannot_wait() -> None:
    said = "Depuis ce matin j'ai comme un poids sur la poitrine, mon mari dit que c'est le stress, "
    got = assess([said + "au fait mon cholestérol c'était combien ?"], Profile(country="FR"))
    assert got.level is Level.EMERGENCY
    assert got.lang == "fr"
    assert got.banner is not None
    assert got.banner.startswith("Appelez le 15 ou le 112 maintenant.")
    assert "Ne conduisez pas" in got.banner
    assert "114" in got.banner
    assert 1 <= len(got.questions) <= 2


@pytest.mark.parametrize(
    ("country", "lang", "call"),
    [("US", "en", "911"), ("GB", "en", "999"), ("BE", "fr", "112"), ("CH", "fr", "144"), ("CA", "fr", "911"), (None, "fr", "15 ou le 112"),
     (None, "en", "your local emergency number"), ("ZZ", "en", "112 in Europe")],
)  # fmt: skip
def test_the_number_is_the_countrys(country: str | None, lang: str, call: str) -> None:
    banner = assess(["he is not breathing"], Profile(country=country), lang).banner
    assert banner is not None
    assert call in banner


def test_a_stated_method_never_shows_less_than_vague_distress() -> None:
    vague, method = assess(["I feel I don't want to live anymore"]), assess(["I have the pills ready to kill myself tonight"])
    assert vague.crisis
    assert method.crisis
    assert method.level.at_least(vague.level)
    assert vague.banner
    assert method.banner
    assert "988" in (assess(["I want to die"], Profile(country="US")).banner or "")
    assert "3114" in (assess(["je veux mourir"]).banner or "")


def test_poison_is_flagged_and_sent_on_without_symptoms() -> None:
    got = assess(["My son drank some bleach, he seems well"], Profile(country="FR"), "en")
    assert got.poison
    assert got.level is Level.SAME_DAY
    assert "01 40 05 48 48" in (got.banner or "")


def test_the_profile_can_raise() -> None:
    fever = ["he has a fever since this morning"]
    assert assess(fever).level is Level.SELF_CARE
    assert assess(fever, Profile.from_mapping({"age_months": 2})).level is Level.EMERGENCY
    assert assess(fever, Profile(conditions=("kidney transplant",))).level is Level.EMERGENCY
    assert assess(["I feel dizzy"], Profile(vitals={"spo2": 0.86})).level is Level.EMERGENCY
    assert assess(["I banged my head"], Profile(medications=("Eliquis 5 mg",))).level is Level.EMERGENCY
    assert assess(["I am vomiting"], Profile(medications=("dapagliflozin",))).level is Level.EMERGENCY
    assert assess(["a bad headache and blurred vision"], Profile(pregnant=True)).level is Level.EMERGENCY
    assert assess(["38.6 fever with chills"], Profile(postpartum_weeks=2)).level is Level.EMERGENCY


def test_a_profile_row_with_nonsense_is_unknown_not_an_error() -> None:
    got = Profile.from_mapping({"age": "old", "pregnant": "maybe", "vitals": [1], "conditions": None, "country": "fr"})
    assert got == Profile(country="FR")
    assert Profile.from_mapping({"age_months": 6}).age_years == 0.5


@pytest.mark.parametrize("text", ["a" * 100_000, "chest " * 20_000, "\x00\ud800 ...,,,;;; ((()))", "胸痛", "💔" * 500, "no " * 3000])
def test_strange_text_is_read_without_error(text: str) -> None:
    assert isinstance(assess([text]), Assessment)


def test_levels_are_ordered() -> None:
    assert [level.rank for level in Level] == [0, 1, 2, 3, 4]
    assert Level.worst([Level.NONE, Level.SAME_DAY]) is Level.SAME_DAY
    assert Level.worst([]) is Level.NONE


def test_one_slip_is_near_and_two_are_not() -> None:
    assert near("chest", "chset")
    assert near("chest", "ches")
    assert near("chest", "cheest")
    assert not near("chest", "crust")
    assert plain("Aujourd'hui l'œil, I can't") == "aujourdhui l oeil, i cannot"


@pytest.mark.parametrize(
    ("text", "level", "ids"),
    [
        ("You have diabetes.", "none", ["boundary.diagnosis"]),
        ("Vous souffrez d'une anémie.", "none", ["boundary.diagnosis"]),
        ("This shows that you are anaemic", "none", ["boundary.diagnosis"]),
        ("Your blood pressure is normal.", "none", ["boundary.normal"]),
        ("Votre tension est tout à fait normale.", "none", ["boundary.normal"]),
        ("There is nothing to worry about.", "none", ["boundary.reassurance"]),
        ("Il n'y a rien d'inquiétant.", "none", ["boundary.reassurance"]),
        ("Your sleep gets a grade of B.", "none", ["boundary.grade"]),
        ("Votre score de santé est de 82.", "none", ["boundary.grade"]),
        ("You can wait until Monday.", "emergency", ["boundary.calms_emergency"]),
        ("You can wait until Monday.", "none", []),
        ("This is not a diagnosis.", "none", []),
        ("Ceci n'est pas un diagnostic.", "none", []),
        ("Your laboratory calls it abnormal.", "none", []),
        ("You have 9,204 values from two watches.", "none", []),
        ("Votre dernier LDL : 1,62 g/L, le 22 janvier, hors de l'intervalle imprimé par votre laboratoire.", "none", []),
        ("In range (0.4 to 4.0 mIU/L, printed by your laboratory), lower than your last value.", "none", []),
    ],
)
def test_answers_hold_no_claims(text: str, level: str, ids: list[str]) -> None:
    assert check(text, level) == ids


def test_every_rule_file_waits_for_its_signature() -> None:
    rows = tomllib.loads(files("carnet.safety").joinpath("signoff.toml").read_text("utf-8"))["item"]
    assert {f"rules/{system}.toml" for system in SYSTEMS} <= {row["file"] for row in rows}
    assert {row["status"] for row in rows} <= {"unsigned", "signed"}
    assert all(row["status"] == "unsigned" or (row["clinician"] and row["version"]) for row in rows)
