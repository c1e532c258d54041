"""What makes daily figures be computed again: the days of long rows, and only the metrics whose sources changed places."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from carnet.record.catalog import catalog
from carnet.record.clock import day_number
from carnet.record.days import daily
from carnet.record.model import Source
from carnet.record.selection import Window
from carnet.vault import rollups
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from vault.batches import PHONE, WATCH, Row, batch

HOUR, DAY = 3_600_000, 86_400_000
T0 = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp() * 1000)
WINDOW = Window(date(2026, 2, 25), date(2026, 4, 10))
ONE, TWO = Source("One", "Watch5,1", "watch"), Source("Two", "Watch7,5", "watch")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(Home(tmp_path / "h").make_vault(None))
    made.decide("grant", "*", ("*",), "answer")
    return made


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The metrics each import computed for all days."""
    seen: list[str] = []
    real = rollups.moved

    def noted(*args: object) -> list[str]:
        found = real(*args)
        seen.extend(found)
        return found

    monkeypatch.setattr(rollups, "moved", noted)
    return seen


def bring(vault: Vault, *rows: Row) -> None:
    with vault.importing("apple_health", str(rows), "test/1") as task:
        task.add(batch(list(rows)))
        vault.finish(task, {"asks": []})


def stored(vault: Vault, metric: str = "steps") -> dict[int, float]:
    found = vault.view(vault.permit("answer", datetime.now(UTC))).rollup(metric, WINDOW)
    assert found is not None
    return {row[0]: pytest.approx(row[2]) for row in found}


def recomputed(vault: Vault, metric: str = "steps") -> dict[int, float]:
    view = vault.view(vault.permit("answer", datetime.now(UTC)))
    found = daily(view.series(metric, WINDOW), catalog()[metric], view.person.home_zone, WINDOW)
    return {int(d): float(v) for d, v in zip(found.day, found.value, strict=True)}


def test_every_day_of_a_long_row_is_counted(vault: Vault) -> None:
    bring(vault, ("steps", WATCH, T0, T0 + 6 * DAY, 600.0), ("heart_rate", WATCH, T0, T0, 60.0))
    assert stored(vault) == recomputed(vault)
    assert len(stored(vault)) == 6
    vault.set_profile("home_zone", "Asia/Tokyo")
    assert stored(vault) == recomputed(vault)
    assert len(stored(vault)) == 7


def test_the_days_of_a_long_row_stay_complete_when_everything_is_computed_again(vault: Vault) -> None:
    bring(vault, ("steps", ONE, T0, T0 + 6 * DAY, 600.0), ("steps", TWO, T0 + HOUR, T0 + 2 * HOUR, 50.0))
    bring(vault, ("heart_rate", ONE, T0 + 3 * HOUR, T0 + 3 * HOUR, 60.0), ("heart_rate", TWO, T0, T0, 61.0))
    bring(vault, ("heart_rate", TWO, T0 + 9 * HOUR, T0 + 9 * HOUR, 60.0))
    assert stored(vault) == recomputed(vault)


def test_sources_of_different_kinds_that_take_turns_change_nothing(vault: Vault, again: list[str]) -> None:
    for i in range(6):
        bring(vault, ("steps", (WATCH, PHONE)[i % 2], T0 + i * HOUR, T0 + (i + 2) * HOUR, 100.0 + i))
        assert stored(vault) == recomputed(vault)
    assert again == []


def test_two_watches_that_take_turns_change_only_what_both_measure(vault: Vault, again: list[str]) -> None:
    bring(vault, ("steps", ONE, T0, T0 + HOUR, 100.0), ("flights", ONE, T0, T0 + HOUR, 3.0), ("heart_rate", ONE, T0, T0, 60.0))
    bring(vault, ("steps", TWO, T0 + 2, T0 + HOUR, 90.0), ("hrv_sdnn", TWO, T0 + 2, T0 + 2, 60.0))
    assert again == []
    for i in range(1, 5):
        bring(vault, ("flights" if i % 2 else "hrv_sdnn", (ONE, TWO)[(i + 1) % 2], T0 + i * HOUR, T0 + i * HOUR, 2.0))
        assert stored(vault) == recomputed(vault)
    assert again == ["steps"] * 4


def test_ranks_change_only_what_several_sources_measure(vault: Vault, again: list[str]) -> None:
    bring(vault, ("steps", WATCH, T0, T0 + HOUR, 100.0), ("steps", PHONE, T0, T0 + HOUR, 70.0), ("flights", WATCH, T0, T0 + HOUR, 3.0))
    vault.set_profile("source_ranks", "iPhone")
    assert again == ["steps"]
    assert stored(vault) == {day_number(date(2026, 3, 2)): 70.0}


def test_figures_that_rest_on_what_an_older_version_noted_are_computed_once_more(vault: Vault, again: list[str]) -> None:
    bring(vault, ("steps", WATCH, T0, T0 + HOUR, 100.0))
    with vault._file.transaction() as cursor:
        cursor.execute("update meta set value = ? where key = 'rollup_basis'", ('{"zone": "UTC", "ranks": "", "order": [1]}',))
        cursor.execute("update rollup set sum = 1")
    bring(vault, ("heart_rate", WATCH, T0 + 9 * DAY, T0 + 9 * DAY, 60.0))
    assert again == ["steps"]
    assert stored(vault) == recomputed(vault)


def test_rows_of_far_years_do_not_stop_an_import(vault: Vault) -> None:
    far = int(datetime(9999, 12, 31, 23, 59, tzinfo=UTC).timestamp() * 1000)
    early = int(datetime(1, 1, 1, tzinfo=UTC).timestamp() * 1000)
    bring(vault, ("heart_rate", WATCH, T0, T0, 60.0), ("heart_rate", WATCH, far, far, 61.0), ("heart_rate", WATCH, early, early, 62.0))
    assert stored(vault, "heart_rate") == recomputed(vault, "heart_rate")
