"""Time lying in bars: nights by stage, and one day from midnight to midnight. Stages differ by width or level, not by colour alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from carnet.charts.axes import Plot, backdrop, lay_out, window
from carnet.charts.model import STAGES, Frame, Night, Span
from carnet.charts.paint import box, box_hit, document, ink, mark, nothing, num, stroke, words
from carnet.charts.scale import Limits, shortened, spaced, text_width, usable

KINDS = ("sleep", "workout", "mindful", "meal", "other")
_DAY = 1440.0
_SHARE = {"in_bed": 1.0, "awake": 0.25, "rem": 0.5, "asleep": 0.75, "core": 0.75, "deep": 1.0}  # of a column's width
_LEVELS = ("awake", "rem", "asleep", "core", "deep")  # from the top

Stretch = tuple[float, float, str]


def sleep_band(nights: Sequence[Night], frame: Frame) -> str:
    """One column for each night, the clock running down; for a single night its stages as levels, the clock running right."""
    frame = replace(frame, unit="", band_label="")  # the line above is for the words of the stages
    rows = sorted((n for n in nights if usable(n.x) is not None), key=lambda n: n.x)
    slept = [(n, s) for n in rows if (s := _stretches(n.spans))]
    if not slept:
        return nothing(frame, "sleep")
    if len(rows) == 1:
        return document(frame, "sleep", _hypnogram(frame, *slept[0]))
    ends = [t for _, spans in slept for a, b, _ in spans for t in (a, b)]
    plot = lay_out(frame, window(frame, [n.x for n in rows], 0.5), _clock(min(ends), max(ends)), 0.0, downward=True)
    wide = max(1.0, min(24.0, 0.72 * (plot.right - plot.left) / (plot.across[1] - plot.across[0])))
    columns = "".join(_night(frame, plot, n, s, wide) for n, s in slept if plot.holds(n.x))
    return document(frame, "sleep", backdrop(frame, plot, 0.0) + _legend(frame, {s for _, spans in slept for _, _, s in spans}) + columns)


def _stretches(spans: Iterable[Stretch]) -> list[Stretch]:
    """The spans that have a length and a stage, in bed first, so that sleep lies over it."""
    kept = [
        (a, b, stage)
        for start, end, stage in spans
        if stage in STAGES and (a := usable(start)) is not None and (b := usable(end)) is not None and -2 * _DAY <= a < b <= 3 * _DAY
    ]
    return sorted(kept, key=lambda s: (s[2] != "in_bed", s[0], s[1]))


def _clock(low: float, high: float) -> Limits:
    """Whole hours around the minutes."""
    return low // 60 * 60, -(-high // 60) * 60


def _night(frame: Frame, plot: Plot, night: Night, spans: Sequence[Stretch], wide: float) -> str:
    """A column: one path for each stage, since a month of nights has some six hundred stretches."""
    x = plot.x(night.x)
    paths: dict[str, str] = {}
    for start, end, stage in spans:
        width, top, bottom = wide * _SHARE[stage], plot.y(start), plot.y(end)
        piece = f"M{num(x - width / 2)} {num(top)}h{num(width)}V{num(bottom)}h{num(-width)}Z"
        paths[stage] = paths.get(stage, "") + piece
    parts = [f'<path {ink(frame, stage)} d="{path}"/>' for stage, path in paths.items()]
    reach = max(wide / 0.72, 1.0)
    hit = box_hit(frame, x - reach / 2, plot.top, reach, plot.bottom - plot.top)
    return mark(hit + "".join(parts), night.x, None, night.label, night.href)


def _legend(frame: Frame, present: set[str]) -> str:
    """The words of the stages that are drawn, each with a swatch as wide as its share."""
    size, x, parts = frame.text, 1.0, []
    for stage, name in _named(frame, present):
        width = text_width(name, size)
        if x + 1.3 * size + width > frame.width:
            break
        swatch = 10.0 * _SHARE[stage]
        parts.append(box(frame, stage, x + 5 - swatch / 2, size * 0.3, swatch, size * 0.85, 1.0))
        parts.append(words(frame, x + 1.1 * size, size * 1.1, name))
        x += 2.1 * size + width
    return "".join(parts)


def _named(frame: Frame, present: set[str]) -> list[tuple[str, str]]:
    names = dict(frame.stage_names)
    return [(stage, names[stage]) for stage in reversed(STAGES) if stage in present and names.get(stage)]


def _hypnogram(frame: Frame, night: Night, spans: Sequence[Stretch]) -> str:
    """Levels from awake at the top to deep at the bottom, joined where one stretch follows another."""
    levels = [stage for stage in _LEVELS if any(s == stage for _, _, s in spans)] or ["in_bed"]
    names = dict(frame.stage_names)
    across = _clock(min(a for a, _, _ in spans), max(b for _, b, _ in spans))
    plot = lay_out(frame, across, (0.0, float(len(levels))), 0.0, downward=True, names=[names.get(s, "") for s in levels])
    row = (plot.bottom - plot.top) / len(levels)
    size, parts = frame.text, [_hours(frame, plot)]
    for i, stage in enumerate(levels):
        y = plot.top + (i + 0.5) * row
        parts.append(
            words(
                frame, plot.left - size * 0.5, y + size * 0.35, shortened(names.get(stage, ""), size, plot.left - size * 0.5), "tick", "end"
            )
        )
    beds, sleep = ("".join(_stage(frame, plot, levels, row, s) for s in spans if (s[2] in levels) is on) for on in (False, True))
    return "".join(parts) + mark(beds + _joins(frame, plot, levels, row, spans) + sleep, None, None, night.label, night.href)


def _stage(frame: Frame, plot: Plot, levels: Sequence[str], row: float, span: Stretch) -> str:
    start, end, stage = span
    left, right = plot.x(start), plot.x(end)
    said = f"{dict(frame.stage_names).get(stage, '')} {frame.y_format(start)}–{frame.y_format(end)}".strip()
    if stage not in levels:
        body = box(frame, stage, left, plot.top, right - left, plot.bottom - plot.top, 6.0)
    else:
        body = box(frame, stage, left, plot.top + (levels.index(stage) + 0.2) * row, right - left, 0.6 * row, 4.0)
    return mark(body, start, None, said)


def _joins(frame: Frame, plot: Plot, levels: Sequence[str], row: float, spans: Sequence[Stretch]) -> str:
    rungs = sorted(s for s in spans if s[2] in levels)
    parts = []
    for (_, end, above), (start, _, below) in pairwise(rungs):
        if abs(start - end) <= 2 and above != below:
            y1, y2 = (plot.top + (levels.index(s) + 0.5) * row for s in (above, below))
            parts.append(stroke(frame, "join", plot.x(start), y1, plot.x(start), y2))
    return "".join(parts)


def _hours(frame: Frame, plot: Plot) -> str:
    """The clock below: thin lines at whole hours, as many of them as there is room for words."""
    size, (low, high) = frame.text, plot.across
    for every in (60.0, 120.0, 180.0, 240.0, 360.0, 720.0):
        times = [t * every for t in range(int(-(-low // every)), int(high // every) + 1)]
        widths = [text_width(frame.y_format(t), size) for t in times]
        places = [max(w / 2, min(frame.width - w / 2, plot.x(t))) for t, w in zip(times, widths, strict=True)]
        if len(times) <= 8 and len(spaced(places, widths, size)) == len(times):
            break
    path = "".join(f"M{num(plot.x(t))} {num(plot.top)}V{num(plot.bottom)}" for t in times)
    y = plot.bottom + size * 1.4
    said = [words(frame, x, y, frame.y_format(t), "tick", "middle") for x, t in zip(places, times, strict=True)]
    return (f'<path {ink(frame, "grid")} d="{path}"/>' if path else "") + "".join(said)


def day_strip(spans: Sequence[Span], frame: Frame) -> str:
    """One day from 0 to 24 h: a bar for each span, those that overlap in lanes, its words in it or beside it where they fit."""
    kept = sorted((s for s in spans if _within(s)), key=lambda s: (s.start, s.end, s.label))
    if not kept:
        return nothing(frame, "day")
    lanes = _lanes(kept)
    size = frame.text
    side = size * 0.6
    plot = Plot(side, size * 0.5, frame.width - side, frame.height - size * 1.9, (0.0, _DAY), (0.0, 1.0), ())
    row = min(44.0, (plot.bottom - plot.top) / (max(lanes) + 1))
    taken = [0.0] * (max(lanes) + 1)
    parts = [_hours(frame, plot)]
    for i, (span, lane) in enumerate(zip(kept, lanes, strict=True)):
        follower = next((plot.x(s.start) for s, n in zip(kept[i + 1 :], lanes[i + 1 :], strict=True) if n == lane), float(frame.width))
        body, taken[lane] = _bar(frame, plot, span, plot.top + lane * row, row, (taken[lane], follower))
        parts.append(body)
    return document(frame, "day", "".join(parts))


def _within(span: Span) -> bool:
    start, end = usable(span.start), usable(span.end)
    return start is not None and end is not None and start < end and start < _DAY and end > 0


def _lanes(spans: Sequence[Span]) -> list[int]:
    """The lane of each span: the first that is free at its start."""
    free: list[float] = []
    lanes = []
    for span in spans:
        lane = next((i for i, end in enumerate(free) if end <= span.start), len(free))
        free[lane : lane + 1] = [span.end]
        lanes.append(lane)
    return lanes


def _bar(frame: Frame, plot: Plot, span: Span, top: float, row: float, free: tuple[float, float]) -> tuple[str, float]:
    """The bar of a span with its words, and how far to the right they reach. `free`: what its lane has left, before and after."""
    size = frame.text
    left, right = plot.x(max(0.0, span.start)), plot.x(min(_DAY, span.end))
    kind = span.kind if span.kind in STAGES or span.kind in KINDS else "other"
    wide, width, y = max(right - left, 3.0), text_width(span.label, size), top + row / 2 + size * 0.35
    body, reach = box(frame, kind, left, top + row * 0.12, wide, row * 0.76, 6.0), left + wide
    if width + size <= wide and kind in KINDS:
        body += words(frame, left + size * 0.5, y, span.label, "over")
    elif reach + size * 0.4 + width <= free[1]:
        body += words(frame, reach + size * 0.4, y, span.label, "words")
        reach += size * 0.8 + width
    elif left - size * 0.4 - width >= free[0]:
        body += words(frame, left - size * 0.4, y, span.label, "words", "end")
    rim = max(0.0, 24.0 - wide) / 2
    hit = box_hit(frame, left - rim, top, wide + 2 * rim, row) if rim else ""
    return mark(hit + body, span.start, None, span.label, span.href), reach
