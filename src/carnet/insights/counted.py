"""Evidence from samples and from nights: a Series in, what counts under a selection out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carnet.insights.evidence import CLOCK, Evidence, asked_days, shown_name
from carnet.record.catalog import Metric
from carnet.record.clock import DAY_MS, day_number, local_day
from carnet.record.days import Pieces, counted, cut, inside, last_of_day, outside, reduce, union
from carnet.record.model import Longs, Series, Source
from carnet.record.nights import Nights, nights
from carnet.record.selection import Filters, Selection

BASES = {"cumulative": "daily_totals", "daily_last": "daily_values", "category": "occurrences", "event": "occurrences"}
IN_BED = ("time_in_bed", "sleep_latency", "sleep_efficiency")


@dataclass(frozen=True, slots=True)
class Basis:
    """What counts of a series before days are chosen; `place` leads from a row of it to the row of the series as it was read."""

    series: Series
    pieces: Pieces
    place: Longs


def matches(source: Source | None, service: str, filters: Filters) -> bool:
    """Whether a source (by display name or device) and service are the ones a filter names."""
    if filters.service and filters.service != service:
        return False
    if not filters.source:
        return True
    return source is not None and filters.source.casefold() in (shown_name(source).casefold(), source.device.casefold())


def of_source(series: Series, filters: Filters) -> NDArray[Any]:
    """Positions of the rows of the source or service a filter names; all of them without such a filter."""
    if not filters.source and not filters.service:
        return np.arange(len(series))
    services = [*series.services, *[""] * (len(series.sources) - len(series.services))]
    codes = [code for code, source in enumerate(series.sources) if matches(source, services[code], filters)]
    return np.flatnonzero(np.isin(series.source, codes))


def basis(
    series: Series, metric: Metric, filters: Filters, now_ms: int, without: tuple[Longs, Longs] | None = None,
    only: tuple[Longs, Longs] | None = None,
) -> Basis:  # fmt: skip
    """What counts of a series, outside some intervals (`without`) and inside others (`only`), neither of them in any order."""
    place = of_source(series, filters)
    mine = series if len(place) == len(series) else series.take(place)
    pieces = counted(mine, metric, now_ms)
    if without is not None:
        pieces = outside(pieces, *union(*without))
    if only is not None:
        pieces = inside(pieces, *union(*only))[0]
    return Basis(mine, pieces, place)


def of_basis(base: Basis, metric: Metric, selection: Selection, zone: str, now_ms: int) -> Evidence:
    """The evidence of samples under a selection: daily totals, samples, last values of days, or occurrences."""
    today = int(local_day(np.array([now_ms]), zone)[0])
    days = asked_days(selection.window, selection.filters, today)
    pieces = cut(base.pieces, zone, selection.window, selection.filters.hours)
    if len(days) < selection.window.days:
        pieces = pieces.take(np.isin(pieces.day, days))
    if metric.kind == "daily_last":
        pieces = last_of_day(pieces)
    day, at, value = pieces.day, pieces.start, pieces.value
    if metric.kind == "cumulative":
        totals = reduce(pieces, metric.kind)
        day, at, value = totals.day, totals.day.astype(np.int64) * DAY_MS, totals.value
    series = base.series
    return Evidence(
        metric, selection, zone, days, today, BASES.get(metric.kind, "samples"), metric.unit, day, at, value,
        base.place[pieces.row], pieces.day, series.source[pieces.row],
        tuple(shown_name(s) for s in series.sources), series.services,
        series.text[pieces.row] if metric.kind == "category" else None, series.words,
        ("estimate",) if metric.estimate else (),
    )  # fmt: skip


def of_nights(series: Series, metric: Metric, selection: Selection, zone: str, now_ms: int) -> Evidence:
    """The evidence of one nightly metric under a selection: a value for each night (naps: for each day with a nap)."""
    today = int(local_day(np.array([now_ms]), zone)[0])
    days = asked_days(selection.window, selection.filters, today)
    place = of_source(series, selection.filters)
    mine = series if len(place) == len(series) else series.take(place)
    slept, notes = nights(mine, zone, now_ms), list(("estimate",) if metric.estimate else ())
    if metric.key == "time_in_bed" and not slept.main.any():
        mine = replace(mine, words=tuple("asleep" if word == "in_bed" else word for word in mine.words))
        slept = nights(mine, zone, now_ms)
        slept, notes = replace(slept, in_bed=slept.asleep), [*notes, "in_bed_only"]
    value = slept.values(metric.key)
    asked = np.isin(slept.day, days) & (slept.main if metric.key != "nap" else ~slept.main)
    known = asked & ~np.isnan(value)
    notes += _night_notes(slept, metric, asked, known, days)
    row, of = slept.row, slept.row_of
    if metric.key in IN_BED:
        row, of = np.concatenate((row, slept.bed_row)), np.concatenate((of, slept.bed_row_of))
    row, of = row[known[of]], of[known[of]]
    day, at, told = slept.day[known], slept.end[known], value[known]
    if metric.key == "nap":
        day, first, where = np.unique(day, return_index=True, return_inverse=True)
        at, told = at[first], np.bincount(where, weights=told, minlength=len(day)).astype(np.float64)
    order = np.argsort(day, kind="stable")
    return Evidence(
        metric, selection, zone, days, today, "nights", metric.unit if metric.unit != CLOCK else CLOCK, day[order], at[order], told[order],
        place[row], slept.day[of], mine.source[row], tuple(shown_name(s) for s in mine.sources), mine.services, notes=tuple(notes),
    )  # fmt: skip


def _night_notes(slept: Nights, metric: Metric, asked: NDArray[Any], known: NDArray[Any], days: NDArray[Any]) -> list[str]:
    notes = []
    unknown = int(asked.sum() - known.sum())
    if unknown:
        notes.append(f"stages_unknown:{unknown}" if metric.key not in IN_BED else f"in_bed_unknown:{unknown}")
    if metric.key == "sleep_duration":
        naps = int((np.isin(slept.day, days) & ~slept.main).sum())
        notes += [f"naps:{naps}"] if naps else []
    if metric.key in ("time_in_bed", "sleep_efficiency") and (known & ~slept.bed_said).any():
        notes.append("in_bed_from_stages")
    return notes


def of_flow(series: Series, metric: Metric, selection: Selection, zone: str, now_ms: int) -> Evidence:
    """The evidence of cycle_length or cycle_day: a cycle starts on the first flow day after more than 10 days without.

    Spotting is not flow. A length stands on the day its cycle began; a cycle day is counted from 1.
    """
    today = int(local_day(np.array([now_ms]), zone)[0])
    days = asked_days(selection.window, selection.filters, today)
    place = of_source(series, selection.filters)
    words = np.array([word not in ("none", "spotting", "") for word in series.words] + [True])
    place = place[words[series.text[place]] & (series.start[place] <= now_ms)]
    flow = local_day(series.start[place], zone)
    seen = np.unique(flow)
    starts = seen[np.concatenate(([True], np.diff(seen) - 1 > 10))] if len(seen) else seen
    if metric.key == "cycle_length":
        day, value = starts[:-1], np.diff(starts).astype(np.float64)
        keep = np.isin(day, days)
        day, value = day[keep], value[keep]
        of_row = starts[np.searchsorted(starts, flow, side="right") - 1] if len(starts) else flow
    else:
        day = days[days >= starts[0]] if len(starts) else days[:0]
        began = starts[np.searchsorted(starts, day, side="right") - 1] if len(starts) else day
        value, of_row = (day - began + 1).astype(np.float64), flow
        keep_rows = np.isin(flow, began)
        place, of_row = place[keep_rows], of_row[keep_rows]
    if metric.key == "cycle_length":
        kept = np.isin(of_row, day)
        place, of_row = place[kept], of_row[kept]
    return Evidence(
        metric, selection, zone, days, today, "results", metric.unit, day, day.astype(np.int64) * DAY_MS, value,
        place, of_row, series.source[place], tuple(shown_name(s) for s in series.sources), series.services,
    )  # fmt: skip


def first_day(evidence: Evidence) -> int | None:
    """The day number of the first row behind the evidence, None without any."""
    return int(evidence.row_day.min()) if len(evidence.row_day) else None


def nearest_day(evidence: Evidence) -> int | None:
    """The day with data nearest to the selection's window, the earlier of equals; None without any."""
    if not len(evidence):
        return None
    first, last = day_number(evidence.selection.window.first), day_number(evidence.selection.window.last)
    days = np.unique(evidence.day)
    away = np.where(days < first, first - days, np.where(days > last, days - last, 0))
    return int(days[int(np.argmin(away))])
