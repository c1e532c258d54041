"""Values over time: gaps stay gaps, flags have shapes, many points keep their extremes, pages stay light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.charts import Frame, Point, bars, line, range_bars
from carnet.charts.reduce import MOST, columns
from charts.drawings import FRAME, classed, narrow, numbers, said, tags, tree


def days(*values: float | None, flag: str = "") -> list[Point]:
    return [Point(739000.0 + i, v, label=f"day {i}", href=f"/day/{i}", flag=flag) for i, v in enumerate(values)]


def test_a_gap_breaks_the_line() -> None:
    (path,) = classed(line(days(1, 2, None, 3, 4, float("nan"), 5), FRAME), "line")
    assert path.get("d", "").count("M") == 3
    assert [a.get("data-v") for a in tags(line(days(1, None, 3), FRAME), "a")] == ["1", "3"]


def test_one_point_is_a_dot() -> None:
    svg = line(days(6.04), FRAME)
    assert len(classed(svg, "dot")) == 1
    assert tags(svg, "a")[0].get("data-label") == "day 0"


def test_a_higher_value_stands_higher_and_equal_ones_level() -> None:
    heights = [float(e.get("cy", "")) for e in classed(line(days(4, 9, 4), FRAME), "dot")]
    assert heights[1] < heights[0] == heights[2]
    assert len({e.get("cy") for e in classed(line(days(5, 5, 5), FRAME), "dot")}) == 1


def test_points_are_drawn_in_the_order_of_time() -> None:
    svg = line([Point(3, 1), Point(1, 2), Point(2, 3)], FRAME)
    assert [g.get("data-t") for g in tree(svg).iter() if g.get("data-t")] == ["1", "2", "3"]
    assert not tags(svg, "a")


def test_a_point_says_what_it_is_and_where_its_rows_are() -> None:
    (link,) = tags(
        line([Point(1.7e12, 6.04, label="12 March: 6.04 mmol/L, out of range", href="/observation/7?a=1&b=2", flag="high")], FRAME), "a"
    )
    assert link[0].text == link.get("data-label") == "12 March: 6.04 mmol/L, out of range"
    assert (link.get("href"), link.get("data-t"), link.get("data-v")) == ("/observation/7?a=1&b=2", "1700000000000", "6.04")


@pytest.mark.parametrize(("flag", "corners"), [("high", 3), ("low", 3), ("critical", 4)])
@pytest.mark.parametrize("draw", [line, bars, range_bars])
def test_a_flag_has_its_own_shape(draw: object, flag: str, corners: int) -> None:
    svg = draw(days(3, 4, flag=flag), FRAME)
    shapes = classed(svg, flag)
    assert [len(numbers(e.get("d", ""))) for e in shapes] == [2 * corners, 2 * corners]
    if corners == 3:
        ys = numbers(shapes[0].get("d", ""))[1::2]
        assert (ys[0] < ys[1]) == (flag == "high"), "high points up"
    assert not classed(draw(days(3, 4, flag="</g>"), FRAME), "flag")


def test_a_finger_finds_a_point_where_there_is_room() -> None:
    assert {e.get("r") for e in classed(line(days(*range(12)), FRAME), "hit")} == {"12"}
    crowded = line(days(*[60.0] * 50), FRAME)
    assert not classed(crowded, "hit")
    assert float(classed(crowded, "near")[0].get("stroke-width", "0")) >= 2


def test_fifty_points_weigh_under_12_kb() -> None:
    rows = [
        Point(1.7e12 + i * 86_400_000, 55 + i % 9 + 0.4, label=f"{i:02d} March: {55 + i % 9}.4 mmol/L", href=f"/observation/{10000 + i}")
        for i in range(50)
    ]
    ticks = tuple((p.x, f"{i} March") for i, p in enumerate(rows[::7]))
    assert len(line(rows, replace(FRAME, x_ticks=ticks, band=(50, 60), axis="time")).encode()) < 12_000


@pytest.mark.parametrize(
    ("band", "edges"), [((2.0, 4.0), 2), ((None, 4.0), 1), ((2.0, None), 1), ((None, None), 0), ((4.0, 2.0), 2), ((float("nan"), 4.0), 1)]
)
def test_an_open_end_of_the_band_reaches_the_border(band: tuple[float | None, float | None], edges: int) -> None:
    svg = line(days(1, 3, 6), replace(FRAME, band=band))
    assert len(classed(svg, "edge")) == edges
    drawn = classed(svg, "band")
    assert len(drawn) == (edges > 0)
    if drawn:
        grid = numbers(classed(svg, "grid")[0].get("d", ""))
        top, tall = float(drawn[0].get("y", "")), float(drawn[0].get("height", ""))
        assert tall > 0
        assert (top < min(grid[1::3])) == (band[1] is None), "open above: up to the border"


def test_no_reading_is_no_bar_and_zero_is_one() -> None:
    svg = bars(days(5, None, 0, 7), FRAME)
    assert len(classed(svg, "bar")) == 3
    assert len(classed(svg, "missing")) == 1


def test_a_day_without_a_row_is_seen_to_be_missing() -> None:
    rows = [Point(739000, 5), Point(739001, 6), Point(739004, 7)]
    assert len(classed(bars(rows, FRAME), "missing")) == 2
    assert not classed(bars(rows, replace(FRAME, axis="time")), "missing")
    assert not classed(bars([Point(0, 5), Point(7, 6), Point(21, 7)], FRAME), "missing"), "weeks are not days"


def test_bars_stand_on_zero_whichever_side() -> None:
    svg = bars(days(40, -20), FRAME)
    feet = [numbers(e.get("d", ""))[1] for e in classed(svg, "bar")]
    assert feet[0] == feet[1] == numbers(classed(svg, "zero")[0].get("d", ""))[1]


def test_a_range_bar_reaches_from_low_to_high() -> None:
    (one,) = classed(
        range_bars(
            [
                Point(1, 70, 50, 120),
            ],
            FRAME,
        ),
        "range",
    )
    (two,) = classed(range_bars([Point(1, 70, 50, 120)], FRAME), "heart")
    top, tall = float(one.get("y", "")), float(one.get("height", ""))
    share = (float(two.get("cy", "")) - top) / tall
    assert share == pytest.approx(50 / 70, abs=0.01)
    assert len(classed(range_bars([Point(1, None, 50, 120), Point(2, 4)], FRAME), "range")) == 2


def test_only_the_window_is_drawn() -> None:
    for draw in (line, bars, range_bars):
        svg = draw(days(1, 2, 3, 4, 5), replace(FRAME, x_span=(739001.0, 739003.0)))
        assert [a.get("data-v") for a in tags(svg, "a")] == ["2", "3", "4"]


def test_breaks_and_ticks_outside_the_window_are_left_out() -> None:
    frame = replace(FRAME, breaks=((739001, "New device"), (1.0, "Long ago")), x_ticks=((739001, "2 March"), (1.0, "1970")))
    svg = line(days(1, 2, 3), frame)
    assert len(classed(svg, "break")) == 1
    assert {"New device", "2 March"} <= set(said(svg))
    assert not {"Long ago", "1970"} & set(said(svg))


def test_numbers_are_written_by_the_caller() -> None:
    svg = line(days(2.5, 5.5), replace(FRAME, y_format=lambda v: f"{v:.1f}".replace(".", ",")))
    assert "3,0" in said(svg)
    minutes = line(days(380, 560), replace(FRAME, y_minutes=True, y_format=lambda v: f"{v / 60:g} h"))
    assert {"7 h", "8 h", "9 h"} <= set(said(minutes))


DENSE = replace(FRAME, axis="time", dense="Reduced to the spread and the median.")


def test_many_points_become_columns_and_say_so() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(60, 5, 40_000)
    values[[777, 31_313]] = 3.25, 200.5
    rows = [Point(1.7e12 + i * 60_000, float(v), label=f"row {i}", href=f"/row/{i}") for i, v in enumerate(values)]
    svg = line(rows, DENSE)
    assert len(svg) < 60_000
    assert len(classed(svg, "spread")) == 1
    assert tags(svg, "desc")[0].text == f"{FRAME.desc} {DENSE.dense}"
    by_value = {a.get("data-v"): a.get("data-label") for a in tags(svg, "a")}
    assert (by_value["3.25"], by_value["200.5"]) == ("row 777", "row 31313")
    assert DENSE.dense not in line(rows[:MOST], DENSE)
    assert len(line(rows, narrow(DENSE))) < len(svg)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.none() | st.floats(-1e6, 1e6).map(lambda x: round(x, 6)), min_size=1, max_size=300).filter(
        lambda v: any(x is not None for x in v)
    ),
    st.integers(1, 40),
)
def test_columns_are_those_of_a_slow_twin(values: list[float | None], count: int) -> None:
    rows = [Point(float(i), v) for i, v in enumerate(values)]
    found = columns(rows, (0.0, float(len(rows))), count)
    cells: dict[int, list[float]] = {}
    for i, v in enumerate(values):
        if v is not None:
            cells.setdefault(min(int(i / len(rows) * count), count - 1), []).append(v)
    slow = [(min(c), float(np.median(c)), max(c)) for _, c in sorted(cells.items())]
    assert [pytest.approx(s) for s in slow] == list(zip(found.low, found.median, found.high, strict=True))
    kept = [rows[i].value for i in found.kept]
    known = [v for v in values if v is not None]
    assert min(known) in kept
    assert max(known) in kept
    assert None not in kept


def test_a_long_gap_breaks_the_columns_too() -> None:
    rows = [Point(float(i), None if 4000 <= i < 6000 else 1.0 + i % 5) for i in range(10_000)]
    svg = line(rows, Frame("d", "t", "d", axis="time"))
    assert classed(svg, "median")[0].get("d", "").count("M") == 2


def test_flagged_points_survive_the_reduction() -> None:
    rows = [Point(float(i), 100.0 if i == 4321 else float(i % 50), flag="critical" if i == 4321 else "") for i in range(9000)]
    rows[10] = Point(10.0, 49.5, flag="high")
    svg = line(rows, DENSE)
    assert (len(classed(svg, "critical")), len(classed(svg, "high"))) == (1, 1)
