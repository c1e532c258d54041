"""The clock of a place: local days, hours and their bounds for many instants at once. Pure numpy over IANA zones.

Days are int32 numbers of days since 1970-01-01 (a Thursday); instants are int64 milliseconds UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from carnet.record.model import Ints, Longs

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000

_EPOCH = date(1970, 1, 1)
_BLOCK_MS = 3652 * DAY_MS
_FIRST_MS, _LAST_MS = -4_000_000_000_000, 7_000_000_000_000  # 1843 to 2191: beyond, the nearest known offset is taken


@dataclass(frozen=True, slots=True)
class Believed:
    """The moments a record may speak of, ms UTC, bounds included: what lies outside is a slip of the pen or of a program.

    latest: the last moment of something already known, such as a laboratory result; a day after now, for every zone.
    """

    first: int
    last: int
    latest: int

    def holds(self, start: int, end: int) -> bool:
        """Whether both moments may be."""
        return self.first <= start <= self.last and self.first <= end <= self.last

    def holds_day(self, day: date) -> bool:
        """Whether a calendar date may be."""
        return self.first <= day_number(day) * DAY_MS <= self.last


def believed(now: datetime | None = None) -> Believed:
    """From 1900-01-01 to ten years after now: exports hold rows of the future, and no living person was measured before."""
    at = int((now or datetime.now(UTC)).timestamp() * 1000)
    return Believed(day_number(date(1900, 1, 1)) * DAY_MS, at + 3653 * DAY_MS, at + DAY_MS)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def day_date(number: int) -> date:
    """The calendar date of a day number."""
    return _EPOCH + timedelta(days=int(number))


def weekday(day: Ints) -> Ints:
    """ISO weekday of day numbers, Monday = 1."""
    return ((day + 3) % 7 + 1).astype(np.int32)


@cache
def is_zone(name: str) -> bool:
    """Whether the name is an IANA zone we know."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _offset(second: int, zone: ZoneInfo) -> int:
    delta = datetime.fromtimestamp(second, UTC).astimezone(zone).utcoffset() or timedelta()
    return int(delta.total_seconds())


@cache
def _block(name: str, number: int) -> tuple[tuple[int, int], ...]:
    """(instant, offset) in seconds at the start of a ten-year block and at each change in it: weekly probes, then bisection."""
    zone, first = ZoneInfo(name), number * _BLOCK_MS // 1000
    found = [(first, _offset(first, zone))]
    for low in range(first, first + _BLOCK_MS // 1000, 7 * 86_400):
        high = min(low + 7 * 86_400, first + _BLOCK_MS // 1000)
        old, new = found[-1][1], _offset(high, zone)
        if new == old:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(middle, zone) == old else (low, middle)
        found.append((high, new))
    return tuple(found)


@cache
def _changes(name: str, first: int, last: int) -> tuple[Longs, Longs]:
    pairs = np.array([pair for k in range(first, last + 1) for pair in _block(name, k)], np.int64) * 1000
    return pairs[:, 0], pairs[:, 1]


def offsets(ms: Longs, zone: str) -> Longs:
    """The zone's offset from UTC in milliseconds at each instant."""
    if not len(ms):
        return np.zeros(0, np.int64)
    ms = np.clip(ms, _FIRST_MS, _LAST_MS)
    instants, shifts = _changes(zone, int(ms.min() // _BLOCK_MS), int(ms.max() // _BLOCK_MS))
    return shifts[np.searchsorted(instants, ms, side="right") - 1]


def local_day(ms: Longs, zone: str) -> Ints:
    """The local day of each instant."""
    ms = np.asarray(ms, np.int64)
    return ((ms + offsets(ms, zone)) // DAY_MS).astype(np.int32)


def local_ms_of_day(ms: Longs, zone: str) -> Longs:
    """What the clock of the place showed at each instant, in milliseconds after 00:00."""
    ms = np.asarray(ms, np.int64)
    return (ms + offsets(ms, zone)) % DAY_MS


def instants(local: Longs, zone: str) -> Longs:
    """The first instant at which the place's calendar and clock show `local` (ms after 1970-01-01 00:00 on that clock).

    A time the clock skips gives the moment of the change; a time it shows twice gives the first of the two.
    """
    local = np.asarray(local, np.int64)
    before, after = offsets(local - DAY_MS, zone), offsets(local + DAY_MS, zone)
    early, late = local - np.maximum(before, after), local - np.minimum(before, after)
    first, second = local - before, local - after
    found = np.where(offsets(first, zone) == before, first, second)
    gap = (offsets(first, zone) != before) & (offsets(second, zone) != after)
    for i in np.flatnonzero(gap):
        changes, _ = _changes(zone, int(early[i] // _BLOCK_MS), int(late[i] // _BLOCK_MS))
        found[i] = changes[np.searchsorted(changes, late[i], side="right") - 1]
    return found


def day_starts(first: int, last: int, zone: str) -> Longs:
    """The instants at which the local days `first` to `last` begin, and one more, at which the last of them ends."""
    return instants(np.arange(first, last + 2, dtype=np.int64) * DAY_MS, zone)


def hour_bounds(first: int, last: int, zone: str, hours: tuple[int, int]) -> tuple[Longs, Longs, Ints]:
    """Ascending disjoint intervals [start, end) of the clock hours [from, to) of each local day, and the day of each.

    Hours that wrap midnight (23, 5) give two intervals on a day: 00:00-05:00 and 23:00-24:00.
    """
    low, high = hours
    spans = [(low, high)] if low < high else [(0, high), (low, 24)] if high else [(low, 24)]
    days = np.arange(first, last + 1, dtype=np.int64)
    start = np.stack([instants(days * DAY_MS + a * HOUR_MS, zone) for a, _ in spans], axis=1).ravel()
    end = np.stack([instants(days * DAY_MS + b * HOUR_MS, zone) for _, b in spans], axis=1).ravel()
    return start, end, np.repeat(days, len(spans)).astype(np.int32)
