"""Archives made to harm, archives that are broken, and folders of everything: one clear line, or a list of what was left out."""

from __future__ import annotations

import io
import os
import random
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from carnet.sources import budget, connector
from carnet.sources.budget import Budget
from carnet.sources.connector import Found, recognise, recognise_opened
from carnet.sources.container import STORED, ByteStream, Packed
from carnet.sources.errors import Damaged, NotRecognised, Oversized, UnreadableInput
from carnet.sources.leftout import NAMED, LeftOut, matters
from sources.apple_health.fixture import Export, ordinary, packed
from sources.test_connector import CSV, XML, encrypted, put, read


def left(found: list[Found]) -> dict[str, str]:
    """Everything that was left out, with its reason."""
    return {name: reason for f in found for name, reason in f.left_out}


def one_line(make: Callable[[], object], words: str, error: type[UnreadableInput] = UnreadableInput) -> None:
    """Asserts that it is refused with one line that says what to do."""
    with pytest.raises(error, match=words) as raised:
        make()
    said = str(raised.value)
    assert said.isprintable()
    assert 40 < len(said) < 700


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Asserts that Python's own memory stays under a limit."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


# bombs


def test_a_zip_in_a_zip_in_a_zip_is_not_unpacked(tmp_path: Path) -> None:
    core = packed({f"{i}.xml": b"<HealthData>" + b"\0" * 20_000_000 for i in range(3)})
    bomb = put(tmp_path, "a.zip", packed({f"{i}.zip": packed({f"{k}.zip": core for k in range(9)}) for i in range(9)}))
    with at_most(30_000_000):
        one_line(lambda: recognise(bomb), "inside a zip; unpack", Damaged)
    beside = put(tmp_path, "b.zip", packed({"e.xml": XML, "in.zip": packed({"deep.zip": core})}))
    assert left(recognise(beside)) == {"deep.zip": "damaged"}


def test_many_zips_in_a_zip_share_one_budget(tmp_path: Path) -> None:
    """Each is small enough alone; together they would fill the memory."""
    big = io.BytesIO()
    with zipfile.ZipFile(big, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("e.xml", XML)
        archive.writestr("filler.bin", bytes(20_000_000))
    bomb = put(tmp_path, "a.zip", packed({f"{i}.zip": big.getvalue() for i in range(14)}))
    assert bomb.stat().st_size < 1_000_000
    with at_most(160_000_000):
        one_line(lambda: recognise(bomb), "unpacks to far more|unpack the outer one", Oversized)


def test_the_budget_is_shared_by_everything_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "FREE_BYTES", 3_000_000)
    for i in range(5):
        put(tmp_path, f"{i}.zip", packed({"e.xml": XML + b" " * 2_900_000}))
    found = recognise(tmp_path)
    with pytest.raises(Oversized, match="unpacks to far more"):
        for one in found:
            read(one)


def test_thirty_thousand_tiny_members_are_looked_at_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(30_000):
            archive.writestr(f"{i}.txt", b"")
        archive.writestr("export.xml", XML)
    (found,) = recognise(path)
    assert found.member == "export.xml"
    assert len(found.left_out) == NAMED + 1
    assert found.left_out[-1] == (f"+{30_000 - NAMED}", "empty")
    monkeypatch.setattr(budget, "MAX_MEMBERS", 20_000)
    one_line(lambda: recognise(path), "files; import the export itself", Oversized)
    monkeypatch.setattr(budget, "MAX_DIRECTORY", 1_000_000)
    with at_most(20_000_000):
        one_line(lambda: recognise(path), "files; import the export itself", Oversized)


def test_members_of_all_archives_of_a_folder_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_MEMBERS", 100)
    for i in range(3):
        put(tmp_path, f"{i}.zip", packed({f"{k}.txt": b"x" for k in range(40)}))
    one_line(lambda: recognise(tmp_path), "files; import the export itself", Oversized)


@pytest.mark.parametrize("field", [20, 24])  # packed size, unpacked size
@pytest.mark.parametrize("lie", [0, 1, 90_000, 0x7FFFFFFF, 0xFFFFFFFE])
def test_a_directory_that_lies_about_sizes_brings_no_more_than_the_file(tmp_path: Path, field: int, lie: int) -> None:
    data = bytearray(packed({"e.xml": XML, "c.csv": CSV}))
    at = data.index(b"PK\x01\x02")
    data[at + field : at + field + 4] = struct.pack("<L", lie)
    path = put(tmp_path, "lying.zip", bytes(data))
    with at_most(30_000_000):
        try:
            rows = {f.service: read(f).rows for f in recognise(path)}
        except Oversized:
            return
    assert rows.pop("tidy_csv") == 1
    assert rows in ({}, {"apple_health": rows.get("apple_health")})


def test_a_piece_of_zeros_is_unpacked_in_steps() -> None:
    raw = packed({"z": bytes(40_000_000)})
    info = zipfile.ZipFile(io.BytesIO(raw)).infolist()[0]
    for step in (1000, 4096, 4_000_000):
        member = Packed(lambda: io.BytesIO(raw), "z", info.header_offset + 31, info.compress_size, info.file_size, 8, info.CRC)
        with at_most(14_000_000), ByteStream(member, step=step) as stream:
            assert sum(map(len, iter(lambda s=stream: s.read(1 << 16), b""))) == 40_000_000
            assert not stream.truncated
            assert not stream.bad_checksum


def test_a_large_honest_export_still_streams() -> None:
    """4.4 GB at 45:1 pass; the account is the same whether the bytes are made or only counted."""
    account = Budget()
    for _ in range(4_400):
        account.spend("export.xml", 1_000_000 // 45, 1_000_000)
    assert account.inflated == 4_400_000_000


# broken, locked, foreign


def test_a_folder_with_a_broken_zip_and_a_good_export_says_so(tmp_path: Path) -> None:
    whole = packed({"e.xml": ordinary(3000)})
    put(tmp_path, "good/export.zip", packed({"e.xml": XML}))
    put(tmp_path, "broken.zip", b"PK\x03\x04" + random.Random(1).randbytes(500))
    put(tmp_path, "locked.zip", encrypted())
    put(tmp_path, "results.7z", b"7z\xbc\xaf\x27\x1c" + bytes(60))
    put(tmp_path, "notes.txt", b"Dear diary")
    put(tmp_path, "nothing.csv", b"")
    put(tmp_path, ".DS_Store", b"\0")
    put(tmp_path, "cut.zip", whole[: len(whole) // 2])
    os.symlink(tmp_path / "notes.txt", tmp_path / "link.txt")
    os.mkfifo(tmp_path / "pipe")
    found = recognise(tmp_path)
    assert [f.member for f in found] == ["e.xml", "e.xml"]
    assert left(found) == {
        "broken.zip": "damaged", "locked.zip": "encrypted", "results.7z": "unpack_first", "notes.txt": "not_recognised",
        "nothing.csv": "empty", "link.txt": "link", "pipe": "unreadable",
    }  # fmt: skip
    assert {reason for reason in left(found).values() if matters(reason)} == {"damaged", "encrypted", "unpack_first", "unreadable"}


def test_a_folder_of_broken_zips_alone_is_refused_with_the_reason(tmp_path: Path) -> None:
    put(tmp_path, "f/a.zip", encrypted())
    put(tmp_path, "f/b.txt", b"x")
    one_line(lambda: recognise(tmp_path / "f"), "encrypted", Damaged)


def test_a_folder_of_too_many_files_says_how_many_were_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "MAX_FILES", 30)
    put(tmp_path, "0.xml", XML)
    for i in range(1, 60):
        put(tmp_path, f"{i:02d}.txt", b"x")
    (found,) = recognise(tmp_path)
    reasons = [reason for _, reason in found.left_out]
    assert reasons.count("not_recognised") == NAMED + 1
    assert ("+9", "not_recognised") in found.left_out
    assert ("+10", "too_many_files") in found.left_out
    assert matters("too_many_files")


def test_a_truncated_zip_within_a_zip_keeps_what_it_holds(tmp_path: Path) -> None:
    inner = packed({"e.xml": ordinary(3000)})
    (found,) = recognise(put(tmp_path, "a.zip", packed({"in.zip": inner[: len(inner) // 2]})))
    assert found.member == "in.zip/e.xml"
    assert not found.whole
    got = read(found)
    assert got.rows > 100
    assert "truncated" in got.places
    useless = packed({"in.zip": b"PK\x03\x04" + bytes(10), "e.xml": XML})
    assert left(recognise(put(tmp_path, "b.zip", useless))) == {"in.zip": "damaged"}
    one_line(lambda: recognise(put(tmp_path, "c.zip", packed({"in.zip": b"PK\x03\x04" + bytes(10)}))), "damaged or cut off", Damaged)


@pytest.mark.parametrize("name", ["../../x.xml", "/x.xml", "a/../../x.xml", "..\\..\\x.xml", "C:/x.xml", "C:\\x.xml"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    one_line(lambda: recognise(put(tmp_path, "a.zip", packed({name: XML}))), "leads outside", Damaged)


def test_a_link_inside_a_zip_is_not_followed(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "../../x.xml")
        archive.writestr("e.xml", XML)
    found = recognise(put(tmp_path, "a.zip", out.getvalue()))
    assert [f.member for f in found] == ["e.xml"]
    assert left(found) == {"link.xml": "link"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_two_inputs(tmp_path: Path) -> None:
    other = Export(seed=9).fill(5).document()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("e.xml", XML)
        archive.writestr("e.xml", other)
    found = recognise(put(tmp_path, "a.zip", out.getvalue()))
    assert [f.member for f in found] == ["e.xml", "e.xml (2)"]
    assert found[0].digest() != found[1].digest()
    assert read(found[1]).rows < read(found[0]).rows


FOREIGN = {
    "x.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "7z archive; unpack it first"),
    "x.rar": (b"Rar!\x1a\x07\x01\x00" + bytes(60), "rar archive; unpack it first"),
    "x.gz": (b"\x1f\x8b\x08" + bytes(60), "gzip archive; unpack it first"),
    "x.tar": (b"export.xml".ljust(257, b"\0") + b"ustar\x0000" + bytes(300), "tar archive; unpack it first"),
    "x.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF.*as CSV"),
    "x.heic": (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", "a picture .HEIC.*as CSV"),
    "x.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture .JPEG.*as CSV"),
    "x.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "office document; save the sheet as CSV"),
    "x.xlsx": (
        packed({"[Content_Types].xml": b"<?xml?><Types/>", "xl/workbook.xml": b"<workbook/>"}),
        "spreadsheet; save the sheet as CSV",
    ),
    "x.docx": (packed({"[Content_Types].xml": b"<?xml?><Types/>", "word/document.xml": b"<w/>"}), "office document; save the results"),
    "x.zip": (encrypted(), "encrypted zip; unpack it with its password"),
    "empty.zip": (packed({"apple_health_export/export.xml": b""}), "export.xml' is empty; export it again"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_content_is_one_line_that_says_what_to_do_whatever_its_name(tmp_path: Path, name: str) -> None:
    data, words = FOREIGN[name]
    one_line(lambda: recognise(put(tmp_path, name, data)), words)
    one_line(lambda: recognise(put(tmp_path, "export.xml", data)), words)
    one_line(lambda: recognise_opened(name, lambda: io.BytesIO(data), len(data)), words)


def test_a_folder_with_an_archive_alone_names_it(tmp_path: Path) -> None:
    put(tmp_path, "f/x.rar", FOREIGN["x.rar"][0])
    one_line(lambda: recognise(tmp_path / "f"), "unpack 'x.rar' first", NotRecognised)


# names, digests, accounts


def test_what_acts_on_a_terminal_is_gone_from_names_of_files(tmp_path: Path) -> None:
    path = put(tmp_path, "ex\x1b[2Jport\u202e.zip", packed({"a\x9b31m/e\u2066.xml": XML, "no\x1bte\x85.txt": b"x"}))
    (found,) = recognise(path)
    assert found.member == "a31m/e.xml"
    assert found.left_out == (("note .txt", "not_recognised"),)
    one_line(lambda: recognise(put(tmp_path, "no\x1b[31m\u202ething.txt", b"x")), r"no\[31mthing.txt")
    one_line(lambda: recognise(tmp_path / "\x1bmissing"), "'missing'")


@pytest.mark.skipif(sys.platform == "win32", reason="names there are text")
def test_a_name_that_is_no_text_can_be_shown(tmp_path: Path) -> None:
    path = put(tmp_path, os.fsdecode(b"caf\xe9.xml"), XML)
    (found,) = recognise(path)
    assert found.member == "caf\ufffd.xml"
    assert len(found.digest()) == 64


def test_a_container_is_read_once_for_all_its_digests() -> None:
    data, calls = packed({f"{i}.xml": Export(seed=i).fill(3).document() for i in range(5)}), [0]

    class Counted(io.BytesIO):
        def read(self, n: int | None = -1) -> bytes:
            calls[0] += 1 if n == 1 << 20 else 0
            return super().read(n)

    def raw() -> BinaryIO:
        return Counted(data)

    found = recognise_opened("a.zip", raw, len(data))
    calls[0] = 0
    assert len({f.digest() for f in found}) == 5
    assert calls[0] == 2, "one piece and the end, once"


def test_files_of_one_reason_are_named_in_part_and_counted() -> None:
    some = LeftOut()
    for i in range(NAMED + 7):
        some.add(f"{i}.txt", "not_recognised")
    some.fail("a.zip", Damaged("a.zip is broken"))
    assert some.total == NAMED + 8
    assert len(some.all()) == NAMED + 2
    assert some.all()[-1] == ("+7", "not_recognised")
    assert str(some.error) == "a.zip is broken"


def test_a_container_that_vanishes_is_one_line() -> None:
    def gone() -> BinaryIO:
        raise OSError(5, "Input/output error")

    with pytest.raises(Damaged, match="check that it is still there"), ByteStream(Packed(gone, "e.xml", 0, 9, 9, STORED)):
        pass


# tables inside and beside archives

TABLE = "metric,start,end,value,unit,source\nweight,2026-03-09T07:00:00Z,,80.5,kg,Balance de Zoé\n"


@pytest.mark.parametrize("shape", ["UTF-16", "UTF-16 big end", "BOM", "semicolon"])
def test_tables_in_any_encoding_are_recognised_by_content(tmp_path: Path, shape: str) -> None:
    data = {
        "UTF-16": TABLE.encode("utf-16"), "UTF-16 big end": b"\xfe\xff" + TABLE.encode("utf-16-be"), "BOM": TABLE.encode("utf-8-sig"),
        "semicolon": TABLE.replace(",", ";").replace("80.5", "80,5").encode(),
    }[shape]  # fmt: skip
    for path in (put(tmp_path, "x.dat", data), put(tmp_path, "x.zip", packed({"x.dat": data}))):
        (found,) = recognise(path)
        (row,) = read(found).table()
        assert (row["metric"], row["value"], row["source"].name) == ("weight", 80.5, "Balance de Zoé")


def test_a_table_of_a_header_alone_is_an_input_without_rows(tmp_path: Path) -> None:
    (found,) = recognise(put(tmp_path, "x.csv", TABLE.splitlines()[0].encode()))
    assert read(found).rows == 0
