"""Conversations the person chose to keep: their own turns and the answers, inside the encrypted file."""

from __future__ import annotations

from datetime import UTC, datetime

from carnet.vault.file import File


def turns(file: File, conversation: str) -> list[str]:
    """What the person said so far, oldest first."""
    sql = "select body from message where conversation = ? and role = 'person' order by seq"
    return [body for (body,) in file.rows(sql, (conversation,))]


def keep(file: File, conversation: str, question: str, reply: str) -> None:
    """Adds one exchange."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with file.transaction() as cursor:
        cursor.executemany(
            "insert into message(conversation, at, role, body) values (?,?,?,?)",
            [(conversation, at, "person", question), (conversation, at, "carnet", reply)],
        )
