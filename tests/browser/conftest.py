"""A real Chromium against a real server. A page that says anything on the console, or asks another host, fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser.carnet_server import Opened, Server
from browser.held_server import HeldServer, filled
from browser.steps import archive
from journeys.carnet import NOW

FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. Without one the tests fail: a machine that cannot look proves nothing."""
    path = os.environ.get("CARNET_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    assert path, "no Chromium here: install it, or set CARNET_CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, as `./carnet demo` starts it."""
    with Server(tmp_path_factory.mktemp("demo") / "home", "demo") as server:
        yield server


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    """A new home without a vault, as `./carnet serve` starts it."""
    with Server(tmp_path / "new" / "home", "serve", NOW) as server:
        yield server


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldServer]:
    """A server in this process whose questions wait until the test lets them go."""
    with HeldServer(tmp_path / "held", monkeypatch) as server:
        yield server


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A person's own space with a small export in it, activity and heart allowed: for tests that change nothing of that."""
    root = tmp_path_factory.mktemp("own")
    filled(root / "home", archive(root))
    with Server(root / "home", "serve", NOW) as server:
        yield server


@pytest.fixture
def furnished(tmp_path: Path) -> Iterator[Server]:
    """The same for one test, which may change it."""
    filled(tmp_path / "furnished" / "home", archive(tmp_path))
    with Server(tmp_path / "furnished" / "home", "serve", NOW) as server:
        yield server


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    """opened(server, lang="en", width=1280, **context): a page that is let in. At the end nothing may have been said or asked elsewhere."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_(server: Server, lang: str = "en", width: int = 1280, height: int = 860, **options: Any) -> Page:
        address = server.address()
        context = chromium.new_context(viewport={"width": width, "height": height}, locale={"en": "en-GB", "fr": "fr-FR"}[lang], **options)
        contexts.append(context)
        host = address.split("/open")[0]
        context.on("console", lambda m: said.append(f"console {m.type}: {m.text}"))
        context.on("weberror", lambda e: said.append(f"error: {e.error}"))
        context.on("request", lambda r: None if r.url.startswith((host, "data:")) else said.append(f"foreign request: {r.url}"))
        page = context.new_page()
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert said == []
