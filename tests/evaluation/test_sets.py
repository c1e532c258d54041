"""Every format is read into the same items; what is not one of them is refused by its line, without its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carnet.evaluation import BadSet
from carnet.evaluation.labels import KNOWN, Kind, expected
from carnet.evaluation.sets import Item, Source, items
from carnet.safety import Level

SECRET = "words nobody may see in an error"


def _set(folder: Path, rows: list[Any], name: str = "set.jsonl") -> Path:
    path = folder / name
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows), "utf-8")
    return path


def _read(path: Path, lang: str | None = None) -> list[Item]:
    return list(items(Source(path), lang))


def test_a_lay_row(tmp_path: Path) -> None:
    row = {
        "id": 7, "lang": "fr", "turns": ["a", "b"], "level": "same_day", "crisis": False, "poison": True, "group": "child",
        "profile": {"age_months": 6},
    }  # fmt: skip
    (item,) = _read(_set(tmp_path, [row]))
    assert (item.id, item.lang, item.turns, item.level, item.group) == ("7", "fr", ("a", "b"), Level.SAME_DAY, "child")
    assert item.flags == {"crisis": False, "poison": True}
    assert item.profile.age_years == 0.5


def test_a_message_whose_label_is_in_doubt_or_about_privacy_is_left_out(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "t", "gold": "emergency"},
        {"id": "b", "text": "t", "gold": "emergency", "label_conflict": True},
        {"id": "c", "text": "t", "gold": "benign", "label_contested": True},
        {"id": "d", "text": "t", "gold": "hazard_non911", "category": "privacy_proxy"},
    ]
    assert [bool(item.left_out) for item in _read(_set(tmp_path, rows))] == [False, True, True, True]


def test_vital_signs_become_a_message_in_english(tmp_path: Path) -> None:
    case = {
        "chief_complaint": "Cough.", "history": "Two days", "demographics": {"age": 70, "sex": "male"},
        "vitals": {"heart_rate": 90, "spo2": 95, "systolic_bp": 120, "diastolic_bp": 80, "temperature_c": None},
    }  # fmt: skip
    (item,) = _read(_set(tmp_path, [{"id": "v", "input": case, "labels": {"gold_risk_tier": "urgent"}, "set": "s"}]))
    assert item.turns == ("Cough. Two days. blood pressure 120/80 mmHg, heart rate 90 per minute, oxygen saturation 95 %",)
    assert (item.level, item.lang, item.group, item.profile.age_years) == (Level.SAME_DAY, "en", "s", 70.0)


def test_a_guide_is_read_through_its_translation_in_each_language(tmp_path: Path) -> None:
    path = _set(tmp_path, [{"id": "g1", "text_ja": "x", "gold": "emergency"}, {"id": "g2", "text_ja": "x", "gold": "not_emergency"}])
    _set(tmp_path, [{"id": f"g{n}", "text_en": f"e{n}", "text_fr": f"f{n}"} for n in (1, 2)], "set.en_fr.jsonl")
    assert [(i.id, i.lang, i.turns) for i in _read(path)] == [
        ("g1", "en", ("e1",)), ("g1", "fr", ("f1",)), ("g2", "en", ("e2",)), ("g2", "fr", ("f2",)),
    ]  # fmt: skip
    assert [i.lang for i in _read(path, "fr")] == ["fr", "fr"]
    assert [i.kind for i in _read(path, "en")] == [Kind.LEVEL, Kind.GREEN]


def test_a_guide_without_its_translation_or_in_another_order_is_refused(tmp_path: Path) -> None:
    path = _set(tmp_path, [{"id": "g1", "text_ja": "x", "gold": "emergency"}])
    with pytest.raises(BadSet, match=r"line 1 .* needs its translation"):
        _read(path)
    _set(tmp_path, [{"id": "g2", "text_en": "e", "text_fr": "f"}], "set.en_fr.jsonl")
    with pytest.raises(BadSet, match="needs its translation"):
        _read(path)


def test_a_language_keeps_its_own_rows_and_those_that_state_none(tmp_path: Path) -> None:
    rows = [{"id": n, "text": "t", "level": "none", **lang} for n, lang in enumerate(({"lang": "en"}, {"lang": "fr"}, {}))]
    assert [item.id for item in _read(_set(tmp_path, rows), "fr")] == ["1", "2"]
    assert len(_read(_set(tmp_path, rows))) == 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('["x"]', "is not an object"),
        ({"text": SECRET, "level": "none"}, "has no id"),
        ({"id": True, "text": SECRET, "level": "none"}, "has no id"),
        ({"id": "a", "text": SECRET}, "needs a level"),
        ({"id": "a", "text": SECRET, "level": SECRET}, "needs a level"),
        ({"id": "a", "text": SECRET, "level": ["none"]}, "needs a level"),
        ({"id": "a", "level": "none"}, "needs text"),
        ({"id": "a", "text": [SECRET], "level": "none"}, "needs text"),
        ({"id": "a", "turns": [SECRET, 3], "level": "none"}, "needs text"),
        ({"id": "a", "text": SECRET, "level": "none", "profile": [SECRET]}, "profile"),
        ({"id": "a", "input": {}, "labels": {"gold_risk_tier": "urgent"}}, "needs text"),
    ],
)
def test_a_row_that_is_none_is_refused_by_its_line_without_its_words(tmp_path: Path, row: Any, said: str) -> None:
    path = _set(tmp_path, [{"id": "fine", "text": "t", "level": "none"}, row])
    with pytest.raises(BadSet) as caught:
        _read(path)
    assert said in str(caught.value)
    assert "line 2 of set.jsonl" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"PK\x03\x04rest", b"\x89PNG\r\n"])
def test_a_file_of_another_kind_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(content)
    with pytest.raises(BadSet, match="line 1"):
        _read(path)


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.jsonl", tmp_path):
        with pytest.raises(BadSet, match="cannot be read"):
            _read(path)


def test_every_label_of_the_documented_table_is_known_and_no_other() -> None:
    from carnet.evaluation import labels

    listed = {
        word.strip() for line in (labels.__doc__ or "").splitlines() if line.startswith("| ") for word in line.split("|")[1].split(",")
    }
    assert listed - {"Label", "---"} == set(KNOWN)
    assert expected("unheard of") is None
