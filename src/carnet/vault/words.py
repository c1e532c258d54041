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
        self.refresh()

    def refresh(self) -> None:
        """Reads what other processes may have added."""
        self.metrics.update((name, code) for code, name in self._file.rows("select code, name from metric"))
        self.texts.update((body, code) for code, body in self._file.rows("select code, body from word"))
        for code, service, name, device, kind in self._file.rows("select code, service, name, device, kind from source"):
            self.sources[(service, Source(name, device, kind))] = code

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
        return {code: name for name, code in self.metrics.items()}

    def source_list(self) -> dict[int, tuple[str, Source]]:
        """(service, source) by code."""
        return {code: pair for pair, code in self.sources.items()}


def translate(codes: Ints, words: Sequence[Any], known: dict[Any, int], only_used: bool = True) -> Ints:
    """The batch's codes as the vault's codes; absent stays absent."""
    table = np.full(len(words) + 1, ABSENT, np.int32)  # the last place answers for -1
    used = np.unique(codes) if only_used else range(len(words))
    for code in used:
        if code != ABSENT:
            table[code] = known[words[code]]
    return table[codes]
