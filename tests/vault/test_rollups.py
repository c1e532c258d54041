"""Rollups equal a recomputation whatever came in which order, and never show what is not granted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from carnet.record.catalog import catalog
from carnet.record.clock import day_number
from carnet.record.days import daily
from carnet.record.model import Source
from carnet.record.selection import Window
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from vault.batches import PHONE, WATCH, Row, batch

OLD = Source("Apple Watch", "Watch6,2", "watch")
T0 = int(datetime(2026, 2, 27, tzinfo=UTC).timestamp() * 1000)
WINDOW = Window(date(2026, 2, 25), date(2026, 3, 20))


def rows(seed: int, source: Source, n: int = 60, days: int = 12) -> list[Row]:
    rng = np.random.default_rng(seed)
    starts = np.sort(rng.integers(0, days * 86_400, n)) * 1000 + T0
    return [("steps", source, int(s), int(s) + 1_200_000, float(rng.integers(1, 500))) for s in starts]


def bring(vault: Vault, found: Sequence[Row], service: str = "apple_health", zone: str = "") -> None:
    with vault.importing(service, os.urandom(8).hex(), "test/1") as task:
        task.add(batch(found, service, zone=zone))
        vault.finish(task, {"asks": []})


def stored(vault: Vault) -> dict[int, tuple[int, float]]:
    found = vault.view(vault.permit("answer", datetime.now(UTC))).rollup("steps", WINDOW)
    assert found is not None
    return {row[0]: (row[1], pytest.approx(row[2])) for row in found}


def recomputed(vault: Vault) -> dict[int, Any]:
    view = vault.view(vault.permit("answer", datetime.now(UTC)))
    series = view.series("steps", WINDOW)
    found = daily(series, catalog()["steps"], view.person.home_zone, WINDOW)
    return {int(d): (int(n), float(v)) for d, n, v in zip(found.day, found.n, found.value, strict=True)}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(Home(tmp_path / "h").make_vault(None))
    made.decide("grant", "*", ("*",), "answer")
    return made


def test_they_follow_every_import_a_newer_watch_a_zone_and_ranks(vault: Vault) -> None:
    bring(vault, rows(1, OLD))
    assert stored(vault) == recomputed(vault)
    bring(vault, rows(2, WATCH, days=14), zone="America/New_York")
    assert vault.person().home_zone == "America/New_York"
    assert stored(vault) == recomputed(vault)
    bring(vault, rows(3, PHONE) + rows(4, OLD, n=20, days=19))  # the older watch has the last word now, for all days
    assert stored(vault) == recomputed(vault)
    for key, value in (("home_zone", "Asia/Tokyo"), ("source_ranks", "iPhone"), ("home_zone", "Europe/Paris")):
        vault.set_profile(key, value)
        assert stored(vault) == recomputed(vault)
    assert min(stored(vault)) >= day_number(WINDOW.first)


def test_a_rollup_that_rests_on_more_than_is_granted_is_not_shown(vault: Vault) -> None:
    bring(vault, rows(1, WATCH))
    bring(vault, rows(2, PHONE), "tidy_csv")
    vault.decide("revoke", "tidy_csv", ("*",), "answer")
    view = vault.view(vault.permit("answer", datetime.now(UTC)))
    assert view.rollup("steps", WINDOW) is None
    assert len(view.series("steps", WINDOW)) == 60
