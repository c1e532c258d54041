"""The ASGI root: streams answer for themselves, everything else goes to Django as WSGI in threads."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from carnet.web import streams

WORKERS, UPLOADS, SILENCE_S = 6, 2, 30
_EVENTS = re.compile(r"/turn/[\w-]+/events")


def root(ended: Callable[[], None]) -> Any:
    """The application. ended: called when the server stops."""
    django = get_wsgi_application()
    pages, asking = WSGIMiddleware(django, workers=WORKERS), WSGIMiddleware(django, workers=WORKERS)
    uploads = asyncio.Semaphore(UPLOADS)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send, ended)
        elif scope["type"] == "http" and scope["method"] == "GET" and _EVENTS.fullmatch(scope["path"]):
            await streams.turn_events(scope, receive, send)
        elif scope["type"] == "http":
            with suppress(BrokenPipeError, ConnectionResetError):
                if scope["method"] == "POST" and scope["path"] == "/import":
                    async with uploads:  # a slow or silent one never holds up the pages
                        await pages(scope, _patient(receive), send)
                else:
                    await (asking if scope["path"] == "/ask" else pages)(scope, receive, send)

    return app


def _patient(receive: Any) -> Any:
    """The same, but a sender who is silent for too long has gone."""

    async def heard() -> Any:
        try:
            return await asyncio.wait_for(receive(), SILENCE_S)
        except TimeoutError:
            return {"type": "http.disconnect"}

    return heard


async def _lifespan(receive: Any, send: Any, ended: Callable[[], None]) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            ended()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "lifespan.startup.complete"})
