"""The timeline page: newest first, gaps in words, filters without script, nothing without its grant but one's own dates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from carnet.web.desk import Desk
from journeys.carnet import export, record
from web.conftest import text

CANARY = "&lt;script&gt;alert(1)&lt;/script&gt;"


def workout(day: str, kind: str = "Running") -> str:
    """One workout of 30 minutes and 5 km, from a source that carries markup in its name."""
    return (
        f'<Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="30" durationUnit="min" totalDistance="5" '
        f'totalDistanceUnit="km" sourceName="{CANARY}" startDate="{day} 10:00:00 +0100" endDate="{day} 10:30:00 +0100"/>'
    )


@pytest.fixture
def more(granted: Desk, tmp_path: Path) -> Desk:
    """Workouts, an earlier month of steps, two own dates."""
    rows = [workout("2026-03-01"), workout("2026-03-08", "Yoga"), workout("2026-02-03"), workout("2024-10-05")]
    rows.append(record("StepCount", "2024-10-03 10:00:00 +0100", "2024-10-03 10:10:00 +0100", 421))
    with granted.space("own") as space:
        list(space.import_paths([export(tmp_path, rows, "later.xml")], None, {}, False, None))
        space.set_profile("events", '{"<b>knee</b> operation": "2026-02-20", "Lisbon": "2026-02-20"}')
    return granted


def test_newest_first_with_gaps_in_words(client: Client, more: Desk) -> None:
    shown = text(client.get("/timeline"))
    places = [shown.index(words) for words in ('id="y-2026"', "2 results, none outside", "2 workouts, 1 h", "Lisbon", 'id="y-2025"')]
    assert places == sorted(places)
    assert "No data from January 2025 to December 2025" in shown
    assert "running: 1, yoga: 1" in shown
    assert "30 min · 5" in shown
    assert 'id="y-2024"' not in shown
    assert shown.count("<h1") == 1


def test_in_french(client: Client, more: Desk) -> None:
    client.post("/language", {"lang": "fr"})
    shown = text(client.get("/timeline")).replace("\u00a0", " ")
    assert "2 résultats, aucun hors de l&#x27;intervalle imprimé" in shown
    assert "Aucune donnée de janvier 2025 à décembre 2025" in shown
    assert "2 séances, 1 h" in shown


def test_a_year(client: Client, more: Desk) -> None:
    shown = text(client.get("/timeline?year=2024"))
    assert 'id="m-2024-10"' in shown
    assert "No data from November 2024 to December 2024" in shown
    assert 'id="y-2026"' not in shown


@pytest.mark.parametrize(
    ("kind", "there", "gone"),
    [
        ("labs", "2 results", "2 workouts"),
        ("workouts", "2 workouts", "2 results"),
        ("events", "Lisbon", "2 results"),
        ("imports", "New data from", "2 results"),
    ],
)
def test_a_kind_alone(client: Client, more: Desk, kind: str, there: str, gone: str) -> None:
    shown = text(client.get(f"/timeline?kind={kind}"))
    assert there in shown
    assert gone not in shown
    assert "No data" not in shown


def test_a_service_alone(client: Client, more: Desk) -> None:
    shown = text(client.get("/timeline?service=tidy_csv"))
    assert "2 results" in shown
    assert "2 workouts" not in shown
    assert "Lisbon" not in shown


@pytest.mark.parametrize(
    "query", ["year=1066", "year=nonsense", "year=²²²²", "kind=nonsense", "service=nonsense", "kind=devices&year=2026"]
)
def test_nonsense_is_no_error(client: Client, more: Desk, query: str) -> None:
    assert client.get(f"/timeline?{query}").status_code == 200


def test_the_strip_has_a_table_twin(client: Client, more: Desk) -> None:
    shown = text(client.get("/timeline"))
    assert 'href="#m-2026-03"' in shown
    assert "/timeline?year=2024#m-2024-10" in shown
    assert re.search(r"<th scope=\"row\">October 2024</th><td>2</td>", shown)


def test_hostile_names_stay_text(client: Client, more: Desk) -> None:
    shown = text(client.get("/timeline"))
    assert "<script>alert" not in shown
    assert "<b>knee" not in shown
    assert "&lt;b&gt;knee&lt;/b&gt; operation" in shown


def test_no_inline_script_style_or_event(client: Client, more: Desk) -> None:
    shown = text(client.get("/timeline"))
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", shown)
    ids = re.findall(r'\bid="([^"]+)"', shown)
    assert len(ids) == len(set(ids))


def test_without_any_grant_only_ones_own_dates(client: Client, desk: Desk) -> None:
    with desk.space("own") as space:
        space.set_profile("events", '{"knee operation": "2026-02-20"}')
    shown = text(client.get("/timeline"))
    assert "knee operation" in shown
    assert "/connections" in shown
    assert not re.search(r"results|Lab A|new rows|workout|days with data|New watch", shown)


@pytest.mark.parametrize(("category", "canary"), [("labs", r"Lab A|\d results?,"), ("workouts", r"\d workouts?|running")])
def test_a_revoked_category_leaves_nothing(client: Client, more: Desk, category: str, canary: str) -> None:
    assert re.search(canary, text(client.get("/timeline")))
    with more.space("own") as space:
        space.decide("revoke", None, [category], "answer")
    assert not re.search(canary, text(client.get("/timeline")))
    assert not re.search(canary, text(client.get(f"/timeline?kind={category}")))


def test_an_empty_vault_shows_the_way_in(client: Client, desk: Desk, tmp_path: Path) -> None:
    from carnet.space.space import HealthSpace
    from carnet.vault.home import Home
    from carnet.web import state
    from carnet.web.start import application

    with HealthSpace.make(Home(tmp_path / "empty")):
        pass
    application(tmp_path / "empty", tmp_path / "demo2", "own", desk.now, lambda token: None)
    fresh = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en")
    fresh.get("/open", {"t": state.tokens().current})
    for address in ("/timeline", "/labs"):
        shown = text(fresh.get(address))
        assert 'href="/import"' in shown
        assert 'class="button" href="/connections"' not in shown
    state.desk().close()
