"""The demo: Camille's files go in by the true way, her consents are recorded like anybody's. Never in a home that holds anything else."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path

from carnet.assistant.answer import Answer
from carnet.space import demo_person
from carnet.space.space import HealthSpace
from carnet.vault.errors import NotWritable, VaultError
from carnet.vault.home import Home

MARKER = "demo.toml"
FRESH = timedelta(days=3)  # after that "last week" would have holes that a person would not have
SERVICES = ("apple_health", "tidy_csv")
QUESTIONS = {
    "en": (
        "How has my resting heart rate changed over the last 12 months?",
        "What is my LDL history?",
        "How did I sleep last week?",
    ),
    "fr": (
        "Comment évolue ma fréquence cardiaque au repos sur les 12 derniers mois ?",
        "Quel est l'historique de mon LDL ?",
        "Combien ai-je dormi la semaine dernière ?",
    ),
}


class NotDemoHome(VaultError):
    """This home is somebody's own: no synthetic data goes into it."""


def run(root: Path, now: datetime, lang: str) -> Iterator[tuple[str, Answer]]:
    """Questions with their answers, over a home that is made on the first call and kept for the next. Raises NotDemoHome."""
    with _opened(root, now) as space:
        for question in QUESTIONS[lang]:
            yield question, space.ask([question], now, lang)


def prepare(root: Path, now: datetime) -> None:
    """Makes and fills the demo's home on the first call, and anew when her data have become old. Raises NotDemoHome."""
    if (root / MARKER).is_file():
        end = _last_day(root)
        if end and now.astimezone(demo_person.HOME).date() - end > FRESH:
            _forget(root)
    with _opened(root, now):
        return


def _forget(root: Path) -> None:
    """Takes the old demo away: what it made itself, nothing else that may lie in the folder. The marker goes last."""
    for folder in ("vaults", "keys"):
        shutil.rmtree(root / folder, ignore_errors=True)
    for name in ("home.toml", MARKER):
        (root / name).unlink(missing_ok=True)


def mark(root: Path) -> None:
    """Says of a home without a vault that it is a demo's, before its vault is made. Raises NotDemoHome, NotWritable."""
    home = Home(root)
    if home.exists() or home.local_key.exists() or any(root.glob("vaults/*/*.vault")):
        raise NotDemoHome(f"{root} holds a vault that is not a demo's; give the demo a home of its own with --home, nothing was changed")
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(root) from error
    _write_marker(root, None)


def fill(space: HealthSpace, root: Path, now: datetime) -> None:
    """Brings her files, her profile and her grants into the space of a marked home; what is there already stays as it is.

    Her data end the day before the first filling; done again it completes what was cut short and adds nothing. Sensitive categories
    stay without a grant. Raises NotDemoHome.
    """
    end = _last_day(root)
    if not set(space.services()) <= set(SERVICES):
        raise NotDemoHome(f"{root} holds more than the demo; give the demo a home of its own with --home, nothing was changed")
    if end is None:
        end = now.astimezone(demo_person.HOME).date() - timedelta(days=1)
        _write_marker(root, end)
    files = demo_person.files(end)
    for name, data in files.items():
        _write(root / name, data)
    list(space.import_paths([root / name for name in files], None, {}, False, None))
    said = space.profile()
    for key, value in demo_person.profile(end).items():
        if key not in said:
            space.set_profile(key, value)
    for service in SERVICES:
        if service not in _decided(space):
            space.decide("grant", service, (), "answer")


def _opened(root: Path, now: datetime) -> HealthSpace:
    """The demo's space, filled; the caller closes it."""
    home = Home(root)
    if not (root / MARKER).is_file():
        mark(root)
    _last_day(root)
    with ExitStack() as held:
        space = held.enter_context(HealthSpace.open(home) if home.exists() else HealthSpace.make(home))
        if not set(SERVICES) <= _decided(space):
            fill(space, root, now)
        held.pop_all()
    return space


def _decided(space: HealthSpace) -> set[str]:
    """The services of which it was once said whether they may be used for answers: the last step of filling."""
    return {event.service for event in space.consents() if event.purpose == "answer"}


def _last_day(root: Path) -> date | None:
    """The last day of her data by the marker of this home, None before it was filled. Raises NotDemoHome."""
    try:
        said = tomllib.loads((root / MARKER).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NotDemoHome(f"{root} is not marked as a demo's; give the demo a home of its own with --home, nothing was changed") from error
    end = said.get("end")
    if said.get("synthetic") is not True or not (end is None or type(end) is date):
        raise NotDemoHome(f"{MARKER} in {root} is not a demo's; give the demo a home of its own with --home, nothing was changed")
    return end


def _write_marker(root: Path, end: date | None) -> None:
    text = f'synthetic = true\nperson = "{demo_person.NAME}"\n' + (f"end = {end.isoformat()}\n" if end else "")
    _write(root / MARKER, text.encode())


def _write(path: Path, data: bytes) -> None:
    """Writes a file only its owner may read; never through a link."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o600)
            file.write(data)
    except OSError as error:
        raise _unwritable(path.parent) from error


def _unwritable(root: Path) -> NotWritable:
    return NotWritable(f"cannot write to {root}; choose another home with --home or change its permissions")
