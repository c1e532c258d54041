"""Every chart as one function of plain values, and what the tests read out of an SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.etree import ElementTree

from carnet.charts import (
    FLAGS,
    KINDS,
    STAGES,
    Frame,
    Night,
    Point,
    Span,
    bars,
    day_strip,
    line,
    narrow,
    range_bar,
    range_bars,
    sleep_band,
    sparkline,
)
from carnet.charts.scale import text_width

FRAME = Frame("c", "LDL cholesterol", "It rose by 1.4 mmol/L since March.", unit="mmol/L")
HOSTILE = "\"'><script>alert(1)</script>&amp;]]>\x00\x1b\ud800 onload=x {{ 7*7 }} \u202e"

Draw = Callable[[Sequence[float | None], Frame], str]


def _points(values: Sequence[float | None], frame: Frame) -> list[Point]:
    return [
        Point(739000.0 + i, v, None if v is None else v - 1, None if v is None else v + 1, frame.title, f"/day/{i}", FLAGS[i % 3])
        for i, v in enumerate(values)
    ]


def _nights(values: Sequence[float | None], frame: Frame) -> list[Night]:
    return [
        Night(739000.0 + i, frame.title, f"/night/{i}", () if v is None else ((v, v + 90, STAGES[i % 6]), (v + 90, v + 200, "deep")))
        for i, v in enumerate(values)
    ]


def _spans(values: Sequence[float | None], frame: Frame) -> list[Span]:
    return [Span(v, v + 60, KINDS[i % 5], frame.title, f"/span/{i}") for i, v in enumerate(values) if v is not None]


DRAWINGS: dict[str, Draw] = {
    "line": lambda values, frame: line(_points(values, frame), frame),
    "bars": lambda values, frame: bars(_points(values, frame), frame),
    "range_bars": lambda values, frame: range_bars(_points(values, frame), frame),
    "sparkline": sparkline,
    "range_bar": lambda values, frame: range_bar(*[*values, None, None, None][:3], frame, "high"),
    "sleep_band": lambda values, frame: sleep_band(_nights(values, frame), frame),
    "day_strip": lambda values, frame: day_strip(_spans(values, frame), frame),
}
FULL = replace(
    FRAME,
    band=(2.0, 300.0),
    band_label="Range printed by your laboratory",
    breaks=((739001.0, "New device"),),
    x_ticks=tuple((739000.0 + i, f"{i} March") for i in range(40)),
    stage_names=tuple((stage, stage.title()) for stage in STAGES),
)


def tree(svg: str) -> ElementTree.Element:
    """The SVG, parsed; a document that is not well-formed fails the test."""
    return ElementTree.fromstring(svg)


def tags(svg: str, name: str) -> list[ElementTree.Element]:
    """All elements of that name, in order."""
    return [e for e in tree(svg).iter() if e.tag == "{http://www.w3.org/2000/svg}" + name]


def classed(svg: str, role: str) -> list[ElementTree.Element]:
    """All elements of a role, in order."""
    return [e for e in tree(svg).iter() if f"c-{role}" in e.get("class", "").split()]


def said(svg: str) -> list[str]:
    """The words one sees, in order."""
    return [e.text or "" for e in tags(svg, "text")]


def boxes(svg: str) -> list[tuple[float, float, float, str]]:
    """(left, right, baseline, text) of each text by the estimate of its width."""
    root = tree(svg)
    size = float(root.get("font-size", "0"))
    found = []
    for e in tags(svg, "text"):
        x, width = float(e.get("x", "0")), text_width(e.text or "", size)
        left = x - {"middle": width / 2, "end": width}.get(e.get("text-anchor", ""), 0.0)
        found.append((left, left + width, float(e.get("y", "0")), e.text or ""))
    return found


def numbers(path: str) -> list[float]:
    """Every number of a path, in order."""
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]


__all__ = ["DRAWINGS", "FRAME", "FULL", "HOSTILE", "boxes", "classed", "narrow", "numbers", "said", "tags", "tree"]
