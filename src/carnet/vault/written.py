"""What an import did so far, counted while it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Written:
    """What an import did so far. by_metric: rows added, first and last moment (ms UTC) per metric.

    zones: how many rows name each zone. newest: the last moment per source code. seen: the last moment of all rows, known ones
    included, that is not in the future. present: ids (16 bytes) of known facts that this import brought again.
    """

    added: int = 0
    unchanged: int = 0
    by_metric: dict[str, list[int]] = field(default_factory=dict)
    zones: Counter[str] = field(default_factory=Counter)
    newest: dict[int, int] = field(default_factory=dict)
    seen: int | None = None
    present: set[bytes] = field(default_factory=set)

    def count(self, metric: str, n: int, first: int, last: int) -> None:
        """Adds n rows of one metric."""
        seen = self.by_metric.setdefault(metric, [0, first, last])
        seen[0] += n
        seen[1], seen[2] = min(seen[1], first), max(seen[2], last)

    def see(self, moment: int) -> None:
        """Remembers the latest moment."""
        self.seen = moment if self.seen is None else max(self.seen, moment)

    def take_back(self, metric: str) -> None:
        """One row that was counted as added turns out to say nothing new."""
        self.added -= 1
        self.unchanged += 1
        self.by_metric[metric][0] -= 1
        if not self.by_metric[metric][0]:
            del self.by_metric[metric]
