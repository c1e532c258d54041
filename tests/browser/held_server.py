"""The server in this process, with a gate before each answer: what a page shows while a question is on its way can be looked at in peace."""

from __future__ import annotations

import queue
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from carnet.space.space import HealthSpace
from carnet.vault.home import Home
from carnet.web.site.settings import configure
from carnet.web.start import application
from carnet.web.turns import Turn, Turns
from journeys.carnet import NOW

LONGEST_S = 60


def filled(home: Path, file: Path) -> None:
    """A vault with this file in it; activity and heart may be used for answers."""
    with HealthSpace.make(Home(home)) as space:
        list(space.import_paths([file], None, {}, False, None))
        space.set_profile("home_zone", "Europe/Paris")
        space.decide("grant", "apple_health", ["activity", "heart"], "answer")


class HeldServer:
    """Its questions wait at `gate`. A context; `address` as of a Server."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        configure()
        self.home, self.gate = root / "home", threading.Event()
        self._addresses: queue.Queue[str] = queue.Queue()
        answer = Turns._answer

        def held(turns: Turns, turn: Turn) -> Any:
            assert self.gate.wait(LONGEST_S)
            return answer(turns, turn)

        monkeypatch.setattr(Turns, "_answer", held)
        app, token = application(self.home, root / "demo", "own", lambda: datetime.fromisoformat(NOW), self._told)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", access_log=False, lifespan="on")
        self._socket = config.bind_socket()
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._told(token)

    def _told(self, token: str) -> None:
        self._addresses.put(f"http://127.0.0.1:{self._socket.getsockname()[1]}/open?t={token}")

    def address(self) -> str:
        """The next one-time address."""
        return self._addresses.get(timeout=20)

    def __enter__(self) -> HeldServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gate.set()
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()
        assert not self._thread.is_alive()
