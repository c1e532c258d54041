"""The functions behind the figures, against plain Python twins and known values."""

from __future__ import annotations

import statistics as plain
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fake_view import APP, PARIS, PHONE, WATCH, Row, lab, ms, series, workout
from carnet.insights import compare, conditions, groups, statistics, times, trend
from carnet.insights.counted import basis, of_basis, of_flow
from carnet.insights.errors import NotDefined, NotEnoughData
from carnet.insights.evidence import Evidence, asked_days, clock_text, daily
from carnet.insights.single_facts import of_results, sessions, side
from carnet.insights.units import shown, shown_unit
from carnet.record.catalog import catalog
from carnet.record.clock import day_date, day_number
from carnet.record.selection import Filters, Selection, Window

NOW = ms("2026-03-14 12:00")
FIRST = date(2026, 1, 1)
WINDOW = Window(FIRST, date(2026, 3, 13))


def evidence(values: list[float | None], metric: str = "weight", every: int = 1) -> Evidence:
    """One value at 08:00 of each day from 1 January, None leaves the day out."""
    rows: list[Row] = []
    for k, value in enumerate(values):
        if value is not None:
            moment = f"{FIRST + timedelta(days=k // every)} {8 + k % every:02d}:00"
            rows.append((moment, moment, value, WATCH))
    entry = catalog()[metric]
    return of_basis(basis(series(metric, rows), entry, Filters(), NOW), entry, Selection(metric, WINDOW), PARIS, NOW)


VALUES = st.lists(st.one_of(st.none(), st.floats(40, 120, allow_nan=False).map(lambda v: round(v, 2))), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_statistics_are_those_of_plain_python(values: list[float | None]) -> None:
    found, held = evidence(values), [v for v in values if v is not None]
    if not held:
        with pytest.raises(NotEnoughData):
            statistics.number(found, "mean")
        return
    assert statistics.number(found, "mean") == pytest.approx(plain.fmean(held))
    assert statistics.number(found, "median") == pytest.approx(plain.median(held))
    assert (statistics.number(found, "min"), statistics.number(found, "max")) == (min(held), max(held))
    place = 0.9 * (len(held) - 1)
    low, ordered = int(place), sorted(held)
    expected = ordered[low] + (ordered[min(low + 1, len(held) - 1)] - ordered[low]) * (place - low)
    assert statistics.number(found, "quantile", 0.9) == pytest.approx(expected)
    if len(held) > 1:
        assert statistics.number(found, "sd") == pytest.approx(plain.stdev(held), abs=1e-9)
        assert statistics.figure(found, "sd").n == len(held)
    biggest = statistics.extreme(found, True)
    assert biggest.date == (FIRST + timedelta(days=[v for v in values].index(max(held)))).isoformat()
    assert ("ties" in biggest.notes) == (held.count(max(held)) > 1)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.floats(40, 120))
def test_conditions_are_those_of_plain_python(values: list[float | None], threshold: float) -> None:
    found = evidence(values)
    for op in conditions.OPS:
        hits = [k for k, v in enumerate(values) if v is not None and conditions.OPS[op](v, threshold)]
        days = conditions.met(found, op, threshold)
        assert [(day_date(d) - FIRST).days for d in days] == hits
        longest = max((sum(1 for _ in run) for run in _runs(hits)), default=0)
        assert conditions.streak(found, days, False, "").value == longest


def _runs(hits: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for k in hits:
        if found and found[-1][-1] == k - 1:
            found[-1].append(k)
        else:
            found.append([k])
    return found


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_the_fitted_change_is_the_slope_of_least_squares(values: list[float | None]) -> None:
    days = np.array([k for k, v in enumerate(values) if v is not None], float)
    held = np.array([v for v in values if v is not None])
    if len(held) < 2:
        with pytest.raises(NotEnoughData):
            trend.trend(evidence(values))
        return
    told = trend.trend(evidence(values))[0]
    expected = held[-1] - held[0] if len(held) <= 5 else np.polyfit(days, held, 1)[0] * (days[-1] - days[0])
    assert told.value == pytest.approx(float(expected), abs=1e-6)


def test_verdicts() -> None:
    assert trend.verdict(2.9, 100, False, 14, 14) == "flat"
    assert trend.verdict(3.1, 100, False, 14, 14) == "up"
    assert trend.verdict(-3.1, 100, False, 13, 14) == "too_few"
    assert (trend.verdict(9, 0, True, 20, 14), trend.verdict(-10, 0, True, 20, 14)) == ("flat", "down")


def test_the_relation_is_pearsons() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(70, 5, 40), rng.normal(60, 5, 40)
    a, b = evidence([float(v) for v in x]), evidence([None, None, *(float(v) for v in y[2:])], "resting_heart_rate")
    told = trend.relation(a, b)
    assert told[0].value == pytest.approx(np.corrcoef(x[2:], y[2:])[0, 1])
    assert (told[0].n, told[1].label, told[2].label) == (40, "x", "y")
    with pytest.raises(NotEnoughData):
        trend.relation(evidence([70.0] * 9), b)
    with pytest.raises(NotDefined):
        trend.relation(evidence([70.0] * 40), b)


def test_several_samples_a_day_have_one_daily_mean() -> None:
    found = evidence([60.0, 70.0, 80.0, 100.0], "resting_heart_rate", every=2)
    assert daily(found).value.tolist() == [65.0, 90.0]
    assert conditions.met(found, ">", 75.0).tolist() == [day_number(FIRST) + 1]
    heart = evidence([60.0, 70.0, 80.0, 100.0], "heart_rate", every=2)
    assert len(conditions.met(heart, "<", 65.0)) == 1


def test_days_asked_for() -> None:
    first = Window(date(2026, 3, 9), date(2026, 3, 22))
    today = day_number(date(2026, 3, 14))
    assert len(asked_days(first, Filters(), today)) == 6
    assert [day_date(d).isoformat() for d in asked_days(first, Filters(weekdays=(6, 7)), today)] == ["2026-03-14"]
    assert len(asked_days(first, Filters(gap=("2026-03-10", "2026-03-12")), today)) == 3
    assert len(asked_days(first, Filters(days=("2026-03-10", "2026-01-01")), today)) == 1


def test_averages_over_whole_periods() -> None:
    found = evidence([float(k) for k in range(60)], "resting_heart_rate")
    told = groups.per_period(found, "week", "mean")
    weeks = [plain.fmean(k for k in range(60) if (FIRST + timedelta(days=k)).isocalendar()[1] == w) for w in range(2, 10)]
    assert told.value == pytest.approx(plain.fmean(weeks))
    assert told.start == "2026-01-05"


def test_clock_times() -> None:
    assert [clock_text(m) for m in (0, 660, 719.6, 720, 1140, 1439.5)] == ["12:00", "23:00", "00:00", "00:00", "07:00", "12:00"]
    assert times.circular_mean(np.array([1410.0, 50.0])) == pytest.approx(10.0)
    with pytest.raises(NotDefined):
        times.circular_mean(np.array([0.0, 720.0]))


def test_units_people_read() -> None:
    entry = catalog()["walking_speed"]
    assert (shown_unit(entry, "metric"), shown_unit(entry, "us"), shown_unit(entry, "metric", "kg")) == ("km/h", "[mi_i]/h", "km/h")
    assert shown(evidence([0.255], "body_fat_fraction"), "%").value.tolist() == [pytest.approx(25.5)]
    assert shown(evidence([1.0]), "[lb_av]").value.tolist() == [pytest.approx(2.2046226218)]


def test_compared_sides_and_their_verdict() -> None:
    whole = evidence([60.0] * 20 + [66.0] * 20)
    early, late = whole.within(Window(FIRST, date(2026, 1, 20))), whole.within(Window(date(2026, 1, 21), date(2026, 2, 9)))
    told = compare.compare(late, early, whole, "mean", ("later", "earlier"))
    assert [f.value for f in told] == [pytest.approx(6.0), pytest.approx(66.0), pytest.approx(60.0)]
    assert {"more", "percent:10"} <= set(told[0].notes)


# --- single facts ----------------------------------------------------------------------------------------------------


def test_a_copy_overlaps_more_than_half_of_itself() -> None:
    watch = workout("2026-03-02 09:00", 60)
    half, more = workout("2026-03-02 09:30", 60, source=APP), workout("2026-03-02 09:29", 60, source=APP)
    other = workout("2026-03-02 09:00", 60, "yoga", source=PHONE)
    assert len(sessions([watch, half])) == 2
    assert sessions([more, watch]) == [1]
    assert len(sessions([watch, other])) == 2
    assert len(sessions([watch, workout("2026-03-02 09:10", 60)])) == 2
    assert sessions([watch, workout("2026-03-02 09:10", 60, source=PHONE)], ("iPhone",)) == [1]


def test_sides_of_the_printed_range() -> None:
    ldl = catalog()["cholesterol_ldl"]
    assert [side(lab("cholesterol_ldl", "2026-01-01", v, 1.0, 3.4), ldl) for v in (0.9, 1.0, 3.4, 3.5)] == ["below", "in", "in", "above"]
    assert side(lab("cholesterol_ldl", "2026-01-01", 2.0), ldl) == "unknown"
    crp = catalog()["crp"]
    assert [side(lab("crp", "2026-01-01", v, None, 5.0, "<"), crp) for v in (5.0, 10.0)] == ["in", "unknown"]
    assert side(lab("crp", "2026-01-01", 10.0, None, 5.0, ">"), crp) == "above"


def test_the_same_result_from_two_services_counts_once() -> None:
    one = lab("ferritin", "2026-01-10", 30.0)
    twin, other = replace(one, service="fhir"), lab("ferritin", "2026-01-10", 31.0)
    found = of_results([one, twin, other], catalog()["ferritin"], Selection("ferritin", WINDOW), PARIS, NOW)
    assert found.value.tolist() == [30.0, 31.0]


def test_cycles_start_after_more_than_ten_days_without_flow() -> None:
    words = {0: "medium", 1: "light", 12: "medium", 20: "spotting", 28: "heavy", 29: "light", 40: "light"}
    rows: list[Row] = [((m := f"{FIRST + timedelta(days=k)} 09:00"), m, w, APP) for k, w in words.items()]
    flow = series("cycle_flow", rows)
    lengths = of_flow(flow, catalog()["cycle_length"], Selection("cycle_length", WINDOW), PARIS, NOW)
    assert lengths.value.tolist() == [28.0]
    day = of_flow(flow, catalog()["cycle_day"], Selection("cycle_day", WINDOW), PARIS, NOW)
    told = {day_date(d): v for d, v in zip(day.day, day.value, strict=True)}
    assert (told[FIRST], told[FIRST + timedelta(days=27)], told[FIRST + timedelta(days=28)]) == (1.0, 28.0, 1.0)
