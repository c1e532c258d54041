"""A file on its way in, sealed piece by piece under a key that only this process holds: no plaintext on disk, unreadable after a crash."""

from __future__ import annotations

import io
import os
import secrets
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from carnet.vault.errors import NotWritable

PIECE = 1 << 20
TAG = 16
ENDING = ".sealed"
LIFE_S = 24 * 3600


class Sealed:
    """Write the bytes in order, `close`, then `open` as often as needed; `discard` removes the file. size: plain bytes so far.

    Forgotten or left at the end of the process, the file goes by itself.
    """

    def __init__(self, folder: Path) -> None:
        """Raises NotWritable when the folder cannot be written."""
        self._key = AESGCM(AESGCM.generate_key(256))
        self._rest = bytearray()
        self._pieces = 0
        self.size = 0
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path = folder / f"{secrets.token_hex(16)}{ENDING}"
            self._file = os.fdopen(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        except OSError as error:
            raise NotWritable("the folder for files on their way in cannot be written; check its permissions and free space") from error
        self._gone = weakref.finalize(self, _remove, self._file, self.path)

    def write(self, data: bytes) -> None:
        """Adds bytes. Raises NotWritable when the disk is full."""
        self._rest += data
        self.size += len(data)
        while len(self._rest) >= PIECE:
            self._seal(bytes(self._rest[:PIECE]))
            del self._rest[:PIECE]

    def close(self) -> None:
        """Seals what is left. Raises NotWritable when the disk is full."""
        if self._rest:
            self._seal(bytes(self._rest))
            self._rest.clear()
        with _disk():
            self._file.close()

    def _seal(self, plain: bytes) -> None:
        with _disk():
            self._file.write(self._key.encrypt(self._pieces.to_bytes(12, "big"), plain, None))
        self._pieces += 1

    def open(self) -> BinaryIO:
        """The plain bytes as a file that can be searched in. Reading raises OSError where a byte on the disk was changed."""
        return io.BufferedReader(_Reader(self.path, self._key, self.size), PIECE)

    def discard(self) -> None:
        """Removes the file; without its key nobody could read it anyway."""
        self._rest.clear()
        self._gone()


def sweep(folder: Path) -> int:
    """How many files it removed: those a process left behind that did not come to its end, a day old by now."""
    old = [path for path in folder.glob(f"*{ENDING}") if time.time() - path.stat().st_mtime > LIFE_S]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _remove(file: Any, path: Path) -> None:
    try:
        file.close()
    except OSError:  # a full disk: what could not be written is not wanted any more
        file = None
    path.unlink(missing_ok=True)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotWritable("the file could not be kept; check the free space of the disk") from error


class _Reader(io.RawIOBase):
    """One piece in the clear at a time, in memory."""

    def __init__(self, path: Path, key: AESGCM, size: int) -> None:
        self._file, self._key, self._size = path.open("rb"), key, size
        self._at, self._number, self._plain = 0, -1, b""

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves to a place of the plain bytes."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """The place in the plain bytes."""
        return self._at

    def readinto(self, into: Any) -> int:
        """Fills the buffer as far as the present piece goes. Raises OSError when the piece is not what was written."""
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, PIECE)
        if number != self._number:
            self._plain = self._piece(number)
            self._number = number
        piece = self._plain[within : within + len(into)]
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _piece(self, number: int) -> bytes:
        self._number, self._plain = -1, b""
        self._file.seek(number * (PIECE + TAG))
        try:
            plain = self._key.decrypt(number.to_bytes(12, "big"), self._file.read(PIECE + TAG), None)
        except InvalidTag as error:
            raise OSError("a file on its way in was changed on the disk") from error
        if len(plain) != min(PIECE, self._size - number * PIECE):
            raise OSError("a file on its way in lost its end")
        return plain

    def close(self) -> None:
        """Closes the file and forgets the piece."""
        self._file.close()
        self._plain = b""
        super().close()
