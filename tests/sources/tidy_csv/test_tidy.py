"""Tidy files as people's programs write them: header, delimiter, decimal sign, names in two languages, what must be asked."""

from __future__ import annotations

import csv
import io
import json
import math
import tracemalloc
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.record.model import ReadContext, Source
from carnet.sources.tidy_csv import reader
from carnet.sources.tidy_csv.fields import compared, number
from sources.reading import NOW, Gathered, reading

SAMPLES = "metric,start,end,value,unit,source\n"
LABS = "date,name,comparator,value,unit,ref_low,ref_high,lab\n"


def read(text: str, home: str = "Europe/Paris", answers: dict[str, str] | None = None, encoding: str = "utf-8", **more: int) -> Gathered:
    """What the file says."""
    return reading(reader.read, text.encode(encoding), context=ReadContext(home, answers=answers or {}, now=NOW), **more)


ROWS = """steps,2026-03-09T10:00:00+01:00,2026-03-09T10:10:00+01:00,420,count,iPhone de Léo
poids,2026-03-09T07:00:00Z,,80.5,kg,Balance
Weight,2026-03-09 08:00,,176.37,lb,Apple Watch
"""


@pytest.mark.parametrize(
    "shape", ["plain", "BOM", "CRLF", "semicolon", "tab", "quoted", "Windows", "UTF-16", "blank lines", "upper case", "other order"]
)
def test_the_same_rows_in_any_shape(shape: str) -> None:
    text = SAMPLES + ROWS
    other = {
        "plain": text.encode(), "BOM": text.encode("utf-8-sig"), "CRLF": text.replace("\n", "\r\n").encode(), "tab": text.replace(",", "\t").encode(),
        "semicolon": text.replace(",", ";").replace("80.5", "80,5").replace("176.37", "176,37").encode(),
        "quoted": "\n".join(",".join(f'"{f}"' for f in line.split(",")) for line in text.splitlines()).encode(), "Windows": text.encode("cp1252"),
        "UTF-16": text.encode("utf-16"), "blank lines": text.replace("\n", "\n\n,,,,,\n").encode(), "upper case": text.replace(SAMPLES, SAMPLES.upper()).encode(),
        "other order": "\n".join(",".join(reversed(line.split(","))) for line in text.splitlines()).encode(),
    }[shape]  # fmt: skip
    assert reader.sniff(other[:4096])
    for most in (1 << 20, 7):
        found = reading(reader.read, other, most=most, context=ReadContext("Europe/Paris"))
        rows = found.table()
        assert not found.problems
        assert found.kinds == {"samples": 3}
        assert [r["metric"] for r in rows] == ["steps", "weight", "weight"]
        assert [r["start"] for r in rows] == [1773046800000, 1773039600000, 1773039600000]
        assert [r["end"] - r["start"] for r in rows] == [600_000, 0, 0]
        assert [r["value"] for r in rows] == pytest.approx([420, 80.5, 80.00009], rel=1e-6)
        assert (rows[2]["raw"], rows[2]["raw_unit"]) == (176.37, "[lb_av]")
        assert [r["source"] for r in rows] == [Source("iPhone de Léo", "", "phone"), Source("Balance"), Source("Apple Watch", "", "watch")]


def test_chunks_lose_nothing() -> None:
    text = SAMPLES + "".join(f"steps,2026-03-09T10:{i:02d}:00Z,,{i},count,s\n" for i in range(50))
    found = read(text, chunk=7)
    assert len(found.batches) == 8
    assert [r["value"] for r in found.table()] == list(range(50))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("zorglub,2026-03-09T10:00:00Z,,1,kg,", "unknown_metric"), ("HRV,2026-03-09T10:00:00Z,,40,ms,", "unknown_metric"),
        ("sleep duration,2026-03-09T10:00:00Z,,40,min,", "unknown_metric"), ("LDL,2026-03-09T10:00:00Z,,4,mmol/L,", "unknown_metric"),
        ("weight,,,80,kg,", "no_start"), ("weight,soon,,80,kg,", "bad_date"), ("weight,2026-02-30,,80,kg,", "bad_date"),
        ("weight,2026-03-09T10:00:00Z,2026-03-09T09:00:00Z,80,kg,", "bad_interval"), ("weight,2026-03-09T10:00:00Z,,,kg,", "no_value"),
        ("weight,2026-03-09T10:00:00Z,,n/a,kg,", "bad_number"), ('weight,2026-03-09T10:00:00Z,,"1,234",kg,', "bad_number"),
        ("weight,2026-03-09T10:00:00Z,,nan,kg,", "bad_number"), ("weight,2026-03-09T10:00:00Z,,80,furlong,", "unknown_unit"),
        ("weight,9999-12-31,,80,kg,", "bad_date"), ("weight,9999-06-01T10:00:00Z,,80,kg,", "bad_date"), ("weight,0001-01-01,,80,kg,", "bad_date"),
        ("weight,1601-01-01T00:00:00Z,,80,kg,", "bad_date"), ("weight,2037-01-01T00:00:00Z,,80,kg,", "bad_date"),
        ("steps,2026-03-09T10:00:00Z,9999-03-09T10:00:00Z,80,,", "bad_date"),

         ("weight,2026-03-09T10:00:00Z,,80,,", "needs_answer"), ("weight,03/04/2026,,80,kg,", "needs_answer"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_is_counted_and_the_rest_arrive(row: str, code: str) -> None:
    found = read(SAMPLES + "steps,2026-03-09T10:00:00Z,,5,count,x\n" + row + "\n" + "steps,2026-03-10T10:00:00Z,,6,count,x\n")
    assert found.problems == {code: 1}
    assert found.rows == 2
    assert found.places[code] == "row 2"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9999-12-31,LDL,,4,mmol/L,,,L", "bad_date"), ("0001-01-01,LDL,,4,mmol/L,,,L", "bad_date"), ("1601-01-01,LDL,,4,mmol/L,,,L", "bad_date"),
        ("2040-01-01,LDL,,4,mmol/L,,,L", "bad_date"), ("2026-04-04,LDL,,4,mmol/L,,,L", "future_date"),
    ],
)  # fmt: skip
def test_a_laboratory_result_that_cannot_be_is_counted_and_the_rest_arrive(row: str, code: str) -> None:
    found = read(LABS + "2026-04-02,LDL,,4,mmol/L,,,L\n" + row + "\n" + "2026-03-10,LDL,>,400,mmol/L,,,L\n")
    assert found.problems == {code: 1}
    assert [f.date for f in found.facts] == ["2026-04-02", "2026-03-10"], "tomorrow in some zone, and a limit is no measurement"
    assert found.places[code] == "row 2"


def test_ten_years_ahead_and_1900_are_the_last_moments_taken() -> None:
    rows = read(SAMPLES + "weight,1900-01-01T00:00:00Z,,80,kg,\nweight,2036-04-01T11:00:00Z,,80,kg,\nweight,1899-12-31T23:59:59Z,,80,kg,\n")
    assert rows.rows == 2
    assert rows.problems == {"bad_date": 1}


def test_a_line_without_end_is_given_up_in_bounded_memory() -> None:
    data = SAMPLES.encode() + b"steps,2026-03-09T10:00:00Z,,5,count,x\n" + b"y" * 9_000_000
    tracemalloc.start()
    found = reading(reader.read, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.rows == 1
    assert sum(found.problems.values()) >= 1
    assert peak < 40_000_000


def test_two_hundred_columns_are_kept_beside_ours() -> None:
    more = [f"column {i}" for i in range(200)]
    found = read(SAMPLES.strip() + "," + ",".join(more) + "\nsteps,2026-03-09T10:00:00Z,,5,count,x," + ",".join("abc" for _ in more) + "\n")
    assert found.rows == 1
    assert len(json.loads(str(found.table()[0]["extra"]))) == 200


@pytest.mark.parametrize("header", [SAMPLES, LABS, LABS.strip()])
def test_a_header_alone_is_no_row_and_no_problem(header: str) -> None:
    found = read(header)
    assert (found.rows, found.facts, dict(found.problems)) == (0, [], {})
    assert sum(found.kinds.values()) == 0


def test_what_acts_on_a_terminal_is_gone_from_names() -> None:
    text = SAMPLES + "steps,2026-03-09T10:00:00Z,,5,count,i\x1b[31mPhone\u202e de\x9b2J Léo\n"
    assert read(text).table()[0]["source"].name == "i[31mPhone de2J Léo"
    fact = read(LABS + "2026-01-02,Zorg\x1b]0;x\x07lub,,5,A\u202eU\x9b,1,2,La\x1bbo\n").facts[0]
    assert (fact.body["name"], fact.body["unit"], fact.source) == ("Zorg]0;xlub", "AU", Source("Labo"))
    assert not set("\x1b\x9b\x07\u202e") & set(str(fact.body) + "".join(fact.key))


def test_what_only_the_person_knows_is_asked_and_then_taken() -> None:
    text = SAMPLES + "weight,2026-03-09T10:00:00Z,,176.37,,\nweight,03/04/2026 08:00,,80,kg,\n"
    found = read(text)
    assert found.asks["unit.weight"].choices == ("kg", "lb")
    assert found.asks["date.order"].choices == ("day", "month")
    settled = read(text, answers={"unit.weight": "lb", "date.order": "day"})
    assert not settled.problems
    assert [r["value"] for r in settled.table()] == pytest.approx([80.00009, 80], rel=1e-6)
    assert settled.table()[1]["start"] == 1775196000000  # 3 April, 08:00 in Paris
    assert read(text, answers={"unit.weight": "lb", "date.order": "month"}).table()[1]["start"] == 1772607600000


def test_local_times_use_the_home_zone_of_that_date_and_a_date_is_its_whole_day() -> None:
    text = (
        SAMPLES
        + "steps,2026-01-10 08:00,,1,count,\nsteps,2026-07-10 08:00,,1,count,\nsteps,2026-03-29,,9000,count,\nsteps,2026-03-09,2026-03-10,1,count,\n"
    )
    rows = read(text).table()
    assert [r["start"] for r in rows[:2]] == [1768028400000, 1783663200000]
    assert rows[2]["end"] - rows[2]["start"] == 23 * 3_600_000
    assert rows[3]["end"] - rows[3]["start"] == 24 * 3_600_000
    assert read(text, home="UTC").table()[0]["start"] == 1768032000000


def test_words_stay_words() -> None:
    rows = read(SAMPLES + "glucose sensor,2026-03-09T10:00:00Z,,Low,mg/dL,\nglucose_sensor,2026-03-09T11:00:00Z,,<40,mg/dL,\n"
                "sleep_stage,2026-03-09T00:00:00Z,2026-03-09T01:00:00Z,Deep,,Watch\n").table()  # fmt: skip
    assert [r["text"] for r in rows] == ["low", "<40", "deep"]
    assert all(math.isnan(r["value"]) for r in rows)


def test_unknown_columns_are_kept() -> None:
    rows = read("metric,start,end,value,unit,source,note\nsteps,2026-03-09T10:00:00Z,,5,count,x,on the stairs\n").table()
    assert rows[0]["extra"] == '{"note": "on the stairs"}'


def test_laboratory_results() -> None:
    text = LABS + (
        "2026-01-02,LDL cholesterol,,160,mg/dL,,130,Labo\n2026-01-02,ferritine,<,5,µg/L,15,150,Labo\n2026-01-02,HbA1c,,5.5,%,4.0,6.0,Labo\n"
        "2026-01-02,Protéine C-réactive,,<0.6,mg/L,,5,Labo\n2026-01-02,Zorglub factor,,5,AU,1,2,Labo\n2026-01-02,Urine nitrite,,Negative,,,,Labo\n"
        "2026-01-02,Lp(a),,75,nmol/L,,,Labo\n2026-01-02,INR,,1.1,,,,Labo\n2026-01-02T08:30:00,TSH,,2.1,mUI/L,,,\n"
    )
    found = read(text)
    assert found.kinds == {"labs": 9}
    assert not found.problems
    by_metric = {f.metric: f for f in found.facts}
    assert [f.metric for f in found.facts] == [
        "cholesterol_ldl", "ferritin", "hba1c", "crp", "lab:zorglub-factor", "urine_nitrite", "lipoprotein_a_molar", "inr", "tsh",
    ]  # fmt: skip
    ldl = by_metric["cholesterol_ldl"]
    assert (ldl.kind, ldl.date, ldl.start, ldl.source) == ("lab", "2026-01-02", None, Source("Labo"))
    assert ldl.body["value"] == pytest.approx(4.1376)
    assert ldl.body["ref_high"] == pytest.approx(3.3618)
    assert (ldl.body["unit"], ldl.body["raw"], ldl.body["ref_raw"], ldl.body["lab"]) == ("mmol/L", "160 mg/dL", "<130", "Labo")
    assert (by_metric["ferritin"].body["comparator"], by_metric["ferritin"].body["value"]) == ("<", 5.0)
    assert by_metric["hba1c"].body["ref_low"] == pytest.approx(0.04)
    assert (by_metric["crp"].body["comparator"], by_metric["crp"].body["value"]) == ("<", 0.6)
    assert by_metric["urine_nitrite"].body["text"] == "Negative"
    assert "value" not in by_metric["urine_nitrite"].body
    assert (by_metric["lab:zorglub-factor"].body["value"], by_metric["lab:zorglub-factor"].body["unit"]) == (5.0, "AU")
    assert by_metric["tsh"].date == "2026-01-02"


def test_a_result_has_one_key_whatever_its_unit_and_two_results_of_a_day_have_two() -> None:
    one, other, later = read(
        LABS + "2026-01-02,creatinine,,80,umol/L,,,L\n2026-01-02,créatinine,,80.00,µmol/L,,,L\n2026-01-02,creatinine,,81,umol/L,,,L\n"
    ).facts
    assert one.id == other.id != later.id
    french = read(LABS.replace(",", ";") + "2026-01-02;LDL;;4,35;mmol/L;;3,4;Labo\n", encoding="cp1252")
    assert french.facts[0].body["value"] == 4.35
    assert french.facts[0].body["ref_high"] == 3.4


def test_a_laboratory_unit_left_out_is_asked() -> None:
    text = LABS + "2026-01-02,glucose,,5.4,,,,L\n2026-01-02,creatinine,,1,furlong,,,L\n"
    found = read(text)
    assert found.problems == {"needs_answer": 1, "unknown_unit": 1}
    assert found.asks["unit.glucose"].choices == ("mmol/L", "mg/dL")
    assert read(text, answers={"unit.glucose": "mmol/L"}).facts[0].body["value"] == 5.4


@pytest.mark.parametrize(
    "head",
    [
        "",
        "a,b,c\n1,2,3\n",
        "Date,Meal,Points,Daily Budget\n",
        "startDate,value,unit,sourceName\n",
        "<HealthData>",
        "Dear diary,\nmetric start value\n",
    ],
)
def test_other_files_are_not_taken(head: str) -> None:
    assert not reader.sniff(head.encode())


@pytest.mark.parametrize(
    ("text", "delimiter", "wanted"),
    [("1.5", ",", 1.5), ("1,5", ";", 1.5), ("1,5", ",", 1.5), ("1,234", ",", None), ("1,234", ";", 1.234), ("1 234,5", ";", 1234.5), ("1\u202f234", ";", 1234.0),
     ("1e3", ",", 1000.0), ("-.5", ",", -0.5), ("1.2.3", ",", None), ("٣", ",", None), ("inf", ",", None), ("1_0", ",", None), ("", ",", None), ("1e999", ",", None)],
)  # fmt: skip
def test_numbers(text: str, delimiter: str, wanted: float | None) -> None:
    assert number(text, delimiter) == wanted


def test_comparators() -> None:
    assert [compared(t) for t in ("<0.2", "≥ 5", "> = 3", "Negative", "")] == [
        ("<", "0.2"),
        (">=", "5"),
        (">", "= 3"),
        ("", "Negative"),
        ("", ""),
    ]


fields = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@settings(deadline=None)
@given(st.lists(st.lists(fields, min_size=0, max_size=9), max_size=12), st.sampled_from(",;\t"), st.booleans())
def test_any_table_adds_up_and_nothing_breaks(rows: list[list[str]], delimiter: str, labs: bool) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow((LABS if labs else SAMPLES).strip().split(","))
    writer.writerows(rows)
    found = read(out.getvalue())
    assert found.kinds["labs" if labs else "samples"] == found.rows + len(found.facts) + sum(found.problems.values())


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_after_the_header_add_up(data: bytes) -> None:
    reading(reader.read, SAMPLES.encode() + data)
    reading(reader.read, LABS.encode() + data)
    reader.sniff(data)


moments = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2036, 1, 1))


@settings(deadline=None)
@given(st.lists(st.tuples(moments, st.floats(1, 500)), min_size=1, max_size=30))
def test_what_is_written_is_read_back(rows: list[tuple[datetime, float]]) -> None:
    got = read(SAMPLES + "".join(f"weight,{moment.isoformat()}Z,,{value!r},kg,s\n" for moment, value in rows)).table()
    assert [r["value"] for r in got] == [value for _, value in rows]
    assert [r["start"] for r in got] == [(moment - datetime(1970, 1, 1)).total_seconds() * 1000 // 1 for moment, _ in rows]
