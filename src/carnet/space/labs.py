"""Laboratory markers with every result as it is shown and as it was printed, computed from a View. It words and grades nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from carnet.consent import NotGranted
from carnet.insights.marks import marked_critical
from carnet.insights.panels import panel
from carnet.insights.single_facts import day_of, of_results, printed_range, side
from carnet.insights.units import shown, shown_number, shown_unit
from carnet.record.catalog import Metric, catalog
from carnet.record.clock import day_date, local_day
from carnet.record.model import Observation
from carnet.record.selection import Selection, Window
from carnet.vault.view import View


@dataclass(frozen=True, slots=True)
class Result:
    """One result. value: the number in the marker's unit, None for a text. word: its comparator, or the text itself.

    printed, printed_range: number and unit, and range, as the report had them. low, high: that range in the marker's unit.
    side: below | in | above | unknown, by the range printed with this very result. critical: the laboratory's own mark.
    """

    day: date
    value: float | None
    word: str
    printed: str
    printed_range: str
    low: float | None
    high: float | None
    side: str
    critical: bool
    laboratory: str
    service: str
    link: str

    @property
    def outside(self) -> bool:
        """Whether it lies outside the range printed with it."""
        return self.side in ("below", "above")

    @property
    def exact(self) -> float | None:
        """The number when it is one, None for a comparator or a text."""
        return None if self.word else self.value


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker with its results, ascending by day, all in `unit`. said: its name on the latest report."""

    metric: Metric
    unit: str
    panel: str
    said: str
    results: tuple[Result, ...]
    link: str

    @property
    def latest(self) -> Result:
        """The last result."""
        return self.results[-1]


def markers(view: View, now: datetime, key: str | None = None) -> tuple[Marker, ...]:
    """Every marker that has a result, in the order of the catalogue; only that one with a key. Raises NotGranted."""
    if not view.sees_anything():
        raise NotGranted("answer", "labs", view.services())
    today = int(local_day(np.array([int(now.timestamp() * 1000)]), view.person.home_zone)[0])
    by_metric: dict[str, list[Observation]] = {}
    for fact in view.observations("lab", None, key):
        by_metric.setdefault(fact.metric, []).append(fact)
    found = [m for name, facts in by_metric.items() if (m := _marker(name, facts, view, now, today))]
    place = {name: i for i, name in enumerate(catalog().metrics)}
    return tuple(sorted(found, key=lambda m: (place.get(m.metric.key, len(place)), m.metric.key)))


def is_marker(key: str) -> bool:
    """Whether a laboratory result can be filed under this key."""
    return key.startswith("lab:") or (key in catalog() and catalog()[key].kind == "lab")


def _marker(key: str, facts: Sequence[Observation], view: View, now: datetime, today: int) -> Marker | None:
    """The marker of these facts, None when nothing of them has a day up to today."""
    zone = view.person.home_zone
    days = [day for fact in facts if (day := day_of(fact, zone)) is not None and day <= today]
    if not days:
        return None
    metric = _as_printed(key, facts)
    window = Window(day_date(min(days)), day_date(max(days)))
    selection = Selection(key, window, asof=view.asof)
    evidence = of_results(facts, metric, selection, zone, int(now.timestamp() * 1000))
    if not len(evidence):
        return None
    told = shown(evidence, shown_unit(metric, view.person.units, _printed_unit(facts)))
    results = tuple(
        _result(facts[int(told.row[i])], metric, told.unit, day_date(told.day[i]), float(told.value[i]), told.text(i), view.asof)
        for i in range(len(told))
    )
    last = facts[int(told.row[-1])]
    return Marker(metric, told.unit, panel(key), str(last.body.get("name") or ""), results, selection.link())


def _as_printed(key: str, facts: Sequence[Observation]) -> Metric:
    """The metric; one kept under the report's own name is told in the unit of its latest report."""
    metric = catalog().get(key)
    units = [str(f.body["unit"]) for f in facts if f.body.get("unit")]
    if key in catalog() or not units:
        return metric
    return replace(metric, unit=units[-1], shown=units[-1], shown_us=units[-1])


def _printed_unit(facts: Sequence[Observation]) -> str | None:
    """The unit of the latest report that names one."""
    units = [str(f.body.get("raw") or "").partition(" ")[2] for f in facts]
    return next((unit for unit in reversed(units) if unit), None)


def _result(fact: Observation, metric: Metric, unit: str, day: date, value: float, word: str, asof: str) -> Result:
    low, high = (_known(shown_number(v, metric, unit)) for v in printed_range(fact, metric))
    number = _known(value)
    return Result(
        day, number, word, _written(fact.body, word, number), str(fact.body.get("ref_raw") or ""), low, high, side(fact, metric),
        marked_critical(fact.body), _laboratory(fact), fact.service, Selection(fact.metric, Window(day, day), asof=asof).link(),
    )  # fmt: skip


def _written(body: Mapping[str, object], word: str, number: float | None) -> str:
    """What the report had: comparator, number and unit, or the text."""
    return f"{word}{body.get('raw') or ''}" if number is not None else word


def _laboratory(fact: Observation) -> str:
    return str(fact.body.get("lab") or (fact.source.name if fact.source else ""))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
