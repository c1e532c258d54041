"""Who looked at what and why: an append-only chain inside the vault. Bodies hold services, categories and counts, never values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from carnet.vault.file import File


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the chain. at: ISO 8601 UTC. action: import | answer | query | show | grant | revoke | profile | ..."""

    seq: int
    at: str
    actor: str
    action: str
    object: str
    body: Mapping[str, Any]


def chain(prev: str, seq: int, at: str, actor: str, action: str, obj: str, body: str) -> str:
    """The hash of one line: SHA-256 over the previous hash and every field, unambiguously joined."""
    return hashlib.sha256(json.dumps([prev, seq, at, actor, action, obj, body], ensure_ascii=False).encode()).hexdigest()


def append(cursor: Any, action: str, obj: str = "", body: Mapping[str, Any] | None = None, actor: str = "person") -> None:
    """Adds one line inside the caller's transaction."""
    last = cursor.execute("select seq, hash from audit order by seq desc limit 1").fetchone() or (0, "")
    seq, at = last[0] + 1, datetime.now(UTC).isoformat(timespec="milliseconds")
    text = json.dumps(dict(body or {}), ensure_ascii=False, sort_keys=True)
    line = (seq, at, actor, action, obj, text, last[1], chain(last[1], seq, at, actor, action, obj, text))
    cursor.execute("insert into audit values (?,?,?,?,?,?,?,?)", line)


def events(file: File, since: str | None = None) -> Iterator[AuditEvent]:
    """The chain from `since` (ISO date or moment, UTC) on, oldest first."""
    sql = "select seq, at, actor, action, object, body from audit where at >= ? order by seq"
    for seq, at, actor, action, obj, body in file.rows(sql, (since or "",)):
        yield AuditEvent(seq, at, actor, action, obj, json.loads(body))


def verify(file: File) -> tuple[int, int | None]:
    """How many lines the chain has, and the first that does not fit, None when all do."""
    prev, expected, count = "", 1, 0
    for seq, at, actor, action, obj, body, prev_hash, line_hash in file.rows("select * from audit order by seq"):
        if seq != expected or prev_hash != prev or chain(prev, seq, at, actor, action, obj, body) != line_hash:
            return count, seq
        prev, expected, count = line_hash, seq + 1, count + 1
    return count, None
