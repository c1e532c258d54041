"""What an import did so far, counted while it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Written:
    """What an import did so far. by_metric: rows added, first and last moment (ms UTC) per metric.

    zones: how many rows name each zone. newest: the last moment per source code.
    """

    added: int = 0
    unchanged: int = 0
    by_metric: dict[str, list[int]] = field(default_factory=dict)
    zones: Counter[str] = field(default_factory=Counter)
    newest: dict[int, int] = field(default_factory=dict)

    def count(self, metric: str, n: int, first: int, last: int) -> None:
        """Adds n rows of one metric."""
        seen = self.by_metric.setdefault(metric, [0, first, last])
        seen[0] += n
        seen[1], seen[2] = min(seen[1], first), max(seen[2], last)
