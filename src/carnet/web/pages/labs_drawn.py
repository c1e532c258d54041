"""The pictures of laboratory results: one result on its printed range, the course of a marker small and large. It judges none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe

from carnet.assistant.words import formats
from carnet.charts import Frame, Point, line, narrow, range_bar, sparkline
from carnet.charts.paint import box, document, ink, mark, num
from carnet.record.clock import day_number
from carnet.space.labs import Marker, Result
from carnet.web.answers import evidence
from carnet.web.words import say

SIDES = {"above": "high", "below": "low"}
BAR, SPARK = (200, 24), (120, 34)
SPARKS = 12  # results a small course shows


def flag(result: Result) -> str:
    """The shape a chart gives the result: critical, high, low, or none."""
    return "critical" if result.critical else SIDES.get(result.side, "")


def tick(lang: str) -> Callable[[float], str]:
    """How an axis writes its numbers: no more decimals than they need."""

    def shown(value: float) -> str:
        text = f"{value:.6g}"
        return formats.number(value, lang, len(text.partition(".")[2]) if "e" not in text else 0)

    return shown


def bar(result: Result, ident: str, title: str, desc: str) -> SafeString:
    """The result on the range printed with it; empty where there is no number or no range."""
    if result.value is None or (result.low is None and result.high is None):
        return mark_safe("")
    frame = Frame(f"{ident}-bar", title, desc, *BAR)
    if result.word:
        return mark_safe(_reach(result, frame))
    return mark_safe(range_bar(result.value, result.low, result.high, frame, flag(result)))


def _reach(result: Result, frame: Frame) -> str:
    """A result with a comparator: everything it may be, as a stretch from its limit outward, over the range."""
    limit, below = result.value or 0.0, result.word.startswith(("<", "≤"))
    ends = [e for e in (result.low, result.high, limit) if e is not None]
    top = max(ends) * 1.4 or 1.0
    left, right, y = 10.0, frame.width - 10.0, frame.height / 2

    def place(value: float) -> float:
        return left + max(0.0, min(1.0, value / top)) * (right - left)

    start, stop = (place(e) if e is not None else edge for e, edge in ((result.low, left), (result.high, right)))
    at, tip = place(limit), left - 4 if below else right + 4
    inward = 7 if below else -7
    arrow = f"M{num(at)} {num(y - 7)}V{num(y + 7)}M{num(at)} {num(y)}H{num(tip)}M{num(tip + inward)} {num(y - 5)}L{num(tip)} {num(y)}"
    body = box(frame, "track", left, y - 4, right - left, 8, 4) + box(frame, "inside", start, y - 4, max(stop - start, 0), 8, 4)
    drawn = f'<path {ink(frame, "reach")} d="{arrow}L{num(tip + inward)} {num(y + 5)}"/>'
    return document(frame, "range", body + mark(drawn, None, limit, frame.desc))


def spark(marker: Marker, ident: str, title: str, desc: str) -> SafeString:
    """The course of the last results; empty under two numbers."""
    values = [r.value for r in marker.results][-SPARKS:]
    if sum(v is not None for v in values) < 2:
        return mark_safe("")
    last = marker.latest
    band = (last.low, last.high) if last.low is not None or last.high is not None else None
    return mark_safe(sparkline(values, Frame(f"{ident}-spark", title, desc, *SPARK, band=band)))


def course(marker: Marker, frame: Frame, label: Callable[[Result], str], lang: str) -> SafeString:
    """The line of every result, wide and narrow, each point a link to its rows; empty under two numbers."""
    points = [_point(r, label) for r in marker.results if r.value is not None]
    if len(points) < 2:
        return mark_safe("")
    ticks = _ticks([r.day for r in marker.results if r.value is not None], lang)
    unit = formats.with_unit("", 2, marker.unit, marker.metric, lang).strip()
    full = Frame(
        frame.ident, frame.title, frame.desc, 720, 290, unit, ticks, tick(lang), frame.band, frame.band_label,
    )  # fmt: skip
    return mark_safe(f'<div class="chart-pair">{line(points, full)}{line(points, narrow(full))}</div>')


def _point(result: Result, label: Callable[[Result], str]) -> Point:
    return Point(day_number(result.day), result.value, label=label(result), href=evidence(result.link), flag=flag(result))


def _ticks(days: Sequence[date], lang: str) -> tuple[tuple[float, str], ...]:
    """The month of each result, a month once; whole years where the results span many."""
    if (days[-1] - days[0]).days > 365 * 5:
        return tuple((day_number(date(y, 1, 1)), str(y)) for y in range(days[0].year + 1, days[-1].year + 1))
    first = [days[0], *(b for a, b in pairwise(days) if (a.year, a.month) != (b.year, b.month))]
    return tuple((day_number(d), formats.month(d, lang)) for d in first)


def band_label(text: str, lang: str) -> str:
    """What the band is."""
    return say(lang, "labs.band", range=text)
