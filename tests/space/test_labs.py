"""Laboratory markers from a vault: one unit, the range printed with each result, nothing without its grant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from carnet.consent import NotGranted
from carnet.space.labs import Marker, is_marker
from carnet.space.space import HealthSpace
from carnet.vault.home import Home

NOW = datetime(2026, 3, 15, 9, 30, tzinfo=UTC)
HEAD = "date,name,comparator,value,unit,ref_low,ref_high,lab,flag\n"


def opened(folder: Path, rows: str, *grants: str) -> HealthSpace:
    """A space with these rows, the categories granted."""
    (folder / "labs.csv").write_text(HEAD + rows, "utf-8")
    space = HealthSpace.make(Home(folder / "home"))
    list(space.import_paths([folder / "labs.csv"], None, {}, False, None))
    if grants:
        space.decide("grant", None, grants, "answer")
    return space


def only(space: HealthSpace) -> Marker:
    (found,) = space.labs(NOW)
    return found


def test_two_units_become_the_one_of_the_latest_report(tmp_path: Path) -> None:
    rows = "2025-08-24,LDL,,1.39,g/L,,1.30,B,\n2026-01-10,LDL,,3.88,mmol/L,,3.4,A,\n"
    marker = only(opened(tmp_path, rows, "labs"))
    assert marker.unit == "mmol/L"
    assert [r.printed for r in marker.results] == ["1.39 g/L", "3.88 mmol/L"]
    assert marker.results[0].value == pytest.approx(3.594, abs=0.001)
    assert marker.results[0].high == pytest.approx(3.362, abs=0.001)
    assert [r.side for r in marker.results] == ["above", "above"]
    assert [r.laboratory for r in marker.results] == ["B", "A"]


def test_each_result_is_judged_by_its_own_range(tmp_path: Path) -> None:
    marker = only(opened(tmp_path, "2025-01-10,Ferritin,,20,ug/L,15,150,A,\n2026-01-10,Ferritin,,20,ug/L,30,300,A,\n", "labs"))
    assert [r.side for r in marker.results] == ["in", "below"]
    assert [r.printed_range for r in marker.results] == ["15-150", "30-300"]


@pytest.mark.parametrize(
    ("row", "word", "value", "side"),
    [
        ("2026-01-10,CRP,<,5,mg/L,,5,A,", "<", 5.0, "in"),
        ("2026-01-10,CRP,>,50,mg/L,,5,A,", ">", 50.0, "above"),
        ("2026-01-10,CRP,,3,mg/L,,,A,", "", 3.0, "unknown"),
        ("2026-01-10,hepatitis B surface antigen,,negative,,,,A,", "negative", None, "unknown"),
    ],
)
def test_comparators_and_texts_stay_what_they_are(tmp_path: Path, row: str, word: str, value: float | None, side: str) -> None:
    result = only(opened(tmp_path, row + "\n", "labs")).latest
    assert (result.word, result.value, result.side) == (word, value, side)
    assert result.exact == (value if not word else None)


def test_a_result_of_the_future_is_not_shown(tmp_path: Path) -> None:
    space = opened(tmp_path, "2026-01-10,CRP,,3,mg/L,,5,A,\n2026-03-16,CRP,,4,mg/L,,5,A,\n", "labs")
    assert [r.day for r in only(space).results] == [date(2026, 1, 10)]


def test_a_mark_of_the_laboratory_needs_the_consent_its_column_is_under(tmp_path: Path) -> None:
    space = opened(tmp_path, "2026-01-10,potassium,,6.9,mmol/L,3.5,5.1,A,HH\n", "labs")
    assert not only(space).latest.critical
    space.decide("grant", None, ("notes",), "answer")
    assert only(space).latest.critical


def test_an_unknown_result_is_told_under_the_name_of_its_report(tmp_path: Path) -> None:
    space = opened(tmp_path, "2026-01-10,Antigen of somewhere,,12,U/mL,,20,A,\n", "labs")
    marker = only(space)
    assert (marker.said, marker.panel, marker.unit, marker.latest.side) == ("Antigen of somewhere", "other", "U/mL", "in")


def test_the_order_is_that_of_the_catalogue(tmp_path: Path) -> None:
    space = opened(
        tmp_path, "2026-01-10,TSH,,2,mIU/L,,,A,\n2026-01-10,LDL,,3,mmol/L,,,A,\n2026-01-10,total cholesterol,,5,mmol/L,,,A,\n", "labs"
    )
    assert [m.metric.key for m in space.labs(NOW)] == ["cholesterol_total", "cholesterol_ldl", "tsh"]
    assert [m.metric.key for m in space.labs(NOW, "tsh")] == ["tsh"]


def test_without_the_grant_there_is_nothing(tmp_path: Path) -> None:
    space = opened(tmp_path, "2026-01-10,CRP,,3,mg/L,,5,A,\n")
    for _ in range(2):
        with pytest.raises(NotGranted):
            space.labs(NOW)
        space.decide("grant", None, ("activity",), "answer")
    space.decide("grant", None, ("labs",), "answer")
    assert only(space).latest.value == 3
    space.decide("revoke", None, ("labs",), "answer")
    with pytest.raises(NotGranted):
        space.labs(NOW)


def test_reading_leaves_one_line_that_names_no_value(tmp_path: Path) -> None:
    space = opened(tmp_path, "2026-01-10,CRP,,3.217,mg/L,,5,A,\n", "labs")
    before = len(list(space.audit()))
    space.labs(NOW)
    (line,) = list(space.audit())[before:]
    assert (line.action, line.body["read"]) == ("labs", [{"service": "tidy_csv", "category": "labs", "rows": 1}])
    assert "3.217" not in str(line)


def test_what_is_a_marker() -> None:
    assert is_marker("cholesterol_ldl")
    assert is_marker("lab:anything")
    assert not is_marker("steps")
    assert not is_marker("nonsense")
