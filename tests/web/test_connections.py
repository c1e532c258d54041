"""Connections: off until switched on, the same switch stops it, a receipt for each decision, and nothing of it without the form's proof."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.test import Client

from carnet.record.catalog import CATEGORIES
from carnet.web.desk import Desk
from web.conftest import text

PLACE = "/connections/apple_health"
BROUGHT = {"activity", "heart"}
STEPS = "How many steps did I take from 9 to 14 March 2026?"


def ticked(page: str) -> set[str]:
    """The categories whose switch is on."""
    return set(re.findall(r'value="(\w+)" aria-describedby="[\w-]+" checked', page))


def switches(page: str) -> set[str]:
    """The categories that have a switch."""
    return set(re.findall(r'name="allow" value="(\w+)"', page))


def saved(client: Client, *allow: str, **more: str) -> str:
    """The page after the form was sent."""
    return text(client.post(PLACE, {"allow": allow, **more}, follow=True))


def french(client: Client) -> None:
    client.post("/language", {"lang": "fr"})


def test_nothing_is_ticked_that_the_person_did_not_tick(client: Client) -> None:
    for service in ("apple_health", "tidy_csv"):
        page = text(client.get(f"/connections/{service}"))
        assert switches(page)
        assert ticked(page) == set()
    assert "Nothing of it is used to answer you." in text(client.get("/connections"))


def test_counts_and_days_of_what_was_brought(client: Client) -> None:
    page = text(client.get("/connections"))
    assert "28 rows" in page
    assert "1 March 2026 to 14 March 2026" in page
    assert page.index("28 rows") < page.index("3 rows")
    grid = text(client.get(PLACE))
    above, below = grid.split('class="rest"')
    assert switches(above) == BROUGHT
    assert "sleep" in switches(below)


def test_a_choice_counts_for_what_was_ticked_and_no_more(client: Client, desk: Desk) -> None:
    page = saved(client, "heart")
    assert ticked(page) == {"heart"}
    assert "Saved. This is your receipt." in page
    with desk.space("own") as space:
        assert {s: [c.name for c in found] for s, found in space.allowed().items()} == {"apple_health": ["heart"]}


def test_the_same_switch_stops_it_and_takes_the_answers_with_it(client: Client) -> None:
    saved(client, "activity")
    answered = text(client.post("/ask", {"question": STEPS, "conversation": "c0ffee"}, follow=True))
    figure = re.findall(r"([\d,]{5,}) steps in total", answered)[0]
    page = saved(client)
    assert ticked(page) == set()
    assert "not shown any more" in page
    for address in ("/ask/c0ffee", "/connections", PLACE, "/privacy"):
        assert figure not in text(client.get(address))


def test_an_end_date(client: Client, desk: Desk) -> None:
    assert "until 30 April 2099" in saved(client, "heart", until="2099-04-30")
    with desk.space("own") as space:
        assert space.consents()[-1].until == "2099-04-30T22:00:00+00:00"
    assert ticked(saved(client, "heart")) == {"heart"}
    with desk.space("own") as space:
        assert space.consents()[-1].until == "2099-04-30T22:00:00+00:00"


@pytest.mark.parametrize("until", ["2020-01-01", "soon", date.max.isoformat(), "2026-13-01"])
def test_an_end_that_cannot_be_changes_nothing_and_keeps_the_form(client: Client, desk: Desk, until: str) -> None:
    response = client.post(PLACE, {"allow": ["heart"], "until": until})
    assert response.status_code == 400
    assert "Nothing was changed" in text(response)
    assert ticked(text(response)) == {"heart"}
    with desk.space("own") as space:
        assert space.allowed() == {}


def test_words_that_are_no_category_are_not_granted(client: Client, desk: Desk) -> None:
    with desk.space("own") as space:
        before = space.consents()
    assert "Nothing changed." in saved(client, "*", "all", "everything", "<script>")
    with desk.space("own") as space:
        assert space.consents() == before


def test_a_form_without_our_proof_changes_nothing(client: Client, desk: Desk) -> None:
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="127.0.0.1")
    strict.cookies = client.cookies
    for extra in ({}, {"csrfmiddlewaretoken": "a" * 64}):
        assert strict.post(PLACE, {"allow": ["heart"], **extra}).status_code == 403
    with desk.space("own") as space:
        assert space.allowed() == {}


def test_a_service_nobody_knows_has_no_page(client: Client) -> None:
    for name in ("nobody", "<script>alert(1)</script>", "*"):
        response = client.get(f"/connections/{name}")
        assert response.status_code == 404
        assert "<script>alert" not in text(response)


def test_sensitive_categories_stand_apart_and_no_wide_grant_ticks_them(client: Client, desk: Desk) -> None:
    with desk.space("own") as space:
        space.decide("grant", None, [], "answer")
    page = text(client.get(PLACE))
    assert ticked(page) >= BROUGHT
    assert not ticked(page) & {"notes", "reproductive", "mental", "substances"}
    assert ticked(saved(client, "activity")) == {"activity"}


def test_receipts_are_kept_as_text_and_json(client: Client) -> None:
    page = saved(client, "heart", "activity", until="2099-04-30")
    addresses = re.findall(r'href="(/connections/receipt/[^"]+)"', page)
    plain, machine = (client.get(a) for a in addresses)
    assert plain["Content-Type"].startswith("text/plain")
    assert "Heart. It may be read to answer your questions, on this machine, until 30 April 2099" in text(plain)
    body = json.loads(text(machine))
    assert {e["category"] for e in body["events"]} == {"heart", "activity"}
    assert body["sha256"] in text(plain)
    assert body["events"][0]["wording"] in text(plain)
    assert client.get("/connections/receipt/c_000000000000.txt").status_code == 404


def test_every_category_is_explained_in_both_languages(client: Client) -> None:
    from carnet.web.words import LANGUAGES, has

    assert [(lang, c) for lang in LANGUAGES for c in CATEGORIES if not has(lang, f"connect.what.{c}")] == []


def test_in_french(client: Client) -> None:
    french(client)
    page = saved(client, "heart", until="2099-04-30")
    assert "Enregistré. Voici votre reçu." in page
    assert "Autorisé\u00a0: Cœur. La lecture est permise pour répondre à vos questions, sur cette machine, jusqu'au" in page.replace(
        "&#x27;", "'"
    )
    assert '<html lang="fr">' in page


def test_looking_at_counts_leaves_a_line(client: Client, desk: Desk) -> None:
    client.get("/connections")
    with desk.space("own") as space:
        assert list(space.audit())[-1].action == "connections"
