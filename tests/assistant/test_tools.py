"""What `run`, `query` and `rows` answer: exact figures, the form of the headline, and the reasons for having none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.fake_view import APP, PARIS, PHONE, WATCH, FakeView, Row, lab, ms, person_of_60_days, ring, workout
from carnet.assistant.computing.tools import query, rows, run
from carnet.assistant.outcome import Outcome
from carnet.assistant.plan import Agg, Comparison, Condition, Period, Plan
from carnet.insights.errors import NotDefined
from carnet.record.errors import UnknownMetric
from carnet.record.selection import Filters, Window

NOW = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo(PARIS))
WEEK = Window(date(2026, 3, 2), date(2026, 3, 8))
EVER = Period(Window(date(1900, 1, 1), date(2026, 3, 14)), "all", True)


def at(day: str, hour: str, value: float, source: object = WATCH) -> Row:
    return (f"{day} {hour}", f"{day} {hour}", value, source)


def week(values: list[float], metric: str = "steps") -> FakeView:
    """One value at noon of each day from Monday 2 March; None leaves the day out."""
    days = [(date(2026, 3, 2) + timedelta(days=k)).isoformat() for k in range(len(values))]
    return FakeView().put(metric, [at(d, "12:00", v) for d, v in zip(days, values, strict=True) if v is not None])


def ask(view: FakeView, metric: str, agg: Agg, window: Window | Period = WEEK, now: datetime = NOW, **more: object) -> Outcome:
    period = window if isinstance(window, Period) else Period(window)
    return run(Plan((metric,), agg, period, **more), view, now)


def value(*a: object, **k: object) -> object:
    outcome = ask(*a, **k)
    assert outcome.headline, outcome.missing
    return outcome.headline.value


STEPS = week([4000.0, 9000.0, 7000.0, None, 12000.0, 8000.0, 3000.0])


@pytest.mark.parametrize(
    ("agg", "expected"),
    [(Agg.TOTAL, 43000.0), (Agg.MEAN, 43000 / 6), (Agg.MEDIAN, 7500.0), (Agg.MIN, 3000.0), (Agg.MAX, 12000.0), (Agg.COUNT, 6.0),
     (Agg.LATEST, 3000.0), (Agg.FIRST, 4000.0), (Agg.SD, 3311.5957885386110)],
)  # fmt: skip
def test_statistics_of_daily_totals(agg: Agg, expected: float) -> None:
    outcome = ask(STEPS, "steps", agg)
    assert outcome.headline
    assert outcome.headline.value == pytest.approx(expected)
    assert (outcome.headline.start, outcome.headline.end) == ("2026-03-02", "2026-03-08")
    covered = outcome.findings[0].coverage
    assert covered
    assert (covered.days, covered.with_data) == (7, 6)


def test_quantiles_interpolate_linearly() -> None:
    assert value(STEPS, "steps", Agg.QUANTILE, quantile=0.9) == pytest.approx(10500.0)


def test_conditions_days_shares_streaks() -> None:
    over = Condition(">=", 7000.0)
    assert value(STEPS, "steps", Agg.DAYS_WHERE, condition=over) == 4
    assert value(STEPS, "steps", Agg.DAYS_WHERE, condition=over, which=True) == ("2026-03-03", "2026-03-04", "2026-03-06", "2026-03-07")
    assert value(STEPS, "steps", Agg.SHARE, condition=over) == pytest.approx(400 / 6)
    outcome = ask(STEPS, "steps", Agg.STREAK, condition=over)
    assert outcome.headline
    assert (outcome.headline.value, outcome.headline.date, outcome.findings[0].label) == (2, "2026-03-07", "2026-03-06/2026-03-07")
    assert value(STEPS, "steps", Agg.STREAK, condition=over, current=True) == 0
    assert value(STEPS, "steps", Agg.COVERAGE, which=True) == ("2026-03-05",)
    assert value(STEPS, "steps", Agg.COVERAGE) == 1
    assert value(STEPS, "steps", Agg.DAYS_WHERE, condition=Condition(">", 99999.0), which=True) == ()
    assert value(STEPS, "steps", Agg.LATEST, condition=over, when=True) == "2026-03-07"


def test_a_streak_that_runs_is_not_ended_by_the_day_that_is_not_over() -> None:
    view = FakeView().put("steps", [at("2026-03-12", "10:00", 9000.0), at("2026-03-13", "10:00", 9000.0), at("2026-03-14", "10:00", 10.0)])
    assert value(view, "steps", Agg.STREAK, EVER, condition=Condition(">", 8000.0), current=True) == 2


def test_extremes_carry_their_day_and_when_asks_for_it() -> None:
    outcome = ask(STEPS, "steps", Agg.MAX)
    assert outcome.headline
    assert outcome.headline.date == "2026-03-06"
    assert value(STEPS, "steps", Agg.MAX, when=True) == "2026-03-06"
    assert value(STEPS, "steps", Agg.RANK, which=True, order="asc") == ("2026-03-08",)
    assert value(STEPS, "steps", Agg.RANK, count=2) == (("2026-03-06", 12000.0), ("2026-03-03", 9000.0))
    assert value(STEPS, "steps", Agg.RANK, group="weekday", which=True) == ("Friday",)


def test_today_is_never_the_lowest_day() -> None:
    view = FakeView().put("steps", [at("2026-03-13", "10:00", 5000.0), at("2026-03-14", "10:00", 10.0)])
    window = Window(date(2026, 3, 9), date(2026, 3, 15))
    outcome = ask(view, "steps", Agg.MIN, window)
    assert outcome.headline
    assert (outcome.headline.value, outcome.headline.date) == (5000.0, "2026-03-13")
    assert "today_left_out" in outcome.findings[0].notes
    assert value(view, "steps", Agg.RANK, window, order="asc", which=True) == ("2026-03-13",)
    assert "partial_today" in ask(view, "steps", Agg.TOTAL, window).findings[0].notes
    only_today = Window(date(2026, 3, 14), date(2026, 3, 14))
    assert (ask(view, "steps", Agg.MIN, only_today).missing, ask(view, "steps", Agg.MIN, only_today).need) == ("too_few", 1)


def test_discrete_means_are_of_samples_and_a_total_is_not_defined() -> None:
    view = FakeView().put(
        "heart_rate", [at("2026-03-02", "08:00", 60.0), at("2026-03-02", "09:00", 70.0), at("2026-03-03", "09:00", 110.0)]
    )
    assert value(view, "heart_rate", Agg.MEAN) == 80.0
    assert value(view, "heart_rate", Agg.MEAN, per="day") == 87.5
    assert ask(view, "heart_rate", Agg.TOTAL).missing == "not_defined"
    assert value(view, "heart_rate", Agg.COUNT, condition=Condition(">", 65.0)) == 2
    assert value(view, "heart_rate", Agg.DAYS_WHERE, condition=Condition(">", 65.0)) == 2
    outcome = ask(view, "heart_rate", Agg.MAX)
    assert outcome.findings[0].date == "2026-03-03T09:00+01:00"
    assert value(view, "heart_rate", Agg.MEAN, filters=Filters(hours=(8, 9))) == 60.0
    assert value(view, "heart_rate", Agg.TYPICAL_TIME) == "08:40"


def test_figures_are_told_in_the_unit_people_read() -> None:
    view = FakeView().put("distance_walk_run", [at("2026-03-02", "08:00", 5000.0), at("2026-03-03", "08:00", 3000.0)])
    outcome = ask(view, "distance_walk_run", Agg.TOTAL)
    assert outcome.headline
    assert (outcome.headline.value, outcome.headline.unit) == (8.0, "km")
    us = ask(view.with_units("us"), "distance_walk_run", Agg.MEAN).headline
    assert us
    assert (us.value, us.unit) == (pytest.approx(4000 / 1609.344), "[mi_i]")
    metres = ask(view, "distance_walk_run", Agg.SD, unit="m").headline
    assert metres
    assert (metres.value, metres.unit) == (pytest.approx(1414.2135623731), "m")
    assert value(view, "distance_walk_run", Agg.DAYS_WHERE, condition=Condition(">", 4000.0), which=True) == ("2026-03-02",)
    warm = FakeView().put("body_temperature", [at("2026-03-02", "08:00", 36.0), at("2026-03-08", "08:00", 38.0)]).with_units("us")
    assert value(warm, "body_temperature", Agg.CHANGE) == pytest.approx(3.6)


def night(day: str, bed: str, up: str, word: str = "asleep") -> Row:
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    return (f"{before if bed > '12' else day} {bed}", f"{day} {up}", word, WATCH)


def test_nights_and_clock_times() -> None:
    view = FakeView().put("sleep_stage", [night("2026-03-02", "23:00", "06:00"), night("2026-03-03", "00:30", "07:30"),
                                          night("2026-03-04", "23:30", "05:00")])  # fmt: skip
    assert value(view, "sleep_duration", Agg.MEAN) == pytest.approx(6.5)
    assert value(view, "sleep_duration", Agg.DAYS_WHERE, condition=Condition("<", 390.0), which=True) == ("2026-03-04",)
    assert value(view, "sleep_duration", Agg.DAYS_WHERE, condition=Condition("<=", 330.0)) == 1
    outcome = ask(view, "sleep_start", Agg.TYPICAL_TIME, when=True)
    assert outcome.headline
    assert (outcome.headline.value, outcome.headline.unit) == ("23:40", "clock")
    assert value(view, "sleep_end", Agg.MEAN) == "06:10"
    assert value(view, "sleep_start", Agg.LIST) == (("2026-03-02", "23:00"), ("2026-03-03", "00:30"), ("2026-03-04", "23:30"))
    assert value(view, "sleep_start", Agg.MAX) == "00:30"
    assert value(view, "sleep_start", Agg.MAX, when=True) == "2026-03-03"
    assert value(view, "sleep_duration", Agg.RANK, which=True, order="asc") == ("2026-03-04",)
    assert ask(view, "sleep_deep", Agg.MEAN).missing == "no_data"
    wednesday = Comparison("weekdays", None, Filters(weekdays=(3,)))
    assert value(view, "sleep_start", Agg.MEAN, filters=Filters(weekdays=(1,)), comparison=wednesday) == -30.0


def test_comparisons_are_later_minus_earlier_whatever_was_said_first() -> None:
    view = week([1000.0] * 7 + [3000.0] * 7)
    first, second = Period(WEEK), Period(Window(date(2026, 3, 9), date(2026, 3, 13)))
    outcome = ask(view, "steps", Agg.MEAN, first, comparison=Comparison("periods", second))
    assert outcome.headline
    assert outcome.headline.value == 2000.0
    assert [f.value for f in outcome.findings] == [2000.0, 3000.0, 1000.0]
    assert [f.coverage.days for f in outcome.findings[1:] if f.coverage] == [5, 7]
    assert any(n == "percent:200" for n in outcome.findings[0].notes)
    unequal = ask(view, "steps", Agg.TOTAL, first, comparison=Comparison("periods", second))
    assert unequal.headline
    assert unequal.headline.value == 2000.0
    assert "unequal_length" in unequal.findings[0].notes
    equal = Comparison("periods", Period(Window(date(2026, 3, 9), date(2026, 3, 15))))
    assert value(view, "steps", Agg.TOTAL, first, now=NOW + timedelta(days=9), comparison=equal) == 14000.0
    nothing = Comparison("periods", Period(Window(date(2020, 3, 9), date(2020, 3, 15))))
    assert ask(view, "steps", Agg.MEAN, first, comparison=nothing).missing == "no_data"


def test_groups_compare_a_minus_b() -> None:
    assert value(STEPS, "steps", Agg.MEAN, comparison=Comparison("weekend")) == pytest.approx(5500 - 8000)
    goal = replace(STEPS, person=replace(STEPS.person, goals=(("steps", 8000.0),)))
    outcome = ask(goal, "steps", Agg.MEAN, comparison=Comparison("goal"))
    assert outcome.headline
    assert outcome.headline.value == pytest.approx(43000 / 6 - 8000)
    assert "goal_not_reached" in outcome.findings[0].notes
    assert ask(STEPS, "steps", Agg.MEAN, comparison=Comparison("goal")).missing == "not_defined"


def test_trends() -> None:
    days = [(date(2026, 2, 10) + timedelta(days=k)).isoformat() for k in range(0, 30, 2)]
    view = FakeView().put("weight", [at(d, "08:00", 80.0 - 0.2 * k) for k, d in enumerate(days)])
    window = Window(date(2026, 2, 1), date(2026, 3, 13))
    outcome = ask(view, "weight", Agg.TREND, window)
    assert outcome.headline
    assert outcome.headline.value == pytest.approx(-2.8)
    assert [f.value for f in outcome.findings] == [pytest.approx(-2.8), pytest.approx(-0.7)]
    assert "down" in outcome.findings[0].notes
    flat = FakeView().put("weight", [at(d, "08:00", 80.0 - 0.1 * k) for k, d in enumerate(days)])
    assert "flat" in ask(flat, "weight", Agg.TREND, window).findings[0].notes
    few = FakeView().put("weight", [at(d, "08:00", v) for d, v in zip(days, (80.0, 90.0, 79.0), strict=False)])
    told = ask(few, "weight", Agg.TREND, window)
    assert told.headline
    assert told.headline.value == -1.0
    assert "too_few:3" in told.findings[0].notes
    assert ask(FakeView().put("weight", [at(days[0], "08:00", 80.0)]), "weight", Agg.TREND, window).missing == "too_few"


def test_a_change_of_device_is_said() -> None:
    days = [(date(2026, 2, 10) + timedelta(days=k)).isoformat() for k in range(20)]
    view = FakeView().put("resting_heart_rate", [at(d, "08:00", 60.0, PHONE if k < 9 else WATCH) for k, d in enumerate(days)])
    assert "break:2026-02-19" in ask(view, "resting_heart_rate", Agg.TREND, Window(date(2026, 2, 1), date(2026, 3, 13))).findings[0].notes


def test_workouts_count_copies_once_and_may_be_none() -> None:
    view = FakeView(facts=[
        workout("2026-03-02 09:00", 30, km=5, kcal=300), workout("2026-03-02 09:02", 30, km=5.1, source=APP),
        workout("2026-03-05 09:00", 60, km=12), workout("2026-03-05 18:00", 45, "yoga"), workout("2026-03-06 09:00", 30, "walking", km=2),
    ])  # fmt: skip
    runs = Filters(activity="running")
    assert value(view, "workout", Agg.COUNT) == 4
    assert value(view, "workout", Agg.COUNT, filters=runs) == 2
    assert value(view, "workout", Agg.COUNT, Window(date(2026, 1, 1), date(2026, 1, 31))) == 0
    assert value(view, "workout", Agg.COUNT, filters=Filters(activity="rowing")) == 0
    assert value(view, "workout_distance", Agg.TOTAL, filters=runs) == 17.0
    assert value(view, "pace", Agg.MEAN, filters=runs) == 5.5
    assert value(view, "workout_duration", Agg.MAX) == 60
    assert value(view, "workout_distance", Agg.RANK, filters=runs, count=2) == (("2026-03-05", 12.0), ("2026-03-02", 5.0))
    assert ask(view, "workout_distance", Agg.TOTAL, Window(date(2026, 1, 1), date(2026, 1, 31))).missing == "no_data"
    assert value(view, "workout", Agg.COUNT, Window(date(2026, 2, 23), date(2026, 3, 8)), per="week") == 2.0
    assert value(view, "workout", Agg.DAYS_WHERE, condition=Condition(">", 0.0)) == 3
    assert value(view, "workout_distance", Agg.COUNT, condition=Condition(">", 10000.0)) == 1
    assert ask(FakeView(), "workout", Agg.COUNT).missing == "never"


def test_samples_outside_or_inside_workouts() -> None:
    view = FakeView(facts=[workout("2026-03-02 09:00", 30)])
    view.put("heart_rate", [at("2026-03-02", "08:00", 60.0), at("2026-03-02", "09:10", 160.0), at("2026-03-02", "09:30", 90.0)])
    view.put("steps", [("2026-03-02 08:45", "2026-03-02 09:45", 6000.0, WATCH)])
    assert value(view, "heart_rate", Agg.MAX, filters=Filters(outside_workouts=True)) == 90.0
    assert value(view, "heart_rate", Agg.MEAN, filters=Filters(activity="running")) == 160.0
    assert value(view, "steps", Agg.TOTAL, filters=Filters(outside_workouts=True)) == 3000.0


def test_pressure_is_a_pair() -> None:
    view = FakeView()
    view.put(
        "blood_pressure_systolic", [at("2026-03-02", "08:00", 120.0), at("2026-03-03", "08:00", 130.0), at("2026-03-04", "08:00", 125.0)]
    )
    view.put("blood_pressure_diastolic", [at("2026-03-02", "08:00", 80.0), at("2026-03-03", "08:00", 84.0)])
    assert value(view, "blood_pressure", Agg.MEAN) == (125.0, 82.0)
    assert value(view, "blood_pressure", Agg.LATEST) == (130.0, 84.0)
    assert value(view, "blood_pressure", Agg.MAX) == (130.0, 84.0)
    assert value(view, "blood_pressure", Agg.COUNT) == 2
    assert value(view, "blood_pressure", Agg.LIST) == (("2026-03-02", (120.0, 80.0)), ("2026-03-03", (130.0, 84.0)))
    assert value(view, "blood_pressure", Agg.CHANGE) == (10.0, 4.0)
    found = ask(view, "blood_pressure", Agg.MEAN).findings[0]
    assert (found.n, found.unit, found.metric) == (5, "mm[Hg]", "blood_pressure")
    told = rows(found.selection, view, NOW)
    assert [getattr(f, "metric", "")[15:] for f in told] == ["systolic", "diastolic", "systolic", "diastolic", "systolic"]


LABS = FakeView(facts=[
    lab("cholesterol_ldl", "2025-03-01", 4.0, high=3.4), lab("cholesterol_ldl", "2026-01-10", 3.0, high=3.4), lab("ferritin", "2026-01-10", 8, 13, 300),
    lab("crp", "2025-03-01", 7.0, high=5.0), lab("crp", "2026-01-10", 5.0, high=5.0, comparator="<"),
])  # fmt: skip


def test_laboratory_results() -> None:
    assert value(LABS, "cholesterol_ldl", Agg.LATEST, EVER) == 3.0
    assert value(LABS, "cholesterol_ldl", Agg.CHANGE, EVER) == -1.0
    assert value(LABS, "cholesterol_ldl", Agg.LIST, EVER) == (("2025-03-01", 4.0), ("2026-01-10", 3.0))
    assert value(LABS, "cholesterol_ldl", Agg.LATEST, EVER, unit="mg/dL") == pytest.approx(3.0 / 0.02586)
    assert value(LABS, "cholesterol_ldl", Agg.FIRST, EVER, when=True) == "2025-03-01"
    assert [f.notes for f in ask(LABS, "cholesterol_ldl", Agg.LATEST, EVER).findings] == [("in_range:..3.4",), ("above_range:..3.4",)]
    outcome = run(Plan((), Agg.OUT_OF_RANGE, EVER), LABS, NOW)
    assert outcome.headline
    assert outcome.headline.value == ("ferritin",)
    assert outcome.findings[0].notes == ("below_range:13..300",)
    assert value(LABS, "cholesterol_ldl", Agg.OUT_OF_RANGE, Window(date(2025, 1, 1), date(2025, 12, 31))) == ("cholesterol_ldl",)


def test_comparators_stay_comparators() -> None:
    assert value(LABS, "crp", Agg.LATEST, EVER) == "<5"
    mean = ask(LABS, "crp", Agg.MEAN, EVER)
    assert mean.headline
    assert mean.headline.value == 7.0
    assert "censored_left_out:1" in mean.findings[0].notes
    assert ask(LABS, "crp", Agg.CHANGE, EVER).missing == "not_defined"
    assert value(FakeView(facts=[lab("crp", "2026-01-10", "negative")]), "crp", Agg.LATEST, EVER) == "negative"


def test_rings_come_from_daily_summaries() -> None:
    view = FakeView(facts=[ring("2026-03-02", 400, 9), ring("2026-03-03", 600, 12)])
    assert value(view, "activity_ring_energy", Agg.MEAN) == 500.0
    assert value(view, "activity_ring_stand", Agg.MAX) == 12.0


def test_a_metric_on_the_days_of_another_and_relations() -> None:
    view = week([1000.0, 2000.0, 3000.0])
    view.put("weight", [at("2026-03-02", "08:00", 70.0), at("2026-03-03", "08:00", 71.0), at("2026-03-04", "08:00", 72.0)])
    assert value(view, "steps", Agg.MEAN, condition=Condition(">", 70.5, metric="weight")) == 2500.0
    outcome = run(Plan(("steps", "weight"), Agg.RELATION, Period(WEEK)), view, NOW)
    assert (outcome.missing, outcome.need, outcome.have) == ("too_few", 10, 3)
    many = week([float(k % 5) for k in range(12)])
    many.put("weight", [at((date(2026, 3, 2) + timedelta(days=k)).isoformat(), "08:00", 70.0 - k % 5) for k in range(12)])
    relation = run(Plan(("steps", "weight"), Agg.RELATION, Period(Window(date(2026, 3, 2), date(2026, 3, 13)))), many, NOW)
    assert relation.headline
    assert relation.headline.value == pytest.approx(-1.0)
    assert "pairs:12" in relation.findings[0].notes


def test_tables_and_periods() -> None:
    view = week([1000.0] * 7 + [3000.0] * 5)
    window = Window(date(2026, 2, 23), date(2026, 3, 13))
    assert value(view, "steps", Agg.TOTAL, window, group="week") == (("2026-W10", 7000.0), ("2026-W11", 15000.0))
    assert value(view, "steps", Agg.MEAN, window, group="month") == (("2026-03", pytest.approx(22000 / 12)),)
    assert value(view, "steps", Agg.MEAN, window, per="week") == 7000.0
    assert value(view, "steps", Agg.RANK, window, group="week", which=True) == ("2026-W11",)
    assert value(view, "steps", Agg.RANK, window, group="week", which=True, order="asc") == ("2026-W10",)
    assert value(view, "steps", Agg.MEAN, window, group="weekend") == (("weekend", 1000.0), ("weekday", pytest.approx(2000.0)))
    assert value(view, "steps", Agg.RANK, window, group="hour", when=True) == "12:00"


def test_what_is_missing_is_said() -> None:
    gone = ask(STEPS, "steps", Agg.MEAN, Window(date(2026, 2, 1), date(2026, 2, 20)))
    assert (gone.missing, gone.nearest, gone.headline) == ("no_data", "2026-03-02", None)
    assert gone.held
    assert gone.held.n == 6
    assert ask(FakeView(), "steps", Agg.MEAN).missing == "never"
    one = ask(week([5.0], "weight"), "weight", Agg.SD)
    assert (one.missing, one.need, one.have) == ("too_few", 2, 1)


def test_rows_of_the_future_do_not_count() -> None:
    view = FakeView().put("steps", [at("2026-03-02", "12:00", 100.0), at("2030-01-01", "12:00", 900.0)])
    assert value(view, "steps", Agg.TOTAL, Window(date(2026, 1, 1), date(2031, 1, 1))) == 100.0
    outcome = ask(view, "steps", Agg.LATEST, EVER)
    assert outcome.headline
    assert (outcome.headline.value, outcome.headline.start) == (100.0, "2026-03-02")


def test_a_scripts_query_gives_the_same_numbers() -> None:
    view = person_of_60_days()
    window = Window(date(2026, 2, 1), date(2026, 2, 28))
    for agg in (Agg.TOTAL, Agg.MEAN, Agg.MEDIAN, Agg.MIN, Agg.MAX, Agg.LATEST, Agg.FIRST, Agg.COUNT, Agg.SD):
        told = query("steps", agg.value, window, None, Filters(), None, view, NOW)
        assert [f.value for f in told] == [value(view, "steps", agg, window)]
    assert query("steps", "p90", window, None, Filters(), None, view, NOW)[0].value == value(
        view, "steps", Agg.QUANTILE, window, quantile=0.9
    )
    weeks = query("steps", "sum", window, "week", Filters(), None, view, NOW)
    assert sum(f.value for f in weeks) == pytest.approx(value(view, "steps", Agg.TOTAL, window))
    assert [f.label for f in weeks] == ["2026-W05", "2026-W06", "2026-W07", "2026-W08", "2026-W09"]
    assert query("steps", "count", window, None, Filters(), Condition(">", 0.0), view, NOW)[0].value == 27
    assert query("steps", "sum", None, None, Filters(), None, view, NOW)[0].start == "2026-01-14"
    assert query("steps", "sum", Window(date(2020, 1, 1), date(2020, 1, 2)), None, Filters(), None, view, NOW) == []
    with pytest.raises(NotDefined):
        query("heart_rate", "sum", window, None, Filters(), None, view, NOW)
    with pytest.raises(NotDefined):
        query("heart_rate", "summit", window, None, Filters(), None, view, NOW)
    with pytest.raises(UnknownMetric):
        query("heart_rat", "mean", window, None, Filters(), None, view, NOW)


def test_the_same_question_has_the_same_answer() -> None:
    view = person_of_60_days()
    plans = [Plan((m,), a, EVER) for m in ("steps", "sleep_duration", "blood_pressure") for a in (Agg.MEAN, Agg.TREND, Agg.LIST)]
    assert [run(p, view, NOW) for p in plans] == [run(p, view, NOW) for p in plans]
    assert ms("2026-03-14 12:00") == int(NOW.timestamp() * 1000)
