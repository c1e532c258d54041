"""What a person does on the pages, by roles and by the words of the page's own catalogue; and the small export they bring."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import say as assistant_say
from carnet.web.words import say
from journeys.carnet import NOW, export, record

__all__ = ["HOSTILE", "NOW"]

WIDTHS = (320, 1280)
CROSSED = (("en", 1280), ("fr", 320))  # where a walk is long and width and language do not meet
HOSTILE = "<script>alert(1)</script>"
STEPS = {"en": "How many steps did I take from 9 to 14 March 2026?", "fr": "Combien de pas du 9 au 14 mars 2026 ?"}
TOTAL = 30_300
AMBIGUOUS = {"en": "distance from 9 to 14 March 2026", "fr": "distance du 9 au 14 mars 2026"}
URGENT = {
    "en": "I have crushing chest pain and my left arm is numb",
    "fr": "j'ai une douleur écrasante dans la poitrine qui va dans le bras gauche",
}
LANGUAGE = {"en": "English", "fr": "Français"}
APPLE = re.compile("Apple (Health|Santé)")
OTHER = {"en": "fr", "fr": "en"}


def rows(source: str = "Apple Watch") -> list[str]:
    """Two weeks of steps, two kinds of distance, and a resting heart rate from this source."""
    days = [f"2026-03-{n:02d}" for n in range(1, 15)]
    markup = source.replace("<", "&lt;").replace(">", "&gt;")
    made = []
    for n, day in enumerate(days):
        morning, later = f"{day} 10:00:00 +0100", f"{day} 10:30:00 +0100"
        made += [
            record("StepCount", morning, later, 4000 + 100 * n),
            record("DistanceWalkingRunning", morning, later, 3 + n / 10, "km"),
            record("DistanceCycling", f"{day} 17:00:00 +0100", f"{day} 17:30:00 +0100", 8 + n / 10, "km"),
            record("RestingHeartRate", f"{day} 08:00:00 +0100", f"{day} 08:00:00 +0100", 60 + n % 3, "count/min", markup),
        ]
    return made


def archive(folder: Path, source: str = "Apple Watch", name: str = "export.zip") -> Path:
    """The export as a phone hands it over: a zip."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.write(export(folder, rows(source)), "apple_health_export/export.xml")
    return path


def total(lang: str, figure: int = TOTAL) -> str:
    """A figure as the page writes it."""
    return formats.number(figure, lang)


def wide(page: Page) -> bool:
    """Whether there is room for the panel."""
    size = page.viewport_size
    return bool(size and size["width"] >= 960)


def button(place: Page | Locator, lang: str, key: str) -> Locator:
    """The button of these words."""
    return place.get_by_role("button", name=say(lang, key), exact=True)


def go(page: Page, lang: str, room: str) -> None:
    """Into a room, by the navigation or, where it has no place for it, by More."""
    rooms = page.get_by_role("navigation", name=say(lang, "nav.label"))
    link = rooms.get_by_role("link", name=say(lang, f"nav.{room}"), exact=True)
    if link.is_visible():
        link.click()
    else:
        rooms.get_by_role("link", name=say(lang, "nav.more"), exact=True).click()
        page.get_by_role("main").get_by_role("link", name=say(lang, f"nav.{room}")).click()
    expect(page).to_have_url(re.compile(f"/{room}$"))
    expect(page.locator("html")).to_have_attribute("lang", lang)


def make_space(page: Page, lang: str) -> None:
    """From the printed address to a vault that opens by itself."""
    expect(page.get_by_role("heading", level=1)).to_have_text(say(lang, "welcome.title"))
    page.get_by_role("radio", name=say(lang, "welcome.key")).check()
    button(page, lang, "welcome.make").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say(lang, "begin.title"))


def bring(page: Page, lang: str, *files: Path) -> None:
    """Files through the chooser; returns when the card of each says that it is done."""
    page.wait_for_load_state()
    page.get_by_label(say(lang, "import.choose")).set_input_files(list(files))
    for file in files:
        done(page, file.name)


def done(page: Page, name: str) -> Locator:
    """The card of a file that was read to its end."""
    card = page.get_by_role("article").filter(has_text=name)
    expect(card.get_by_role("heading").first).to_contain_text(APPLE, timeout=30_000)
    expect(card).not_to_have_attribute("aria-busy", "true")
    return card


def category(page: Page, lang: str, name: str) -> Locator:
    """A category's switch on the page of a service."""
    return page.get_by_role("switch", name=assistant_say(lang, f"category.{name}"))


def allow(page: Page, lang: str, *names: str) -> None:
    """On the page of Apple Health: nothing is ticked; these are, and saved."""
    for box in page.get_by_role("switch").all():
        expect(box).not_to_be_checked()
    for name in names:
        category(page, lang, name).check()
    button(page, lang, "connect.save").click()
    expect(page.get_by_role("status").filter(has_text=say(lang, "receipt.saved"))).to_be_visible()


def ready(page: Page, lang: str, file: Path) -> None:
    """A new space with this file in it, activity and heart allowed."""
    make_space(page, lang)
    page.get_by_role("link", name=say(lang, "begin.import")).click()
    bring(page, lang, file)
    page.goto(page.url.split("/import")[0] + "/connections/apple_health")
    allow(page, lang, "activity", "heart")


def ask(page: Page, lang: str, question: str) -> Locator:
    """Types and sends; the turn it makes."""
    page.get_by_label(say(lang, "ask.label")).fill(question)
    button(page, lang, "ask.send").click()
    expect(turn(page, question)).to_be_visible()
    return turn(page, question)


def turn(page: Page, question: str) -> Locator:
    """The last turn of that question."""
    asked = page.get_by_role("heading", level=2, name=question, exact=True)
    return page.get_by_role("article").filter(has=asked).last


def answered(where: Locator, text: str) -> None:
    """The turn holds its finished answer with these words."""
    expect(where).to_contain_text(text)
    expect(where.locator("[aria-busy=true]")).to_have_count(0)


def drawn(where: Locator) -> None:
    """The answer's chart has come."""
    expect(where.locator("figure svg:visible").first).to_be_visible()


def cite(where: Locator, lang: str, n: int = 1) -> Locator:
    """The n-th citation of an answer."""
    return where.get_by_role("link", name=say(lang, "cite.label", n=n), exact=True)


def service(lang: str) -> str:
    """How the page calls Apple Health."""
    return wording.service("apple_health", lang)
