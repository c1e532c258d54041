"""Segments span little whatever the order of the rows, and years far away cost what any year costs."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from carnet.vault.home import Home
from carnet.vault.segments import MIXED, QUARTER, STRETCH, groups, stretches
from carnet.vault.vault import Vault
from vault.batches import WATCH, batch

YEAR = 31_557_600_000


@given(st.lists(st.integers(-2, 60), max_size=40), st.integers(0, 2**32))
def test_every_row_is_in_one_stretch_and_they_follow_each_other(counts: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    quarters = np.repeat(np.arange(len(counts)), [max(0, c) * 250 for c in counts])
    start = rng.permutation(quarters) * QUARTER + 5
    parts = stretches(start)
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(start)))
    filled = [p for p in parts if len(p)]
    assert all(start[a].max() // QUARTER < start[b].min() // QUARTER for a, b in itertools.pairwise(filled))
    assert all(len(p) >= STRETCH for p in filled) or len(filled) == 1


@given(st.lists(st.integers(0, 5), min_size=1, max_size=50))
def test_groups_are_all_rows_once(metric: list[int]) -> None:
    codes = np.array(metric, np.int32)
    found = list(groups(codes))
    assert sorted(i for _, rows in found for i in rows.tolist()) == list(range(len(codes)))
    assert all(code == MIXED or set(codes[rows].tolist()) == {code} for code, rows in found)


def test_shuffled_years_become_segments_of_little_time_and_a_second_import_adds_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    starts = rng.choice(8 * YEAR // 1000, 100_000, replace=False) * 1000 + 40 * YEAR
    every = batch([("heart_rate", WATCH, int(s), int(s), 60.0) for s in starts])
    with Vault(Home(tmp_path / "h").make_vault(None)) as vault:
        for added in (len(every), 0):
            with vault.importing("apple_health", f"f{added}", "t/1") as task:
                task.add(every)
                task.flush()
                assert task.written.added == added
                vault.finish(task, {})
        spans = list(vault._file.rows("select hi - lo, n from segment"))
    assert sum(n for _, n in spans) == len(every)
    assert max(span for span, _ in spans) <= 3 * QUARTER


def test_rows_of_far_years_are_kept_in_few_segments(tmp_path: Path) -> None:
    years = [(y - 1970) * YEAR for y in (1900, 1969, 2020, 2021, 2100)]
    with Vault(Home(tmp_path / "h").make_vault(None)) as vault, vault.importing("apple_health", "f", "t/1") as task:
        task.add(batch([("steps", WATCH, y, y + 1, 1.0) for y in years]))
        task.flush()
        assert task.written.added == len(years)
        assert vault._file.row("select count(*) from segment") == (1,)
