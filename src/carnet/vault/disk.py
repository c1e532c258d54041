"""What the vault asks of the file system: private files, folders synced to disk, locks that end with their process. No content here."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from pathlib import Path

from carnet.vault.errors import NotWritable

POLL = 0.02  # seconds between two tries for a lock


def write_private(path: Path, data: bytes) -> None:
    """Writes a file only its owner may read: after a crash it is the old one or the new one, never half of it, and never gone."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]  # a full disk or a signal may take less than all
        os.fsync(handle)
    finally:
        os.close(handle)
    os.replace(fresh, path)
    sync_folder(path.parent)


def copy_private(source: Path, target: Path) -> None:
    """A copy that only its owner may read, synced to disk."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as old, os.fdopen(handle, "wb") as new:
        tighten(target)  # one left by a crash keeps its own mode
        shutil.copyfileobj(old, new, 1 << 20)
        new.flush()
        os.fsync(new.fileno())
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Makes new and renamed names of a folder survive a power cut; where folders cannot be opened (Windows) the system does it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tighten(path: Path) -> bool:
    """Whether nobody but the owner may reach the path now: bits of group and others are taken away where the system lets us."""
    with contextlib.suppress(OSError):
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            path.chmod(mode & 0o700)
        return sys.platform == "win32" or not path.stat().st_mode & 0o077
    return False


class Lock:
    """A lock on a file that stays where it is. The system frees it when the process dies, so a dead holder never blocks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self, wait: float = 0.0) -> bool:
        """Whether it is ours now; tries for `wait` seconds. Raises NotWritable."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NotWritable(f"cannot write to {self._path.parent}; check the folder's permissions and free space") from error
        until = time.monotonic() + wait
        while not _locked(handle):
            if time.monotonic() >= until:
                os.close(handle)
                return False
            time.sleep(POLL)
        self._handle = handle
        return True

    def release(self) -> None:
        """Lets the next one in."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
