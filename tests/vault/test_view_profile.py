"""What the profile takes, and that a bad stored value is as if nothing had been said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carnet.record.model import Observation
from carnet.record.view import Person
from carnet.vault.home import Home
from carnet.vault.profile import KEYS, BadProfile
from carnet.vault.vault import Vault
from vault.batches import WATCH, batch

PLAIN = Person(home_zone="UTC", home_zone_said=False)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(Home(tmp_path_factory.mktemp("p") / "h").make_vault(None))


def put(vault: Vault, key: str, body: str) -> None:
    """A value as another version or a hand could have left it."""
    with vault._file.transaction() as cursor:
        cursor.execute("delete from profile")
        cursor.execute("insert into profile values (?, '', ?)", (key, body))


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("goals", '{"steps":"ten"}'), ("goals", '{"steps":true}'), ("goals", '{"steps":null}'), ("goals", '{"steps":NaN}'),
        ("goals", '{"steps":[1]}'), ("goals", '{"steps":1e999}'), ("goals", '{"steps":1' + "0" * 400 + "}"), ("goals", "[1]"),
        ("goals", "ten"), ("goals", "[" * 100_000), ("events", '{"operation": 5}'), ("events", '{"operation": "soon"}'),
        ("events", '{"operation": null}'), ("home_zone", "Paris"), ("home_zone", "../UTC"), ("birth_date", "soon"), ("units", "both"),
    ],
)  # fmt: skip
def test_what_is_not_a_value_is_refused_in_one_line(vault: Vault, key: str, text: str) -> None:
    with pytest.raises(BadProfile) as refused:
        vault.set_profile(key, text)
    assert str(refused.value).startswith(f"{key}: expected")
    assert "\n" not in str(refused.value)
    assert key not in vault.profile()


def test_goals_and_events_come_back_as_numbers_and_dates(vault: Vault) -> None:
    assert vault.set_profile("goals", '{"steps": 10000, "weight": "72.5"}') == {"steps": 10000.0, "weight": 72.5}
    assert vault.set_profile("events", '{"operation": "20250602"}') == {"operation": "2025-06-02"}
    assert vault.person().goals == (("steps", 10000.0), ("weight", 72.5))
    assert vault.person().events == (("operation", "2025-06-02"),)


@pytest.mark.parametrize("body", ['{"steps":"ten"}', "not JSON", "[1]", "null", "-1", '{"steps":{"a":1}}', '["a", 1]', "[" * 100_000])
@pytest.mark.parametrize("key", [*KEYS, "a key of another version"])
def test_a_bad_stored_value_is_as_if_nothing_was_said(vault: Vault, key: str, body: str) -> None:
    put(vault, key, body)
    assert vault.person() == PLAIN
    assert vault.profile() == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(KEYS)), st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
       lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3), max_leaves=6))  # fmt: skip
def test_no_stored_value_stops_a_reading(vault: Vault, key: str, value: object) -> None:
    put(vault, key, json.dumps(value))
    person = vault.view(vault.permit("answer", datetime.now(UTC))).person
    assert all(isinstance(goal, float) for _, goal in person.goals)
    assert json.loads(json.dumps(vault.profile())) == vault.profile()


def test_a_bad_goal_and_a_bad_birth_date_do_not_stop_an_import(tmp_path: Path) -> None:
    vault = Vault(Home(tmp_path / "h").make_vault(None))
    put(vault, "goals", '{"steps":"ten"}')
    with vault.importing("apple_health", "f", "test/1") as task:
        task.add(batch([("steps", WATCH, 0, 1, 1.0)]))
        task.add(Observation("apple_health", "characteristics", "characteristics", ("me",), {"birth_date": "soon", "sex": "HKSomething"}))
        vault.finish(task, {"asks": []})
    assert (vault.person().birth_date, vault.person().sex, vault.person().goals) == (None, None, ())
