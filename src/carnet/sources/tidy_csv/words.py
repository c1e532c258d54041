"""Which metric a name in a file means: a catalogue name or an everyday word in English or French. It never picks one of several."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from carnet.record.catalog import Metric, catalog
from carnet.record.errors import UnknownUnit
from carnet.record.units import conversion

LANGUAGES = ("en", "fr")


def plain(text: str) -> str:
    """A word for comparing: lower case, no accents; spaces, hyphens and underscores are one space, apostrophes are alike."""
    folded = unicodedata.normalize("NFKD", text.strip().casefold().replace("œ", "oe"))
    bare = "".join(c for c in folded if not unicodedata.combining(c)).replace("’", "'")
    return re.sub(r"[\s_-]+", " ", bare).strip()


@cache
def _index() -> Mapping[str, tuple[str, ...]]:
    """Every word of the catalogue -> the metrics it may mean."""
    found: dict[str, dict[str, None]] = {}
    for metric in catalog().metrics.values():
        for lang in LANGUAGES:
            for name in metric.names.get(lang, ()):
                found.setdefault(plain(name), {})[metric.key] = None
    for words in catalog().ambiguous.values():
        for word, keys in words.items():
            found.setdefault(plain(word), {}).update(dict.fromkeys(keys))
    return {word: tuple(keys) for word, keys in found.items()}


def metric_named(name: str, unit: str, lab: bool) -> Metric | None:
    """The one metric a name means in a file of that kind, None when there is none or several; a unit may decide between several."""
    word = plain(name)
    key = word.replace(" ", "_")
    found = [catalog()[k] for k in dict.fromkeys((key, *_index().get(word, ()))) if k in catalog() and _allowed(catalog()[k], lab)]
    if found and found[0].key == key:
        return found[0]
    if len(found) > 1 and unit:
        found = [metric for metric in found if _fits(unit, metric)]
    return found[0] if len(found) == 1 else None


def _allowed(metric: Metric, lab: bool) -> bool:
    return (metric.kind == "lab") == lab and not metric.derived


def _fits(unit: str, metric: Metric) -> bool:
    try:
        conversion(unit, metric)
    except UnknownUnit:
        return False
    return True
