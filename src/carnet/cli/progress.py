"""One line on a terminal that says how far a long read is; silent when stderr is not a terminal."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from carnet.cli.words import say


class Bar:
    """A context: `update` as often as you like, drawn twice a second at most."""

    WIDTH = 28

    def __init__(self, name: str, lang: str) -> None:
        self._name, self._lang = name if len(name) < 25 else name[:23] + "…", lang
        self._began = time.monotonic()
        self._drawn = 0.0
        self._live = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.clear()

    def update(self, done: int, total: int, rows: int) -> None:
        """done, total: bytes of the file; rows: read so far."""
        moment = time.monotonic()
        if not self._live or moment - self._drawn < 0.5:
            return
        self._drawn = moment
        share = min(1.0, done / total) if total else 0.0
        spent = moment - self._began
        left = f"{spent / share - spent:.0f} s" if share > 0.02 else "…"
        bar = "█" * int(share * self.WIDTH) + "░" * (self.WIDTH - int(share * self.WIDTH))
        sys.stderr.write(f"\r\x1b[2K{self._name} {bar} {share:4.0%}  {say(self._lang, 'progress', rows=rows, left=left)}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Takes the line away."""
        if self._live and self._drawn:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._drawn = 0.0
