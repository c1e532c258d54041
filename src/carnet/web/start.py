"""Puts the web application together: one call from the command line, and from the tests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carnet.assistant.understanding.parser import parse
from carnet.record.view import Person
from carnet.safety import Profile, assess
from carnet.web.desk import OWN, Desk
from carnet.web.faults import report
from carnet.web.site.settings import configure


def application(
    own: Path, demo: Path, first: str, clock: Callable[[], datetime], told: Callable[[str], None], host: str = "127.0.0.1"
) -> tuple[Any, str]:
    """The ASGI application and the word that lets the first browser in. told: hears of the next word when one was used.

    host: the only name the pages answer to.
    """
    configure(host)
    threading.excepthook = lambda fault: report(fault.exc_value) if fault.exc_value else None  # a traceback may carry values
    from carnet.web import answers, state  # Django's own modules may only be imported once it is configured
    from carnet.web.jobs import Imports
    from carnet.web.site.root import root
    from carnet.web.tokens import Tokens
    from carnet.web.turns import Renders, Turns

    desk, tokens = Desk(own, demo, first, clock), Tokens(told)
    imports = Imports(desk)
    turns = Turns(desk, Renders(answers.render_turn, answers.render_banner, answers.render_problem))
    state.start(desk, tokens, turns, imports)

    over = threading.Event()

    def watch() -> None:
        while not over.wait(15):
            if desk.lock_idle():
                turns.forget(OWN)

    threading.Thread(target=watch, daemon=True, name="idle").start()

    def ended() -> None:
        over.set()
        turns.close()
        imports.close()
        desk.close()

    threading.Thread(target=_warm, daemon=True, name="warm").start()
    return root(ended), tokens.current


def _warm() -> None:
    """Loads what the first question would have to wait for: rules, lexicons, catalogue."""
    for lang in ("en", "fr"):
        assess(["hello"], Profile(), lang)
        parse("steps last week", lang=lang, now=datetime.now(UTC), person=Person(), held=frozenset(), previous=None)
