"""The list of measures and one measure's page: what they say, what they hold back, and addresses that make no sense."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from django.test import Client

from carnet.assistant.plan import Plan
from carnet.assistant.understanding.parser import parse
from carnet.record.catalog import catalog
from carnet.record.view import Person
from carnet.web.desk import Desk
from carnet.web.drawing import Words
from carnet.web.pages.metrics import found, question, span_of
from web.conftest import NOW, text
from web.test_today import let_in


def test_every_measure_with_its_last_value(client: Client, granted: Desk) -> None:
    page = text(client.get("/metrics"))
    for word in ("Steps", "5,300 steps", "Resting heart rate", "61 bpm", "LDL cholesterol", "3.20 mmol/L", "&lt;5", "14 March"):
        assert word in page, word
    assert 'href="/metric/steps"' in page


@pytest.mark.parametrize("typed", ["pas", "step", "PAS", "podomètre", "podometre", "activity", "activité"])
def test_a_measure_is_found_by_its_names_in_both_languages(typed: str) -> None:
    names = [n for words in catalog()["steps"].names.values() for n in words]
    assert found(typed, catalog()["steps"]) or not any(typed in n for n in names)
    assert found("pas", catalog()["steps"])
    assert not found("cholest", catalog()["steps"])


def test_the_filter_works_without_scripts(client: Client, granted: Desk) -> None:
    page = text(client.get("/metrics", {"q": "cholestérol"}))
    assert "LDL cholesterol" in page
    assert "Resting heart rate" not in page
    assert "No measure of yours is called that" in text(client.get("/metrics", {"q": '<script>alert("q")</script>'}))
    assert "<script>alert" not in text(client.get("/metrics", {"q": "<script>alert(1)</script>"}))


def test_without_consent_the_page_leads_to_the_choice(client: Client) -> None:
    page = text(client.get("/metrics"))
    assert 'href="/connections"' in page
    assert "5,300" not in page


def test_a_revoked_category_is_not_listed(client: Client, granted: Desk) -> None:
    with granted.space("own") as space:
        space.decide("revoke", "apple_health", ["heart"], "answer")
    page = text(client.get("/metrics"))
    assert "Steps" in page
    assert "bpm" not in page
    one = text(client.get("/metric/resting_heart_rate"))
    assert "61 bpm" not in one
    assert "nothing of this that may be used" in one
    assert 'href="/connections"' in one


def test_the_sentence_and_the_span_before(client: Client, granted: Desk) -> None:
    page = text(client.get("/metric/steps", {"span": "week", "end": "2026-03-14"}))
    assert "On average 5,000 steps a day from 8 to 14 March" in page
    assert "700 steps above the 7 days before: 4,300 steps" in page
    assert "/evidence?link=carnet%3Asteps%2F2026-03-08%2F2026-03-14" in page
    french = text(let_in("fr").get("/metric/steps", {"span": "week", "end": "2026-03-14"}))
    assert "En moyenne 5\u202f000\u00a0pas par jour du 8 au 14\u00a0mars" in french
    assert "de plus que les 7 jours précédents" in french


def test_a_table_stands_beside_every_figure(client: Client, granted: Desk) -> None:
    page = text(client.get("/metric/steps", {"span": "week", "end": "2026-03-14"}))
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" role="group"') == 2
    assert page.count('<th scope="row">') == 7
    assert "5,300 steps" in page


@pytest.mark.parametrize(
    "query",
    [
        {"span": "eon"}, {"end": "tomorrow"}, {"end": "2999-01-01"}, {"end": "0001-01-01"}, {"span": "day", "end": "1800-01-01"},
        {"span": "year", "end": "1900-01-01"}, {"span": "'; drop", "end": "2026-02-30"}, {"span": "all"},
    ],
)  # fmt: skip
def test_nonsense_gives_the_default_never_an_error(client: Client, granted: Desk, query: dict[str, str]) -> None:
    for key in ("steps", "sleep_duration", "cholesterol_ldl", "blood_pressure", "workout", "sleep_start"):
        assert client.get(f"/metric/{key}", query).status_code == 200


def test_the_future_is_clamped_to_today(client: Client, granted: Desk) -> None:
    page = text(client.get("/metric/steps", {"span": "week", "end": "2030-01-01"}))
    assert "9 to 15 March" in page
    assert "end=2026-03-15" in page


def test_an_unknown_measure_is_a_missing_page(client: Client, granted: Desk) -> None:
    for key in ("no_such_thing", "lab:nothing", "<script>", "a/b"):
        response = client.get(f"/metric/{key}")
        assert response.status_code == 404
        assert "<script>alert" not in text(response)


def test_every_metric_of_the_catalogue_has_a_page(client: Client, granted: Desk) -> None:
    for key in catalog().metrics:
        response = client.get(f"/metric/{key}")
        assert response.status_code == 200, key


def test_a_hostile_source_is_a_name_and_nothing_else(client: Client, granted: Desk) -> None:
    page = text(client.get("/metric/resting_heart_rate"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_results_stand_on_the_range_printed_with_them(client: Client, granted: Desk) -> None:
    page = text(client.get("/metric/cholesterol_ldl"))
    assert "3.20 mmol/L on 2 March" in page
    assert "The one before: 3.90 mmol/L on 10 January" in page
    assert "c-band" in page
    assert "c-high" in page


def test_a_day_from_inside(client: Client, granted: Desk) -> None:
    page = text(client.get("/metric/steps", {"span": "day", "end": "2026-03-14"}))
    assert "5,300 steps on 14 March" in page
    assert "10:00 to 11:00" in page


def test_the_question_leads_to_the_composer(client: Client, granted: Desk) -> None:
    assert "/ask?q=How%20has%20my%20Steps" in text(client.get("/metric/steps")) or "/ask?q=How%20has%20my%20steps" in text(
        client.get("/metric/steps")
    )


@pytest.mark.parametrize(
    ("typed", "lab", "span"), [("day", False, "day"), ("", False, "month"), ("", True, "all"), ("all", False, "month")]
)
def test_the_span_that_was_asked_for(typed: str, lab: bool, span: str) -> None:
    assert span_of(typed, lab) == span


def test_nothing_of_a_page_needs_more_than_the_policy_allows(client: Client, granted: Desk) -> None:
    for path in ("/", "/metrics", "/metric/steps", "/evidence?link=carnet:steps/2026-03-01/2026-03-14"):
        page = text(client.get(path))
        assert " style=" not in page
        assert " onclick" not in page


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    "key", ["steps", "resting_heart_rate", "sleep_duration", "weight", "blood_pressure", "cholesterol_ldl", "sleep_start"]
)
def test_the_question_that_is_offered_is_understood(lang: str, key: str) -> None:
    words = Words(lang, NOW.date())
    asked = unquote(question(catalog()[key], words).removeprefix("/ask?q="))
    reading = parse(asked, lang=lang, now=NOW, person=Person(), held=frozenset({key}), previous=None)
    assert isinstance(reading, Plan)
    assert reading.metrics == (key,)
