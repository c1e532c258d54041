"""Every page of the demo: in both languages, from 320 px to a desktop, light and dark; quiet console, no other host, WCAG 2.2 AA."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from browser.carnet_server import Opened, Server

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "today": "/", "ask": "/ask", "timeline": "/timeline", "metrics": "/metrics", "metric": "/metric/resting_heart_rate?span=half",
    "sleep": "/metric/sleep_duration?span=month", "labs": "/labs", "lab": "/labs/cholesterol_ldl", "import": "/import",
    "connections": "/connections", "service": "/connections/apple_health", "privacy": "/privacy", "more": "/more",
    "evidence": "/evidence?link=carnet:sleep_duration/2026-11-01/2026-11-20",
}  # fmt: skip
HIDE_PATHS = """() => { for (const code of document.querySelectorAll("code, .path")) {
  code.textContent = code.textContent.replace(/\\/.*home-demo/, "~/.carnet-demo"); }
  for (const line of document.querySelectorAll("p.faint.small")) line.textContent = line.textContent.replace(/\\/\\S*home/, "~/.carnet"); }"""  # pictures say nothing of the machine they were made on
SHOWN = {("en", 1280, "light"), ("fr", 320, "light")}  # kept as pictures
ASKED = {
    "en": {
        "answer": "How has my resting heart rate changed over the last 12 months?",
        "choices": "Is my cholesterol ok?",
        "urgent": "I have crushing chest pain since this morning, by the way what was my LDL?",
    },
    "fr": {
        "answer": "Comment évolue ma fréquence cardiaque au repos sur les 12 derniers mois ?",
        "choices": "Mon cholestérol est-il bon ?",
        "urgent": "Depuis ce matin j'ai comme un poids sur la poitrine, au fait mon cholestérol LDL c'était combien ?",
    },
}


def check(page: Page) -> None:
    """No axe violation, no sideways scroll, one first heading, the language said."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]][:4]) for v in found] == []
    assert page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, "it scrolls sideways"
    assert page.locator("h1").count() == 1


def screen(page: Page, name: str) -> None:
    """Keeps a picture of the page for the documentation when asked to (CARNET_SCREENS=write)."""
    if os.environ.get("CARNET_SCREENS") == "write":
        page.evaluate(HIDE_PATHS)
        page.screenshot(path=ROOT / "docs" / "screens" / f"{name}.png", full_page=False)


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("en", 1280, "light"), ("fr", 1280, "light"), ("en", 320, "light"), ("fr", 320, "light"), ("en", 1280, "dark")],
)
def test_every_page(demo: Server, opened: Opened, lang: str, width: int, scheme: str) -> None:
    page = opened(demo, lang, width, 860 if width > 500 else 700, color_scheme=scheme)
    base = page.url.rstrip("/")
    for name, address in PAGES.items():
        page.goto(base + address)
        assert page.locator("html").get_attribute("lang") == lang
        check(page)
        if (lang, width, scheme) in SHOWN or (name in ("today", "metric") and (lang, width, scheme) == ("en", 1280, "dark")):
            screen(page, f"{name}.{lang}.{'phone' if width < 500 else scheme}")


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("fr", 320)])
def test_the_first_pages(fresh: Server, opened: Opened, lang: str, width: int) -> None:
    page = opened(fresh, lang, width, 860 if width > 500 else 700)
    for name in ("welcome", "begin"):
        page.wait_for_url(f"**/{name}")
        check(page)
        screen(page, f"{name}.{lang}.{'phone' if width < 500 else 'light'}")
        if name == "welcome":
            page.locator("form[action='/welcome'] button").click()


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("fr", 320)])
def test_an_answer_and_an_emergency(demo: Server, opened: Opened, lang: str, width: int) -> None:
    page = opened(demo, lang, width, 860 if width > 500 else 700)
    base = page.url.rstrip("/")
    for name, question in ASKED[lang].items():
        page.goto(f"{base}/ask")
        page.locator("#question").fill(question)
        page.keyboard.press("Enter")
        page.locator(".answer").wait_for()
        page.wait_for_load_state("networkidle")
        screen(page, f"{name}.{lang}.{'phone' if width < 500 else 'light'}")
        page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")  # at the end nothing lies under the composer
        check(page)
