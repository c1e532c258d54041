"""Every figure can be opened: the rows its selection gives back are exactly as many as it says, whatever was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from assistant.fake_view import PARIS, FakeView, person_of_60_days
from carnet.assistant.computing.tools import rows, run
from carnet.assistant.outcome import Outcome
from carnet.assistant.plan import Agg, Comparison, Condition, Group, Period, Plan
from carnet.record.selection import Filters, Window, from_link

NOW = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo(PARIS))
VIEW = person_of_60_days()
FEBRUARY, MARCH = Window(date(2026, 2, 1), date(2026, 2, 28)), Window(date(2026, 3, 1), date(2026, 3, 14))
METRICS = ("steps", "distance_walk_run", "heart_rate", "weight", "sleep_duration", "time_in_bed", "sleep_deep", "sleep_start", "nap",
           "blood_pressure", "headphone_exposure", "symptom_headache", "workout", "workout_distance", "pace", "cholesterol_ldl", "crp",
           "activity_ring_energy", "dietary_protein")  # fmt: skip
FILTERS = (Filters(), Filters(weekdays=(6, 7)), Filters(hours=(8, 12)), Filters(source="Apple Watch"), Filters(days=("2026-03-02",)),
           Filters(outside_workouts=True), Filters(activity="running"), Filters(service="apple_health"), Filters(hours=(22, 9)))  # fmt: skip


def opened(outcome: Outcome, view: FakeView = VIEW) -> Outcome:
    """The outcome, each of its findings opened again through its link."""
    for found in outcome.findings:
        again = from_link(found.selection.link())
        assert again == found.selection
        assert len(rows(again, view, NOW)) == found.n, found
        assert not outcome.missing
    if not outcome.findings:
        assert outcome.missing
    return outcome


def plan(metric: str, agg: Agg, window: Window = MARCH, **more: object) -> Plan:
    return Plan((metric,), agg, Period(window), **more)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("agg", list(Agg))
def test_every_figure_of_every_metric(metric: str, agg: Agg) -> None:
    condition = Condition(">", 60.0)
    for where in (FEBRUARY, MARCH, Window(date(1900, 1, 1), date(2026, 3, 14))):
        opened(run(plan(metric, agg, where, condition=condition if agg in (Agg.DAYS_WHERE, Agg.SHARE, Agg.STREAK) else None), VIEW, NOW))


@pytest.mark.parametrize("metric", METRICS)
def test_every_filter(metric: str) -> None:
    for filters, agg in product(FILTERS, (Agg.MEAN, Agg.MAX, Agg.COUNT, Agg.LIST, Agg.LATEST)):
        opened(run(plan(metric, agg, filters=filters), VIEW, NOW))


@pytest.mark.parametrize("metric", METRICS)
def test_every_group(metric: str) -> None:
    groups: tuple[Group, ...] = ("hour", "day", "weekday", "week", "month", "year", "weekend")
    for group, agg in product(groups, (Agg.MEAN, Agg.TOTAL, Agg.COUNT, Agg.MAX)):
        opened(run(plan(metric, agg, FEBRUARY, group=group), VIEW, NOW))
        opened(run(plan(metric, Agg.RANK, MARCH, group=group, which=True, count=2, order="asc"), VIEW, NOW))


@pytest.mark.parametrize("metric", METRICS)
def test_both_sides_of_every_comparison(metric: str) -> None:
    january = Window(date(2026, 1, 15), date(2026, 1, 31))
    for agg in (Agg.MEAN, Agg.TOTAL, Agg.COUNT, Agg.MEDIAN, Agg.MAX, Agg.MIN):
        for other in (FEBRUARY, january, MARCH):
            opened(run(plan(metric, agg, comparison=Comparison("periods", Period(other))), VIEW, NOW))
        opened(run(plan(metric, agg, comparison=Comparison("weekend")), VIEW, NOW))
        morning = plan(metric, agg, filters=Filters(hours=(6, 12)), comparison=Comparison("hours", None, Filters(hours=(12, 23))))
        opened(run(morning, VIEW, NOW))
        days = plan(metric, agg, filters=Filters(weekdays=(1,)), comparison=Comparison("weekdays", None, Filters(weekdays=(5,))))
        opened(run(days, VIEW, NOW))


def test_conditions_on_another_metric_and_relations() -> None:
    for metric in METRICS:
        other = Condition("<", 390.0, metric="sleep_duration")
        opened(run(plan(metric, Agg.MEAN, FEBRUARY, condition=other), VIEW, NOW))
        opened(run(replace(plan(metric, Agg.RELATION, FEBRUARY), metrics=(metric, "steps")), VIEW, NOW))
        opened(run(plan(metric, Agg.MEAN, FEBRUARY, condition=Condition(">", 61.0)), VIEW, NOW))
        opened(run(plan(metric, Agg.DAYS_WHERE, FEBRUARY, condition=Condition(">", 61.0), which=True), VIEW, NOW))
        for per in ("day", "week", "month"):
            opened(run(plan(metric, Agg.MEAN, Window(date(2026, 1, 20), date(2026, 3, 13)), per=per), VIEW, NOW))


def test_which_results_are_out_of_range() -> None:
    outcome = opened(run(Plan((), Agg.OUT_OF_RANGE, Period(Window(date(1900, 1, 1), date(2026, 3, 14)), "default")), VIEW, NOW))
    assert outcome.headline
    assert outcome.headline.value == ()
    outcome = opened(run(Plan((), Agg.OUT_OF_RANGE, Period(FEBRUARY)), VIEW, NOW))
    assert outcome.headline
    assert outcome.headline.value == ("cholesterol_ldl",)


def test_an_empty_record_has_no_figures() -> None:
    for metric, agg in product(METRICS, Agg):
        outcome = run(plan(metric, agg, condition=Condition(">", 1.0)), FakeView(), NOW)
        assert (outcome.headline, outcome.findings) == (None, ())
        assert outcome.missing in ("never", "not_defined", "no_data")
