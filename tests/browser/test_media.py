"""The same pages on paper, at twice the size, and for somebody whom movement troubles."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser import steps
from browser.carnet_server import Opened, Server
from carnet.web.words import say

MOVING = "() => document.getAnimations({ subtree: true }).filter((a) => a.playState === 'running').length"
INK = """(root) => {
  const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number); return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255; };
  const told = [...root.querySelectorAll("h1, h2, h3, p, a, li, td, th, span, strong")].filter((n) => n.checkVisibility() && n.textContent.trim());
  return { paper: getComputedStyle(document.body).backgroundColor,
           pale: told.filter((n) => light(getComputedStyle(n).color) > 0.6).map((n) => n.outerHTML.slice(0, 120)) };
}"""


def printed(page: Page) -> None:
    """Navigation, forms and the band are gone; what is left is dark on white, though the screen is dark."""
    page.emulate_media(media="print", color_scheme="dark")
    for place in (page.get_by_role("navigation").first, page.get_by_role("contentinfo"), page.locator("form:visible").first):
        expect(place).to_be_hidden()
    main = page.get_by_role("main")
    ink = main.evaluate(INK)
    assert ink["paper"] == "rgb(255, 255, 255)"
    assert ink["pale"] == []
    assert len(page.pdf()) > 1_000


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_answer_on_paper(own: Server, opened: Opened, lang: str) -> None:
    page = opened(own, lang, color_scheme="dark")
    page.goto(page.url.rstrip("/") + "/ask")
    turn = steps.ask(page, lang, steps.STEPS[lang])
    steps.answered(turn, steps.total(lang))
    steps.drawn(turn)
    printed(page)
    expect(turn.get_by_text(steps.total(lang)).first).to_be_visible()
    steps.drawn(turn)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_labs_on_paper(demo: Server, opened: Opened, lang: str) -> None:
    page = opened(demo, lang, color_scheme="dark")
    page.goto(page.url.rstrip("/") + "/labs")
    printed(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_at_twice_the_size_nothing_is_lost(own: Server, opened: Opened, lang: str) -> None:
    """A window of 1280 at 200 %: 640 wide with two device pixels to each."""
    page = opened(own, lang, 640, 430, device_scale_factor=2)
    page.goto(page.url.rstrip("/") + "/ask")
    turn = steps.ask(page, lang, steps.STEPS[lang])
    steps.answered(turn, steps.total(lang))
    steps.drawn(turn)
    assert _sideways(page) <= 0
    steps.cite(turn, lang).click()
    expect(page).to_have_url(re.compile("/evidence"))
    expect(page.get_by_role("table").last).to_be_visible()
    assert _sideways(page) <= 0
    for room in ("connections", "import", "privacy"):
        steps.go(page, lang, room)
        assert _sideways(page) <= 0, room


def _sideways(page: Page) -> int:
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_somebody_whom_it_troubles(opened: Opened, held: Server, motion: str, moves: bool) -> None:
    """A question on its way is the one thing that moves: not for them."""
    page = opened(held, reduced_motion=motion)
    steps.make_space(page, "en")
    page.goto(page.url.split("/begin")[0] + "/ask")
    turn = steps.ask(page, "en", steps.STEPS["en"])
    expect(_working(turn)).to_be_visible()
    assert bool(page.evaluate(MOVING)) is moves


def _working(turn: Locator) -> Locator:
    return turn.get_by_text(say("en", "ask.working"))
