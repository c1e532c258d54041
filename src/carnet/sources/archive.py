"""Lists what a zip holds, also a torn one and one level of zips within it. It refuses traversal, encryption, bombs and links."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from carnet.sources import budget
from carnet.sources.cleaning import shown
from carnet.sources.container import DEFLATED, STORED, ByteStream, Packed, head_of, opened_at
from carnet.sources.errors import Damaged, Locked, Oversized
from carnet.sources.leftout import LeftOut

LOCAL = b"PK\x03\x04"
ENCRYPTED, DESCRIPTOR = 1, 8
_HEADER = struct.Struct("<4s5H3L2H")
_UNREADABLE = (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError, OSError, OverflowError, IndexError)
SECRET = "is an encrypted zip; unpack it with its password and import what is inside"
DEEPER = "is a zip inside a zip inside a zip; unpack the outer ones and import what is inside"
BROKEN = "is a damaged or cut off zip with nothing readable inside; export or download it again"


def opened(member: Packed, left: LeftOut) -> Iterator[Packed]:
    """The files of a zip, or the file itself when it is none. Raises Damaged for a zip nothing can be taken from.

    What a zip holds and cannot be read is written into `left`.
    """
    if head_of(member)[:4] != LOCAL:
        yield member
        return
    before, empty = left.total, True
    for inside in _members(member, left, nested=False):
        empty = False
        yield inside
    if empty and left.total == before:
        raise Damaged(f"{member.name} {BROKEN}")


def _members(outer: Packed, left: LeftOut, nested: bool) -> Iterator[Packed]:
    """The readable files inside a zip, each under a name of its own. Raises Damaged: encrypted, traversal, bomb, unreadable."""
    names: dict[str, int] = {}
    for member in _listed(outer, left):
        if head_of(member)[:4] == LOCAL:
            yield from _within(member, left, nested)
            continue
        names[member.name] = n = names.get(member.name, 0) + 1
        # two members of one name must not be taken for one another when it is asked what was imported before
        yield member if n == 1 else replace(member, name=f"{member.name} ({n})")


def _within(member: Packed, left: LeftOut, nested: bool) -> Iterator[Packed]:
    """The files of a zip inside a zip; one that is broken costs only itself."""
    before = left.total
    try:
        if nested:
            raise Damaged(f"{member.name} {DEEPER}")
        inside = list(_members(_in_memory(member), left, nested=True))
    except Oversized:
        raise
    except Damaged as error:
        left.fail(member.name, error)
        return
    if not inside and left.total == before:
        left.fail(member.name, Damaged(f"{member.name} {BROKEN}"))
    yield from (replace(m, name=shown(f"{member.name}/{m.name}")) for m in inside)


def _in_memory(member: Packed) -> Packed:
    """A zip within a zip, held in memory: it needs jumping about in, and no plaintext goes to disk."""
    held = io.BytesIO()
    with ByteStream(member) as stream:
        for piece in stream:
            member.budget.hold(member.name, len(piece))
            held.write(piece)
    data = held.getvalue()
    return Packed(lambda: io.BytesIO(data), member.name, 0, len(data), len(data), STORED, budget=member.budget)


@dataclass(slots=True)
class _Guarded:
    """A container that refuses to hand out a directory larger than any honest zip has."""

    handle: BinaryIO
    name: str

    def read(self, n: int = -1) -> bytes:
        if n > budget.MAX_DIRECTORY:
            raise Oversized(f"{self.name} {budget.CROWD}")
        return self.handle.read(n if n >= 0 else budget.MAX_DIRECTORY)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self.handle.seek(offset, whence)

    def tell(self) -> int:
        return self.handle.tell()

    def seekable(self) -> bool:
        return True


def _listed(outer: Packed, left: LeftOut) -> list[Packed]:
    """The readable members of a zip: by its directory, or one by one from the front when the end is missing."""
    with opened_at(outer) as handle:
        try:
            with zipfile.ZipFile(cast(BinaryIO, _Guarded(handle, outer.name))) as archive:
                infos = archive.infolist()
        except _UNREADABLE:
            return _salvaged(outer, handle)
        outer.budget.count(outer.name, len(infos))
        if sum(i.file_size for i in infos) > budget.MAX_BYTES:
            raise Oversized(f"{outer.name} {budget.BOMB}")
        return [member for info in infos if _wanted(info, left) and (member := _checked(outer, handle, info, left))]


def _wanted(info: zipfile.ZipInfo, left: LeftOut) -> bool:
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        left.add(shown(info.filename), "link")
        return False
    return not (info.filename.endswith("/") or junk(info.filename))


def junk(name: str) -> bool:
    """Whether a file manager added it to the folder."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or (bool(parts) and (parts[-1] == ".DS_Store" or parts[-1].startswith("._")))


def _checked(outer: Packed, handle: BinaryIO, info: zipfile.ZipInfo, left: LeftOut) -> Packed | None:
    """One member by its directory entry, None for one whose place is wrong. Raises Damaged for what no honest export holds."""
    _inside(outer.name, info.filename)
    if info.flag_bits & ENCRYPTED:
        raise Locked(f"{outer.name} {SECRET}")
    if info.compress_type not in (STORED, DEFLATED):
        raise Damaged(f"{outer.name} is packed in an unusual way; unpack it and import what is inside")
    if budget.too_dense(info.compress_size, info.file_size):
        raise Oversized(f"{outer.name} {budget.BOMB}")
    fields = _local(handle, info.header_offset, outer.packed)
    if fields[0] != LOCAL:
        left.fail(shown(info.filename), Damaged(f"{outer.name} is a damaged zip; export or download it again"))
        return None
    start = info.header_offset + _HEADER.size + fields[9] + fields[10]
    return Packed(
        outer.raw, shown(info.filename), start, info.compress_size, info.file_size, info.compress_type, info.CRC, budget=outer.budget
    )


def _inside(archive: str, name: str) -> None:
    """Raises Damaged for a name that leads out of the archive."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise Damaged(f"{archive} holds a path that leads outside of it; make the zip again from the export's folder")


def _local(handle: BinaryIO, at: int, end: int) -> tuple[Any, ...]:
    """The fields of the local header at a place, zeros when there is none."""
    data = b""
    if 0 <= at <= end:
        handle.seek(at)
        data = handle.read(_HEADER.size)
    return _HEADER.unpack(data.ljust(_HEADER.size, b"\0"))


def _salvaged(outer: Packed, handle: BinaryIO) -> list[Packed]:
    """Members of a zip whose end is missing, found one after the other from the front."""
    found: list[Packed] = []
    handle.seek(0, os.SEEK_END)
    end, at = handle.tell(), 0
    while at + _HEADER.size <= end:
        fields = _local(handle, at, end)
        if fields[0] != LOCAL or fields[3] not in (STORED, DEFLATED):
            break
        if fields[2] & ENCRYPTED:
            raise Locked(f"{outer.name} {SECRET}")
        outer.budget.count(outer.name, 1)
        name = handle.read(fields[9]).decode("utf-8", "replace")
        start = at + _HEADER.size + fields[9] + fields[10]
        open_ended = bool(fields[2] & DESCRIPTOR) or fields[7] == 0xFFFFFFFF
        whole = not open_ended and start + fields[7] <= end
        packed = fields[7] if whole else max(0, end - start)
        crc = fields[6] if whole else None
        member = Packed(outer.raw, shown(name), start, packed, fields[8], fields[3], crc, True, outer.budget)
        if (fields[3] == DEFLATED or not open_ended) and not name.endswith("/") and not junk(name) and ".." not in name.split("/"):
            found.append(member)
        at = start + packed if not open_ended else _after(member, handle)
    return found


def _after(member: Packed, handle: BinaryIO) -> int:
    """Where the member after a streamed one starts: its deflate stream ends, a data descriptor follows."""
    nowhere = 2**63
    if member.method != DEFLATED:
        return nowhere
    with ByteStream(member) as stream:
        for _ in stream:
            continue
    if stream.tail is None:
        return nowhere
    at = member.offset + stream.done - stream.tail
    handle.seek(at)
    tail = handle.read(24)
    for length in (16, 24, 12, 20):
        if tail[length : length + 4] == LOCAL or (length <= 20 and tail[length : length + 2] == b"PK"):
            return at + length
    return at + 16
