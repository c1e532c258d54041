"""The report of an import: what can hardly be a measurement is kept and counted, and read always adds up."""

from __future__ import annotations

from pathlib import Path

from carnet.space.space import HealthSpace
from carnet.vault.home import Home
from journeys.carnet import export, record

DAY = ("2026-03-09 10:00:00 +0100", "2026-03-09 10:10:00 +0100")


def test_what_can_hardly_be_a_measurement_is_kept_and_counted(tmp_path: Path) -> None:
    labs = tmp_path / "labs.csv"
    labs.write_text(
        "date,name,comparator,value,unit,lab\n2026-03-01,LDL cholesterol,,400,mmol/L,A\n2026-03-02,LDL cholesterol,>,400,mmol/L,A\n"
    )
    rows = [record("BodyMass", *DAY, 7000, "kg"), record("BodyMass", *DAY, 70, "kg"), record("HeartRate", *DAY, 4000, "count/min")]
    with HealthSpace.make(Home(tmp_path / "h")) as space:
        apple, tidy = space.import_paths([export(tmp_path, rows), labs], None, {}, False, None)
    assert apple["implausible"] == {"heart_rate": 1, "weight": 1}
    assert tidy["implausible"] == {"cholesterol_ldl": 1}, "a result beyond a limit is no measurement"
    for report, read in ((apple, 3), (tidy, 2)):
        assert report["read"] == report["added"] == read
        assert report["problems"] == []


def test_importing_again_after_storing_was_stopped_is_said(tmp_path: Path) -> None:
    steps = export(tmp_path, [record("StepCount", *DAY, 420)])
    more = export(tmp_path, [record("StepCount", *DAY, 420), record("BodyMass", *DAY, 70, "kg")], "more.xml")
    with HealthSpace.make(Home(tmp_path / "h")) as space:
        (first,) = space.import_paths([steps], None, {}, False, None)
        space.decide("revoke", "apple_health", [], "store")
        (second,) = space.import_paths([more], None, {}, False, None)
    assert (first["store_again"], second["store_again"]) == (False, True)
