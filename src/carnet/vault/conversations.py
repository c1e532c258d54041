"""Conversations the person chose to keep: their own turns and the answers, inside the encrypted file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from carnet.vault.file import File


@dataclass(frozen=True, slots=True)
class Thread:
    """A kept conversation: its id, when it was last continued (ISO, UTC), its first question."""

    ident: str
    at: str
    question: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with its answer. body: the answer as the command line's JSON, None where it may not be shown.

    used: what the answer was made from, as {service, category, count}.
    """

    question: str
    at: str
    body: Mapping[str, Any] | None
    used: Sequence[Mapping[str, Any]] = ()


def turns(file: File, conversation: str) -> list[str]:
    """What the person said so far, oldest first."""
    sql = "select body from message where conversation = ? and role = 'person' order by seq"
    return [body for (body,) in file.rows(sql, (conversation,))]


def keep(file: File, conversation: str, question: str, reply: Mapping[str, Any]) -> None:
    """Adds one exchange."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with file.transaction() as cursor:
        cursor.executemany(
            "insert into message(conversation, at, role, body) values (?,?,?,?)",
            [(conversation, at, "person", question), (conversation, at, "carnet", json.dumps(reply, ensure_ascii=False))],
        )


def threads(file: File) -> list[Thread]:
    """Every kept conversation, the latest first."""
    sql = (
        "select conversation, max(at), (select body from message f where f.conversation = m.conversation and role = 'person' "
        "order by seq limit 1) from message m group by conversation order by max(seq) desc"
    )
    return [Thread(*row) for row in file.rows(sql)]


def exchanges(file: File, conversation: str) -> list[Exchange]:
    """The questions of a conversation with their answers, oldest first."""
    found: list[Exchange] = []
    question = ""
    for at, role, text in file.rows("select at, role, body from message where conversation = ? order by seq", (conversation,)):
        if role == "person":
            question = text
        else:
            body = _body(text)
            found.append(Exchange(question, at, body, tuple(body.get("used", ()))))
    return found


def _body(text: str) -> dict[str, Any]:
    """The kept answer; those of the first version were its text alone."""
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"text": text}
