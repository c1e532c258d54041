"""Finds the connectors by reading the folders, and what a path holds by looking at its first bytes. It names no vendor."""

from __future__ import annotations

import hashlib
import importlib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from carnet.record.model import Item, ReadContext
from carnet.sources.archive import junk, opened
from carnet.sources.budget import Budget
from carnet.sources.cleaning import shown
from carnet.sources.container import STORED, ByteStream, Packed, file_member, head_of
from carnet.sources.contents import archive_kind, described
from carnet.sources.errors import Damaged, NotRecognised, Oversized
from carnet.sources.leftout import LeftOut

MAX_FILES = 20_000  # files looked at in one folder


@dataclass(frozen=True, slots=True)
class Connector:
    """One folder of this package: what its manifest says and what its reader can do.

    reader: name and version of the reader, such as "apple_health/1". whole: a file of it is a complete export.
    left_out: why a member that belongs to the export is not read ("" when it is not one of those).
    """

    name: str
    title: str
    kind: str
    expects: str
    categories: tuple[str, ...]
    consent: str
    quality: Mapping[str, str]
    reader: str
    whole: bool
    sniff: Callable[[bytes], bool]
    read: Callable[[ByteStream, ReadContext], Iterator[Item]]
    left_out: Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Found:
    """One input that a connector can read. size: bytes in its container, what progress counts up to.

    left_out: (member, reason) of files beside it that are not read. What belongs to no connector stands with the path's first input.
    """

    connector: Connector
    packed: Packed
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def service(self) -> str:
        """The connector's name."""
        return self.connector.name

    @property
    def reader(self) -> str:
        """The reader and its version."""
        return self.connector.reader

    @property
    def member(self) -> str:
        """The name inside the archive or folder, the file's own name when it is bare."""
        return self.packed.name

    @property
    def size(self) -> int:
        """Bytes in the container."""
        return self.packed.packed

    @property
    def whole(self) -> bool:
        """Whether it is a complete export: what is missing in it is gone at the vendor's. Never true of a torn archive."""
        return self.connector.whole and not self.packed.torn

    def open_raw(self) -> BinaryIO:
        """The container itself, for a checksum."""
        return self.packed.raw()

    def digest(self) -> str:
        """SHA-256 over the container and the member's name, as hex. The container is read once for all its members."""
        return hashlib.sha256(f"{self.packed.budget.digest(self.packed.raw)}/{self.member}".encode()).hexdigest()

    def open(self, context: ReadContext | None = None) -> ByteStream:
        """The unpacked bytes, a context."""
        return ByteStream(self.packed, told=context.progress if context else None)

    def read(self, context: ReadContext) -> Iterator[Item]:
        """Everything the connector reads from it. Raises Damaged when that is nothing at all."""
        with self.open(context) as stream:
            yield from self.connector.read(stream, context)


@cache
def discover() -> Mapping[str, Connector]:
    """Every connector by name: the folders of this package, then the packages registered as `carnet.sources`."""
    found: dict[str, Connector] = {}
    for folder in sorted(files("carnet.sources").iterdir(), key=lambda f: f.name):
        if folder.is_dir() and folder.joinpath("manifest.toml").is_file():
            found[folder.name] = _connector(f"carnet.sources.{folder.name}")
    for point in sorted(entry_points(group="carnet.sources"), key=lambda p: p.name):
        found.setdefault(point.name, _connector(point.value))
    return found


def _connector(package: str) -> Connector:
    manifest = tomllib.loads(files(package).joinpath("manifest.toml").read_text("utf-8"))
    module = importlib.import_module(f"{package}.reader")
    return Connector(
        name=package.rpartition(".")[2],
        title=manifest["title"],
        kind=manifest["kind"],
        expects=manifest["expects"],
        categories=tuple(manifest["categories"]),
        consent=manifest["consent"],
        quality=manifest["quality"],
        reader=module.READER,
        whole=module.WHOLE,
        sniff=module.sniff,
        read=module.read,
        left_out=_optional(module),
    )


def _optional(module: ModuleType) -> Callable[[bytes], str]:
    found: Callable[[bytes], str] = getattr(module, "left_out", lambda head: "")
    return found


def recognise(path: Path, service: str | None = None) -> list[Found]:
    """Every input a path holds: a bare file, a zip (one level of zips within), a folder.

    service: only this connector is asked. Raises NotRecognised, Damaged.
    """
    asked = _asked(service)
    name = shown(path.name)
    if not os.path.exists(path):
        raise NotRecognised(f"there is no {name!r} there; check the path. Expected: {_expected(asked)}")
    left, budget = LeftOut(), Budget()
    if path.is_dir():
        return _found(name, _folder(path, left, budget), asked, left, None)
    member = file_member(path, budget=budget)
    return _found(name, opened(member, left), asked, left, member)


def recognise_opened(name: str, raw: Callable[[], BinaryIO], size: int) -> list[Found]:
    """The same for a file that is no path: raw opens its bytes, which can be searched in. Raises NotRecognised, Damaged."""
    member, left = Packed(raw, shown(name), 0, size, size, STORED), LeftOut()
    return _found(member.name, opened(member, left), _asked(None), left, member)


def _asked(service: str | None) -> list[Connector]:
    """The connectors that may take a file."""
    known = discover()
    if service is not None and service not in known:
        raise NotRecognised(f"{service!r} is not a service that files can come from; use one of {', '.join(sorted(known))}")
    return [known[service]] if service else list(known.values())


def _folder(path: Path, left: LeftOut, budget: Budget) -> Iterator[Packed]:
    """The files of a folder; what may not be read and archives that are broken are written into `left`."""
    seen = 0
    for inner in _files(path, left):
        name = shown(str(inner.relative_to(path)))
        if inner.is_symlink():
            left.add(name, "link")
            continue
        seen += 1
        if seen > MAX_FILES:
            left.add(name, "too_many_files")
            continue
        try:
            yield from opened(file_member(inner, name, budget), left)
        except Oversized:
            raise
        except Damaged as error:
            left.fail(name, error)


def _files(path: Path, left: LeftOut) -> Iterator[Path]:
    """The files under a folder in the order of their names, without what a file manager adds; no link is followed."""

    def refused(error: OSError) -> None:
        left.add(shown(os.path.basename(str(error.filename or ""))), "unreadable")

    for folder, folders, names in os.walk(path, onerror=refused):
        folders.sort()
        for link in [f for f in folders if os.path.islink(os.path.join(folder, f))]:
            left.add(shown(link), "link")
        for name in sorted(names):
            inner = Path(folder, name)
            if not junk(str(inner.relative_to(path))):
                yield inner


def _found(name: str, candidates: Iterator[Packed], asked: list[Connector], left: LeftOut, single: Packed | None) -> list[Found]:
    """What the connectors take of the candidates, those of one connector together. Raises when that is nothing."""
    taken: dict[str, list[Found]] = {c.name: [] for c in asked}
    twins = {c.name: LeftOut() for c in asked}
    for member in candidates:
        head = head_of(member)
        takers = [c for c in asked if c.sniff(head)]
        for connector in takers:
            taken[connector.name].append(Found(connector, member))
        reasons = [(c, reason) for c in asked if (reason := c.left_out(head))]
        for connector, reason in reasons:
            twins[connector.name].add(member.name, reason)
        if not (takers or reasons):
            left.add(member.name, _unread(head, member))
    for connector in asked:
        if not taken[connector.name]:
            left.join(twins[connector.name])
    found = [replace(f, left_out=twins[f.service].all()) for c in asked for f in taken[c.name]]
    if not found:
        raise left.error or NotRecognised(f"{name!r} {_looks_like(single, left)}. Expected: {_expected(asked)}")
    return [replace(found[0], left_out=(*found[0].left_out, *left.all())), *found[1:]]


def _unread(head: bytes, member: Packed) -> str:
    """Why a file that no connector takes is left out."""
    if archive_kind(head):
        return "unpack_first"
    return "not_recognised" if head else "empty" if member.size == 0 else "damaged"


def _expected(asked: list[Connector]) -> str:
    return "; or ".join(connector.expects for connector in asked)


def _looks_like(single: Packed | None, left: LeftOut) -> str:
    """What a path is instead, in words. single: the path when it is no folder."""
    if single is None:
        packed = left.names("unpack_first")
        return f"is a folder with archives in it; unpack {packed[0]!r} first" if packed else "is a folder without anything Carnet can read"
    inside = left.names("not_recognised")
    if not inside and (empty := left.names("empty")) and empty[0] != single.name:
        return f"is a zip in which {empty[0]!r} is empty; export it again"
    return described(head_of(single), inside)
