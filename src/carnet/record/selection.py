"""Which rows of one metric a figure is made of: a window of local days and filters, and its text form, the citation link."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, quote, unquote, urlencode

from carnet.record.errors import BadLink

FIRST_YEAR, LAST_YEAR = 1800, 2200  # a link outside names no record of a person, and far dates overflow on the way


@dataclass(frozen=True, slots=True)
class Window:
    """Local days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days the window holds; 0 when it is empty."""
        return max(0, (self.last - self.first).days + 1)

    def before(self) -> Window:
        """The window of the same length that ends the day before this one."""
        return Window(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on rows, all of them local to the day, none of them about consent.

    weekdays: ISO numbers, Monday = 1. hours: [from, to) local hours, may wrap midnight (23, 5).
    activity: a workout's activity. source: a source's display name or device. service: a connector's name.
    outside_workouts: leave out samples that fall inside a workout. days: only these ISO dates (extremes, conditions).
    gap: (first, last) ISO dates left out, both included: the time between two periods that are compared.
    """

    weekdays: tuple[int, ...] = ()
    hours: tuple[int, int] | None = None
    activity: str | None = None
    source: str | None = None
    service: str | None = None
    outside_workouts: bool = False
    days: tuple[str, ...] = ()
    gap: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Selection:
    """One metric, one window, filters; `asof` is the batch up to which rows count (None = all there are now)."""

    metric: str
    window: Window
    filters: Filters = field(default_factory=Filters)
    asof: str | None = None

    def link(self) -> str:
        """`carnet:<metric>/<start>/<end>?<filters>&asof=<batch>`, which `from_link` reads back."""
        f, query = self.filters, []
        if f.weekdays:
            query.append(("weekday", ",".join(map(str, f.weekdays))))
        if f.hours:
            query.append(("hours", f"{f.hours[0]}-{f.hours[1]}"))
        query += [(k, v) for k, v in (("activity", f.activity), ("source", f.source), ("service", f.service)) if v]
        if f.outside_workouts:
            query.append(("outside", "workouts"))
        if f.days:
            query.append(("day", ",".join(f.days)))
        if f.gap:
            query.append(("gap", ",".join(f.gap)))
        if self.asof:
            query.append(("asof", self.asof))
        tail = f"?{urlencode(query, quote_via=quote, safe=',')}" if query else ""
        return f"carnet:{quote(self.metric, safe='')}/{self.window.first.isoformat()}/{self.window.last.isoformat()}{tail}"

    def on(self, *days: date) -> Selection:
        """The same selection narrowed to single days."""
        return replace(self, filters=replace(self.filters, days=tuple(d.isoformat() for d in days)))


def batch_number(asof: str) -> int:
    """The number of the batch `b_12` names. Raises BadLink when it is not such a name."""
    if not re.fullmatch(r"b_[0-9]{1,15}", asof):
        raise BadLink("not the name of an import; it looks like b_12")
    return int(asof.removeprefix("b_"))


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("outside the years a record can speak of")
    return day


def _gap(text: str) -> tuple[str, str]:
    first, last = (_day(day).isoformat() for day in text.split(","))
    return first, last


def from_link(link: str) -> Selection:
    """The Selection a citation link stands for. Raises BadLink when it is not one."""
    try:
        path, _, query = link.removeprefix("carnet:").partition("?")
        metric, first, last = path.split("/")
        q = dict(parse_qsl(query, strict_parsing=bool(query)))
        hours = tuple(int(x) for x in q["hours"].split("-")) if "hours" in q else None
        filters = Filters(
            weekdays=tuple(int(x) for x in q["weekday"].split(",")) if "weekday" in q else (),
            hours=(hours[0], hours[1]) if hours else None,
            activity=q.get("activity"),
            source=q.get("source"),
            service=q.get("service"),
            outside_workouts=q.get("outside") == "workouts",
            days=tuple(_day(d).isoformat() for d in q["day"].split(",")) if "day" in q else (),
            gap=_gap(q["gap"]) if "gap" in q else None,
        )
        if "asof" in q:
            batch_number(q["asof"])
        return Selection(unquote(metric, errors="strict"), Window(_day(first), _day(last)), filters, q.get("asof"))
    except (ValueError, KeyError, IndexError) as error:
        raise BadLink("not a citation link; it looks like carnet:steps/2026-03-09/2026-03-15") from error
