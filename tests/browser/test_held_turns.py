"""A question on its way, looked at before its answer is there: the band first, a reload that loses nothing, a stop that keeps nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from browser import steps
from browser.carnet_server import Opened
from browser.held_server import HeldServer, filled
from carnet.web.words import say


@pytest.fixture
def asked(held: HeldServer, tmp_path: Path) -> HeldServer:
    """The held server over a vault that can answer."""
    filled(held.home, steps.archive(tmp_path))
    return held


def _start(page: Page, lang: str) -> None:
    page.goto(page.url.rstrip("/") + "/ask")


def _stream(where: Locator) -> str:
    return str(where.locator("[data-stream]").get_attribute("data-stream"))


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", steps.WIDTHS)
def test_the_band_is_there_before_the_answer(asked: HeldServer, opened: Opened, lang: str, width: int) -> None:
    page = opened(asked, lang, width, 568)
    _start(page, lang)
    turn = steps.ask(page, lang, steps.URGENT[lang] + "," * 300)
    expect(turn.get_by_role("alert")).to_contain_text("112")
    _begins_in_sight(page, turn.get_by_role("alert"))
    assert turn.locator("[aria-busy=true]").count() == 1, "the answer was there already"
    asked.gate.set()
    expect(turn.locator("[aria-busy=true]")).to_have_count(0)
    expect(turn.get_by_role("alert")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text=say(lang, "ask.done"))).to_be_attached()
    _begins_in_sight(page, turn.get_by_role("alert"))


def _begins_in_sight(page: Page, band: Locator) -> None:
    """Whoever has to hurry reads the first line without scrolling, however long the question was."""
    expect(band).to_be_in_viewport()
    top, height = band.evaluate("(el) => [el.getBoundingClientRect().top, innerHeight]")
    assert 0 <= top < height / 2


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", steps.WIDTHS)
def test_a_reload_finds_the_question_and_then_its_answer(asked: HeldServer, opened: Opened, lang: str, width: int) -> None:
    page = opened(asked, lang, width)
    _start(page, lang)
    turn = steps.ask(page, lang, steps.STEPS[lang])
    expect(turn.locator("[aria-busy=true]")).to_have_count(1)
    page.reload()
    expect(turn.locator("[aria-busy=true]")).to_have_count(1)
    asked.gate.set()
    steps.answered(turn, steps.total(lang))
    expect(page.get_by_role("heading", level=2, name=steps.STEPS[lang])).to_have_count(1)
    page.reload()
    steps.answered(turn, steps.total(lang))
    expect(page.get_by_role("heading", level=2, name=steps.STEPS[lang])).to_have_count(1)


def test_a_stream_goes_on_after_the_last_event_that_was_seen(asked: HeldServer, opened: Opened) -> None:
    page = opened(asked)
    _start(page, "en")
    question = steps.URGENT["en"] + ", and how many steps did I take from 9 to 14 March 2026?"
    turn = steps.ask(page, "en", question)
    expect(turn.get_by_role("alert")).to_be_visible()
    address = page.url.split("/ask")[0] + _stream(turn)
    asked.gate.set()
    steps.answered(turn, "112")
    whole = _events(page, address)
    names = [name for name, _ in whole.values()]
    assert (names[0], names[-1]) == ("banner", "final")
    rest = _events(page, address, "1")
    assert list(rest) == list(whole)[1:]
    assert list(rest.values()) == list(whole.values())[1:]


def _events(page: Page, address: str, last: str = "") -> dict[int, tuple[str, object]]:
    """The events of a stream by their ids, in the order they came."""
    text = page.request.get(address, headers={"Last-Event-ID": last} if last else {}).text()
    found = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.strip().split("\n\n")]
    return {int(f["id"]): (f["event"], json.loads(f["data"])) for f in found if "id" in f}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", steps.WIDTHS)
def test_a_stopped_question_keeps_nothing(asked: HeldServer, opened: Opened, lang: str, width: int) -> None:
    page = opened(asked, lang, width)
    _start(page, lang)
    turn = steps.ask(page, lang, steps.STEPS[lang])
    steps.button(turn, lang, "ask.stop").click()
    expect(turn).to_contain_text(say(lang, "turn.stopped.what"))
    asked.gate.set()
    again = steps.ask(page, lang, steps.AMBIGUOUS[lang])  # answered after the stopped one: one thread at a time looks into a space
    expect(again.get_by_role("list", name=say(lang, "answer.choices"))).to_be_visible()
    page.reload()
    expect(again).to_be_visible()
    expect(page.get_by_role("heading", level=2, name=steps.STEPS[lang])).to_have_count(0)
    assert steps.total(lang) not in page.content()


def test_escape_stops_a_question(asked: HeldServer, opened: Opened) -> None:
    page = opened(asked)
    _start(page, "en")
    turn = steps.ask(page, "en", steps.STEPS["en"])
    expect(steps.button(turn, "en", "ask.stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(turn).to_contain_text(say("en", "turn.stopped.title"))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_without_scripts_the_page_waits_for_the_answer(asked: HeldServer, opened: Opened, lang: str) -> None:
    page = opened(asked, lang, 320, java_script_enabled=False)
    _start(page, lang)
    page.get_by_label(say(lang, "ask.label")).fill(steps.URGENT[lang])
    asked.gate.set()
    steps.button(page, lang, "ask.send").click()
    turn = steps.turn(page, steps.URGENT[lang])
    expect(turn.get_by_role("alert")).to_contain_text("112")


def test_the_next_question_can_be_typed_while_the_first_travels(asked: HeldServer, opened: Opened) -> None:
    page = opened(asked)
    _start(page, "en")
    box, travelling = page.get_by_label(say("en", "ask.label")), list[Route]()
    page.route("**/ask", lambda route: travelling.append(route))
    box.fill(steps.STEPS["en"])
    with page.expect_request("**/ask"):
        box.press("Enter")
    expect(box).to_have_value("")
    box.fill("and the next one")
    box.evaluate("() => 0")  # lets the route hand over what it holds
    travelling[0].continue_()
    expect(steps.turn(page, steps.STEPS["en"])).to_be_visible()
    expect(box).to_have_value("and the next one")


def test_a_stream_that_is_gone_does_not_load_the_page_for_ever(asked: HeldServer, opened: Opened) -> None:
    page = opened(asked)
    _start(page, "en")
    tried = list[str]()

    def gone(route: Route) -> None:
        tried.append(route.request.url)
        route.fulfill(status=204)  # to a browser the end of a stream, and no error

    page.route("**/events", gone)
    page.get_by_label(say("en", "ask.label")).fill(steps.STEPS["en"])
    steps.button(page, "en", "ask.send").click()
    expect(page.get_by_role("article")).to_contain_text(say("en", "ask.lost"))
    assert len(tried) == 2
