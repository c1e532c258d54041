"""One import into the vault: known rows dropped, new ones written piece by piece under a batch nobody sees until `finish`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import numpy as np

from carnet.record.model import Batch, Ints, Longs, Observation
from carnet.vault import audit, pending, records
from carnet.vault.engine import Columns, Engine
from carnet.vault.errors import Busy
from carnet.vault.file import File
from carnet.vault.identity import fresh
from carnet.vault.pending import WriterLock, sweep
from carnet.vault.segments import MIXED, OWN_SEGMENT, Segments, groups, stretches, take
from carnet.vault.words import Words, translate
from carnet.vault.written import Written

__all__ = ["Import", "WriterLock", "sweep"]

FLUSH_ROWS = 100_000  # rows held before they are written; with one metric per segment this is also its largest size
FLUSH_FACTS = 2_000  # single facts held before they are written
PATIENCE = 1.0  # seconds to wait for an opening that sweeps; an import holds its lock for longer


class Import:
    """A context: `add` items, then `finish`. Left without `finish`, nothing of it stays.

    whole: set it for a complete export; what an older one says then never replaces what a newer one said.
    """

    def __init__(self, file: File, words: Words, service: str, file_sha256: str, reader: str) -> None:
        self._file, self._shared, self.service = file, words, service
        self._identity = (file_sha256, reader)
        self._lock = WriterLock(file)
        self._held: list[Batch] = []
        self._held_rows = 0
        self._single: list[Observation] = []
        self.written = Written()
        self.whole = False
        self.batch = 0

    def __enter__(self) -> Self:
        if not self._lock.acquire(PATIENCE):
            raise Busy("another import is writing into this vault; wait until it is done")
        try:
            pending.remove(self._file)
            self._now = datetime.now(UTC)
            with self._file.transaction() as cursor:
                self.batch = pending.begin(cursor, self.service, *self._identity, self._now.isoformat(timespec="seconds"))
            self._words = Words(self._file)  # read anew: a sweep may have removed words that others still know
        except BaseException:
            self._lock.release()
            raise
        self._engine = Engine(192)
        self._segments = Segments(self._file, self._engine, self.service, self.batch)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._engine.close()
        self._lock.release()
        sweep(self._file)

    def add(self, item: Batch | Observation) -> None:
        """Takes columns or one fact; writes when enough has come together."""
        if isinstance(item, Observation):
            self._single.append(item)
            if len(self._single) >= FLUSH_FACTS:
                self._flush_single()
            return
        self._held.append(item)
        self._held_rows += max(len(item), sum(map(len, item.words)) // 200)  # long metadata (beat lists) weighs like rows
        if self._held_rows >= FLUSH_ROWS:
            self._flush()

    def flush(self) -> None:
        """Writes what is still held."""
        self._flush()
        self._flush_single()
        self._shared.refresh()

    def settle(self) -> None:
        """Writes what is still held and drops what a newer export said better: now `written` is complete. Nothing is added after it."""
        self.flush()
        if self.whole:
            records.settle(self._file, self.batch, self.service, self.written)

    def finish(self, report: Mapping[str, Any], more: Callable[[Any], None]) -> None:
        """One short last transaction makes everything visible: holdings, the batch, what `more` adds, one audit event."""
        self.settle()
        done = self.written
        body = json.dumps({**report, "zones": dict(done.zones)}, ensure_ascii=False)
        with self._file.transaction() as cursor:
            self._segments.count_holdings(cursor)
            cursor.execute(
                "update batch set state = 'done', n_new = ?, n_same = ?, body = ?, moment = ? where seq = ? and state = 'pending'",
                (done.added, done.unchanged, body, done.seen if self.whole else None, self.batch),
            )
            more(cursor)
            counts = {"service": self.service, "added": done.added, "unchanged": done.unchanged}
            audit.append(cursor, "import", f"b_{self.batch}", counts)
        self._file.checkpoint()

    def _flush_single(self) -> None:
        if self._single:
            self._see(np.array([records.moment_of(fact) for fact in self._single], np.int64))
            records.write(self._file, self._words, self.batch, self._single, self.written)
            self._single = []

    def _flush(self) -> None:
        if not self._held_rows:
            return
        columns = self._gather()
        self._held, self._held_rows = [], 0
        self._see(columns["start"])
        small: list[Columns] = []
        for code, rows in groups(columns["metric"]):
            part = take(columns, rows)
            for stretch in stretches(part["start"]):
                kept = self._new(take(part, stretch))
                if code != MIXED and len(kept["start"]) >= OWN_SEGMENT:
                    self._segments.put(kept, code)
                elif len(kept["start"]):
                    small.append(kept)
        self._segments.put_mixed(small)

    def _see(self, moments: Longs) -> None:
        """Rows dated in the future say nothing about when an export was made."""
        past = moments[moments <= self._now.timestamp() * 1000]
        if len(past):
            self.written.see(int(past.max()))

    def _new(self, part: Columns) -> Columns:
        """The rows the vault does not hold yet, counted."""
        keep = fresh(part, self._segments.stored(part), self.batch)
        self.written.unchanged += len(part["start"]) - len(keep)
        self.written.added += len(keep)
        kept = take(part, keep)
        names = self._words.metric_names()
        for code, first, last, n in _spans(kept["metric"], kept["start"]):
            self.written.count(names[code], n, first, last)
        for code, _, last, _ in _spans(kept["source"], kept["start"]):
            self.written.newest[code] = max(self.written.newest.get(code, last), last)
        return kept

    def _gather(self) -> Columns:
        """The held batches as one set of columns in the vault's codes; new words are learnt first."""
        for batch in self._held:
            used = np.unique(np.concatenate((batch.text, batch.raw_unit, batch.zone, batch.native)))
            metrics = [batch.words[i] for i in np.unique(batch.metric)]
            sources = [(self.service, batch.sources[i]) for i in np.unique(batch.source)]
            self._words.learn(metrics, [batch.words[i] for i in used if i >= 0], sources)
            for code, n in zip(*np.unique(batch.zone, return_counts=True), strict=True):
                if code >= 0:
                    self.written.zones[batch.words[code]] += int(n)
        parts = [self._coded(batch) for batch in self._held]
        return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}

    def _coded(self, batch: Batch) -> Columns:
        texts = self._words.texts
        known_sources = {s: code for (service, s), code in self._words.sources.items() if service == self.service}
        extras = np.empty(len(batch.words) + 1, object)
        extras[:-1] = batch.words
        return {
            "metric": translate(batch.metric, batch.words, self._words.metrics),
            "source": translate(batch.source, batch.sources, known_sources),
            "start": batch.start,
            "end": batch.end,
            "value": batch.value,
            "text": translate(batch.text, batch.words, texts),
            "zone": translate(batch.zone, batch.words, texts),
            "native": translate(batch.native, batch.words, texts),
            "raw": batch.raw_value,
            "raw_unit": translate(batch.raw_unit, batch.words, texts),
            "extra": extras[batch.extra],
        }


def _spans(codes: Ints, start: Longs) -> Iterator[tuple[int, int, int, int]]:
    """(code, first moment, last moment, rows) for each code."""
    for code in np.unique(codes).tolist():
        mine = start[codes == code]
        yield code, int(mine.min()), int(mine.max()), len(mine)
