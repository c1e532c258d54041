"""The same walk in a browser that runs no scripts: every step is a form or a link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser import steps
from browser.carnet_server import Opened, Server
from carnet.web.words import say


@pytest.mark.parametrize(("lang", "width"), steps.CROSSED)
def test_the_whole_walk_without_scripts(fresh: Server, opened: Opened, tmp_path: Path, lang: str, width: int) -> None:
    page, other = opened(fresh, lang, width, java_script_enabled=False), steps.OTHER[lang]
    steps.make_space(page, lang)
    page.get_by_role("link", name=say(lang, "begin.import")).click()
    page.get_by_label(say(lang, "import.choose")).set_input_files(steps.archive(tmp_path))
    steps.button(page, lang, "import.send").click()
    steps.done(page, "export.zip").get_by_role("link", name=say(lang, "not_allowed.choose")).click()
    steps.allow(page, lang, "activity")
    steps.go(page, lang, "ask")
    page.get_by_label(say(lang, "ask.label")).fill(steps.STEPS[lang])
    steps.button(page, lang, "ask.send").click()
    expect(page.get_by_role("main")).to_contain_text(steps.total(lang))
    _looks_behind(page, lang)
    _is_offered_choices(page, lang)
    page.get_by_role("button", name=steps.LANGUAGE[other]).click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    page.get_by_role("link", name=say(other, "ask.whole")).click()
    conversation = page.url
    expect(steps.turn(page, steps.STEPS[lang])).to_contain_text(steps.total(lang))
    page.goto(page.url.split("/ask")[0] + "/connections/apple_health")
    steps.category(page, other, "activity").uncheck()
    steps.button(page, other, "connect.save").click()
    expect(page.get_by_role("status").filter(has_text=say(other, "receipt.stopped"))).to_be_visible()
    page.goto(conversation)
    expect(steps.turn(page, steps.STEPS[lang])).to_contain_text(say(other, "withheld"))
    assert steps.total(lang) not in page.content()


def _looks_behind(page: Page, lang: str) -> None:
    """The rows and the chart, as a page at any width."""
    steps.cite(steps.turn(page, steps.STEPS[lang]), lang).click()
    expect(page).to_have_url(re.compile("/evidence"))
    place = page.get_by_role("main")
    expect(place.get_by_role("table").last.get_by_role("row")).to_have_count(7)
    steps.drawn(place)
    page.go_back()


def _is_offered_choices(page: Page, lang: str) -> None:
    page.get_by_label(say(lang, "ask.label")).fill(steps.AMBIGUOUS[lang])
    steps.button(page, lang, "ask.send").click()
    choice = page.get_by_role("list", name=say(lang, "answer.choices")).get_by_role("button").first
    words = choice.inner_text()
    choice.click()
    expect(steps.cite(steps.turn(page, words), lang)).to_be_visible()
