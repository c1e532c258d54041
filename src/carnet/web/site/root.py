"""The ASGI root: streams answer for themselves, everything else goes to Django as WSGI in threads."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from carnet.web import streams

WORKERS = 8
_EVENTS = re.compile(r"/turn/[\w-]+/events")


def root(ended: Callable[[], None]) -> Any:
    """The application. ended: called when the server stops."""
    pages = WSGIMiddleware(get_wsgi_application(), workers=WORKERS)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send, ended)
        elif (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and scope["path"].startswith("/turn/")
            and scope["path"].endswith("/events")
        ):
            await streams.turn_events(scope, receive, send)
        elif scope["type"] == "http":
            with suppress(BrokenPipeError, ConnectionResetError):
                await pages(scope, receive, send)

    return app


async def _lifespan(receive: Any, send: Any, ended: Callable[[], None]) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            ended()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "lifespan.startup.complete"})
