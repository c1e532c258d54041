"""The calendar as people speak of it: months, weeks, seasons, feasts. Pure date arithmetic; nothing here reads text or a clock."""

from __future__ import annotations

from datetime import date, timedelta

from carnet.record.selection import Window

BEGINNING = date(1900, 1, 1)  # the first day of "all time"
PARTS = {"morning": (5, 12), "afternoon": (12, 18), "evening": (18, 23), "night": (23, 5)}
SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}  # first month, meteorological, northern
MONTHS_IN = {"month": 1, "quarter": 3, "semester": 6, "year": 12, "decade": 120}
DAYS_IN = {"day": 1, "night": 1, "week": 7, "fortnight": 14, "weekend": 7}


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(1)).day))


def span(first: date, months: int) -> Window:
    """Whole months from a first of the month on."""
    return Window(first, add_months(first, months) - timedelta(1))


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year. Source: Meeus/Jones/Butcher algorithm."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * ell) // 433
    month = (h + ell - 7 * m + 90) // 25
    return date(year, month, (h + ell - 7 * m + 33 * month + 19) % 32)


def _thanksgiving(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta((3 - first.weekday()) % 7 + 21)


FIXED = {
    "christmas_eve": (12, 24), "christmas": (12, 25), "new_year_eve": (12, 31), "new_year": (1, 1), "valentine": (2, 14),
    "halloween": (10, 31), "all_saints": (11, 1), "bastille": (7, 14), "independence": (7, 4), "back_to_school": (9, 1),
}  # fmt: skip
MOVABLE = {"easter": 0, "easter_monday": 1, "good_friday": -2, "ascension": 39, "pentecost": 49}


def feast_day(name: str, year: int) -> date:
    """The day a feast falls on."""
    if name in MOVABLE:
        return easter(year) + timedelta(MOVABLE[name])
    return _thanksgiving(year) if name == "thanksgiving" else date(year, *FIXED[name])


def calendar_unit(day: date, unit: str, back: int, week_start: int = 0) -> Window:
    """The week, month, ... that holds `day`, or the one `back` before it."""
    if unit in ("day", "night"):
        return Window(day - timedelta(back), day - timedelta(back))
    if unit == "weekend":
        saturday = day - timedelta((day.weekday() - 5) % 7) - timedelta(7 * back)
        return Window(saturday, saturday + timedelta(1))
    if unit in ("week", "fortnight"):
        first = day - timedelta((day.weekday() - week_start) % 7) - timedelta(DAYS_IN[unit] * back)
        return Window(first, first + timedelta(DAYS_IN[unit] - 1))
    size = MONTHS_IN[unit]
    first = date(day.year // 10 * 10 if size == 120 else day.year, 1 if size >= 12 else (day.month - 1) // size * size + 1, 1)
    return span(add_months(first, -size * back), size)


def part_of(part: str, window: Window) -> Window | None:
    """Days 1-10, 11-20, 21-end of a month; thirds, halves or weeks of anything else longer than four days."""
    if window.days < 5:
        return None
    one, length = timedelta(1), window.days
    if 28 <= length <= 31:
        cut, late = 10, 20
    else:
        cut, late = length // 3, length - length // 3
    ends = {
        "early": (0, cut), "mid": (cut, late), "late": (late, length), "first_week": (0, 7), "last_week": (length - 7, length),
        "first_half": (0, length // 2), "second_half": (length // 2, length),
    }[part]  # fmt: skip
    return Window(window.first + ends[0] * one, window.first + (ends[1] - 1) * one)
