"""The import that is not done: who writes it, and what is removed once nobody does. A live import is never touched."""

from __future__ import annotations

import json
from typing import Any

from carnet.vault.disk import Lock
from carnet.vault.errors import Busy, NotWritable
from carnet.vault.file import File, writer_path

SWEPT_AT_ONCE = 50  # segments removed in one transaction, so that others get their turn
DICTIONARIES = ("metric", "word", "source")


class WriterLock(Lock):
    """One import at a time per vault; the system frees the lock when the process dies."""

    def __init__(self, file: File) -> None:
        super().__init__(writer_path(file.path))


def begin(cursor: Any, service: str, file_sha256: str, reader: str, at: str) -> int:
    """The number of a new batch nobody sees yet. It remembers the last code of each dictionary: later ones are its own."""
    codes = {table: cursor.execute(f"select coalesce(max(code), 0) from {table}").fetchone()[0] for table in DICTIONARIES}
    cursor.execute(
        "insert into batch(service, state, file_sha256, reader, at, body) values (?, 'pending', ?, ?, ?, ?)",
        (service, file_sha256, reader, at, json.dumps({"codes": codes})),
    )
    return int(cursor.lastrowid)


def sweep(file: File) -> None:
    """Removes what an import that died left behind, unless another is alive or the vault cannot be written now: then a later time."""
    try:
        if not file.row("select 1 from batch where state = 'pending' limit 1"):
            return
        lock = WriterLock(file)
        if lock.acquire():
            try:
                remove(file)
            finally:
                lock.release()
    except (Busy, NotWritable):
        return


def remove(file: File) -> None:
    """Removes every pending batch with its rows, and the words and sources only it knew. The caller holds the WriterLock."""
    for seq, body in list(file.rows("select seq, body from batch where state = 'pending' order by seq desc")):
        segments = list(file.rows("select id from segment where batch = ?", (seq,)))
        for first in range(0, len(segments), SWEPT_AT_ONCE):
            with file.transaction() as cursor:
                cursor.executemany("delete from segment where id = ?", segments[first : first + SWEPT_AT_ONCE])
        with file.transaction() as cursor:
            cursor.execute("delete from record where batch = ?", (seq,))
            if not cursor.execute("select 1 from batch where seq > ? limit 1", (seq,)).fetchone():
                for table, last in json.loads(body).get("codes", {}).items():
                    if table in DICTIONARIES:
                        cursor.execute(f"delete from {table} where code > ?", (last,))
            cursor.execute("delete from batch where seq = ?", (seq,))
