"""Moments of an export as milliseconds UTC, a column at a time. It knows no zone but the offset written, and invents nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

from carnet.record.model import Longs

FINE, MISSING, UNREADABLE = 0, 1, 2
WIDTH = 25  # "2024-01-01 00:55:28 +0200"
_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 21, 22, 23, 24]
_SEPARATORS = {4: b"-", 7: b"-", 10: b" ", 13: b":", 16: b":", 19: b" "}
_BLANK = "0000-00-00 00:00:00 +0000"  # never valid: sends its row to the slow path
_OTHER = re.compile(  # iOS 8 (20140913102754+0100), ISO 8601, and what scripts that rewrite exports make
    r"(\d{4})-?(\d\d)-?(\d\d)[ T]?(\d\d):?(\d\d):?(\d\d)(?:[.,](\d{1,9}))?\s?(?:(Z|UTC|GMT)|([+-])(\d\d):?(\d\d))",
    re.ASCII,
)


def instants(texts: Sequence[str | None]) -> tuple[Longs, NDArray[np.int8]]:
    """Milliseconds UTC of each text, and whether it was FINE, MISSING or UNREADABLE (then the number is 0)."""
    n = len(texts)
    try:
        square = n == 0 or set(map(len, texts)) == {WIDTH}  # type: ignore[arg-type]
    except TypeError:
        square = False
    regular = texts if square else [t if t and len(t) == WIDTH else _BLANK for t in texts]
    grid = np.frombuffer("".join(regular).encode("ascii", "replace"), np.uint8).reshape(n, WIDTH)  # type: ignore[arg-type]
    moment, valid = _regular(grid)
    status = np.zeros(n, np.int8)
    for row in np.flatnonzero(~valid).tolist():
        text = (texts[row] or "").strip()
        single = instant(text)
        moment[row] = single or 0
        status[row] = FINE if single is not None else UNREADABLE if text else MISSING
    return moment, status


def _regular(grid: NDArray[np.uint8]) -> tuple[Longs, NDArray[np.bool_]]:
    """Moments of texts of the one usual shape, and which of them have it in every position."""
    digit = grid - np.uint8(48)
    valid = (digit[:, _DIGITS] <= 9).all(axis=1)
    for position, character in _SEPARATORS.items():
        valid &= grid[:, position] == character[0]
    east, west = grid[:, 20] == ord("+"), grid[:, 20] == ord("-")
    valid &= east | west

    def two(at: int) -> Longs:
        return digit[:, at].astype(np.int64) * 10 + digit[:, at + 1]

    year, month, day, hour, minute, second = two(0) * 100 + two(2), two(5), two(8), two(11), two(14), two(17)
    off_hour, off_minute = two(21), two(23)
    valid &= (year > 0) & (month >= 1) & (month <= 12) & (hour <= 23) & (minute <= 59) & (second <= 59)
    valid &= (off_hour <= 18) & (off_minute <= 59)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    valid &= (day >= 1) & (day <= following - first)
    offset = (off_hour * 3600 + off_minute * 60) * np.where(east, 1, -1)
    seconds = (first + day - 1) * 86400 + hour * 3600 + minute * 60 + second - offset
    return np.where(valid, seconds * 1000, 0), valid


def instant(text: str | None) -> int | None:
    """Milliseconds UTC of one text in any of the shapes seen, None when it says no moment."""
    found = _OTHER.fullmatch((text or "").strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (int(x) for x in found.groups()[:6])
    zone = UTC
    try:
        if not found[8]:
            away = timedelta(hours=int(found[10]), minutes=int(found[11]))
            zone = timezone(away if found[9] == "+" else -away)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
    milliseconds = int((found[7] or "0").ljust(3, "0")[:3])
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * 1000 + milliseconds
