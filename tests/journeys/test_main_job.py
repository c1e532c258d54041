"""A real-looking export in, a cited answer out; and the next export of the same person, whatever its settings, adds only what is new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from journeys.carnet import NOW, carnet

METRIC = {"mass": ("kg", 1.0, 2), "far": ("km", 1.0, 3), "energy": ("kcal", 1.0, 2), "height": ("cm", 1.0, 1), "hot": ("degC", None, 2)}
US = {"mass": ("lb", 2.2046226218, 2), "far": ("mi", 1 / 1.609344, 5), "energy": ("kJ", 4.184, 2), "height": ("in", 1 / 2.54, 3),
      "hot": ("degF", None, 2)}  # fmt: skip
KINDS = {"mass": "BodyMass", "far": "DistanceWalkingRunning", "energy": "ActiveEnergyBurned", "height": "Height", "hot": "BodyTemperature"}


def _number(value: float, kind: str, units: dict[str, tuple[str, float | None, int]]) -> tuple[str, str]:
    unit, factor, digits = units[kind]
    shown = value * factor if factor is not None else (value if unit == "degC" else value * 1.8 + 32)
    return f"{shown:.{digits}f}", unit


def _export(path: Path, units: dict[str, tuple[str, float | None, int]], days: int, pointer: int, hours: int) -> Path:
    """The same invented person, exported under other settings: units, the phone's offset, device pointers, creation order."""
    offset = f"+{hours:02}00"
    rows = []
    for day in range(days):
        date = f"2026-02-{day + 1:02}"
        device = (
            f"&lt;&lt;HKDevice: 0x{pointer + day:x}&gt;, name:Apple Watch, model:Watch, hardware:Watch7,5, software:11.{pointer % 7}&gt;"
        )
        for at, (kind, value) in enumerate((("mass", 71.4 + day / 10), ("far", 1.234 + day), ("energy", 212.25 + day),
                                            ("height", 172.0), ("hot", 36.6 + day / 20))):  # fmt: skip
            number, unit = _number(value, kind, units)
            start = f"{date} {8 + at + hours:02}:00:00 {offset}"
            end = f"{date} {8 + at + hours:02}:{10 if kind in ('far', 'energy') else 0:02}:00 {offset}"
            rows.append(f'<Record type="HKQuantityTypeIdentifier{KINDS[kind]}" sourceName="Watch" device="{device}" unit="{unit}" '
                        f'creationDate="{end}" startDate="{start}" endDate="{end}" value="{number}"/>')  # fmt: skip
        far, mile = _number(5.0 + day / 3, "far", units)
        burnt, calorie = _number(301.5 + day, "energy", units)
        span = f'startDate="{date} {16 + hours}:00:00 {offset}" endDate="{date} {16 + hours}:30:00 {offset}"'
        rows.append(
            f'<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" sourceName="Watch" device="{device}" '
            f'creationDate="{date} 18:00:00 {offset}" {span}><WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" {span} '
            f'sum="{far}" unit="{mile}"/><WorkoutStatistics type="HKQuantityTypeIdentifierActiveEnergyBurned" {span} sum="{burnt}" '
            f'unit="{calorie}"/></Workout>'
        )
        rows.append(f'<ActivitySummary dateComponents="{date}" activeEnergyBurned="{burnt}" activeEnergyBurnedGoal="0" '
                    f'activeEnergyBurnedUnit="{calorie}" appleExerciseTime="30" appleExerciseTimeGoal="30" appleStandHours="9" '
                    f'appleStandHoursGoal="12"/>')  # fmt: skip
    body = "\n ".join(reversed(rows) if pointer % 2 else rows)
    path.write_text(
        f'<?xml version="1.0"?>\n<HealthData locale="en">\n <ExportDate value="2026-03-01 08:00:00 {offset}"/>\n {body}\n</HealthData>\n'
    )
    return path


def added(done: object) -> int:
    (report,) = json.loads(done.out)
    assert report["read"] == report["added"] + report["unchanged"] + sum(p["count"] for p in report["problems"])
    assert not report["problems"]
    return int(report["added"])


@pytest.mark.parametrize(("first", "second"), [(METRIC, US), (US, METRIC)], ids=["metric then US", "US then metric"])
def test_another_export_with_other_settings_adds_nothing(tmp_path: Path, first: dict, second: dict) -> None:
    assert added(carnet("import", "--json", _export(tmp_path / "a.xml", first, 20, 0x100, 1))) == 140
    assert added(carnet("import", "--json", _export(tmp_path / "b.xml", second, 20, 0x301, 2))) == 0
    assert added(carnet("import", "--json", _export(tmp_path / "c.xml", second, 23, 0x402, 0))) == 21


def test_the_figure_opens_the_rows_it_was_made_of_also_after_later_imports(tmp_path: Path) -> None:
    carnet("import", _export(tmp_path / "a.xml", METRIC, 10, 0x100, 1))
    carnet("consent", "grant", "apple_health", "--purpose", "answer")
    reply = carnet("ask", "--json", "--now", NOW, "How far did I walk in total in February 2026?").json()
    assert reply["headline"]["value"] == pytest.approx(sum(1.234 + d for d in range(10)))
    (citation,) = reply["citations"]
    carnet("import", _export(tmp_path / "b.xml", METRIC, 12, 0x200, 1))
    rows = carnet("show", "--json", citation["link"]).json()["rows"]
    assert len(rows) == citation["observations"] == 10
    later = carnet("ask", "--json", "--now", NOW, "Combien de kilomètres ai-je marché en février 2026 ?").json()
    assert later["lang"] == "fr"
    assert later["headline"]["value"] == pytest.approx(sum(1.234 + d for d in range(12)))


def test_the_same_question_gives_the_same_answer(tmp_path: Path) -> None:
    carnet("import", _export(tmp_path / "a.xml", METRIC, 10, 0x100, 1))
    carnet("consent", "grant", "--all", "--purpose", "answer")
    replies = {carnet("ask", "--json", "--now", NOW, "Is my weight going up?").out for _ in range(5)}
    assert len(replies) == 1


def test_a_kept_conversation_is_continued_and_an_unnamed_one_is_not(tmp_path: Path) -> None:
    carnet("import", _export(tmp_path / "a.xml", METRIC, 10, 0x100, 1))
    carnet("consent", "grant", "--all", "--purpose", "answer")
    carnet("ask", "--conversation", "c1", "--now", NOW, "What was my average weight in February?")
    again = carnet("ask", "--json", "--conversation", "c1", "--now", NOW, "And on 3 February?").json()
    assert again["headline"]["value"] == pytest.approx(71.6)
    assert carnet("ask", "--json", "--now", NOW, "And on 3 February?").json()["headline"] is None
