"""What a figure is made of: the values that count, the days asked for, and the stored rows behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from carnet.insights.errors import NotEnoughData
from carnet.insights.finding import Coverage, Finding, Value
from carnet.record.catalog import Metric
from carnet.record.clock import day_date, day_number, weekday
from carnet.record.days import by_day
from carnet.record.model import Floats, Ints, Longs, Source
from carnet.record.selection import Filters, Selection, Window

COVERED = ("daily_totals", "daily_values", "samples", "nights", "daily_means")  # bases of which a day without data is a gap
CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The values of one metric that count under one selection, ascending by `at`, and the rows they are made of.

    days: day numbers asked for (window, weekdays, not after today), ascending. today: day number of now.
    base: daily_totals | samples | daily_values | nights | sessions | results | occurrences | daily_means: what one value is.
    day, at, value: one entry for each value: local day, ms UTC, number in `unit` (clock: minutes from noon of the day before).
    row, row_day, row_source: the stored rows behind, one entry for each row and day; row_source indexes sources and services.
    word: code into `words` of a value that has a text (a category's word, a comparator), -1 = none; empty when there are no words.
    """

    metric: Metric
    selection: Selection
    zone: str
    days: Ints
    today: int
    base: str
    unit: str
    day: Ints
    at: Longs
    value: Floats
    row: Longs
    row_day: Ints
    row_source: Ints
    sources: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    word: Ints | None = None
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.day)

    @property
    def clock(self) -> bool:
        """Whether the values are times of day."""
        return self.unit == CLOCK

    @property
    def n(self) -> int:
        """How many stored rows stand behind the values."""
        return len(distinct_rows(self.row))

    def coverage(self) -> Coverage | None:
        """How many of the days asked for have data; None where a day without data is no gap."""
        return Coverage(len(self.days), len(by_day(self.day)[0])) if self.base in COVERED else None

    def text(self, i: int) -> str:
        """The word of value i, empty when it has none."""
        return self.words[int(self.word[i])] if self.word is not None and self.word[i] >= 0 else ""

    def moment(self, i: int) -> str:
        """The local day of value i, for a sample its minute, ISO."""
        if self.base in ("samples", "occurrences"):
            return datetime.fromtimestamp(int(self.at[i]) / 1000, ZoneInfo(self.zone)).isoformat(timespec="minutes")
        return day_date(self.day[i]).isoformat()

    def on(self, days: Ints, selection: Selection) -> Evidence:
        """The part on some days only; `selection` is the one that opens exactly its rows."""
        keep, rows = np.isin(self.day, days), np.isin(self.row_day, days)
        return replace(
            self, selection=selection, days=self.days[np.isin(self.days, days)], day=self.day[keep], at=self.at[keep],
            value=self.value[keep], row=self.row[rows], row_day=self.row_day[rows], row_source=self.row_source[rows],
            word=None if self.word is None else self.word[keep],
        )  # fmt: skip

    def on_days(self, days: Iterable[int]) -> Evidence:
        """The part on single days, named in its selection."""
        wanted = sorted({int(d) for d in days})
        return self.on(np.array(wanted, np.int32), self.selection.on(*(day_date(d) for d in wanted)))

    def within(self, window: Window) -> Evidence:
        """The part inside a window of days."""
        first, last = max(window.first, self.selection.window.first), min(window.last, self.selection.window.last)
        low, high = day_number(first), day_number(last)
        if not len(self.row_day) or (low <= int(self.row_day.min()) and int(self.row_day.max()) <= high):
            days = self.days[(self.days >= low) & (self.days <= high)]
            return replace(self, days=days, selection=replace(self.selection, window=Window(first, last)))
        days = np.arange(low, high + 1, dtype=np.int32)
        return self.on(days, replace(self.selection, window=Window(first, last)))

    def valued(self, keep: Sequence[bool] | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Evidence:
        """The same rows with only some of the values."""
        mask = np.asarray(keep, bool)
        word = None if self.word is None else self.word[mask]
        return replace(self, day=self.day[mask], at=self.at[mask], value=self.value[mask], word=word)

    def need(self, count: int) -> Evidence:
        """Itself. Raises NotEnoughData under `count` values."""
        if len(self) < count:
            raise NotEnoughData(count, len(self))
        return self


def asked_days(window: Window, filters: Filters, today: int) -> Ints:
    """The day numbers a selection asks for, ascending: window, weekdays, single days and gap; nothing after today."""
    days = np.arange(day_number(window.first), min(day_number(window.last), today) + 1, dtype=np.int32)
    if filters.weekdays:
        days = days[np.isin(weekday(days), filters.weekdays)]
    if filters.days:
        days = days[np.isin(days, [_number(d) for d in filters.days])]
    if filters.gap:
        days = days[(days < _number(filters.gap[0])) | (days > _number(filters.gap[1]))]
    return days


def _number(day: str) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def daily(evidence: Evidence) -> Evidence:
    """One value a day: samples become the mean of their day, occurrences and sessions its sum; the others have one a day already."""
    if evidence.base not in ("samples", "occurrences", "sessions"):
        return evidence
    day, first, where = by_day(evidence.day)
    value: Floats = np.bincount(where, weights=evidence.value, minlength=len(day)).astype(np.float64)
    if evidence.base == "samples":
        value = value / np.bincount(where, minlength=len(day))
    base = "daily_means" if evidence.base == "samples" else evidence.base
    return replace(evidence, base=base, day=day, at=evidence.at[first], value=value, word=None)


def distinct_rows(row: Longs) -> Longs:
    """The places of the first mention of each row."""
    if len(row) < 2 or (np.diff(row) > 0).all():
        return np.arange(len(row))
    return np.unique(row, return_index=True)[1]


def source_names(row_source: Ints, sources: Sequence[str]) -> tuple[str, ...]:
    """The names of the sources (or services) of rows, most rows first."""
    counts = np.bincount(row_source, minlength=len(sources))
    total: dict[str, int] = {}
    for name, count in zip(sources, counts, strict=False):
        total[name] = total.get(name, 0) + int(count)
    return tuple(sorted((name for name in total if total[name]), key=lambda name: (-total[name], name)))


def shown_name(source: Source) -> str:
    """The display name of a source, with plain spaces."""
    return source.name.replace("\u00a0", " ")


def clock_text(minutes: float) -> str:
    """HH:MM of minutes from noon of the day before, to the nearest minute."""
    total = int(np.floor(minutes + 0.5)) + 720
    return f"{total // 60 % 24:02d}:{total % 60:02d}"


def finding(
    evidence: Evidence, value: Value, method: str, *, unit: str | None = None, date: str | None = None, label: str = "",
    notes: Sequence[str] = (),
) -> Finding:  # fmt: skip
    """A Finding whose rows are exactly those of the evidence."""
    rows = distinct_rows(evidence.row)
    told_by = evidence.row_source[rows]
    return Finding(
        metric=evidence.metric.key, value=value, unit=evidence.unit if unit is None else unit, n=len(rows),
        start=evidence.selection.window.first.isoformat(), end=evidence.selection.window.last.isoformat(),
        selection=evidence.selection, coverage=evidence.coverage(),
        sources=source_names(told_by, evidence.sources),
        services=source_names(told_by, evidence.services),
        method=method, date=date, label=label, notes=tuple(dict.fromkeys((*evidence.notes, *_partial(evidence), *notes))),
    )  # fmt: skip


def _partial(evidence: Evidence) -> tuple[str, ...]:
    changing = evidence.base in ("daily_totals", "samples", "daily_means", "occurrences")
    return ("partial_today",) if changing and int(evidence.row_day.max(initial=-1)) == evidence.today else ()
