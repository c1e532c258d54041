"""The style sheet and the script of the charts: every class has a rule, colours keep their contrast, the policy holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import carnet.charts
from carnet.charts.paint import LITERAL

STATIC = Path(carnet.charts.__file__).parents[1] / "web" / "static" / "carnet"
CSS = (STATIC / "charts.css").read_text("utf-8")
JS = (STATIC / "charts.js").read_text("utf-8")
PAIRS = dict(re.findall(r"^\s*(--[\w-]+): light-dark\((#\w{6}, #\w{6})\);", CSS, re.M))
QUIET = {
    "--chart-grid",
    "--chart-axis",
    "--chart-band",
    "--chart-track",
    "--stage-bed",
    "--chart-paper",
    "--chart-over",
}  # their edges or words carry
TEXT = {"--chart-ink", "--chart-muted"}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pair(name: str) -> list[str]:
    return PAIRS[name].split(", ")


@pytest.mark.parametrize("name", sorted(set(PAIRS) - QUIET))
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_graphics_keep_their_contrast_on_the_paper(name: str, scheme: int) -> None:
    assert contrast(pair(name)[scheme], pair("--chart-paper")[scheme]) >= (4.5 if name in TEXT else 3)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_what_lies_on_something_is_told_from_it(scheme: int) -> None:
    for name in PAIRS:
        if name.startswith("--kind"):
            assert contrast(pair("--chart-over")[scheme], pair(name)[scheme]) >= 4.5, name
    for below in ("--chart-range", "--chart-spread"):
        assert contrast(pair("--chart-median")[scheme], pair(below)[scheme]) >= 3
    for above in ("--chart-line", "--chart-flag", "--chart-critical", "--chart-edge"):
        assert contrast(pair(above)[scheme], pair("--chart-band")[scheme]) >= 3, above


@pytest.mark.parametrize("role", sorted([*LITERAL, "hit", "near", "cross"]))
def test_every_class_has_a_rule_and_stands_in_the_docs(role: str) -> None:
    if role not in ("near",):
        assert re.search(rf"^\.c-{role}[ ,]", CSS, re.M) or re.search(rf", \.c-{role} ", CSS)
    assert re.search(rf"\b{role}\b", carnet.charts.__doc__ or "")


def test_every_variable_that_is_used_is_defined() -> None:
    assert set(re.findall(r"var\((--[\w-]+)\)", CSS)) == set(PAIRS)


def test_paper_has_the_light_colours() -> None:
    light = {value.split(", ")[0] for value in PAIRS.values()}
    assert {v for style in LITERAL.values() for v in style.values() if v.startswith("#")} <= light


def test_the_sheet_knows_print_and_reduced_motion_and_fetches_nothing() -> None:
    assert "@media print" in CSS
    assert "transition" not in CSS.split("@media (prefers-reduced-motion: no-preference)")[0]
    assert not re.search(r"url\(|@import|https?:", CSS)


def test_the_script_keeps_the_policy() -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b|https?:|import\b|setAttribute\(\"style", JS
    )
    assert "url.origin !== location.origin" in JS
    assert 'redirect: "error"' in JS
