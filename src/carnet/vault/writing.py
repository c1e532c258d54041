"""One import into the vault: known rows dropped, new ones written piece by piece under a batch nobody sees until `finish`."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from carnet.record.model import Batch, Observation
from carnet.vault import audit, records
from carnet.vault.engine import Columns, Engine
from carnet.vault.errors import Busy
from carnet.vault.file import File
from carnet.vault.identity import fresh
from carnet.vault.words import Words, translate
from carnet.vault.written import Written

FLUSH_ROWS = 100_000  # rows held before they are written; with one metric per segment this is also its largest size
OWN_SEGMENT = 2_000  # a metric with fewer rows in a flush shares a mixed segment (metric -1)
MIXED = -1
STORED = ("metric", "source", "start", "end", "value", "text", "zone", "native", "raw", "raw_unit")


class WriterLock:
    """One import at a time per vault; the system frees the lock when the process dies."""

    def __init__(self, file: File) -> None:
        self._path = file.path.with_suffix(".writer")
        self._handle: IO[str] | None = None

    def acquire(self) -> bool:
        """Whether this process may write now."""
        handle = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600), "w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Lets the next import begin."""
        if self._handle:
            self._handle.close()
            self._handle = None


def sweep(file: File) -> None:
    """Removes what an import that died left behind; does nothing while another one is alive."""
    if not file.row("select 1 from batch where state = 'pending' limit 1"):
        return
    lock = WriterLock(file)
    if not lock.acquire():
        return
    try:
        with file.transaction() as cursor:
            pending = "(select seq from batch where state = 'pending')"
            cursor.execute(f"delete from segment where batch in {pending}")
            cursor.execute(f"delete from record where batch in {pending}")
            cursor.execute("delete from batch where state = 'pending'")
    finally:
        lock.release()


class Import:
    """A context: `add` items, then `finish`. Left without `finish`, nothing of it stays."""

    def __init__(self, file: File, words: Words, service: str, file_sha256: str, reader: str) -> None:
        self._file, self._words, self.service = file, words, service
        self._identity = (file_sha256, reader)
        self._lock, self._engine = WriterLock(file), Engine(192)
        self._held: list[Batch] = []
        self._held_rows = 0
        self._single: list[Observation] = []
        self.written = Written()
        self.batch = 0

    def __enter__(self) -> Self:
        sweep(self._file)
        if not self._lock.acquire():
            raise Busy("another import is writing into this vault; wait until it is done")
        with self._file.transaction() as cursor:
            cursor.execute(
                "insert into batch(service, state, file_sha256, reader, at) values (?, 'pending', ?, ?, ?)",
                (self.service, *self._identity, datetime.now(UTC).isoformat(timespec="seconds")),
            )
            self.batch = int(cursor.lastrowid)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._engine.close()
        self._lock.release()
        if kind is not None:
            sweep(self._file)

    def add(self, item: Batch | Observation) -> None:
        """Takes columns or one fact; writes when enough has come together."""
        if isinstance(item, Observation):
            self._single.append(item)
            if len(self._single) >= 2_000:
                self._flush_single()
            return
        self._held.append(item)
        self._held_rows += max(len(item), sum(map(len, item.words)) // 200)  # long metadata (beat lists) weighs like rows
        if self._held_rows >= FLUSH_ROWS:
            self._flush()

    def flush(self) -> None:
        """Writes what is still held, so that `written` is complete."""
        self._flush()
        self._flush_single()

    def finish(self, report: Mapping[str, Any], more: Callable[[Any], None]) -> None:
        """One short last transaction makes everything visible: holdings, the batch, what `more` adds, one audit event."""
        self.flush()
        done = self.written
        body = json.dumps({**report, "zones": dict(done.zones)}, ensure_ascii=False)
        with self._file.transaction() as cursor:
            self._count_holdings(cursor)
            cursor.execute(
                "update batch set state = 'done', n_new = ?, n_same = ?, body = ? where seq = ? and state = 'pending'",
                (done.added, done.unchanged, body, self.batch),
            )
            more(cursor)
            counts = {"service": self.service, "added": done.added, "unchanged": done.unchanged}
            audit.append(cursor, "import", f"b_{self.batch}", counts)
        self._file.checkpoint()

    def _flush_single(self) -> None:
        if self._single:
            records.write(self._file, self._words, self.batch, self._single, self.written)
            self._single = []

    def _flush(self) -> None:
        if not self._held_rows:
            return
        columns = self._gather()
        self._held, self._held_rows = [], 0
        total = len(columns["start"])
        names = self._words.metric_names()
        mixed: list[Columns] = []
        for code, rows in _by_metric(columns):
            part = {name: column[rows] for name, column in columns.items()}
            keep = fresh(part, self._stored(code, part))
            self.written.unchanged += len(rows) - len(keep)
            if not len(keep):
                continue
            part = {name: column[keep] for name, column in part.items()}
            self.written.added += len(keep)
            self.written.count(names[code], len(keep), int(part["start"].min()), int(part["start"].max()))
            for source in np.unique(part["source"]).tolist():
                last = int(part["start"][part["source"] == source].max())
                self.written.newest[source] = max(self.written.newest.get(source, last), last)
            if len(keep) >= min(OWN_SEGMENT, total):
                self._put(part, code)
            else:
                mixed.append(part)
        if mixed:
            self._put({name: np.concatenate([m[name] for m in mixed]) for name in mixed[0]}, MIXED)

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

    def _stored(self, code: int, part: Columns) -> Columns:
        """The rows of this service and metric that could equal one of `part`, this import's own pending ones included."""
        lo, hi = int(part["start"].min()), int(part["start"].max())
        blobs = self._file.rows(
            "select s.data from segment s join batch b on b.seq = s.batch where s.service = ? and s.metric in (?, ?) "
            "and s.lo <= ? and s.hi >= ? and (b.state = 'done' or b.seq = ?)",
            (self.service, code, MIXED, hi, lo, self.batch),
        )
        with self._engine.segments(data for (data,) in blobs) as names:
            if not names:
                return {name: np.empty(0, part[name].dtype) for name in STORED}
            columns = ", ".join(f'"{name}"' for name in STORED)
            sql = f"select {columns} from read_parquet(?) where metric = ? and start between ? and ?"
            return self._engine.columns(sql, [names, code, lo, hi])

    def _put(self, columns: Columns, metric: int) -> None:
        """One segment in one small transaction, its batch still pending."""
        order = np.lexsort((columns["start"], columns["metric"]))
        ordered = {name: column[order] for name, column in columns.items()}
        ordered["batch"] = np.full(len(order), self.batch, np.int32)
        data = self._engine.to_parquet(ordered, "* replace (extra::varchar as extra)")
        row = (
            os.urandom(16), 1 if metric != MIXED else 0, self.service, metric, int(ordered["start"].min()),
            int(ordered["end"].max()), len(order), self.batch, data,
        )  # fmt: skip
        with self._file.transaction() as cursor:
            cursor.execute("insert into segment values (?,?,?,?,?,?,?,?,?)", row)

    def _count_holdings(self, cursor: Any) -> None:
        """Adds this batch's rows to what the vault holds per metric and source."""
        blobs = self._file.rows("select data from segment where batch = ?", (self.batch,))
        for (data,) in blobs:
            with self._engine.segments(iter((data,))) as names:
                counted = self._engine.columns(
                    "select metric, source, count(*) as n, min(start) as first, max(start) as last from read_parquet(?) group by all",
                    [names],
                )
            cursor.executemany(
                "insert into holding values (?,?,?,?,?) on conflict(metric, source) do update set n = n + excluded.n, "
                "first = min(first, excluded.first), last = max(last, excluded.last)",
                [tuple(int(x) for x in line) for line in zip(*counted.values(), strict=True)],
            )


def _by_metric(columns: Columns) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """(metric code, positions) for each metric in the columns."""
    order = np.argsort(columns["metric"], kind="stable")
    codes, starts = np.unique(columns["metric"][order], return_index=True)
    for code, rows in zip(codes, np.split(order, starts[1:]), strict=True):
        yield int(code), rows
