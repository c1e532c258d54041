"""Workouts, pairs and meals, day summaries, the person's own data: one Observation each. What the Records repeat is not a row.

A quantity is {"value": canonical, "unit": UCUM, "raw": "6575 cm"}. Keys hold no unit, no creation time and no device pointer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from carnet.record.catalog import catalog
from carnet.record.clock import DAY_MS, Believed, day_number
from carnet.record.errors import UnknownUnit
from carnet.record.model import Observation, Problem, Source
from carnet.record.units import Conversion, between
from carnet.sources.apple_health.dates import instant
from carnet.sources.apple_health.elements import Node
from carnet.sources.apple_health.names import SERVICE, mapping, meaning, source, ucum, without_pointer, zone
from carnet.sources.apple_health.shapes import number
from carnet.sources.apple_health.twins import Twins

Body = dict[str, Any]
_ENTRY = "MetadataEntry"
_WITH_UNIT = re.compile(r"(-?\d+(?:\.\d+)?) (\D\S*)")
_CANONICAL = ("m", "Cel", "m/s", "kcal/(kg.h)", "kcal", "min", "/min", "kg", "W", "kPa", "mL/(kg.min)")
_WRITTEN = {"min": "min", "{count}": "count"}
_HUMIDITY = "HKWeatherHumidity"
_PRESSURE = "HKCorrelationTypeIdentifierBloodPressure"
_FILED_UNDER = {_PRESSURE: "blood_pressure"}  # every other correlation is a meal
_ME = "HKCharacteristicTypeIdentifier"
_PERSON = {  # attribute of Me -> (our name, prefix to cut, words and the numbers iOS 8 wrote for them)
    "DateOfBirth": ("birth_date", "", {}),
    "BiologicalSex": ("sex", "HKBiologicalSex", {
        "1": "female", "2": "male", "3": "other", "Female": "female", "Male": "male", "Other": "other"}),
    "BloodType": ("blood_type", "HKBloodType", {
        "APositive": "A+", "ANegative": "A-", "BPositive": "B+", "BNegative": "B-", "ABPositive": "AB+", "ABNegative": "AB-",
        "OPositive": "O+", "ONegative": "O-"}),
    "FitzpatrickSkinType": ("skin_type", "HKFitzpatrickSkinType", {}),
    "CardioFitnessMedicationsUse": ("cardio_fitness_medications", "", {}),
}  # fmt: skip
_UNSET = frozenset({"", "NotSet", "None", "0"})


@dataclass(slots=True)
class Singles:
    """Reads one element after the other and gives the Observations at the end; counts elements so that a Problem can say which it was."""

    bounds: Believed
    _count: dict[str, int] = field(default_factory=dict)
    _twins: Twins = field(default_factory=Twins)

    def read(self, node: Node) -> Problem | None:
        """Why an element cannot be taken, None when it is."""
        self._count[node[0]] = self._count.get(node[0], 0) + 1
        place = f"{node[0]} {self._count[node[0]]}"
        read = _READERS.get(node[0])
        if read is None:
            return Problem("not_read_yet", 1, place)
        found = read(node)
        if isinstance(found, Observation) and not self._believed(found):
            found = "bad_date"
        if isinstance(found, str):
            return Problem(found, 1, place)
        born = found.body.get("birth_date") if found.kind == "characteristics" else None
        if born is None or self._birth(born):
            self._twins.add(found)
            return None
        self._twins.add(replace(found, body={k: v for k, v in found.body.items() if k != "birth_date"}))
        return Problem("bad_date", 0, f"{place}, date of birth")

    def _birth(self, text: str) -> bool:
        """Whether a living person may have been born then."""
        try:
            born = date.fromisoformat(text)
        except ValueError:
            return False
        return self.bounds.holds_day(born) and day_number(born) * DAY_MS <= self.bounds.latest

    def _believed(self, fact: Observation) -> bool:
        if fact.date is not None:
            return self.bounds.holds_day(date.fromisoformat(fact.date))
        return fact.start is None or self.bounds.holds(fact.start, fact.end or fact.start)

    def facts(self) -> Iterator[Observation]:
        """Every fact read, each under its own key."""
        return self._twins.facts()


def _quantity(text: str | None, unit: str | None, kind: str) -> Body | None:
    """A quantity of a Record type in its metric's unit; None when nothing is written."""
    if not text:
        return None
    means = meaning(kind, unit)
    return _figure(text, unit or "", means.conversion, catalog().get(means.metric).unit or means.unit)


def _plain(text: str | None, unit: str, target: str) -> Body | None:
    """A quantity in a given UCUM unit; None when nothing is written."""
    if not text:
        return None
    try:
        by = between(ucum(unit), target)
    except UnknownUnit:
        return _figure(text, unit, None, target)
    return _figure(text, unit, by, target)


def _figure(text: str, unit: str, by: Conversion | None, target: str) -> Body:
    """The quantity; without a value when the unit or the number cannot be read."""
    figure = number(text)
    known = by is not None and not math.isnan(figure)
    return {"value": by.of(figure) if by and known else None, "unit": target if by else unit, "raw": f"{text} {unit}".strip()}


def _origin(attributes: Mapping[str, str]) -> Source:
    return source(attributes.get("sourceName") or attributes.get("source") or "", without_pointer(attributes.get("device")))


def _interval(attributes: Mapping[str, str]) -> tuple[int, int] | str:
    """Start and end, or the code of what is wrong with them."""
    start, end = instant(attributes.get("startDate")), instant(attributes.get("endDate"))
    if start is None:
        return "bad_date" if attributes.get("startDate") else "no_start"
    if end is None:
        return "bad_date" if attributes.get("endDate") else "no_end"
    return (start, end) if end >= start else "bad_interval"


def _metadata(nodes: Sequence[Node]) -> tuple[Body, str | None]:
    """Metadata with quantities read from their text, and the zone it names."""
    told: Body = {}
    named = None
    for tag, attributes, _ in nodes:
        if tag != _ENTRY:
            continue
        key, value = attributes.get("key", ""), attributes.get("value", "")
        if key == "HKTimeZone" and zone(value):
            named = value
        else:
            told[key] = _entry(key, value)
    return told, named


def _entry(key: str, value: str) -> str | Body:
    """ "6575 cm" as a quantity in metres; a text as it is. Humidity is written as 86 % or as 8600 %."""
    found = _WITH_UNIT.fullmatch(value)
    if not found:
        return value
    figure, unit = float(found[1]), found[2]
    if key == _HUMIDITY and unit == "%":
        return {"value": figure / (10_000 if figure > 100 else 100), "unit": "1", "raw": value}
    for target in _CANONICAL if unit in mapping()["units"] and unit != "%" else ():
        try:
            return {"value": between(ucum(unit), target).of(figure), "unit": target, "raw": value}
        except UnknownUnit:
            continue
    return value


def _workout(node: Node) -> Observation | str:
    _, a, children = node
    span = _interval(a)
    if isinstance(span, str):
        return span
    kind = a.get("workoutActivityType", "")
    activity = str(mapping()["workouts"].get(kind, kind))
    who = _origin(a)
    metadata, named = _metadata(children)
    statistics = [_statistic(c) for c in children if c[0] == "WorkoutStatistics"]
    body: Body = {
        "activity": activity,
        "duration": _plain(a.get("duration"), a.get("durationUnit", ""), "min"),
        "distance": _plain(a.get("totalDistance"), a.get("totalDistanceUnit", ""), "m") or _total(statistics, "distance"),
        "energy": _plain(a.get("totalEnergyBurned"), a.get("totalEnergyBurnedUnit", ""), "kcal") or _total(statistics, "energy"),
        "heart_rate": _total(statistics, "heart_rate", "average"),
        "ascent": metadata.get("HKElevationAscended"),
        "statistics": statistics,
        "events": [_event(c) for c in children if c[0] == "WorkoutEvent"],
        "activities": [_part(c) for c in children if c[0] == "WorkoutActivity"],
        "routes": [_route(c) for c in children if c[0] == "WorkoutRoute"],
        "metadata": metadata,
    }
    key = (kind, who.name, who.device, str(span[0]), str(span[1]))
    return Observation(SERVICE, "workout", "workout", key, _said(body), *span, source=who, zone=named)


def _said(body: Body) -> Body:
    """The body without what was not written."""
    return {name: value for name, value in body.items() if value not in (None, [], {})}


def _statistic(node: Node) -> Body:
    a = node[1]
    kind = a.get("type", "")
    figures = {name: _quantity(a.get(name), a.get("unit"), kind) for name in ("sum", "average", "minimum", "maximum")}
    name = mapping()["workout_statistics"].get(kind, kind)
    return _said({"name": name, "metric": meaning(kind, a.get("unit")).metric, "start": instant(a.get("startDate")),
                  "end": instant(a.get("endDate")), **figures})  # fmt: skip


def _total(statistics: Sequence[Body], name: str, figure: str = "sum") -> Body | None:
    """That figure of the first statistic of that name."""
    return next((s[figure] for s in statistics if s["name"] == name and figure in s), None)


def _event(node: Node) -> Body:
    a = node[1]
    kind = a.get("type", "").removeprefix("HKWorkoutEventType")
    duration = _plain(a.get("duration"), a.get("durationUnit", ""), "min")
    return _said({"type": kind, "at": instant(a.get("date")), "duration": duration, "metadata": _metadata(node[2])[0]})


def _part(node: Node) -> Body:
    a, children = node[1], node[2]
    return _said({"id": a.get("uuid"), "start": instant(a.get("startDate")), "end": instant(a.get("endDate")),
                  "duration": _plain(a.get("duration"), a.get("durationUnit", ""), "min"),
                  "statistics": [_statistic(c) for c in children if c[0] == "WorkoutStatistics"],
                  "events": [_event(c) for c in children if c[0] == "WorkoutEvent"], "metadata": _metadata(children)[0]})  # fmt: skip


def _route(node: Node) -> Body:
    """Where the route's file is, or how many places stand in the export itself; the places are location data and not kept here."""
    paths = [c[1].get("path", "") for c in node[2] if c[0] == "FileReference"]
    return _said({"file": paths[0] if paths else None, "locations": sum(c[0] == "Location" for c in node[2]) or None})


def _correlation(node: Node) -> Observation | str:
    _, a, children = node
    span = _interval(a)
    if isinstance(span, str):
        return span
    kind, who = a.get("type", ""), _origin(a)
    metadata, named = _metadata(children)
    parts = sorted((c[1] for c in children if c[0] == "Record"), key=lambda r: (r.get("type", ""), r.get("value", "")))
    told = [_child(part) for part in parts]
    body = {"type": kind, "children": told, "metadata": metadata}
    own_id = str(metadata.get("HKExternalUUID") or metadata.get("HKSyncIdentifier") or "")
    what = str(metadata.get("HKFoodType") or "")
    key = (kind, who.name, who.device, str(span[0]), str(span[1]), own_id, what, *(part.get("type", "") for part in parts))
    metric = _FILED_UNDER.get(kind, "dietary_energy")
    return Observation(SERVICE, "correlation", metric, key, _said(body), *span, source=who, zone=named)


def _child(a: Mapping[str, str]) -> Body:
    kind = a.get("type", "")
    return _said({"metric": meaning(kind, a.get("unit")).metric, "quantity": _quantity(a.get("value"), a.get("unit"), kind)})


def _summary(node: Node) -> Observation | str:
    a = node[1]
    day = a.get("dateComponents", "")
    try:
        day = date.fromisoformat(day).isoformat()  # also where a program wrote 20240501
    except ValueError:
        return "bad_date" if day else "no_start"
    body: Body = {}
    for attribute, metric in mapping()["activity_summary"].items():
        unit = catalog()[metric].unit  # the file names only the unit of energy
        written = a.get("activeEnergyBurnedUnit", "") if attribute.startswith("activeEnergy") else _WRITTEN[unit]
        body[metric] = _plain(a.get(attribute), written, unit)
    return Observation(SERVICE, "activity_summary", "activity_ring_energy", (day,), _said(body), date=day)


def _me(node: Node) -> Observation | str:
    body: Body = {}
    for attribute, text in node[1].items():
        name, prefix, words = _PERSON.get(attribute.removeprefix(_ME), (attribute.removeprefix(_ME), "", {}))
        value = text.removeprefix(prefix)
        if value not in _UNSET:
            body[name] = words.get(value, value)
    return Observation(SERVICE, "characteristics", "characteristics", ("me",), body)


_READERS: Mapping[str, Callable[[Node], Observation | str]] = {
    "Workout": _workout, "Correlation": _correlation, "ActivitySummary": _summary, "Me": _me,
}  # fmt: skip
