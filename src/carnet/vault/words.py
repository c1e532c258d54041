"""The vault's dictionaries: small numbers for metric names, texts, units, zones and sources, the same for the life of the vault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from carnet.record.model import ABSENT, Ints, Source
from carnet.vault.file import File


class Words:
    """Codes known so far; new ones are written in a transaction of their own before the rows that use them."""

    def __init__(self, file: File) -> None:
        self._file = file
        self.metrics: dict[str, int] = {}
        self.texts: dict[str, int] = {}
        self.sources: dict[tuple[str, Source], int] = {}
        self._names: dict[int, str] = {}
        self._bodies: dict[int, str] = {}
        self._pairs: dict[int, tuple[str, Source]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Reads what other processes and connections added since; codes only grow, and a row never comes before its words."""
        for code, name in self._file.rows("select code, name from metric where code > ? order by code", (next(reversed(self._names), -1),)):
            self.metrics[name], self._names[code] = code, name
        for code, body in self._file.rows("select code, body from word where code > ? order by code", (next(reversed(self._bodies), -1),)):
            self.texts[body], self._bodies[code] = code, body
        sql = "select code, service, name, device, kind from source where code > ? order by code"
        for code, service, name, device, kind in self._file.rows(sql, (next(reversed(self._pairs), -1),)):
            pair = (service, Source(name, device, kind))
            self.sources[pair], self._pairs[code] = code, pair

    def metric(self, code: int) -> str:
        """The metric of a code that stands in a row."""
        if code not in self._names:
            self.refresh()
        return self._names[code]

    def text(self, code: int) -> str:
        """The text, unit or zone of a code that stands in a row."""
        if code not in self._bodies:
            self.refresh()
        return self._bodies[code]

    def source(self, code: int) -> tuple[str, Source]:
        """The (service, source) of a code that stands in a row."""
        if code not in self._pairs:
            self.refresh()
        return self._pairs[code]

    def code_of(self, metric: str) -> int | None:
        """The code of a metric, None when no row was ever stored under it."""
        if metric not in self.metrics:
            self.refresh()
        return self.metrics.get(metric)

    def learn(self, metrics: Iterable[str], texts: Iterable[str], sources: Iterable[tuple[str, Source]]) -> None:
        """Gives every new word a code."""
        new_metrics = [m for m in dict.fromkeys(metrics) if m not in self.metrics]
        new_texts = [t for t in dict.fromkeys(texts) if t not in self.texts]
        new_sources = [s for s in dict.fromkeys(sources) if s not in self.sources]
        if not (new_metrics or new_texts or new_sources):
            return
        with self._file.transaction() as cursor:
            cursor.executemany("insert or ignore into metric(name) values (?)", [(m,) for m in new_metrics])
            cursor.executemany("insert or ignore into word(body) values (?)", [(t,) for t in new_texts])
            cursor.executemany(
                "insert or ignore into source(service, name, device, kind) values (?,?,?,?)",
                [(service, s.name, s.device, s.kind) for service, s in new_sources],
            )
        self.refresh()

    def metric_names(self) -> dict[int, str]:
        """Metric names by code."""
        return dict(self._names)

    def source_list(self) -> dict[int, tuple[str, Source]]:
        """(service, source) by code."""
        return dict(self._pairs)


def translate(codes: Ints, words: Sequence[Any], known: dict[Any, int], only_used: bool = True) -> Ints:
    """The batch's codes as the vault's codes; absent stays absent."""
    table = np.full(len(words) + 1, ABSENT, np.int32)  # the last place answers for -1
    used = np.unique(codes) if only_used else range(len(words))
    for code in used:
        if code != ABSENT:
            table[code] = known[words[code]]
    return table[codes]
