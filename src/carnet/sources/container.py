"""Opens files and zip archives as streams of bytes, checked against traversal, encryption and bombs. It unpacks nothing to disk."""

from __future__ import annotations

import importlib
import io
import os
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from carnet.sources.errors import Damaged

fast: Any = zlib
with suppress(ImportError):
    fast = importlib.import_module("isal.isal_zlib")  # four times the speed of zlib, the same calls

HEAD = 4096  # bytes a connector may look at to know its format
MAX_BYTES = 20_000_000_000  # unpacked, one archive
MAX_RATIO, FREE_BYTES = 200, 50_000_000  # a member may unpack to more than 200:1 only while it stays small
MAX_MEMBERS, MAX_NESTED = 100_000, 100_000_000
PIECE = 32_768  # compressed bytes read at once
LOCAL = b"PK\x03\x04"
STORED, DEFLATED, ENCRYPTED, DESCRIPTOR = 0, 8, 1, 8
_HEADER = struct.Struct("<4s5H3L2H")
BOMB = "unpacks to far more than a health export does; import the export itself"
SECRET = "is an encrypted zip; unpack it with its password and import what is inside"
DEEP = "is a large zip inside a zip; unpack the outer one and import what is inside"


@dataclass(frozen=True, slots=True)
class Packed:
    """One file's bytes as they lie in a container. raw opens the container; torn: the container's own end is missing."""

    raw: Callable[[], BinaryIO]
    name: str
    offset: int
    packed: int
    size: int
    method: int
    crc: int | None = None
    torn: bool = False


@dataclass(slots=True)
class ByteStream:
    """A member's bytes, read once, front to back; a context.

    done of total: bytes of the container consumed; told(done, total) hears of it every 0.2 s.
    truncated: it ended early. bad_checksum: every byte came, but not as they were packed. Both are known at the end.
    """

    member: Packed
    told: Callable[[int, int], None] | None = None
    piece: int = PIECE
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

    def __enter__(self) -> ByteStream:
        self._handle = self.member.raw()
        self._handle.seek(self.member.offset)
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
        assert self._handle is not None
        data = self._handle.read(max(0, min(self.piece, self.total - self.done)))
        self.done += len(data)
        if not data:
            self._end(early=self._inflate is not None or self.done < self.total)
            return b""
        try:
            piece = self._inflate.decompress(data) if self._inflate is not None else data
        except (fast.error, zlib.error):
            self._end(early=True)
            return b""
        self._out += len(piece)
        self._crc = fast.crc32(piece, self._crc)
        if self._out > MAX_BYTES or (self._out > FREE_BYTES and self._out > MAX_RATIO * self.done):
            raise Damaged(f"{self.member.name} {BOMB}")
        if self._inflate is not None and self._inflate.eof:
            self._end(early=False)
        return bytes(piece)

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


def file_member(path: Path, name: str | None = None) -> Packed:
    """A bare file as the one member of itself. Raises Damaged when it may not be read."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise Damaged(f"{path.name} is not a file; give the path of an export")
        with path.open("rb"):
            size = about.st_size
    except OSError as error:
        why = (error.strerror or "refused").lower()
        raise Damaged(f"cannot read {path.name}: {why}; check the path and its permissions") from error
    return Packed(lambda: path.open("rb"), name or path.name, 0, size, size, STORED)


def head_of(member: Packed) -> bytes:
    """The first bytes of a member, empty for a damaged one."""
    try:
        with ByteStream(member, piece=HEAD // 2) as stream:
            return stream.read(HEAD)
    except (OSError, Damaged):
        return b""


def members(outer: Packed, nested: bool = False) -> list[Packed]:
    """The files inside a zip, one level of zips within it opened too. Raises Damaged: encrypted, traversal, bomb, unreadable."""
    found: list[Packed] = []
    for member in _listed(outer) if not nested else _listed(_in_memory(outer)):
        if not nested and head_of(member)[:4] == LOCAL:
            found += members(member, nested=True)
        else:
            found.append(member)
    return found


def _in_memory(member: Packed) -> Packed:
    """A zip within a zip, held in memory: it needs jumping about in, and no plaintext goes to disk."""
    if member.size > MAX_NESTED:
        raise Damaged(f"{member.name} {DEEP}")
    with ByteStream(member) as stream:
        data = stream.read(MAX_NESTED + 1)
    if len(data) > MAX_NESTED:
        raise Damaged(f"{member.name} {DEEP}")
    return Packed(lambda: io.BytesIO(data), member.name, 0, len(data), len(data), STORED)


def _listed(outer: Packed) -> list[Packed]:
    """The readable members of a zip: by its directory, or one by one from the front when the end is missing."""
    with outer.raw() as handle:
        try:
            with zipfile.ZipFile(handle) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError, OSError):
            return _salvaged(outer, handle)
        if len(infos) > MAX_MEMBERS or sum(i.file_size for i in infos) > MAX_BYTES:
            raise Damaged(f"{outer.name} {BOMB}")
        return [_checked(outer, handle, info) for info in infos if _wanted(info)]


def _wanted(info: zipfile.ZipInfo) -> bool:
    link = (info.external_attr >> 16) & 0o170000 == 0o120000
    return not (info.is_dir() or link or _junk(info.filename))


def _junk(name: str) -> bool:
    """What a file manager adds to a folder."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or (bool(parts) and (parts[-1] == ".DS_Store" or parts[-1].startswith("._")))


def _checked(outer: Packed, handle: BinaryIO, info: zipfile.ZipInfo) -> Packed:
    """One member by its directory entry. Raises Damaged for what no honest export holds."""
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise Damaged(f"{outer.name} holds a path that leads outside of it; make the zip again from the export's folder")
    if info.flag_bits & ENCRYPTED:
        raise Damaged(f"{outer.name} {SECRET}")
    if info.compress_type not in (STORED, DEFLATED):
        raise Damaged(f"{outer.name} is packed in an unusual way; unpack it and import what is inside")
    if info.file_size > FREE_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise Damaged(f"{outer.name} {BOMB}")
    handle.seek(max(0, info.header_offset))
    fields = _HEADER.unpack(handle.read(_HEADER.size).ljust(_HEADER.size, b"\0"))
    if fields[0] != LOCAL:
        raise Damaged(f"{outer.name} is a damaged zip; export or download it again")
    start = info.header_offset + _HEADER.size + fields[9] + fields[10]
    return Packed(outer.raw, info.filename, start, info.compress_size, info.file_size, info.compress_type, info.CRC)


def _salvaged(outer: Packed, handle: BinaryIO) -> list[Packed]:
    """Members of a zip whose end is missing, found one after the other from the front."""
    found: list[Packed] = []
    handle.seek(0, os.SEEK_END)
    end, at = handle.tell(), 0
    while at + _HEADER.size <= end and len(found) < MAX_MEMBERS:
        handle.seek(at)
        fields = _HEADER.unpack(handle.read(_HEADER.size))
        if fields[0] != LOCAL or fields[3] not in (STORED, DEFLATED):
            break
        if fields[2] & ENCRYPTED:
            raise Damaged(f"{outer.name} {SECRET}")
        name = handle.read(fields[9]).decode("utf-8", "replace")
        start = at + _HEADER.size + fields[9] + fields[10]
        open_ended = bool(fields[2] & DESCRIPTOR) or fields[7] == 0xFFFFFFFF
        whole = not open_ended and start + fields[7] <= end
        packed = fields[7] if whole else max(0, end - start)
        member = Packed(outer.raw, name, start, packed, fields[8], fields[3], fields[6] if whole else None, torn=True)
        if fields[3] == DEFLATED or not open_ended:
            found.append(member)
        at = start + packed if not open_ended else _after(member)
    return [m for m in found if not m.name.endswith("/") and not _junk(m.name) and ".." not in m.name.split("/")]


def _after(member: Packed) -> int:
    """Where the member after a streamed one starts: its deflate stream ends, a data descriptor follows."""
    inflate = fast.decompressobj(-15)
    with member.raw() as handle:
        handle.seek(member.offset)
        at = member.offset
        while data := handle.read(PIECE):
            at += len(data)
            try:
                inflate.decompress(data)
            except (fast.error, zlib.error):
                return 2**63
            if inflate.eof:
                handle.seek(at - len(inflate.unused_data))
                tail = handle.read(24)
                at -= len(inflate.unused_data)
                for length in (16, 24, 12, 20):
                    if tail[length : length + 4] == LOCAL or (length <= 20 and tail[length : length + 2] == b"PK"):
                        return at + length
                return at + 16
    return 2**63
