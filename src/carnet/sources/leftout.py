"""What of a path is not read, each with its reason: nothing is passed over in silence. Many of one reason are named in part and counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from carnet.sources.errors import Damaged

NAMED = 20  # files named for one reason
# a file for these reasons is no failure of the import; every other reason is one, and the command exits with 1
HARMLESS = frozenset({"same_data_again", "not_recognised", "empty", "link"})


def matters(reason: str) -> bool:
    """Whether an import that left a file out for this reason is done only with problems."""
    return reason not in HARMLESS


@dataclass(slots=True)
class LeftOut:
    """Collects files and reasons while a path is looked through. error: the first that would have been raised of that file alone."""

    error: Damaged | None = None
    _named: list[tuple[str, str]] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, reason: str, n: int = 1) -> None:
        """One file and why it is not read; n > 1: the name stands for so many."""
        if self._counts[reason] < NAMED:
            self._named.append((name, reason))
            n -= 1
            self._counts[reason] += 1
        self._counts[reason] += n

    def join(self, other: LeftOut) -> None:
        """Takes over everything another one holds."""
        self.error = self.error or other.error
        self._named += other._named
        self._counts += other._counts

    def fail(self, name: str, error: Damaged) -> None:
        """One file that is broken, locked or may not be read."""
        self.error = self.error or error
        self.add(name, error.reason)

    def names(self, reason: str) -> tuple[str, ...]:
        """The files named for a reason."""
        return tuple(name for name, why in self._named if why == reason)

    @property
    def total(self) -> int:
        """How many files were left out."""
        return self._counts.total()

    def all(self) -> tuple[tuple[str, str], ...]:
        """Every (file, reason), then for each reason how many more there are: ("+312", reason)."""
        named = Counter(reason for _, reason in self._named)
        more = [(f"+{n - named[reason]}", reason) for reason, n in self._counts.items() if n > named[reason]]
        return (*self._named, *more)
