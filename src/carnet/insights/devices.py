"""When a device came to stay: the first day of a watch, phone or scale that follows another of its kind. It says nothing of values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from carnet.record.clock import local_day
from carnet.record.model import Series, Source

FEWEST_DAYS = 7  # with data, before a device counts: one borrowed for a weekend is no change
LEAST_APART = 7  # days between the first of the one before and the first of this one
KINDS = ("watch", "phone", "device")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A device that follows another of its kind. day: the first local day with data of it."""

    day: int
    source: Source
    service: str


def arrivals(found: Iterable[Series], zone: str) -> tuple[Arrival, ...]:
    """The devices that came after another of the same kind and service, ascending by day.

    The first device of a kind is a beginning, no change. A source without a hardware name is told from another by its own name.
    """
    days: dict[tuple[str, Source], set[int]] = {}
    for series in found:
        local = local_day(series.start, zone)
        for code, source in enumerate(series.sources):
            if source.kind in KINDS:
                seen = days.setdefault((series.services[code], source), set())
                seen.update(np.unique(local[series.source == code]).tolist())
    return tuple(sorted(_followers(days), key=lambda a: (a.day, a.service, a.source.name, a.source.device)))


def _followers(days: dict[tuple[str, Source], set[int]]) -> Iterable[Arrival]:
    first: dict[tuple[str, str], int] = {}
    stayed = [(min(seen), service, source.kind, source) for (service, source), seen in _by_model(days) if len(seen) >= FEWEST_DAYS]
    for day, service, kind, source in sorted(stayed, key=lambda row: (row[0], row[1], row[2], row[3].name)):
        begun = first.setdefault((service, kind), day)
        if day - begun >= LEAST_APART:
            yield Arrival(day, source, service)


def _by_model(days: dict[tuple[str, Source], set[int]]) -> Iterable[tuple[tuple[str, Source], set[int]]]:
    """One entry for each hardware model, or for each name where no model is known: a device that was only renamed did not change."""
    merged: dict[tuple[str, str, str], tuple[Source, set[int]]] = {}
    for (service, source), seen in days.items():
        place = (service, source.kind, source.device or source.name)
        known = merged.get(place)
        if known is None:
            merged[place] = (source, set(seen))
        else:
            known[1].update(seen)
    for (service, _, _), (source, seen) in merged.items():
        yield (service, source), seen
