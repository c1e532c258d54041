"""Labs: every marker against the range printed with it, in both languages, filtered, escaped, and gone with its consent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from carnet.space.labs import Result
from carnet.web.desk import Desk
from carnet.web.pages import labs as page
from web.conftest import text

HEAD = "date,name,comparator,value,unit,ref_low,ref_high,lab,flag\n"
CANARY = "<script>alert(1)</script>"


def added(desk: Desk, folder: Path, rows: str) -> None:
    """More results in the vault."""
    (folder / "more.csv").write_text(HEAD + rows, "utf-8")
    with desk.space("own") as space:
        list(space.import_paths([folder / "more.csv"], None, {}, False, None))


def french(client: Client) -> Client:
    client.post("/language", {"lang": "fr"})
    return client


def test_the_list_in_english(client: Client, granted: Desk) -> None:
    shown = text(client.get("/labs"))
    assert "Last results on 2 March 2026: 2 results, none outside the printed range." in shown
    assert shown.index("Lipids") < shown.index("LDL cholesterol") < shown.index("Inflammation") < shown.index("C-reactive protein")
    assert "up to 3.4" in shown
    assert "in range" in shown
    assert shown.count("<h1") == 1


def test_the_list_in_french(client: Client, granted: Desk) -> None:
    shown = text(french(client).get("/labs"))
    assert "2 mars" in shown.replace("\u00a0", " ")
    assert "jusqu&#x27;à 3,4" in shown
    assert "dans l&#x27;intervalle" in shown
    assert 'lang="fr"' in shown


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_word_of_judgement(client: Client, granted: Desk, lang: str) -> None:
    if lang == "fr":
        french(client)
    for address in ("/labs", "/labs/cholesterol_ldl", "/labs/crp"):
        assert not re.search(r"\b(normale?s?|optimale?s?|abnormal|good|bad|anormal)\b", text(client.get(address)), re.I)


def test_one_marker_says_what_changed(client: Client, granted: Desk) -> None:
    shown = text(client.get("/labs/cholesterol_ldl"))
    assert "3.2\u00a0mmol/L on 2 March 2026, within the range your laboratory printed (up to 3.4)." in shown
    assert "Down by 0.70 mmol/L since 10 January 2026, when it was 3.9\u00a0mmol/L." in shown
    assert "/evidence?link=carnet%3Acholesterol_ldl%2F2026-01-10" in shown
    assert "/ask?q=" in shown
    assert shown.count("<tr>") == 3


def test_one_marker_in_french(client: Client, granted: Desk) -> None:
    shown = text(french(client).get("/labs/cholesterol_ldl"))
    assert "En baisse de 0,70" in shown
    assert "3,9" in shown


def test_a_comparator_stays_as_printed(client: Client, granted: Desk) -> None:
    shown = text(client.get("/labs/crp"))
    assert "&lt;5\u00a0mg/L on 2 March 2026, within the range" in shown
    assert "One result so far: a trend needs two." in shown
    assert "c-reach" in shown


def test_two_units_are_shown_in_one_and_kept_as_printed(client: Client, granted: Desk, tmp_path: Path) -> None:
    added(granted, tmp_path, "2025-06-01,LDL cholesterol,,1.39,g/L,,1.30,Lab B,\n")
    shown = text(client.get("/labs/cholesterol_ldl"))
    assert "3.59 mmol/L" in shown
    assert "1.39\u00a0g/L" in shown
    assert "up to 1.30" in shown
    assert "Some reports used another unit" in shown


def test_a_range_that_changed_is_told(client: Client, granted: Desk, tmp_path: Path) -> None:
    assert "not the same on every report" not in text(client.get("/labs/cholesterol_ldl"))
    added(granted, tmp_path, "2025-06-01,LDL cholesterol,,3.0,mmol/L,,4.1,Lab B,\n")
    assert "not the same on every report" in text(client.get("/labs/cholesterol_ldl"))


def test_a_text_and_a_result_without_range(client: Client, granted: Desk, tmp_path: Path) -> None:
    added(granted, tmp_path, "2026-02-01,hepatitis B surface antigen,,negative,,,,Lab A,\n2026-02-01,TSH,,2.1,mIU/L,,,Lab A,\n")
    shown = text(client.get("/labs"))
    assert "negative" in shown
    assert shown.count("no range printed") == 2
    assert "Your laboratory printed no range with this result." in text(client.get("/labs/tsh"))


def test_the_filters(client: Client, granted: Desk, tmp_path: Path) -> None:
    added(granted, tmp_path, "2026-02-01,ferritin,,9,ug/L,15,150,Lab A,\n")
    only = text(client.get("/labs?side=outside"))
    assert "Ferritin" in only
    assert "LDL cholesterol" not in only
    assert "LDL cholesterol" in text(client.get("/labs?q=mauvais chol"))
    assert "Ferritin" not in text(client.get("/labs?q=mauvais chol"))
    assert "No result fits." in text(client.get("/labs?q=zzz"))
    assert "No result fits." in text(client.get("/labs?q=ldl&side=outside"))


def test_one_day(client: Client, granted: Desk) -> None:
    shown = text(client.get("/labs?day=2026-01-10"))
    assert "10 January 2026: 1 result, 1 outside the printed range." in shown
    assert "C-reactive protein" not in shown
    assert "C-reactive protein" in text(client.get("/labs?day=nonsense"))
    assert client.get("/labs?day=2020-01-01").status_code == 200


def test_a_critical_mark_comes_first(client: Client, granted: Desk, tmp_path: Path) -> None:
    added(granted, tmp_path, "2026-03-01,potassium,,6.9,mmol/L,3.5,5.1,Lab A,HH\n")
    with granted.space("own") as space:
        space.decide("grant", None, ["notes"], "answer")
    shown = text(client.get("/labs"))
    assert shown.index("Marked as critical by your laboratory") < shown.index("Serum potassium") < shown.index("Lipids")
    assert "call the laboratory or your doctor today" in shown
    assert "marked critical, above the range" in text(client.get("/labs/potassium"))


def test_an_old_critical_mark_hurries_nobody(client: Client, granted: Desk, tmp_path: Path) -> None:
    added(granted, tmp_path, "2023-02-01,potassium,,6.9,mmol/L,3.5,5.1,Lab A,HH\n")
    with granted.space("own") as space:
        space.decide("grant", None, ["notes"], "answer")
    for address in ("/labs", "/labs/potassium"):
        shown = text(client.get(address))
        assert "marked critical" in shown
        assert "today" not in shown.split("<main", 1)[1]


def test_hostile_names_stay_text(client: Client, granted: Desk, tmp_path: Path) -> None:
    added(granted, tmp_path, f'2026-02-01,"{CANARY}",,"{CANARY}",,,,"{CANARY}",\n2026-02-01,TSH,,2,mIU/L,,,"{CANARY}",\n')
    with granted.space("own") as space:
        space.decide("grant", None, ["notes"], "answer")
    for address in ("/labs", "/labs/tsh", f"/labs?q={CANARY}", f"/labs?day={CANARY}", "/labs/lab:script-alert-1-script", "/timeline"):
        shown = text(client.get(address))
        assert "<script>alert" not in shown, address
    assert "&lt;script&gt;alert" in text(client.get("/labs/tsh"))


def test_no_inline_script_style_or_event(client: Client, granted: Desk) -> None:
    for address in ("/labs", "/labs/cholesterol_ldl", "/labs/crp"):
        shown = text(client.get(address))
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", shown)


def test_ids_are_unique(client: Client, granted: Desk) -> None:
    for address in ("/labs", "/labs/cholesterol_ldl"):
        ids = re.findall(r'\bid="([^"]+)"', text(client.get(address)))
        assert len(ids) == len(set(ids))


def test_without_the_grant_nothing_of_it_is_shown(client: Client, desk: Desk) -> None:
    for grants in ([], ["activity"]):
        if grants:
            with desk.space("own") as space:
                space.decide("grant", None, grants, "answer")
        for address in ("/labs", "/labs/cholesterol_ldl", "/labs/crp", "/labs?q=ldl"):
            shown = text(client.get(address))
            assert not re.search(r"3\.9|3\.2|Lab A|LDL cholesterol|C-reactive", shown), address
            assert "/connections" in shown


def test_a_revoked_category_takes_its_page_with_it(client: Client, granted: Desk) -> None:
    assert "3.2" in text(client.get("/labs"))
    with granted.space("own") as space:
        space.decide("revoke", None, ["labs"], "answer")
    assert "mmol/L" not in text(client.get("/labs")) + text(client.get("/labs/cholesterol_ldl"))


def test_a_key_nobody_knows_is_no_page(client: Client, granted: Desk) -> None:
    assert client.get("/labs/steps").status_code == 404
    assert client.get("/labs/nonsense").status_code == 404
    known = client.get("/labs/ferritin")
    assert known.status_code == 200
    assert "There is no result of this kind" in text(known)
    assert client.get("/labs/lab:nothing").status_code == 200


def of(printed: str = "3.9 mmol/L", printed_range: str = "", low: float | None = None, high: float | None = None) -> Result:
    import datetime

    return Result(datetime.date(2026, 1, 1), 3.9, "", printed, printed_range, low, high, "in", False, "", "tidy_csv", "")


@pytest.mark.parametrize(
    ("result", "en", "fr"),
    [
        (of(printed_range="0.70-1.00"), "0.70 to 1.00", "de 0,70 à 1,00"),
        (of(printed_range="-2-2"), "-2 to 2", "de -2 à 2"),
        (of(printed_range="<3.4"), "up to 3.4", "jusqu'à 3,4"),
        (of(printed_range=">60"), "from 60", "à partir de 60"),
        (of(printed_range="see note"), "see note", "see note"),
        (of(low=1.5, high=2.0), "1.5 to 2", "de 1,5 à 2"),
        (of(high=2.0), "up to 2", "jusqu'à 2"),
        (of(), "", ""),
    ],
)
def test_ranges_in_words(result: Result, en: str, fr: str) -> None:
    assert page.range_text(result, "en") == en
    assert page.range_text(result, "fr") == fr


@pytest.mark.parametrize(
    ("printed", "number", "unit"),
    [
        ("4.20 mmol/L", "4.20", "mmol/L"),
        ("<5 mg/L", "<5", "mg/L"),
        ("98 mL/min/1,73 m2", "98", "mL/min/1,73 m2"),
        ("négatif", "négatif", ""),
        ("1:80", "1:80", ""),
    ],
)
def test_a_result_in_two(printed: str, number: str, unit: str) -> None:
    assert page.in_two(page.as_printed(printed, "en")) == (number, unit)
