"""For every test: no network, no home of the person who runs it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to connect fails the test."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a test tried to open a network connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of the test's own; the environment says nothing about the person who runs it."""
    home = tmp_path / "home"
    monkeypatch.setenv("CARNET_HOME", str(home))
    for name in ("LANG", "LC_ALL", "LC_MESSAGES", "TZ"):
        monkeypatch.delenv(name, raising=False)
    return home
