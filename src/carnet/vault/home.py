"""The folder of an installation: where vaults and key slots lie, and how one is made and opened. It holds no health content."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from carnet.vault import keys
from carnet.vault.disk import Lock, sync_folder, tighten, write_private
from carnet.vault.errors import Busy, Damaged, NotWritable, NoVault
from carnet.vault.file import File

WAIT = 30.0  # seconds one first command waits for another; stretching a passphrase takes most of them on a slow machine


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one home. Nothing is made until `make_vault`."""

    root: Path

    @property
    def settings(self) -> Path:
        """Format version and the default vault's id: no secret, nothing of a person."""
        return self.root / "home.toml"

    @property
    def local_key(self) -> Path:
        """The key that opens the vault without typing; absent in a passphrase home."""
        return self.root / "keys" / "local.key"

    def slots(self, vault_id: str) -> Path:
        """The key slots of one vault."""
        return self.root / "keys" / f"{vault_id}.json"

    def vault(self, vault_id: str) -> Path:
        """The encrypted file of one vault."""
        return self.root / "vaults" / vault_id[:2] / f"{vault_id}.vault"

    def exists(self) -> bool:
        """Whether a vault was made here."""
        return self.settings.is_file()

    def default_vault(self) -> str:
        """The id of this home's vault. Raises NoVault, Damaged."""
        if not self.exists():
            raise NoVault("there is no vault in this home yet; run carnet init or import a file")
        try:
            return str(tomllib.loads(self.settings.read_text())["vault"])
        except (OSError, KeyError, ValueError) as error:
            raise Damaged("home.toml of this home cannot be read; restore it from a backup") from error

    def has_passphrase(self) -> bool:
        """Whether the vault opens with a passphrase (True) or with the local key file (False)."""
        _, _, slots = keys.read_slots(self.slots(self.default_vault()))
        return any(s.kind == "passphrase" for s in slots)

    def make_vault(self, passphrase: str | None) -> File:
        """A new vault, opened. Without a passphrase it opens by a key file beside it.

        Of two commands that come at once, one makes it and the other opens what was made. Raises Busy, Damaged, NotWritable.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._not_writable() from error
        if not tighten(self.root):
            raise NotWritable(f"others may look into {self.root} and it is not ours to close; choose another home with --home")
        making = Lock(self.root / "making.lock")
        if not making.acquire(WAIT):
            raise Busy("another command is making the vault of this home; try again in a moment")
        try:
            return self.open_vault(passphrase) if self.exists() else self._make(passphrase)
        finally:
            making.release()

    def _make(self, passphrase: str | None) -> File:
        if self.local_key.exists() or any(self.root.glob("vaults/*/*.vault")):
            raise Damaged("home.toml is gone but keys or a vault are still here; restore it from a backup, nothing was changed")
        vault_id, key = os.urandom(16).hex(), keys.new_secret()
        try:
            for folder in (self.root / "keys", self.root / "vaults", self.vault(vault_id).parent):
                folder.mkdir(mode=0o700, exist_ok=True)
                sync_folder(folder.parent)
            self._write_slots(vault_id, key, passphrase)
            file = self._write_vault(vault_id, key)
            write_private(self.settings, f'format = 1\nvault = "{vault_id}"\n'.encode())
        except (OSError, NotWritable) as error:
            for made in (self.vault(vault_id), self.slots(vault_id), self.local_key):  # or the next try finds keys of no vault
                made.unlink(missing_ok=True)
            raise self._not_writable() from error
        return file

    def _write_slots(self, vault_id: str, key: keys.Secret, passphrase: str | None) -> None:
        if passphrase is None:
            local = keys.new_secret()
            write_private(self.local_key, local.value)
            slot = keys.local_slot(vault_id, key, local)
        else:
            slot = keys.passphrase_slot(vault_id, key, passphrase)
        keys.write_slots(self.slots(vault_id), vault_id, [slot])

    def _write_vault(self, vault_id: str, key: keys.Secret) -> File:
        path = self.vault(vault_id)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))  # before SQLite would, with its own mode
        sync_folder(path.parent)
        file = File(path, key)
        with file.transaction() as cursor:
            cursor.execute("insert into meta values ('vault', ?), ('generation', '1')", (vault_id,))
        return file

    def _not_writable(self) -> NotWritable:
        return NotWritable(f"cannot write to {self.root}; choose another home with --home or change its permissions")

    def _tighten(self, vault_id: str) -> None:
        """Takes group and others out of what a copy or an old umask let them into; what is not ours stays as it is."""
        vault = self.vault(vault_id)
        beside = (vault.with_name(vault.name + ending) for ending in ("-wal", "-shm"))
        paths = (self.root, self.root / "keys", self.root / "vaults", vault.parent, self.settings, self.slots(vault_id), self.local_key)
        for path in (*paths, vault, *beside):
            if path.exists():
                tighten(path)

    def open_vault(self, passphrase: str | None) -> File:
        """The home's vault, opened. Raises NoVault, Locked, WrongPassphrase, Damaged, NotWritable."""
        vault_id = self.default_vault()
        self._tighten(vault_id)
        named, generation, slots = keys.read_slots(self.slots(vault_id))
        if named != vault_id:
            raise Damaged("the key slots belong to another vault; restore the keys folder from a backup")
        try:
            local = keys.Secret(self.local_key.read_bytes()) if self.local_key.is_file() else None
        except (OSError, ValueError) as error:
            raise Damaged("the local key file cannot be read; restore keys/local.key from a backup") from error
        key = keys.open_slots(vault_id, slots, local, passphrase, generation)
        if not self.vault(vault_id).is_file():
            raise Damaged("the vault file is gone; restore it from a backup")
        file = File(self.vault(vault_id), key)
        if file.row("select value from meta where key = 'vault'") != (vault_id,):
            file.close()
            raise Damaged("the vault file belongs to another vault; restore it from a backup")
        return file


def read_passphrase(path: Path) -> str:
    """The passphrase in the first line of a text file. Raises Locked."""
    return keys.read_passphrase(path)
