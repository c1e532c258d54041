"""The pages over a small synthetic vault, driven without a browser by Django's own test client."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carnet.web.site.settings import configure

configure()

from django.test import Client  # noqa: E402 Django may only be imported once it is configured

from carnet.space.space import HealthSpace  # noqa: E402
from carnet.vault.home import Home  # noqa: E402
from carnet.web import state  # noqa: E402
from carnet.web.desk import Desk  # noqa: E402
from carnet.web.start import application  # noqa: E402
from journeys.carnet import export, record  # noqa: E402

NOW = datetime(2026, 3, 15, 9, 30, tzinfo=UTC)
HOSTILE = "&lt;script&gt;alert(1)&lt;/script&gt;"


def rows() -> list[str]:
    """Two weeks of steps and resting heart rate; one source carries markup in its name."""
    days = [f"2026-03-{n:02d}" for n in range(1, 15)]
    made = [record("StepCount", f"{d} 10:00:00 +0100", f"{d} 10:10:00 +0100", 4000 + 100 * n) for n, d in enumerate(days)]
    made += [
        record("RestingHeartRate", f"{d} 08:00:00 +0100", f"{d} 08:00:00 +0100", 60 + n % 3, "count/min", HOSTILE)
        for n, d in enumerate(days)
    ]
    return made


LABS = "date,name,comparator,value,unit,ref_low,ref_high,lab\n2026-01-10,LDL cholesterol,,3.9,mmol/L,,3.4,Lab A\n2026-03-02,LDL cholesterol,,3.2,mmol/L,,3.4,Lab A\n2026-03-02,CRP,<,5,mg/L,,5,Lab A\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose own space holds `rows` and `LABS` and has granted nothing yet; the demo's home is not made."""
    root = tmp_path / "own"
    labs = tmp_path / "labs.csv"
    labs.write_text(LABS)
    with HealthSpace.make(Home(root)) as space:
        list(space.import_paths([export(tmp_path, rows()), labs], None, {}, False, None))
        space.set_profile("home_zone", "Europe/Paris")
    application(root, tmp_path / "demo", "own", lambda: NOW, lambda token: None)
    yield state.desk()
    state.desk().close()


@pytest.fixture
def client(desk: Desk) -> Client:
    """A browser that was let in, in English."""
    let_in = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en")
    let_in.get("/open", {"t": state.tokens().current})
    return let_in


@pytest.fixture
def granted(desk: Desk) -> Desk:
    """The same desk with everything that is not sensitive allowed for answers."""
    with desk.space("own") as space:
        space.decide("grant", None, [], "answer")
    return desk


def text(response: Any) -> str:
    """The page as it was sent."""
    return response.content.decode()
