"""Who may enter and what every response says: the printed token, the loopback host, the content policy, and refusals in words."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from carnet.consent import ConsentError, NotGranted
from carnet.insights.errors import InsightError
from carnet.record.errors import RecordError
from carnet.vault.errors import Busy, Locked, NotWritable, NoVault, VaultError
from carnet.vault.profile import BadProfile
from carnet.web import state, words
from carnet.web.faults import report

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def headers(get_response: Handler) -> Handler:
    """The content policy on everything; pages are never stored by the browser, files with a digest in their address are."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response

    return respond


def entrance(get_response: Handler) -> Handler:
    """Lets in who holds a session or brings the printed token, on the loopback name only; everybody else sees one plain page."""

    def respond(request: HttpRequest) -> HttpResponse:
        request.get_host()  # raises DisallowedHost for a name that is not ours: another site's page cannot reach in by DNS
        request.lang = request.session.get("lang") or words.preferred(request.headers.get("Accept-Language", ""))
        if request.path == "/open" and request.method == "GET":
            return _opened(request)
        if not request.session.get("in"):
            return render(request, "closed.html", status=403)
        request.which = request.session.get("which", state.desk().first)
        return get_response(request)

    return respond


def _opened(request: HttpRequest) -> HttpResponse:
    """The printed address: its token becomes a session, and leaves the address bar."""
    if not request.session.get("in"):
        if not state.tokens().take(request.GET.get("t", "")):
            return render(request, "closed.html", {"used": True}, status=403)
        request.session.cycle_key()
        request.session["in"] = True
    return redirect("/")


class Refusals:
    """Errors of the rooms below as pages: what happened, what is safe, what to do. Nothing of a value or a name reaches a log."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response of what comes after."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error of a view; None leaves it to Django."""
        if isinstance(error, NoVault):
            return _sent(request, "/welcome")
        if isinstance(error, Locked):
            return _sent(request, f"/unlock?next={quote(request.get_full_path())}")
        if isinstance(error, NotGranted):
            return render(request, "not_allowed.html", {"error": error})
        if isinstance(error, Http404):
            return None
        kind, status = _kind(error)
        if kind == "fault":
            report(error)
        return render(request, "trouble.html", {"kind": kind}, status=status)


def _kind(error: Exception) -> tuple[str, int]:
    """Which page tells of it, and the status: nothing is called safe that is not."""
    kinds: tuple[tuple[type[Exception], str, int], ...] = (
        (Busy, "busy", 503), (NotWritable, "full", 507), (BadProfile, "known", 400), (VaultError, "vault", 500),
        (ConsentError, "known", 400), (InsightError, "known", 400), (RecordError, "known", 400),
    )  # fmt: skip
    return next(((word, status) for kind, word, status in kinds if isinstance(error, kind)), ("fault", 500))


def _sent(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect that also works inside a swapped fragment."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before a restart, or from elsewhere: nothing was done."""
    return render(request, "trouble.html", {"kind": "stale"}, status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page."""
    return render(request, "trouble.html", {"kind": "missing"}, status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """A fault of ours outside a page."""
    return render(request, "trouble.html", {"kind": "fault"}, status=500)
