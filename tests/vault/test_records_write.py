"""Single facts: none is lost to a key it shares, none is counted twice, and an older export undoes nothing."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carnet.record.catalog import CATEGORIES
from carnet.record.model import Observation
from carnet.vault.home import Home
from carnet.vault.records import same_content
from carnet.vault.vault import Vault
from vault.batches import WATCH, batch

DAY = 86_400_000
T0 = 1_772_000_000_000
UNLIKE = itertools.count(1)  # a value no other export has


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault(Home(tmp_path / "h").make_vault(None)) as made:
        made.decide("grant", "*", CATEGORIES, "answer")
        yield made


def lab(name: str, value: float = 500.0) -> Observation:
    return Observation("tidy_csv", "lab", "lab:cd4", ("lab:cd4", "2026-02-01"), {"name": name, "value": value}, date="2026-02-01")


def weight(value: float, raw: str) -> Observation:
    body = {"weight": {"value": value, "unit": "kg", "raw": raw}}
    return Observation("apple_health", "correlation", "body_mass", ("w", "2026-02-01"), body, date="2026-02-01")


def bring(vault: Vault, *facts: Observation, whole: bool = False, last: int | None = None) -> tuple[int, int]:
    service = facts[0].service
    with vault.importing(service, os.urandom(8).hex(), "t/1") as task:
        task.whole = whole
        if last is not None:
            task.add(batch([("steps", WATCH, last, last + 1, float(next(UNLIKE)))], service))
        for fact in facts:
            task.add(fact)
        task.settle()
        told = task.written.added - (last is not None), task.written.unchanged
        vault.finish(task, {})
    return told


def held(vault: Vault, kind: str = "lab") -> dict[str, Any]:
    return {o.id: o.body for o in vault.view(vault.permit("answer", datetime.now(UTC))).observations(kind)}


THREE = [lab("CD4+"), lab("CD4-"), lab("CD4 %", 0.3)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_facts_of_one_key_are_all_kept_under_the_same_ids_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    found = []
    for name, facts in (("a", THREE), ("b", [THREE[i] for i in order])):
        with Vault(Home(tmp_path / name).make_vault(None)) as vault:
            vault.decide("grant", "*", CATEGORIES, "answer")
            assert bring(vault, *facts, *facts) == (3, 3)
            found.append(held(vault))
            assert bring(vault, *reversed(facts)) == (0, 3)
            assert held(vault) == found[-1]
    assert found[0] == found[1]
    assert len(found[0]) == 3
    assert lab("x").id in found[0]


@pytest.mark.parametrize("flip", [False, True])
def test_a_fact_known_alone_keeps_its_id_when_another_comes_beside_it(vault: Vault, flip: bool) -> None:
    bring(vault, THREE[0])
    facts = [THREE[1], THREE[0]] if flip else [THREE[0], THREE[1]]
    assert bring(vault, *facts) == (1, 1)
    assert held(vault)[lab("x").id]["name"] == "CD4+"
    assert sorted(b["name"] for b in held(vault).values()) == ["CD4+", "CD4-"]
    assert bring(vault, *facts[::-1]) == (0, 2)


@pytest.mark.parametrize("flip", [False, True])
def test_one_of_two_facts_of_a_key_can_be_corrected(vault: Vault, flip: bool) -> None:
    bring(vault, THREE[0])
    bring(vault, *THREE[:2])
    facts = [lab("CD4+", 450.0), THREE[1]]
    assert bring(vault, *(facts[::-1] if flip else facts)) == (1, 1)
    assert sorted((b["name"], b["value"]) for b in held(vault).values()) == [("CD4+", 450.0), ("CD4-", 500.0)]


def test_facts_of_one_key_in_two_pieces_of_one_import(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carnet.vault.writing.FLUSH_FACTS", 1)
    assert bring(vault, *THREE, *THREE) == (3, 3)
    assert bring(vault, *THREE[::-1]) == (0, 3)


def test_two_facts_of_one_export_are_not_merged_by_a_change_of_units(vault: Vault) -> None:
    both = [weight(80.0, "80 kg"), weight(176.37 * 0.45359237, "176.37 lb")]
    assert bring(vault, both[0]) == (1, 0)
    assert bring(vault, both[1]) == (0, 1), "the next export after the unit setting changed"
    assert bring(vault, *both) == (1, 1)
    assert bring(vault, *both[::-1]) == (0, 2)


def test_a_correction_within_the_printed_digit_is_a_correction(vault: Vault) -> None:
    assert bring(vault, weight(80.0, "80 kg")) == (1, 0)
    assert bring(vault, weight(80.4, "80.4 kg")) == (1, 0)
    assert bring(vault, weight(177.25 * 0.45359237, "177.25 lb")) == (0, 1), "80.4 kg in pounds"
    assert bring(vault, weight(177.4 * 0.45359237, "177.4 lb")) == (1, 0)


def test_an_older_export_undoes_no_correction_in_either_order(tmp_path: Path) -> None:
    older, newer = (weight(80.0, "80 kg"), T0), (weight(82.0, "82 kg"), T0 + DAY)
    for name, order in (("a", (older, newer)), ("b", (newer, older)), ("c", (newer, older, newer)), ("d", (older, newer, older))):
        with Vault(Home(tmp_path / name).make_vault(None)) as vault:
            vault.decide("grant", "*", CATEGORIES, "answer")
            for fact, last in order:
                bring(vault, fact, whole=True, last=last)
            assert [b["weight"]["value"] for b in held(vault, "correlation").values()] == [82.0], name


def test_an_older_export_still_adds_what_is_new(vault: Vault) -> None:
    bring(vault, weight(82.0, "82 kg"), whole=True, last=T0 + DAY)
    other = Observation("apple_health", "correlation", "body_mass", ("w", "2025-01-01"), {"a": 1}, date="2025-01-01")
    assert bring(vault, weight(80.0, "80 kg"), other, whole=True, last=T0) == (1, 1)
    assert other.id in held(vault, "correlation")


def test_a_correction_of_the_same_day_and_files_that_are_no_whole_export_count_in_order(vault: Vault) -> None:
    bring(vault, weight(80.0, "80 kg"), whole=True, last=T0)
    assert bring(vault, weight(81.0, "81 kg"), whole=True, last=T0) == (1, 0)
    assert bring(vault, weight(79.0, "79 kg"), last=T0 - DAY) == (1, 0)
    assert [b["weight"]["value"] for b in held(vault, "correlation").values()] == [79.0]


def test_rows_dated_in_the_future_do_not_make_an_export_newer(vault: Vault) -> None:
    bring(vault, weight(80.0, "80 kg"), whole=True, last=4_000_000_000_000)
    assert bring(vault, weight(82.0, "82 kg"), whole=True, last=T0) == (1, 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308, 10**400])
def test_a_fact_with_an_absurd_number_is_known_again(vault: Vault, value: float) -> None:
    fact = Observation("tidy_csv", "lab", "lab:x", ("x",), {"q": {"value": value, "unit": "kg", "raw": f"{value} kg"}}, date="2026-01-01")
    assert bring(vault, fact, fact) == (1, 1)
    assert bring(vault, fact) == (0, 1)
    assert not same_content(fact.body, {"q": {"value": 1.0, "unit": "kg", "raw": "1e400 kg"}})
