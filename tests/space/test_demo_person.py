"""Camille as files: the same bytes each time, within the budget, everything read by the true path, one life that fits together."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.record.catalog import catalog
from carnet.record.model import Batch, Observation, Problem, ReadContext
from carnet.sources.connector import recognise
from carnet.space import demo_person
from carnet.space.demo_person import activity, body, diary, heart, labs, life, night, sport
from carnet.space.demo_person.pen import Pen

END = date(2026, 3, 14)


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return demo_person.files(END)


@pytest.fixture(scope="module")
def xml(made: dict[str, bytes]) -> str:
    with zipfile.ZipFile(io.BytesIO(made["camille-apple-health.zip"])) as archive:
        (member,) = archive.infolist()
        return archive.read(member).decode()


@pytest.fixture(scope="module")
def lived() -> life.Life:
    return life.live(END, demo_person.SEED)


@pytest.fixture(scope="module")
def sessions(lived: life.Life) -> list[sport.Workout]:
    return sport.workouts(lived)


@pytest.fixture(scope="module")
def grid(lived: life.Life, sessions: list[sport.Workout]) -> activity.Days:
    return activity.days(lived, sessions)


# --- files -----------------------------------------------------------------------------------------------------------


def test_same_end_and_seed_same_bytes(made: dict[str, bytes]) -> None:
    assert demo_person.files(END) == made
    other = demo_person.files(END, seed=47)
    assert other["camille-apple-health.zip"] != made["camille-apple-health.zip"]


@pytest.mark.parametrize(("end", "seed"), [(END, 46), (date(2027, 8, 1), 46), (date(2031, 12, 31), 7)])
def test_the_budget(end: date, seed: int) -> None:
    before = time.process_time()
    made = demo_person.files(end, seed)
    assert time.process_time() - before < 3
    packed = made["camille-apple-health.zip"]
    assert len(packed) < 9_000_000
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.infolist()[0].file_size < 60_000_000


def test_marked_as_synthetic(xml: str) -> None:
    assert "Camille Martin is synthetic" in xml[:300]


def test_the_whole_file_is_xml_and_ends_on_the_day(xml: str) -> None:
    counted: Counter[str] = Counter()
    last = ""
    for _, element in ElementTree.iterparse(io.BytesIO(xml.encode())):
        counted[element.tag] += 1
        last = max(last, element.get("startDate", "")[:10])
        element.clear()
    assert last == str(END)
    assert counted["ActivitySummary"] == sum(life.live(END, 46).watch)
    assert {"Workout", "WorkoutEvent", "WorkoutStatistics", "MetadataEntry", "Correlation", "Me"} <= counted.keys()


def test_one_offset_in_the_whole_file(xml: str) -> None:
    assert set(re.findall(r'Date="[^"]*? ([+-]\d{4})"', xml)) == {"+0100"}
    summer = demo_person.export_zip(date(2026, 7, 31))
    with zipfile.ZipFile(io.BytesIO(summer)) as archive:
        assert set(re.findall(r'Date="[^"]*? ([+-]\d{4})"', archive.read(archive.namelist()[0]).decode())) == {"+0200"}


def test_import_takes_every_row(made: dict[str, bytes], tmp_path: Path) -> None:
    metrics: Counter[str] = Counter()
    for item in _read(made, tmp_path):
        assert not isinstance(item, Problem), item
        if isinstance(item, Batch):
            for code, n in zip(*np.unique(item.metric, return_counts=True), strict=True):
                metrics[item.words[code]] += int(n)
        elif isinstance(item, Observation):
            metrics[item.metric] += 1
    unknown = {name for name in metrics if name not in catalog() and name not in ("workout", "characteristics", "blood_pressure")}
    assert unknown == {"lab:antigene-helicobacter-pylori-selles"}, "only the result in words has no name of ours"
    expected = {
        "steps", "distance_walk_run", "distance_cycling", "distance_swim", "active_energy", "basal_energy", "flights", "stand_hours",
        "exercise_minutes", "heart_rate", "resting_heart_rate", "hrv_sdnn", "respiratory_rate", "spo2", "wrist_temperature",
        "cardio_fitness", "noise_exposure", "headphone_exposure", "sleep_stage", "weight", "blood_pressure_systolic", "body_temperature",
        "cycle_flow", "symptom_cough", "mindful_minutes", "dietary_energy", "dietary_protein", "dietary_carbohydrates", "dietary_fat",
        "dietary_fiber", "dietary_sugar", "dietary_sodium", "caffeine", "water", "activity_ring_energy", "workout",
    }  # fmt: skip
    assert expected <= metrics.keys()


def _read(files: dict[str, bytes], folder: Path) -> Iterator[object]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
        for found in recognise(folder / name, None):
            yield from found.read(ReadContext("Europe/Paris", "en", {}))


# --- her days --------------------------------------------------------------------------------------------------------


def test_two_years_with_both_clock_changes_and_two_journeys(lived: life.Life) -> None:
    assert len(lived.dates) == 731
    assert lived.dates[-1] == END
    assert Counter(lived.zone) == {"Europe/Paris": 711, "Europe/Lisbon": 12, "America/New_York": 8}
    steps = set(np.diff(lived.midnight[np.array(lived.zone) == "Europe/Paris"]).tolist())
    assert {23 * 3600, 25 * 3600} <= steps


def test_stretches_do_not_touch_one_another() -> None:
    told = sorted([life.NO_CHARGER, life.LISBON, life.NEW_YORK, life.KNEE, *life.COLDS, (life.NEW_WATCH, life.NEW_WATCH - 2)])
    assert all(before[0] < after[1] for before, after in pairwise(told))


def test_the_watch_is_missing_for_nine_days_and_never_at_the_change(lived: life.Life) -> None:
    assert not lived.watch[lived.during(life.NO_CHARGER)].any()
    assert int(lived.during(life.NO_CHARGER).sum()) == 9
    assert lived.watch[lived.during((192, 187))].all()
    assert 0.95 < lived.watch.mean() < 1


def test_adding_up_devices_would_be_half_too_much(xml: str, lived: life.Life, grid: activity.Days) -> None:
    naive = sum(map(int, re.findall(r'StepCount" .*? value="(\d+)"', xml)))
    true = grid.steps.sum()
    assert 1.4 < naive / true < 1.65
    assert 7_000 < true / len(lived.dates) < 10_000


def test_two_watches_for_three_days(xml: str, lived: life.Life) -> None:
    last_old = max(re.findall(r'StepCount" .*?hardware:Watch6,2.*? startDate="(\S+)', xml))
    first_new = min(re.findall(r'StepCount" .*?hardware:Watch7,5.*? startDate="(\S+)', xml))
    assert date.fromisoformat(last_old) - date.fromisoformat(first_new) == timedelta(days=life.BOTH_WATCHES - 1)
    assert date.fromisoformat(first_new) == END - timedelta(days=life.NEW_WATCH)


def test_energy_follows_steps_and_a_cold_lowers_both(lived: life.Life, grid: activity.Days) -> None:
    steps, kcal = grid.steps.sum(axis=1), grid.kcal.sum(axis=1)
    assert np.corrcoef(steps, kcal)[0, 1] > 0.7
    ill = lived.ill == 1
    assert steps[ill].mean() < 0.6 * steps[~ill].mean()
    assert 300 < kcal.mean() < 600


def test_the_resting_rate_drops_with_the_watch_and_rises_with_a_cold(lived: life.Life) -> None:
    rate = heart.resting(lived)
    around = slice(731 - 190 - 60, 731 - 190), slice(731 - 190, 731 - 190 + 60)
    drop = rate[around[0]].mean() - rate[around[1]].mean()
    assert 1 < drop < 3.5
    for first, last in life.COLDS:
        ill = lived.during((first, last))
        week_before = lived.during((first + 8, first + 1))
        assert rate[ill].mean() > rate[week_before].mean() + 3
    assert 50 < rate.min() <= rate.max() < 75


def test_no_running_while_the_knee_hurt(lived: life.Life, sessions: list[sport.Workout]) -> None:
    ran = [w for w in sessions if w.what == "run"]
    assert not [w for w in ran if lived.knee[w.day]]
    assert int(lived.knee.sum()) == 35
    assert 1.4 < len(ran) / (731 / 7) < 2.2
    assert {lived.dates[w.day].month for w in sessions if w.what == "ride"} <= {5, 6, 7, 8, 9}
    assert Counter(w.what for w in sessions).keys() == {"run", "swim", "ride", "yoga"}


def test_workouts_have_a_pace_somebody_can_run(sessions: list[sport.Workout]) -> None:
    paces = [w.minutes / w.km for w in sessions if w.what == "run"]
    assert 5.2 < min(paces) <= max(paces) < 7.5
    assert all(24 < w.km * 1000 / w.minutes < 34 for w in sessions if w.what == "swim")
    assert all(a.end <= b.start for a, b in pairwise(sessions))


def test_hours_hold_exactly_what_the_sessions_hold(lived: life.Life, sessions: list[sport.Workout]) -> None:
    assert sport.by_hour(lived, sessions, "minutes").sum() == pytest.approx(sum(w.minutes for w in sessions))
    assert sport.by_hour(lived, sessions, "km").sum() == pytest.approx(sum(w.km for w in sessions if w.what == "run"))
    assert (sport.by_hour(lived, sessions, "minutes") < 60.1).all()


def test_nights_are_like_nights(lived: life.Life) -> None:
    sleep = night.nights(lived)
    hours = (sleep.up_at - sleep.asleep_at)[sleep.slept] / 3600
    assert 4 < hours.min() < hours.max() < 11.5
    assert 7 < hours.mean() < 8
    assert 8 <= int((hours < 6).sum()) <= 60, "short nights are there, and are not the rule"
    assert (sleep.asleep_at[1:] > sleep.up_at[:-1]).all()
    assert int((~sleep.slept).sum()) == 1, "the night on the plane"
    assert not (sleep.seen & ~lived.watch).any()


def test_a_night_is_told_without_gaps() -> None:
    pieces = list(night._night(0, 7 * 3600, np.random.default_rng(1)))
    assert pieces[0][0] == 0
    assert all(a[1] == b[0] for a, b in pairwise(pieces))
    assert {word for _, _, word in pieces} == {"AsleepCore", "AsleepDeep", "AsleepREM", "Awake"}


def test_weight_goes_down_and_up_a_bit_after_a_holiday(lived: life.Life) -> None:
    kilos = body.weight(lived)
    assert kilos[-30:].mean() < kilos[:30].mean() - 2
    back = life.DAYS - 1 - life.LISBON[1]
    assert kilos[back] > kilos[back - 20] + 0.5 > kilos[back + 120] + 0.5
    assert 63 < kilos.min() <= kilos.max() < 72


def test_a_meal_is_the_sum_of_what_is_in_it() -> None:
    dice = np.random.default_rng(2)
    kcal = np.array([420.0, 700.0, 760.0])
    parts = {kind: amount for kind, _, _, amount in diary._parts(kcal, np.arange(3), dice)}
    assert parts["Protein"] * 4 + parts["Carbohydrates"] * 4 + parts["FatTotal"] * 9 == pytest.approx(kcal)
    assert (parts["Sugar"] + parts["Fiber"] < parts["Carbohydrates"]).all()


# --- laboratory ------------------------------------------------------------------------------------------------------


def _results() -> dict[str, dict[str, tuple[str, float, str]]]:
    """value of every result by name and date, with comparator and unit."""
    found: dict[str, dict[str, tuple[str, float, str]]] = {}
    for row in csv.DictReader(io.StringIO(labs.labs_csv(END))):
        number = re.sub(r"[^\d.]", "", row["value"])
        if number:
            found.setdefault(row["name"], {})[row["date"]] = (row["comparator"], float(number), row["unit"])
    return found


def test_four_dates_two_laboratories_words_and_comparators() -> None:
    rows = list(csv.DictReader(io.StringIO(labs.labs_csv(END))))
    assert len({r["date"] for r in rows}) == 4
    assert len({r["lab"] for r in rows}) == 2
    assert {r["unit"] for r in rows if r["name"] == "LDL cholestérol"} == {"g/L", "mmol/L"}
    assert [r["comparator"] or r["value"][0] for r in rows if r["name"] == "CRP"] == ["<"] * 4
    assert [r["value"] for r in rows if "pylori" in r["name"]] == ["négatif"]


def test_cholesterol_adds_up() -> None:
    results = _results()
    share = {"mmol/L": 2.2, "g/L": 5.0}
    for day, (_, total, unit) in results["Cholestérol total"].items():
        ldl, hdl, fat = (results[name][day][1] for name in ("LDL cholestérol", "HDL cholestérol", "Triglycérides"))
        assert {results[name][day][2] for name in ("LDL cholestérol", "HDL cholestérol", "Triglycérides")} == {unit}
        assert ldl + hdl + fat / share[unit] == pytest.approx(total, rel=0.01)


@pytest.mark.parametrize(("back", "age"), list(zip(labs.BACK, (44, 44, 45, 46), strict=True)))
def test_the_filtration_rate_is_that_of_the_creatinine(back: int, age: int) -> None:
    day = str(END - timedelta(days=back))
    results = _results()
    ratio = results["Créatinine"][day][1] / 88.42 / 0.7
    expected = 142 * min(ratio, 1) ** -0.241 * max(ratio, 1) ** -1.2 * 0.9938**age * 1.012
    assert results["DFG estimé (CKD-EPI 2021)"][day][1] == pytest.approx(expected, abs=1.5)


def test_what_drifts_drifts_and_what_recovers_recovers() -> None:
    days = [str(END - timedelta(days=back)) for back in labs.BACK]
    results = _results()
    assert [results["Ferritine"][d][1] for d in days] == [9, 24, 41, 52]
    assert [results["TSH"][d][1] for d in days] == [6.1, 3.4, 2.6, 2.3]
    ldl = [v / (0.3867 if unit == "g/L" else 1) for _, v, unit in (results["LDL cholestérol"][d] for d in days)]
    assert ldl == sorted(ldl)
    assert ldl[0] == 3.2
    assert ldl[-1] == 4.2


# --- profile, moments ------------------------------------------------------------------------------------------------


@given(st.dates(date(2004, 3, 1), date(2090, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_any_last_day_gives_a_life_and_a_profile(end: date) -> None:
    said = demo_person.profile(end)
    born = date.fromisoformat(said["birth_date"])
    assert end.year - born.year - ((end.month, end.day) < (born.month, born.day)) == 46
    lived = life.live(end, 46)
    assert (np.diff(lived.midnight) > 0).all()
    assert lived.dates[0] == end - timedelta(days=730)


@given(st.integers(0, 4_000_000_000), st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata"]))
def test_a_moment_reads_back(second: int, zone: str) -> None:
    offset = datetime.fromtimestamp(second, ZoneInfo(zone)).utcoffset()
    assert offset is not None
    written = Pen(int(offset.total_seconds())).moment(second)
    assert datetime.strptime(written, "%Y-%m-%d %H:%M:%S %z").timestamp() == second
