"""Every way out of the vault is registered, needs a grant, and shuts when the grant is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carnet.consent import NotGranted
from carnet.record.selection import Filters
from carnet.space.doors import DOORS, UnregisteredDoor, door
from carnet.space.space import HealthSpace
from carnet.vault.home import Home
from journeys.carnet import export, record

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
SOURCE = Path(__file__).resolve().parents[2] / "src" / "carnet"


@pytest.fixture
def space(tmp_path: Path) -> HealthSpace:
    made = HealthSpace.make(Home(tmp_path / "h"))
    rows = [record("StepCount", "2026-03-09 10:00:00 +0100", "2026-03-09 10:10:00 +0100", 421)]
    list(made.import_paths([export(tmp_path, rows)], None, {}, False, None))
    return made


def ask(space: HealthSpace) -> str:
    reply = space.ask(["How many steps on 9 March?"], NOW)
    if reply.refused:
        raise NotGranted("answer")
    return reply.text


def conversation(space: HealthSpace) -> str:
    """A kept answer of 421 steps, read again."""
    body = {"text": "421 steps", "used": [{"service": "apple_health", "category": "activity", "count": 1}]}
    if not space.exchanges("c"):
        space._vault.keep("c", "How many steps?", body)
    kept = space.exchanges("c")[0]
    if kept.body is None:
        raise NotGranted("answer")
    return str(kept.body)


def connections(space: HealthSpace) -> str:
    """The services with the counts of what may be kept."""
    found = space.connections()
    if not any(c.rows for c in found):
        raise NotGranted("store")
    return str(found)


def today(space: HealthSpace) -> str:
    """The first page; without a grant it says so and holds no figure."""
    found = space.today(NOW)
    if not found.allowed:
        assert (found.week, found.pinned) == (None, ())
        raise NotGranted("answer")
    return str(found)


WAYS: dict[str, Callable[[HealthSpace], object]] = {
    "ask": ask,
    "conversation": conversation,
    "query": lambda s: s.query("steps", "sum", None, "none", Filters(), None, NOW),
    "show": lambda s: s.show("carnet:steps/2026-03-09/2026-03-09", NOW),
    "metrics": lambda s: s.holdings(),
    "today": today,
    "metric": lambda s: s.measure("steps", 30, None, NOW),
    "chart": lambda s: s.course("carnet:steps/2026-03-09/2026-03-09", NOW),
    "labs": lambda s: s.labs(NOW),
    "timeline": lambda s: s.timeline(NOW),
    "connections": connections,
}


def test_every_door_is_tried_here() -> None:
    assert WAYS.keys() == DOORS.keys()


@pytest.mark.parametrize("name", sorted(DOORS))
def test_shut_open_shut(space: HealthSpace, name: str) -> None:
    space.decide("revoke", "apple_health", ("activity",), DOORS[name].purpose)  # bringing a file in was itself a grant to keep it
    with pytest.raises(NotGranted):
        WAYS[name](space)
    space.decide("grant", "apple_health", ("activity",), DOORS[name].purpose)
    assert "421" in str(WAYS[name](space)) or name in ("show", "metrics", "connections", "labs", "timeline")
    assert next(reversed(list(space.audit()))).action == name
    space.decide("revoke", "apple_health", ("activity",), DOORS[name].purpose)
    with pytest.raises(NotGranted):
        WAYS[name](space)


def test_a_way_nobody_declared_does_not_open(space: HealthSpace) -> None:
    with pytest.raises(UnregisteredDoor):
        space._view("leak")
    with pytest.raises(UnregisteredDoor):
        door("")


def test_views_are_opened_in_one_place_only() -> None:
    opened = [
        f"{path.name}: {line.strip()}"
        for path in SOURCE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\b(_vault|vault)\.view\(|\bView\(", line) and not line.strip().startswith(("class", '"""', "#"))
    ]
    assert sorted(line.split(":")[0] for line in opened) == ["space.py", "vault.py"], opened
