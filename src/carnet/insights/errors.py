"""What insights refuse.

InsightError
├── NotEnoughData   too few values for the figure that was asked
└── NotDefined      the figure has no meaning for this metric (a total of heart rates)
"""

from __future__ import annotations


class InsightError(Exception):
    """A figure that cannot be given."""


class NotEnoughData(InsightError):
    """Fewer values than the figure needs."""

    def __init__(self, need: int, have: int) -> None:
        super().__init__(f"needs {need}, has {have}")
        self.need, self.have = need, have


class NotDefined(InsightError):
    """The figure has no meaning for this kind of metric."""
