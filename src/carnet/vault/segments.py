"""The segments of one import: one service's rows in Parquet, each segment small and spanning little time. It judges no row."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carnet.record.model import Ints, Longs
from carnet.vault.engine import Columns, Engine
from carnet.vault.file import File

OWN_SEGMENT = 2_000  # a metric with fewer rows in a flush shares a mixed segment (metric -1)
STRETCH = 5_000  # rows that make it worth ending a segment with the quarter
MIXED = -1
QUARTER = 7_889_400_000  # ms in a quarter of a mean year
AT_ONCE = 16 << 20  # bytes of stored segments that are looked through at a time
STORED = ("metric", "source", "start", "end", "value", "text", "zone", "native", "raw", "raw_unit", "batch")


def groups(metric: Ints) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """(metric code, positions) for each metric with rows enough, then (MIXED, positions) for all the others together."""
    codes, place, counts = np.unique(metric, return_inverse=True, return_counts=True)
    own = counts >= min(OWN_SEGMENT, len(metric))
    order = np.argsort(place, kind="stable")
    for code, alone, rows in zip(codes.tolist(), own.tolist(), np.split(order, np.cumsum(counts)[:-1]), strict=True):
        if alone:
            yield code, rows
    if not own.all():
        yield MIXED, np.flatnonzero(~own[place])


def stretches(start: Longs) -> list[NDArray[np.intp]]:
    """Positions in time order, cut where a quarter ends and enough rows have come together: empty quarters cost nothing."""
    order = np.argsort(start, kind="stable")
    ends = np.flatnonzero(np.diff(start[order] // QUARTER)) + 1
    cuts, last = [], 0
    for end in ends.tolist():
        if end - last >= STRETCH <= len(order) - end:
            cuts.append(end)
            last = end
    return np.split(order, cuts)


def take(columns: Columns, rows: NDArray[np.intp]) -> Columns:
    """The columns with these rows only."""
    return {name: column[rows] for name, column in columns.items()}


@dataclass(frozen=True, slots=True)
class Segments:
    """What the vault holds of one service, for the import `batch`, whose own pending rows count."""

    file: File
    engine: Engine
    service: str
    batch: int

    def stored(self, part: Columns) -> Columns:
        """The stored rows that could equal one of `part`: of its metrics, beginning at one of its moments. Memory follows `part`."""
        codes = np.unique(part["metric"]).tolist()
        lo, hi = int(part["start"].min()), int(part["start"].max())
        blobs = self.file.rows(
            "select s.data from segment s join batch b on b.seq = s.batch where s.service = ? "
            "and s.metric in (select value from json_each(?)) and s.lo <= ? and s.hi >= ? and (b.state = 'done' or b.seq = ?)",
            (self.service, json.dumps([*codes, MIXED]), hi, lo, self.batch),
        )
        columns = ", ".join(f'"{name}"' for name in STORED)
        sql = (
            f"select {columns} from read_parquet(?) where metric between ? and ? and list_contains(?, metric) "
            "and start between ? and ? and start in (select moment from beside)"
        )
        moments = {"moment": np.unique(part["start"])}
        found = []
        for some in _some_at_once(data for (data,) in blobs):
            with self.engine.segments(some) as names:
                found.append(self.engine.columns(sql, [names, codes[0], codes[-1], codes, lo, hi], moments))
        if not found:
            return {name: np.empty(0, part[name].dtype if name in part else np.int32) for name in STORED}
        return {name: np.concatenate([f[name] for f in found]) for name in STORED}

    def put(self, columns: Columns, metric: int) -> None:
        """One segment in one small transaction, its batch still pending."""
        ordered = take(columns, np.lexsort((columns["start"], columns["metric"])))
        ordered["batch"] = np.full(len(ordered["start"]), self.batch, np.int32)
        data = self.engine.to_parquet(ordered, "* replace (extra::varchar as extra)")
        row = (
            os.urandom(16), 1 if metric != MIXED else 0, self.service, metric, int(ordered["start"].min()),
            int(ordered["end"].max()), len(ordered["start"]), self.batch, data,
        )  # fmt: skip
        with self.file.transaction() as cursor:
            cursor.execute("insert into segment values (?,?,?,?,?,?,?,?,?)", row)

    def put_mixed(self, parts: list[Columns]) -> None:
        """What is too little for a segment of its own, together; a single metric keeps its name."""
        if not parts:
            return
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        codes = np.unique(columns["metric"])
        for rows in stretches(columns["start"]):
            self.put(take(columns, rows), int(codes[0]) if len(codes) == 1 else MIXED)

    def count_holdings(self, cursor: Any) -> None:
        """Adds this batch's rows to what the vault holds per metric and source."""
        for (data,) in self.file.rows("select data from segment where batch = ?", (self.batch,)):
            with self.engine.segments((data,)) as names:
                counted = self.engine.columns(
                    "select metric, source, count(*) as n, min(start) as first, max(start) as last from read_parquet(?) group by all",
                    [names],
                )
            cursor.executemany(
                "insert into holding values (?,?,?,?,?) on conflict(metric, source) do update set n = n + excluded.n, "
                "first = min(first, excluded.first), last = max(last, excluded.last)",
                [tuple(int(x) for x in line) for line in zip(*counted.values(), strict=True)],
            )


def _some_at_once(blobs: Iterable[bytes]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    size = 0
    for data in blobs:
        some.append(data)
        size += len(data)
        if size >= AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
