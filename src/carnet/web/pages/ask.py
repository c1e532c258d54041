"""Asking: the list of conversations, one conversation, a question on its way. Works without JavaScript; with it the answer streams."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from carnet.assistant.plan import Plan
from carnet.space import demo
from carnet.vault.conversations import Thread
from carnet.vault.errors import Locked, NoVault
from carnet.web import answers, state
from carnet.web.desk import DEMO
from carnet.web.turns import Turn
from carnet.web.words import say

LIMIT = 2000
WITHOUT_SCRIPT_S = 60


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """GET: a new conversation. POST: a question."""
    if request.method == "POST":
        return _asked(request)
    return render(request, "ask.html", {
        "conversation": secrets.token_hex(8), "suggestions": suggestions(request), "threads": _threads(request),
        "said": request.GET.get("q", "")[:LIMIT],
    })  # fmt: skip


def _threads(request: HttpRequest) -> Sequence[Thread]:
    """Earlier conversations; none while the vault is shut, since asking must be possible then too."""
    try:
        with state.desk().space(request.which) as space:
            zone = ZoneInfo(space.person.home_zone)
            return [replace(t, at=datetime.fromisoformat(t.at).astimezone(zone).isoformat()) for t in space.conversations()[:12]]
    except (Locked, NoVault):
        return ()


def suggestions(request: HttpRequest) -> list[str]:
    """Questions to begin with."""
    if request.which == DEMO:
        return list(demo.QUESTIONS[request.lang])
    return [say(request.lang, f"ask.suggestion.{i}") for i in range(1, 4)]


def conversation(request: HttpRequest, ident: str) -> HttpResponse:
    """A kept conversation, with what is still being answered in it."""
    under_way = state.turns().open_in(ident, request.which)  # before the vault: an answer that comes in between is then in one of the two
    with state.desk().space(request.which) as space:
        kept, turns = space.exchanges(ident), [t for t in under_way if not t.kept]
    if not kept and not turns:
        return redirect("/ask")
    shown: list[dict[str, Any]] = [{"question": e.question, "html": answers.render_kept(request, e.body, ident)} for e in kept]
    return render(request, "ask.html", {"conversation": ident, "exchanges": shown, "turns": turns})


def _asked(request: HttpRequest) -> HttpResponse:
    question = request.POST.get("question", "").strip()[:LIMIT]
    ident = request.POST.get("conversation", "")
    ident = ident if ident.isalnum() and len(ident) <= 40 else secrets.token_hex(8)
    if not question:
        return redirect(f"/ask/{ident}")
    turn = state.turns().start(Turn(question, request.lang, request.which, ident, chosen=_chosen(request)))
    if request.headers.get("X-Carnet") == "fetch":
        return render(request, "_turn.html", {"turn": turn})
    turn.finish(WITHOUT_SCRIPT_S)
    return redirect(f"/turn/{turn.ident}")


def _chosen(request: HttpRequest) -> Plan | None:
    """The plan behind a choice that was offered, None when the offer is gone: then its words are asked."""
    ident, _, number = request.POST.get("choice", "").partition(":")
    if number not in ("0", "1", "2"):
        return None
    offer = state.turns().get(ident, request.which)
    plans = offer.reply.choices if offer and offer.reply else ()
    return plans[int(number)] if int(number) < len(plans) else None


def _found(request: HttpRequest, ident: str) -> Turn:
    """The turn of this space. Raises Http404."""
    found = state.turns().get(ident, request.which)
    if found is None:
        raise Http404
    return found


def turn(request: HttpRequest, ident: str) -> HttpResponse:
    """One question with its answer as a page of its own, for browsers without scripts."""
    found = _found(request, ident)
    if not found.ended:
        found.finish(WITHOUT_SCRIPT_S)
    shown = state.turns().readable(found)
    html = answers.render_finished(request, found) if shown else answers.render_kept(request, None, found.conversation)
    return render(request, "turn.html", {"turn": found, "html": html, "conversation": found.conversation})


@require_POST
def stop(request: HttpRequest, ident: str) -> HttpResponse:
    """Ends a question; its answer is dropped when it comes."""
    found = _found(request, ident)
    found.tell("stopped", html=answers.render_stopped(found))
    if request.headers.get("X-Carnet") == "fetch":
        return HttpResponse(status=204)
    return redirect(f"/ask/{found.conversation}")
