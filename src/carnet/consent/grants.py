"""Grants and revocations as an append-only list of events, and the Permit in force at a moment.

There is no purpose for training, so it cannot be granted by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from carnet.consent.errors import UnknownWord
from carnet.record.catalog import CATEGORIES, SENSITIVE

PURPOSES = ("store", "answer", "memory")  # closed; plus share:<recipient>, app:<name>, model:<provider>
_NAMED_PURPOSE = re.compile(r"(share|app|model):[\w.@-]{1,80}")
WORDING_VERSION = "2026-11"
ANY = "*"  # as a service: all there are and all that come; as a category: all that are not sensitive


def check_purpose(purpose: str) -> str:
    """The purpose itself when it is in the closed list. Raises UnknownWord."""
    if purpose in PURPOSES or _NAMED_PURPOSE.fullmatch(purpose):
        return purpose
    raise UnknownWord(f"{purpose!r} is not a purpose; use one of {', '.join(PURPOSES)}, share:NAME, app:NAME or model:NAME")


def expand_categories(words: Sequence[str]) -> tuple[str, ...]:
    """The categories a command names: none = `*` (everything but the sensitive ones), `all` = every one by name."""
    if not words:
        return (ANY,)
    if "all" in words:
        return CATEGORIES
    for word in words:
        if word not in CATEGORIES:
            raise UnknownWord(f"{word!r} is not a category; use one of {', '.join(CATEGORIES)}, or all")
    return tuple(dict.fromkeys(words))


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One line of the ledger: a grant, or the end of one. Times are ISO 8601 in UTC."""

    id: str
    action: Literal["grant", "revoke"]
    service: str
    category: str
    purpose: str
    at: str
    until: str | None = None
    wording: str = WORDING_VERSION


@dataclass(frozen=True, slots=True)
class Permit:
    """The decision in force for one purpose: which categories of which services may be read. No event means nothing.

    events: grants in force and revocations, oldest first; the latest one whose words cover a service and category decides.
    """

    purpose: str
    events: tuple[ConsentEvent, ...] = ()

    def allows(self, service: str, category: str) -> bool:
        """Whether rows of this service and category may be read."""
        return next((e.action == "grant" for e in reversed(self.events) if _covers(e, service, category)), False)

    def basis(self) -> tuple[str, ...]:
        """The ids of the grants it rests on."""
        return tuple(e.id for e in self.events if e.action == "grant")

    def __bool__(self) -> bool:
        return any(e.action == "grant" for e in self.events)


def permit(events: Iterable[ConsentEvent], purpose: str, now: datetime) -> Permit:
    """The Permit that the events add up to at `now`; grants that ended count as absent, and so does what lies in the future."""
    check_purpose(purpose)
    moment = now.astimezone(UTC).isoformat()
    live = (e for e in events if e.purpose == purpose and e.at <= moment)
    return Permit(purpose, tuple(e for e in live if e.action == "revoke" or e.until is None or e.until > moment))


def _covers(event: ConsentEvent, service: str, category: str) -> bool:
    """Whether the event's words contain this pair: a granted `*` leaves the sensitive categories out, a revoked one does not."""
    if event.service not in (ANY, service):
        return False
    if event.category == category:
        return True
    return event.category == ANY and (event.action == "revoke" or category not in SENSITIVE)
