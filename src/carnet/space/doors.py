"""Every way data can leave a vault, by name and purpose. A View opened for a way that is not listed here fails."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Door:
    """One registered way out. purpose: what the person must have granted."""

    name: str
    purpose: str


class UnregisteredDoor(Exception):
    """A View was asked for a way out that nobody declared."""


DOORS: dict[str, Door] = {
    door.name: door
    for door in (
        Door("ask", "answer"),      # a question's answer
        Door("conversation", "answer"),  # an answer that was kept, read again
        Door("query", "answer"),    # carnet query: figures for scripts
        Door("show", "answer"),     # the rows behind a citation
        Door("metrics", "answer"),  # what the record holds: counts, last values
        Door("labs", "answer"),     # laboratory results by marker
        Door("timeline", "answer"),  # what happened when
        Door("today", "answer"),    # the first page
        Door("metric", "answer"),   # one measure's page
        Door("chart", "answer"),    # the chart of a citation
        Door("connections", "store"),  # what each service brought, as counts and days, so that one can choose
    )
}  # fmt: skip


def door(name: str) -> Door:
    """The door of that name. Raises UnregisteredDoor."""
    try:
        return DOORS[name]
    except KeyError:
        raise UnregisteredDoor(f"{name!r} is not a registered way out of the vault") from None
