"""What stands behind a citation: its rows, the imports that can have brought them, the grants under which they were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from carnet.assistant.computing.gather import Gather, Rows
from carnet.consent import ConsentEvent
from carnet.consent.grants import ANY
from carnet.record.catalog import catalog
from carnet.record.model import Series
from carnet.record.selection import Selection, batch_number
from carnet.space.figures import Course, Inside, course, within_day
from carnet.vault.audit import AuditEvent


@dataclass(frozen=True, slots=True)
class Brought:
    """One import: its name (b_3), when it was done (ISO, UTC), the service, how many rows it added."""

    batch: str
    at: str
    service: str
    added: int


@dataclass(frozen=True, slots=True)
class Backing:
    """The rows behind a citation. course: their days as figures. day: one day from inside, where the citation is of one day.

    imports: of the services the rows came with, up to the citation's own moment, latest first. grants: what allowed the reading.
    """

    selection: Selection
    rows: Rows
    course: Course
    day: Inside
    imports: tuple[Brought, ...]
    grants: tuple[ConsentEvent, ...]


def seen(selection: Selection, rows: Rows, gather: Gather) -> tuple[Course, Inside]:
    """The rows' days as figures, and the one day from inside."""
    found = course(selection, gather)
    filters = replace(selection.filters, days=())
    single = found.values[0].day if len(found.values) == 1 and found.window.days == 1 and not filters else None
    return found, within_day(found.metric, single, gather) if single is not None else Inside()


def services_of(rows: Rows) -> set[str]:
    """The services of the rows."""
    if isinstance(rows, Series):
        return {rows.services[int(code)] for code in set(rows.source.tolist())}
    return {fact.service for fact in rows}


def brought(events: Iterable[AuditEvent], services: set[str], asof: str | None) -> tuple[Brought, ...]:
    """The imports of these services up to a batch, latest first."""
    upto = batch_number(asof) if asof else None
    found = [
        Brought(e.object, e.at, str(e.body.get("service", "")), int(e.body.get("added", 0)))
        for e in events
        if e.action == "import" and e.body.get("service") in services and (upto is None or batch_number(e.object) <= upto)
    ]
    return tuple(reversed(found))


def allowed_by(events: Iterable[ConsentEvent], services: set[str], metric: str) -> tuple[ConsentEvent, ...]:
    """The grant in force for each service: the latest by the category's name, else the latest for all."""
    category = catalog().get(metric).category
    grants = [e for e in events if e.purpose == "answer" and e.action == "grant" and e.category in (category, ANY)]
    found: dict[str, ConsentEvent] = {}
    for service in sorted(services):
        mine = [e for e in grants if e.service in (service, ANY)]
        named = [e for e in mine if e.category == category] or mine
        if named:
            found[named[-1].id] = named[-1]
    return tuple(found.values())
