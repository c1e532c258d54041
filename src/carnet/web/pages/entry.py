"""The first minutes: how the vault opens, language, and how to begin; unlocking; switching language and space."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from carnet.vault.errors import VaultError, WrongPassphrase
from carnet.web import state
from carnet.web.desk import DEMO, OWN
from carnet.web.words import LANGUAGES, say

SHORTEST = 8


def _next(request: HttpRequest, default: str = "/") -> str:
    """Where to go on: only an address of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or default
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else default


@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """How the person's own vault is to open; makes it."""
    if state.desk().has(OWN):
        request.session["which"] = OWN
        return redirect("/")
    if request.method == "GET":
        request.session["which"] = OWN
        return render(request, "welcome.html", {"root": state.desk().root(OWN)})
    wrong = _made(request)
    if wrong:
        return render(request, "welcome.html", {"root": state.desk().root(OWN), "wrong": wrong, "way": request.POST.get("way")})
    request.session["which"] = OWN
    return redirect("/begin")


def _made(request: HttpRequest) -> str:
    """Makes the vault; the sentence that says why not, empty when it is there."""
    way, first, second = (request.POST.get(name, "") for name in ("way", "passphrase", "again"))
    if way not in ("key", "passphrase"):
        return say(request.lang, "welcome.wrong.way")
    if way == "passphrase" and len(first) < SHORTEST:
        return say(request.lang, "welcome.wrong.short", n=SHORTEST)
    if way == "passphrase" and first != second:
        return say(request.lang, "welcome.wrong.differ")
    try:
        state.desk().make(first if way == "passphrase" else None)
    except VaultError as error:
        return str(error)
    with state.desk().space(OWN) as space:
        space.set_profile("language", request.lang)
    return ""


def begin(request: HttpRequest) -> HttpResponse:
    """How do you want to begin."""
    return render(request, "begin.html")


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Opens a vault that has a passphrase."""
    if request.method == "GET":
        return render(request, "unlock.html", {"next": _next(request)})
    try:
        state.desk().unlock(request.which, request.POST.get("passphrase", ""))
    except WrongPassphrase:
        return render(request, "unlock.html", {"next": _next(request), "wrong": True})
    return redirect(_next(request))


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Closes the vault; only the passphrase opens it again, in every tab."""
    state.desk().lock()
    state.turns().forget(OWN)
    return redirect("/unlock")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """English or French, from now on."""
    wanted = request.POST.get("lang")
    if wanted in LANGUAGES:
        request.session["lang"] = wanted
    return redirect(_next(request))


@require_POST
def space(request: HttpRequest) -> HttpResponse:
    """The demo's space or one's own."""
    which = request.POST.get("which")
    if which in (OWN, DEMO):
        request.session["which"] = which
    return redirect("/" if which == DEMO or state.desk().has(OWN) else "/welcome")


def more(request: HttpRequest) -> HttpResponse:
    """The rooms that have no place in a phone's bar."""
    return render(request, "more.html")
