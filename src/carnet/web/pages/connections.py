"""Connections: what each service brought, and what of it may be used. Nothing is ticked that the person did not tick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from carnet.assistant.words import formats
from carnet.consent import ConsentEvent
from carnet.space.ledger import Category, Connection
from carnet.space.space import HealthSpace
from carnet.web import receipts, state
from carnet.web.words import say

PURPOSE = "answer"


def page(request: HttpRequest) -> HttpResponse:
    """A card for every service that is here or can be read."""
    with state.desk().space(request.which) as space:
        found, zone = space.connections(), space.person.home_zone
    cards = [_card(c, request.lang, zone) for c in found]
    return render(request, "connections.html", {
        "here": "connections", "cards": [c for c in cards if c["rows"]], "others": [c for c in cards if not c["rows"]],
    })  # fmt: skip


def _card(found: Connection, lang: str, zone: str) -> dict[str, Any]:
    """One service in words."""
    names = [c.name for c in found.allowed]
    return {
        "service": found.service, "name": receipts.service(found.service, lang), "rows": found.rows,
        "span": _span(found.first, found.last, lang, zone),
        "imported": receipts.moment(found.imported, zone, lang, _today(zone)) if found.imported else "",
        "allowed": len(names), "of": len(found.brought), "names": receipts.categories(names, lang, 5),
    }  # fmt: skip


def _today(zone: str) -> date:
    return state.desk().now().astimezone(ZoneInfo(zone)).date()


def _span(first: int | None, last: int | None, lang: str, zone: str) -> str:
    if first is None or last is None:
        return ""
    days = [datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone)).date() for ms in (first, last)]
    if days[0] == days[1]:
        return formats.day(days[0], lang)
    return say(lang, "connect.span", first=formats.day(days[0], lang), last=formats.day(days[1], lang))


@require_http_methods(["GET", "POST"])
def service(request: HttpRequest, name: str) -> HttpResponse:
    """GET: the switches of one service. POST: the person's choices; on to their receipt."""
    wrong = ""
    with state.desk().space(request.which) as space:
        found = _found(space, name)
        if request.method == "POST":
            until, wrong = _until(request, _today(space.person.home_zone))
            if not wrong:
                ids = [e.id for e in _decided(space, found, request.POST.getlist("allow"), until)]
                return redirect(f"/connections/{name}?receipt={','.join(ids) or 'none'}#receipt")
        zone, given = space.person.home_zone, _asked(space, request.GET.get("receipt", ""))
    ticked = set(request.POST.getlist("allow")) if wrong else {c.name for c in found.categories if c.allowed}
    rows = [_row(c, request.lang, zone, c.name in ticked) for c in found.categories]
    return render(request, "connection.html", {
        "c": _card(found, request.lang, zone), "wrong": wrong, "until": request.POST.get("until", "") if wrong else "",
        "plain": [r for r in rows if r["rows"] and not r["sensitive"]], "sensitive": [r for r in rows if r["rows"] and r["sensitive"]],
        "rest": [r for r in rows if not r["rows"]], "rest_open": any(r["on"] for r in rows if not r["rows"]),
        "receipt": receipts.shown(given, zone, request.lang) if given else None, "unchanged": request.GET.get("receipt") == "none",
        "tomorrow": _today(zone).isoformat(),
    }, status=400 if wrong else 200)  # fmt: skip


def _found(space: HealthSpace, name: str) -> Connection:
    found = next((c for c in space.connections() if c.service == name), None)
    if found is None:
        raise Http404
    return found


def _row(found: Category, lang: str, zone: str, on: bool) -> dict[str, Any]:
    return {
        "name": found.name, "title": receipts.category(found.name, lang), "what": say(lang, f"connect.what.{found.name}"),
        "rows": found.rows, "span": _span(found.first, found.last, lang, zone), "on": on, "sensitive": found.sensitive,
        "until": receipts.last_day(found.until, zone, lang) if found.until else "",
    }  # fmt: skip


def _until(request: HttpRequest, today: date) -> tuple[date | None, str]:
    """The last day asked for, and the sentence that says why it cannot be."""
    text = request.POST.get("until", "").strip()
    if not text:
        return None, ""
    try:
        until = date.fromisoformat(text)
    except ValueError:
        return None, say(request.lang, "connect.wrong.date")
    return (until, "") if today <= until < date.max else (None, say(request.lang, "connect.wrong.past"))


def _decided(space: HealthSpace, found: Connection, ticked: Sequence[str], until: date | None) -> list[ConsentEvent]:
    """Records the difference between what is allowed and what is ticked: first what stops, then what is new or gets an end."""
    stopped = [c.name for c in found.categories if c.allowed and c.name not in ticked]
    begun = [c.name for c in found.categories if c.name in ticked and (not c.allowed or until)]
    events = space.decide("revoke", found.service, stopped, PURPOSE) if stopped else []
    return [*events, *(space.decide("grant", found.service, begun, PURPOSE, until) if begun else [])]


def _asked(space: HealthSpace, ids: str) -> list[ConsentEvent]:
    """The events of these ids, in the order of the ledger."""
    wanted = set(ids.split(","))
    return [e for e in space.consents() if e.id in wanted]


def receipt(request: HttpRequest, ids: str, kind: str) -> HttpResponse:
    """A decision to keep, as text or JSON. ids: of its events, with commas."""
    with state.desk().space(request.which) as space:
        events, zone = _asked(space, ids), space.person.home_zone
    if not events:
        raise Http404
    name = f'attachment; filename="carnet-receipt-{events[0].id}.{kind}"'
    if kind == "json":
        body = receipts.as_json(events, zone, request.lang)
        return JsonResponse(body, json_dumps_params={"indent": 1, "ensure_ascii": False}, headers={"Content-Disposition": name})
    text = receipts.as_text(events, zone, request.lang)
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})
