"""A single fact cut down to what may be read beside it: a workout does not carry the heart, a meal not the glass of wine.

What belongs to which category stands in bodies.toml; it refuses to guess, so a key nobody judged is left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.model import Observation

OWN, INSIDE, EVERY_KEY = "own", "in:", "*"
QUANTITY = frozenset({"value", "unit", "raw", "comparator", "low", "high"})
NOTHING: tuple[Any, ...] = (None, {}, [])


@cache
def tables() -> Mapping[str, Mapping[str, str]]:
    """The tables of bodies.toml."""
    return tomllib.loads(files("carnet.vault").joinpath("bodies.toml").read_text("utf-8"))


def permitted(fact: Observation, granted: AbstractSet[str]) -> Observation:
    """The fact as it may be shown under the granted categories of its service; its own category is one of them.

    A fact that lost something has its id in place of its key, because a key may say what the body said. Where every category is
    granted there is nothing to hide, and unknown keys come along.
    """
    if granted >= frozenset(CATEGORIES):
        return fact
    body = _table(fact.body, fact.kind, granted)
    return fact if body == fact.body else replace(fact, body=body, key=(fact.id,))


def _table(body: Mapping[str, Any], shape: str, granted: AbstractSet[str]) -> dict[str, Any]:
    told = {str(key): _value(value, _place(shape, str(key), value), granted) for key, value in body.items()}
    return {key: value for key, value in told.items() if value not in NOTHING}


def _place(shape: str, key: str, value: Any) -> str:
    """What a key's content is: own, a category, a shape; empty when nobody judged it."""
    own, common = tables().get(shape, {}), tables()["any"]
    found = own.get(key) or common.get(key) or own.get(EVERY_KEY)
    if found is None and isinstance(value, Mapping | int | float):  # a number under a metric's name is that metric; a word may be anything
        metric = catalog().metrics.get(key)
        found = metric.category if metric else None
    return found or ""


def _value(value: Any, place: str, granted: AbstractSet[str]) -> Any:
    """The part of a value that may be shown, None for nothing."""
    if place.startswith(INSIDE):
        return _inside(value, place.removeprefix(INSIDE), granted)
    return _plain(value) if place == OWN or place in granted else None


def _inside(value: Any, shape: str, granted: AbstractSet[str]) -> Any:
    if isinstance(value, list | tuple):
        shown = [_inside(entry, shape, granted) for entry in value]
        return [entry for entry in shown if entry not in NOTHING]
    if not isinstance(value, Mapping):
        return None
    if shape == "measured" and catalog().get(str(value.get("metric", ""))).category not in granted:
        return None
    return _table(value, shape, granted)


def _plain(value: Any) -> Any:
    """Numbers, words, quantities and lists of them; of any other table only what a quantity has."""
    if isinstance(value, list | tuple):
        return [shown for shown in map(_plain, value) if shown not in NOTHING]
    if isinstance(value, Mapping):
        return {key: shown for key, shown in value.items() if key in QUANTITY and not isinstance(shown, Mapping | list)}
    return value
