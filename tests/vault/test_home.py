"""The home: one vault whoever comes first, closed to others, opened by the passphrase a person types on whatever keyboard."""

from __future__ import annotations

import os
import threading
import unicodedata
from pathlib import Path

import pytest

from carnet.vault import disk, keys
from carnet.vault.errors import Locked, NotWritable, WrongPassphrase
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from vault.batches import WATCH, batch


def test_two_first_commands_at_once_make_one_vault(tmp_path: Path) -> None:
    home, gate = Home(tmp_path / "h"), threading.Barrier(4)
    opened: list[str] = []
    failed: list[Exception] = []

    def first(number: int) -> None:
        gate.wait()
        try:
            file = home.make_vault(None)
            opened.append(file.row("select value from meta where key = 'vault'")[0])
            file.close()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=first, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert opened == [home.default_vault()] * 4
    assert len(list(home.root.glob("vaults/*/*.vault"))) == 1


def test_the_second_of_two_passphrases_does_not_open_the_vault_of_the_first(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    home.make_vault("one").close()
    with pytest.raises(WrongPassphrase):
        home.make_vault("two")
    home.make_vault("one").close()


def test_a_home_that_could_not_be_finished_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "h")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as patch:
        patch.setattr("carnet.vault.home.write_private", full)
        with pytest.raises(NotWritable):
            home.make_vault("pass")
    home.make_vault(None).close()


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_an_open_home_is_closed_to_others(tmp_path: Path) -> None:
    root = tmp_path / "h"
    root.mkdir(mode=0o755)
    root.chmod(0o755)
    home = Home(root)
    home.make_vault(None).close()
    assert root.stat().st_mode & 0o777 == 0o700
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with Vault(home.open_vault(None)) as vault:
        with vault.importing("apple_health", "f", "t/1") as task:
            task.add(batch([("steps", WATCH, 0, 1, 1.0)]))
            vault.finish(task, {})
        wrong = [p.name for p in (root, *root.rglob("*")) if p.stat().st_mode & 0o077]
    assert not [name for name in wrong if not name.endswith(".lock") and not name.endswith(".writer")]


def test_a_home_of_another_that_stays_open_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carnet.vault.home.tighten", lambda path: False)
    with pytest.raises(NotWritable, match="not ours"):
        Home(tmp_path / "h").make_vault(None)
    assert not list((tmp_path / "h").iterdir())


@pytest.mark.parametrize("text", ["crème brûlée", "Åström ﬁn", "한글 비밀"])
def test_a_passphrase_opens_however_its_accents_are_typed(tmp_path: Path, text: str) -> None:
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    home = Home(tmp_path / "h")
    home.make_vault(apart).close()
    home.open_vault(composed).close()
    home.open_vault(apart).close()
    with pytest.raises(WrongPassphrase):
        home.open_vault(composed + "x")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_slot_made_before_passphrases_were_composed_still_opens(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed, key = unicodedata.normalize(form, "crème"), keys.new_secret()
    with monkeypatch.context() as patch:
        patch.setattr(keys, "_spellings", lambda passphrase: [passphrase])
        slot = keys.passphrase_slot("v", key, typed)
    for other in ("NFC", "NFD"):
        assert keys.open_slots("v", [slot], None, unicodedata.normalize(other, typed)).value == key.value


@pytest.mark.parametrize(
    ("data", "first"),
    [
        (b"pass\nrest", "pass"),
        (b"pass\r\nrest", "pass"),
        (b"\xef\xbb\xbfpass\n", "pass"),
        ("a\u2028b\x0bc\x85d\x1ce".encode(), "a\u2028b\x0bc\x85d\x1ce"),
        (b"mid\rdle\n", "mid\rdle"),
        (b" spaces stay \n", " spaces stay "),
        ("é".encode(), "é"),
    ],
)
def test_a_passphrase_file_is_its_first_line_whole(tmp_path: Path, data: bytes, first: str) -> None:
    path = tmp_path / "p"
    path.write_bytes(data)
    assert keys.read_passphrase(path) == first


@pytest.mark.parametrize("data", [None, b"", b"\n", b"\xef\xbb\xbf\r\n", b"\xff\xfe\x00"])
def test_a_passphrase_file_without_a_passphrase_is_said_in_one_line(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "p"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(Locked, match="passphrase file") as told:
        keys.read_passphrase(path)
    assert "\n" not in str(told.value)


def test_a_private_file_is_whole_though_the_system_takes_little_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, folders = os.write, []
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, bytes(data)[:3]))
    monkeypatch.setattr(disk, "sync_folder", folders.append)
    disk.write_private(tmp_path / "key", b"0123456789")
    assert (tmp_path / "key").read_bytes() == b"0123456789"
    assert folders == [tmp_path], "the new name is synced as well"


def test_a_lock_is_held_once_and_free_again(tmp_path: Path) -> None:
    one, two = disk.Lock(tmp_path / "l"), disk.Lock(tmp_path / "l")
    assert one.acquire()
    assert not two.acquire()
    one.release()
    assert two.acquire()
    two.release()
