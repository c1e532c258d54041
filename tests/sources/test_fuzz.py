"""Damage of any kind gives rows and problems, or one clear line: never another exception, never more memory than the file explains."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from random import Random

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from carnet.record.model import ReadContext
from carnet.sources.connector import recognise_opened
from carnet.sources.errors import UnreadableInput
from sources.apple_health.fixture import Export, packed
from sources.reading import NOW, gather
from sources.test_archives import TABLE, at_most

XML = Export().fill(12).document()
LABS = b"date,name,comparator,value,unit,ref_low,ref_high,lab\n2026-01-02,LDL,,4,mmol/L,,3.4,Labo\n2026-01-02,CRP,<,0.6,mg/L,,5,Labo\n"
MEMBERS = {"x/export.xml": XML, "labs.csv": LABS, "t.csv": TABLE.encode(), "in.zip": packed({"e.xml": XML, "t.csv": TABLE.encode()})}
WHOLE = (packed(MEMBERS), packed({"export.xml": XML}), XML, LABS, TABLE.encode("utf-16"))
SIGNS = (
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"\xff" * 8,
    b"\0" * 8,
    b"\x08\x00",
    b"<HealthData>",
    b"\n",
    b'"',
)


def streamed() -> bytes:
    """A zip written without looking back: descriptors behind the members."""
    out = io.BytesIO()
    forward = io.BufferedWriter(io.BytesIO())
    forward.write = out.write
    forward.seek = forward.tell = _refuse
    with zipfile.ZipFile(forward, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in MEMBERS.items():
            archive.writestr(name, data)
    return out.getvalue()


def _refuse(*_: object) -> int:
    raise OSError("not searchable")


def outcome(data: bytes) -> str:
    """What becomes of the bytes: "read" or "refused"; anything else is an exception that fails the test."""
    said = "read"
    try:
        for found in recognise_opened("export.zip", lambda: io.BytesIO(data), len(data)):
            gather(found.read(ReadContext("Europe/Paris", now=NOW)))
            assert found.digest()
    except UnreadableInput as error:
        said = str(error)
    assert said.isprintable()
    return "read" if said == "read" else "refused"


def test_what_is_whole_is_read() -> None:
    assert [outcome(data) for data in (*WHOLE, streamed())] == ["read"] * 6


def hurt(data: bytes, random: Random, wounds: int, place: Callable[[int], int]) -> bytes:
    """The bytes with some of them flipped, cut out or overwritten by words that mean something in a zip."""
    spoilt = bytearray(data)
    for _ in range(wounds):
        at = place(len(spoilt))
        kind = random.randrange(4)
        if kind == 0:
            spoilt[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            spoilt[at : at + random.randrange(1, 40)] = b""
        elif kind == 2:
            sign = random.choice(SIGNS)
            spoilt[at : at + len(sign)] = sign
        else:
            spoilt[at : at + 4] = random.randbytes(4)
        if not spoilt:
            return b""
    return bytes(spoilt)


@seed(20260401)
@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*WHOLE, streamed()]), st.randoms(use_true_random=False), st.integers(1, 6), st.booleans())
def test_bytes_flipped_anywhere(data: bytes, random: Random, wounds: int, structure: bool) -> None:
    """Every second time only the last bytes, where a zip keeps its directory."""
    reach = min(len(data), 700)
    with at_most(60_000_000):
        outcome(hurt(data, random, wounds, lambda n: n - 1 - random.randrange(min(reach, n)) if structure else random.randrange(n)))


@seed(20260401)
@settings(max_examples=200, deadline=None)
@given(st.sampled_from([*WHOLE, streamed()]), st.floats(0, 1))
def test_cut_at_any_byte(data: bytes, part: float) -> None:
    outcome(data[: int(len(data) * part)])


names = st.one_of(
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=12),
    st.sampled_from(["../x", "/x", "e.xml", "__MACOSX/._e.xml", "a/", "in.zip"]),
)
pieces = st.one_of(
    st.binary(max_size=200), st.sampled_from([XML, LABS, TABLE.encode(), b"", packed({"e.xml": XML}), packed({"a.zip": packed({})})])
)


@seed(20260401)
@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(names, pieces), max_size=6), st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
def test_random_members(members: list[tuple[str, bytes]], method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in dict(members).items():
            archive.writestr(name, data)
    outcome(out.getvalue())


@seed(20260401)
@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"<HealthData>", b"\xff\xfe", LABS[:53]]), st.binary(max_size=400))
def test_random_bytes(start: bytes, rest: bytes) -> None:
    outcome(start + rest)
