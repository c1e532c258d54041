"""Server-Sent Events of a turn: plain ASGI, nothing buffered, resumed from the last event a browser has seen."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings

from carnet.web import state
from carnet.web.turns import Turn

Scope = MutableMapping[str, Any]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
KEEP_ALIVE_S, LOOK_S = 15, 0.02


async def turn_events(scope: Scope, receive: Receive, send: Send) -> None:
    """GET /turn/<id>/events. 403 without a session of this process, 404 for a turn that is gone."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    session = _session(headers)
    if session is None or not _from_our_page(headers):
        return await _short(send, 403)
    turn = state.turns().get(scope["path"].split("/")[2], session.get("which", state.desk().first))
    if turn is None or (turn.ended and not await asyncio.to_thread(state.turns().readable, turn)):
        return await _short(send, 404)
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
                (b"x-content-type-options", b"nosniff"),
                (b"cross-origin-resource-policy", b"same-origin"),
            ],
        }
    )
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await _follow(turn, _seen(headers), send, gone)
    finally:
        gone.cancel()


async def _follow(turn: Turn, seen: int, send: Send, gone: asyncio.Future[None]) -> None:
    """Sends what comes until the turn is over or nobody listens any more."""
    while not gone.done():
        await _news(turn, seen, gone)
        lines = []
        for name, data in turn.events[seen:]:
            seen += 1
            lines.append(f"id: {seen}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")
        over = bool(turn.ended) and seen >= len(turn.events)
        await send({"type": "http.response.body", "body": ("".join(lines) or ": still here\n\n").encode(), "more_body": not over})
        if over:
            return


async def _news(turn: Turn, seen: int, gone: asyncio.Future[None]) -> None:
    """Returns when there is an event to send, nobody listens, or it is time for a sign of life. It holds no thread meanwhile."""
    until = asyncio.get_running_loop().time() + KEEP_ALIVE_S
    while len(turn.events) <= seen and not turn.ended and not gone.done() and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(LOOK_S)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _seen(headers: Mapping[str, str]) -> int:
    last = headers.get("last-event-id", "")
    return int(last) if last.isascii() and last.isdigit() and len(last) < 9 else 0


def _session(headers: Mapping[str, str]) -> Any:
    """The session the request carries when it came in by the token, else None."""
    cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    found = import_module(settings.SESSION_ENGINE).SessionStore(cookie.value) if cookie else None
    return found if found is not None and found.get("in") else None


def _from_our_page(headers: Mapping[str, str]) -> bool:
    """Whether host and origin are ours."""
    host, origin = headers.get("host", ""), headers.get("origin")
    name, _, port = host.partition(":")
    ours = name in settings.ALLOWED_HOSTS and (not port or (port.isascii() and port.isdigit()))
    return ours and origin in (None, f"http://{host}") and headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def _short(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), (b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": b""})
