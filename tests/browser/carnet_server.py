"""A real server in a process of its own, and the one-time addresses it prints."""

from __future__ import annotations

import contextlib
import os
import pty
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

Opened = Callable[..., Page]  # opened(server, lang, width, height, **context options)
ADDRESS = re.compile(r"http://[\w.-]+:\d+/open\?t=[\w-]+")


class Server:
    """`carnet demo` or `carnet serve` on a free port; a context."""

    def __init__(self, home: Path, command: str, now: str | None = None) -> None:
        self.home = home
        self.lines: list[str] = []
        self._addresses: queue.Queue[str] = queue.Queue()
        more = ["--now", now] if now else []
        self._terminal, end = pty.openpty()  # the next address is printed to a terminal only
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "carnet.cli.main", "--home", str(home), command, "--port", "0", "--lang", "en", *more],
            stdin=subprocess.DEVNULL, stdout=end, stderr=end, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        os.close(end)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        with os.fdopen(self._terminal, "r", errors="replace") as terminal, contextlib.suppress(OSError):  # EIO when the server ends
            for line in terminal:
                self.lines.append(line)
                found = ADDRESS.search(line)
                if found:
                    self._addresses.put(found[0])

    def address(self) -> str:
        """The next one-time address; fails when the server does not come up."""
        return self._addresses.get(timeout=120)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._listener.join(20)
