"""How a figure, a clock time, a date or a list is written in each language. Rounding happens here and nowhere earlier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.words.sentences import NBSP, THIN, has, say
from carnet.insights.finding import Value
from carnet.record.catalog import Metric
from carnet.record.selection import Window
from carnet.record.view import Person

MINUS = "−"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BEGINNING = 1970  # a window that starts in this year or earlier has no beginning
_SAME_UNIT = {
    "count": "{count}", "bpm": "/min", "day": "d", "days": "d", "{day}": "d", "{days}": "d", "nights": "night", "{night}": "night",
    "{nights}": "night", "mmHg": "mm[Hg]", "lb": "[lb_av]", "week": "wk", "month": "mo", "clock_min": "min",
}  # fmt: skip
_PACES = ("min/km", "min/[mi_i]")
_COMPARED = re.compile(r"([<>≤≥]=?)\s*(\d+(?:\.(\d+))?)")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::\d\d)?")


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is spoken to, in which language, and at what local moment."""

    lang: str
    now: datetime
    person: Person

    @property
    def today(self) -> date:
        """The local day of asking."""
        return self.now.date()

    def period(self, window: Window, kind: str) -> str:
        """The window as a name, without a year that goes without saying."""
        return period(window, kind, self.lang, self.today)


def voice(lang: str, now: datetime, person: Person) -> Voice:
    """The Voice with `now` on the clock of the person's home."""
    return Voice(lang, now.astimezone(ZoneInfo(person.home_zone)) if now.tzinfo else now, person)


def number(value: float, lang: str, precision: int = 0, sign: bool = False) -> str:
    """The value rounded half up at that many decimals: 8,214.5 in English, 8 214,5 in French. sign: + or − in front."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)
    text = f"{abs(exact):,.{precision}f}"
    if lang == "fr":
        text = text.replace(",", THIN).replace(".", ",")
    return (MINUS if exact < 0 else "+" if sign and exact > 0 else "") + text


def decimals(value: float, unit: str, metric: Metric, fine: bool = False) -> int:
    """How many decimals a value of the metric is shown with in that unit.

    The catalogue's precision holds for the unit it shows; elsewhere three significant digits. fine: an average or a
    difference of a whole-numbered metric keeps one decimal under 10. A value that is not 0 is never shown as 0.
    """
    known = unit in (metric.shown, "pp") or (unit == metric.shown_us and metric.kind != "lab")
    size = abs(value)
    places = metric.precision if known else 0 if size >= 100 else 1 if size >= 10 else 2
    if unit in ("d", "night") or (not known and value == int(value)):
        places = 0
    if fine and places == 0 and 0 < size < 10 and value != int(value):
        places = 1
    while size and places < 4 and not round(size + 1e-12, places):
        places += 1
    return places


def figure(value: Value, unit: str, metric: Metric, lang: str, *, fine: bool = False, sign: bool = False) -> str:
    """The value with its unit, as a person reads it: a number, a pair (121/78), a clock time, a date or a printed text."""
    unit = _SAME_UNIT.get(unit, unit)
    if value is None:
        return ""
    if isinstance(value, str):
        return _text(value, unit, metric, lang)
    if isinstance(value, tuple):
        parts = [number(v, lang, decimals(v, unit, metric), sign) for v in value if isinstance(v, int | float)]
        return with_unit("/".join(parts), 2, unit, metric, lang)
    if unit in ("h", "clock") or (unit == "min" and metric.shown in ("h", "clock")):
        return duration(value * 60 if unit == "h" else value, lang, sign)
    if unit in _PACES:
        return with_unit(_pace(value, lang), value, unit, metric, lang)
    places = decimals(value, unit, metric, fine)
    shown = number(value, lang, places, sign)
    return with_unit(shown, round(abs(value) + 1e-12, places), unit, metric, lang)


def _text(value: str, unit: str, metric: Metric, lang: str) -> str:
    if _CLOCK.fullmatch(value):
        return clock(value, lang)
    compared = _COMPARED.fullmatch(value.strip())
    if compared:
        return with_unit(compared[1] + number(float(compared[2]), lang, len(compared[3] or "")), float(compared[2]), unit, metric, lang)
    return value


def unit_key(unit: str, metric: Metric) -> str:
    """The message that names the unit: the metric's own word (steps), the category's (bpm), or the unit's."""
    if unit == "{count}" and has("en", f"unit.{metric.key}"):
        return f"unit.{metric.key}"
    beats = unit == "/min" and (metric.category == "heart" or metric.key == "workout_heart_rate")
    key = "unit./min.heart" if beats else f"unit.{unit}"
    return key if has("en", key) else "unit.other"


def with_unit(shown: str, count: float, unit: str, metric: Metric, lang: str) -> str:
    """The written number with the unit's name in the right number; no line may break between them in French."""
    text = say(lang, unit_key(unit, metric), count=count, n=shown, unit=unit)
    return text.replace(" ", NBSP) if lang == "fr" else text


def duration(minutes: float, lang: str, sign: bool = False) -> str:
    """Minutes as hours and minutes, rounded half up: 7 h 30 min in English, 7 h 30 in French."""
    whole = int(Decimal(repr(abs(float(minutes)))).quantize(Decimal(1), ROUND_HALF_UP))
    hours, rest = divmod(whole, 60)
    key = "time.hours_minutes" if hours and rest else "time.hours" if hours else "time.minutes"
    slots: dict[str, Any] = {"hours": number(hours, lang), "minutes": rest, "padded": f"{rest:02d}"}
    text = say(lang, key, **slots)
    mark = MINUS if minutes < 0 and whole else "+" if sign and whole else ""
    return mark + (text.replace(" ", NBSP) if lang == "fr" else text)


def _pace(minutes: float, lang: str) -> str:
    seconds = int(Decimal(repr(abs(float(minutes)) * 60)).quantize(Decimal(1), ROUND_HALF_UP))
    sign = MINUS if minutes < 0 and seconds else ""
    return sign + say(lang, "time.pace", minutes=seconds // 60, padded=f"{seconds % 60:02d}")


def clock(text: str, lang: str) -> str:
    """HH:MM as 23:10 in English, 23 h 10 in French, where a whole hour is 8 h."""
    hours, minutes = text.split(":")[:2]
    shown = say(lang, "time.clock.whole" if minutes == "00" else "time.clock", hours=f"{int(hours):02d}", short=int(hours), minutes=minutes)
    return shown.replace(" ", NBSP) if lang == "fr" else shown


def percent(fraction: float, lang: str, sign: bool = False) -> str:
    """A fraction as a whole percentage, one decimal under 1 %: 17% in English, 17 % in French."""
    value = fraction * 100
    shown = number(value, lang, 1 if 0 < abs(value) < 1 else 0, sign)
    return say(lang, "unit.%", n=shown, unit="%")


def day(when: date, lang: str, today: date | None = None, year: bool = True, month: bool = True) -> str:
    """9 March 2026; 1er mars in French. The year is left out when it is today's; month=False leaves the day's number only."""
    name = say(lang, f"month.{when.month}")
    text = say(lang, "date.first" if when.day == 1 else "date.day", day=when.day, month=name if month else "").strip()
    if month and year and (today is None or when.year != today.year):
        text = say(lang, "date.year", day=text, year=when.year)
    return text.replace(" ", NBSP) if lang == "fr" else text


def month(when: date, lang: str, today: date | None = None) -> str:
    """March 2026; the year is left out when it is today's."""
    name = say(lang, f"month.{when.month}")
    shown = name if today and when.year == today.year else say(lang, "date.month", month=name, year=when.year)
    return shown.replace(" ", NBSP) if lang == "fr" else shown


def span(window: Window, lang: str, today: date | None = None) -> tuple[str, str]:
    """First and last day of a window, without what both share: ("9", "15 March 2026")."""
    a, b = window.first, window.last
    same_year = a.year == b.year
    first = day(a, lang, today, year=not same_year, month=not (same_year and a.month == b.month))
    return first, day(b, lang, today if same_year else None)


def shape(window: Window, kind: str) -> str:
    """What a window looks like to a reader: all, since, until, night, day, year, month, range."""
    a, b = window.first, window.last
    if kind == "all" or (a.year <= BEGINNING and kind != "until"):
        return "all"
    if kind in ("since", "until") and a != b:
        return kind
    if a == b:
        return "night" if kind == "night" else "day"
    whole = a.day == 1 and (b + timedelta(days=1)).day == 1
    if whole and a.year == b.year and (a.month, b.month) == (1, 12):
        return "year"
    return "month" if whole and (a.year, a.month) == (b.year, b.month) else "range"


def _names(window: Window, lang: str, today: date | None) -> dict[str, Any]:
    first, last = span(window, lang, today)
    return {"first": first, "last": last}


def period(window: Window, kind: str, lang: str, today: date | None = None) -> str:
    """The window as a name: 9–15 March 2026, March 2026, the night of 8 to 9 March. Without `today` the year always stands."""
    form = shape(window, kind)
    if form in ("all", "since", "until"):
        edge = window.last if form == "until" else window.first
        return say(lang, f"period.{form}", day=day(edge, lang, today))
    if form == "night":
        return say(lang, "period.night", **_names(Window(window.first - timedelta(days=1), window.last), lang, today))
    if form == "year":
        return str(window.first.year)
    if form == "month":
        return month(window.first, lang, today)
    if form == "day":
        return day(window.first, lang, today)
    tight = (window.first.year, window.first.month) == (window.last.year, window.last.month)
    return say(lang, "range.month" if tight else "range.dates", **_names(window, lang, today))


def when(window: Window, kind: str, lang: str, today: date | None = None) -> str:
    """The window inside a sentence: from 9 to 15 March, in March 2025, on 9 March."""
    form = shape(window, kind)
    if form == "night":
        window = Window(window.first - timedelta(days=1), window.last)
    edge = window.last if form == "until" else window.first
    return say(
        lang, f"when.{form}", day=day(edge, lang, today), month=month(edge, lang, today), year=edge.year, **_names(window, lang, today)
    )  # fmt: skip


def moment(text: str, lang: str, today: date | None = None) -> str:
    """An ISO day or moment as a name: 12 March, 12 March at 14:05."""
    on = day(date.fromisoformat(text[:10]), lang, today)
    return say(lang, "date.moment", day=on, clock=clock(text[11:16], lang)) if len(text) > 10 else on


def is_day(text: str) -> bool:
    """Whether a text is an ISO day or moment."""
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d([T ].*)?", text))


def listing(items: Sequence[str], lang: str, limit: int = 0) -> str:
    """a, b and c; with a limit the rest is counted: a, b and 3 others."""
    shown = list(items)
    if limit and len(shown) > limit + 1:
        rest = len(shown) - limit
        shown = [*shown[:limit], say(lang, "list.others", count=rest, n=number(rest, lang))]
    if len(shown) < 2:
        return "".join(shown)
    head = shown[0]
    for item in shown[1:-1]:
        head = say(lang, "list.comma", a=head, b=item)
    return say(lang, "list.two", a=head, b=shown[-1])
