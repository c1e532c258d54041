"""Privacy: who read what in words, what is allowed now, and a broken chain that is said."""

from __future__ import annotations

import json
import re

from django.test import Client

from carnet.web.desk import Desk
from web.conftest import text

STEPS = "How many steps did I take from 9 to 14 March 2026?"


def trail(page: str) -> str:
    """The list of who read what."""
    return page.split('<ol class="trail"')[1].split("</ol>")[0] if '<ol class="trail"' in page else ""


def test_at_first_nobody_has_read_anything(client: Client) -> None:
    page = text(client.get("/privacy"))
    assert "Nobody has read anything yet." in page
    assert "You have not allowed anything to be read." in page
    assert "Carnet has no way out" in page


def test_an_answer_leaves_a_line_in_words_without_its_values(client: Client, granted: Desk) -> None:
    answered = text(client.post("/ask", {"question": STEPS, "conversation": "c0ffee"}, follow=True))
    figure = re.findall(r"([\d,]{5,}) steps in total", answered)[0]
    page = text(client.get("/privacy"))
    assert re.search(r"Apple Health, Activity, \d+ rows", trail(page))
    assert "Nobody has read anything yet." not in page
    assert figure not in page
    assert "9 to 14 March" not in page
    assert "level:" not in page


def test_looking_at_the_list_adds_no_line(client: Client, granted: Desk) -> None:
    assert trail(text(client.get("/privacy"))) == trail(text(client.get("/privacy")))


def test_what_is_allowed_follows_the_ledger(client: Client, desk: Desk) -> None:
    with desk.space("own") as space:
        space.decide("grant", "apple_health", ["heart"], "answer")
    card = text(client.get("/privacy")).split('aria-labelledby="left"')[0]
    assert "Heart" in card
    assert "Your own table" not in card.split("<details")[0]
    with desk.space("own") as space:
        space.decide("revoke", "apple_health", ["heart"], "answer")
    assert "You have not allowed anything to be read." in text(client.get("/privacy"))


def test_a_grant_for_every_service_is_said_as_such(client: Client, granted: Desk) -> None:
    assert "Every service, also later ones" in text(client.get("/privacy"))


def test_filter_and_pages(client: Client, desk: Desk) -> None:
    with desk.space("own") as space:
        for _ in range(60):
            space._vault.note("today", "", {"read": [{"service": "apple_health", "category": "heart", "rows": 7}]})
            space._vault.note("query", "steps", {"read": [{"service": "apple_health", "category": "activity", "rows": 3}]})
    first = text(client.get("/privacy"))
    assert "Older" in first
    assert "Newer" in text(client.get("/privacy?page=2"))
    only = trail(text(client.get("/privacy?door=query")))
    assert "3 rows" in only
    assert "7 rows" not in only
    for odd in ("page=99999999999999", "page=-1", "page=x", "page=400", "door=<script>alert(1)</script>", "page=²"):
        response = client.get(f"/privacy?{odd}")
        assert response.status_code == 200
        assert "<script>alert" not in text(response)


def test_the_chain_is_checked(client: Client, granted: Desk) -> None:
    assert "unbroken." in text(client.get("/privacy?check=1"))
    assert "unbroken." not in text(client.get("/privacy"))
    with granted.space("own") as space, space._vault._file.transaction() as cursor:
        cursor.execute("drop trigger audit_append_only")
        cursor.execute("update audit set object = 'x' where seq = 3")
    page = text(client.get("/privacy?check=1"))
    assert "Line 3 does not fit" in page
    assert "unbroken." not in page


def test_names_from_files_are_words_never_markup(client: Client, desk: Desk) -> None:
    with desk.space("own") as space:
        space._vault.note("<script>alert(1)</script>", "<b>", {"read": [{"service": "<i>x</i>", "category": "heart", "rows": 1}]})
    page = text(client.get("/privacy"))
    assert "<script>alert" not in page
    assert "<i>x" not in page.lower()


def test_the_ledger_to_keep(client: Client, granted: Desk) -> None:
    response = client.get("/privacy/consents.json")
    assert "attachment" in response["Content-Disposition"]
    with granted.space("own") as space:
        assert [e["id"] for e in json.loads(text(response))["events"]] == [e.id for e in space.consents()]


def test_where_the_vault_lies_and_how_it_opens(client: Client, desk: Desk) -> None:
    page = text(client.get("/privacy"))
    assert str(desk.root("own")) in page
    assert "key file" in page


def test_in_french(client: Client, granted: Desk) -> None:
    client.post("/language", {"lang": "fr"})
    client.post("/ask", {"question": "Combien de pas du 9 au 14 mars 2026 ?", "conversation": "c0ffee"}, follow=True)
    page = text(client.get("/privacy?check=1"))
    assert re.search(r"Apple Santé, Activité, \d+ lignes", page)
    assert "chaîne intacte" in page


def test_nothing_is_changed_by_looking(client: Client) -> None:
    assert client.post("/privacy").status_code == 405
