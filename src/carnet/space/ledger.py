"""What a person decides about and looks back on: services with their categories, what is allowed now, who read what. It shows no value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from carnet.consent import ConsentEvent, Permit
from carnet.consent.grants import ANY
from carnet.record.catalog import CATEGORIES, SENSITIVE, catalog
from carnet.record.view import Holding
from carnet.vault.audit import AuditEvent

_FIRST_BELIEVED = 2 * 86_400_000  # ms: a row on the first day of all clocks has no date of its own


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a service. first, last: ms UTC, None where no row has a day. until: when the permission ends, ISO 8601."""

    name: str
    rows: int = 0
    first: int | None = None
    last: int | None = None
    allowed: bool = False
    until: str | None = None

    @property
    def sensitive(self) -> bool:
        """Whether it must be allowed by name."""
        return self.name in SENSITIVE


@dataclass(frozen=True, slots=True)
class Connection:
    """One service: when something last came from it (ISO 8601, empty when nothing did) and all its categories, those with rows first."""

    service: str
    imported: str
    categories: tuple[Category, ...]

    @property
    def brought(self) -> tuple[Category, ...]:
        """The categories of which there is something."""
        return tuple(c for c in self.categories if c.rows)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(c.rows for c in self.categories)

    @property
    def first(self) -> int | None:
        """The first moment, ms UTC."""
        return min((c.first for c in self.brought if c.first is not None), default=None)

    @property
    def last(self) -> int | None:
        """The last moment, ms UTC."""
        return max((c.last for c in self.brought if c.last is not None), default=None)

    @property
    def allowed(self) -> tuple[Category, ...]:
        """The categories with rows that may be used."""
        return tuple(c for c in self.brought if c.allowed)


def narrowed(permit: Permit, service: str) -> Permit:
    """The same permit for one service alone: a grant for every service becomes one for this."""
    return replace(permit, events=tuple(replace(e, service=service) for e in permit.events if e.service in (ANY, service)))


def connection(service: str, declared: Iterable[str], imported: str, held: Sequence[Holding], permit: Permit) -> Connection:
    """A service from what is held of it. declared: what it can bring; permit: for the purpose one decides about."""
    found: dict[str, Category] = {}
    for holding in held:
        name = catalog().get(holding.metric).category
        found[name] = _joined(found.get(name, Category(name)), holding)
    may = {*declared, *(e.category for e in permit.events if e.service == service)}
    listed = [
        replace(found.get(c, Category(c)), allowed=permit.allows(service, c), until=ends(permit, service, c))
        for c in CATEGORIES
        if c in found or c in may
    ]
    return Connection(service, imported, tuple(sorted(listed, key=lambda c: c.rows == 0)))


def _joined(before: Category, more: Holding) -> Category:
    firsts = [ms for ms in (before.first, more.first) if ms is not None and ms >= _FIRST_BELIEVED]
    lasts = [ms for ms in (before.last, more.last) if ms is not None and ms >= _FIRST_BELIEVED]
    return replace(before, rows=before.rows + more.n, first=min(firsts, default=None), last=max(lasts, default=None))


def ends(permit: Permit, service: str, category: str) -> str | None:
    """When what is allowed now will end by itself, ISO 8601; None when it does not, or is not allowed."""
    if not permit.allows(service, category):
        return None
    moments = sorted({e.until for e in permit.events if e.until}, key=datetime.fromisoformat)
    return next((m for m in moments if not replace(permit, moment=datetime.fromisoformat(m)).allows(service, category)), None)


def last_imports(events: Iterable[AuditEvent]) -> Mapping[str, str]:
    """When each service was last imported, ISO 8601."""
    return {str(e.body["service"]): e.at for e in events if e.action == "import" and "service" in e.body}


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of the audit, newest first. of: how many there are in all.

    actions: how often each kind stands there; read: whether any row was ever read.
    """

    lines: tuple[AuditEvent, ...]
    of: int
    actions: Mapping[str, int]
    read: bool


def page(events: Iterable[AuditEvent], action: str, number: int, size: int) -> Page:
    """The page of that number, from 1 on; action: only this kind, "" for every kind."""
    every = list(events)
    mine = [e for e in reversed(every) if not action or e.action == action]
    return Page(
        tuple(mine[(number - 1) * size : number * size]),
        len(mine),
        Counter(e.action for e in every),
        any(e.body.get("read") for e in every),
    )


def decisions(events: Sequence[ConsentEvent]) -> list[tuple[ConsentEvent, ...]]:
    """What was decided at one time with one click or command, newest first."""
    found: list[list[ConsentEvent]] = []
    for event in events:
        if found and _together(found[-1][-1], event):
            found[-1].append(event)
        else:
            found.append([event])
    return [tuple(group) for group in reversed(found)]


def _together(a: ConsentEvent, b: ConsentEvent) -> bool:
    same = (a.action, a.service, a.purpose, a.until) == (b.action, b.service, b.purpose, b.until)
    return same and abs((datetime.fromisoformat(b.at) - datetime.fromisoformat(a.at)).total_seconds()) < 1
