"""What the first page weighs on the wire: at most 60 KB and 12 requests with nothing in the cache."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from browser import steps
from browser.carnet_server import Opened, Server

MOST_BYTES, MOST_REQUESTS = 60_000, 12


def weighed(page: Page) -> tuple[int, int]:
    """Bytes on the wire, and requests, of loading this address once more from nothing."""
    wire = page.context.new_cdp_session(page)
    sizes: list[float] = []
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.on("Network.loadingFinished", lambda e: sizes.append(e["encodedDataLength"]))
    page.reload(wait_until="networkidle")
    wire.detach()
    return round(sum(sizes)), len(sizes)


@pytest.mark.parametrize(("which", "lang"), [("demo", "en"), ("demo", "fr"), ("own", "fr"), ("fresh", "en")])
def test_the_first_page_is_light(request: pytest.FixtureRequest, opened: Opened, which: str, lang: str) -> None:
    server: Server = request.getfixturevalue(which)
    page = opened(server, lang)
    size, requests = weighed(page)
    assert 1 < requests <= MOST_REQUESTS
    assert 2_000 < size <= MOST_BYTES
    if which == "fresh":  # the first page of a new space comes after the welcome
        steps.make_space(page, lang)
        page.goto(page.url.split("/begin")[0])
        size, requests = weighed(page)
        assert 1 < requests <= MOST_REQUESTS
        assert 2_000 < size <= MOST_BYTES


def test_no_page_of_the_demo_is_heavy(demo: Server, opened: Opened) -> None:
    page = opened(demo)
    base = page.url.rstrip("/")
    heavy = {}
    for address in ("/ask", "/labs", "/metric/resting_heart_rate?span=half", "/timeline", "/privacy"):
        page.goto(base + address)
        size, requests = weighed(page)
        assert requests > 1
        if size > 2 * MOST_BYTES or requests > MOST_REQUESTS:
            heavy[address] = (size, requests)
    assert heavy == {}
