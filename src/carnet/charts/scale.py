"""Numbers to positions: ticks people would choose, spans that never divide by zero, widths of words. It draws nothing."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

Limits = tuple[float, float]

HUGE, TINY = 1e100, 1e-100  # beyond, a position would overflow or vanish: the mark stays at the edge, its label stays exact
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)
_THIN, _WIDE = frozenset(" .,:;'|!iIljtf()[]/·\u00a0\u202f"), frozenset("mwMW%@—")


def usable(value: float | None) -> float | None:
    """The value as a number that can be placed; None when there is none (also for NaN and infinity)."""
    if value is None or not math.isfinite(value):
        return None
    if abs(value) < TINY:
        return 0.0
    return max(-HUGE, min(HUGE, float(value)))


def limits(values: Iterable[float | None]) -> Limits | None:
    """The least and the greatest usable value; None without any."""
    kept = [v for v in map(usable, values) if v is not None]
    return (min(kept), max(kept)) if kept else None


def opened(low: float, high: float) -> Limits:
    """The limits, pushed apart when too close to tell: a tenth of the value on each side, or one around zero."""
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    room = 0.1 * max(abs(low), abs(high)) or 1.0
    return low - room, high + room


def step(span: float, most: int, minutes: bool = False) -> float:
    """The least of 1, 2, 5 times a power of ten that cuts the span into at most `most` parts; simple parts of a day for minutes."""
    rough = span / most
    if minutes and 1 <= rough <= _MINUTES[-1]:
        return float(next(s for s in _MINUTES if s >= rough))
    power = 10.0 ** math.floor(math.log10(rough))
    return next((m * power for m in (1.0, 2.0, 5.0) if m * power >= rough * (1 - 1e-9)), 10.0 * power)


def ticks(low: float, high: float, most: int = 4, minutes: bool = False) -> tuple[float, ...]:
    """Round values within the limits, ascending, few of them."""
    size = step(high - low, most, minutes)
    first, last = math.ceil(low / size - 1e-6), math.floor(high / size + 1e-6)
    digits = max(0, 1 - math.floor(math.log10(size)))
    return tuple(round(k * size, digits) + 0.0 for k in range(first, last + 1))


def from_zero(span: Limits, most: int = 4, minutes: bool = False) -> Limits:
    """Limits for bars: zero is in, the ends are ticks."""
    low, high = min(0.0, span[0]), max(0.0, span[1])
    if high - low < TINY:
        return 0.0, 1.0
    size = step(high - low, most, minutes)
    return math.floor(low / size + 1e-9) * size, math.ceil(high / size - 1e-9) * size


def padded(span: Limits, band: tuple[float | None, float | None] | None = None) -> Limits:
    """Limits for lines: air on both sides, with the band in sight, never below zero for what never is."""
    low, high = with_band(span, band)
    floor = low >= 0
    low, high = opened(low, high)
    air = (0.08 if span[0] < span[1] else 0.25) * (high - low)
    return (max(0.0, low - air) if floor else low - air), high + air


def with_band(span: Limits, band: tuple[float | None, float | None] | None) -> Limits:
    """The limits stretched to the ends of the band; not to a far end that would flatten the values to under a fifth."""
    ends = [e for e in map(usable, band or ()) if e is not None]
    low, high = span
    for end in sorted(ends, key=lambda e: max(low - e, e - high, 0.0)):
        wide = min(low, end), max(high, end)
        if span[0] == span[1] or end == ends[0] == ends[-1] or span[1] - span[0] >= 0.2 * (wide[1] - wide[0]):
            low, high = wide
    return low, high


def text_width(text: str, size: float) -> float:
    """About how wide the text is in the font of the page, on the generous side."""
    return size * sum(_em(c) for c in text)


def _em(char: str) -> float:
    if char in _THIN or unicodedata.combining(char):
        return 0.33
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    return 0.92 if char in _WIDE else 0.62


def shortened(text: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis when it is wider than the room."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…" if text else ""


def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """The text in lines no wider than the room; one word longer than that is cut."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(shortened(word, size, room))
    return tuple(lines)


def spaced(places: Sequence[float], widths: Sequence[float], gap: float) -> range:
    """Which labels to show so that none touches another: each one, or every second, third ... of them."""
    for stride in range(1, len(places) + 1):
        shown = range(0, len(places), stride)
        pairs = pairwise(shown)
        if all(places[b] - places[a] >= (widths[a] + widths[b]) / 2 + gap for a, b in pairs):
            return shown
    return range(0)
