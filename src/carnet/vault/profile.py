"""What describes the person (home zone, birth date, units, ...): kept in the vault, said by the person or taken from their data.

Home zone and ranks decide which rows a citation opens. So changing one of them takes a number in the order of the imports, and what was
in force before it is kept under that number: a link made earlier is read with what was in force then.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from carnet.record.view import Person
from carnet.vault import audit
from carnet.vault.errors import VaultError
from carnet.vault.file import File


class BadProfile(VaultError):
    """A key or value the profile does not take."""


def _one_of(*words: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in words:
            raise BadProfile(f"expected one of {', '.join(words)}")
        return text

    return check


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text not in _zones():
        raise BadProfile("expected a time zone name such as Europe/Paris")
    return ZoneInfo(text).key


def _birth(text: str) -> str:
    try:
        return str(int(text)) if re.fullmatch(r"(19|20)\d\d", text) else date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadProfile("expected a date such as 1980-05-31, or a year") from None


def _height(text: str) -> float:
    try:
        metres = float(text.replace(",", "."))
    except ValueError:
        metres = 0.0
    if not 0.4 <= metres <= 2.6:
        raise BadProfile("expected a height in metres such as 1.72")
    return metres


def _table(text: str) -> dict[str, Any]:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        table = None
    if not isinstance(table, dict):
        raise BadProfile('expected a JSON object such as {"operation": "2025-06-02"}')
    return table


def _goals(text: str) -> dict[str, float]:
    try:
        table = {name: _number(value) for name, value in _table(text).items()}
    except (BadProfile, TypeError, ValueError, OverflowError):
        raise BadProfile('expected numbers by metric such as {"steps": 10000}') from None
    return table


def _number(value: Any) -> float:
    number = float("nan") if isinstance(value, bool) else float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _ranks(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _events(text: str) -> dict[str, str]:
    try:
        table = {name: date.fromisoformat(day).isoformat() for name, day in _table(text).items()}
    except (BadProfile, TypeError, ValueError):
        raise BadProfile('expected named dates such as {"operation": "2025-06-02"}') from None
    return table


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise BadProfile("expected a two-letter country such as FR")
    return text.upper()


KEYS: Mapping[str, Callable[[str], Any]] = {
    "home_zone": _zone,
    "birth_date": _birth,
    "sex": _one_of("female", "male", "other"),
    "pregnant": _one_of("yes", "no"),
    "height_m": _height,
    "country": _country,
    "language": _one_of("en", "fr"),
    "units": _one_of("metric", "us"),
    "week_start": _one_of("mon", "sun"),
    "goals": _goals,
    "events": _events,
    "source_ranks": _ranks,
}

PINNED = ("home_zone", "source_ranks")  # what decides which rows a citation opens
MARK = "profile"  # stands where an import names its reader


def change(file: File, key: str, text: str) -> Any:
    """The value as stored, after checking it. Raises BadProfile."""
    if key not in KEYS:
        raise BadProfile(f"{key!r} is not in the profile; use one of {', '.join(KEYS)}")
    try:
        value = KEYS[key](text)
    except BadProfile as error:
        raise BadProfile(f"{key}: {error}") from None
    with file.transaction() as cursor:
        if key in PINNED:
            _mark(cursor, key, value)
        cursor.execute(
            "insert into profile values (?,?,?) on conflict(key) do update set since = excluded.since, body = excluded.body",
            (key, datetime.now(UTC).isoformat(timespec="seconds"), json.dumps(value, ensure_ascii=False)),
        )
        audit.append(cursor, "profile", key)
    return value


def _mark(cursor: Any, key: str, value: Any) -> None:
    """Takes the next number among the imports and keeps under it what was in force before; nothing where no citation can exist yet."""
    if not cursor.execute("select 1 from batch where state = 'done' limit 1").fetchone():
        return
    rows = cursor.execute("select key, body from profile").fetchall()
    before = {name: held for name, held in _readable(rows).items() if name in PINNED}
    if before.get(key) != value:
        cursor.execute(
            "insert into batch(service, state, file_sha256, reader, at, body) values ('', 'done', '', ?, ?, ?)",
            (MARK, datetime.now(UTC).isoformat(timespec="seconds"), json.dumps({"before": before}, ensure_ascii=False)),
        )


def said(file: File, upto: int | None = None) -> dict[str, Any]:
    """Everything the person said of themselves, without what cannot be read; home zone and ranks as they stood at a batch."""
    found = _readable(file.rows("select key, body from profile order by key"))
    later = file.row("select body from batch where reader = ? and state = 'done' and seq > ? order by seq limit 1", (MARK, upto or 0))
    if upto is None or not later:
        return found
    before: dict[str, Any] = json.loads(later[0])["before"]
    return {k: v for k, v in found.items() if k not in PINNED} | before


def _readable(rows: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values that are what `change` would store, by key."""
    found = {}
    for key, body in rows:
        try:
            value = json.loads(body)
            found[key] = KEYS[key](_written(key, value))
        except (BadProfile, KeyError, ValueError, RecursionError):
            continue  # written by another version or by hand: as if it had not been said
    return found


def _written(key: str, value: Any) -> str:
    """The text a stored value was made from. Raises BadProfile."""
    if key == "source_ranks":
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise BadProfile("expected a list of names")
        return ",".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def zone_of_data(file: File, more: Mapping[str, int], upto: int | None = None) -> str | None:
    """The zone most rows name, None when none does; `more` counts the rows of an import that is not done yet."""
    zones: Counter[str] = Counter(more)
    for (body,) in file.rows("select body from batch where state = 'done' and (? is null or seq <= ?)", (upto, upto)):
        zones.update(json.loads(body).get("zones", {}))
    best = sorted(zones.items(), key=lambda item: (-item[1], item[0]))
    return best[0][0] if best and best[0][0] in _zones() else None


def _told(file: File, upto: int | None, readable: Callable[[str], bool]) -> dict[str, Any]:
    """Birth date and sex as the latest import of a readable service states them; what cannot be read is left out."""
    rows = file.rows(
        "select r.service, r.body from record r join batch b on b.seq = r.batch where r.kind = 'characteristics' "
        "and b.state = 'done' and (? is null or r.batch <= ?) order by r.batch desc",
        (upto, upto),
    )
    me: dict[str, Any] = next((json.loads(body) for service, body in rows if readable(service)), {})
    return _readable((key, json.dumps(me[key])) for key in ("birth_date", "sex") if key in me)


def person(
    file: File, machine_zone: str, machine_language: str, more: Mapping[str, int] = MappingProxyType({}), upto: int | None = None,
    readable: Callable[[str], bool] = lambda service: True,
) -> Person:  # fmt: skip
    """The profile an answer needs; an unset home zone is taken from the data, then from the machine, and marked as such.

    upto: home zone and ranks as they stood at that batch. readable: the services whose word on birth date and sex may be taken.
    """
    own = said(file, upto)
    zone, facts = own.get("home_zone"), _told(file, upto, readable)
    return Person(
        home_zone=zone or zone_of_data(file, more, upto) or machine_zone,
        home_zone_said=zone is not None,
        language=own.get("language", machine_language),
        units=own.get("units", "metric"),
        week_start=own.get("week_start", "mon"),
        birth_date=own.get("birth_date") or facts.get("birth_date"),
        sex=own.get("sex") or facts.get("sex"),
        country=own.get("country"),
        goals=tuple(sorted(own.get("goals", {}).items())),
        source_ranks=tuple(own.get("source_ranks", ())),
        events=tuple(sorted(own.get("events", {}).items())),
    )
