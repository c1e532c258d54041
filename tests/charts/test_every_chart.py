"""What holds for every chart: well-formed, inert under a strict policy, escaped, themed, accessible, the same each time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.charts import Frame
from charts.drawings import DRAWINGS, FRAME, FULL, HOSTILE, boxes, narrow, said, tags, tree

every = pytest.mark.parametrize("name", DRAWINGS)
EXTREME = [5e-324, -5e-324, 1.7e308, -1.7e308, 1e-300, 1e300, 0.0, -0.0, float("nan"), float("inf"), float("-inf")]
VALUES = st.lists(st.none() | st.floats() | st.sampled_from(EXTREME), max_size=12)
SOME: list[float | None] = [3.0, 5.5, None, 4.0, 4.0]


@every
@settings(max_examples=60, deadline=None)
@given(values=VALUES, theme=st.sampled_from(["page", "literal"]), full=st.booleans())
def test_any_values_make_a_picture(name: str, values: list[float | None], theme: str, full: bool) -> None:
    svg = DRAWINGS[name](values, replace(FULL if full else FRAME, theme=theme))
    root = tree(svg)
    assert root.get("role") == "group"
    drawn = re.sub(r' data-[tv]="[^"]*"|>[^<]*<', "><", svg)
    assert not re.search(r"\b(nan|inf|None)\b", drawn), "a position is a number"


@every
@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12), full=st.booleans())
def test_what_is_drawn_lies_in_the_picture(name: str, values: list[float], full: bool) -> None:
    svg = DRAWINGS[name](values, FULL if full else FRAME)
    for e in tree(svg).iter():
        for key, limit in (("x", FULL.width), ("cx", FULL.width), ("y", FULL.height), ("cy", FULL.height)):
            assert -16 <= float(e.get(key, "0")) <= limit + 16
        assert float(e.get("width", "0")) >= 0
        assert float(e.get("height", "0")) >= 0
        assert float(e.get("r", "0")) >= 0


@every
def test_no_word_gets_out_of_its_place(name: str) -> None:
    frame = replace(
        FULL, title=HOSTILE, desc=HOSTILE, unit=HOSTILE, band_label=HOSTILE, ident=HOSTILE, breaks=((739001.0, HOSTILE),),
        x_ticks=((739000.0, HOSTILE),), y_format=lambda v: HOSTILE, stage_names=(("deep", HOSTILE), ("core", HOSTILE)),
    )  # fmt: skip
    for theme in ("page", "literal"):
        svg = DRAWINGS[name](SOME, replace(frame, theme=theme))
        names = {e.tag.partition("}")[2] for e in tree(svg).iter()}
        assert names <= {"svg", "title", "desc", "g", "a", "path", "rect", "circle", "text"}
        keys = {key for e in tree(svg).iter() for key in e.attrib}
        assert not [key for key in keys if key.startswith("on") or key == "style"]
        assert "<script" not in svg


@every
def test_the_page_holds_no_colour_and_no_style(name: str) -> None:
    svg = DRAWINGS[name](SOME, FULL)
    assert not re.search(r'style=|fill=|stroke=|var\(|rgb|"#[0-9a-fA-F]{3,8}"', svg)


@every
def test_paper_needs_no_style_sheet(name: str) -> None:
    svg = DRAWINGS[name](SOME, replace(FULL, theme="literal"))
    assert "var(" not in svg
    assert "style=" not in svg
    for e in tree(svg).iter():
        if e.tag.rpartition("}")[2] in ("path", "rect", "circle", "text"):
            assert re.fullmatch(r"none|#[0-9a-f]{6}", e.get("fill", "")), "what has no fill is black"
            assert "class" not in e.attrib


@every
def test_it_is_named_by_its_own_title_and_description(name: str) -> None:
    for frame in (FULL, narrow(FULL)):
        svg = DRAWINGS[name](SOME, frame)
        root = tree(svg)
        named = [next(e for e in root.iter() if e.get("id") == ident) for ident in root.get("aria-labelledby", "").split()]
        assert [e.text for e in named] == [frame.title, frame.desc]
        idents = re.findall(r'\bid="([^"]*)"', svg)
        assert len(idents) == len(set(idents))
        assert "chart" in root.get("class", "").split()
    wide, phone = (set(re.findall(r'\bid="([^"]*)"', DRAWINGS[name](SOME, f))) for f in (FULL, narrow(FULL)))
    assert not wide & phone, "both stand in one page"


@every
def test_a_name_with_spaces_still_makes_one_id(name: str) -> None:
    root = tree(DRAWINGS[name](SOME, replace(FRAME, ident="two words")))
    assert root.get("aria-labelledby") == "two-words-t two-words-d"


@every
@pytest.mark.parametrize("values", [[], [None, None], [float("nan")]], ids=["none", "gaps", "nan"])
def test_no_data_is_said_and_nothing_else(name: str, values: list[float | None]) -> None:
    frame = replace(FULL, desc="No value yet: a trend needs two.")
    svg = DRAWINGS[name](values, frame)
    assert " ".join(said(svg)) == frame.desc
    assert not tags(svg, "path") + tags(svg, "rect") + tags(svg, "circle")


@every
def test_the_same_values_make_the_same_picture(name: str) -> None:
    assert DRAWINGS[name](SOME, FULL) == DRAWINGS[name](SOME, FULL)


@every
@pytest.mark.parametrize("width", [300, 360, 640, 1000])
def test_no_words_lie_on_each_other(name: str, width: int) -> None:
    svg = DRAWINGS[name]([3.0, 5.5, 90.0, 4.0, 100.0, 400.0, 720.0, 980.0], replace(FULL, width=width))
    found = boxes(svg)
    for i, (left, right, y, text) in enumerate(found):
        for other_left, other_right, other_y, other in found[i + 1 :]:
            apart = right <= other_left + 0.1 or other_right <= left + 0.1 or abs(y - other_y) >= 11
            assert apart, (text, other)


def test_words_stay_readable_on_a_phone() -> None:
    root = tree(DRAWINGS["line"](SOME, narrow(FULL)))
    assert float(root.get("font-size", "0")) * 300 / 360 >= 11
    assert "chart-narrow" in root.get("class", "").split()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//elsewhere.example/a",
        "/\\elsewhere.example",
        "https://elsewhere.example",
        "/\t/elsewhere.example",
        "data:text/html,x",
        "a b",
        " /x",
    ],
)
@pytest.mark.parametrize("name", ["line", "bars", "range_bars", "sleep_band", "day_strip"])
def test_an_address_off_the_site_is_no_link(name: str, address: str) -> None:
    from carnet.charts import Night, Point, Span, bars, day_strip, line, range_bars, sleep_band

    frame = Frame("a", "t", "d")
    point = Point(1.0, 2.0, label="x", href=address)
    svg = {
        "line": lambda: line([point], frame), "bars": lambda: bars([point], frame), "range_bars": lambda: range_bars([point], frame),
        "sleep_band": lambda: sleep_band([Night(1, "x", address, ((0, 60, "deep"),)), Night(2, "y", "", ((0, 60, "deep"),))], frame),
        "day_strip": lambda: day_strip([Span(0, 60, "sleep", "x", address)], frame),
    }[name]()  # fmt: skip
    assert not tags(svg, "a")
    assert "elsewhere" not in svg
