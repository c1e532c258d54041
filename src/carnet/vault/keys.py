"""Key slots of one vault: each wraps the same random data key, any one opens it. The data key itself is never written.

passphrase --Argon2id--> KEK --AES-256-GCM--> data key <--AES-256-GCM-- local key (a 0600 file)
data key --HKDF-SHA256, one label each--> the key of one use
"""

from __future__ import annotations

import json
import os
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from carnet.vault.disk import write_private
from carnet.vault.errors import Damaged, Locked, WrongPassphrase

MEMORY_KIB, ITERATIONS, LANES = 65_536, 3, 4  # what new passphrase slots get; each slot stores its own, so these may grow
LONGEST_LINE = 65_536  # bytes of a passphrase file that are looked at


class Secret:
    """32 bytes that do not show themselves in a repr, a log or a traceback."""

    __slots__ = ("value",)

    def __init__(self, value: bytes) -> None:
        if len(value) != 32:
            raise ValueError("a key has 32 bytes")
        self.value = value

    def __repr__(self) -> str:
        return "Secret(***)"

    def derive(self, label: bytes) -> Secret:
        """The key for one use, bound to its label."""
        return Secret(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"carnet/1|" + label).derive(self.value))


def new_secret() -> Secret:
    """A fresh random key."""
    return Secret(os.urandom(32))


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to open the vault. Binary fields are base64; the passphrase parameters are those this slot was made with."""

    kind: Literal["passphrase", "local"]
    wrapped: str
    salt: str = ""
    memory_kib: int = 0
    iterations: int = 0
    lanes: int = 0


def _place(vault_id: str, kind: str, generation: int) -> bytes:
    return b"\0".join((b"carnet/1", vault_id.encode(), b"slot", kind.encode(), b"%d" % generation))


def _wrap(kek: bytes, key: Secret, place: bytes) -> str:
    nonce = os.urandom(12)
    return b64encode(nonce + AESGCM(kek).encrypt(nonce, key.value, place)).decode()


def _unwrap(kek: bytes, wrapped: str, place: bytes) -> Secret:
    sealed = b64decode(wrapped)
    return Secret(AESGCM(kek).decrypt(sealed[:12], sealed[12:], place))


def _stretch(passphrase: str, slot: Slot) -> bytes:
    stretched: bytes = Argon2id(
        salt=b64decode(slot.salt), length=32, iterations=slot.iterations, lanes=slot.lanes, memory_cost=slot.memory_kib
    ).derive(passphrase.encode("utf-8", "surrogatepass"))
    return stretched


def _spellings(passphrase: str) -> list[str]:
    """The composed form, which new slots are made with; then as typed and decomposed, for slots made before that was so."""
    return list(dict.fromkeys((unicodedata.normalize("NFC", passphrase), passphrase, unicodedata.normalize("NFD", passphrase))))


def passphrase_slot(vault_id: str, key: Secret, passphrase: str, generation: int = 1) -> Slot:
    """A slot that opens with the passphrase."""
    blank = Slot("passphrase", "", b64encode(os.urandom(16)).decode(), MEMORY_KIB, ITERATIONS, LANES)
    wrapped = _wrap(_stretch(_spellings(passphrase)[0], blank), key, _place(vault_id, "passphrase", generation))
    return Slot("passphrase", wrapped, blank.salt, blank.memory_kib, blank.iterations, blank.lanes)


def local_slot(vault_id: str, key: Secret, local: Secret, generation: int = 1) -> Slot:
    """A slot that opens with the key file of this home."""
    return Slot("local", _wrap(local.value, key, _place(vault_id, "local", generation)))


def open_slots(vault_id: str, slots: Sequence[Slot], local: Secret | None, passphrase: str | None, generation: int = 1) -> Secret:
    """The data key. A given passphrase must fit, whatever the local key could do. Raises Locked, WrongPassphrase, Damaged."""
    wanted = "passphrase" if passphrase is not None else "local"
    fitting = [s for s in slots if s.kind == wanted]
    if not fitting and wanted == "passphrase":
        raise WrongPassphrase("this vault has no passphrase; it opens without one")
    if not fitting or (wanted == "local" and local is None):
        raise Locked("the vault is locked; type its passphrase or give --passphrase-file FILE")
    tries = _spellings(passphrase) if passphrase is not None else [None]
    for slot, spelling in product(fitting, tries):
        try:
            kek = _stretch(spelling, slot) if spelling is not None else local.value if local else b""
            return _unwrap(kek, slot.wrapped, _place(vault_id, wanted, generation))
        except InvalidTag:
            continue
        except ValueError as error:
            raise Damaged("a key slot of the vault is broken; restore the keys folder from a backup") from error
    if passphrase is not None:
        raise WrongPassphrase("wrong passphrase; nothing was opened")
    raise Damaged("the local key does not fit this vault; restore keys/local.key from a backup")


def write_slots(path: Path, vault_id: str, slots: Sequence[Slot], generation: int = 1) -> None:
    """Replaces the slots file (0600) in one step: after a crash it is the old one or the new one, never half of it."""
    body = {"format": 1, "vault": vault_id, "generation": generation, "slots": [asdict(s) for s in slots]}
    write_private(path, json.dumps(body, indent=1).encode())


def read_slots(path: Path) -> tuple[str, int, tuple[Slot, ...]]:
    """Vault id, generation and slots. Raises Damaged when the file cannot be understood."""
    try:
        body = json.loads(path.read_text())
        return body["vault"], body["generation"], tuple(Slot(**s) for s in body["slots"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged("the key slots of this home cannot be read; restore the keys folder from a backup") from error


def read_passphrase(path: Path) -> str:
    """The first line of a text file, whole: it ends at the first line feed and at no other sign. Raises Locked."""
    try:
        with open(path, "rb") as file:
            line = file.readline(LONGEST_LINE)
        first = line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Locked("the passphrase file cannot be read; give a text file whose first line is the passphrase") from error
    if not first:
        raise Locked("the passphrase file is empty; its first line must be the passphrase")
    return first
