"""What the commands share: the home and its passphrase, the open space, language, moments, rows of a batch."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carnet.cli import show
from carnet.cli.errors import Refused
from carnet.space import settings
from carnet.space.space import HealthSpace
from carnet.vault.errors import Locked
from carnet.vault.home import Home, read_passphrase

Options = argparse.Namespace


def home_of(options: Options) -> Home:
    """The home the options name."""
    return Home(settings.home_folder(options.home))


def passphrase_of(options: Options, home: Home, new: bool = False) -> str | None:
    """The passphrase from the file or the prompt; None for a vault that opens without one."""
    if options.passphrase_file:
        try:
            return read_passphrase(Path(options.passphrase_file))
        except Locked as error:
            raise Refused(str(error)) from error
    if new or not home.has_passphrase():
        return None
    if not sys.stdin.isatty():
        raise Locked("the vault is locked; type its passphrase or give --passphrase-file FILE")
    return getpass.getpass("Passphrase: ")


@contextmanager
def opened(options: Options) -> Iterator[HealthSpace]:
    """The open space; a home that has none yet gets one that opens without typing, and says so."""
    home = home_of(options)
    if home.exists():
        with HealthSpace.open(home, passphrase_of(options, home)) as space:
            yield space
        return
    passphrase = passphrase_of(options, home, new=True)
    with HealthSpace.make(home, passphrase) as space:
        print(show.made(home, passphrase is not None, lang_of(options)), file=sys.stderr)
        yield space


def lang_of(options: Options, space: HealthSpace | None = None) -> str:
    """The language to speak: the option, the profile, the machine."""
    return options.lang or (space.person.language if space else settings.machine_language())


def moment_of(options: Options, zone: str = "UTC") -> datetime:
    """The moment to answer for, with its zone."""
    if not options.now:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(options.now)
    except ValueError as error:
        raise Refused("--now expects ISO 8601, such as 2026-03-15T09:30:00+01:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def day_of(text: str | None, option: str) -> date | None:
    """The day of an option, None when it was not given. Raises Refused."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(f"{option} expects a day such as 2026-03-09") from error


def print_json(value: Any) -> None:
    """One JSON value on a line."""
    print(json.dumps(value, ensure_ascii=False))


def rows_of(path: str) -> Iterator[dict[str, Any]]:
    """The rows of a JSON-lines file, one at a time. Raises Refused at a line that is none."""
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise Refused(f"line {number} of the batch is not JSON; each line is one object with id and text") from error
                if not isinstance(row, dict) or not turns_of(row):
                    raise Refused(f"line {number} of the batch needs text, or turns: a list of messages")
                yield row
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("the batch file cannot be read; give a JSON-lines file") from error


def turns_of(row: dict[str, Any]) -> list[str]:
    """The messages of a row, empty when it holds none."""
    turns = row.get("turns") or ([row["text"]] if row.get("text") else [])
    return turns if isinstance(turns, list) and all(isinstance(t, str) for t in turns) else []
