"""The command line speaks both languages: same sentences, same slots, none missing and none unused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carnet.assistant.words.sentences import sentences

SOURCE = Path(__file__).resolve().parents[2] / "src" / "carnet"
EN, FR = (sentences(lang, "carnet.cli").forms for lang in ("en", "fr"))
CODE = "\n".join(p.read_text("utf-8") for p in (SOURCE / "cli").glob("*.py"))
READERS = "\n".join(p.read_text("utf-8") for p in (SOURCE / "sources").rglob("*.py"))


def test_both_languages_have_the_same_sentences_with_the_same_slots() -> None:
    assert EN.keys() == FR.keys()
    for key in EN:
        assert len(EN[key]) == len(FR[key]), key
        slots = [{tuple(sorted(set(re.findall(r"{(\w+)}", form)))) for form in forms} for forms in (EN[key], FR[key])]
        assert slots[0] == slots[1], key


@pytest.mark.parametrize("key", sorted(EN))
def test_every_sentence_is_used(key: str) -> None:
    family, _, name = key.partition(".")
    patterns = [f'"{key}"', f"'{key}'", f'f"{family}.{{', f'"{family}.{name.split(".")[0]}" if', f'"{key}" if', f'else "{key}"']
    assert any(p in CODE for p in patterns)


def test_every_problem_a_reader_can_name_has_a_sentence() -> None:
    named = set(re.findall(r'"((?:no|bad|unknown|not|needs)_[a-z_]+|truncated|control_characters)"', READERS))
    assert named - {key.removeprefix("problem.").removeprefix("left_out.") for key in EN} == set()
