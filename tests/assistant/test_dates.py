"""Every kind of date expression in both languages and the local days, hours and weekdays each must mean."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.assistant.understanding.calendars import add_months, calendar_unit, easter, feast_day, part_of
from carnet.assistant.understanding.dates import Span, find_periods
from carnet.assistant.understanding.text import fold, language, tokens
from carnet.record.selection import Window
from carnet.record.view import Person

NOW = datetime(2026, 3, 18, 10, 0, tzinfo=UTC)  # a Wednesday
PERSON = Person(birth_date="1980-05-20", events=(("new watch", "2025-09-20"), ("opération", "2025-11-03")))
ROWS = [json.loads(line) for line in Path(__file__).with_name("dates_rows.jsonl").read_text("utf-8").splitlines()]


def told(span: Span) -> str:
    """A span on one line: days and kind, filters, or what is wrong with it."""
    parts = []
    if span.period is not None:
        parts.append(f"{span.period.window.first}..{span.period.window.last} {span.period.kind}{' partial' if span.period.partial else ''}")
    parts += [f"weekdays={''.join(map(str, span.filters.weekdays))}"] if span.filters.weekdays else []
    parts += [f"hours={span.filters.hours[0]}-{span.filters.hours[1]}"] if span.filters.hours else []
    parts += [f"!{span.problem}"] if span.problem else []
    parts += [f"{len(span.choices)} readings"] if span.choices else []
    parts += [f"relative={span.relative[0]}{span.relative[1]}"] if span.relative else []
    return " ".join(parts)


def find(text: str, lang: str, now: datetime = NOW, person: Person = PERSON) -> list[str]:
    """What every expression of time in a text means."""
    return [told(span) for span in find_periods(tokens(text, lang), lang, now, person)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['lang']}: {row['text']}")
def test_an_expression_means_its_days(row: dict[str, Any]) -> None:
    person = Person(**{"birth_date": PERSON.birth_date, "events": PERSON.events, **row.get("person", {})})
    now = datetime.fromisoformat(row["now"]) if "now" in row else NOW
    assert find(row["text"], row["lang"], now, person) == row["means"]


@pytest.mark.parametrize(
    ("year", "day"), [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2019, "2019-04-21"), (2038, "2038-04-25")]
)
def test_easter(year: int, day: str) -> None:
    assert easter(year).isoformat() == day
    assert feast_day("pentecost", year) == easter(year) + timedelta(49)


def test_months_are_added_at_their_ends() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 15), -13) == date(2024, 12, 15)


def test_the_home_zone_decides_which_day_it_is() -> None:
    late = datetime(2026, 3, 17, 23, 30, tzinfo=UTC)
    assert find("today", "en", late, Person(home_zone="Europe/Paris")) == ["2026-03-18..2026-03-18 day partial"]
    assert find("today", "en", late, Person(home_zone="America/New_York")) == ["2026-03-17..2026-03-17 day partial"]


def test_slashes_follow_the_region_or_are_asked() -> None:
    assert find("steps on 12/05/2025", "en", person=Person(country="US")) == ["2025-12-05..2025-12-05 day"]
    assert find("steps on 12/05/2025", "en", person=Person(country="GB")) == ["2025-05-12..2025-05-12 day"]
    assert find("pas le 12/05/2025", "fr") == ["2025-05-12..2025-05-12 day"]
    assert find("steps on 12/05/2025", "en") == ["2025-05-12..2025-05-12 day 2 readings"]
    assert find("steps on 25/12/2025", "en") == ["2025-12-25..2025-12-25 day"]


def test_a_week_may_start_on_sunday() -> None:
    assert find("last week", "en", person=Person(week_start="sun")) == ["2026-03-08..2026-03-14 calendar"]


def test_seasons_turn_around_in_the_south() -> None:
    assert find("summer 2025", "en", person=Person(country="AU")) == ["2025-12-01..2026-02-28 calendar"]


def test_parts_cover_the_whole() -> None:
    for window in (
        Window(date(2026, 2, 1), date(2026, 2, 28)),
        Window(date(2026, 1, 1), date(2026, 12, 31)),
        Window(date(2026, 3, 2), date(2026, 3, 8)),
    ):
        early, mid, late = (part_of(part, window) for part in ("early", "mid", "late"))
        assert early
        assert mid
        assert late
        assert (early.first, late.last) == (window.first, window.last)
        assert early.days + mid.days + late.days == window.days


@given(day=st.dates(date(1990, 1, 1), date(2060, 1, 1)), unit=st.sampled_from(["week", "month", "quarter", "semester", "year"]))
def test_units_tile_the_calendar(day: date, unit: str) -> None:
    this, last = calendar_unit(day, unit, 0), calendar_unit(day, unit, 1)
    assert this.first <= day <= this.last
    assert last.last + timedelta(1) == this.first


@given(
    row=st.sampled_from([r for r in ROWS if "now" not in r]),
    now=st.datetimes(datetime(2016, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
@settings(max_examples=400, deadline=None)
def test_no_period_holds_the_future(row: dict[str, Any], now: datetime) -> None:
    for span in find_periods(tokens(row["text"], row["lang"]), row["lang"], now, PERSON):
        for period in (span.period, *span.choices):
            if period is not None:
                assert period.window.first <= period.window.last <= now.date()
                assert period.partial == (period.window.first <= now.date() <= period.window.last)


def test_numbers_as_people_write_them() -> None:
    def values(text: str, lang: str) -> list[float]:
        return [t.number for t in tokens(text, lang) if t.number is not None]

    assert values("8 000, 8\u202f000 et 8\u00a0000", "fr") == [8000, 8000, 8000]
    assert values("8,000 or 1,5 or 1.5", "en") == [8000, 1.5, 1.5]
    assert values("vingt-cinq, quatre-vingt-dix-sept, soixante et onze, dix mille, douze", "fr") == [25, 97, 71, 10000, 12]
    assert values("twenty five, eight thousand, a hundred and twenty, two dozen", "en") == [25, 8000, 120, 24]
    assert values("une douzaine et 38°5", "fr") == [12, 38.5]
    assert values("10k", "en") == [10000]
    assert values("seven, sept", "en") == [7]


def test_tokens_keep_their_place_in_what_was_typed() -> None:
    typed = "Combien de pas l’été dernier, à 7h30 ?"
    for token in tokens(typed, "fr"):
        assert fold(typed[token.start : token.end]).replace("'", "") == token.text
    assert [t.text for t in tokens("aujourd'hui, qu'ai-je", "fr")] == ["aujourdhui", "qu", "ai", "je"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("how many steps did I take", "en"),
        ("combien de pas hier", "fr"),
        ("mon poids", "fr"),
        ("my weight", "en"),
        ("HbA1c", None),
        ("pas d'hier", "fr"),
    ],
)
def test_the_language_is_heard(text: str, lang: str | None) -> None:
    assert language(text) == lang
