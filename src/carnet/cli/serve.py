"""Starts the pages on loopback and prints one address. What it prints is all it says: no access log, no question, no value."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from carnet.cli.errors import Refused
from carnet.cli.words import say
from carnet.web.start import application

PORT = 8417


def serve(own: Path, demo: Path, first: str, port: int | None, lang: str, now: datetime | None = None) -> None:
    """Serves until Ctrl-C. port None: 8417, or any free one when that is taken."""
    clock = (lambda: now) if now else (lambda: datetime.now(UTC))
    shown: dict[str, str] = {}

    def told(token: str) -> None:
        print(say(lang, "serve.again", url=f"{shown['base']}/open?t={token}"), file=sys.stderr, flush=True)

    app, token = application(own, demo, first, clock, told)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=PORT if port is None else port, log_level="critical", access_log=False, lifespan="on"
    )
    listening = _bound(config, port)
    shown["base"] = f"http://127.0.0.1:{listening.getsockname()[1]}"
    print(say(lang, "serve.open", url=f"{shown['base']}/open?t={token}"), flush=True)
    uvicorn.Server(config).run(sockets=[listening])


def _bound(config: uvicorn.Config, port: int | None) -> Any:
    """The listening socket. Raises Refused when the port that was asked for is taken."""
    try:
        return config.bind_socket()
    except SystemExit:
        if port is not None:
            raise Refused(f"port {port} is taken; give another one with --port") from None
        config.port = 0
        return config.bind_socket()
