"""The reader says, column by column, what the oracle says; damage costs the damaged element and nothing else."""

from __future__ import annotations

import json
import math
import re
from random import Random

import numpy as np
import pytest

from carnet.record.catalog import catalog
from carnet.record.model import Batch, Source
from carnet.sources.apple_health import dates, reader
from carnet.sources.apple_health.names import mapping
from carnet.sources.errors import Damaged
from sources.apple_health import fixture, oracle
from sources.apple_health.fixture import Export, ordinary
from sources.reading import Gathered, reading

ODD = fixture.odd()
SMALL = Export().fill(25).document()


def expected(data: bytes) -> list[dict[str, object]]:
    """Each Record as the reader should say it, by the oracle's words and factors."""
    return [_row(oracle.row(e)) for e in oracle.elements(data) if e.tag == "Record"]


def _row(told: dict[str, object]) -> dict[str, object]:
    says, start, end = told["says"], told["start"], told["end"]
    assert isinstance(says, dict)
    entry = mapping()["types"].get(says["type"])
    metric = entry["metric"] if entry else says["type"]
    unit, value = says.get("unit"), says.get("value")
    row = {
        "metric": metric,
        "start": start,
        "end": end,
        "zone": told["zone"],
        "told": told["told"],
        "value": math.nan,
        "text": None,
        "raw": math.nan,
    }
    row["source"] = says.get("sourceName", "")
    if entry is None:
        row["value"] = row["raw"] = float(value)
    elif "values" in entry:
        row["text"] = entry["values"][value]
    else:
        canonical = catalog()[metric].unit
        factor = oracle.FACTORS[unit, canonical] if "unit" not in entry else 1.0
        row["value"] = float(value) * factor
        row["raw"] = float(value) if factor != 1.0 else math.nan
    return row


def same(found: Gathered, data: bytes) -> None:
    """Asserts every column of every row, in file order."""
    wanted, got = expected(data), found.table()
    assert found.kinds["Record"] == len(wanted)
    assert len(got) == len(wanted)
    for one, other in zip(got, wanted, strict=True):
        for name in ("metric", "start", "end", "zone", "text"):
            assert one[name] == other[name], (name, one, other)
        assert one["source"].name == other["source"]
        assert one["value"] == pytest.approx(other["value"], rel=1e-12, nan_ok=True)
        assert one["raw"] == pytest.approx(other["raw"], rel=0, nan_ok=True)
        assert math.isnan(one["raw"]) == (one["raw_unit"] is None)
        assert (json.loads(one["extra"]) if one["extra"] else {}) == other["told"]


@pytest.mark.parametrize("chunk", [1, 7, 64, 25_000])
def test_every_column_equals_the_oracle_for_any_chunk(chunk: int) -> None:
    data = ordinary(300)
    found = reading(reader.read, data, chunk=chunk)
    same(found, data)
    assert not found.problems


@pytest.mark.parametrize("most", [*range(1, 40), 97, 500, 4096])
def test_it_does_not_matter_where_the_bytes_are_cut(most: int) -> None:
    same(reading(reader.read, SMALL, most=most, chunk=10), SMALL)


@pytest.mark.parametrize("name", ODD)
def test_odd_exports_are_read_like_the_oracle_reads_them(name: str) -> None:
    for most in (1 << 20, 100):
        found = reading(reader.read, ODD[name], most=most)
        same(found, ODD[name])
        assert not sum(found.problems.values())
        assert set(found.problems) <= {"control_characters"}
    assert reader.sniff(ODD[name][:4096])


def test_the_next_export_says_the_same_with_other_pointers_offset_and_units() -> None:
    ours, theirs = (reading(reader.read, ordinary(200, **s)).table() for s in ({}, {"offset": 1, "other_units": True}))
    for one, other in zip(ours, theirs, strict=True):
        for name in ("metric", "source", "start", "end", "zone", "text", "extra"):
            assert one[name] == other[name]
        assert one["value"] == pytest.approx(other["value"], rel=1e-3, nan_ok=True)


def test_a_batch_is_immutable_and_names_devices_without_version_or_pointer() -> None:
    found = reading(reader.read, ordinary(200))
    sources = {s for batch in found.batches for s in batch.sources}
    assert Source("Apple\u00a0Watch de Zoé", "Watch7,5", "watch") in sources
    assert Source("iPhone de Zoé & Léo\u2019s", "iPhone14,5", "phone") in sources
    assert {s.kind for s in sources} == {"watch", "phone", "device", "app", "user"}
    assert len(sources) == 5
    with pytest.raises(ValueError, match="read-only"):
        found.batches[0].value[0] = 1


def test_bad_rows_are_counted_and_the_rest_arrive() -> None:
    rows = [r for r in Export().fill(40).rows if "unit=" in r and "zorks" not in r][:12]
    spoil = [
        ("no_start", r' startDate="[^"]*"', ""), ("no_start", r'startDate="[^"]*"', 'startDate=""'),
        ("bad_date", r'startDate="[^"]*"', 'startDate="yesterday"'), ("bad_date", r'startDate="[^"]*"', 'startDate="2024-02-30 00:00:00 +0200"'),
        ("no_end", r' endDate="[^"]*"', ""), ("bad_interval", r'endDate="2024', 'endDate="2001'), ("no_type", r' type="[^"]*"', ""),
        ("unknown_unit", r'unit="[^"]*"', 'unit="furlong"'), ("no_value", r' value="[\d.]*"', ""), ("bad_number", r' value="[\d.]*"', ' value="n/a"'),
        ("bad_number", r' value="[\d.]*"', ' value="1_000"'), ("bad_number", r' value="[\d.]*"', ' value="nan"'),
    ]  # fmt: skip
    bad = [re.sub(pattern, by, row, count=1) for (_, pattern, by), row in zip(spoil, rows, strict=True)]
    data = Export().document(rows=[x for pair in zip(bad, rows, strict=True) for x in pair])
    found = reading(reader.read, data)
    assert dict(found.problems) == {code: sum(c == code for c, _, _ in spoil) for code, _, _ in spoil}
    assert found.rows == len(rows)
    same(reading(reader.read, Export().document(rows=rows)), Export().document(rows=rows))
    assert found.places["no_start"] == "Record 1"


@pytest.mark.parametrize("side", ["startDate", "endDate"])
@pytest.mark.parametrize("year", ["9999", "0001", "1601", "1899", "2037"])
def test_a_row_of_an_impossible_year_is_counted_and_the_rest_arrive(side: str, year: str) -> None:
    rows = Export().fill(30).rows
    spoilt = re.sub(rf'{side}="\d{{4}}', f'{side}="{year}', rows[3])
    found = reading(reader.read, Export().document(rows=[*rows[:10], spoilt, *rows[10:]]))
    assert found.problems == {"bad_date": 1}
    assert found.places["bad_date"] == "Record 11"
    same(reading(reader.read, Export().document(rows=rows)), Export().document(rows=rows))
    assert found.rows == len(rows)


def test_rows_of_the_near_future_are_kept() -> None:
    row = next(r for r in Export().fill(30).rows if "StepCount" in r).replace("2024-", "2030-")
    assert reading(reader.read, Export().document(rows=[row])).rows == 1


def test_a_number_that_can_hardly_be_a_measurement_is_kept() -> None:
    row = '<Record type="HKQuantityTypeIdentifier{}" sourceName="x" unit="{}" startDate="2024-01-01 10:00:00 +0000" endDate="2024-01-01 10:00:00 +0000" value="{}"/>'
    heart, weight = ("HeartRate", "count/min"), ("BodyMass", "lb")
    values = [
        (heart, 72),
        (heart, 0),
        (heart, 4000),
        (heart, 20),
        (weight, 7000),
        (weight, 180),
        (heart, 300),
        (("OxygenSaturation", "%"), 97),
    ]
    found = reading(reader.read, Export().document(rows=[row.format(*kind, value) for kind, value in values]))
    assert found.problems == {}, "what may not be is flagged where it is counted, never left out"
    assert [round(r["value"], 1) for r in found.table()] == [72, 0, 4000, 20, 3175.1, 81.6, 300, 97]


def test_what_acts_on_a_terminal_is_gone_from_sources_types_and_units() -> None:
    row = '<Record type="HK\x9bNew\u202e" sourceName="Wa\x9b2Jtch\u2066 de&#x85;Zo\u202eé" unit="zo&#x9b;rk" startDate="2024-01-01 10:00:00 +0000" endDate="2024-01-01 10:00:00 +0000" value="1"/>'
    (got,) = reading(reader.read, Export().document(rows=[row])).table()
    assert (got["metric"], got["source"].name, got["raw_unit"]) == ("HKNew", "Wa2Jtch de Zoé", "zork")


def test_entities_are_never_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    prolog = f'<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'
    rows = Export().fill(10).rows
    evil = rows[0].replace('creationDate="', 'creationDate="&l9;&x;')
    found = reading(reader.read, Export().document(prolog, rows=[*rows, evil, *rows]))
    assert found.problems == {"not_well_formed": 1}
    assert found.rows == 2 * len(rows)


def test_words_are_kept_when_there_is_no_number() -> None:
    row = '<Record type="{}" sourceName="x" startDate="2024-01-01 10:00:00 +0000" endDate="2024-01-01 10:30:00 +0000"{}/>'
    data = Export().document(rows=[
        row.format("HKCategoryTypeIdentifierSleepAnalysis", ' value="4"'), row.format("HKCategoryTypeIdentifierSleepAnalysis", ' value="Dozing"'),
        row.format("HKCategoryTypeIdentifierAppleStandHour", ' value="HKCategoryValueAppleStandHourStood"'),
        row.format("HKCategoryTypeIdentifierMindfulSession", ""), row.format("HKCategoryTypeIdentifierLowHeartRateEvent", ""),
        row.format("HKCategoryTypeIdentifierNobodyKnows", ' value="HKCategoryValueNotApplicable"'), row.format("HKNew", ' value="maybe"'),
    ])  # fmt: skip
    got = [(r["metric"], r["text"], r["value"]) for r in reading(reader.read, data).table()]
    assert [g[:2] for g in got] == [
        ("sleep_stage", "deep"), ("sleep_stage", "Dozing"), ("stand_hours", None), ("mindful_minutes", None),
        ("low_heart_rate_notice", "present"), ("HKCategoryTypeIdentifierNobodyKnows", "HKCategoryValueNotApplicable"), ("HKNew", "maybe"),
    ]  # fmt: skip
    assert [g[2] for g in got[2:4]] == [1.0, 30.0]


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
def test_a_cut_off_export_keeps_what_was_read(keep: float) -> None:
    data = ordinary(100)
    found = reading(reader.read, data[: int(len(data) * keep)])
    whole = data[: int(len(data) * keep)]
    complete = len(re.findall(rb"<Record [^>]*/>|</Record>", whole))
    assert found.rows == complete
    assert found.problems["truncated"] == found.kinds["Record"] - complete
    assert "truncated" in found.places


def test_every_place_to_cut_adds_up() -> None:
    rows = Export(seed=4).fill(6).rows
    data = Export().document(rows=rows)
    for end in range(data.index(rows[0].encode()[-20:]) + 40, len(data) - 14):
        found = reading(reader.read, data[:end])  # asserts that the counts add up
        assert "truncated" in found.places
        assert found.problems["truncated"] <= 1


@pytest.mark.parametrize("name", ["nothing", "root only", "cut in the first row", "not an export"])
def test_nothing_readable_is_damaged(name: str) -> None:
    data = {
        "nothing": b"", "root only": b'<?xml version="1.0"?>\n<HealthData locale="en">\n <ExportDate value="x"/>\n',
        "cut in the first row": SMALL[: SMALL.index(b"<Record") + 60], "not an export": b"<HealthDatabase/>",
    }[name]  # fmt: skip
    with pytest.raises(Damaged, match=r"export it again|download it again"):
        reading(reader.read, data)


def test_an_empty_export_is_no_error() -> None:
    found = reading(reader.read, Export().document(rows=[]))
    assert not found.rows
    assert not found.kinds
    assert not found.places


def test_a_broken_element_costs_only_itself() -> None:
    rows = Export(seed=3).fill(60).rows
    wild = [
        rows[0].replace(" sourceVersion=", " source Version=", 1), rows[1].replace('"', "", 1), rows[2].replace("/>", ">"),
        rows[3].replace("Zoé", "&nbsp;").replace("MyFitness", "My&nbsp;Fitness"), rows[4].replace("Apple", "<Apple"),
    ]  # fmt: skip
    wild = [w for w, r in zip(wild, rows, strict=False) if w != r]
    mixed = [x for w, r in zip(wild, rows[10:], strict=False) for x in (w, r)] + rows[20:]
    found = reading(reader.read, Export().document(rows=mixed))
    assert found.problems["not_well_formed"] == len(wild)
    assert found.rows == len(mixed) - len(wild)


def test_old_ios_8_rows_are_read_where_they_are_xml() -> None:
    row = '<Record type="HKQuantityTypeIdentifierStepCount" source="Phone" unit="count" startDate="20140913102754+0100" endDate="20140913102759+0100" value="5" recordCount="1"{}/>'
    found = reading(reader.read, Export().document(rows=[row.format(""), row.format(' Withings Link="x"'), row.format("")]))
    assert [r["start"] for r in found.table()] == [1410600474000] * 2
    assert found.table()[0]["source"].name == "Phone"
    assert found.problems == {"not_well_formed": 1}


def test_after_the_root_nothing_counts() -> None:
    found = reading(reader.read, SMALL + b"<HealthData>" + SMALL)
    assert found.rows == len(expected(SMALL))
    assert found.places["not_well_formed"] == "between two elements"


def test_dates_of_every_kind() -> None:
    texts = ["2024-02-29 23:59:59 +0000", "2023-02-29 00:00:00 +0000", "1969-12-31 23:59:59 -0000", None, "", "2024-01-01T00:00:00Z", "2024-13-01 00:00:00 +0000",
             "2024-01-01 00:00:00.250 +01:00", "2024-01-01 00:00:00", "2030-06-01 12:00:00 +1345", "२०२४-01-01 00:00:00 +0000", "2024-01-01 24:00:00 +0000"]  # fmt: skip
    moments, status = dates.instants(texts)
    assert status.tolist() == [0, 2, 0, 1, 1, 0, 2, 0, 2, 0, 2, 2]
    assert moments[[0, 2, 5, 7]].tolist() == [1709251199000, -1000, 1704067200000, 1704063600250]
    assert dates.instants([])[0].dtype == np.int64


def test_memory_does_not_keep_what_was_yielded() -> None:
    """Each batch has its own words: beats of one chunk are not dragged into the next."""
    found = reading(reader.read, ordinary(400), most=10_000, chunk=50)
    assert len(found.batches) >= 4
    assert all(isinstance(b, Batch) and len(b.words) < 150 for b in found.batches)


def _damaged(data: bytes, random: Random) -> bytes:
    """The bytes with one to four small wounds."""
    spoilt = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(spoilt))
        wound = random.choice(
            (b"", b"\xff\0", b'"', b"<", b"&", b"&#0;", b"</Record>", b"<Record>", b"]]>", b"<!--", b"</HealthData>", b"\n <")
        )
        spoilt[at : at + random.choice((0, 1, 30))] = wound
    return bytes(spoilt)


def test_damage_anywhere_costs_little_and_always_adds_up() -> None:
    random, rows = Random(7), []
    for _ in range(200):
        try:
            rows.append(reading(reader.read, _damaged(SMALL, random), most=random.choice((50, 333, 1 << 20))).rows)
        except Damaged:
            rows.append(0)
    assert np.median(rows) >= len(expected(SMALL)) - 2
