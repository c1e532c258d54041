"""Who comes in, and what every response says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.core.exceptions import DisallowedHost
from django.test import Client

from carnet.space.space import HealthSpace
from carnet.vault.errors import Busy, Damaged, Locked, NotWritable
from carnet.vault.home import Home
from carnet.web import state
from carnet.web.desk import Desk
from carnet.web.start import application
from carnet.web.tokens import Tokens
from web.conftest import NOW, text

CLOSED = "This space is closed"


def outside() -> Client:
    return Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en")


@pytest.mark.parametrize("address", ["/", "/ask", "/ask/abc", "/more", "/welcome", "/turn/abc", "/nowhere"])
def test_without_the_token_every_address_is_the_same_closed_page(desk: Desk, address: str) -> None:
    response = outside().get(address)
    assert response.status_code == 403
    assert CLOSED in text(response)


def test_nothing_can_be_posted_from_outside(desk: Desk) -> None:
    assert outside().post("/ask", {"question": "How many steps?"}).status_code == 403


def test_a_token_serves_once(desk: Desk) -> None:
    token = state.tokens().current
    assert outside().get("/open", {"t": token}).status_code == 302
    assert outside().get("/open", {"t": token}).status_code == 403
    assert state.tokens().current != token


@pytest.mark.parametrize("wrong", ["", "x", "é" * 24])
def test_a_wrong_token_opens_nothing_and_costs_nothing(desk: Desk, wrong: str) -> None:
    token = state.tokens().current
    assert outside().get("/open", {"t": wrong}).status_code == 403
    assert state.tokens().current == token


def test_the_name_of_another_site_reaches_nothing(client: Client) -> None:
    """DNS rebinding: the browser holds our cookie, the host is theirs."""
    assert client.get("/ask", HTTP_HOST="evil.example").status_code == 400
    assert DisallowedHost is not None


def test_a_form_from_elsewhere_does_nothing(desk: Desk) -> None:
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    strict.get("/open", {"t": state.tokens().current})
    assert strict.post("/language", {"lang": "fr"}).status_code == 403
    assert 'lang="en"' in text(strict.get("/more"))


def test_headers_of_a_page(client: Client) -> None:
    response = client.get("/more")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy.replace("https://", "").replace("'self'", "")
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "same-origin"  # Django needs it to know its own forms; no other site sees it


def test_the_address_bar_leads_nowhere_else(client: Client) -> None:
    assert client.post("/language", {"lang": "fr", "next": "https://evil.example/"})["Location"] == "/"
    assert client.post("/language", {"lang": "fr", "next": "//evil.example"})["Location"] == "/"


def test_language_by_switch(client: Client) -> None:
    client.post("/language", {"lang": "fr", "next": "/more"})
    assert 'lang="fr"' in text(client.get("/more"))
    client.post("/language", {"lang": "xx"})
    assert 'lang="fr"' in text(client.get("/more"))


def test_an_unknown_address_is_a_page(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "There is no such page" in text(response)


def test_no_inline_script_or_style(client: Client) -> None:
    for address in ("/ask", "/more", "/begin"):
        page = text(client.get(address))
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick" not in page
        assert "<script>" not in page


def test_a_token_grows_old() -> None:
    moments = iter([0.0, 601.0, 601.0, 700.0, 700.0])
    told: list[str] = []
    tokens = Tokens(told.append, lambda: next(moments))
    assert not tokens.take(tokens.current)
    assert told == [tokens.current]
    assert tokens.take(tokens.current)


def test_asking_for_the_headers_alone_does_not_use_a_token_up(desk: Desk) -> None:
    token = state.tokens().current
    outside().head("/open", {"t": token})
    assert outside().get("/open", {"t": token}).status_code == 302


def test_the_session_ends_with_the_browser(client: Client) -> None:
    cookie = client.cookies["carnet"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["expires"]) == (True, "Strict", "", "")


@pytest.mark.parametrize(("error", "status", "said"), [
    (Damaged("x"), 500, "cannot be read"), (NotWritable("x"), 507, "cannot be written"), (Busy("x"), 503, "busy"), (RuntimeError("x"), 500, "on our side"),
])  # fmt: skip
def test_trouble_is_called_what_it_is(client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, said: str) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(HealthSpace, "today", refuse)
    response = client.get("/")
    assert (response.status_code, said in text(response)) == (status, True)
    assert ("record is safe" in text(response)) == isinstance(error, RuntimeError)


def test_locking_closes_the_vault_for_every_tab(tmp_path: Path) -> None:
    with HealthSpace.make(Home(tmp_path / "own"), "a good long passphrase"):
        pass
    application(tmp_path / "own", tmp_path / "demo", "own", lambda: NOW, lambda token: None)
    one, two = outside(), outside()
    for browser in (one, two):
        browser.get("/open", {"t": state.tokens().current})
    assert one.get("/privacy")["Location"].startswith("/unlock")
    one.post("/unlock", {"passphrase": "a good long passphrase"})
    assert two.get("/privacy").status_code == 200
    two.post("/lock")
    assert one.get("/privacy")["Location"].startswith("/unlock")
    state.desk().close()


def test_ten_idle_minutes_lock_the_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with HealthSpace.make(Home(tmp_path / "own"), "a good long passphrase"):
        pass
    held = Desk(tmp_path / "own", tmp_path / "demo")
    held.unlock("own", "a good long passphrase")
    with held.space("own"):
        pass
    assert not held.lock_idle()
    later = time.monotonic() + 601
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert held.lock_idle()
    with pytest.raises(Locked), held.space("own"):
        pass
