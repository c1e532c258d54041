"""Dates that recur or are written out: months, seasons, quarters, feasts, days of a month, week numbers, 12/05/2025."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from carnet.assistant.understanding.calendars import SEASONS, add_months, calendar_unit, feast_day, span
from carnet.assistant.understanding.periods import RESOLVERS, Args, Found, Today, rule
from carnet.record.selection import Window


@rule
def _week_of(args: Args, t: Today) -> Found:
    day = date.fromisoformat(args["date"]) if args.get("date") else _date(args, t).window
    if isinstance(day, Window):
        day = day.first
    return Found() if day is None else Found(calendar_unit(day, "week", 0, t.week_start), unit="week", fixed=bool(args.get("year")))


@rule
def _weekend_on(args: Args, t: Today) -> Found:
    window = _date(args, t).window
    if window is None:
        return Found(problem="needs_dates")
    saturday = window.first + timedelta((5 - window.first.weekday()) % 7 if window.first.weekday() != 6 else -1)
    return Found(Window(saturday, saturday + timedelta(1)), unit="weekend", fixed=bool(args.get("year")))


@rule
def _week_number(args: Args, t: Today) -> Found:
    years = [args["year"]] if args.get("year") else [t.day.year, t.day.year - 1]
    for year in years:
        try:
            first = date.fromisocalendar(year, int(args["n"]), 1)
        except ValueError:
            continue
        if first <= t.day or args.get("year"):
            return Found(Window(first, first + timedelta(6)), unit="week", fixed=bool(args.get("year")))
    return Found(problem="needs_dates")


def _latest(of_year: Callable[[int], Window], t: Today, args: Args, whole: bool = False) -> Found:
    """What recurs every year: the one of the year said, else the latest that has begun (`whole`: that is over)."""
    if args.get("year"):
        return Found(of_year(args["year"]), fixed=True)
    if "years_back" in args:
        return Found(of_year(t.day.year - args["years_back"]), fixed=True)
    for year in (t.day.year, t.day.year - 1, t.day.year - 2):
        window = of_year(year)
        if window.first <= t.day and (not whole or window.last < t.day):
            return Found(window)
    return Found(problem="needs_dates")


@rule
def _month(args: Args, t: Today) -> Found:
    whole = args.get("mode") == "last"
    return replace(_latest(lambda y: span(date(y, args["month"], 1), 1), t, args, whole), unit="month")


@rule
def _season(args: Args, t: Today) -> Found:
    """Meteorological seasons; winter carries the year of its December (southern summer likewise)."""
    first = (SEASONS[args["season"]] + (5 if t.south else -1)) % 12 + 1
    return replace(_latest(lambda y: span(date(y, first, 1), 3), t, args, args.get("mode") == "last"), unit="season")


@rule
def _quarter(args: Args, t: Today) -> Found:
    first = int(args["which"]) * 3 - 2
    return replace(_latest(lambda y: span(date(y, first, 1), 3), t, args), unit="quarter")


@rule
def _semester(args: Args, t: Today) -> Found:
    first = 1 if int(args["which"]) == 1 else 7
    return replace(_latest(lambda y: span(date(y, first, 1), 6), t, args), unit="semester")


@rule
def _feast(args: Args, t: Today) -> Found:
    def of_year(year: int) -> Window:
        day = feast_day(args["feast"], year)
        return Window(day, day)

    return replace(_latest(of_year, t, args), kind="day", unit="day")


@rule
def _year(args: Args, t: Today) -> Found:
    return Found(span(date(args["year"], 1, 1), 12), unit="year", fixed=True)


@rule
def _decade(args: Args, t: Today) -> Found:
    names = {"seventies": 1970, "eighties": 1980, "nineties": 1990, "2000s": 2000}
    first = names.get(args.get("decade_word") or "") or int(args["decade"])
    first += 1900 if first < 100 else 0
    return Found(span(date(first, 1, 1), 120), unit="decade", fixed=True)


def _real(year: int, month: int, day: int = 1) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _past(month: int, day: int, args: Args, t: Today) -> date | None:
    """The day in the year said, else its last past occurrence; None when there is no such day."""
    if args.get("year"):
        return _real(args["year"], month, day)
    if "years_back" in args:
        return _real(t.day.year - args["years_back"], month, day)
    for year in range(t.day.year, t.day.year - 5, -1):
        found = _real(year, month, day)
        if found and found <= t.day:
            return found
    return None


@rule
def _date(args: Args, t: Today) -> Found:
    day = _past(args["month"], args["d"], args, t)
    if day is None:
        return Found(problem="needs_dates")
    return Found(Window(day, day), "day", unit="day", fixed=bool(args.get("year")) or "years_back" in args)


@rule
def _date_range(args: Args, t: Today) -> Found:
    last = _past(args["month"], args["d2"], args, t)
    first = None if last is None else _real(last.year, last.month, args["d"])
    if first is None or last is None or first > last:
        return Found(problem="needs_dates")
    return Found(Window(first, last), "between", fixed=bool(args.get("year")))


@rule
def _night_of_date(args: Args, t: Today) -> Found:
    month = args["month"] + (1 if args["d2"] == 1 and not args.get("month1") and args["d"] < 28 else 0)
    return replace(_date({**args, "d": args["d2"], "month": month}, t), kind="night", unit="night")


@rule
def _night_after_date(args: Args, t: Today) -> Found:
    found = _date(args, t)
    if found.window is None:
        return found
    day = found.window.first + timedelta(1)
    return replace(found, window=Window(day, day), kind="night", unit="night")


@rule
def _day_of_month(args: Args, t: Today) -> Found:
    for back in range(13):
        first = add_months(t.day.replace(day=1), -back)
        day = _real(first.year, first.month, args["d"])
        if day and day <= t.day:
            return Found(Window(day, day), "day", unit="day")
    return Found(problem="needs_dates")


@rule
def _iso(args: Args, t: Today) -> Found:
    day = _real(*(int(part) for part in args["date"].split("-")))
    return Found(Window(day, day), "day", unit="day", fixed=True) if day else Found(problem="needs_dates")


@rule
def _iso_month(args: Args, t: Today) -> Found:
    first = _real(*(int(part) for part in args["date"].split("-")))
    return Found(span(first, 1), unit="month", fixed=True) if first else Found(problem="needs_dates")


@rule
def _slash(args: Args, t: Today) -> Found:
    """12/5 is 12 May or December 5; without a region and both possible the choice is the person's."""
    parts = [int(part) for part in args["slash"].replace(".", "/").split("/")]
    year = {"year": parts[2] + (2000 if parts[2] < 100 else 0)} if len(parts) == 3 else {}
    order = "dmy" if "." in args["slash"] else t.order
    dmy, mdy = (_past(month, day, year, t) if 1 <= month <= 12 else None for day, month in (parts[:2], parts[1::-1]))
    days = [d for d in ({"dmy": (dmy, mdy), "mdy": (mdy, dmy)}.get(order, (dmy, mdy))) if d]
    if not days:
        return Found(problem="needs_dates")
    window = Window(days[0], days[0])
    if order or len(set(days)) == 1:
        return Found(window, "day", unit="day", fixed=bool(year))
    return Found(window, "day", unit="day", fixed=bool(year), choices=tuple(Window(d, d) for d in days))


def resolve(do: str, args: Args, t: Today) -> Found:
    """What an expression means: `do` names the rule, `args` its parts."""
    return RESOLVERS[do](args, t)
