"""The rows behind a figure: all of them, as they were, with what allowed it; the panel; the chart of an answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from carnet.web import state
from carnet.web.desk import Desk
from carnet.web.pages.evidence import first_row
from journeys.carnet import record
from web.conftest import text
from web.test_today import let_in, served

STEPS = "carnet:steps/2026-03-01/2026-03-14"
HEART = "carnet:resting_heart_rate/2026-03-01/2026-03-14"


def test_what_how_many_and_every_row(client: Client, granted: Desk) -> None:
    page = text(client.get("/evidence", {"link": STEPS}))
    for word in ("Steps", "1–14 March", "14 records", "On average 4,650 steps", "1 March at 10:00 – 10:10", "4,000 steps", "Apple Health"):
        assert word in page, word
    assert "Imported from Apple Health" in page
    assert "Read because you allowed it" in page
    assert page.count("<h1") == 1


def test_in_french(granted: Desk) -> None:
    page = text(let_in("fr").get("/evidence", {"link": STEPS}))
    assert "14 relevés" in page
    assert "Lus parce que vous l'avez autorisé" in page.replace("&#x27;", "'")


def test_the_panel_is_a_piece_of_the_page(client: Client, granted: Desk) -> None:
    page = text(client.get("/evidence", {"link": STEPS}, headers={"X-Carnet": "panel"}))
    assert page.lstrip().startswith('<div class="panel-head"><h2>Steps</h2>')
    assert "data-close" in page
    assert "<html" not in page
    assert "<h1" not in page


def test_a_moment_is_explained_in_a_sentence(client: Client, granted: Desk) -> None:
    assert "as they stood after the import of" in text(client.get("/evidence", {"link": f"{STEPS}?asof=b_1"}))
    assert "as they stood" not in text(client.get("/evidence", {"link": STEPS}))


def test_two_hundred_at_a_time_without_scripts(tmp_path: Path) -> None:
    made = [
        record("StepCount", f"2026-03-10 {i // 60:02d}:{i % 60:02d}:00 +0100", f"2026-03-10 {i // 60:02d}:{i % 60:02d}:30 +0100", i)
        for i in range(1, 451)
    ]
    served(tmp_path, made)
    client = let_in()
    link = "carnet:steps/2026-03-10/2026-03-10"
    first = text(client.get("/evidence", {"link": link}))
    assert "Records 1 to 200 of 450" in first
    assert "Show 200 more" in first
    assert "from=200" in first
    last = text(client.get("/evidence", {"link": link, "from": "400"}))
    assert "Records 401 to 450 of 450" in last
    assert "450 steps" in last
    assert "more</a>" not in last
    state.desk().close()


@pytest.mark.parametrize(("typed", "start"), [("", 0), ("200", 200), ("250", 200), ("-5", 0), ("x", 0), ("99999999999", 0), ("800", 0)])
def test_the_first_row_of_a_page(typed: str, start: int) -> None:
    assert first_row(typed, 450) == start


@pytest.mark.parametrize(
    "link", ["", "nonsense", "carnet:steps", "carnet:no_such/2026-01-01/2026-01-02", "carnet:steps/2026-01-01/x", "<script>"]
)
@pytest.mark.parametrize("page", ["/evidence", "/chart"])
def test_a_link_that_is_none(client: Client, granted: Desk, page: str, link: str) -> None:
    response = client.get(page, {"link": link})
    assert response.status_code == 400
    assert "<script>alert" not in text(response)


@pytest.mark.parametrize("page", ["/evidence", "/chart"])
def test_a_revoked_category_shows_nothing(client: Client, granted: Desk, page: str) -> None:
    assert "61 bpm" in text(client.get(page, {"link": HEART}))
    with granted.space("own") as space:
        space.decide("revoke", "apple_health", ["heart"], "answer")
    shown = text(client.get(page, {"link": HEART}))
    assert "bpm" not in shown
    assert "/connections" in shown


def test_a_hostile_source_is_a_name_and_nothing_else(client: Client, granted: Desk) -> None:
    page = text(client.get("/evidence", {"link": HEART}))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_results_as_they_were_printed(client: Client, granted: Desk) -> None:
    page = text(client.get("/evidence", {"link": "carnet:cholesterol_ldl/2026-01-01/2026-03-15"}))
    for word in ("Printed range", "&lt;3.4 mmol/L", "above", "inside", "Lab A", "10 January", "2 March"):
        assert word in page, word
    assert "&lt;5" in text(client.get("/evidence", {"link": "carnet:crp/2026-01-01/2026-03-15"}))


def test_workouts_with_their_figures(tmp_path: Path) -> None:
    run = (
        '<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" totalDistance="5" totalDistanceUnit="km" '
        'totalEnergyBurned="300" totalEnergyBurnedUnit="kcal" sourceName="Watch" startDate="2026-03-10 18:00:00 +0100" '
        'endDate="2026-03-10 18:30:00 +0100"/>'
    )
    served(tmp_path, [run])
    page = text(let_in().get("/evidence", {"link": "carnet:workout/2026-03-01/2026-03-14"}))
    for word in ("30 min", "5.00 km", "300 kcal", "10 March at 18:00"):
        assert word in page, word
    state.desk().close()


def test_the_chart_of_an_answer(client: Client, granted: Desk) -> None:
    page = text(client.get("/chart", {"link": STEPS}))
    assert "<html" not in page
    assert "chart-bars" in page
    assert "Show as a table" in page
    assert 'href="/metric/steps?span=month&amp;end=2026-03-14"' in page


def test_another_device_is_said_and_drawn(tmp_path: Path) -> None:
    days = [f"2026-03-{n:02d}" for n in range(1, 15)]
    made = [
        record("RestingHeartRate", f"{d} 08:00:00 +0100", f"{d} 08:00:00 +0100", 60, "count/min", "Old watch" if n < 7 else "New watch")
        for n, d in enumerate(days)
    ]
    served(tmp_path, made)
    page = text(let_in().get("/chart", {"link": HEART}))
    assert "From 8 March on, the values come from another device: New watch." in page
    assert "c-break" in page
    state.desk().close()


def test_looking_leaves_one_event_with_the_rows_that_were_read(client: Client, granted: Desk) -> None:
    client.get("/evidence", {"link": HEART})
    with granted.space("own") as space:
        last = list(space.audit())[-1]
    assert (last.action, last.object) == ("show", "resting_heart_rate")
    assert last.body["read"] == [{"category": "heart", "rows": 14, "service": "apple_health"}]


def test_single_days_are_shown_as_those_days(client: Client, granted: Desk) -> None:
    page = text(client.get("/evidence", {"link": "carnet:steps/2026-01-01/2026-03-14?day=2026-03-14"}))
    assert "14 March" in page
    assert "chosen day" not in page
    assert "by week" not in page
    two = text(client.get("/evidence", {"link": "carnet:steps/2026-01-01/2026-03-14?day=2026-03-02,2026-03-14"}))
    assert "2–14 March" in two
    assert "2 chosen days" in two


def test_a_total_stands_beside_its_mean(client: Client, granted: Desk) -> None:
    page = text(client.get("/evidence", {"link": "carnet:steps/2026-03-09/2026-03-14"}))
    assert "30,300 steps in all" in page
    assert "5,050 steps" in page
