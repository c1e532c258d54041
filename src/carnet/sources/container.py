"""Reads one file's bytes out of a container as a stream, inflated, checked and counted against a budget. It unpacks nothing to disk."""

from __future__ import annotations

import importlib
import stat
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from carnet.sources.budget import BOMB, Budget, too_dense
from carnet.sources.cleaning import shown
from carnet.sources.errors import Damaged, Oversized, Refused

fast: Any = zlib
with suppress(ImportError):
    fast = importlib.import_module("isal.isal_zlib")  # four times the speed of zlib, the same calls

HEAD = 4096  # bytes a connector may look at to know its format
PIECE = 32_768  # compressed bytes read at once
STEP = 4_000_000  # unpacked bytes made at once: 32 KB of zeros would unpack to 33 MB
STORED, DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Packed:
    """One file's bytes as they lie in a container. raw opens the container; torn: the container's own end is missing.

    name: fit to be shown. budget: the account of the whole path.
    """

    raw: Callable[[], BinaryIO]
    name: str
    offset: int
    packed: int
    size: int
    method: int
    crc: int | None = None
    torn: bool = False
    budget: Budget = field(default_factory=Budget)


@dataclass(slots=True)
class ByteStream:
    """A member's bytes, read once, front to back; a context.

    done of total: bytes of the container consumed; told(done, total) hears of it every 0.2 s.
    truncated: it ended early. bad_checksum: every byte came, but not as they were packed. Both are known at the end.
    """

    member: Packed
    told: Callable[[int, int], None] | None = None
    piece: int = PIECE
    step: int = STEP
    done: int = 0
    truncated: bool = False
    bad_checksum: bool = False
    _handle: BinaryIO | None = None
    _inflate: Any = None
    _crc: int = 0
    _out: int = 0
    _ended: bool = False
    _rest: bytes = b""
    _last: float = 0.0

    @property
    def total(self) -> int:
        """How many bytes `done` will reach."""
        return self.member.packed

    @property
    def tail(self) -> int | None:
        """How many bytes read lie behind the end of the packed data; None while no end was met."""
        return len(self._inflate.unused_data) if self._inflate is not None and self._inflate.eof else None

    def __enter__(self) -> ByteStream:
        self._handle = opened_at(self.member, self.member.offset)
        self._inflate = fast.decompressobj(-15) if self.member.method == DEFLATED else None
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle:
            self._handle.close()

    def read(self, n: int) -> bytes:
        """Up to n bytes, b"" only at the end. Raises Damaged for a member that unpacks to more than it may."""
        pieces, got = [self._rest], len(self._rest)
        while got < n and not self._ended:
            piece = self._next()
            pieces.append(piece)
            got += len(piece)
        self._tell()
        whole = b"".join(pieces)
        self._rest = whole[n:]
        return whole[:n]

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(1 << 18):
            yield piece

    def _next(self) -> bytes:
        """The next unpacked bytes; may be empty. Sets _ended after the last."""
        left = self._inflate.unconsumed_tail if self._inflate is not None else b""
        data = left or self._more()
        try:
            piece = self._inflate.decompress(data, self.step) if self._inflate is not None else data
        except (fast.error, zlib.error):
            self._end(early=True)
            return b""
        self._account(0 if left else len(data), piece)
        if self._inflate is not None and self._inflate.eof:
            self._end(early=False)
        elif not data and not piece:
            self._end(early=self._inflate is not None or self.done < self.total)
        return bytes(piece)

    def _more(self) -> bytes:
        """The next bytes of the container, b"" after the member's last."""
        assert self._handle is not None
        try:
            data = self._handle.read(max(0, min(self.piece, self.total - self.done)))
        except (OSError, ValueError) as error:
            raise Refused(f"cannot read {self.member.name} to its end; copy it to this computer and try again") from error
        self.done += len(data)
        return data

    def _account(self, consumed: int, piece: bytes) -> None:
        """Counts bytes here and for the whole path."""
        self._out += len(piece)
        self._crc = fast.crc32(piece, self._crc)
        if too_dense(self.done, self._out):
            raise Oversized(f"{self.member.name} {BOMB}")
        self.member.budget.spend(self.member.name, consumed, len(piece))

    def _end(self, early: bool) -> None:
        self._ended = True
        self.truncated = early or self.member.torn
        if not early and self.member.crc is not None:
            self.bad_checksum = self._crc != self.member.crc

    def _tell(self) -> None:
        now = time.monotonic()
        if self.told and (now - self._last > 0.2 or self._ended):
            self._last = now
            self.told(self.done, self.total)


def opened_at(member: Packed, offset: int = 0) -> BinaryIO:
    """A member's container, standing at an offset. Raises Refused."""
    try:
        handle = member.raw()
        handle.seek(offset)
    except (OSError, ValueError, OverflowError) as error:
        raise Refused(f"cannot read {member.name}; check that it is still there and may be read") from error
    return handle


def file_member(path: Path, name: str | None = None, budget: Budget | None = None) -> Packed:
    """A bare file as the one member of itself. Raises Damaged when it may not be read."""
    called = shown(name or path.name)
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Refused(f"{called} is not a file; give the path of an export")
        with path.open("rb"):
            size = about.st_size
    except (OSError, ValueError) as error:
        why = str(getattr(error, "strerror", None) or "refused").lower()
        raise Refused(f"cannot read {called}: {why}; check the path and its permissions") from error
    return Packed(lambda: path.open("rb"), called, 0, size, size, STORED, budget=budget or Budget())


def head_of(member: Packed) -> bytes:
    """The first bytes of a member, empty for a damaged one. Raises Oversized."""
    try:
        with ByteStream(member, piece=HEAD // 2, step=HEAD) as stream:
            return stream.read(HEAD)
    except Oversized:
        raise
    except Damaged:
        return b""
