"""Import: files arrive sealed and are read beside everything else; a card says what was found. Nothing ever goes into the demo's vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from carnet.assistant.words import wording
from carnet.sources.connector import discover
from carnet.web import state
from carnet.web.cards import card
from carnet.web.desk import DEMO, OWN
from carnet.web.jobs import Job
from carnet.web.uploads import arrivals
from carnet.web.words import has, say

WHOLE = "whole"  # the form's last field: when it is there, so is everything before it


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """GET: drop files here, and how those before did. POST: files."""
    if request.method == "POST":
        return _arrived(request)
    if request.which == DEMO:
        return render(request, "import.html", {"ways": _ways(request.lang)})
    trouble = request.session.pop("import_trouble", "")
    return render(request, "import.html", {"ways": _ways(request.lang), "trouble": trouble, **_cards(request)})


def _ways(lang: str) -> list[dict[str, str]]:
    """What can be read, and how to get it."""
    return [_way(name, connector.expects, lang) for name, connector in discover().items()]


def _way(name: str, expects: str, lang: str) -> dict[str, str]:
    key = f"import.howto.{name}"
    title = wording.service(name, lang)
    return {"title": title[:1].upper() + title[1:], "text": say(lang, key) if has(lang, key) else expects}


def _cards(request: HttpRequest) -> dict[str, Any]:
    """The imports of this process, newest first. Raises NoVault, Locked."""
    today, allowed = _now(request)
    jobs = state.imports().all()
    return {"cards": [card(job, request.lang, today, allowed) for job in jobs], "busy": any(job.busy for job in jobs)}


def _now(request: HttpRequest) -> tuple[Any, Mapping[str, int]]:
    """The day at the person's home, and by service how many categories may be used."""
    with state.desk().space(OWN) as space:
        today = state.desk().now().astimezone(ZoneInfo(space.person.home_zone)).date()
        return today, {service: len(categories) for service, categories in space.allowed().items()}


def _arrived(request: HttpRequest) -> HttpResponse:
    """Files that came whole become imports of the person's own vault, whatever space is looked at. Raises NoVault, Locked."""
    came, whole = arrivals(request), request.POST.get("end") == WHOLE
    with state.desk().space(OWN):
        request.session["which"] = OWN
    for upload in came.files if whole else ():
        state.imports().start(upload.name or "", upload.take())
    trouble = came.trouble or ("" if whole and came.files else "none" if whole else "cut")
    if request.headers.get("X-Carnet") == "fetch":
        return render(request, "_imports.html", {"trouble": trouble, **_cards(request)})
    request.session["import_trouble"] = trouble
    return redirect("/import")


def _job(ident: str) -> Job:
    job = state.imports().get(ident)
    if job is None:
        raise Http404
    return job


def one(request: HttpRequest, ident: str) -> HttpResponse:
    """One import's card, for a page that asks again while it is read."""
    job = _job(ident)
    if not request.headers.get("HX-Request"):
        return redirect(f"/import#import-{ident}")
    today, allowed = _now(request)
    return render(request, "_import.html", {"c": card(job, request.lang, today, allowed)})


@require_POST
def settle(request: HttpRequest, ident: str) -> HttpResponse:
    """The person's answers to what an import asked: it is read once more."""
    job = _job(ident)
    answers = {str(ask["key"]): request.POST.get(f"ask.{ask['key']}", "") for ask in job.asks}
    state.imports().settle(ident, answers)
    return redirect(f"/import#import-{ident}")
