"""Batches for tests, from short tuples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from carnet.record.model import Batch, Source

WATCH = Source("Apple Watch", "Watch7,5", "watch")
PHONE = Source("iPhone", "iPhone14,5", "phone")
Row = tuple[str, Source, int, int, float]


def batch(rows: Sequence[Row], service: str = "apple_health", units: Sequence[tuple[float, str]] | None = None, text: str = "",
          zone: str = "", extra: str = "") -> Batch:  # fmt: skip
    """rows: (metric, source, start, end, value); units: (raw value, raw unit) per row."""
    words = list(dict.fromkeys([r[0] for r in rows] + [u for _, u in units or ()] + [w for w in (text, zone, extra) if w]))
    sources = list(dict.fromkeys(r[1] for r in rows))
    n = len(rows)

    def code(word: str) -> np.ndarray:
        return np.full(n, words.index(word) if word else -1, np.int32)

    return Batch(
        service, tuple(words), tuple(sources),
        metric=np.array([words.index(r[0]) for r in rows], np.int32),
        source=np.array([sources.index(r[1]) for r in rows], np.int32),
        start=np.array([r[2] for r in rows], np.int64), end=np.array([r[3] for r in rows], np.int64),
        value=np.array([r[4] for r in rows], np.float64), text=code(text),
        raw_value=np.array([u[0] for u in units], np.float64) if units else np.full(n, np.nan),
        raw_unit=np.array([words.index(u[1]) for u in units], np.int32) if units else np.full(n, -1, np.int32),
        zone=code(zone), native=np.full(n, -1, np.int32), extra=code(extra),
    )  # fmt: skip
