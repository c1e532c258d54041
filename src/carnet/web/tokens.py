"""One-time words that let a browser in."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

VALID_S = 600


class Tokens:
    """One-time words that let a browser in. A used or old one is replaced, and `told` hears of the new one."""

    def __init__(self, told: Callable[[str], None] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock, self._told, self._clock = threading.Lock(), told, clock
        self._renew()

    def take(self, offered: str) -> bool:
        """Whether the offered word was the right one; it is of no use afterwards."""
        with self._lock:
            if not secrets.compare_digest(offered.encode(errors="replace"), self.current.encode()):
                return False
            fresh = self._clock() - self._made < VALID_S
            self._renew()
        if self._told:
            self._told(self.current)
        return fresh

    def _renew(self) -> None:
        self.current, self._made = secrets.token_urlsafe(24), self._clock()
