"""The SQLCipher file: opened with a raw key, brought to the current schema, changed only inside short transactions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlcipher3

from carnet.vault.errors import Busy, Damaged, NotWritable
from carnet.vault.keys import Secret


class File:
    """An open vault file. `rows` and `row` read; writing goes through `transaction`."""

    def __init__(self, path: Path, key: Secret) -> None:
        """Opens or makes the file. Raises Damaged when the key does not fit or the file is not a vault."""
        self.path = path
        try:
            self._db = sqlcipher3.connect(str(path), isolation_level=None, timeout=5, check_same_thread=False)
            self._db.execute("pragma cipher_log_level = NONE")  # first, or a wrong key writes to stderr
            self._db.execute(f"""pragma key = "x'{key.derive(b"file").value.hex()}'" """)  # pragmas take no parameters
            self._db.execute("select count(*) from sqlite_master").fetchone()
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._db.execute("pragma temp_store = memory")  # no plaintext temporary file
            self._db.execute("pragma foreign_keys = on")
            self._migrate()
        except sqlcipher3.OperationalError as error:
            raise NotWritable(f"cannot open the vault in {path.parent}; check the folder's permissions and free space") from error
        except sqlcipher3.DatabaseError as error:
            raise Damaged("the vault file does not open with this key, or it is damaged; restore it from a backup") from error

    def _migrate(self) -> None:
        """Applies the numbered steps the file has not seen, each in one transaction, after a copy of the encrypted file."""
        at = int(self.row("pragma user_version")[0])
        steps = sorted(p.name for p in files("carnet.vault").joinpath("schema").iterdir() if p.name.endswith(".sql"))
        if at > len(steps):
            raise Damaged("this vault was made by a newer Carnet; update Carnet to open it")
        for number, name in enumerate(steps[at:], at + 1):
            if at:
                self._db.execute("pragma wal_checkpoint(truncate)")
                shutil.copyfile(self.path, self.path.with_name(f"{self.path.name}.before-{number:04d}"))
            script = files("carnet.vault").joinpath("schema", name).read_text("utf-8")
            self._db.executescript(f"begin immediate;\n{script}\npragma user_version = {number};\ncommit;")

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of one query, streamed."""
        yield from self._db.execute(sql, parameters)

    def row(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        """The first row, empty when there is none."""
        return self._db.execute(sql, parameters).fetchone() or ()

    @contextmanager
    def transaction(self) -> Iterator[sqlcipher3.Cursor]:
        """A cursor inside BEGIN IMMEDIATE ... COMMIT; anything raised rolls back. Raises Busy, NotWritable."""
        cursor = self._db.cursor()
        try:
            cursor.execute("begin immediate")
        except sqlcipher3.OperationalError as error:
            raise _translated(error) from error
        try:
            yield cursor
            cursor.execute("commit")
        except sqlcipher3.OperationalError as error:
            _rollback(cursor)
            raise _translated(error) from error
        except BaseException:
            _rollback(cursor)
            raise

    def checkpoint(self) -> None:
        """Folds the write-ahead log into the file."""
        self._db.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        """Closes the file; the key goes with it."""
        self._db.close()


def _rollback(cursor: sqlcipher3.Cursor) -> None:
    if cursor.connection.in_transaction:
        cursor.execute("rollback")


def _translated(error: sqlcipher3.OperationalError) -> Busy | NotWritable:
    if "locked" in str(error):
        return Busy("the vault is busy; try again in a moment")
    return NotWritable("the vault cannot be written; check the folder's permissions and free space")
