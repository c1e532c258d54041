"""Rows `metric,start,end,value,unit,source` as columns of a Batch."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import numpy as np

from carnet.record.catalog import Metric
from carnet.record.clock import Believed
from carnet.record.errors import UnknownUnit
from carnet.record.model import ABSENT, Batch, Source
from carnet.record.units import conversion, readings
from carnet.sources.cleaning import shown
from carnet.sources.tidy_csv.fields import Calendar, compared, number
from carnet.sources.tidy_csv.questions import Questions
from carnet.sources.tidy_csv.words import metric_named, plain

SERVICE = "tidy_csv"
_OURS = frozenset({"metric", "start", "end", "value", "unit", "source", ""})
_LIMITS = frozenset({"low", "high", "lo", "hi", "bas", "haut"})  # a sensor's word for outside its range
_WORDS = frozenset({"category", "event"})
_KINDS = (("watch", "watch"), ("iphone", "phone"), ("phone", "phone"), ("telephone", "phone"))

Row = tuple[int, int, int, int, float, int, float, int, int]  # metric, source, start, end, value, text, raw value, raw unit, extra


@dataclass(slots=True)
class Samples:
    """Rows taken so far and the words they use; `batch` empties it."""

    delimiter: str
    calendar: Calendar
    questions: Questions
    bounds: Believed
    _rows: list[Row] = field(default_factory=list)
    _words: dict[str, int] = field(default_factory=dict)
    _sources: dict[Source, int] = field(default_factory=dict)
    _known: dict[tuple[str, str], Metric | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, row: dict[str, str]) -> str:
        """Takes a row into the columns; "", or the code of why it cannot be taken. Raises DayOrMonth."""
        name, unit = row.get("metric", ""), row.get("unit", "")
        metric = self._metric(name, unit)
        if metric is None:
            return "unknown_metric"
        if not row.get("start"):
            return "no_start"
        try:
            start, end = self.calendar.interval(row["start"], row.get("end", ""))
        except (ValueError, OverflowError):
            return "bad_date"
        if not self.bounds.holds(start, end):
            return "bad_date"
        if end < start:
            return "bad_interval"
        found = self._value(row.get("value", ""), unit, metric)
        if isinstance(found, str):
            return found
        rest = {k: v for k, v in row.items() if k not in _OURS and v}
        extra = self._word(json.dumps(rest, ensure_ascii=False)) if rest else ABSENT
        self._rows.append((self._word(metric.key), self._source(row.get("source", "")), start, end, *found, extra))
        return ""

    def _value(self, text: str, unit: str, metric: Metric) -> tuple[float, int, float, int] | str:
        """value, text, raw value and raw unit, or the code of a problem."""
        if not text:
            return "no_value"
        comparator, bare = compared(text)
        figure = number(bare, self.delimiter)
        if figure is None or comparator:
            if figure is not None or metric.kind in _WORDS or plain(bare) in _LIMITS:
                return np.nan, self._word(text if comparator else plain(bare).replace(" ", "_")), np.nan, ABSENT
            return "bad_number"
        asked = self.questions.unit(metric, unit)
        if asked is None:
            return "needs_answer"
        try:
            by = conversion(asked, metric)
        except UnknownUnit:
            return "unknown_unit"
        code = next(iter(readings(asked)), asked)
        return by.of(figure), ABSENT, figure if by.changes else np.nan, self._word(code) if by.changes else ABSENT

    def _metric(self, name: str, unit: str) -> Metric | None:
        if (name, unit) not in self._known:
            self._known[name, unit] = metric_named(name, unit, lab=False)
        return self._known[name, unit]

    def _word(self, text: str) -> int:
        return self._words.setdefault(text, len(self._words))

    def _source(self, name: str) -> int:
        kind = next((kind for word, kind in _KINDS if word in plain(name)), "app")
        return self._sources.setdefault(Source(shown(name) or SERVICE, "", kind), len(self._sources))

    def batch(self) -> Batch:
        """The rows taken since the last batch."""
        metric, source, start, end, value, text, raw, unit, extra = zip(*self._rows, strict=True)

        def codes(column: tuple[int, ...]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
            return np.array(column, np.int32)

        absent = np.full(len(start), ABSENT, np.int32)
        made = Batch(
            SERVICE, tuple(self._words), tuple(self._sources), codes(metric), codes(source), np.array(start, np.int64),
            np.array(end, np.int64), np.array(value, np.float64), codes(text), np.array(raw, np.float64), codes(unit),
            absent, absent.copy(), codes(extra),
        )  # fmt: skip
        self._rows.clear()
        self._words.clear()
        self._sources.clear()
        return made
