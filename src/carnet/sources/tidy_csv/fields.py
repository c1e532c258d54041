"""Single fields of a tidy file: numbers with either decimal sign, moments with or without zone, dates, comparators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_COMPARED = re.compile(r"(<=|>=|[<>≤≥~])\s*(.+)")
_SPACES = re.compile(r"(?<=\d)[\u00a0\u202f' ](?=\d{3}(\D|$))")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T](.*))?")
_SAME = {"≤": "<=", "≥": ">="}
DATE_ORDER = "date.order"


def number(text: str, delimiter: str) -> float | None:
    """The number, None for what is none or could be two: "1,234" between commas."""
    bare = _SPACES.sub("", text.strip())
    if bare.count(",") == 1 and "." not in bare and not (delimiter == "," and re.search(r",\d{3}$", bare)):
        bare = bare.replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        return None
    found = float(bare)
    return found if abs(found) < 1e300 else None


def compared(text: str) -> tuple[str, str]:
    """Comparator and the rest: ("<", "0.2") for "< 0.2", ("", text) without one."""
    found = _COMPARED.fullmatch(text.strip())
    return (_SAME.get(found[1], found[1]), found[2].strip()) if found else ("", text.strip())


class DayOrMonth(Exception):
    """03/04/2026 is two dates; only the person knows which."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a file's moments are read. zone: for times without one. order: "day" or "month" first, "" while it is not known."""

    zone: ZoneInfo
    order: str = ""

    def day(self, text: str) -> date:
        """The date of a text, a time after it left out. Raises ValueError, DayOrMonth."""
        return date.fromisoformat(self._iso(text)[:10])

    def interval(self, start: str, end: str) -> tuple[int, int]:
        """Milliseconds UTC. A date alone is that whole local day, a later date as end is its first moment, an empty end is the start.

        Raises ValueError, DayOrMonth.
        """
        first, last = self._moment(start)
        if not end:
            return first, last
        end_first, end_last = self._moment(end)
        return first, end_last if end_first == first else end_first

    def _moment(self, text: str) -> tuple[int, int]:
        """First and last moment a text means."""
        iso = self._iso(text)
        if len(iso) == 10:
            day = date.fromisoformat(iso)
            return self._midnight(day), self._midnight(day + timedelta(days=1))
        moment = datetime.fromisoformat(re.sub(r"\s+([+-]\d\d:?\d\d|Z)$", r"\1", iso))
        at = _milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))
        return at, at

    def _midnight(self, day: date) -> int:
        return _milliseconds(datetime(day.year, day.month, day.day, tzinfo=self.zone))

    def _iso(self, text: str) -> str:
        found = _SLASHED.fullmatch(text.strip())
        if not found:
            return text.strip()
        first, second = int(found[1]), int(found[2])
        order = "day" if first > 12 else "month" if second > 12 else self.order
        if not order and first != second:
            raise DayOrMonth
        day, month = (second, first) if order == "month" else (first, second)
        return f"{found[3]}-{month:02d}-{day:02d}" + (f" {found[4]}" if found[4] else "")


def _milliseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
