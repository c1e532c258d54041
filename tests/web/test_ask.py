"""Asking by the pages: banner first, figures with their rows, choices that work, and an answer that goes when its consent goes."""

from __future__ import annotations

import time

from django.test import Client

from carnet.web import state
from carnet.web.desk import Desk
from carnet.web.turns import Turn
from web.conftest import text

STEPS = "How many steps did I take from 9 to 14 March 2026?"


def asked(client: Client, question: str, conversation: str = "c0ffee", **more: str) -> str:
    """The page a browser without scripts ends on."""
    return text(client.post("/ask", {"question": question, "conversation": conversation, **more}, follow=True))


def test_an_answer_without_scripts(client: Client, granted: Desk) -> None:
    page = asked(client, STEPS)
    assert "30,300" in page or "30 300" in page
    assert "/evidence?link=carnet%3Asteps" in page


def test_no_consent_shows_no_figure_and_no_shell_command(client: Client) -> None:
    page = asked(client, STEPS)
    assert "30,300" not in page
    assert "carnet consent grant" not in page
    assert "/connections" in page


def test_a_conversation_is_kept_and_read_again(client: Client, granted: Desk) -> None:
    asked(client, STEPS)
    asked(client, "and in February?")
    page = text(client.get("/ask/c0ffee"))
    assert "30,300" in page
    assert page.index(STEPS) < page.index("and in February?")
    assert STEPS in text(client.get("/ask"))


def test_a_revoked_consent_takes_the_answer_with_it(client: Client, granted: Desk) -> None:
    asked(client, STEPS)
    with granted.space("own") as space:
        space.decide("revoke", "apple_health", ["activity"], "answer")
    page = text(client.get("/ask/c0ffee"))
    assert "30,300" not in page
    assert "no longer allow" in page


def test_words_that_cannot_wait_come_first_without_consent(client: Client) -> None:
    page = asked(client, "I have crushing chest pain since this morning, by the way what was my LDL?")
    assert page.index('class="urgent"') < page.index("Choose what may be used")


def test_the_banner_is_told_before_the_answer(granted: Desk) -> None:
    turn = state.turns().start(Turn("I have crushing chest pain, how many steps did I take last week?", "en", "own", "c1"))
    turn.finish(20)
    names = [name for name, _ in turn.events]
    assert names[0] == "banner"
    assert names[-1] == "final"


def test_a_hostile_question_and_source_stay_text(client: Client, granted: Desk) -> None:
    page = asked(client, "<img src=x onerror=alert(1)> resting heart rate from 1 to 14 March 2026")
    assert "<img src=x" not in page
    assert "<script>alert" not in page


def test_a_choice_is_the_plan_it_offered(client: Client, granted: Desk) -> None:
    page = asked(client, "how was my heart")
    if 'class="choice"' in page:
        turn = max(state.turns().open_in("c0ffee") or [t for t in state.turns()._turns.values()], key=lambda t: t.ended)
        assert turn.reply
        follow = asked(client, turn.reply.asks[0], choice=f"{turn.ident}:0")
        assert "Understood" in follow


def test_an_offer_that_is_gone_is_asked_by_its_words(client: Client, granted: Desk) -> None:
    assert "30,300" in asked(client, STEPS, choice="nobody:0")


def test_stopping_keeps_nothing(client: Client, granted: Desk) -> None:
    turn = Turn(STEPS, "en", "own", "c2")
    turn.tell("stopped", html="")
    state.turns().start(turn)
    time.sleep(0)
    turn.finish(20)
    state.turns()._run(turn)
    assert [name for name, _ in turn.events] == ["stopped"]
    with granted.space("own") as space:
        assert space.exchanges("c2") == []


def test_an_empty_question_asks_nothing(client: Client, granted: Desk) -> None:
    client.post("/ask", {"question": "   ", "conversation": "c3"})
    with granted.space("own") as space:
        assert space.exchanges("c3") == []


def test_every_sentence_in_both_languages(client: Client, granted: Desk) -> None:
    client.post("/language", {"lang": "fr"})
    page = asked(client, "Combien de pas du 9 au 14 mars 2026 ?")
    assert "30\u202f300" in page
    assert "Compris" in page


def test_a_turn_is_gone_when_its_consent_goes(client: Client, granted: Desk) -> None:
    asked(client, STEPS)
    turn = next(iter(state.turns()._turns))
    assert "30,300" in text(client.get(f"/turn/{turn}"))
    with granted.space("own") as space:  # here or by another process: it is judged when it is shown
        space.decide("revoke", "apple_health", ["activity"], "answer")
    page = text(client.get(f"/turn/{turn}"))
    assert "30,300" not in page
    assert "no longer allow" in page


def test_a_turn_of_one_space_does_not_exist_in_the_other(client: Client, granted: Desk) -> None:
    asked(client, STEPS)
    turn = next(iter(state.turns()._turns))
    assert state.turns().get(turn, "own")
    assert state.turns().get(turn, "demo") is None
    assert state.turns().open_in("c0ffee", "demo") == []


def test_a_finished_turn_is_not_kept_for_long(granted: Desk) -> None:
    turn = state.turns().start(Turn(STEPS, "en", "own", "c9"))
    turn.finish(20)
    turn.ended -= 601
    assert state.turns().get(turn.ident, "own") is None


def test_what_is_not_there_is_not_told_after_a_revocation_either(client: Client, granted: Desk) -> None:
    asked(client, "How many steps did I take in 2015?")
    assert "Nearest" in text(client.get("/ask/c0ffee"))
    with granted.space("own") as space:
        space.decide("revoke", "apple_health", ["activity"], "answer")
        space.decide("revoke", "tidy_csv", ["activity"], "answer")
    assert "Nearest" not in text(client.get("/ask/c0ffee"))


def test_care_comes_before_a_refusal_and_with_its_questions(client: Client) -> None:
    page = asked(client, "I have had chest pain for 20 minutes")
    assert 'class="care"' in page or 'class="urgent"' in page
    assert "Choose what may be used" not in page
    assert "<li>" in page[page.index('class="turn"') :]


def test_a_strange_choice_is_no_choice(client: Client, granted: Desk) -> None:
    for value in ("x:" + "9" * 5000, "x:²", ":", "x:-1"):
        assert "30,300" in asked(client, STEPS, choice=value)
