"""Grants and revocations as an append-only list of events, and the Permit in force at a moment.

There is no purpose for training, so it cannot be granted by mistake. One rule decides for a service and a category; "latest" means the
order of the ledger, never the clock, and a decision covers the service when it names it or all of them:

1. A decision that names the category wins over one by `*`; the latest of them decides. So a plain `--all` grant never re-opens what
   was revoked by name; only a grant that names the category does.
2. A plain revocation (`*`) ends every grant before it, those by name included.
3. Where no decision names the category, the latest one by `*` decides; a grant by `*` leaves the sensitive categories out.
4. A grant that ran out is a no, not nothing: a narrower grant given later is not filled up by a wider one given earlier. A grant by `*`
   given after a named one ran out does open the category again.

Revocations count whatever their date. Whether a grant ran out is judged by the clock or by the newest moment in the ledger, whichever
is later, so that a clock set back opens nothing.
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
EARLIEST = datetime.min.replace(tzinfo=UTC)
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

    events: every decision for the purpose, oldest first. moment: when it is judged which grants ran out; None: none did.
    """

    purpose: str
    events: tuple[ConsentEvent, ...] = ()
    moment: datetime | None = None

    def allows(self, service: str, category: str) -> bool:
        """Whether rows of this service and category may be read."""
        mine = [e for e in self.events if e.service in (ANY, service) and e.category in (ANY, category)]
        named = max((i for i, e in enumerate(mine) if e.category == category), default=None)
        if named is not None and not any(_ends(later, mine[named]) for later in mine[named + 1 :]):
            return self._in_force(mine[named])
        plain = [e for e in mine if e.category == ANY]
        return bool(plain) and category not in SENSITIVE and self._in_force(plain[-1])

    def _in_force(self, event: ConsentEvent) -> bool:
        if event.action != "grant":
            return False
        return event.until is None or self.moment is None or _moment(event.until) > self.moment

    def basis(self) -> tuple[str, ...]:
        """The ids of the grants that are in force."""
        return tuple(e.id for e in self.events if self._opens(e))

    def _opens(self, event: ConsentEvent) -> bool:
        """Whether a grant still opens one of its categories."""
        categories = CATEGORIES if event.category == ANY else (event.category,)
        return self._in_force(event) and any(self.allows(event.service, category) for category in categories)

    def __bool__(self) -> bool:
        return any(self._opens(e) for e in self.events)


def permit(events: Iterable[ConsentEvent], purpose: str, now: datetime) -> Permit:
    """The Permit that the events, oldest first, add up to at `now` or at the newest moment among them, whichever is later."""
    check_purpose(purpose)
    ledger = tuple(events)
    moment = max(now if now.tzinfo else now.replace(tzinfo=UTC), *(_moment(e.at) for e in ledger), EARLIEST)
    return Permit(purpose, tuple(e for e in ledger if e.purpose == purpose), moment)


def _ends(plain: ConsentEvent, named: ConsentEvent) -> bool:
    """Whether a later decision by `*` ends one by name: a revocation ends a grant; a grant ends one that had run out by then."""
    if named.action != "grant":
        return False
    return plain.action == "revoke" or (named.until is not None and _moment(named.until) <= _moment(plain.at))


def _moment(text: str) -> datetime:
    """The moment of an ISO 8601 text, UTC where it names no zone; the earliest there is when it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return EARLIEST
    return found if found.tzinfo else found.replace(tzinfo=UTC)
