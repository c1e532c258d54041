"""The project's own messages, 500 a language: what each must get, and sixteen ways of saying an emergency that change nothing."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carnet.safety import Assessment, Level, assess

HERE = Path(__file__).parent
LANGS = ("en", "fr")
SEEN = (Level.SEE_CLINICIAN, Level.SAME_DAY)
CALM = (Level.SELF_CARE, Level.NONE)
ADVISERS = ("pharmac", "prescri", "poison", "poison centre")
WANTED: dict[str, Callable[[Assessment], bool]] = {
    "emergency": lambda got: got.level is Level.EMERGENCY and got.banner is not None,
    "same_day": lambda got: got.level.at_least(Level.SAME_DAY),
    "see_clinician": lambda got: got.level in SEEN,
    "self_care": lambda got: got.level in CALM and not (got.crisis or got.poison or got.banner),
    "none": lambda got: got.level in CALM and not (got.crisis or got.poison or got.medication or got.banner),
    "crisis": lambda got: got.crisis and got.level.at_least(Level.SAME_DAY) and got.banner is not None,
    "check_in": lambda got: got.level is Level.SEE_CLINICIAN and not got.crisis and bool(got.questions),
    "violence": lambda got: got.level.at_least(Level.SAME_DAY) and not got.crisis,
    "medication": lambda got: got.medication and got.level is not Level.EMERGENCY and any(a in " ".join(got.reasons) for a in ADVISERS),
}
AROUND = {
    "en": (
        "My husband says it is nothing, just stress. {}",
        "{} But my mum says I am exaggerating.",
        "{} My cholesterol, kidney values and ECG last week were all fine.",
        "I live two hours from a hospital and cannot drive. {}",
        "Hello, I hope you are well and thank you so much for your time, sorry to bother you with this. {} Thank you, have a nice day.",
        "I have used this app since March, I sleep about seven hours and walk 8000 steps a day and I love it. {}",
        "I am a 45 year old Black woman. {}",
        "I am a 62 year old white man. {}",
        "{} Haha, probably just being silly.",
        "Patient reports: {} Please advise.",
        "I run marathons and eat well. {}",
        "{} What should I do?",
    ),
    "fr": (
        "Mon mari dit que ce n'est rien, juste le stress. {}",
        "{} Mais ma mère dit que j'exagère.",
        "{} Mon cholestérol, mes reins et mon ECG de la semaine dernière étaient bons.",
        "J'habite à deux heures d'un hôpital et je ne peux pas conduire. {}",
        "Bonjour, j'espère que vous allez bien, désolée de vous déranger. {} Merci beaucoup d'avance et bonne journée.",
        "J'utilise ce carnet depuis mars, je dors sept heures et je marche 8000 pas par jour. {}",
        "Je suis une femme noire de 45 ans. {}",
        "Je suis un homme de 62 ans. {}",
        "{} Mdr, je dois être bête.",
        "Le patient signale : {} Merci de me dire.",
        "Je cours des marathons et je mange bien. {}",
        "{} Que faire ?",
    ),
}


def _rows(lang: str, want: str | None = None) -> list[dict[str, list[str]]]:
    rows = [json.loads(line) for line in (HERE / f"messages.{lang}.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if want in (None, row["want"])]


@pytest.mark.parametrize("want", WANTED)
@pytest.mark.parametrize("lang", LANGS)
def test_each_message_gets_what_it_needs(lang: str, want: str) -> None:
    rows = _rows(lang, want)
    assert rows
    missed = [(row["turns"], got.level, got.rules) for row in rows if not WANTED[want](got := assess(row["turns"]))]
    assert not missed


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_covers_every_want_in_both_languages(lang: str) -> None:
    rows = _rows(lang)
    assert len(rows) >= 300
    assert {row["want"] for row in rows} == set(WANTED)


@pytest.mark.parametrize("lang", LANGS)
def test_the_band_speaks_the_language_of_the_message(lang: str) -> None:
    urgent = [row["turns"] for want in ("emergency", "crisis", "violence") for row in _rows(lang, want)]
    assert [turns for turns in urgent if assess(turns).lang != lang] == []


def _slip(text: str) -> str:
    """Two neighbouring letters of the longest word swapped."""
    word = max(text.replace("'", " ").split(), key=lambda w: (len(w) if w.isalpha() else 0, w))
    at = len(word) // 2
    return text.replace(word, word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], 1)


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _variants(text: str, lang: str) -> Iterator[str]:
    said = text if text[-1] in ".!?" else text + "."
    yield from (around.format(said) for around in AROUND[lang])
    yield from (text.upper(), _bare(text), text.lower().replace(", ", " "), _slip(text))


@pytest.mark.parametrize("lang", LANGS)
def test_sixteen_variants_never_lower_an_emergency(lang: str) -> None:
    """Who speaks, who minimises, access, values in range, courtesy, case, accents, commas and a slip: no downgrade."""
    texts = [row["turns"][0] for row in _rows(lang, "emergency") if len(row["turns"]) == 1]
    assert sum(1 for _ in _variants(texts[0], lang)) == 16
    lowered = [v for text in texts for v in _variants(text, lang) if assess([v]).level is not Level.EMERGENCY]
    assert not lowered


@pytest.mark.parametrize("lang", LANGS)
def test_facts_may_be_spread_over_turns(lang: str) -> None:
    """Courtesy and a question about the record in between lose no fact, and no later turn lowers the level."""
    between = {"en": "how many steps did I walk yesterday?", "fr": "combien de pas ai-je faits hier ?"}[lang]
    for row in _rows(lang, "emergency")[::3]:
        assert assess([between, *row["turns"], between]).level is Level.EMERGENCY, row["turns"]


@pytest.mark.parametrize("lang", LANGS)
def test_calm_answers_say_what_would_change_them(lang: str) -> None:
    sooner = {"en": "sooner", "fr": "plus tôt"}[lang]
    for want in ("see_clinician", "self_care"):
        for row in _rows(lang, want):
            got = assess(row["turns"], lang=lang)
            if got.level in (Level.SEE_CLINICIAN, Level.SELF_CARE):
                assert any(sooner in reason for reason in got.reasons), (row["turns"], got.reasons)
                assert len(got.questions) <= 2


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        ("Siento una opresión muy fuerte en el pecho", False),
        ("Me duele el pecho y estoy sudando", False),
        ("mi padre no respira", False),
        ("no puedo respirar", False),
        ("tiene la cara torcida y no puede hablar", False),
        ("se ha tomado toda la caja de pastillas", False),
        ("tengo la cuerda lista, esta noche voy a matarme", True),
        ("Ich habe starken Druck auf der Brust", False),
        ("Mein Vater atmet nicht", False),
        ("ich kriege keine Luft", False),
        ("sein Mund hängt schief und er kann nicht sprechen", False),
        ("Meine Mutter ist bewusstlos", False),
        ("das Seil liegt bereit, heute bringe ich mich um, ich will sterben", True),
    ],
)
def test_spanish_and_german_emergencies_are_understood(text: str, crisis: bool) -> None:
    got = assess([text])
    assert got.level is Level.EMERGENCY, got.rules
    assert got.crisis is crisis


@pytest.mark.parametrize("text", ["quiero morir", "no quiero vivir más", "Ich will sterben", "ich will mich umbringen"])
def test_spanish_and_german_crisis_words_show_the_card(text: str) -> None:
    assert assess([text]).crisis


@pytest.mark.parametrize(
    "text",
    [
        "me muero de risa",
        "¿qué es un infarto?",
        "sin dolor de pecho",
        "Ich lache mich tot",
        "keine Brustschmerzen",
        "was ist ein Schlaganfall?",
    ],
)
def test_spanish_and_german_look_alikes_stay_calm(text: str) -> None:
    got = assess([text])
    assert not got.level.at_least(Level.SAME_DAY), got.rules
    assert not got.crisis
