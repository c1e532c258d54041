"""Ticks, limits and the widths of words."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.charts.scale import from_zero, opened, padded, shortened, spaced, text_width, ticks, usable, wrapped

FINITE = st.floats(-1e90, 1e90).filter(lambda v: v == 0 or abs(v) > 1e-90)


@pytest.mark.parametrize(
    ("low", "high", "minutes", "expected"),
    [
        (0, 10, False, (0, 5, 10)),
        (0.05, 0.31, False, (0.1, 0.2, 0.3)),
        (2.6, 5.1, False, (3, 4, 5)),
        (-7, 8, False, (-5, 0, 5)),
        (0, 13500, False, (0, 5000, 10000)),
        (380, 560, True, (420, 480, 540)),
        (-90, 570, True, (0, 180, 360, 540)),
    ],
)
def test_ticks_are_few_and_round(low: float, high: float, minutes: bool, expected: tuple[float, ...]) -> None:
    assert ticks(low, high, 4, minutes) == expected


@given(FINITE, FINITE, st.integers(1, 8))
def test_ticks_lie_within_and_ascend(a: float, b: float, most: int) -> None:
    low, high = opened(min(a, b), max(a, b))
    found = ticks(low, high, most)
    slack = 1e-5 * (high - low)
    assert all(low - slack <= t <= high + slack for t in found)
    assert all(x < y for x, y in pairwise(found))
    assert len(found) <= most + 1
    assert all(math.isfinite(t) for t in found)


@given(FINITE, FINITE)
def test_limits_are_never_one_point(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    for first, last in (opened(low, high), padded((low, high)), from_zero((low, high))):
        assert first < last
        hair = 1e-8 * (last - first)
        assert first - hair <= low <= high <= last + hair


def test_bars_start_at_zero_and_lines_do_not() -> None:
    assert from_zero((40.0, 90.0)) == (0.0, 100.0)
    assert from_zero((-30.0, -10.0)) == (-30.0, 0.0)
    assert padded((40.0, 90.0)) == (36.0, 94.0)
    assert padded((1.0, 90.0))[0] == 0.0, "what is never below zero has no air there"


def test_the_band_is_in_sight_unless_it_would_flatten_the_values() -> None:
    low, high = padded((20.0, 25.0), (15.0, 150.0))
    assert low < 15
    assert high < 30
    assert padded((6.0, 6.0), (3.0, 5.0))[0] < 3.0
    assert padded((2.6, 4.9), (None, 3.4)) == padded((2.6, 4.9))


@given(st.floats() | st.none())
def test_a_usable_value_can_be_placed(value: float | None) -> None:
    found = usable(value)
    if value is None or not math.isfinite(value):
        assert found is None
    else:
        assert found is not None
        assert found == 0 or 1e-100 <= abs(found) <= 1e100


@given(st.text(max_size=60), st.floats(1, 400))
def test_shortened_words_fit(text: str, room: float) -> None:
    assert text_width(shortened(text, 13, room), 13) <= room or shortened(text, 13, room) == "…"
    assert all(text_width(row, 13) <= room or len(row) <= 2 for row in wrapped(text, 13, room))


@given(st.lists(st.floats(0, 640), max_size=30), st.floats(5, 90))
def test_labels_that_are_shown_do_not_touch(places: list[float], width: float) -> None:
    places = sorted(places)
    shown = spaced(places, [width] * len(places), 4)
    assert bool(shown) == bool(places)
    assert all(places[b] - places[a] >= width + 4 for a, b in pairwise(shown))
