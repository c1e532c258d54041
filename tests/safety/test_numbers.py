"""The numbers to call: complete where they claim to be, sourced, fresh, and the chosen country's before any other's."""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from importlib.resources import files

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.safety.banner import KINDS, NUMBERS_HOLD_DAYS, choices, countries, country_of, numbers, stale

NAMED = ["FR", "BE", "CH", "LU", "CA", "US", "GB", "IE", "DE", "AT", "ES", "IT", "PT", "NL", "DK", "SE", "NO", "FI", "AU", "NZ", "IN"]
SLOTS = {"call", "police", "line", "poison_line", "child_line", "violence_line", "text"}
ROWS = tomllib.loads(files("carnet.safety").joinpath("numbers.toml").read_text("utf-8"))
GAPS = {("NL", "poison"), ("CA", "violence"), ("CH", "violence")}


def test_the_countries_of_the_plan_are_there() -> None:
    assert set(NAMED) <= set(choices())
    assert countries()["default"].emergency == ("112",)


@pytest.mark.parametrize("code", NAMED)
def test_a_country_has_every_line_or_its_gap_is_named(code: str) -> None:
    missing = {(code, kind) for kind in KINDS if kind != "text" and not countries()[code].lines[kind]}
    assert missing == {gap for gap in GAPS if gap[0] == code}


@pytest.mark.parametrize("code", list(ROWS))
def test_a_row_has_only_fields_we_know(code: str) -> None:
    assert set(ROWS[code]) <= {"checked", "reviewed_by", "source", "medical", "universal", "police", *KINDS}
    for lines in countries()[code].lines.values():
        for line in lines:
            assert re.fullmatch(r"[\d -]+", line.number)
            assert line.condition in ("", "registered", "where_offered", "tty")
            assert re.fullmatch(r"|24/7|\d\d:\d\d-\d\d:\d\d", line.hours)


def test_nothing_is_stale_today() -> None:
    assert stale(date.today()) == (), "compare the country's row with its official pages and date it anew"


def test_a_row_is_stale_after_twelve_months_and_not_before() -> None:
    for code, country in countries().items():
        last = country.checked + timedelta(days=NUMBERS_HOLD_DAYS)
        assert code not in stale(last)
        assert code in stale(last + timedelta(days=1))


def test_a_row_or_a_line_without_a_source_is_stale_at_once() -> None:
    from dataclasses import replace

    france = countries()["FR"]
    bare = replace(france.lines["poison"][0], source="")
    assert not france.stale(france.checked)
    assert replace(france, source="").stale(france.checked)
    assert replace(france, lines={**france.lines, "poison": (bare,)}).stale(france.checked)


@pytest.mark.parametrize("code", NAMED)
def test_emergency_numbers_agree_with_the_public_metadata(code: str) -> None:
    for number in countries()[code].emergency:
        assert phonenumbers.is_emergency_number(number, code), number


@pytest.mark.parametrize("code", NAMED)
def test_lines_of_ordinary_length_are_numbers_of_the_country(code: str) -> None:
    """Short codes are left out: the public metadata lags behind new ones such as 1411 or 14416."""
    wrong = []
    for lines in countries()[code].lines.values():
        for line in lines:
            digits = re.sub(r"\D", "", line.number)
            if len(digits) > 6:
                read = phonenumbers.parse(line.number, code)
                wrong += [] if phonenumbers.is_possible_number(read) else [line.number]
    assert not wrong


@pytest.mark.parametrize(
    ("chosen", "locale", "expected"),
    [
        ("FR", "de_DE.UTF-8", "FR"),
        (" be ", None, "BE"),
        (None, "fr_BE.UTF-8", "BE"),
        ("", "fr-CA", "CA"),
        (None, "de_CH@euro", "CH"),
        (None, "zh_Hant_TW", None),
        (None, "C.UTF-8", None),
        (None, "fr", None),
        (None, None, None),
        ("ZZ", "fr_FR.UTF-8", None),  # a chosen country we lack never gets another country's numbers
        ("default", None, None),
    ],
)
def test_the_chosen_country_then_the_locale_then_neither(chosen: str | None, locale: str | None, expected: str | None) -> None:
    assert country_of(chosen, locale) == expected


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("code", [None, "ZZ", *ROWS])
def test_every_slot_is_filled_in_both_languages(code: str | None, lang: str) -> None:
    slots = numbers(code, lang)
    assert set(slots) == SLOTS
    assert all(value or slot == "text" for slot, value in slots.items())
    assert not any("{" in value for value in slots.values())


@pytest.mark.parametrize("code", NAMED)
def test_a_known_country_never_names_another_countrys_number(code: str) -> None:
    row = ROWS[code]
    own = set(re.findall(r"\d+", str({k: v for k, v in row.items() if k != "checked"})))
    for lang in ("en", "fr"):
        said = set(re.findall(r"\d+", " ".join(numbers(code, lang).values())))
        assert said <= own, said - own


def test_a_line_in_the_readers_language_comes_alone_and_others_say_theirs() -> None:
    assert numbers("BE", "fr")["line"] == "le 0800 32 123, jour et nuit"
    assert "Dutch" in numbers("BE", "en")["line"]
    assert numbers("DE", "en")["line"].count("German") == 1
    assert numbers("GB", "en")["poison_line"] == "NHS 111"
    assert numbers("NO", "en")["call"] == "113"  # 112 is the police there


@given(st.text(max_size=12), st.text(max_size=20))
def test_any_country_and_locale_give_a_known_one_or_none(chosen: str, locale: str) -> None:
    found = country_of(chosen, locale)
    assert found is None or found in countries()
