"""A fact shows of its body only what is granted beside it: every category alone over rich bodies, searched for canaries."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carnet.consent import NotGranted
from carnet.record.catalog import CATEGORIES
from carnet.record.model import Observation, ReadContext
from carnet.sources.apple_health import reader
from carnet.vault import bodies
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from carnet.vault.view import View
from sources.reading import stream
from vault.batches import WATCH

T0 = 1_772_000_000_000
HEART, NEW = "HKQuantityTypeIdentifierHeartRate", "HKQuantityTypeIdentifierCanaryNotes"


def canary(category: str) -> dict[str, object]:
    return {"value": 1.0, "unit": "1", "raw": f"canary-{category}"}


def entry(metric: str, category: str) -> dict[str, object]:
    return {"name": metric, "metric": metric, "average": canary(category)}


METADATA = {
    "HKElevationAscended": canary("workouts"), "HKHeartRateMotionContext": "canary-heart", "HKWeatherCondition": "canary-location",
    "HKTimeZone": "canary-location", "HKFoodType": "canary-notes", "HKWorkoutBrandName": "canary-notes", "notes": "canary-notes",
    "AppsOwnKey": "canary-unknown", "steps": canary("activity"), "place": "canary-location",
}  # fmt: skip
MEASURED = [
    entry("heart_rate", "heart"), entry("distance_walk_run", "activity"), entry("cycling_power", "workouts"),
    entry("dietary_alcohol", "substances"), entry("respiratory_rate", "respiratory"), entry(NEW, "notes"),
    {**entry("heart_rate", "heart"), "metadata": METADATA | {"HKElevationAscended": canary("workouts")}},
    {"name": "no metric", "sum": canary("notes")},
]  # fmt: skip
EVENT = {"type": "canary-workouts", "at": T0, "metadata": METADATA, "mood": canary("mental"), "strain_score": "canary-unknown"}
WORKOUT = {
    "activity": "canary-workouts", "duration": canary("workouts"), "heart_rate": canary("heart"), "ascent": canary("workouts"),
    "statistics": MEASURED, "events": [EVENT], "metadata": METADATA, "weight": canary("body"), "title": "canary-notes",
    "activities": [{"id": "canary-workouts", "statistics": MEASURED, "events": [EVENT], "metadata": METADATA, "x": "canary-unknown"}],
    "routes": [{"file": "canary-location", "locations": 7, "points": [["canary-location"]], "trace": ["canary-unknown"]}], "location": "canary-location",
    "average_heart_rate": canary("heart"), "distance": canary("workouts") | {"where": "canary-unknown"}, "made_by": {"a": "canary-unknown"},
}  # fmt: skip
MEAL = {
    "type": "canary-nutrition", "metadata": METADATA,
    "children": [{"metric": m, "quantity": canary(c)} for m, c in (
        ("dietary_energy", "nutrition"), ("dietary_alcohol", "substances"), ("blood_glucose", "glucose"), (NEW, "notes"))],
}  # fmt: skip
LAB = {
    "name": "canary-labs", "value": 1.0, "unit": "mmol/L", "raw": "canary-labs", "lab": "canary-labs", "ref_raw": "canary-labs",
    "other": {"remark": "canary-notes"}, "note": "canary-notes", "doctor": "canary-unknown",
}  # fmt: skip
ME = {"birth_date": "canary-notes", "blood_type": "canary-labs", "cardio_fitness_medications": "canary-medications", "x": "canary-unknown"}
SUMMARY = {"activity_ring_energy": canary("activity"), "activity_ring_stand": canary("activity"), "caffeine": canary("nutrition"),
           "mood": "canary-mental"}  # fmt: skip
FACTS = [
    Observation("apple_health", "workout", "workout", ("w",), WORKOUT, T0, T0 + 1, source=WATCH),
    Observation("apple_health", "correlation", "dietary_energy", ("m", "canary-notes"), MEAL, T0, T0, source=WATCH),
    Observation("apple_health", "correlation", "blood_pressure", ("p", "canary-unknown"),
                {"children": [{"metric": "blood_pressure_systolic", "quantity": canary("vitals")}, *MEAL["children"]], "x": "canary-unknown"},
                T0, T0, source=WATCH),
    Observation("apple_health", "lab", "ferritin", ("l",), LAB, date="2026-03-01"),
    Observation("apple_health", "activity_summary", "activity_ring_energy", ("s",), SUMMARY, date="2026-03-01"),
    Observation("apple_health", "characteristics", "characteristics", ("me",), ME),
    Observation("apple_health", "a_kind_nobody_judged", "heart_rate", ("k",), {"value": 1.0, "raw": "canary-heart", "said": "canary-unknown"},
                T0, T0),
]  # fmt: skip
OWN = {
    "workout": "workouts",
    "lab": "labs",
    "activity_summary": "activity",
    "characteristics": "notes",
    "a_kind_nobody_judged": "heart",
}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    made = Vault(Home(tmp_path_factory.mktemp("v") / "h").make_vault(None))
    bring(made, FACTS)
    return made


def bring(vault: Vault, facts: list[Observation], service: str = "apple_health") -> None:
    with vault.importing(service, f"f{len(facts)}{service}", "test/1") as task:
        for fact in facts:
            task.add(fact)
        vault.finish(task, {"asks": []})


def granted(vault: Vault, *categories: str, service: str = "apple_health") -> View:
    """A view after everything was taken back and these were granted by name."""
    vault.decide("revoke", "*", ("*",), "answer")
    if categories:
        vault.decide("grant", service, categories, "answer")
    return vault.view(vault.permit("answer", datetime.now(UTC)))


def shown(view: View) -> dict[str, str]:
    """Everything that can be read of each fact, as text by kind and metric."""
    found = {}
    for kind in dict.fromkeys(f.kind for f in FACTS):
        try:
            facts = view.observations(kind)
        except NotGranted:
            continue
        found |= {f"{kind}/{f.metric}": json.dumps([f.key, f.body, f.zone]) for f in facts}
    return found


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_alone_shows_itself_and_nothing_else(vault: Vault, category: str) -> None:
    found = shown(granted(vault, category))
    assert {place.split("/")[0] for place in found} >= {kind for kind, own in OWN.items() if own == category}
    for place, text in found.items():
        seen = {word for word in (*CATEGORIES, "unknown") if f"canary-{word}" in text}
        assert seen <= {category}, place


@pytest.mark.parametrize("other", [c for c in CATEGORIES if c != "workouts"])
def test_beside_a_workout_each_further_category_shows_exactly_its_part(vault: Vault, other: str) -> None:
    text = shown(granted(vault, "workouts", other))["workout/workout"]
    inside = {word for word in (*CATEGORIES, "unknown") if f"canary-{word}" in text}
    rich = {word for word in CATEGORIES if f"canary-{word}" in json.dumps(WORKOUT)}
    assert inside == {"workouts"} | ({other} & rich)


def test_the_glass_of_wine_is_not_in_the_meal_and_not_in_its_key(vault: Vault) -> None:
    (meal,) = [f for f in granted(vault, "nutrition").observations("correlation") if f.metric == "dietary_energy"]
    assert [c["metric"] for c in meal.body["children"]] == ["dietary_energy"]
    assert len(meal.key) == 1
    (whole,) = [f for f in granted(vault, "nutrition", "substances").observations("correlation") if f.metric == "dietary_energy"]
    assert [c["metric"] for c in whole.body["children"]] == ["dietary_energy", "dietary_alcohol"]


def test_where_everything_is_granted_nothing_is_lost(vault: Vault) -> None:
    view = granted(vault, *CATEGORIES)
    for fact in FACTS:
        assert fact.body in [f.body for f in view.observations(fact.kind)], fact.kind
        assert fact.id in [f.id for f in view.observations(fact.kind)]


def test_another_service_opens_nothing_of_this_one(vault: Vault, tmp_path: Path) -> None:
    vault.decide("revoke", "*", ("*",), "answer")
    vault.decide("grant", "apple_health", ("workouts",), "answer")
    vault.decide("grant", "tidy_csv", CATEGORIES, "answer")
    view = vault.view(vault.permit("answer", datetime.now(UTC)))
    assert "canary-heart" not in json.dumps(view.observations("workout")[0].body)


EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<HealthData locale="en_GB">
 <ExportDate value="2026-03-15 09:00:00 +0000"/>
 <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="60" durationUnit="min" SPAN>
  METADATA
  <WorkoutStatistics type="HKQuantityTypeIdentifierHeartRate" average="149.25" unit="count/min" SPAN/>
  <WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" sum="301" unit="kcal" SPAN/>
  <WorkoutRoute SPAN><FileReference path="/canary.gpx"/></WorkoutRoute>
 </Workout>
 <Correlation type="HKCorrelationTypeIdentifierFood" SPAN>
  METADATA
  <Record type="HKQuantityTypeIdentifierDietaryAlcohol" unit="g" value="149.25" SPAN/>
 </Correlation>
</HealthData>
"""
SPAN = 'sourceName="Watch" startDate="2026-03-01 10:00:00 +0000" endDate="2026-03-01 11:00:00 +0000"'
SAID = {"HKFoodType": "canary wine", "HKWeatherTemperature": "50 degF", "Diary": "canary", "HKTimeZone": "Europe/Paris"}


def test_what_the_reader_of_apple_writes_is_cut_the_same_way(tmp_path: Path) -> None:
    metadata = "".join(f'<MetadataEntry key="{key}" value="{value}"/>' for key, value in SAID.items())
    data = EXPORT.replace("SPAN", SPAN).replace("METADATA", metadata).encode()
    with stream(data) as export:
        facts = [item for item in reader.read(export, ReadContext()) if isinstance(item, Observation)]
    assert sorted(f.kind for f in facts) == ["correlation", "workout"]
    vault = Vault(Home(tmp_path / "h").make_vault(None))
    bring(vault, facts)
    view = granted(vault, "workouts", "nutrition")
    (run,), (meal,) = view.observations("workout"), view.observations("correlation")
    text = json.dumps([(f.body, f.key) for f in (run, meal)])
    assert not [w for w in ("canary", "149.25", "HeartRate", "heart_rate", "lcohol", "Weather", "Diary") if w in text]
    assert run.body["activity"] == "running"
    assert run.body["energy"]["value"] == 301
    assert run.zone == "Europe/Paris", "the clock of the place stays: a local day needs it"
    every = granted(vault, *CATEGORIES)
    assert {f.kind: f.body for f in facts} == {k: every.observations(k)[0].body for k in ("workout", "correlation")}


def test_the_table_names_only_categories_and_shapes_that_exist() -> None:
    for shape, keys in bodies.tables().items():
        for key, place in keys.items():
            known = place in ("own", *CATEGORIES) or place.removeprefix("in:") in bodies.tables()
            assert known, (shape, key)
