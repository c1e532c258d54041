"""A decision as a receipt: what was allowed or stopped, when, under which wording; as text for a person and as JSON with its checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import say as assistant_say
from carnet.consent import ConsentEvent
from carnet.consent.grants import ANY
from carnet.record.catalog import CATEGORIES, SENSITIVE
from carnet.web.words import has, say

FORMAT = "carnet-receipt/1"


def category(name: str, lang: str) -> str:
    """A category's name; `*` is everything that is not sensitive."""
    return say(lang, "receipt.plain") if name == ANY else assistant_say(lang, f"category.{name}")


def categories(names: Sequence[str], lang: str, limit: int = 0) -> str:
    """Categories in a row, as in a sentence: Sleep, heart and body. With everything in it, one word."""
    if set(names) >= {ANY, *SENSITIVE} or set(names) >= set(CATEGORIES):
        return say(lang, "receipt.everything")
    first, *rest = [category(n, lang) for n in names] or [""]
    return formats.listing([first, *(text[:1].lower() + text[1:] for text in rest)], lang, limit)


def service(name: str, lang: str) -> str:
    """A service's name with a capital; `*` is all there are and all that come."""
    text = say(lang, "receipt.every_service") if name == ANY else wording.service(name, lang)
    return text[:1].upper() + text[1:]


def purpose(name: str, lang: str) -> str:
    """What something may be used for, in words."""
    key = f"receipt.purpose.{name}"
    return say(lang, key) if has(lang, key) else name


def moment(iso: str, zone: str, lang: str, today: date | None = None) -> str:
    """A moment on the clock of the person's home: 24 November, 10:12."""
    local = datetime.fromisoformat(iso).astimezone(ZoneInfo(zone))
    clock = formats.clock(f"{local:%H:%M}", lang)
    return say(lang, "ledger.moment", day=formats.day(local.date(), lang, today), time=clock)


def last_day(until: str, zone: str, lang: str) -> str:
    """The last day of a permission that ends at a local midnight."""
    return formats.day((datetime.fromisoformat(until).astimezone(ZoneInfo(zone)) - timedelta(seconds=1)).date(), lang)


def line(event: ConsentEvent, zone: str, lang: str) -> str:
    """One event in a sentence."""
    end = say(lang, "receipt.until", day=last_day(event.until, zone, lang)) if event.until else ""
    return say(lang, f"receipt.{event.action}", category=category(event.category, lang), purpose=purpose(event.purpose, lang), until=end)


def summary(events: Sequence[ConsentEvent], zone: str, lang: str) -> str:
    """Several events of one decision on one line."""
    first, listed = events[0], categories([e.category for e in events], lang)
    end = say(lang, "receipt.until", day=last_day(first.until, zone, lang)) if first.until else ""
    words = {"service": service(first.service, lang), "categories": listed, "purpose": purpose(first.purpose, lang), "until": end}
    return say(lang, f"receipt.{first.action}.of", **words)


def shown(events: Sequence[ConsentEvent], zone: str, lang: str) -> dict[str, Any]:
    """What a template needs to show a receipt. events: those of one submit, none of another service."""
    return {
        "service": service(events[0].service, lang),
        "at": moment(events[0].at, zone, lang),
        "lines": [line(e, zone, lang) for e in events],
        "wording": events[0].wording,
        "stopped": any(e.action == "revoke" for e in events),
        "ids": ",".join(e.id for e in events),
    }


def as_text(events: Sequence[ConsentEvent], zone: str, lang: str) -> str:
    """The receipt to keep: plain text."""
    heads = [say(lang, "receipt.title", service=service(events[0].service, lang)), f"{moment(events[0].at, zone, lang)} ({zone})", ""]
    ends = ["", say(lang, "receipt.wording", version=events[0].wording), *(f"{e.id}  {e.at}" for e in events), f"SHA-256 {digest(events)}"]
    return "\n".join([*heads, *(f"- {line(e, zone, lang)}" for e in events), *ends, ""])


def as_json(events: Sequence[ConsentEvent], zone: str, lang: str) -> dict[str, Any]:
    """The receipt for machines, with the sentences a person reads."""
    body = [asdict(e) for e in events]
    return {"format": FORMAT, "events": body, "lang": lang, "text": [line(e, zone, lang) for e in events], "sha256": digest(events)}


def digest(events: Sequence[ConsentEvent]) -> str:
    """SHA-256 over the events as compact JSON with sorted keys."""
    return hashlib.sha256(json.dumps([asdict(e) for e in events], sort_keys=True, separators=(",", ":")).encode()).hexdigest()
