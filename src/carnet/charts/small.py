"""Charts that fit in a line of a table: a sparkline, and one laboratory value on its own reference range. They hold no axis."""

from __future__ import annotations

from collections.abc import Sequence

from carnet.charts.model import FLAGS, Frame
from carnet.charts.paint import box, document, dot, flag_shape, ink, mark, nothing, num, words
from carnet.charts.scale import Limits, limits, opened, text_width, usable

_PIN = 10.0  # the room of an arrow at the end of the track


def sparkline(values: Sequence[float | None], frame: Frame) -> str:
    """The course of the values without axes, the last one as a dot; gaps stay open."""
    span = limits(values)
    if span is None:
        return nothing(frame, "spark")
    low, high = opened(*span)
    air = 4.0
    wide, tall = max(1.0, frame.width - 2 * air), max(1.0, frame.height - 2 * air)

    def place(i: int, value: float) -> tuple[float, float]:
        return air + wide * (i / (len(values) - 1) if len(values) > 1 else 0.5), air + tall * (high - value) / (high - low)

    known = [(i, v) for i, v in enumerate(map(usable, values)) if v is not None]
    path, before = "", -2
    for i, value in known:
        x, y = place(i, value)
        path += f"{'L' if i == before + 1 else 'M'}{num(x)} {num(y)}"
        before = i
    x, y = place(*known[-1])
    body = f'<path {ink(frame, "line")} d="{path}"/>' + dot(frame, "dot", x, y, 3.0)
    return document(frame, "spark", _behind(frame, low, high, air, tall) + body)


def _behind(frame: Frame, low: float, high: float, air: float, tall: float) -> str:
    """The band, as far as it is in sight."""
    ends = [usable(end) for end in frame.band or (None, None)]
    if ends == [None, None]:
        return ""
    floor, roof = low if ends[0] is None else max(low, ends[0]), high if ends[1] is None else min(high, ends[1])
    if floor >= roof:
        return ""
    top, bottom = (air + tall * (high - v) / (high - low) for v in (roof, floor))
    return box(frame, "band", 0, top - (air if roof == high else 0), frame.width, bottom - top + air * ((roof == high) + (floor == low)))


def range_bar(value: float | None, low: float | None, high: float | None, frame: Frame, flag: str = "") -> str:
    """One value on its reference range: the inside strong, the outside pale, ends open where the range is; far values at the edge.

    Without a value only the range is drawn, without a range only the value on a plain track; without either, the description.
    """
    at, ends = usable(value), _ordered(usable(low), usable(high))
    if at is None and ends == (None, None):
        return nothing(frame, "range")
    up = _stretch(ends, at)
    left, right = _PIN, max(frame.width - _PIN, _PIN + 1)
    lettered = frame.height >= 3 * frame.text
    y = frame.height / 2 - (0.65 * frame.text if lettered else 0)

    def place(v: float) -> float:
        return left + max(0.0, min(1.0, (v - up[0]) / (up[1] - up[0]))) * (right - left)

    body = _track(frame, y, left, right, [None if e is None else place(e) for e in ends])
    if lettered:
        body += _letters(frame, y + 1.9 * frame.text, [(place(e), frame.y_format(e)) for e in ends if e is not None])
    if at is not None and value is not None:
        body += mark(_pointer(frame, flag, place(at), y, (at < up[0]) - (at > up[1]), left, right), None, value, frame.desc)
    return document(frame, "range", body)


def _ordered(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    return (high, low) if low is not None and high is not None and low > high else (low, high)


def _stretch(ends: tuple[float | None, float | None], at: float | None) -> Limits:
    """The limits of the track: half a range outside each closed end; an open end reaches to zero, or to the double."""
    low, high = ends
    if low is not None and high is not None:
        room = (high - low) / 2 or abs(low) / 4 or 1.0
        return opened(low - room, high + room)
    if high is not None:
        reach = abs(high) or 1.0
        return opened(min(0.0, high - reach), high + reach * 0.4)
    if low is not None:
        reach = abs(low) or 1.0
        return opened(low - reach * 0.6, low + reach)
    return opened(at or 0.0, at or 0.0)


def _track(frame: Frame, y: float, left: float, right: float, ends: Sequence[float | None]) -> str:
    thick = 8.0
    start, stop = left if ends[0] is None else ends[0], right if ends[1] is None else ends[1]
    pale = box(frame, "track", left, y - thick / 2, right - left, thick, thick / 2)
    if ends[0] is None and ends[1] is None:
        return pale
    return pale + box(frame, "inside", start, y - thick / 2, stop - start, thick, thick / 2)


def _letters(frame: Frame, y: float, ends: Sequence[tuple[float, str]]) -> str:
    """The numbers of the ends under them, pushed apart rather than one over the other."""
    size, taken, parts = frame.text, 0.0, []
    for x, text in ends:
        width = text_width(text, size)
        start = max(taken, min(x - width / 2, frame.width - width - 1))
        if start + width <= frame.width:
            parts.append(words(frame, start, y, text))
            taken = start + width + size * 0.5
    return "".join(parts)


def _pointer(frame: Frame, flag: str, x: float, y: float, beyond: int, left: float, right: float) -> str:
    """The mark of the value: a disc or its flag; beyond the track, an arrow at the edge that points outward."""
    if not beyond:
        return flag_shape(frame, flag, x, y, 7.0) or dot(frame, "ring", x, y, 6.0)
    edge, inward = (left, 1) if beyond > 0 else (right, -1)
    tip, back = edge - inward * 8, edge + inward * 4
    colour = ink(frame, "flag", flag if flag in FLAGS else "pin")
    arrow = f'<path {colour} d="M{num(tip)} {num(y)}L{num(back)} {num(y - 8)}L{num(back)} {num(y + 8)}Z"/>'
    return arrow + flag_shape(frame, flag, edge + inward * 18, y, 6.0)
