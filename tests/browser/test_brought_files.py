"""Files on the Import page: dropped, hostile in every name, and large while a question is answered in another tab."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser import steps
from browser.carnet_server import Opened, Server
from carnet.web.words import say
from journeys.carnet import record

NASTY = "<img src=x onerror=alert(1)>.zip"
HEART = {"en": "resting heart rate from 9 to 14 March 2026", "fr": "fréquence cardiaque au repos du 9 au 14 mars 2026"}
DROP = """([text, name]) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type: "application/zip" }));
  for (const kind of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""
LARGE_MB = 60


@pytest.mark.parametrize(("lang", "width"), steps.CROSSED)
def test_a_dropped_file_is_imported(furnished: Server, opened: Opened, tmp_path: Path, lang: str, width: int) -> None:
    page = opened(furnished, lang, width)
    steps.go(page, lang, "import")
    page.wait_for_load_state()
    file = steps.archive(tmp_path / "dropped", name="dropped.zip")
    page.evaluate(DROP, [b64encode(file.read_bytes()).decode(), file.name])
    card = steps.done(page, file.name)
    expect(card).to_contain_text(say(lang, "import.see_allowed"))


@pytest.mark.parametrize(("lang", "width"), steps.CROSSED)
def test_hostile_names_stay_text(fresh: Server, opened: Opened, tmp_path: Path, lang: str, width: int) -> None:
    """A script in the name of a file and of a source: shown as the letters they are; nothing runs, nothing is asked for."""
    page = opened(fresh, lang, width)
    page.on("dialog", lambda d: pytest.fail("a name ran as a script"))
    steps.ready(page, lang, steps.archive(tmp_path, steps.HOSTILE, NASTY))
    base = page.url.split("/connections")[0]
    page.goto(base + "/import")
    expect(page.get_by_role("article").filter(has_text=NASTY)).to_be_visible()
    _is_text(page)
    page.goto(base + "/metric/resting_heart_rate?span=month")
    expect(page.get_by_role("main")).to_contain_text(steps.HOSTILE)
    _is_text(page)
    page.goto(base + "/ask")
    odd = steps.ask(page, lang, NASTY)
    expect(odd.locator("[aria-busy=true]")).to_have_count(0)
    heart = steps.cite(steps.ask(page, lang, HEART[lang]), lang)
    expect(heart).to_be_visible()
    _is_text(page)
    page.goto(base + str(heart.get_attribute("href")))
    expect(page.get_by_role("table").last).to_contain_text(steps.HOSTILE)
    _is_text(page)


def _is_text(page: Page) -> None:
    assert page.locator("img").count() == 0
    assert page.locator("script:not([src])").count() == 0


def test_a_large_file_is_read_while_a_question_is_answered(furnished: Server, opened: Opened, tmp_path: Path) -> None:
    page = opened(furnished)
    other = page.context.new_page()
    other.goto(page.url + "ask")
    other.get_by_label(say("en", "ask.label")).fill(steps.STEPS["en"])
    steps.go(page, "en", "import")
    page.wait_for_load_state()
    page.get_by_label(say("en", "import.choose")).set_input_files(_large(tmp_path / "large.xml"))
    card = page.get_by_role("article").filter(has_text="large.xml")
    expect(card.get_by_role("progressbar")).to_be_visible(timeout=60_000)
    steps.button(other, "en", "ask.send").click()
    steps.answered(steps.turn(other, steps.STEPS["en"]), steps.total("en"))
    assert card.get_attribute("aria-busy") == "true", "the import was over before the answer came"
    steps.done(page, "large.xml")


def _large(path: Path) -> Path:
    """Years of heart rates: a file of some 60 MB."""
    times = [f"{{day}} {n // 60:02d}:{n % 60:02d}:00 +0100" for n in range(0, 1440, 2)]
    block = "\n".join(record("HeartRate", time, time, 60 + n % 40, "count/min") for n, time in enumerate(times))
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_US">\n')
        day = 0
        while file.tell() < LARGE_MB * 1_000_000:
            file.write(block.replace("{day}", f"{2018 + day // 336}-{day // 28 % 12 + 1:02d}-{day % 28 + 1:02d}"))
            day += 1
        file.write("\n</HealthData>\n")
    return path
