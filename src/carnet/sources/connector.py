"""Finds the connectors by reading the folders, and what a path holds by looking at its first bytes. It names no vendor."""

from __future__ import annotations

import importlib
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from carnet.record.model import Item, ReadContext
from carnet.sources.container import LOCAL, ByteStream, Packed, file_member, head_of, members
from carnet.sources.errors import Damaged, NotRecognised

MAX_FILES = 20_000  # files looked at in one folder
EMPTY_ZIP = b"PK\x05\x06"


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

    left_out: (member, reason) of files beside it that are not read by design.
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
    known = discover()
    if service is not None and service not in known:
        raise NotRecognised(f"{service!r} is not a service that files can come from; use one of {', '.join(sorted(known))}")
    asked = [known[service]] if service else list(known.values())
    if not os.path.exists(path):
        raise NotRecognised(f"there is no {path.name!r} there; check the path. Expected: {_expected(asked)}")
    found = list(_matches(_candidates(path), asked))
    if not found:
        raise NotRecognised(f"{path.name!r} {_looks_like(path)}. Expected: {_expected(asked)}")
    return found


def _candidates(path: Path) -> list[Packed]:
    """Everything in the path that could be read, archives opened."""
    if path.is_dir():
        return list(_folder(path))
    return _opened(file_member(path))


def _folder(path: Path) -> Iterator[Packed]:
    """The files of a folder; what may not be read or is a damaged archive beside others is passed over."""
    paths = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink() and p.name[:2] not in ("._", ".D"))
    for inner in paths[:MAX_FILES]:
        if "__MACOSX" in inner.parts:
            continue
        try:
            yield from _opened(file_member(inner, str(inner.relative_to(path))))
        except Damaged:
            if len(paths) == 1:
                raise


def _opened(member: Packed) -> list[Packed]:
    """The members of a zip, or the file itself. Raises Damaged for a zip nothing can be taken from."""
    head = head_of(member)[:4]
    if head != LOCAL:
        return [member]
    inside = members(member)
    if not inside:
        raise Damaged(f"{member.name!r} is a damaged or cut off zip with nothing readable inside; export or download it again")
    return inside


def _matches(candidates: list[Packed], asked: list[Connector]) -> Iterator[Found]:
    heads = [(member, head_of(member)) for member in candidates]
    for connector in asked:
        reasons = tuple((m.name, reason) for m, head in heads if (reason := connector.left_out(head)))
        for member, head in heads:
            if connector.sniff(head):
                yield Found(connector, member, reasons)


def _expected(asked: list[Connector]) -> str:
    return "; or ".join(connector.expects for connector in asked)


def _looks_like(path: Path) -> str:
    """What the path is instead, in words."""
    if path.is_dir():
        return "is a folder without anything Carnet can read"
    head = head_of(file_member(path))
    if not head:
        return "is empty; export or download it again"
    if head.startswith((LOCAL, EMPTY_ZIP)):
        return "is a zip without anything Carnet can read"
    return "is not a file Carnet can read"
