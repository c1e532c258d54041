"""A conversation looked at in the very moment its answer is put away: the question is there, and there once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.test import Client

from carnet.web import answers, state
from carnet.web.desk import Desk
from carnet.web.turns import Renders, Turn, Turns
from web.conftest import text

STEPS = "How many steps did I take from 9 to 14 March 2026?"
RENDERS = Renders(answers.render_turn, answers.render_banner, answers.render_problem)


def test_a_question_stands_once_while_its_answer_is_drawn(client: Client, granted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing, go = threading.Event(), threading.Event()

    def slowly(turn: Turn, reply: object) -> str:
        drawing.set()
        assert go.wait(20)
        return ""

    turns = Turns(granted, replace(RENDERS, answer=slowly))
    monkeypatch.setattr(state, "turns", lambda: turns)
    turn = turns.start(Turn(STEPS, "en", "own", "c0ffee"))
    try:
        assert drawing.wait(20)
        assert text(client.get("/ask/c0ffee")).count('class="question"') == 1
    finally:
        go.set()
        turn.finish(20)


def test_a_question_is_not_lost_when_its_answer_comes_between(client: Client, granted: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer comes just as the page asks what is still under way."""
    go, answer = threading.Event(), Turns._answer

    def held(turns: Turns, turn: Turn) -> object:
        assert go.wait(20)
        return answer(turns, turn)

    class Late(Turns):
        def open_in(self, conversation: str, which: str) -> list[Turn]:
            go.set()
            turn.finish(20)
            return list(super().open_in(conversation, which))

    monkeypatch.setattr(Turns, "_answer", held)
    turns = Late(granted, RENDERS)
    monkeypatch.setattr(state, "turns", lambda: turns)
    turn = turns.start(Turn(STEPS, "en", "own", "c0ffee"))
    page = text(client.get("/ask/c0ffee"))
    assert page.count('class="question"') == 1
    assert "30,300" in page
