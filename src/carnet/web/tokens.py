"""One-time words that let a browser in."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable


class Tokens:
    """One-time words that let a browser in. A used one is replaced, and `told` hears of the new one."""

    def __init__(self, told: Callable[[str], None] | None = None) -> None:
        self._lock, self._told = threading.Lock(), told
        self.current = secrets.token_urlsafe(24)

    def take(self, offered: str) -> bool:
        """Whether the offered word was the right one; it is of no use afterwards."""
        with self._lock:
            if not secrets.compare_digest(offered.encode(), self.current.encode()):
                return False
            self.current = secrets.token_urlsafe(24)
        if self._told:
            self._told(self.current)
        return True
