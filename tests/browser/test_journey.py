"""The first quarter of an hour with Carnet, as one walk: a new home, a file, a permission, a question, its rows, and back out again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser import steps
from browser.carnet_server import Opened, Server
from carnet.web.words import say


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", steps.WIDTHS)
def test_from_the_printed_address_to_an_answer_that_goes_again(
    fresh: Server, opened: Opened, tmp_path: Path, lang: str, width: int
) -> None:
    page = opened(fresh, lang, width)
    steps.make_space(page, lang)
    _brings_a_file(page, lang, tmp_path)
    _allows(page, lang)
    steps.go(page, lang, "ask")
    _reads_the_rows_behind_the_figure(page, lang)
    _chooses(page, lang)
    _hears_what_cannot_wait(page, lang)
    conversation = page.url
    _switches(page, lang)
    _revokes(page, steps.OTHER[lang])
    page.goto(conversation)
    first = steps.turn(page, steps.STEPS[lang])
    expect(first).to_contain_text(say(steps.OTHER[lang], "withheld"))
    expect(page.get_by_role("main")).not_to_contain_text(steps.total(lang))
    assert steps.total(lang) not in page.content()


def _brings_a_file(page: Page, lang: str, folder: Path) -> None:
    page.get_by_role("link", name=say(lang, "begin.import")).click()
    steps.bring(page, lang, steps.archive(folder))
    card = steps.done(page, "export.zip")
    expect(card).to_contain_text(say(lang, "import.unused"))
    card.get_by_role("link", name=say(lang, "not_allowed.choose")).click()


def _allows(page: Page, lang: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(steps.service(lang)), re.I))
    steps.allow(page, lang, "activity", "heart")


def _reads_the_rows_behind_the_figure(page: Page, lang: str) -> None:
    """The citation opens beside the answer where there is room, else as a page; both hold the rows and a chart."""
    turn = steps.ask(page, lang, steps.STEPS[lang])
    steps.answered(turn, steps.total(lang))
    asked = page.url
    expect(page).to_have_url(re.compile(r"/ask/\w+$"))
    steps.cite(turn, lang).click()
    if steps.wide(page):
        place = page.get_by_role("complementary", name=say(lang, "panel.label"))
        assert page.url == asked
    else:
        expect(page).to_have_url(re.compile("/evidence"))
        place = page.get_by_role("main")
    expect(place.get_by_role("table").last.get_by_role("row")).to_have_count(7)  # a head and six days
    expect(place.locator("figure svg:visible").first).to_be_visible()
    if steps.wide(page):
        place.get_by_role("button", name=say(lang, "evidence.close")).click()
        expect(place).to_be_hidden()
        expect(steps.cite(turn, lang)).to_be_focused()
    else:
        page.go_back()
        expect(page).to_have_url(asked)


def _chooses(page: Page, lang: str) -> None:
    turn = steps.ask(page, lang, steps.AMBIGUOUS[lang])
    choices = turn.get_by_role("list", name=say(lang, "answer.choices")).get_by_role("button")
    expect(choices.first).to_be_visible()
    assert choices.count() >= 2
    words = choices.first.inner_text()
    choices.first.click()
    follow = steps.turn(page, words)
    expect(steps.cite(follow, lang)).to_be_visible()
    expect(follow).to_contain_text(say(lang, "answer.understood"))


def _hears_what_cannot_wait(page: Page, lang: str) -> None:
    """The band stands above everything else the answer says."""
    turn = steps.ask(page, lang, steps.URGENT[lang])
    expect(turn.get_by_role("alert")).to_contain_text("112")
    expect(turn.locator("[aria-busy=true]")).to_have_count(0)
    expect(turn.get_by_role("alert")).to_have_count(1)


def _switches(page: Page, lang: str) -> None:
    other = steps.OTHER[lang]
    page.get_by_role("button", name=steps.LANGUAGE[other]).click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.get_by_label(say(other, "ask.label"))).to_be_visible()
    answer = steps.turn(page, steps.STEPS[lang])
    expect(answer).to_contain_text(steps.total(lang))
    expect(answer.locator(f"[lang={lang}]").first).to_be_visible()  # an earlier answer keeps its language, and says so


def _revokes(page: Page, lang: str) -> None:
    steps.go(page, lang, "connections")
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{re.escape(say(lang, 'connect.change'))}")).click()
    expect(steps.category(page, lang, "activity")).to_be_checked()
    steps.category(page, lang, "activity").uncheck()
    steps.button(page, lang, "connect.save").click()
    expect(page.get_by_role("status").filter(has_text=say(lang, "receipt.stopped"))).to_be_visible()
