"""The timeline of a vault: what is granted and nothing else, months counted by the days that hold anything."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.consent import NotGranted
from carnet.space.space import HealthSpace
from carnet.space.timeline import months, own_events
from carnet.vault.home import Home
from journeys.carnet import export, record

NOW = datetime(2026, 3, 15, 9, 30, tzinfo=UTC)
LABS = "date,name,comparator,value,unit,ref_low,ref_high,lab\n2026-01-10,LDL,,3.9,mmol/L,,3.4,A\n2026-01-10,CRP,,3,mg/L,,5,A\n2026-01-10,TSH,,2,mIU/L,0.4,4,B\n"


def workout(day: str, kind: str = "Running", source: str = "Watch") -> str:
    """One workout of 30 minutes and 5 km."""
    return (
        f'<Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="30" durationUnit="min" totalDistance="5" '
        f'totalDistanceUnit="km" sourceName="{source}" startDate="{day} 10:00:00 +0100" endDate="{day} 10:30:00 +0100"/>'
    )


def steps(day: str) -> str:
    return record("StepCount", f"{day} 10:00:00 +0100", f"{day} 10:10:00 +0100", 421)


@pytest.fixture
def space(tmp_path: Path) -> HealthSpace:
    made = HealthSpace.make(Home(tmp_path / "home"))
    (tmp_path / "labs.csv").write_text(LABS, "utf-8")
    rows = [
        steps("2025-11-03"),
        steps("2025-11-03"),
        steps("2025-11-04"),
        steps("2026-03-02"),
        workout("2026-03-01"),
        workout("2026-03-20"),
    ]
    list(made.import_paths([export(tmp_path, rows), tmp_path / "labs.csv"], None, {}, False, None))
    made.set_profile("home_zone", "Europe/Paris")
    made.set_profile("events", '{"operation": "2025-06-02"}')
    return made


def test_without_any_grant_there_is_no_timeline(space: HealthSpace) -> None:
    with pytest.raises(NotGranted):
        space.timeline(NOW)


def test_all_that_is_granted(space: HealthSpace) -> None:
    space.decide("grant", None, (), "answer")
    found = space.timeline(NOW)
    assert [(d.day, d.laboratory, d.results, d.outside) for d in found.labs] == [
        (date(2026, 1, 10), "A", 2, 1),
        (date(2026, 1, 10), "B", 1, 0),
    ]
    assert [(w.day, w.activity, w.minutes, w.metres) for w in found.workouts] == [(date(2026, 3, 1), "running", 30.0, 5000.0)]
    assert found.events == ((date(2025, 6, 2), "operation"),)
    assert found.density == {(2025, 11): 2, (2026, 1): 1, (2026, 3): 2}
    assert sorted(b.service for b in found.imports) == ["apple_health", "tidy_csv"]


@pytest.mark.parametrize(("category", "labs", "workouts", "density"), [
    ("labs", 2, 0, {(2026, 1): 1}),
    ("workouts", 0, 1, {(2026, 3): 1}),
    ("activity", 0, 0, {(2025, 11): 2, (2026, 3): 1}),
])  # fmt: skip
def test_each_category_shows_only_its_own(space: HealthSpace, category: str, labs: int, workouts: int, density: object) -> None:
    space.decide("grant", None, (category,), "answer")
    found = space.timeline(NOW)
    assert (len(found.labs), len(found.workouts), found.density) == (labs, workouts, density)
    space.decide("revoke", None, (category,), "answer")
    with pytest.raises(NotGranted):
        space.timeline(NOW)


def test_an_import_of_a_service_that_may_not_be_read_is_not_told(space: HealthSpace) -> None:
    space.decide("grant", "tidy_csv", (), "answer")
    found = space.timeline(NOW)
    assert [b.service for b in found.imports] == ["tidy_csv"]
    assert found.services == ("tidy_csv",)


def test_the_same_file_again_is_no_second_import(space: HealthSpace, tmp_path: Path) -> None:
    space.decide("grant", None, (), "answer")
    list(space.import_paths([tmp_path / "labs.csv"], None, {}, True, None))
    assert len(space.timeline(NOW).imports) == 2


def test_the_watch_that_followed_another_is_told(space: HealthSpace, tmp_path: Path) -> None:
    old = [
        record("RestingHeartRate", f"2025-06-{n:02d} 08:00:00 +0200", f"2025-06-{n:02d} 08:00:00 +0200", 60, "count/min")
        for n in range(1, 11)
    ]
    new = [row.replace("2025-06", "2025-07").replace("Watch7,5", "Watch7,9") for row in old]
    list(space.import_paths([export(tmp_path, old + new, "watches.xml")], None, {}, False, None))
    space.decide("grant", None, ("heart",), "answer")
    assert [(a.day, a.source.device) for a in space.timeline(NOW).devices] == [((date(2025, 7, 1) - date(1970, 1, 1)).days, "Watch7,9")]
    space.decide("revoke", None, ("heart",), "answer")
    space.decide("grant", None, ("labs",), "answer")
    assert space.timeline(NOW).devices == ()


def test_own_dates_ascend() -> None:
    assert own_events([("b", "2026-01-02"), ("a", "2025-01-02")]) == ((date(2025, 1, 2), "a"), (date(2026, 1, 2), "b"))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_months_are_every_month_once(first: date, more: int) -> None:
    last = date(first.year + (first.month - 1 + more) // 12, (first.month - 1 + more) % 12 + 1, 1)
    found = months(first, last)
    assert found[0] == (first.year, first.month)
    assert found[-1] == (last.year, last.month)
    assert len(found) == len(set(found)) == more + 1
    assert all(1 <= month <= 12 for _, month in found)
