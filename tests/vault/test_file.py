"""The file: damage and waiting are said in one line, and a step of the schema leaves a copy until it is known to be good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3

from carnet.vault.disk import Lock
from carnet.vault.errors import Busy, Damaged
from carnet.vault.file import File, writer_path
from carnet.vault.keys import new_secret
from carnet.vault.vault import Vault

KEY = new_secret()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "v.vault"


@pytest.fixture
def file(path: Path) -> Iterator[File]:
    opened = File(path, KEY)
    yield opened
    opened.close()


def plain(path: Path) -> Any:
    """The file without our translations."""
    db = sqlcipher3.connect(str(path), isolation_level=None)
    db.execute(f"""pragma key = "x'{KEY.derive(b"file").value.hex()}'" """)
    return db


def spoil(path: Path) -> None:
    """Flips one byte on every page but the first ones."""
    data = bytearray(path.read_bytes())
    for page in range(40, len(data) // 4096):
        data[page * 4096 + 100] ^= 0xFF
    path.write_bytes(bytes(data))


def test_a_damaged_page_is_said_by_whatever_reads_it(path: Path) -> None:
    file = File(path, KEY)
    with file.transaction() as cursor:
        cursor.executemany("insert into word(body) values (?)", [(os.urandom(1500).hex(),) for _ in range(200)])
    file.checkpoint()
    file.close()
    spoil(path)
    file = File(path, KEY)
    with pytest.raises(Damaged, match="backup"):
        list(file.rows("select code, body from word"))
    with pytest.raises(Damaged):
        file.row("select sum(length(body)) from word")
    with pytest.raises(Damaged), file.transaction() as cursor:
        cursor.execute("update word set body = body || 'x'")
    file.close()
    with pytest.raises(Damaged):
        Vault(File(path, KEY))


def test_a_held_file_is_busy_to_readers_and_writers(path: Path, file: File) -> None:
    other = plain(path)
    file._db.execute("pragma busy_timeout = 1")
    other.execute("begin immediate")
    with pytest.raises(Busy), file.transaction():
        pass
    other.close()
    file._db.execute("pragma journal_mode = delete")
    other = plain(path)
    other.execute("begin exclusive")
    with pytest.raises(Busy):
        file.row("select * from meta")
    with pytest.raises(Busy):
        list(file.rows("select * from meta"))
    other.close()


def test_our_own_mistakes_stay_what_they_are(file: File) -> None:
    with pytest.raises(sqlcipher3.OperationalError):
        file.row("select nothing from nowhere")
    with pytest.raises(sqlcipher3.IntegrityError), file.transaction() as cursor:
        cursor.execute("insert into meta values ('a', '1'), ('a', '2')")
    assert not list(file.rows("select * from meta")), "what was begun is rolled back"


def old(path: Path) -> None:
    """A file of the first schema."""
    db = plain(path)
    db.execute("pragma journal_mode = wal")
    db.executescript(files("carnet.vault").joinpath("schema", "0001_first.sql").read_text("utf-8"))
    db.execute("pragma user_version = 1")
    db.execute("insert into word(code, body) values (7, 'seven'), (3, 'three')")
    db.execute("insert into source(code, service, name, device, kind) values (2, 's', 'n', 'd', 'app')")
    db.execute("insert into batch(seq, service, state, file_sha256, reader, at) values (1, 's', 'done', 'f', 'r', 'now')")
    db.execute("insert into record values ('id', 1, 'lab', 'm', 's', '[]', 2, 0, 0, null, null, '{}')")
    db.close()


def test_an_older_file_is_brought_up_to_date_and_its_copy_goes_after_the_next_opening(path: Path) -> None:
    old(path)
    path.with_name("v.vault.before-0002").touch(mode=0o644)  # a copy that a crash left half done
    file = File(path, KEY)
    assert list(file.rows("select code, body from word order by code")) == [(3, "three"), (7, "seven")]
    assert file.row("select code, kind from source") == (2, "app")
    assert file.row("select id, base from record") == ("id", None)
    copies = [p for p in path.parent.iterdir() if "before" in p.name]
    assert [p.name for p in copies] == ["v.vault.before-0002"]
    assert all(p.stat().st_mode & 0o077 == 0 for p in copies)
    copied = plain(copies[0])
    assert copied.execute("select count(*) from word").fetchone() == (2,)
    copied.close()
    file.close()
    File(path, KEY).close()
    assert not [p for p in path.parent.iterdir() if "before" in p.name]


def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old(path)
    with monkeypatch.context() as patch:
        patch.setattr("carnet.vault.file.copy_private", lambda source, target: (_ for _ in ()).throw(OSError(28, "no space")))
        with pytest.raises(Exception, match="nothing was changed"):
            File(path, KEY)
    file = File(path, KEY)
    assert file.row("select count(*) from word") == (2,)
    file.close()


def test_a_file_is_not_brought_up_to_date_under_a_live_import(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old(path)
    writer = Lock(writer_path(path))
    assert writer.acquire()
    monkeypatch.setattr("carnet.vault.file.WAIT", 0.0)
    with pytest.raises(Busy):
        File(path, KEY)
    writer.release()
    File(path, KEY).close()


def test_a_code_is_never_given_twice(file: File) -> None:
    with file.transaction() as cursor:
        cursor.execute("insert into word(body) values ('a'), ('b')")
        cursor.execute("delete from word where body = 'b'")
        cursor.execute("insert into word(body) values ('c')")
    assert list(file.rows("select code, body from word order by code")) == [(1, "a"), (3, "c")]
