"""What a path holds is told by content; what it does not hold is one clear line."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.model import ReadContext
from carnet.sources import budget
from carnet.sources.apple_health.names import mapping, meaning
from carnet.sources.connector import Found, discover, recognise
from carnet.sources.errors import Damaged, NotRecognised
from sources.apple_health.fixture import Export, ordinary, packed
from sources.reading import Gathered, gather

XML = ordinary(60)
CDA = b'<?xml version="1.0"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"><a/></ClinicalDocument>'
CSV = b"metric,start,end,value,unit,source\nsteps,2026-03-09T10:00:00Z,2026-03-09T10:10:00Z,420,count,x\n"
VENDOR = {
    "apple_health_export/export_cda.xml": CDA,
    "apple_health_export/exportar.xml": XML,
    "apple_health_export/workout-routes/r.gpx": b"<gpx/>",
}


def put(folder: Path, name: str, data: bytes) -> Path:
    """A file in the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def read(found: Found) -> Gathered:
    """Everything in one input."""
    return gather(found.read(ReadContext("Europe/Paris")))


def test_connectors_are_found_by_their_folders() -> None:
    assert {"apple_health", "tidy_csv"} <= discover().keys()
    for name, connector in discover().items():
        assert connector.name == name
        assert connector.reader.startswith(f"{name}/")
        assert connector.kind in ("file", "api")
        assert set(connector.quality.values()) <= {"done", "todo"} or any(v.startswith("exempt: ") for v in connector.quality.values())
    assert discover()["apple_health"].whole
    assert not discover()["tidy_csv"].whole


def test_apple_health_files_nothing_under_a_category_it_does_not_declare() -> None:
    filed = {catalog().get(entry["metric"]).category for entry in mapping()["types"].values()}
    filed |= {
        catalog().get(metric).category for metric in ("workout", "activity_ring_energy", "blood_pressure", "characteristics", "HKNew")
    }
    assert filed == set(discover()["apple_health"].categories)
    assert set(discover()["tidy_csv"].categories) <= set(CATEGORIES)


def test_every_quantity_apple_writes_as_a_count_has_a_meaning() -> None:
    counted = [k for k, e in mapping()["types"].items() if e["metric"] in catalog() and catalog()[e["metric"]].unit.startswith("{")]
    assert not [kind for kind in counted if meaning(kind, "count").conversion is None]
    assert not [e["metric"] for e in mapping()["types"].values() if e["metric"] not in catalog()]


@pytest.mark.parametrize("name", ["bare", "vendor zip", "zipped again by hand", "folder", "zip in a zip", "stored"])
def test_an_export_is_found_whatever_holds_it(tmp_path: Path, name: str) -> None:
    stored = tmp_path / "stored.zip"
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("export.xml", XML)
    again = {"__MACOSX/apple_health_export/._export.xml": b"\0\5\x16\7", "x/.DS_Store": b"\0", "x/导出.xml": XML, "x/export_cda.xml": CDA}
    for member, data in VENDOR.items():
        put(tmp_path / "folder", member, data)
    path = {
        "bare": lambda: put(tmp_path, "anything.dat", XML), "vendor zip": lambda: put(tmp_path, "a.zip", packed(VENDOR)),
        "zipped again by hand": lambda: put(tmp_path, "b.zip", packed(again)), "folder": lambda: tmp_path / "folder",
        "zip in a zip": lambda: put(tmp_path, "c.zip", packed({"mail/export.zip": packed(VENDOR), "read me.txt": b"hello"})),
        "stored": lambda: stored,
    }[name]()  # fmt: skip
    (found,) = recognise(path)
    assert found.service == "apple_health"
    assert found.whole
    assert str(read(found).table()) == str(read(recognise(put(tmp_path, "plain.xml", XML))[0]).table())
    reasons = [reason for _, reason in found.left_out]
    assert reasons[:1] == ([] if name in ("bare", "stored") else ["same_data_again"])
    unknown = {"vendor zip": ["r.gpx"], "folder": ["r.gpx"], "zip in a zip": ["r.gpx", "read me.txt"]}.get(name, [])
    assert [file.split("/")[-1] for file, reason in found.left_out if reason == "not_recognised"] == unknown
    assert len(reasons) == len(unknown) + ("same_data_again" in reasons)
    with found.open_raw() as raw:
        assert raw.read(4)


def test_one_archive_may_hold_several_inputs(tmp_path: Path) -> None:
    path = put(tmp_path, "all.zip", packed({"a.xml": XML, "b.xml": Export(seed=9).fill(5).document(), "c.csv": CSV, "d.txt": b"no"}))
    assert [(f.service, f.member) for f in recognise(path)] == [("apple_health", "a.xml"), ("apple_health", "b.xml"), ("tidy_csv", "c.csv")]
    assert [f.service for f in recognise(path, "tidy_csv")] == ["tidy_csv"]


def test_progress_counts_compressed_bytes_and_ends_at_the_total(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    (found,) = recognise(put(tmp_path, "a.zip", packed({"e.xml": XML})))
    list(found.read(ReadContext(progress=lambda done, total: heard.append((done, total)))))
    assert heard
    assert heard[-1] == (found.size, found.size)
    assert found.size < len(XML) / 3


def encrypted() -> bytes:
    data = bytearray(packed({"e.xml": XML}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BAD: dict[str, tuple[type[Exception], str, Callable[[Path], Path]]] = {
    "text file": (NotRecognised, "Apple Health export", lambda d: put(d, "a.txt", b"Dear diary")),
    "empty file": (NotRecognised, "is empty", lambda d: put(d, "a.xml", b"")),
    "empty zip": (NotRecognised, "a zip without", lambda d: put(d, "a.zip", packed({}))),
    "folder": (NotRecognised, "a folder without", lambda d: put(d, "f/notes.txt", b"x").parent),
    "unrelated XML": (NotRecognised, "a zip without", lambda d: put(d, "a.zip", packed({"a.xml": b"<feed/>", "b.xml": CDA}))),
    "only the CDA twin": (NotRecognised, "Expected", lambda d: put(d, "a.xml", CDA)),
    "text about an export": (NotRecognised, "Expected", lambda d: put(d, "a.md", b"the file starts with <HealthData locale")),
    "missing": (NotRecognised, "check the path", lambda d: d / "nowhere.zip"),
    "corrupt zip": (Damaged, "damaged or cut off", lambda d: put(d, "a.zip", b"PK\x03\x04" + os.urandom(60))),
    "encrypted": (Damaged, "encrypted", lambda d: put(d, "a.zip", encrypted())),
    "traversal": (Damaged, "leads outside", lambda d: put(d, "a.zip", packed({"../../etc/e.xml": XML}))),
    "absolute": (Damaged, "leads outside", lambda d: put(d, "a.zip", packed({"/e.xml": XML}))),
    "pipe": (Damaged, "is not a file", lambda d: (os.mkfifo(d / "p"), d / "p")[1]),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_one_line_that_says_what_to_do(tmp_path: Path, kind: str) -> None:
    error, words, make = BAD[kind]
    with pytest.raises(error, match=words) as raised:
        recognise(make(tmp_path))
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) > 40


def test_a_file_without_permission_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's refusal is played, since root may read everything."""
    path = put(tmp_path, "a.xml", XML)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Damaged, match="permission denied"):
        recognise(path)


def test_an_unknown_service_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotRecognised, match="apple_health"):
        recognise(put(tmp_path, "a.xml", XML), "apple")


def test_a_bomb_is_refused_by_size_and_by_ratio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "FREE_BYTES", 3_000_000)
    bomb = put(tmp_path, "bomb.zip", packed({"e.xml": b"<HealthData>" + b" " * 12_000_000}))
    with pytest.raises(Damaged, match="unpacks to far more"):
        recognise(bomb)
    lying = bytearray(bomb.read_bytes())
    at = lying.index(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<L", 90_000)
    (found,) = recognise(put(tmp_path, "lying.zip", bytes(lying)))
    with pytest.raises(Damaged, match="unpacks to far more"):
        read(found)
    monkeypatch.setattr(budget, "MAX_BYTES", 10_000)
    with pytest.raises(Damaged, match="unpacks to far more"):
        recognise(put(tmp_path, "big.zip", packed({"e.xml": XML})))


@pytest.mark.parametrize("streamed", [False, True])
def test_a_cut_off_zip_keeps_what_was_read(tmp_path: Path, streamed: bool) -> None:
    path = tmp_path / "a.zip"
    with path.open("wb") as out, zipfile.ZipFile(_Unseekable(out) if streamed else out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in VENDOR.items():
            archive.writestr(name, data)
    data = path.read_bytes()
    for keep in (0.6, 0.8, 0.95):
        (found,) = recognise(put(tmp_path, "cut.zip", data[: int(len(data) * keep)]))
        assert not found.whole
        got = read(found)
        assert 0 < got.rows <= 70
        assert "truncated" in got.places
    assert read(recognise(path)[0]).places == {}


class _Unseekable:
    """Makes zipfile write data descriptors, as a phone does."""

    def __init__(self, out: object) -> None:
        self.write, self.flush = out.write, out.flush


def test_a_wrong_checksum_is_said_and_the_rows_arrive(tmp_path: Path) -> None:
    data = bytearray(packed({"e.xml": XML}))
    at = data.index(b"PK\x01\x02") + 16
    data[at] ^= 0xFF
    got = read(recognise(put(tmp_path, "a.zip", bytes(data)))[0])
    assert got.rows > 50
    assert got.problems == {"bad_checksum": 0}


def test_a_damaged_stream_inside_a_good_zip_is_truncated(tmp_path: Path) -> None:
    data = bytearray(packed({"e.xml": ordinary(3000)}))
    middle = len(data) * 2 // 3
    data[middle : middle + 50] = os.urandom(50)
    got = read(recognise(put(tmp_path, "a.zip", bytes(data)))[0])
    assert got.rows > 100
    assert got.places.keys() & {"truncated", "bad_checksum", "not_well_formed"}
