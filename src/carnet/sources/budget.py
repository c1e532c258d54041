"""What one import may cost: members, unpacked bytes and bytes held in memory, counted over everything that one path holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from carnet.sources.errors import Oversized

MAX_BYTES = 20_000_000_000  # unpacked; the largest export heard of is 5 GB
MAX_RATIO, FREE_BYTES = 200, 50_000_000  # more than 200:1 only while it stays small; honest exports reach 45:1
MAX_MEMBERS = 50_000
MAX_DIRECTORY = 8_000_000  # bytes of one zip's directory, read before its members can be counted
MAX_HELD = 100_000_000  # zips within zips, which are held in memory
BOMB = "unpacks to far more than a health export does; import the export itself"
CROWD = f"holds more than {MAX_MEMBERS:,} files; import the export itself"
DEEP = "holds large zips inside a zip; unpack the outer one and import what is inside"


@dataclass(slots=True)
class Budget:
    """The running account of one path; every stream of the path writes into it. Each method raises Oversized past its limit."""

    members: int = 0
    consumed: int = 0
    inflated: int = 0
    held: int = 0
    _digests: dict[Callable[[], BinaryIO], str] = field(default_factory=dict)

    def count(self, name: str, members: int) -> None:
        """Counts members of an archive."""
        self.members += members
        if self.members > MAX_MEMBERS:
            raise Oversized(f"{name} {CROWD}")

    def spend(self, name: str, consumed: int, inflated: int) -> None:
        """Counts bytes read and what they unpacked to."""
        self.consumed += consumed
        self.inflated += inflated
        if self.inflated > MAX_BYTES or too_dense(self.consumed, self.inflated):
            raise Oversized(f"{name} {BOMB}")

    def hold(self, name: str, held: int) -> None:
        """Counts bytes that stay in memory until the import ends."""
        self.held += held
        if self.held > MAX_HELD:
            raise Oversized(f"{name} {DEEP}")

    def digest(self, raw: Callable[[], BinaryIO]) -> str:
        """SHA-256 of a container as hex, computed once however many members are asked about."""
        if raw not in self._digests:
            with raw() as handle:
                self._digests[raw] = _sha256(handle)
        return self._digests[raw]


def _sha256(handle: BinaryIO) -> str:
    found = hashlib.sha256()
    while piece := handle.read(1 << 20):
        found.update(piece)
    return found.hexdigest()


def too_dense(packed: int, unpacked: int) -> bool:
    """Whether so few bytes may not unpack to so many."""
    return unpacked > FREE_BYTES and unpacked > MAX_RATIO * max(1, packed)
