"""The same walk with nothing but keys: the focus is always to be seen, and never under a bar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser import steps
from browser.carnet_server import Opened, Server
from carnet.web.words import say

FURTHEST = 90
STOP = """(wanted) => {
  const el = document.activeElement;
  if (!el || el === document.body) return ["", false];
  const seen = (n) => { const s = getComputedStyle(n); return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none"; };
  const there = el === wanted, named = (what) => [`${what}: ${el.outerHTML.slice(0, 160)}`, there];
  if (!el.matches(":focus")) return ["", there]; // on a part of it that is the browser's own, as the calendar of a date
  const bearers = [el, ...(el.labels || []), el.form].filter((n) => n instanceof Element);
  if (!bearers.some(seen)) return named("no focus to be seen");
  const box = (el.type === "file" ? el.labels[0] : el).getBoundingClientRect();
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth), top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  if (left >= right || top >= bottom) return named("out of sight");
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  for (let n = above; n && !n.contains(el); n = n.parentElement) {
    if (["fixed", "sticky"].includes(getComputedStyle(n).position)) return named(`under ${n.tagName} ${n.className}`);
  }
  return ["", there];
}"""


def walk(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Presses a key until this has the focus; on the way every stop is seen."""
    goal = wanted.element_handle()
    for _ in range(FURTHEST):
        page.keyboard.press(key)
        wrong, there = page.evaluate(STOP, goal)
        assert wrong == ""
        if there:
            return
    raise AssertionError(f"{FURTHEST} times {key}, and never there")


def press(page: Page, wanted: Locator, key: str = "Enter", along: str = "Tab") -> None:
    """Walks there and presses a key."""
    walk(page, wanted, along)
    page.keyboard.press(key)


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """The next page is there, its scripts too."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    page.wait_for_load_state()


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", steps.WIDTHS)
def test_the_whole_walk_by_keys(fresh: Server, opened: Opened, tmp_path: Path, lang: str, width: int) -> None:
    page = opened(fresh, lang, width, 640 if width == 320 else 860)
    page.on("filechooser", lambda _: None)  # from now on the browser hands its chooser to the test
    _opens(page, lang)
    _brings(page, lang, steps.archive(tmp_path))
    _allows(page, lang)
    page.keyboard.press("Control+k")
    expect(page).to_have_url(re.compile("/ask"))
    box = page.get_by_label(say(lang, "ask.label"))
    expect(box).to_be_focused()
    _asks(page, lang, box)
    _looks_behind(page, lang)
    _chooses(page, lang, box)
    conversation = page.url
    _switches_and_revokes(page, lang)
    page.goto(conversation)
    expect(page.get_by_role("main")).to_contain_text(say(steps.OTHER[lang], "withheld"))
    expect(page.get_by_role("main")).not_to_contain_text(steps.total(lang))


def _opens(page: Page, lang: str) -> None:
    """The skip link, then the two ways by arrows."""
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name=say(lang, "skip"))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    key = page.get_by_role("radio", name=say(lang, "welcome.key"))
    walk(page, key)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label(say(lang, "welcome.passphrase.field"), exact=True)).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(key).to_be_checked()
    press(page, steps.button(page, lang, "welcome.make"))
    heading(page, say(lang, "begin.title"))


def _brings(page: Page, lang: str, file: Path) -> None:
    press(page, page.get_by_role("link", name=say(lang, "begin.import")))
    heading(page, say(lang, "import.h1"))
    walk(page, page.get_by_label(say(lang, "import.choose")))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    press(page, steps.done(page, file.name).get_by_role("link", name=say(lang, "not_allowed.choose")))
    heading(page, re.compile(re.escape(steps.service(lang)), re.I))


def _allows(page: Page, lang: str) -> None:
    switch = steps.category(page, lang, "activity")
    press(page, switch, "Space")
    expect(switch).to_be_checked()
    press(page, steps.button(page, lang, "connect.save"))
    expect(page.get_by_role("status").filter(has_text=say(lang, "receipt.saved"))).to_be_visible()
    page.wait_for_load_state()


def _asks(page: Page, lang: str, box: Locator) -> None:
    page.keyboard.type(steps.STEPS[lang])
    page.keyboard.press("Enter")
    steps.answered(steps.turn(page, steps.STEPS[lang]), steps.total(lang))
    steps.drawn(steps.turn(page, steps.STEPS[lang]))
    expect(box).to_be_focused()


def _looks_behind(page: Page, lang: str) -> None:
    """Back to the figure's citation; the panel takes the focus, Escape gives it back."""
    cite = steps.cite(steps.turn(page, steps.STEPS[lang]), lang)
    press(page, cite, along="Shift+Tab")
    if steps.wide(page):
        panel = page.get_by_role("complementary", name=say(lang, "panel.label"))
        expect(panel.get_by_role("button", name=say(lang, "evidence.close"))).to_be_focused()
        page.keyboard.press("Tab")
        expect(panel.locator("*:focus")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(cite).to_be_focused()
    else:
        expect(page).to_have_url(re.compile("/evidence"))
        walk(page, page.get_by_role("region").filter(has=page.get_by_role("table")).last)
        page.go_back()
        expect(cite).to_be_visible()
        page.wait_for_load_state()


def _chooses(page: Page, lang: str, box: Locator) -> None:
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type(steps.AMBIGUOUS[lang])
    page.keyboard.press("Enter")
    choices = steps.turn(page, steps.AMBIGUOUS[lang]).get_by_role("list", name=say(lang, "answer.choices")).get_by_role("button")
    expect(choices.first).to_be_visible()
    words = choices.first.inner_text()
    press(page, choices.first, along="Shift+Tab")
    expect(steps.cite(steps.turn(page, words), lang)).to_be_visible()
    steps.drawn(steps.turn(page, words))


def _switches_and_revokes(page: Page, lang: str) -> None:
    other = steps.OTHER[lang]
    press(page, page.get_by_role("button", name=steps.LANGUAGE[other]), along="Shift+Tab")
    expect(page.locator("html")).to_have_attribute("lang", other)
    page.wait_for_load_state()
    rooms = page.get_by_role("navigation", name=say(other, "nav.label"))
    link = rooms.get_by_role("link", name=say(other, "nav.connections"), exact=True)
    if not steps.wide(page):
        press(page, rooms.get_by_role("link", name=say(other, "nav.more"), exact=True))
        heading(page, say(other, "nav.more"))
        link = page.get_by_role("main").get_by_role("link", name=say(other, "nav.connections"))
    press(page, link)
    heading(page, say(other, "nav.connections"))
    press(page, page.get_by_role("main").get_by_role("link", name=re.compile(f"^{re.escape(say(other, 'connect.change'))}")))
    heading(page, re.compile(re.escape(steps.service(other)), re.I))
    switch = steps.category(page, other, "activity")
    press(page, switch, "Space")
    expect(switch).not_to_be_checked()
    press(page, steps.button(page, other, "connect.save"))
    expect(page.get_by_role("status").filter(has_text=say(other, "receipt.stopped"))).to_be_visible()
