"""Nights by stage and a day from midnight to midnight."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from carnet.charts import STAGES, Frame, Night, Span, day_strip, sleep_band
from charts.drawings import classed, numbers, said, tags, tree

NAMES = (("awake", "Éveil"), ("rem", "Paradoxal"), ("core", "Léger"), ("deep", "Profond"), ("in_bed", "Au lit"))
FRAME = Frame("n", "Nuit", "Sept heures de sommeil.", y_format=lambda m: f"{int(m // 60) % 24:02d}:{int(m % 60):02d}", stage_names=NAMES)
SPANS = ((-80.0, 440.0, "in_bed"), (-60.0, 60.0, "core"), (60.0, 140.0, "deep"), (140.0, 150.0, "awake"), (150.0, 420.0, "rem"))


def test_one_night_has_a_level_for_each_stage() -> None:
    svg = sleep_band([Night(739000, "12 mars : 7 h 50", "/night/1", SPANS)], FRAME)
    levels = [float(classed(svg, stage)[0].get("y", "")) for stage in ("awake", "rem", "core", "deep")]
    assert levels == sorted(levels)
    assert len(set(levels)) == 4
    assert said(svg)[-4:] == ["Éveil", "Paradoxal", "Léger", "Profond"]
    assert "Profond 01:00–02:20" in svg
    assert tags(svg, "a")[0].get("href") == "/night/1"
    assert len(classed(svg, "join")) == 3


def test_time_runs_right_within_a_night() -> None:
    svg = sleep_band([Night(1, spans=SPANS)], FRAME)
    starts = [float(classed(svg, stage)[0].get("x", "")) for stage in ("core", "deep", "awake", "rem")]
    assert starts == sorted(starts)
    assert {"00:00", "02:00"} <= set(said(svg)) or {"00:00", "01:00"} <= set(said(svg))


def test_each_night_is_a_column_with_the_evening_above() -> None:
    rows = [Night(739000 + i, f"nuit {i}", f"/night/{i}", SPANS) for i in range(7) if i != 3]
    svg = sleep_band(rows, FRAME)
    assert len(tags(svg, "a")) == 6
    paths = {stage: [numbers(e.get("d", "")) for e in classed(svg, stage) if e.tag.endswith("path")] for stage in ("core", "rem")}
    assert paths["core"][0][1] < paths["rem"][0][1], "the first stretch of the night stands above the last"
    edges = [path[0] for path in paths["core"]]
    gaps = [b - a for a, b in pairwise(edges)]
    assert max(gaps) == pytest.approx(2 * min(gaps), abs=0.3), "the missing night keeps its place"


def test_stages_differ_by_width_and_not_by_colour_alone() -> None:
    svg = sleep_band([Night(i, spans=SPANS) for i in range(2)], FRAME)
    wide = {
        stage: numbers(next(e for e in classed(svg, stage) if e.tag.endswith("path")).get("d", ""))[2]
        for stage in ("deep", "core", "rem", "awake")
    }
    assert wide["deep"] > wide["core"] > wide["rem"] > wide["awake"] > 0


def test_a_night_without_stages_is_drawn_as_what_is_known() -> None:
    svg = sleep_band([Night(1, spans=((-30.0, 400.0, "asleep"),))], FRAME)
    assert len(classed(svg, "asleep")) == 1
    assert classed(sleep_band([Night(1, spans=((-30.0, 400.0, "in_bed"),))], FRAME), "in_bed")


@pytest.mark.parametrize(
    "span", [(60.0, 60.0, "deep"), (90.0, 60.0, "deep"), (float("nan"), 60.0, "deep"), (0.0, float("inf"), "deep"), (0.0, 60.0, "dreaming")]
)
def test_a_stretch_without_length_or_stage_is_no_stretch(span: tuple[float, float, str]) -> None:
    assert said(sleep_band([Night(1, spans=(span,))], FRAME)) == [FRAME.desc]
    both = sleep_band([Night(1, spans=(span,)), Night(2, spans=SPANS)], FRAME)
    assert len([g for g in tree(both).iter() if g.get("data-t")]) == 1


def test_a_month_of_nights_stays_light() -> None:
    restless = tuple((i * 20.0 - 60, i * 20.0 - 41, STAGES[1 + i % 5]) for i in range(24))
    assert len(sleep_band([Night(739000 + i, f"night {i}", f"/night/{i}", restless) for i in range(31)], FRAME)) < 36_000


def test_a_day_is_as_wide_as_its_24_hours() -> None:
    svg = day_strip([Span(0, 720, "sleep"), Span(1080, 1440, "workout"), Span(-60, 10, "other"), Span(1500, 1600, "meal")], FRAME)
    assert not classed(svg, "meal"), "the next day is another strip"
    half, quarter = (float(classed(svg, kind)[0].get("width", "")) for kind in ("sleep", "workout"))
    assert half == pytest.approx(2 * quarter, abs=0.2)
    assert said(svg)[0] == said(svg)[6] == "00:00"


def test_overlapping_spans_lie_in_lanes() -> None:
    svg = day_strip([Span(600, 700, "workout"), Span(650, 680, "other"), Span(700, 760, "meal")], FRAME)
    tops = {kind: classed(svg, kind)[0].get("y") for kind in ("workout", "other", "meal")}
    assert tops["workout"] == tops["meal"] != tops["other"]


def test_words_stand_in_a_span_or_beside_it_or_are_left_to_its_title() -> None:
    svg = day_strip([Span(0, 400, "sleep", "Sommeil"), Span(720, 740, "meal", "Repas"), Span(1430, 1440, "workout", "Course")], FRAME)
    assert [e.text for e in classed(svg, "over")] == ["Sommeil"]
    assert [(e.text, e.get("text-anchor")) for e in classed(svg, "words")] == [("Repas", None), ("Course", "end")]
    long = day_strip([Span(700, 710, "meal", "x" * 200)], FRAME)
    assert not classed(long, "words")
    assert "x" * 200 in (tags(long, "title")[1].text or "")


def test_an_unknown_kind_is_another_one() -> None:
    assert classed(day_strip([Span(0, 60, '"><x', "?")], FRAME), "other")
    assert not said(day_strip([Span(0, 60, "sleep")], replace(FRAME, y_format=lambda m: "")))
