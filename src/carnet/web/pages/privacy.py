"""Privacy: what is allowed, who read what, what left, where the vault lies. It shows no value, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from carnet.assistant.words import formats, wording
from carnet.consent import ConsentEvent
from carnet.consent.grants import ANY
from carnet.record.catalog import catalog
from carnet.space.ledger import Category, Page, decisions
from carnet.vault.audit import AuditEvent
from carnet.vault.home import Home
from carnet.web import receipts, state
from carnet.web.cards import size
from carnet.web.words import has, say

LINES = 50
_ABOUT_A_METRIC = ("query", "show", "metric", "chart", "evidence", "lab")


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Everything about who may and did look."""
    number, action = _number(request.GET.get("page", "")), request.GET.get("door", "")
    with state.desk().space(request.which) as space:
        person, allowed, looked = space.person, space.allowed(), space.looked(action, number, LINES)
        decided = decisions(space.consents())
        checked = space.verify_audit() if "check" in request.GET else None
    today = state.desk().now().astimezone(ZoneInfo(person.home_zone)).date()
    return render(request, "privacy.html", {
        "allowed": [_allowed(s, c, request.lang, person.home_zone) for s, c in allowed.items()],
        "lines": _lines(_decided_together(looked.lines), request.lang, person.home_zone, today),
        "unread": not looked.read, "pages": _pages(looked, number), "action": action,
        "actions": _actions(looked.actions, request.lang),
        "checked": checked, "decisions": [_decision(d, request.lang, person.home_zone) for d in decided],
        **_place(request),
    })  # fmt: skip


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _pages(looked: Page, number: int) -> dict[str, int | None]:
    """The pages before and after this one."""
    last = max(1, -(-looked.of // LINES))
    return {"number": number, "last": last, "newer": number - 1 if number > 1 else None, "older": number + 1 if number < last else None}


def _allowed(service: str, categories: Sequence[Category], lang: str, zone: str) -> dict[str, str]:
    """One service with what of it may be used."""
    names = [c.name for c in categories]
    ends = {receipts.last_day(c.until, zone, lang) for c in categories if c.until}
    address = "" if service == ANY else service
    return {
        "service": address,
        "name": receipts.service(service, lang),
        "what": receipts.categories(names, lang),
        "until": formats.listing(sorted(ends), lang),
    }


def _actions(counts: Mapping[str, int], lang: str) -> list[dict[str, Any]]:
    """The kinds of reading that occur, most first."""
    return [{"value": a, "text": did(a, lang), "n": n} for a, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def did(action: str, lang: str) -> str:
    """What was done, in words."""
    key = f"privacy.did.{action}"
    return say(lang, key) if has(lang, key) else say(lang, "privacy.did.other", action=action.replace("_", " "))


def _lines(events: Sequence[AuditEvent], lang: str, zone: str, today: date) -> list[dict[str, str]]:
    """The audit in words; lines that say the same one after the other stand together."""
    shown: list[dict[str, Any]] = []
    for event in events:
        at, what = receipts.moment(event.at, zone, lang, today), _what(event, lang)
        line = {"at": at, "iso": event.at, "did": did(event.action, lang), "what": what, "number": str(event.seq), "n": 1}
        if shown and all(shown[-1][k] == line[k] for k in ("at", "did", "what")):
            shown[-1]["n"] += 1
        else:
            shown.append(line)
    return shown


def _decided_together(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """The same events, with the categories of one decision on its newest line."""
    found: list[AuditEvent] = []
    for event in events:
        last = found[-1] if found else None
        if last and event.action in ("grant", "revoke") and _same_decision(last, event):
            found[-1] = replace(last, body={**last.body, "category": (*_categories(event), *_categories(last))})
        else:
            found.append(event)
    return found


def _same_decision(a: AuditEvent, b: AuditEvent) -> bool:
    return (a.action, a.at[:16]) == (b.action, b.at[:16]) and all(a.body[k] == b.body[k] for k in ("service", "purpose"))


def _categories(event: AuditEvent) -> tuple[str, ...]:
    named = event.body["category"]
    return (named,) if isinstance(named, str) else tuple(named)


def _what(event: AuditEvent, lang: str) -> str:
    """What a line was about: the rows read, a decision, a file that came in."""
    body = event.body
    if event.action in ("grant", "revoke"):
        service, categories = receipts.service(body["service"], lang), receipts.categories(_categories(event), lang)
        return say(lang, "privacy.what.decision", service=service, category=categories, purpose=receipts.purpose(body["purpose"], lang))
    if event.action == "import":
        return say(lang, "privacy.what.import", service=receipts.service(body["service"], lang), n=body["added"])
    if event.action == "connections":
        return say(lang, "privacy.what.counts")
    read = [_read(r, lang) for r in body.get("read", ())]
    about = wording.name(catalog().get(event.object), lang) if event.action in _ABOUT_A_METRIC and event.object in catalog() else ""
    return formats.listing(read, lang) if read else about or (say(lang, "privacy.what.nothing") if "read" in body else "")


def _read(read: Mapping[str, Any], lang: str) -> str:
    category = receipts.category(read["category"], lang)
    return say(lang, "privacy.what.rows", service=receipts.service(read["service"], lang), category=category, n=int(read["rows"]))


def _decision(events: Sequence[ConsentEvent], lang: str, zone: str) -> dict[str, str]:
    """One decision with where its receipt is."""
    return {
        "at": receipts.moment(events[0].at, zone, lang), "text": receipts.summary(events, zone, lang),
        "ids": ",".join(e.id for e in events),
    }  # fmt: skip


def _place(request: HttpRequest) -> dict[str, Any]:
    """Where the vault lies, how large it is and how it opens."""
    home = Home(state.desk().root(request.which))
    vault = home.vault(home.default_vault())
    return {"vault": vault, "size": size(vault.stat().st_size, request.lang), "passphrase": home.has_passphrase(), "key": home.local_key}


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger of consents as JSON, to keep."""
    with state.desk().space(request.which) as space:
        events = [asdict(e) for e in space.consents()]
    body = {"format": "carnet-consents/1", "events": events}
    headers = {"Content-Disposition": 'attachment; filename="carnet-consents.json"'}
    return JsonResponse(body, json_dumps_params={"indent": 1, "ensure_ascii": False}, headers=headers)
