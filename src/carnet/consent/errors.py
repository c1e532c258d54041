"""Why something may not be read.

ConsentError
├── NotGranted    nothing of this is shared for this purpose
└── UnknownWord   a service, category or purpose that is not in the closed lists
"""

from __future__ import annotations


class ConsentError(Exception):
    """Reading is refused, or the words of a grant are wrong."""


class NotGranted(ConsentError):
    """Nothing of this is shared for this purpose. `services` and `category` say what could be granted."""

    def __init__(self, purpose: str, category: str = "", services: tuple[str, ...] = ()) -> None:
        super().__init__(f"nothing is shared for the purpose {purpose!r}" + (f" in the category {category!r}" if category else ""))
        self.purpose, self.category, self.services = purpose, category, services


class UnknownWord(ConsentError):
    """A word outside the closed lists of services, categories or purposes."""
