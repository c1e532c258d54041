"""When two samples are the same fact: numpy columns in, positions of the new rows out. No hash is stored for it.

Same = (metric, source, start, end, text, native, value to 6 significant digits). A phone whose unit setting changed writes everything
again: a row and one of an earlier import that agree in all else but were written in different units are the same when one of the two
numbers is what a phone prints of the other, with the decimals it shows or two (80 kg comes back as 176.37 lb). Two rows of one export are
never the same that way, and one earlier row answers for one later row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carnet.record.model import Floats, Longs

KEY = ("metric", "source", "start", "end", "text", "native")
NOT_A_NUMBER = np.iinfo(np.int64).min
INFINITE = NOT_A_NUMBER + 2
LEAST = 1e-200  # below it powers of ten run out of range; such numbers are lifted first
DECIMALS = 12  # what is printed finer than that counts as this fine
ROUNDED_TO = 2  # decimals a phone rounds a converted number of 1 or more to; zeros at the end are not printed


def significant(value: Floats) -> Longs:
    """Each value as one integer that holds its first 6 significant digits and its magnitude; equal numbers, equal integers."""
    out = np.full(len(value), NOT_A_NUMBER, np.int64)
    infinite = np.isinf(value)
    out[infinite] = INFINITE + np.sign(value[infinite]).astype(np.int64)
    fine = np.isfinite(value)
    x = np.abs(value[fine])
    tiny = x < LEAST
    x = x / np.where(tiny, LEAST, 1.0)
    magnitude = np.floor(np.log10(np.where(x > 0, x, 1.0))).astype(np.int64)
    digits = _digits(x, magnitude)
    magnitude = magnitude + (digits >= 1_000_000) - ((digits < 100_000) & (digits > 0))
    digits = _digits(x, magnitude)
    exponent = np.where(tiny, magnitude - 200, magnitude)
    out[fine] = np.sign(value[fine]).astype(np.int64) * (digits * 2048 + np.where(x > 0, exponent + 1024, 0))
    return out


def _digits(x: Floats, magnitude: Longs) -> Longs:
    return np.rint(x / np.power(10.0, magnitude - 5)).astype(np.int64)


def half_last_digit(value: Floats) -> Floats:
    """Half of the last printed digit of each number, told from the number itself: 0.005 for 176.37, 0.5 for 80, 0 for no number."""
    out = np.where(np.isfinite(value), 0.5 * 10.0**-DECIMALS, 0.0)
    size = np.abs(value)
    whole = size >= 1e15  # no room for decimals in a double
    out[whole & np.isfinite(value)] = 0.5
    open_rows = np.isfinite(value) & ~whole
    for decimals in range(DECIMALS + 1):
        scaled = np.where(open_rows, size, 0.0) * 10.0**decimals
        exact = np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.maximum(1, scaled)
        exact &= (scaled >= 0.5) | (size == 0)  # 1e-10 is not a printed 0
        out[open_rows & exact] = 0.5 * 10.0**-decimals
        open_rows &= ~exact
    return out


def fresh(incoming: Mapping[str, NDArray[Any]], stored: Mapping[str, NDArray[Any]], batch: int = -1) -> NDArray[np.intp]:
    """Positions of incoming rows that are neither stored nor repeated earlier among the incoming, sorted by metric and start.

    batch: the running import; its own rows among the stored (by their column `batch`, where there is one) are of the same export.
    """
    offset = len(stored["start"])
    both = {name: np.concatenate((stored[name], incoming[name])) for name in (*KEY, "value", "raw", "raw_unit")}
    position = np.arange(len(both["start"]))
    sig = significant(both["value"])
    order = np.lexsort((position, sig, both["native"], both["text"], both["end"], both["source"], both["start"], both["metric"]))
    first = np.zeros(len(order), bool)
    first[:1] = True
    for column in (*(both[name] for name in KEY), sig):
        sorted_column = column[order]
        first[1:] |= sorted_column[1:] != sorted_column[:-1]
    kept = order[first]
    kept = kept[kept >= offset]
    if offset and len(kept) and len(np.unique(both["raw_unit"])) > 1:
        run = np.cumsum(first) - 1
        said_again = np.bincount(run, weights=order >= offset) > 0
        earlier = np.ones(offset, bool) if "batch" not in stored else stored["batch"] != batch
        earlier[order[(order < offset) & said_again[run]]] = False
        kept = kept[~_rewritten(both, np.flatnonzero(earlier), kept)]
    return kept - offset


def _rewritten(both: Mapping[str, NDArray[Any]], earlier: NDArray[np.intp], kept: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the kept rows say an earlier row again in another unit; each earlier row answers for one of them."""
    verdict = np.zeros(len(kept), bool)
    rows = np.concatenate((earlier, kept))
    later = np.arange(len(rows)) >= len(earlier)
    order = np.lexsort((np.arange(len(rows)), *(both[name][rows] for name in reversed(KEY))))
    edge = np.zeros(len(order), bool)
    for name in KEY:
        column = both[name][rows[order]]
        edge[1:] |= column[1:] != column[:-1]
    group = np.cumsum(edge)
    mixed = (np.bincount(group, weights=later[order]) > 0) & (np.bincount(group, weights=~later[order]) > 0)
    order = order[mixed[group]]
    if not len(order):
        return verdict
    found = _Written(both["value"][rows[order]], both["raw_unit"][rows[order]], _reach(both, rows[order]))
    cuts = np.flatnonzero(np.diff(group[mixed[group]])) + 1
    starts, sizes = np.append(0, cuts), np.diff(np.concatenate(([0], cuts, [len(order)])))
    pairs = starts[sizes == 2]
    again = pairs[found.same(pairs, pairs + 1)] + 1
    verdict[order[again] - len(earlier)] = True
    for start, size in zip(starts[sizes > 2].tolist(), sizes[sizes > 2].tolist(), strict=True):
        members = np.arange(start, start + size)
        for i in found.answered(members[~later[order[members]]], members[later[order[members]]]):
            verdict[order[i] - len(earlier)] = True
    return verdict


@dataclass(frozen=True, slots=True)
class _Written:
    """Numbers as they were written: value and reach in the canonical unit, the code of the unit."""

    value: Floats
    unit: NDArray[Any]
    reach: Floats

    def same(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each of `a` and its partner in `b` are one number in two units."""
        with np.errstate(invalid="ignore"):
            apart = np.abs(self.value[a] - self.value[b])
        near: NDArray[np.bool_] = (self.unit[a] != self.unit[b]) & (apart <= np.maximum(self.reach[a], self.reach[b]) * (1 + 1e-9))
        return near

    def answered(self, old: NDArray[np.intp], new: NDArray[np.intp]) -> Iterator[int]:
        """Those of `new` that one of `old` answers for, the nearest first; each of `old` does so once."""
        for i in new.tolist():
            near = old[self.same(old, np.full(len(old), i))]
            if len(near):
                old = old[old != near[np.argmin(np.abs(self.value[near] - self.value[i]))]]
                yield i


def _reach(both: Mapping[str, NDArray[Any]], rows: NDArray[np.intp]) -> Floats:
    """How far the exact number may lie from each row if a phone printed the row from it, in the canonical unit."""
    raw, value = both["raw"][rows], both["value"][rows]
    written = np.where(np.isnan(raw), value, raw)
    half = half_last_digit(written)
    half = np.where(np.abs(written) >= 1, np.minimum(half, 0.5 * 10.0**-ROUNDED_TO), half)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factor = np.where(np.isnan(raw) | (raw == 0) | (value == 0), 1.0, np.abs(value / raw))
    half = np.where(written == 0, 0.0, half)
    return np.where(np.isfinite(factor), half * factor, 0.0)
