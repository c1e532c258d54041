"""What the process holds for its requests: the desk, the turns, the imports, the tokens. Set once by `start`."""

from __future__ import annotations

from dataclasses import dataclass

from carnet.web.desk import Desk
from carnet.web.jobs import Imports
from carnet.web.tokens import Tokens
from carnet.web.turns import Turns


@dataclass(slots=True)
class _State:
    desk: Desk | None = None
    tokens: Tokens | None = None
    turns: Turns | None = None
    imports: Imports | None = None


_state = _State()


def start(desk: Desk, tokens: Tokens, turns: Turns, imports: Imports) -> None:
    """Sets what every request may use."""
    _state.desk, _state.tokens, _state.turns, _state.imports = desk, tokens, turns, imports


def desk() -> Desk:
    """The open spaces."""
    assert _state.desk
    return _state.desk


def tokens() -> Tokens:
    """The words that let a browser in."""
    assert _state.tokens
    return _state.tokens


def turns() -> Turns:
    """The questions being answered."""
    assert _state.turns
    return _state.turns


def imports() -> Imports:
    """The files being read."""
    assert _state.imports
    return _state.imports
