"""A permitted window on one person's record. What is not granted does not exist here; nothing granted raises NotGranted.

Nothing in it is bound to the thread that made it, and nothing in it locks: one thread at a time uses a View and its Vault.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from carnet.consent import NotGranted, Permit
from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.clock import day_number
from carnet.record.model import ABSENT, Observation, Series, Source, default_ranks, empty_series
from carnet.record.selection import Window
from carnet.record.view import Holding, Person
from carnet.vault import bodies, records
from carnet.vault.engine import Columns, Engine
from carnet.vault.file import File
from carnet.vault.words import Words

MANIFEST = (
    "select s.data from segment s join batch b on b.seq = s.batch where (b.state = 'done' or b.seq = ?) and s.batch <= ? "
    "and s.metric in (?, -1) and s.lo < ? and s.hi >= ? and s.service in (select value from json_each(?)) order by s.lo"
)
KINDS_HELD = "select distinct r.metric from record r join batch b on b.seq = r.batch where r.kind = ? and b.state = 'done' and r.batch <= ?"
ALWAYS = 2**62


class View:
    """Granted services and categories only. `used` counts the rows read per (service, category), for the audit event."""

    def __init__(
        self, file: File, words: Words, engine: Engine, permit: Permit, person: Person, newest: Mapping[int, int], upto: int = ALWAYS,
        pending: int = -1,
    ) -> None:  # fmt: skip
        """newest: the last moment of each source code, which ranks what the person did not rank.

        upto: the batch up to which rows count. pending: an import of this process whose rows count although it is not done.
        """
        self._newest, self._pending = newest, pending
        self._file, self._words, self._engine = file, words, engine
        self._permit, self._upto = permit, upto
        self.person = person
        self._most: dict[tuple[str, str, str], int] = {}
        self._facts: dict[tuple[str, str], set[str]] = {}
        self._series: dict[tuple[str, int, int], Series] = {}
        self._seen: dict[str, frozenset[str]] = {}

    @property
    def used(self) -> dict[tuple[str, str], int]:
        """How many rows of each service and category were read, each row once."""
        found = {pair: len(ids) for pair, ids in self._facts.items()}
        for (service, category, _), n in self._most.items():
            found[service, category] = found.get((service, category), 0) + n
        return found

    @property
    def asof(self) -> str:
        """The batch up to which rows count here, for citations; imports that finish later do not change what this View shows."""
        return f"b_{self._upto}"

    def services(self) -> tuple[str, ...]:
        """Every service that brought something, granted or not."""
        sql = "select distinct service from batch where (state = 'done' or seq = ?) and service <> '' order by 1"
        return tuple(s for (s,) in self._file.rows(sql, (self._pending,)))

    def sees_anything(self) -> bool:
        """Whether any category of any service that brought something may be read."""
        return any(self._permit.allows(s, c) for s in self.services() for c in CATEGORIES)

    def may_read(self, pairs: Iterable[tuple[str, str]]) -> bool:
        """Whether every one of these pairs of service and category may be read."""
        return all(self._permit.allows(service, category) for service, category in pairs)

    def granted(self, category: str) -> tuple[str, ...]:
        """The services whose rows of this category may be read. Raises NotGranted when there are none."""
        services = self.services()
        allowed = tuple(s for s in services if self._permit.allows(s, category))
        if not allowed and not (self._permit and not services):
            raise NotGranted(self._permit.purpose, category, services)
        return allowed

    def series(self, metric: str, window: Window | None = None, margin_days: int = 2) -> Series:
        """Samples that touch the window's local days, widened by the margin on both sides, ascending; None = all time."""
        lo, hi = self._bounds(window, margin_days)
        if (metric, lo, hi) not in self._series:
            self._series[metric, lo, hi] = self._load(metric, lo, hi)
        return self._series[metric, lo, hi]

    def _bounds(self, window: Window | None, margin_days: int) -> tuple[int, int]:
        """The instants of a window; a side that lies beyond the calendar is open."""
        if window is None:
            return -ALWAYS, ALWAYS
        first, last = window.first.toordinal() - margin_days, window.last.toordinal() + margin_days + 1
        low = self._midnight(first) if first >= date.min.toordinal() else -ALWAYS
        return low, self._midnight(last) if last <= date.max.toordinal() else ALWAYS

    def _midnight(self, ordinal: int) -> int:
        return int(datetime.combine(date.fromordinal(ordinal), time(), ZoneInfo(self.person.home_zone)).timestamp() * 1000)

    def _load(self, metric: str, lo: int, hi: int) -> Series:
        entry = catalog().get(metric)
        services = self.granted(entry.category)
        code = self._words.code_of(metric)
        if code is None or not services:
            return empty_series(metric, entry.unit)
        blobs = self._file.rows(MANIFEST, (self._pending, self._upto, code, hi, lo, json.dumps(services)))
        with self._engine.segments(data for (data,) in blobs) as names:
            if not names:
                return empty_series(metric, entry.unit)
            columns = self._engine.columns(
                'select start, "end", value, text, source, zone from read_parquet(?) where metric = ? and start < ? and "end" >= ? '
                'order by start, "end", source, value',
                [names, code, hi, lo],
            )
        series = self._as_series(metric, entry.unit, columns)
        self._count(entry.category, series)
        return series

    def _as_series(self, metric: str, unit: str, columns: Columns) -> Series:
        """Vault codes made small and named: only the sources and words that occur."""
        source_codes, source = np.unique(columns["source"], return_inverse=True)
        pairs = [self._words.source(int(code)) for code in source_codes]
        sources = tuple(s for _, s in pairs)
        word_codes, coded = np.unique(np.concatenate((columns["text"], columns["zone"])), return_inverse=True)
        words = tuple("" if code == ABSENT else self._words.text(int(code)) for code in word_codes)
        coded = np.where(word_codes[coded] == ABSENT, ABSENT, coded)
        n = len(columns["start"])
        newest = last_of(sources, [self._newest.get(int(code), 0) for code in source_codes])
        ranks = default_ranks(sources, newest, self.person.source_ranks)
        return Series(
            metric, unit, columns["start"], columns["end"], columns["value"], coded[:n].astype(np.int32), source.astype(np.int32),
            coded[n:].astype(np.int32),
            words, sources, tuple(service for service, _ in pairs), ranks,
        )  # fmt: skip

    def _count(self, category: str, series: Series) -> None:
        for code, n in enumerate(np.bincount(series.source, minlength=len(series.sources))):
            if n:
                key = (series.services[code], category, series.metric)
                self._most[key] = max(int(n), self._most.get(key, 0))  # read twice is not read twice as much

    def observations(self, kind: str, window: Window | None = None, metric: str | None = None) -> Sequence[Observation]:
        """Single facts of one kind, ascending by time; a window keeps those that touch its local days.

        Without a metric, what is not granted is left out. Raises NotGranted when there are such facts and none may be read.
        """
        lo, hi = self._bounds(window, 0)
        found: list[Observation] = []
        for category, services in self._readable(kind, metric):
            where = "r.kind = ? and r.service in (select value from json_each(?)) and (? is null or r.metric = ?)"
            facts = records.read(self._file, self._words, where, (kind, json.dumps(services), metric, metric), self._upto)
            mine = [f for f in facts if catalog().get(f.metric).category == category and self._inside(f, window, lo, hi)]
            for fact in mine:
                self._facts.setdefault((fact.service, category), set()).add(fact.id)
            found += [bodies.permitted(f, self._categories(f.service)) for f in mine]
        return sorted(found, key=lambda f: (f.date or str(np.datetime64(f.start or 0, "ms")), f.id))

    def _readable(self, kind: str, metric: str | None) -> list[tuple[str, tuple[str, ...]]]:
        """The categories facts of a kind are in, each with the services whose facts may be read."""
        if metric is not None:
            category = catalog().get(metric).category
            return [(category, self.granted(category))]
        held = sorted({catalog().get(m).category for (m,) in self._file.rows(KINDS_HELD, (kind, self._upto))})
        if not held and not self._permit:
            raise NotGranted(self._permit.purpose, "", self.services())
        found = [(c, tuple(s for s in self.services() if self._permit.allows(s, c))) for c in held]
        if held and not any(services for _, services in found):
            raise NotGranted(self._permit.purpose, held[0], self.services())
        return [(c, services) for c, services in found if services]

    def _categories(self, service: str) -> frozenset[str]:
        """The categories of a service that may be read."""
        if service not in self._seen:
            self._seen[service] = frozenset(c for c in CATEGORIES if self._permit.allows(service, c))
        return self._seen[service]

    @staticmethod
    def _inside(fact: Observation, window: Window | None, lo: int, hi: int) -> bool:
        if window is None:
            return True
        if fact.start is not None:
            return fact.start < hi and (fact.end if fact.end is not None else fact.start) >= lo
        return fact.date is not None and window.first.isoformat() <= fact.date <= window.last.isoformat()

    def rollup(self, metric: str, window: Window) -> list[tuple[Any, ...]] | None:
        """(day number, n, sum, min, p05, p50, p95, max) per day with data.

        None when the grants do not cover all that went in, or when an import finished after the batch up to which rows count: then the
        figures must come from the rows.
        """
        allowed = set(self.granted(catalog().get(metric).category))
        days = (day_number(window.first), day_number(window.last))
        sql = "select day, n, sum, min, p05, p50, p95, max, services from rollup where metric = ? and day between ? and ? order by day"
        found = list(self._file.rows(sql, (self._words.code_of(metric) or -1, *days)))
        later = self._file.row("select 1 from batch where state = 'done' and seq > ? limit 1", (self._upto,))
        if later or any(not set(json.loads(row[-1])) <= allowed for row in found):
            return None
        return [row[:-1] for row in found]

    def holdings(self) -> Sequence[Holding]:
        """Every metric with granted rows: how many, first and last moment; single facts under their metric."""
        found: dict[str, list[int]] = {}

        def add(metric: str, service: str, n: int, first: int, last: int) -> None:
            if self._permit.allows(service, catalog().get(metric).category):
                seen = found.setdefault(metric, [0, first, last])
                seen[0], seen[1], seen[2] = seen[0] + n, min(seen[1], first), max(seen[2], last)

        for code, source, n, first, last in self._file.rows("select metric, source, n, first, last from holding"):
            add(self._words.metric(code), self._words.source(source)[0], n, first, last)
        stamp = "coalesce(r.ts, unixepoch(r.date) * 1000)"
        sql = (
            f"select r.metric, r.service, count(distinct r.id), min({stamp}), max({stamp}) from record r "
            f"join batch b on b.seq = r.batch where b.state = 'done' and r.batch <= ? and {stamp} is not null group by r.metric, r.service"
        )
        for row in self._file.rows(sql, (self._upto,)):
            add(*row)
        return [Holding(metric, n, first, last) for metric, (n, first, last) in sorted(found.items())]


def last_of(sources: Sequence[Source], moments: Sequence[int]) -> dict[Source, int]:
    """The last moment of each source; one that came with several services has the latest of its moments."""
    found: dict[Source, int] = {}
    for source, moment in zip(sources, moments, strict=True):
        found[source] = max(moment, found.get(source, moment))
    return found
