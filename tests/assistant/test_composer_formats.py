"""Numbers, units, clock times, dates and lists in both languages; Babel's own formats are the oracle where it has them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from assistant.composer_cases import win
from carnet.assistant.words.formats import clock, day, duration, figure, listing, number, percent, period, when
from carnet.record.catalog import catalog

TODAY = date(2026, 3, 14)


def plain(text: str) -> str:
    """No-break spaces as ~ (wide) and _ (narrow)."""
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(("value", "precision", "en", "fr"), [
    (8214.0, 0, "8,214", "8_214"), (8214.5, 0, "8,215", "8_215"), (2.5, 0, "3", "3"), (0.125, 2, "0.13", "0,13"), (1.005, 2, "1.01", "1,01"),
    (-0.04, 1, "0.0", "0,0"), (-1234567.89, 1, "−1,234,567.9", "−1_234_567,9"), (0.0, 0, "0", "0"), (999.5, 0, "1,000", "1_000"),
])  # fmt: skip
def test_numbers(value: float, precision: int, en: str, fr: str) -> None:
    assert number(value, "en", precision) == en
    assert plain(number(value, "fr", precision)) == fr


@given(st.floats(-1e9, 1e9), st.integers(0, 4), st.sampled_from(("en", "fr")))
def test_numbers_are_babels(value: float, precision: int, lang: str) -> None:
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * precision if precision else "")
    theirs = format_decimal(exact, format=pattern, locale=lang).replace("-", "−")
    assert number(value, lang, precision) == (theirs.lstrip("−") if not exact else theirs)


@pytest.mark.parametrize(("metric", "value", "unit", "en", "fr"), [
    ("steps", 8214.0, "{count}", "8,214 steps", "8_214~pas"),
    ("steps", 1.0, "count", "1 step", "1~pas"),
    ("flights", 0.0, "{count}", "0 floors", "0~étage"),
    ("flights", 1.6, "{count}", "2 floors", "2~étages"),
    ("distance_walk_run", 5.127, "km", "5.13 km", "5,13~km"),
    ("distance_walk_run", 812.0, "m", "812 m", "812~m"),
    ("distance_walk_run", 3.1864, "[mi_i]", "3.19 mi", "3,19~mi"),
    ("weight", 72.449, "kg", "72.4 kg", "72,4~kg"),
    ("weight", 159.72, "[lb_av]", "159.7 lb", "159,7~lb"),
    ("resting_heart_rate", 58.4, "/min", "58 bpm", "58~bpm"),
    ("respiratory_rate", 14.25, "/min", "14.3 per minute", "14,3~par~minute"),
    ("sleep_duration", 7.5, "h", "7 h 30 min", "7~h~30"),
    ("sleep_duration", 7.0833, "h", "7 h 5 min", "7~h~05"),
    ("sleep_duration", 450.0, "min", "7 h 30 min", "7~h~30"),
    ("sleep_duration", 0.75, "h", "45 min", "45~min"),
    ("sleep_duration", 8.0, "h", "8 h", "8~h"),
    ("exercise_minutes", 134.0, "min", "134 min", "134~min"),
    ("sleep_start", "23:10", "clock", "23:10", "23~h~10"),
    ("sleep_start", "07:00", "clock", "07:00", "7~h"),
    ("spo2", 96.4, "%", "96%", "96~%"),
    ("body_temperature", 38.45, "Cel", "38.5 °C", "38,5~°C"),
    ("blood_pressure", (121.4, 77.5), "mm[Hg]", "121/78 mmHg", "121/78~mmHg"),
    ("cholesterol_ldl", 4.186, "mmol/L", "4.19 mmol/L", "4,19~mmol/L"),
    ("cholesterol_ldl", 162.0, "mg/dL", "162 mg/dL", "162~mg/dL"),
    ("cholesterol_ldl", 1.62, "g/L", "1.62 g/L", "1,62~g/L"),
    ("ferritin", "<0.5", "ug/L", "<0.5 µg/L", "<0,5~µg/L"),
    ("ferritin", "negative", "", "negative", "negative"),
    ("crp", 0.04, "mg/L", "0.04 mg/L", "0,04~mg/L"),
    ("pace", 5.5, "min/km", "5:30 per km", "5~min~30~par~km"),
    ("weight", 0.0, "kg", "0.0 kg", "0,0~kg"),
    ("an_unknown_type", 3.0, "furlong", "3 furlong", "3~furlong"),
])  # fmt: skip
def test_figures(metric: str, value: float | str, unit: str, en: str, fr: str) -> None:
    known = catalog().get(metric)
    assert plain(figure(value, unit, known, "en")) == en
    assert plain(figure(value, unit, known, "fr")) == fr


@pytest.mark.parametrize(
    ("value", "unit", "en"), [(-3.24, "/min", "−3.2 bpm"), (3.0, "/min", "+3 bpm"), (0.42, "/min", "+0.4 bpm"), (12.4, "/min", "+12 bpm")]
)
def test_small_differences_keep_a_decimal(value: float, unit: str, en: str) -> None:
    assert figure(value, unit, catalog()["heart_rate"], "en", fine=True, sign=True) == en


@given(st.floats(0.0001, 1e6))
def test_what_is_not_zero_is_not_shown_as_zero(value: float) -> None:
    assert any(c in "123456789" for c in figure(value, "/min", catalog()["heart_rate"], "en"))


def test_signs_of_durations_and_percentages() -> None:
    assert duration(-31.4, "en") == "−31 min"
    assert plain(duration(65, "fr", sign=True)) == "+1~h~05"
    assert duration(-0.2, "en") == "0 min"
    assert percent(0.1718, "en", sign=True) == "+17%"
    assert plain(percent(-0.0042, "fr", sign=True)) == "−0,4~%"
    assert plain(clock("14:10:00", "fr")) == "14~h~10"


@pytest.mark.parametrize(("first", "last", "kind", "en", "fr", "en_when", "fr_when"), [
    ("2026-03-09", "2026-03-15", "calendar", "9–15 March", "du 9 au 15 mars", "from 9 to 15 March", "du 9 au 15 mars"),
    ("2026-02-27", "2026-03-01", "between", "27 February – 1 March", "du 27 février au 1er mars", "from 27 February to 1 March", "du 27 février au 1er mars"),
    ("2025-12-20", "2026-01-05", "between", "20 December 2025 – 5 January 2026", "du 20 décembre 2025 au 5 janvier 2026",
     "from 20 December 2025 to 5 January 2026", "du 20 décembre 2025 au 5 janvier 2026"),
    ("2026-03-09", "2026-03-09", "day", "9 March", "9 mars", "on 9 March", "le 9 mars"),
    ("2025-05-01", "2025-05-01", "day", "1 May 2025", "1er mai 2025", "on 1 May 2025", "le 1er mai 2025"),
    ("2026-03-01", "2026-03-01", "night", "the night of 28 February to 1 March", "la nuit du 28 février au 1er mars",
     "in the night of 28 February to 1 March", "dans la nuit du 28 février au 1er mars"),
    ("2024-02-01", "2024-02-29", "calendar", "February 2024", "février 2024", "in February 2024", "en février 2024"),
    ("2026-02-01", "2026-02-28", "calendar", "February", "février", "in February", "en février"),
    ("2025-01-01", "2025-12-31", "calendar", "2025", "2025", "in 2025", "en 2025"),
    ("2025-06-01", "2025-08-31", "calendar", "1 June – 31 August 2025", "du 1er juin au 31 août 2025", "from 1 June to 31 August 2025", "du 1er juin au 31 août 2025"),
    ("2025-05-01", "2026-03-14", "since", "since 1 May 2025", "depuis le 1er mai 2025", "since 1 May 2025", "depuis le 1er mai 2025"),
    ("1900-01-01", "2020-12-31", "until", "until 31 December 2020", "jusqu'au 31 décembre 2020", "until 31 December 2020", "jusqu'au 31 décembre 2020"),
    ("1900-01-01", "2026-03-14", "all", "all time", "toute la période", "over all your data", "sur toutes vos données"),
])  # fmt: skip
def test_periods(first: str, last: str, kind: str, en: str, fr: str, en_when: str, fr_when: str) -> None:
    window = win(first, last)
    for lang, name, phrase in (("en", en, en_when), ("fr", fr, fr_when)):
        assert period(window, kind, lang, TODAY).replace("\u00a0", " ") == name
        assert when(window, kind, lang, TODAY).replace("\u00a0", " ") == phrase


def test_days_are_babels() -> None:
    for i in range(366):
        at = date(2024, 1, 1) + timedelta(days=i)
        assert day(at, "en") == format_date(at, "d MMMM y", locale="en")
        assert day(at, "fr").replace("\u00a0", " ").replace("1er ", "1 ") == format_date(at, "d MMMM y", locale="fr")


def test_lists() -> None:
    assert listing([], "en") == ""
    assert listing(["a"], "en") == "a"
    assert listing(["a", "b"], "fr") == "a et b"
    assert listing(["a", "b", "c"], "en") == "a, b and c"
    assert listing(list("abcde"), "fr", limit=3) == "a, b, c et 2 autres"
    assert listing(list("abcd"), "en", limit=3) == "a, b, c and d"
