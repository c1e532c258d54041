"""The spaces one process keeps open: the person's own and the demo's. One thread at a time looks into a space; an import has a file handle
of its own, so that asking goes on meanwhile. It keeps no passphrase: the key lives in the open file only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from carnet.space import demo
from carnet.space.space import HealthSpace
from carnet.vault.errors import Locked, NoVault
from carnet.vault.home import Home

OWN, DEMO = "own", "demo"
IDLE_S = 600


@dataclass(slots=True)
class _Place:
    """One home and the space opened in it, if it is."""

    home: Home
    lock: threading.RLock = field(default_factory=threading.RLock)
    space: HealthSpace | None = None
    used: float = 0.0  # when it was last looked into, on the clock that never goes back


class Desk:
    """`with desk.space("own") as space:` for every reading; opens a space that needs no passphrase by itself."""

    def __init__(self, own: Path, demo_root: Path, first: str = OWN, clock: Callable[[], datetime] | None = None) -> None:
        self._places = {OWN: _Place(Home(own)), DEMO: _Place(Home(demo_root))}
        self.first = first
        self.now = clock or (lambda: datetime.now(UTC))

    @contextmanager
    def space(self, which: str) -> Iterator[HealthSpace]:
        """The open space, for this thread alone while the context lasts. Raises NoVault, Locked and what opening raises."""
        place = self._places[which]
        with place.lock:
            if place.space is None:
                if which == DEMO:
                    self._make_demo(place)
                place.space = self._opened(place)
            place.used = time.monotonic()
            yield place.space
            place.used = time.monotonic()

    def has(self, which: str) -> bool:
        """Whether there is a vault; the demo's is made when first looked at."""
        return which == DEMO or self._places[which].home.exists()

    def root(self, which: str) -> Path:
        """The folder of that home."""
        return self._places[which].home.root

    def make(self, passphrase: str | None) -> None:
        """A vault for the person's own space, open from now on."""
        place = self._places[OWN]
        with place.lock:
            place.space = HealthSpace.make(place.home, passphrase)

    def unlock(self, which: str, passphrase: str) -> None:
        """Opens a vault by its passphrase. Raises WrongPassphrase."""
        place = self._places[which]
        with place.lock:
            if place.space is None:
                place.space = HealthSpace.open(place.home, passphrase)

    def guarded(self) -> bool:
        """Whether the person's own vault is open now and only a passphrase would open it again."""
        place = self._places[OWN]
        return place.space is not None and place.home.exists() and place.home.has_passphrase()

    def lock(self) -> None:
        """Closes the person's own vault when a passphrase guards it; its key goes with it."""
        place = self._places[OWN]
        with place.lock:
            if self.guarded() and place.space:
                place.space.close()
                place.space = None

    def lock_idle(self) -> bool:
        """Locks after ten minutes without a look; whether it did."""
        place = self._places[OWN]
        if self.guarded() and time.monotonic() - place.used > IDLE_S:
            self.lock()
            return True
        return False

    def twin(self, which: str) -> HealthSpace:
        """A second opening of the same vault, for work that takes long; the caller closes it."""
        with self.space(which) as space:
            return space.twin()

    def close(self) -> None:
        """Closes every space; the keys go with them."""
        for place in self._places.values():
            with place.lock:
                if place.space:
                    place.space.close()
                    place.space = None

    def _opened(self, place: _Place) -> HealthSpace:
        if not place.home.exists():
            raise NoVault("there is no vault in this home yet")
        if place.home.has_passphrase():
            raise Locked("the vault is locked")
        return HealthSpace.open(place.home)

    def _make_demo(self, place: _Place) -> None:
        demo.prepare(place.home.root, self.now())
