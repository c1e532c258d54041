"""Sparklines, and one value on its own reference range."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carnet.charts import Frame, range_bar, sparkline
from charts.drawings import classed, numbers, said, tags

SPARK = Frame("s", "Weight", "Steady at 70 kg.", 120, 32)
BAR = Frame("b", "LDL", "LDL 3.9 mmol/L, in range.", 220, 56)


def test_a_sparkline_has_no_axis_and_no_words() -> None:
    svg = sparkline([1, 2, 3], replace(SPARK, x_ticks=((1, "x"),), unit="kg"))
    assert not said(svg)
    assert not classed(svg, "grid")
    (dot,) = classed(svg, "dot")
    assert numbers(classed(svg, "line")[0].get("d", ""))[-2:] == [float(dot.get("cx", "")), float(dot.get("cy", ""))]


def test_a_sparkline_keeps_its_gaps_and_stays_inside() -> None:
    svg = sparkline([1, 5, None, 3, 2], replace(SPARK, band=(None, 3)))
    path = numbers(classed(svg, "line")[0].get("d", ""))
    assert classed(svg, "line")[0].get("d", "").count("M") == 2
    assert all(0 <= x <= 120 for x in path[::2])
    assert all(0 <= y <= 32 for y in path[1::2])
    assert float(classed(svg, "band")[0].get("height", "")) > 0
    assert len(classed(sparkline([4], SPARK), "dot")) == 1


def place(svg: str) -> float:
    return float(classed(svg, "ring")[0].get("cx", ""))


def test_the_value_stands_where_it_lies_in_its_range() -> None:
    svg = range_bar(4.0, 2.0, 6.0, BAR)
    inside = classed(svg, "inside")[0]
    left, wide = float(inside.get("x", "")), float(inside.get("width", ""))
    assert place(svg) == pytest.approx(left + wide / 2, abs=0.1)
    assert place(range_bar(2.5, 2.0, 6.0, BAR)) < place(svg) < place(range_bar(6.5, 2.0, 6.0, BAR))
    assert said(svg) == ["2", "6"]
    assert "data-v" in svg


@pytest.mark.parametrize(("low", "high", "opens"), [(None, 5.0, "left"), (60.0, None, "right")])
def test_an_open_end_has_no_border(low: float | None, high: float | None, opens: str) -> None:
    svg = range_bar(30.0, low, high, BAR)
    track, inside = classed(svg, "track")[0], classed(svg, "inside")[0]
    begin, end = float(track.get("x", "")), float(track.get("x", "")) + float(track.get("width", ""))
    first, last = float(inside.get("x", "")), float(inside.get("x", "")) + float(inside.get("width", ""))
    assert (first == begin) == (opens == "left")
    assert (last == end) == (opens == "right")
    assert len(said(svg)) == 1


@pytest.mark.parametrize(("value", "flag", "side"), [(900.0, "high", 1), (900.0, "", 1), (-900.0, "low", -1), (1e308, "critical", 1)])
def test_a_far_value_is_pinned_at_the_edge_with_an_arrow(value: float, flag: str, side: int) -> None:
    svg = range_bar(value, 2.0, 6.0, BAR, flag)
    arrow = numbers(tags(svg, "path")[0].get("d", ""))
    assert (arrow[0] - arrow[2]) * side > 0, "it points outward"
    assert 0 <= arrow[0] <= BAR.width
    assert len(tags(svg, "path")) == (2 if flag else 1), "the flag keeps its own shape beside the arrow"


def test_a_flag_takes_the_place_of_the_disc() -> None:
    svg = range_bar(6.5, 2.0, 6.0, BAR, "high")
    assert classed(svg, "high")
    assert not classed(svg, "ring")


@pytest.mark.parametrize(("low", "high"), [(5.0, 5.0), (0.0, 0.0), (6.0, 2.0), (None, 0.0), (None, -3.0), (0.0, None), (-4.0, -2.0)])
def test_odd_ranges_still_hold_the_value(low: float | None, high: float | None) -> None:
    assert 0 < place(range_bar(low if low is not None else high, low, high, BAR)) < BAR.width


def test_a_range_without_a_value_is_only_a_range() -> None:
    svg = range_bar(None, 2.0, 6.0, BAR)
    assert len(classed(svg, "inside")) == 1
    assert not classed(svg, "ring")


def test_a_low_bar_has_no_room_for_words() -> None:
    assert not said(range_bar(4.0, 2.0, 6.0, replace(BAR, height=24)))


def test_a_value_without_a_range_stands_on_a_plain_track() -> None:
    svg = range_bar(4.0, None, None, BAR)
    assert place(svg) == BAR.width / 2
    assert not classed(svg, "inside")
