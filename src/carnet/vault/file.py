"""The SQLCipher file: opened with a raw key, brought to the current schema, changed only inside short transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import sqlcipher3

from carnet.vault.disk import Lock, copy_private
from carnet.vault.errors import Busy, Damaged, NotWritable
from carnet.vault.keys import Secret

WAIT = 10.0  # seconds to wait for another process that brings the file to the current schema
HELD = (sqlcipher3.SQLITE_BUSY, sqlcipher3.SQLITE_LOCKED)
BROKEN = (sqlcipher3.SQLITE_CORRUPT, sqlcipher3.SQLITE_NOTADB)
REFUSED = (sqlcipher3.SQLITE_READONLY, sqlcipher3.SQLITE_IOERR, sqlcipher3.SQLITE_FULL, sqlcipher3.SQLITE_CANTOPEN, sqlcipher3.SQLITE_PERM)


class File:
    """An open vault file. `rows` and `row` read; writing goes through `transaction`."""

    def __init__(self, path: Path, key: Secret) -> None:
        """Opens or makes the file. Raises Damaged when the key does not fit or the file is not a vault, Busy, NotWritable."""
        self.path, self._key, self._broken = path, key, False
        try:
            self._db = sqlcipher3.connect(str(path), isolation_level=None, timeout=5, check_same_thread=False)
        except sqlcipher3.OperationalError as error:
            raise NotWritable(f"cannot open the vault in {path.parent}; check the folder's permissions and free space") from error
        try:
            self._prepare()
            self._migrate()
        except sqlcipher3.DatabaseError as error:
            self._db.close()
            raise self._not_opened(error) from error
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("pragma cipher_log_level = NONE")  # first, or a wrong key writes to stderr
        self._db.execute(f"""pragma key = "x'{self._key.derive(b"file").value.hex()}'" """)  # pragmas take no parameters
        self._db.execute("select count(*) from sqlite_master").fetchone()
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.execute("pragma temp_store = memory")  # no plaintext temporary file
        self._db.execute("pragma foreign_keys = on")

    def _migrate(self) -> None:
        """Brings the file to the current schema. The copy made before a step stays until the file was opened once more."""
        steps = sorted(p.name for p in files("carnet.vault").joinpath("schema").iterdir() if p.name.endswith(".sql"))
        at = self._version()
        if at > len(steps):
            raise Damaged("this vault was made by a newer Carnet; update Carnet to open it")
        if at == len(steps):
            for copy in self.path.parent.glob(f"{self.path.name}.before-*"):
                copy.unlink(missing_ok=True)
            return
        lock = Lock(writer_path(self.path))
        if not lock.acquire(WAIT):
            raise Busy("the vault is being written by an import; open it again when that is done")
        try:
            at = self._version()  # another process may have taken the steps while we waited
            for number, name in enumerate(steps[at:], at + 1):
                self._step(number, name)
        finally:
            lock.release()

    def _version(self) -> int:
        return int(self.row("pragma user_version")[0])

    def _step(self, number: int, name: str) -> None:
        """Applies one step in one transaction, after a copy of the encrypted file."""
        if number > 1:
            busy, *_ = self.row("pragma wal_checkpoint(truncate)")
            if busy:
                raise Busy("the vault is in use and must be brought up to date first; close what else uses it and try again")
            try:
                copy_private(self.path, self.path.with_name(f"{self.path.name}.before-{number:04d}"))
            except OSError as error:
                raise NotWritable(
                    "no room to copy the vault before bringing it up to date; free some space, nothing was changed"
                ) from error
        script = files("carnet.vault").joinpath("schema", name).read_text("utf-8")
        try:
            self._db.executescript(f"begin immediate;\n{script}\npragma user_version = {number};\ncommit;")
        except sqlcipher3.DatabaseError:
            _rollback(self._db.cursor())
            raise

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of one query, streamed. Raises Damaged, Busy."""
        try:
            yield from self._db.execute(sql, parameters)
        except sqlcipher3.DatabaseError as error:
            raise self._translated(error, "read") from error

    def row(self, sql: str, parameters: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        """The first row, empty when there is none. Raises Damaged, Busy."""
        try:
            return self._db.execute(sql, parameters).fetchone() or ()
        except sqlcipher3.DatabaseError as error:
            raise self._translated(error, "read") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlcipher3.Cursor]:
        """A cursor inside BEGIN IMMEDIATE ... COMMIT; anything raised rolls back. Raises Busy, Damaged, NotWritable."""
        cursor = self._db.cursor()
        try:
            cursor.execute("begin immediate")
            yield cursor
            cursor.execute("commit")
        except sqlcipher3.DatabaseError as error:
            _rollback(cursor)
            raise self._translated(error, "written") from error
        except BaseException:
            _rollback(cursor)
            raise

    def checkpoint(self) -> bool:
        """Whether the write-ahead log was folded into the file. Everything is committed already: a later time will do as well."""
        try:
            return not self._db.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
        except sqlcipher3.OperationalError:
            return False

    def twin(self) -> File:
        """The same file opened once more."""
        return File(self.path, self._key)

    def close(self) -> None:
        """Closes the file; the key goes with it."""
        self._db.close()

    def _not_opened(self, error: sqlcipher3.DatabaseError) -> Exception:
        found = self._translated(error, "read")
        if isinstance(found, Damaged):
            return Damaged("the vault file does not open with this key, or it is damaged; restore it from a backup")
        if isinstance(found, NotWritable):
            return NotWritable(f"cannot open the vault in {self.path.parent}; check the folder's permissions and free space")
        return found

    def _translated(self, error: sqlcipher3.DatabaseError, done: str) -> Exception:
        """What a person is told; our own mistakes (a constraint, wrong SQL) stay what they are."""
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF  # the low byte is the kind, the rest its variant
        if code in BROKEN or (self._broken and code in REFUSED):
            self._broken = True  # SQLCipher goes read-only after the first broken page, which is not what is wrong
            return Damaged("a part of the vault file is damaged; restore it from a backup")
        if code in HELD:
            return Busy("the vault is busy; try again in a moment")
        if code in REFUSED:
            return NotWritable(f"the vault cannot be {done}; check the folder's permissions and free space")
        ours: Exception = error
        return ours


def writer_path(path: Path) -> Path:
    """The lock file of the vault file's one writer."""
    return path.with_suffix(".writer")


def _rollback(cursor: sqlcipher3.Cursor) -> None:
    if cursor.connection.in_transaction:
        with suppress(sqlcipher3.DatabaseError):  # a damaged file may refuse even this; what it said first is what counts
            cursor.execute("rollback")
