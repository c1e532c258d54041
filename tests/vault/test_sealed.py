"""Files on their way in: what was written comes back from any place, nothing of it lies in the clear, one changed byte opens nothing."""

from __future__ import annotations

import gc
import os
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.vault import sealed
from carnet.vault.errors import NotWritable
from carnet.vault.sealed import PIECE, TAG, Sealed

SIZES = st.one_of(st.integers(0, 400), st.integers(PIECE - 3, PIECE + 3), st.integers(2 * PIECE - 2, 2 * PIECE + 2))


def made(folder: Path, data: bytes, cuts: list[int] | None = None) -> Sealed:
    """The bytes sealed, written in pieces that end at the cuts."""
    file = Sealed(folder)
    edges = [0, *sorted(min(c, len(data)) for c in cuts or []), len(data)]
    for start, end in pairwise(edges):
        file.write(data[start:end])
    file.close()
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@settings(max_examples=40, deadline=None)
@given(
    SIZES,
    st.lists(st.integers(0, 2 * PIECE), max_size=5),
    st.lists(st.tuples(st.integers(0, 2 * PIECE + 9), st.integers(0, 3 * PIECE)), max_size=5),
)
def test_every_place_reads_as_written(folder: Path, size: int, cuts: list[int], looks: list[tuple[int, int]]) -> None:
    data = random.Random(size).randbytes(size)
    file = made(folder, data, cuts)
    assert file.size == size
    with file.open() as opened:
        assert opened.read() == data
        for at, n in looks:
            opened.seek(at)
            assert opened.read(n) == data[at : at + n]
    file.discard()
    assert list(folder.iterdir()) == []


def test_nothing_lies_in_the_clear(tmp_path: Path) -> None:
    canary = b"CANARY-71.2-kg"
    file = Sealed(tmp_path)
    for _ in range(100_000):
        file.write(canary)
        if file.size % (400 * 1024) < len(canary):
            assert canary not in file.path.read_bytes()
    file.close()
    on_disk = file.path.read_bytes()
    assert len(on_disk) > 1_400_000
    assert canary not in on_disk
    assert file.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", [0, 5, PIECE + TAG - 1, PIECE + TAG, -1])
def test_a_flipped_byte_opens_nothing_of_its_piece(tmp_path: Path, place: int) -> None:
    file = made(tmp_path, b"a" * (PIECE + 1000))
    raw = bytearray(file.path.read_bytes())
    raw[place] ^= 1
    file.path.write_bytes(raw)
    with file.open() as opened, pytest.raises(OSError, match="was changed"):
        opened.read()


def test_pieces_that_changed_places_do_not_open(tmp_path: Path) -> None:
    file = made(tmp_path, os.urandom(2 * PIECE))
    raw = file.path.read_bytes()
    half = PIECE + TAG
    file.path.write_bytes(raw[half:] + raw[:half])
    with file.open() as opened, pytest.raises(OSError, match="was changed"):
        opened.read(10)


@pytest.mark.parametrize("kept", [0, PIECE, PIECE + TAG, PIECE + TAG + 500])
def test_a_file_cut_on_the_disk_is_no_shorter_file(tmp_path: Path, kept: int) -> None:
    file = made(tmp_path, b"a" * (PIECE + 1000))
    file.path.write_bytes(file.path.read_bytes()[:kept])
    with file.open() as opened, pytest.raises(OSError, match=r"was changed|lost its end"):
        opened.read()


def test_a_forgotten_file_goes_by_itself(tmp_path: Path) -> None:
    file = made(tmp_path, b"abc")
    assert len(list(tmp_path.iterdir())) == 1
    del file
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_discarding_twice_or_half_way_is_fine(tmp_path: Path) -> None:
    file = Sealed(tmp_path)
    file.write(b"a" * (PIECE + 5))
    file.discard()
    file.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable):
        Sealed(tmp_path / "file" / "uploads")


def test_what_a_dead_process_left_is_swept_after_a_day(tmp_path: Path) -> None:
    old, new = made(tmp_path, b"old"), made(tmp_path, b"new")
    os.utime(old.path, (1, 1))
    (tmp_path / "other.txt").write_text("not ours")
    assert sealed.sweep(tmp_path) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([new.path.name, "other.txt"])
