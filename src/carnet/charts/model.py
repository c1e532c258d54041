"""What a chart is made of: plain values and the words of its caller; it knows no language, no calendar and no unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

NARROW = 380  # user units: up to this width a chart is drawn for a phone, with larger text
FLAGS = ("high", "low", "critical")
STAGES = ("in_bed", "awake", "rem", "asleep", "core", "deep")  # from lightest to deepest


def plain(value: float) -> str:
    """The shortest decimal writing of a number: the formatter of callers who pass none."""
    return f"{value:.6g}"


@dataclass(frozen=True, slots=True)
class Point:
    """One value on an axis. `x` is ms UTC or a local day number, as the frame says; `value` None is a gap, never zero.

    low, high: the extremes of its day. label: what is read aloud and shown on hover. href: where its rows are. flag: one of FLAGS.
    """

    x: float
    value: float | None
    low: float | None = None
    high: float | None = None
    label: str = ""
    href: str = ""
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Night:
    """One night: `x` is the day of waking; spans (start, end, stage) in minutes from its local midnight, negative the evening before."""

    x: float
    label: str = ""
    href: str = ""
    spans: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a day in minutes from its midnight. `kind` chooses the colour: a stage of sleep, or one of `strips.KINDS`."""

    start: float
    end: float
    kind: str = ""
    label: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything around the values. Each word in it is the caller's.

    ident: unique prefix of ids in the page. title, desc: state the message. x_ticks, breaks: (position, words).
    axis: "day" (x are day numbers; missing ones show) or "time" (x are instants). x_span: the window, when wider than its points.
    y_format: a number in the reader's language; minutes of the day on `sleep_band` and `day_strip`.
    y_minutes: the values are minutes, so ticks fall on whole hours or simple parts of one.
    band: reference range or target, None = open end. breaks: device changes and own events.
    dense: the sentence added to `desc` when points were reduced. stage_names: (stage, word) for sleep.
    theme: "page" = classes, colours come from charts.css; "literal" = colours written in, for PDF and other programs.
    """

    ident: str
    title: str
    desc: str
    width: int = 640
    height: int = 240
    unit: str = ""
    x_ticks: tuple[tuple[float, str], ...] = ()
    y_format: Callable[[float], str] = plain
    band: tuple[float | None, float | None] | None = None
    band_label: str = ""
    breaks: tuple[tuple[float, str], ...] = ()
    theme: str = "page"
    axis: str = "day"
    x_span: tuple[float, float] | None = None
    y_minutes: bool = False
    dense: str = ""
    stage_names: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> int:
        """The size of text in user units: at least 11 px on screen when a narrow chart is shown 300 px wide."""
        return 14 if self.width <= NARROW else 13


def narrow(frame: Frame, width: int = 360) -> Frame:
    """The same frame for a phone: its own ids, a narrower picture, text of the same size."""
    return replace(frame, ident=f"{frame.ident}-narrow", width=width)
