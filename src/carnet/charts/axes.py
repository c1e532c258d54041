"""The quiet part of a chart: grid, ticks, band, breaks, and the place left for the values. It decides nothing about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from carnet.charts.model import Frame
from carnet.charts.paint import box, clean, fitting, ink, num, stroke, words
from carnet.charts.scale import Limits, opened, shortened, spaced, text_width, ticks, usable


@dataclass(frozen=True, slots=True)
class Plot:
    """Where values go: the rectangle in user units, the limits of both axes, the ticks of the upright one."""

    left: float
    top: float
    right: float
    bottom: float
    across: Limits
    up: Limits
    marks: tuple[float, ...]
    downward: bool = False  # the clock runs down a night

    def x(self, value: float) -> float:
        """The place of a position, kept within a hair of the plot."""
        share = (value - self.across[0]) / (self.across[1] - self.across[0])
        return self.left + max(-0.01, min(1.01, share)) * (self.right - self.left)

    def y(self, value: float) -> float:
        """The place of a value, kept within the plot."""
        share = max(0.0, min(1.0, (value - self.up[0]) / (self.up[1] - self.up[0])))
        return self.top + (share if self.downward else 1 - share) * (self.bottom - self.top)

    def holds(self, x: float) -> bool:
        """Whether a position lies in the window."""
        return self.across[0] <= x <= self.across[1]


def most_ticks(frame: Frame) -> int:
    """How many parts the upright axis is cut into at most: few, fewer when it is low."""
    return max(1, min(4, int(frame.height / 50)))


def lay_out(frame: Frame, across: Limits, up: Limits, margin: float = 8.0, downward: bool = False, names: Sequence[str] = ()) -> Plot:
    """The plot of a frame: margins sized by the words that stand in them, `margin` units of air on both sides of the values."""
    up = opened(*up)
    most = most_ticks(frame)
    tried = (ticks(*up, most + more, frame.y_minutes or downward) for more in range(4))
    marks = next((found for found in tried if len(found) >= min(3, most)), ())
    size = frame.text
    widest = max((text_width(t, size) for t in names or [frame.y_format(m) for m in marks]), default=0.0)
    left = min(widest + size, frame.width * 0.4) + margin
    head = 0 if names else _head_lines(frame)
    top = size * (0.9 + 1.5 * head + 1.5 * any(label for _, label in frame.breaks))
    bottom = frame.height - (size * 1.9 if frame.x_ticks or names else size * 0.8)
    right = frame.width - margin - size * 0.4
    return Plot(left, top, max(right, left + 1), max(bottom, top + 1), opened(*across), up, marks, downward)


def window(frame: Frame, xs: Sequence[float], pad: float = 0.0) -> Limits:
    """The limits of the level axis: the frame's own window, else the points and half a slot on each side."""
    if frame.x_span is not None:
        low, high = (usable(x) or 0.0 for x in sorted(frame.x_span))
        return low, high
    return min(xs) - pad, max(xs) + pad


def backdrop(frame: Frame, plot: Plot, edge: float = 8.0, grid: bool = True) -> str:
    """Everything behind the values, and the words around them."""
    parts = [
        _band(frame, plot, edge),
        _grid(frame, plot, edge) if grid else "",
        _level(frame, plot),
        _breaks(frame, plot),
        _head(frame, plot),
    ]
    return "".join(parts)


def _grid(frame: Frame, plot: Plot, edge: float) -> str:
    size, parts, lines = frame.text, [], []
    for value in plot.marks:
        y = plot.y(value)
        if value == 0 and not plot.downward:
            parts.append(stroke(frame, "zero", plot.left - edge, y, plot.right + edge, y))
        else:
            lines.append(y)
        parts.append(fitting(frame, plot.left - edge - size * 0.5, y + size * 0.35, frame.y_format(value), frame.width * 0.4))
    path = "".join(f"M{num(plot.left - edge)} {num(y)}H{num(plot.right + edge)}" for y in lines)
    return (f'<path {ink(frame, "grid")} d="{path}"/>' if path else "") + "".join(parts)


def _level(frame: Frame, plot: Plot) -> str:
    """The ticks of the level axis, none touching another, none leaving the picture."""
    kept = [(plot.x(x), text) for x, text in frame.x_ticks if usable(x) is not None and plot.holds(x) and text.strip()]
    size = frame.text
    places, widths, texts = [], [], []
    for x, text in sorted(kept):
        short = shortened(text, size, frame.width / 2)
        half = text_width(short, size) / 2
        places.append(max(half + 1, min(frame.width - half - 1, x)))
        widths.append(2 * half)
        texts.append(short)
    y = plot.bottom + size * 1.5
    return "".join(words(frame, places[i], y, texts[i], "tick", "middle") for i in spaced(places, widths, size * 0.8))


def _band(frame: Frame, plot: Plot, edge: float) -> str:
    low, high = (usable(end) for end in frame.band or (None, None))
    if low is None and high is None:
        return ""
    low, high = (high, low) if low is not None and high is not None and low > high else (low, high)
    ends = [end for end in (low, high) if end is not None and plot.up[0] <= end <= plot.up[1]]
    top = plot.y(plot.up[1] if high is None else high)
    bottom = plot.y(plot.up[0] if low is None else low)
    lines = [stroke(frame, "edge", plot.left - edge, plot.y(end), plot.right + edge, plot.y(end)) for end in ends]
    return box(frame, "band", plot.left - edge, top, plot.right - plot.left + 2 * edge, bottom - top) + "".join(lines)


def _breaks(frame: Frame, plot: Plot) -> str:
    """Dashed marks with their words above; words that find no room are left to the mark's own title."""
    size, taken, parts = frame.text, 0.0, []
    base = plot.top - size * 0.5
    for x, label in sorted((x, label) for x, label in frame.breaks if usable(x) is not None and plot.holds(x)):
        place, width = plot.x(x), text_width(label, size)
        title = f"<title>{clean(label)}</title>" if label else ""
        parts.append(f"<g>{title}{stroke(frame, 'break', place, plot.top - size * 0.2, place, plot.bottom)}</g>")
        start = max(1.0, min(place - width / 2, frame.width - width - 1))
        if start >= taken and width < frame.width:
            parts.append(words(frame, start, base, label))
            taken = start + width + size * 0.6
    return "".join(parts)


def _head(frame: Frame, plot: Plot) -> str:
    """The line above: the unit on the left, the band's words with a swatch on the right, under it when both do not fit."""
    size = frame.text
    parts = [words(frame, 1, size * 1.1, shortened(frame.unit, size, frame.width - size))]
    if frame.band is not None and frame.band_label:
        base = size * (1.1 + 1.4 * (_head_lines(frame) > 1))
        label = shortened(frame.band_label, size, frame.width - size * 2)
        start = max(1.0, frame.width - text_width(label, size) - size * 1.4 - 1)
        parts.append(box(frame, "band", start, base - size * 0.75, size, size * 0.8, 3))
        parts.append(stroke(frame, "edge", start, base + size * 0.05, start + size, base + size * 0.05))
        parts.append(words(frame, start + size * 1.4, base, label))
    return "".join(parts)


def _head_lines(frame: Frame) -> int:
    if not (frame.band is not None and frame.band_label and frame.unit):
        return int(bool(frame.unit or (frame.band is not None and frame.band_label) or frame.stage_names))
    both = text_width(frame.unit, frame.text) + text_width(frame.band_label, frame.text) + frame.text * 3
    return 1 if both <= frame.width else 2
