"""Which rows are one fact: a unit setting that changed adds nothing, close but different values stay, no number is too big."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carnet.vault.identity import fresh, half_last_digit, significant

POUND, KG, LB = 0.45359237, 10, 11
Written = tuple[float, int]  # the number as printed, its unit


def rows(written: list[Written], start: int = 0, batch: int = 1) -> dict[str, np.ndarray[Any, Any]]:
    n = len(written)
    raw = np.array([w for w, _ in written], float)
    pounds = np.array([u == LB for _, u in written], bool)
    one = np.zeros(n, np.int32)
    return {
        "metric": one, "source": one, "start": np.full(n, start, np.int64), "end": np.full(n, start, np.int64), "text": one - 1,
        "native": one - 1, "value": np.where(pounds, raw * POUND, raw), "raw": np.where(pounds, raw, np.nan),
        "raw_unit": np.where(pounds, LB, -1).astype(np.int32), "batch": np.full(n, batch, np.int32),
    }  # fmt: skip


def new(stored: list[Written], incoming: list[Written], batch: int = 2) -> int:
    return len(fresh(rows(incoming), rows(stored), batch))


@given(st.decimals(2, 300, places=3), st.integers(0, 3))
def test_a_weight_a_phone_writes_again_in_pounds_is_known(weight: Any, decimals: int) -> None:
    kg = round(float(weight), decimals)
    again = round(kg / POUND, 2)
    assert new([(kg, KG)], [(again, LB)]) == 0


@given(st.decimals(2, 600, places=2), st.integers(0, 2))
def test_a_weight_a_phone_writes_again_in_kilograms_is_known(weight: Any, decimals: int) -> None:
    lb = round(float(weight), decimals)
    assert new([(lb, LB)], [(round(lb * POUND, 2), KG)]) == 0


@given(st.decimals(30, 200, places=2), st.decimals(30, 200, places=2))
def test_two_weights_that_no_rounding_explains_are_both_kept(one: Any, two: Any) -> None:
    kg, lb = float(one), round(float(two) / POUND, 2)
    assume(abs(kg - lb * POUND) > 0.0051)
    assert new([(kg, KG)], [(lb, LB)]) == 1
    assert new([(lb, LB)], [(kg, KG)]) == 1


@pytest.mark.parametrize(("stored", "incoming"), [((80.0, KG), (177.25, LB)), ((80.0, KG), (176.9, LB)), ((176.0, LB), (80.0, KG))])
def test_a_number_printed_short_does_not_swallow_its_neighbours(stored: Written, incoming: Written) -> None:
    assert new([stored], [incoming]) == 1


def test_rows_of_one_export_are_never_merged() -> None:
    both = [(80.0, KG), (176.37, LB)]
    assert new([], both) == 2
    assert new([(80.0, KG)], both) == 1, "the row that is there again answers for itself"
    assert new(both, both) == 0
    assert new([(80.0, KG)], [(176.37, LB)], batch=1) == 1, "an earlier piece of the same import is the same export"
    assert new([(80.0, KG)], [(176.37, LB), (176.371, LB)]) == 1, "one earlier row answers for one later row"


HUGE = [0.0, -0.0, 5e-324, 1e-310, 1e-200, 1e-12, 1.0, 1e15, 1e300, 1.7976931348623157e308, np.inf, -np.inf, np.nan]


@given(st.lists(st.one_of(st.sampled_from(HUGE), st.floats(allow_nan=True, allow_infinity=True)), min_size=1, max_size=8))
def test_no_number_is_too_big_to_be_known_again(values: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = [(v, KG if i % 2 else LB) for i, v in enumerate(values) if not (i % 2 == 0 and abs(v) > 1e308)]
        assert new(written, written) == 0
        half_last_digit(np.array(values))


def test_infinities_small_and_large_numbers_are_told_apart() -> None:
    found = significant(np.array([np.inf, -np.inf, np.nan, 1e300, 1e301, 5e-324, 1e-310, 0.0]))
    assert len(set(found.tolist())) == len(found)
    assert significant(np.array([-0.0]))[0] == significant(np.array([0.0]))[0]


@given(st.floats(1e-300, 1e300), st.integers(1, 9))
def test_six_digits_decide(value: float, digit: int) -> None:
    text = f"{value:.5e}"
    near, far = float(text), float(f"{text[:6]}{(int(text[6]) + digit) % 10}{text[7:]}")
    assert significant(np.array([near]))[0] == significant(np.array([near * (1 + 1e-9)]))[0]
    assert significant(np.array([near]))[0] != significant(np.array([far]))[0]


@pytest.mark.parametrize(
    ("value", "half"), [(176.37, 0.005), (80.0, 0.5), (0.0, 0.5), (1e300, 0.5), (0.00002, 5e-6), (np.nan, 0.0), (np.inf, 0.0)]
)
def test_the_last_printed_digit(value: float, half: float) -> None:
    assert half_last_digit(np.array([value]))[0] == pytest.approx(half)
