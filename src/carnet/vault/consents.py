"""The consent ledger inside the vault: append-only events, and the `store` grant that importing a file by hand is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from carnet.consent import WORDING_VERSION, ConsentEvent
from carnet.record.catalog import SENSITIVE
from carnet.vault import audit
from carnet.vault.file import File


def events(file: File) -> Iterator[ConsentEvent]:
    """Every grant and revocation, oldest first."""
    for row in file.rows("select id, action, service, category, purpose, at, until, wording from consent order by seq"):
        yield ConsentEvent(*row)


def append(
    cursor: Any, action: Literal["grant", "revoke"], service: str, category: str, purpose: str, until: str | None = None
) -> ConsentEvent:
    """Adds one event inside the caller's transaction, with its audit line."""
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    event = ConsentEvent(f"c_{os.urandom(6).hex()}", action, service, category, purpose, at, until, WORDING_VERSION)
    cursor.execute(
        "insert into consent(id, action, service, category, purpose, at, until, wording) values (?,?,?,?,?,?,?,?)",
        (event.id, action, service, category, purpose, at, until, WORDING_VERSION),
    )
    audit.append(cursor, action, event.id, {"service": service, "category": category, "purpose": purpose})
    return event


def store_by_hand(cursor: Any, service: str) -> None:
    """Records that the person imported this service by hand, once: that is its `store` grant, for every category it brings."""
    latest = cursor.execute(
        "select action from consent where service = ? and purpose = 'store' order by seq desc limit 1", (service,)
    ).fetchone()
    if latest != ("grant",):
        for category in ("*", *sorted(SENSITIVE)):
            append(cursor, "grant", service, category, "store")
