"""A course as a figure of a page: the chart that fits its span, its words, its table twin. It computes no figure and reads no record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import capital
from carnet.assistant.words.sentences import say as assistant_say
from carnet.charts import Frame, Night, Point, bars, line, narrow, range_bars, sleep_band, sparkline
from carnet.charts.scale import usable
from carnet.insights.evidence import clock_text
from carnet.record.catalog import Metric
from carnet.record.clock import day_date, day_number
from carnet.record.model import Source
from carnet.record.selection import Window
from carnet.space.figures import Course, Figure, Inside, Value
from carnet.web.answers import evidence, prose
from carnet.web.words import say

STAGES = ("awake", "rem", "core", "deep", "asleep", "in_bed")
SIDES = {"above": "high", "below": "low"}
WHOLE = 0.8  # of the days with data: from here on a day without is a gap in the line


@dataclass(frozen=True, slots=True)
class Words:
    """Whose words a figure is written in, and the local day of asking."""

    lang: str
    today: date

    def say(self, key: str, **slots: Any) -> str:
        """The page's sentence of that key."""
        return say(self.lang, key, **slots)

    def day(self, number: int) -> str:
        """A day number as a name."""
        return formats.day(day_date(number), self.lang, self.today)

    def value(self, value: Figure | None, metric: Metric, unit: str, fine: bool = False, said: str = "") -> str:
        """A value with its unit; a comparator in front, a text that is no number as it was printed."""
        if value is None:
            return said
        if isinstance(value, tuple):
            return formats.figure(value, unit, metric, self.lang)
        if unit == "clock":
            return formats.clock(clock_text(value), self.lang)
        if metric.kind in ("category", "event") and not unit:
            return self.say("figure.times", n=round(value))
        text = formats.figure(value, unit, metric, self.lang, fine=fine)
        return f"{said}{text}" if said else text

    def between(self, low: float, high: float, metric: Metric, unit: str) -> tuple[str, str]:
        """Two ends of a range, the unit said once, with the second."""
        if unit == "clock" or timed(metric, unit):
            return self.value(low, metric, unit), self.value(high, metric, unit)
        places = max(formats.decimals(v, unit, metric) for v in (low, high))
        return formats.number(low, self.lang, places), self.value(high, metric, unit)

    def change(self, value: float, metric: Metric, unit: str) -> str:
        """The size of a difference, without its sign."""
        if unit == "clock":
            return formats.duration(abs(value), self.lang)
        return self.value(abs(value), metric, unit, fine=True)


def cited(text: str, links: Sequence[str], lang: str) -> SafeString:
    """Sentences with their citations; a citation stays on the line of its figure."""
    return prose(text.replace(" [", "\u00a0["), links, lang)


def unit_name(unit: str, metric: Metric, lang: str) -> str:
    """The unit's name alone, empty where a number stands without one."""
    if timed(metric, unit) or unit in ("", "clock"):
        return ""
    return assistant_say(lang, formats.unit_key(unit, metric), count=2, n="", unit=unit).strip("\u00a0\u202f ")


def timed(metric: Metric, unit: str) -> bool:
    """Whether values are hours and minutes."""
    return unit == "min" and metric.shown in ("h", "clock")


def source_name(source: Source | str, service: str, words: Words) -> str:
    """A source as a person knows it, the service where the source has no name."""
    name = source if isinstance(source, str) else source.name
    return name.replace("\u00a0", " ") or wording.service(service, words.lang)


def axis(metric: Metric, unit: str, lang: str) -> Callable[[float], str]:
    """How the upright axis is written."""
    if unit == "clock":
        return lambda v: formats.clock(clock_text(v), lang)
    if timed(metric, unit):
        return lambda v: formats.duration(v, lang)
    least = 1 if metric.kind == "lab" and metric.precision else 0
    return lambda v: formats.number(v, lang, next((p for p in range(least, 3) if abs(v - round(v, p)) < 1e-9), 2))


def figure(course: Course, inside: Inside, words: Words, ident: str) -> dict[str, Any] | None:
    """What `_figure.html` shows: title, both drawings, notes, table; None when there is nothing to draw."""
    if inside.night or inside.hours or len(inside.moments) > 1:
        return _of_day(course, inside, words, ident)
    drawable = [v for v in course.values if v.value is not None or v.low is not None]
    if not drawable:
        return None
    title = words.say(
        f"figure.title.{course.step}", name=capital(wording.name(course.metric, words.lang)), period=period(course, words)
    )  # fmt: skip
    frame = _frame(course, words, ident, title)
    points = [_point(v, course, words) for v in course.values]
    draw, points = _kind(course, points)
    return {
        **_both(draw, points, frame), "title": title, "notes": notes(course, words), "rows": rows(course, words),
        "head": words.say(f"figure.head.{course.step}"), "ranged": any(v.low is not None and v.value is not None for v in course.values),
        "sided": course.step == "result",
    }  # fmt: skip


def period(course: Course, words: Words) -> str:
    """The window as a name; of results, the days from the first to the last."""
    if course.step == "result" and course.values:
        first, last = day_date(course.values[0].day), day_date(course.values[-1].day)
        return formats.period(replace(course.window, first=first, last=last), "between", words.lang, words.today)
    kind = "night" if wording.nightly(course.metric) else "between"
    return formats.period(course.window, kind, words.lang, words.today)


def notes(course: Course, words: Words) -> list[str]:
    """What the drawing must not hide: another device from some day on, a day that is not over."""
    told = [words.say("figure.break.on", day=words.day(day), source=source) for day, source in course.handovers]
    return [*told, *([words.say("figure.partial")] if course.partial else [])]


def when(value: Value, course: Course, words: Words) -> str:
    """The days of one value as a name."""
    if value.day == value.last:
        return words.day(value.day)
    window = replace(course.window, first=day_date(value.day), last=day_date(value.last))
    return formats.period(window, "between", words.lang, words.today)


def amount(value: Value, course: Course, words: Words) -> str:
    """One value in words; a pair as 121/78."""
    if value.value is None and value.low is not None and value.high is not None:
        return words.value((value.high, value.low), course.metric, course.unit)
    return words.value(value.value, course.metric, course.unit, course.step in ("week", "month"), value.said)


def rows(course: Course, words: Words) -> list[dict[str, str]]:
    """The table twin."""
    return [
        {
            "when": when(v, course, words), "value": amount(v, course, words), "range": spread(v, course, words),
            "side": words.say(f"figure.side.{v.side}") if v.side else "", "href": evidence(course.cite(v)),
        }
        for v in course.values
    ]  # fmt: skip


def spread(value: Value, course: Course, words: Words) -> str:
    """The extremes inside a value, empty where there are none."""
    if value.low is None or value.high is None or value.value is None:
        return ""
    low, high = (words.value(v, course.metric, course.unit) for v in (value.low, value.high))
    return words.say("figure.from_to", low=low, high=high)


def _point(value: Value, course: Course, words: Words) -> Point:
    said = amount(value, course, words)
    side = f", {words.say(f'figure.side.{value.side}')}" if value.side in SIDES else ""
    x = {"week": value.day - (value.day + 3) % 7 + 3.0, "month": day_number(day_date(value.day).replace(day=1)) + 15.0}
    label = words.say("figure.point", when=when(value, course, words), value=f"{said}{side}")
    return Point(
        x.get(course.step, float(value.day)), value.value, value.low, value.high, label, evidence(course.cite(value)),
        SIDES.get(value.side, ""),
    )  # fmt: skip


def _kind(course: Course, points: list[Point]) -> tuple[Callable[[Sequence[Point], Frame], str], list[Point]]:
    """The drawing that fits: bars for what adds up and for the length of nights, ranges for what varies inside, else a line."""
    metric = course.metric
    if any(p.low is not None for p in points):
        return range_bars, points
    if metric.kind in ("cumulative", "event", "category") or (metric.kind == "nightly" and course.unit != "clock"):
        return bars, points
    return line, _gapped(points) if course.step != "result" and course.covered >= WHOLE * course.days else points


def _gapped(points: list[Point]) -> list[Point]:
    """The points with a gap wherever one of their kind is missing between two."""
    steps = [b.x - a.x for a, b in pairwise(points)]
    usual = min(steps, default=1.0)
    holes = [Point(a.x + usual, None) for a, step in zip(points, steps, strict=False) if step > usual * 1.6]
    return sorted([*points, *holes], key=lambda p: p.x)


def _frame(course: Course, words: Words, ident: str, title: str) -> Frame:
    first, last = day_number(course.window.first), day_number(course.window.last)
    if course.step == "result":
        first, last = course.values[0].day, course.values[-1].day
    else:
        last = max(first, min(last, course.today))
    air = {"day": 0.5, "week": 3.5, "month": 16.0}.get(course.step, 0.0)
    metric = course.metric
    said = words.value(course.figure, metric, course.unit, True) if course.figure is not None else ""
    return Frame(
        ident, title, words.say(f"figure.desc.{course.how}", value=said, n=len(course.values)),
        unit=unit_name(course.unit, metric, words.lang), x_ticks=_ticks(first, last, words, course.step == "result"),
        y_format=axis(metric, course.unit, words.lang), y_minutes=course.unit == "clock" or timed(metric, course.unit),
        band=course.band, band_label=words.say("figure.band") if course.band else "",
        breaks=tuple((float(day), words.say("figure.break")) for day, _ in course.handovers),
        x_span=(first - air, last + air) if last > first or air else None, axis="day",
    )  # fmt: skip


def _ticks(first: int, last: int, words: Words, results: bool) -> tuple[tuple[float, str], ...]:
    """Words under the level axis: days of a week, weeks of a month, months of years."""
    wide = last - first + 1
    if wide <= 8:
        return tuple(
            (float(d), words.say(f"figure.weekday.{day_date(d).isoweekday()}", day=day_date(d).day)) for d in range(first, last + 1)
        )
    if wide <= 62:
        return tuple((float(d), _short_day(day_date(d), words)) for d in range(last, first - 1, -7))
    every = next((k for k in (1, 2, 3, 6, 12, 24, 60) if wide / 30.4 / k <= 13), 120)
    months, found = day_date(first).replace(day=1), []
    while day_number(months) <= last:
        if (months.month - 1) % min(every, 12) == 0 and (every <= 12 or months.year % (every // 12) == 0):
            dated = months.month == 1 or every >= 6
            found.append((float(day_number(months)), words.say("figure.month_year" if dated else "figure.month", **_month(months, words))))
        months = (months + timedelta(days=32)).replace(day=1)
    return tuple(found)


def _month(first: date, words: Words) -> dict[str, str]:
    return {"month": words.say(f"figure.month.{first.month}"), "year": str(first.year)}


def _short_day(day: date, words: Words) -> str:
    return words.say("figure.day", day=str(day.day), month=words.say(f"figure.month.{day.month}"))


def _both(draw: Callable[[Any, Frame], str], points: Any, frame: Frame) -> dict[str, SafeString]:
    """The wide drawing and its narrow twin."""
    return {"wide": mark_safe(draw(points, frame)), "narrow": mark_safe(draw(points, narrow(frame)))}


# --- one day ---------------------------------------------------------------------------------------------------------


def _of_day(course: Course, inside: Inside, words: Words, ident: str) -> dict[str, Any]:
    """The day from inside: hours of the clock, moments, or the stages of its night."""
    title = words.say("figure.title.day", name=capital(wording.name(course.metric, words.lang)), period=period(course, words))
    said = words.value(course.figure, course.metric, course.unit, True) if course.figure is not None else ""
    desc = words.say("figure.desc.mean" if inside.moments else "figure.desc.whole", value=said, n=1)
    frame = Frame(
        ident, title, desc, unit=unit_name(course.unit, course.metric, words.lang), axis="time",
        y_format=axis(course.metric, course.unit, words.lang), y_minutes=timed(course.metric, course.unit),
    )  # fmt: skip
    shared = {"title": title, "notes": notes(course, words), "ranged": False, "sided": False}
    if inside.night:
        return {**shared, **_night(day_number(course.window.last), inside, words, frame)}
    if inside.hours:
        return {**shared, **_hours(course, inside, words, frame)}
    points = [Point(m, v, label=words.say("figure.point", when=_clock(m, words), value=_one(v, course, words))) for m, v in inside.moments]
    framed = replace(frame, x_ticks=_clock_ticks(words, 1.0), x_span=(0.0, 1440.0))
    told = [{"when": _clock(m, words), "value": _one(v, course, words)} for m, v in inside.moments]
    averaged = [words.say("figure.five")] if inside.averaged else []
    return {
        **shared, **_both(line, points, framed), "head": words.say("figure.head.moment"), "rows": told,
        "notes": [*averaged, *notes(course, words)],
    }  # fmt: skip


def _one(value: float, course: Course, words: Words) -> str:
    return words.value(value, course.metric, course.unit)


def _hours(course: Course, inside: Inside, words: Words, frame: Frame) -> dict[str, Any]:
    named = [wording.label(f"{hour:02d}:00", "hour", words.lang) for hour in range(24)]
    told = [{"when": n, "value": _one(v, course, words)} for n, v in zip(named, inside.hours, strict=True)]
    points = [
        Point(hour * 60 + 30.0, value, label=words.say("figure.point", when=named[hour], value=_one(value, course, words)))
        for hour, value in enumerate(inside.hours)
    ]
    framed = replace(frame, x_ticks=_clock_ticks(words, 1.0), x_span=(0.0, 1440.0))
    return {
        **_both(bars, points, framed),
        "head": words.say("figure.head.hour"),
        "rows": [r for r, v in zip(told, inside.hours, strict=True) if v],
    }


def night(inside: Inside, day: int, words: Words, ident: str) -> dict[str, Any]:
    """The stages of the night that ended on a day, as a figure."""
    first, last = formats.span(Window(day_date(day - 1), day_date(day)), words.lang, words.today)
    title = words.say("figure.title.night", first=first, last=last)
    shared = {"title": title, "notes": [], "ranged": False, "sided": False}
    return {**shared, **_night(day, inside, words, Frame(ident, title, title))}


def _night(day: int, inside: Inside, words: Words, frame: Frame) -> dict[str, Any]:
    names = tuple((stage, words.say(f"figure.stage.{stage}")) for stage in STAGES)
    named = dict(names)
    known = [s for s in inside.night if s[2] in named]
    drawn = Night(float(day), frame.title, spans=tuple(known))
    told = [
        {"when": f"{_clock(a, words)}–{_clock(b, words)}", "value": f"{capital(named[s])}, {formats.duration(b - a, words.lang)}"}
        for a, b, s in known
    ]
    framed = replace(frame, stage_names=names, y_format=lambda m: _clock(m, words), y_minutes=True, height=200, unit="")
    return {**_both(sleep_band, [drawn], framed), "head": words.say("figure.head.stage"), "rows": told}


def _clock(minute: float, words: Words) -> str:
    whole = round(minute) % 1440
    return formats.clock(f"{whole // 60:02d}:{whole % 60:02d}", words.lang)


def _clock_ticks(words: Words, scale: float) -> tuple[tuple[float, str], ...]:
    return tuple((h * 60 * scale, formats.clock(f"{h:02d}:00", words.lang)) for h in (0, 6, 12, 18, 24))


def spark(values: Sequence[float | None], title: str, ident: str, width: int = 120, height: int = 32) -> SafeString:
    """The course of the values, small; empty when there are fewer than two to join."""
    known = [v for v in values if v is not None and usable(v) is not None]
    if len(known) < 2:
        return mark_safe("")
    values = known if len(known) < WHOLE * len(values) else values  # few values far apart would be dots, not a course
    return mark_safe(sparkline(values, Frame(ident, title, title, width=width, height=height)))
