"""A question on its way: banner first, then what was understood, then the finished answer, as events that can be read again after a reload.

The answer is worked out in a thread of this process. Events are kept until ten minutes after the end; what is to last is in the vault.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from carnet.assistant.answer import Answer
from carnet.assistant.plan import Plan
from carnet.safety import Profile, assess
from carnet.space.space import closed_answer
from carnet.vault.errors import Busy, Locked, NoVault, VaultError
from carnet.web.desk import Desk
from carnet.web.faults import report

KEPT_S = 600
WORKERS, MOST_WAITING = 4, 50
Event = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class Turn:
    """One question. events: (name, data) in order; the last one is `final`, `problem` or `stopped`."""

    question: str
    lang: str
    which: str
    conversation: str
    chosen: Plan | None = None
    ident: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    events: list[Event] = field(default_factory=list)
    reply: Answer | None = None
    band: str = ""  # the band's HTML when the words cannot wait, known before the turn begins
    kept: bool = False  # its answer is in the vault; set before anybody else may look into the space
    ended: float = 0.0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, name: str, **data: Any) -> None:
        """Adds an event, unless the turn is over."""
        with self._changed:
            if self.ended:
                return
            self.events.append((name, data))
            if name in ("final", "problem", "stopped"):
                self.ended = time.monotonic()
            self._changed.notify_all()

    def step(self, text: str) -> None:
        """Tells what was understood."""
        self.tell("step", text=text)

    def finish(self, timeout_s: float) -> None:
        """Waits until the turn is over, or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self.ended), timeout_s)


def _over(turn: Turn) -> bool:
    """Whether it ended too long ago to be shown again."""
    return bool(turn.ended) and time.monotonic() - turn.ended > KEPT_S


@dataclass(frozen=True, slots=True)
class Renders:
    """How things become HTML: an answer, the band alone, what went wrong (busy | vault | fault)."""

    answer: Callable[[Turn, Answer], str]
    banner: Callable[[Turn, str, bool], str]
    problem: Callable[[Turn, str], str]


class Turns:
    """The turns of this process, by id."""

    def __init__(self, desk: Desk, render: Renders) -> None:
        self._desk, self._render = desk, render
        self._turns: dict[str, Turn] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(WORKERS, "turn")

    def start(self, turn: Turn) -> Turn:
        """Begins to answer; words that cannot wait are answered before this returns, whatever else is going on."""
        assessed = assess([turn.question], Profile(), turn.lang)
        if assessed.banner:
            turn.band = self._render.banner(turn, assessed.banner, assessed.crisis)
            turn.tell("banner", level=str(assessed.level), html=turn.band)
        with self._lock:
            self._turns = {i: t for i, t in self._turns.items() if not _over(t)}
            waiting = sum(not t.ended for t in self._turns.values())
            self._turns[turn.ident] = turn
        if waiting >= MOST_WAITING:
            turn.tell("problem", html=self._render.problem(turn, "busy"))
        else:
            self._pool.submit(self._run, turn)
        return turn

    def get(self, ident: str, which: str) -> Turn | None:
        """The turn of that id in that space, None when it is over for long."""
        found = self._turns.get(ident)
        return found if found and found.which == which and not _over(found) else None

    def open_in(self, conversation: str, which: str) -> Sequence[Turn]:
        """The turns of a conversation that are not finished, oldest first."""
        return [t for t in list(self._turns.values()) if (t.conversation, t.which) == (conversation, which) and not t.ended]

    def readable(self, turn: Turn) -> bool:
        """Whether its answer may still be shown: a consent may have been taken back since, the vault locked."""
        if turn.reply is None or turn.reply.refused == "locked":
            return True
        try:
            with self._desk.space(turn.which) as space:
                return space.may_show(turn.reply)
        except VaultError:
            return False

    def forget(self, which: str) -> None:
        """Drops the finished turns of a space from memory, when its vault was locked."""
        with self._lock:
            self._turns = {i: t for i, t in self._turns.items() if t.which != which or not t.ended}

    def close(self) -> None:
        """Takes no more questions."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, turn: Turn) -> None:
        """Answers; whatever goes wrong is told, without a value, and with what is safe and what is not."""
        try:
            turn.reply = self._answer(turn)
            turn.tell("final", html=self._render.answer(turn, turn.reply))
        except VaultError as error:
            turn.tell("problem", html=self._render.problem(turn, "busy" if isinstance(error, Busy) else "vault"))
        except Exception as error:
            report(error)
            turn.tell("problem", html=self._render.problem(turn, "fault"))

    def _answer(self, turn: Turn) -> Answer:
        try:
            with self._desk.space(turn.which) as space:
                reply = space.ask([turn.question], self._desk.now(), turn.lang, turn.conversation, True, turn.step, turn.chosen)
                if not turn.ended:
                    space.keep(turn.conversation, turn.question, reply)
                    turn.kept = True
                return reply
        except (Locked, NoVault):
            return closed_answer([turn.question], turn.lang, "locked")
