"""Expressions of time resolved to local days, hours or weekdays: one short function for each `do` of the period tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from carnet.assistant.understanding.calendars import (
    BEGINNING,
    DAYS_IN,
    MONTHS_IN,
    PARTS,
    add_months,
    calendar_unit,
    part_of,
)  # fmt: skip
from carnet.record.selection import Filters, Window

Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Today:
    """The moment of asking. week_start: 0 Monday, 6 Sunday. order: dmy, mdy, or empty when the region is unknown."""

    day: date
    now: datetime
    week_start: int = 0
    south: bool = False
    order: str = ""
    birth: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A resolved expression: days, or filters, or a problem.

    unit: the calendar unit it is one of. fixed: a year was said. exact: the day "since ..." starts from when it differs.
    bare: a weekday alone, which beside a longer period is a filter. relative: "the 14 days before", (n, unit).
    clock: ("after", 23.5) of "after 23:30", in hours; hours of a filter are whole.
    ends: the two months (weeks, years) of "between January and March".
    """

    window: Window | None = None
    kind: str = "calendar"
    filters: Filters = field(default_factory=Filters)
    problem: str = ""
    choices: tuple[Window, ...] = ()
    assumption: str = ""
    unit: str = ""
    fixed: bool = False
    exact: date | None = None
    bare: bool = False
    relative: tuple[int, str] | None = None
    clock: tuple[str, float] | None = None
    ends: tuple[Window, Window] | None = None


Resolver = Callable[[Args, Today], Found]
RESOLVERS: dict[str, Resolver] = {}


def rule(resolver: Resolver) -> Resolver:
    """The function, known from now on as the `do` of its name without the underscore."""
    RESOLVERS[resolver.__name__[1:]] = resolver
    return resolver


@rule
def _future(args: Args, t: Today) -> Found:
    return Found(problem="future")


@rule
def _needs_dates(args: Args, t: Today) -> Found:
    return Found(problem="needs_dates")


@rule
def _day(args: Args, t: Today) -> Found:
    day = t.day - timedelta(args["back"])
    return Found(Window(day, day), "day", unit="day")


@rule
def _night(args: Args, t: Today) -> Found:
    return replace(_day(args, t), kind="night", unit="night")


@rule
def _day_part(args: Args, t: Today) -> Found:
    """An evening of yesterday; parts at night belong to the day they start on, clipped at midnight."""
    hours = PARTS[args["part"]]
    return replace(_day(args, t), filters=Filters(hours=hours if hours[0] < hours[1] else (hours[0], 24)), unit="day_part")


def _past_weekday(weekday: int, t: Today, today_too: bool) -> date:
    back = (t.day.weekday() + 1 - weekday) % 7
    return t.day - timedelta(back if back or today_too else 7)


@rule
def _weekday(args: Args, t: Today) -> Found:
    day = _past_weekday(args["weekday"], t, args["mode"] == "this")
    if args["mode"] == "before":
        day -= timedelta(7)
    return Found(Window(day, day), "day", unit="day", bare=args["mode"] == "bare")


@rule
def _weekday_part(args: Args, t: Today) -> Found:
    day = _past_weekday(args["weekday"], t, False)
    return _day_part({"back": (t.day - day).days, "part": args["part"]}, t)


@rule
def _weekday_in_week(args: Args, t: Today) -> Found:
    first = calendar_unit(t.day, "week", args["back"]).first
    day = first + timedelta(args["weekday"] - 1)
    return Found(Window(day, day), "day", unit="day")


@rule
def _night_of_weekday(args: Args, t: Today) -> Found:
    """Saturday night is the night that wakes on Sunday."""
    day = _past_weekday(args["weekday"] % 7 + 1, t, True)
    return Found(Window(day, day), "night", unit="night")


@rule
def _weekdays(args: Args, t: Today) -> Found:
    return Found(filters=Filters(weekdays=(args["weekday"],)))


@rule
def _weekday_nights(args: Args, t: Today) -> Found:
    """Saturday nights are the nights that wake on Sundays."""
    return Found(filters=Filters(weekdays=(args["weekday"] % 7 + 1,)), assumption="night_of_waking")


@rule
def _weekday_set(args: Args, t: Today) -> Found:
    return Found(filters=Filters(weekdays=tuple(args["days"])))


@rule
def _weekday_range(args: Args, t: Today) -> Found:
    first, last = args["weekday"], args["weekday2"]
    return Found(filters=Filters(weekdays=tuple(sorted((first + i - 1) % 7 + 1 for i in range((last - first) % 7 + 1)))))


@rule
def _hours_part(args: Args, t: Today) -> Found:
    return Found(filters=Filters(hours=PARTS[args["part"]]))


@rule
def _hours(args: Args, t: Today) -> Found:
    return Found(filters=Filters(hours=(int(args["hour"]), int(args["hour2"]) or 24)), clock=("between", args["hour"]))


@rule
def _hours_after(args: Args, t: Today) -> Found:
    return Found(filters=Filters(hours=(int(args["hour"]), 24)), clock=("after", args["hour"]))


@rule
def _hours_before(args: Args, t: Today) -> Found:
    return Found(filters=Filters(hours=(0, int(args["hour"]) or 24)), clock=("before", args["hour"]))


@rule
def _hours_at(args: Args, t: Today) -> Found:
    """ "At 3 pm" is the hour that begins then."""
    hour = int(args["hour"])
    return Found(filters=Filters(hours=(hour, hour + 1)), clock=("at", args["hour"]), assumption="that_hour")


@rule
def _calendar(args: Args, t: Today) -> Found:
    """ "Last weekend" is the last one that is over; every other "last" is the whole unit before the running one."""
    unit, back = args["unit"], args["back"]
    if unit == "hour":
        return Found(Window(t.day, t.day), "day", unit="day")
    window = calendar_unit(t.day, unit, back, t.week_start)
    if unit == "weekend" and back and calendar_unit(t.day, unit, 0).last < t.day:
        window = calendar_unit(t.day, unit, back - 1)
    return Found(window, "day" if unit == "day" else "night" if unit == "night" else "calendar", unit=unit)


@rule
def _rolling(args: Args, t: Today) -> Found:
    """N whole days, weeks or months that end yesterday; nights end with the one that woke today; 24 hours are exact."""
    n, unit, last = max(1, round(args.get("n", 3))), args["unit"], t.day - timedelta(1)
    note = "few" if args.get("n_few", "n" not in args) else ""
    if unit == "hour":
        return Found(Window((t.now - timedelta(hours=n)).date(), t.day), "rolling", assumption="exact_hours")
    if unit == "night":
        return Found(Window(t.day - timedelta(n - 1), t.day), "rolling", unit="night", assumption=note)
    if unit == "weekend":
        newest = _calendar({"unit": "weekend", "back": 1}, t).window
        first = newest.first - timedelta(7 * (n - 1)) if newest else last
        return Found(Window(first, newest.last if newest else last), "rolling", Filters(weekdays=(6, 7)), assumption=note)
    if unit in DAYS_IN:
        return Found(Window(t.day - timedelta(n * DAYS_IN[unit]), last), "rolling", assumption=note)
    return Found(Window(add_months(t.day, -n * MONTHS_IN[unit]), last), "rolling", assumption=note)


@rule
def _ago(args: Args, t: Today) -> Found:
    """Two weeks ago is that week, three months ago that month, a year ago the days around that day."""
    n, unit = max(1, round(args["n"])), args["unit"]
    if unit == "hour":
        return Found(Window(t.day, t.day), "day", unit="day")
    days = DAYS_IN.get(unit)
    exact = t.day - timedelta(n * days) if days else add_months(t.day, -n * MONTHS_IN[unit])
    if unit == "year":
        return Found(Window(exact - timedelta(3), exact + timedelta(3)), "between", exact=exact, assumption="around_that_day", fixed=True)
    whole = calendar_unit(exact, "week" if unit == "fortnight" else unit, 0, t.week_start)
    kind = unit if unit in ("day", "night") else "calendar"
    return Found(whole, kind, unit=unit, exact=exact, fixed=True)


@rule
def _since_back(args: Args, t: Today) -> Found:
    found = _ago(args, t)
    first = found.exact or (found.window.first if found.window else t.day)
    return Found(Window(first, t.day), "since", fixed=True)


@rule
def _relative(args: Args, t: Today) -> Found:
    return Found(relative=(int(args.get("n") or 0), args.get("unit") or ""))


@rule
def _last_year_same(args: Args, t: Today) -> Found:
    return Found(relative=(-1, "year"))


@rule
def _all(args: Args, t: Today) -> Found:
    return Found(Window(BEGINNING, t.day), "all", fixed=True)


@rule
def _part_now(args: Args, t: Today) -> Found:
    """The beginning, middle or end of the running week, month, ...; of the one before when it has not come yet."""
    for back in (0, 1):
        whole = calendar_unit(t.day, args["unit"], back, t.week_start) if args["unit"] in (*DAYS_IN, *MONTHS_IN) else None
        window = part_of(args["part"], whole) if whole else None
        if window and window.first <= t.day:
            return Found(window, "between", assumption="" if args["unit"] == "month" else "part_of_period")
    return Found(problem="needs_dates")


@rule
def _recent(args: Args, t: Today) -> Found:
    return Found(Window(t.day - timedelta(30), t.day - timedelta(1)), "rolling", assumption="recent_30_days")


def _birthday(args: Args, t: Today, extra: int = 0) -> date | None:
    return add_months(t.birth, 12 * (round(args["n"]) + extra)) if t.birth else None


@rule
def _age(args: Args, t: Today) -> Found:
    first, after = _birthday(args, t), _birthday(args, t, 1)
    return Found(Window(first, after - timedelta(1)), "between", fixed=True) if first and after else Found(problem="needs_dates")


@rule
def _age_since(args: Args, t: Today) -> Found:
    first = _birthday(args, t)
    return Found(Window(first, max(first, t.day)), "since", fixed=True) if first else Found(problem="needs_dates")


@rule
def _age_before(args: Args, t: Today) -> Found:
    first = _birthday(args, t)
    return Found(Window(BEGINNING, first - timedelta(1)), "until", fixed=True) if first else Found(problem="needs_dates")


@rule
def _bare_s(args: Args, t: Today) -> Found:
    """S1 alone is a week or a semester: asked, not guessed."""
    return Found(problem="needs_dates")
