"""Starts the pages on loopback and prints one address. What it prints is all it says: no access log, no question, no value."""

from __future__ import annotations

import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from carnet.cli.errors import Refused
from carnet.cli.words import say
from carnet.web.start import application

PORT = 8417


def serve(own: Path, demo: Path, first: str, port: int | None, lang: str, now: datetime | None = None, plain: bool = False) -> None:
    """Serves until Ctrl-C. port None: 8417, or any free one when that is taken. plain: by the address 127.0.0.1.

    Otherwise under a name nobody can guess: browsers send a cookie to every port of a host, so any other program that listens on
    127.0.0.1 would be handed it. Names that end in .localhost lead to this machine in every browser but Safari.
    """
    host = "127.0.0.1" if plain else f"carnet-{secrets.token_hex(8)}.localhost"
    clock = (lambda: now) if now else (lambda: datetime.now(UTC))
    shown: dict[str, str] = {}

    def told(token: str) -> None:
        if sys.stderr.isatty():  # a log that others may read is no place for a word that lets in
            print(say(lang, "serve.again", url=f"{shown['base']}/open?t={token}"), file=sys.stderr, flush=True)

    app, token = application(own, demo, first, clock, told, host)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=PORT if port is None else port,
        log_level="critical",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=3,
        proxy_headers=False,
        server_header=False,
    )
    listening = _bound(config, port)
    listening.listen(128)  # the address is good from the moment it is printed
    shown["base"] = f"http://{host}:{listening.getsockname()[1]}"
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
