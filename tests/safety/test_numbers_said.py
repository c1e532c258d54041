"""Values read from the text: in words or figures, in every usual unit, of now and not of the laboratory or the training."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.safety import Level, assess
from carnet.safety.lexicon import lexicon
from carnet.safety.measures import measures
from carnet.safety.numerals import digits

WORDS = [
    ("two hundred over one thirty", "200 over 130"),
    ("one eighty five over ninety two", "185 over 92"),
    ("one hundred and four", "104"),
    ("thirty nine point five", "39.5"),
    ("my three month old", "my 3 month old"),
    ("for a week", "for 1 week"),
    ("deux cents sur cent trente", "200 sur 130"),
    ("quatre vingt dix neuf", "99"),
    ("soixante et onze ans", "71 ans"),
    ("trente huit et demi", "38.5"),
    ("trente neuf cinq", "39.5"),
    ("vingt et un comprimes", "21 comprimes"),
    ("dix sept", "17"),
    ("i have a cold and one sore arm", "i have a cold and one sore arm"),
    ("j ai un rhume", "j ai un rhume"),
]
VALUES = [
    ("200/130", "sbp", 200.0),
    ("blood pressure two hundred over one thirty", "dbp", 130.0),
    ("tension à 20/13", "sbp", 200.0),
    ("sugar 40 mg/dl", "glucose", 40.0),
    ("40 mg/dl and shaking", "glucose", 40.0),
    ("glycémie à 0,40 g/L", "glucose", 40.0),
    ("glycémie 22 mmol/L", "glucose", 396.0),
    ("39,5 ce matin", "temp", 39.5),
    ("he is at 103.2 F", "temp", (103.2 - 32) / 1.8),
    ("sat 88", "spo2", 88.0),
    ("saturation à quatre vingt huit", "spo2", 88.0),
    ("heart racing 170", "hr", 170.0),
    ("my 3-month-old", "age", 0.25),
    ("ma fille de 4 mois", "age", 4 / 12),
    ("ma mère, 82 ans", "age", 82.0),
    ("coughing for three weeks", "days", 21.0),
    ("ça dure depuis deux mois", "days", 60.0),
]
NOT_OF_NOW = [
    "LDL 40 mg/dl",
    "weight 39.5 kg",
    "my shoe size is 39.5",
    "what was my highest blood pressure, 150/90?",
    "pouls à 170 pendant la course",
]


@pytest.mark.parametrize(("said", "figures"), WORDS)
def test_numbers_in_words_become_figures(said: str, figures: str) -> None:
    assert " ".join(digits(said.split())) == figures


@pytest.mark.parametrize(("text", "name", "value"), VALUES)
def test_values_are_read_with_their_unit(text: str, name: str, value: float) -> None:
    found = [pair for sentence in lexicon().read(text) for pair in measures(sentence)]
    assert (name, pytest.approx(value, abs=0.01)) in found


@pytest.mark.parametrize("text", NOT_OF_NOW)
def test_other_figures_raise_nothing(text: str) -> None:
    assert assess([text]).level is Level.NONE


@given(st.lists(st.sampled_from([word for said, _ in WORDS for word in said.split()]), max_size=12))
def test_any_order_of_number_words_is_read(words: list[str]) -> None:
    out = digits(words)
    assert len(out) <= len(words)
    assert digits(out) == out or any(word.isalpha() for word in out)
