"""Values over time: a line, bars, bars from low to high. Points in, SVG text out; what has no value is seen to have none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from carnet.charts.axes import Plot, backdrop, lay_out, most_ticks, window
from carnet.charts.model import Frame, Point
from carnet.charts.paint import box, box_hit, disc_hit, document, dot, flag_shape, ink, mark, nothing, num
from carnet.charts.reduce import MOST, Columns, columns
from carnet.charts.scale import from_zero, limits, padded, usable

_REACH = 12.0  # half of the 24 px a finger needs


def line(points: Sequence[Point], frame: Frame) -> str:
    """A line through the values, broken at gaps; beyond 1,500 points, the spread and the median of each pixel column."""
    rows = _rows(points, frame)
    span = limits(p.value for p in rows)
    if span is None:
        return nothing(frame, "line")
    plot = lay_out(frame, window(frame, [p.x for p in rows]), padded(span, frame.band))
    if len(rows) > MOST:
        found = columns(rows, plot.across, max(1, int((plot.right - plot.left) / 2)))
        body = _spread(frame, plot, found) + _marks(frame, plot, [rows[i] for i in found.kept], False)
        return document(frame, "line", backdrop(frame, plot) + body, frame.dense)
    body = _path(frame, _runs(plot, rows)) + _marks(frame, plot, [p for p in rows if p.value is not None], True)
    return document(frame, "line", backdrop(frame, plot) + body)


def bars(points: Sequence[Point], frame: Frame) -> str:
    """A bar from zero for each value, and a small ring where a day has none."""
    rows = _rows(points, frame)
    span = limits(p.value for p in rows)
    if span is None:
        return nothing(frame, "bars")
    slot = _slot(rows)
    rows = _with_missing(rows, slot) if frame.axis == "day" else rows
    most = most_ticks(frame)
    band = limits(frame.band or ()) or span
    up = from_zero((min(span[0], band[0]), max(span[1], band[1])), most, frame.y_minutes)
    plot = lay_out(frame, window(frame, [p.x for p in rows], slot / 2), up, 0.0)
    wide = _wide(plot, slot)
    return document(frame, "bars", backdrop(frame, plot, 0.0) + "".join(_bar(frame, plot, p, wide) for p in rows))


def range_bars(points: Sequence[Point], frame: Frame) -> str:
    """A bar from low to high for each day, with a dot at its value."""
    rows = _rows(points, frame)
    span = limits(v for p in rows for v in (p.value, p.low, p.high))
    if span is None:
        return nothing(frame, "range-bars")
    slot = _slot(rows)
    plot = lay_out(frame, window(frame, [p.x for p in rows], slot / 2), padded(span, frame.band), 0.0)
    wide = _wide(plot, slot)
    return document(frame, "range-bars", backdrop(frame, plot, 0.0) + "".join(_range(frame, plot, p, wide) for p in rows))


def _rows(points: Iterable[Point], frame: Frame) -> list[Point]:
    """The points of the window, ascending; a value that is no number is a gap."""
    kept = [_placed(p) for p in points if usable(p.x) is not None]
    if frame.x_span is not None:
        low, high = sorted(frame.x_span)
        kept = [p for p in kept if low <= p.x <= high]
    return sorted(kept, key=lambda p: p.x)


def _placed(point: Point) -> Point:
    x, value = usable(point.x) or 0.0, point.value
    if x == point.x and (value is None or math.isfinite(value)):
        return point
    return replace(point, x=x, value=value if value is not None and math.isfinite(value) else None)


def _runs(plot: Plot, rows: Sequence[Point]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in rows:
        value = usable(point.value)
        if value is None:
            runs.append([])
        else:
            runs[-1].append((plot.x(point.x), plot.y(value)))
    return runs


def _path(frame: Frame, runs: Iterable[Sequence[tuple[float, float]]], role: str = "line") -> str:
    pieces = ["M" + "L".join(f"{num(x)} {num(y)}" for x, y in run) + ("h0" if len(run) == 1 else "") for run in runs if run]
    return f'<path {ink(frame, role)} d="{"".join(pieces)}"/>' if pieces else ""


def _spread(frame: Frame, plot: Plot, found: Columns) -> str:
    """The columns: from low to high behind, the line of medians before; both broken at gaps."""
    starts = [i for i, joined in enumerate(found.joined) if not joined]
    areas, runs = [], []
    for begin, end in zip(starts, [*starts[1:], len(found.x)], strict=True):
        xs = [plot.x(float(x)) for x in found.x[begin:end]]
        low, mid, high = ([plot.y(float(v)) for v in part[begin:end]] for part in (found.low, found.median, found.high))
        xs, low, mid, high = (v if len(v) > 1 else [v[0], v[0] + e] for v, e in ((xs, 1.0), (low, 0.0), (mid, 0.0), (high, 0.0)))
        there = [f"{num(x)} {num(y)}" for x, y in zip(xs, high, strict=True)]
        back = [f"{num(x)} {num(y)}" for x, y in zip(reversed(xs), reversed(low), strict=True)]
        areas.append("M" + "L".join(there + back) + "Z")
        runs.append(list(zip(xs, mid, strict=True)))
    return f'<path {ink(frame, "spread")} d="{"".join(areas)}"/>' + _path(frame, runs, "median")


def _marks(frame: Frame, plot: Plot, rows: Sequence[Point], dots: bool) -> str:
    """The points over the line: dots where there is room for them, flags always, and around each what a finger can hit.

    Where 24 units do not fit between two, the dots share one invisible rim, which costs a page no bytes.
    """
    places = [(plot.x(p.x), plot.y(usable(p.value) or 0.0)) for p in rows]
    room = median([math.dist(a, b) for a, b in pairwise(places)] or [99.0])
    size = 3.5 if room >= 10 else 2.5
    dots, roomy = dots and (room >= 6 or len(rows) < 3), room >= 2 * _REACH
    parts = []
    for point, (x, y) in zip(rows, places, strict=True):
        shape = flag_shape(frame, point.flag, x, y, 7.0 if dots else 5.5) or (dot(frame, "dot", x, y, size) if dots else "")
        hit = disc_hit(frame, x, y, _REACH if roomy else 3.0) if roomy or not shape else ""
        parts.append(mark(hit + shape, point.x, point.value, point.label, point.href))
    rim = "" if roomy or frame.theme == "literal" else f' class="c-near" stroke-width="{num(max(room - 2 * size, 2.0))}"'
    return f"<g{rim}>{''.join(parts)}</g>"


def _slot(rows: Sequence[Point]) -> float:
    """What belongs to one bar on the level axis: the least distance between two."""
    gaps = [b.x - a.x for a, b in pairwise(rows) if b.x > a.x]
    return min(gaps, default=1.0)


def _with_missing(rows: list[Point], slot: float) -> list[Point]:
    """The rows and, for daily ones, a point without value for each day between the first and the last that has no row."""
    first, last = rows[0].x, rows[-1].x
    if slot != 1.0 or last - first > MOST or any(p.x % 1 for p in rows):
        return rows
    known = {p.x for p in rows}
    added = [Point(first + i, None) for i in range(int(last - first)) if first + i not in known]
    return sorted(rows + added, key=lambda p: p.x)


def _wide(plot: Plot, slot: float) -> float:
    """The width of a bar: two thirds of its slot, never a block."""
    room = (plot.right - plot.left) * slot / (plot.across[1] - plot.across[0])
    return max(0.8, min(28.0, room * 0.66))


def _hit(frame: Frame, plot: Plot, x: float, wide: float) -> str:
    """The whole column, so that a finger finds a low bar."""
    reach = min(max(wide / 0.66, 1.0), max(2 * _REACH, wide))
    return box_hit(frame, x - reach / 2, plot.top, reach, plot.bottom - plot.top)


def _bar(frame: Frame, plot: Plot, point: Point, wide: float) -> str:
    x, zero, value = plot.x(point.x), plot.y(0.0), usable(point.value)
    if value is None:
        ring = dot(frame, "missing", x, zero - 5, min(2.5, wide / 2)) if wide >= 3 else ""
        return mark(_hit(frame, plot, x, wide) + ring, point.x, None, point.label, point.href) if ring or point.label else ""
    y = plot.y(value)
    body = _column(frame, x - wide / 2, wide, zero, y)
    body += flag_shape(frame, point.flag, x, max(plot.top + 6, min(zero, y) - 9), max(3.0, min(6.0, wide / 2)))
    return mark(_hit(frame, plot, x, wide) + body, point.x, point.value, point.label, point.href)


def _column(frame: Frame, left: float, wide: float, zero: float, end: float) -> str:
    """A bar with its far end rounded; a value of zero is a thin foot on the axis."""
    tall = abs(zero - end)
    radius, sign = min(4.0, wide / 2, tall), 1 if end <= zero else -1
    if tall < 1:
        return box(frame, "bar", left, zero - 1, wide, 2)
    path = (
        f"M{num(left)} {num(zero)}V{num(end + sign * radius)}q0 {num(-sign * radius)} {num(radius)} {num(-sign * radius)}"
        f"h{num(wide - 2 * radius)}q{num(radius)} 0 {num(radius)} {num(sign * radius)}V{num(zero)}Z"
    )
    return f'<path {ink(frame, "bar")} d="{path}"/>'


def _range(frame: Frame, plot: Plot, point: Point, wide: float) -> str:
    value = usable(point.value)
    ends = limits((point.value, point.low, point.high))
    if ends is None:
        return ""
    x, top, bottom = plot.x(point.x), plot.y(ends[1]), plot.y(ends[0])
    slim = min(wide, 14.0)
    tall = max(bottom - top, slim)
    body = box(frame, "range", x - slim / 2, (top + bottom - tall) / 2, slim, tall, slim / 2)
    if value is not None:
        shape = flag_shape(frame, point.flag, x, plot.y(value), max(3.0, min(6.0, slim / 2)))
        body += shape or dot(frame, "heart", x, plot.y(value), min(3.0, slim * 0.3))
    return mark(_hit(frame, plot, x, wide) + body, point.x, point.value, point.label, point.href)
