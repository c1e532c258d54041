"""What describes the person (home zone, birth date, units, ...): kept in the vault, said by the person or taken from their data."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
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


def _zone(text: str) -> str:
    if text not in available_timezones():
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
    except ValueError:
        table = None
    if not isinstance(table, dict):
        raise BadProfile('expected a JSON object such as {"operation": "2025-06-02"}')
    return table


def _ranks(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _events(text: str) -> dict[str, str]:
    table = _table(text)
    for day in table.values():
        try:
            date.fromisoformat(str(day))
        except ValueError:
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
    "goals": _table,
    "events": _events,
    "source_ranks": _ranks,
}


def change(file: File, key: str, text: str) -> Any:
    """The value as stored, after checking it. Raises BadProfile."""
    if key not in KEYS:
        raise BadProfile(f"{key!r} is not in the profile; use one of {', '.join(KEYS)}")
    try:
        value = KEYS[key](text)
    except BadProfile as error:
        raise BadProfile(f"{key}: {error}") from None
    with file.transaction() as cursor:
        cursor.execute(
            "insert into profile values (?,?,?) on conflict(key) do update set since = excluded.since, body = excluded.body",
            (key, datetime.now(UTC).isoformat(timespec="seconds"), json.dumps(value, ensure_ascii=False)),
        )
        audit.append(cursor, "profile", key)
    return value


def said(file: File) -> dict[str, Any]:
    """Everything the person said of themselves."""
    return {key: json.loads(body) for key, body in file.rows("select key, body from profile order by key")}


def zone_of_data(file: File, more: Mapping[str, int]) -> str | None:
    """The zone most rows name, None when none does; `more` counts the rows of an import that is not done yet."""
    zones: Counter[str] = Counter(more)
    for (body,) in file.rows("select body from batch where state = 'done'"):
        zones.update(json.loads(body).get("zones", {}))
    best = sorted(zones.items(), key=lambda item: (-item[1], item[0]))
    return best[0][0] if best and best[0][0] in available_timezones() else None


def person(file: File, machine_zone: str, machine_language: str, more: Mapping[str, int] = MappingProxyType({})) -> Person:
    """The profile an answer needs; an unset home zone is taken from the data, then from the machine, and marked as such."""
    own = said(file)
    zone = own.get("home_zone")
    me = file.row(
        "select r.body from record r join batch b on b.seq = r.batch where r.kind = 'characteristics' and b.state = 'done' "
        "order by r.batch desc limit 1"
    )
    facts = json.loads(me[0]) if me else {}
    return Person(
        home_zone=zone or zone_of_data(file, more) or machine_zone,
        home_zone_said=zone is not None,
        language=own.get("language", machine_language),
        units=own.get("units", "metric"),
        week_start=own.get("week_start", "mon"),
        birth_date=own.get("birth_date") or facts.get("birth_date"),
        sex=own.get("sex") or facts.get("sex"),
        country=own.get("country"),
        goals=tuple(sorted((k, float(v)) for k, v in own.get("goals", {}).items())),
        source_ranks=tuple(own.get("source_ranks", ())),
        events=tuple(sorted((k, str(v)) for k, v in own.get("events", {}).items())),
    )
