"""Workouts, meals, pairs, day summaries and the person's own data: what they say, and the same key in the next export."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from carnet.record.model import Observation
from carnet.sources.apple_health import reader
from carnet.sources.apple_health.twins import Twins
from sources.apple_health.fixture import Export
from sources.reading import reading

SPAN = 'startDate="2024-05-01 18:00:00 {z}" endDate="2024-05-01 18:40:00 {z}"'
WHO = 'sourceName="Apple\u00a0Watch" sourceVersion="11" device="&lt;&lt;HKDevice: 0x{p}&gt;, name:Apple Watch, model:Watch, hardware:Watch7,5&gt;"'
Q = "HKQuantityTypeIdentifier"


def workout(z: str = "+0200", p: str = "1", distance: str = 'sum="5.2" unit="km"', temperature: str = "77 degF", extra: str = "") -> str:
    """A run; the same one in another export has another offset, pointer and units."""
    span = SPAN.format(z=z)
    return f"""<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="40.5" durationUnit="min" {WHO.format(p=p)} creationDate="x" {span}>
  <MetadataEntry key="HKTimeZone" value="Europe/Luxembourg"/>
  <MetadataEntry key="HKWeatherTemperature" value="{temperature}"/>
  <MetadataEntry key="HKWeatherHumidity" value="8600 %"/>
  <MetadataEntry key="HKElevationAscended" value="6575 cm"/>
  <MetadataEntry key="HKAverageMETs" value="9.97 kcal/hr·kg"/>
  <WorkoutEvent type="HKWorkoutEventTypeLap" date="2024-05-01 18:10:00 {z}" duration="5" durationUnit="min"/>
  <WorkoutActivity uuid="A-1" startDate="2024-05-01 18:00:00 {z}" endDate="2024-05-01 18:40:00 {z}" duration="40.5" durationUnit="min">
   <WorkoutStatistics type="{Q}HeartRate" {span} average="150" unit="count/min"/>
  </WorkoutActivity>
  <WorkoutStatistics type="{Q}DistanceWalkingRunning" {span} {distance}/>
  <WorkoutStatistics type="{Q}HeartRate" {span} average="151" minimum="90" maximum="177" unit="count/min"/>
  <WorkoutStatistics type="{Q}ActiveEnergyBurned" {span} sum="1673.6" unit="kJ"/>
  <WorkoutRoute {WHO.format(p=p)} {span}><FileReference path="/workout-routes/route_2024-05-01_6.00pm.gpx"/></WorkoutRoute>{extra}
 </Workout>"""


def facts(*rows: str) -> list[Observation]:
    """The observations of an export with these elements."""
    return reading(reader.read, Export().document(rows=rows)).facts


def test_a_workout_says_everything_in_canonical_units() -> None:
    (run,) = facts(workout())
    body: Any = run.body
    assert (run.kind, run.metric, run.zone, body["activity"]) == ("workout", "workout", "Europe/Luxembourg", "running")
    assert (run.start, run.end) == (1714579200000, 1714581600000)
    assert body["duration"] == {"value": 40.5, "unit": "min", "raw": "40.5 min"}
    assert body["distance"] == {"value": 5200.0, "unit": "m", "raw": "5.2 km"}
    assert body["energy"]["value"] == pytest.approx(400)
    assert body["heart_rate"]["value"] == 151
    assert body["ascent"] == {"value": 65.75, "unit": "m", "raw": "6575 cm"}
    assert body["metadata"]["HKWeatherHumidity"]["value"] == 0.86
    assert body["metadata"]["HKWeatherTemperature"]["value"] == pytest.approx(25)
    assert body["metadata"]["HKAverageMETs"]["unit"] == "kcal/(kg.h)"
    assert body["events"] == [{"type": "Lap", "at": 1714579800000, "duration": {"value": 5.0, "unit": "min", "raw": "5 min"}}]
    assert body["routes"] == [{"file": "/workout-routes/route_2024-05-01_6.00pm.gpx"}]
    assert body["activities"][0]["statistics"][0]["average"]["value"] == 150
    heart = next(s for s in body["statistics"] if s["name"] == "heart_rate")
    assert [heart[k]["value"] for k in ("average", "minimum", "maximum")] == [151, 90, 177]


def test_the_next_export_gives_the_same_key_and_the_same_values() -> None:
    (one,), (other,) = facts(workout()), facts(workout(p="9f", distance='sum="3.2311" unit="mi"', temperature="25 degC"))
    (shifted,) = facts(workout().replace("18:", "17:").replace("+0200", "+0100"))
    assert one.id == other.id == shifted.id
    assert one.key == shifted.key
    assert other.body["distance"]["value"] == pytest.approx(5200, abs=0.1)
    assert other.body["metadata"]["HKWeatherTemperature"]["value"] == pytest.approx(25)


def test_an_old_workout_counts_its_inline_places_and_keeps_none() -> None:
    route = (
        f'<WorkoutRoute sourceName="x" {SPAN.format(z="+0200")}>'
        + '<Location date="2024-05-01 18:00:00 +0200" latitude="1.5" longitude="2.5"/>' * 3
    )
    (run,) = facts(workout(extra=route + "</WorkoutRoute>", distance='sum="0.5" unit="furlong"'))
    assert run.body["routes"][1] == {"locations": 3}
    assert "latitude" not in str(run.body)
    assert run.body["distance"] == {"value": None, "unit": "furlong", "raw": "0.5 furlong"}


def _record(kind: str, value: str, unit: str) -> str:
    return f'<Record type="{Q}{kind}" sourceName="Food" unit="{unit}" {SPAN.format(z="+0200")} value="{value}"/>'


def _correlation(kind: str, *children: str, meta: str = "") -> str:
    entry = f'<MetadataEntry key="HKFoodType" value="{meta}"/>' if meta else ""
    inside = "\n  ".join((entry, *children))
    return f'<Correlation type="HKCorrelationTypeIdentifier{kind}" sourceName="Food" {SPAN.format(z="+0200")}>\n  {inside}\n </Correlation>'


def test_children_of_a_correlation_are_not_rows() -> None:
    pair = _correlation("BloodPressure", _record("BloodPressureSystolic", "120", "mmHg"), _record("BloodPressureDiastolic", "80", "mmHg"))
    found = reading(reader.read, Export().document(rows=[pair, _record("BloodPressureSystolic", "120", "mmHg")]))
    assert found.rows == 1
    (fact,) = found.facts
    assert fact.metric == "blood_pressure"
    assert [(c["metric"], c["quantity"]["value"]) for c in fact.body["children"]] == [
        ("blood_pressure_diastolic", 80),
        ("blood_pressure_systolic", 120),
    ]


def test_two_foods_at_one_moment_stay_two_and_a_repeated_one_is_one() -> None:
    energy = _record("DietaryEnergyConsumed", "250", "kcal")
    apple, same_kind = (
        _correlation("Food", energy, meta="Apple"),
        _correlation("Food", _record("DietaryEnergyConsumed", "90", "kcal"), meta="Apple"),
    )
    found = facts(apple, _correlation("Food", energy, meta="Bread"), apple, same_kind)
    assert len({f.id for f in found}) == 3
    assert len(found) == 4
    assert {f.metric for f in found} == {"dietary_energy"}
    assert {f.id for f in facts(apple, same_kind)} <= {f.id for f in found}


@pytest.mark.parametrize("kind", ["meals", "workouts"])
def test_twins_have_the_same_ids_in_any_order_and_in_other_units(kind: str) -> None:
    def three(factor: float, unit: str) -> list[str]:
        if kind == "meals":
            return [_correlation("Food", _record("DietaryEnergyConsumed", f"{n * factor:.4f}", unit), meta="Apple") for n in (250, 90, 410)]
        return [workout().replace("1673.6", f"{n * factor:.4f}").replace('unit="kJ"', f'unit="{unit}"') for n in (250, 90, 410)]

    one, other = three(1, "kcal"), three(4.184, "kJ")
    wanted = {f.id: _energy(f) for f in facts(*one)}
    assert len(wanted) == 3
    for order in permutations(other):
        assert {f.id: _energy(f) for f in facts(*order)} == wanted
    assert facts(one[0])[0].key == facts(one[1])[0].key, "without a twin the key is the fact's own"


def _energy(fact: Observation) -> int:
    """The energy of a meal or a workout, to the kilocalorie."""
    body: Any = fact.body
    return round((body["energy"] if "energy" in body else body["children"][0]["quantity"])["value"])


def test_facts_are_handed_on_as_they_were_read() -> None:
    fact = facts(workout())[0]
    twins = Twins()
    twins.add(fact)
    assert list(twins.facts()) == [fact]
    assert list(twins.facts()) == []


@pytest.mark.parametrize("when", ["9999-12-31 23:59:59 +0000", "0001-01-01 00:00:00 +0000", "1601-01-01 00:00:00 +0000"])
def test_facts_of_impossible_dates_are_counted_with_their_place(when: str) -> None:
    pair = _correlation("BloodPressure", _record("BloodPressureSystolic", "120", "mmHg"))
    span, bad = SPAN.format(z="+0200"), f'startDate="{when}" endDate="{when}"'
    good = [workout(), pair, '<ActivitySummary dateComponents="2024-05-01"/>']
    spoilt = [x.replace(span, bad) for x in good[:2]] + [f'<ActivitySummary dateComponents="{when[:10]}"/>']
    found = reading(reader.read, Export().document(rows=[*good, *spoilt]))
    assert found.problems == {"bad_date": 3}
    assert found.places["bad_date"] == "Workout 2"
    assert sorted(f.kind for f in found.facts) == ["activity_summary", "correlation", "workout"]


def test_a_pair_with_an_impossible_part_is_kept() -> None:
    pair = _correlation("BloodPressure", _record("BloodPressureSystolic", "4000", "mmHg"), _record("BloodPressureDiastolic", "80", "mmHg"))
    found = reading(reader.read, Export().document(rows=[pair]))
    assert (len(found.facts), found.problems) == (1, {})


def test_a_date_without_hyphens_is_the_same_day() -> None:
    assert facts('<ActivitySummary dateComponents="20240501"/>')[0].date == "2024-05-01"


def test_a_day_summary_has_only_a_date() -> None:
    row = '<ActivitySummary dateComponents="2024-05-01" activeEnergyBurned="{}" activeEnergyBurnedGoal="500" activeEnergyBurnedUnit="{}" appleExerciseTime="41" appleExerciseTimeGoal="30" appleStandHours="13" appleStandHoursGoal="12"/>'
    one, other = facts(row.format("418.4", "kJ"))[0], facts(row.format("100", "kcal"))[0]
    assert (one.date, one.start, one.key) == ("2024-05-01", None, ("2024-05-01",))
    assert one.body["activity_ring_energy"]["value"] == pytest.approx(100)
    assert other.body["activity_ring_energy"]["unit"] == "kcal"
    assert one.body["activity_ring_stand"]["value"] == 13
    found = reading(
        reader.read, Export().document(rows=['<ActivitySummary dateComponents=""/>', '<ActivitySummary dateComponents="soon"/>'])
    )
    assert found.problems == {"no_start": 1, "bad_date": 1}


def test_the_person_is_told_without_blanks() -> None:
    me = "HKCharacteristicTypeIdentifier"
    (fact,) = facts(
        f'<Me {me}DateOfBirth="1980-02-11" {me}BiologicalSex="HKBiologicalSexFemale" {me}BloodType="HKBloodTypeONegative" '
        f'{me}FitzpatrickSkinType="HKFitzpatrickSkinTypeNotSet" {me}CardioFitnessMedicationsUse="None"/>'
    )
    assert fact.body == {"birth_date": "1980-02-11", "sex": "female", "blood_type": "O-"}
    assert fact.key == ("me",)


@pytest.mark.parametrize("born", ["9999-01-01", "0001-01-01", "2026-05-01", "soon"])
def test_an_impossible_date_of_birth_is_left_out_and_said(born: str) -> None:
    me = "HKCharacteristicTypeIdentifier"
    found = reading(reader.read, Export().document(rows=[f'<Me {me}DateOfBirth="{born}" {me}BiologicalSex="HKBiologicalSexFemale"/>']))
    assert found.facts[0].body == {"sex": "female"}
    assert found.problems == {"bad_date": 0}
    assert found.places["bad_date"] == "Me 1, date of birth"


def test_what_is_not_read_yet_is_counted_with_its_place() -> None:
    found = reading(
        reader.read,
        Export().document(rows=['<ClinicalRecord type="x"/>', "<Audiogram><SensitivityPoint/></Audiogram>", "<Zorp/>", "<Zorp/>"]),
    )
    assert found.problems == {"not_read_yet": 4}
    assert found.places["not_read_yet"] == "ClinicalRecord 1"
    assert found.kinds == {"ClinicalRecord": 1, "Audiogram": 1, "Zorp": 2}
