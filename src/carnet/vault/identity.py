"""When two samples are the same fact: numpy columns in, positions of the new rows out. No hash is stored for it.

Same = (metric, source, start, end, text, value to 6 significant digits); where the rest agrees and the two were written in
different units, same = apart by no more than half the last printed digit of either (80 kg comes back as 176.37 lb).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carnet.record.model import Floats, Longs

KEY = ("metric", "source", "start", "end", "text", "native")
NOT_A_NUMBER = np.iinfo(np.int64).min


def significant(value: Floats) -> Longs:
    """Each value as one integer that holds its first 6 significant digits and its magnitude; equal numbers, equal integers."""
    out = np.full(len(value), NOT_A_NUMBER, np.int64)
    fine = np.isfinite(value)
    x = np.abs(value[fine])
    with np.errstate(divide="ignore"):
        magnitude = np.where(x > 0, np.floor(np.log10(np.where(x > 0, x, 1))), 0).astype(np.int64)
    digits = np.rint(x / np.power(10.0, magnitude - 5)).astype(np.int64)
    over, under = digits >= 1_000_000, (digits < 100_000) & (digits > 0)
    magnitude = magnitude + over - under
    digits = np.rint(x / np.power(10.0, magnitude - 5)).astype(np.int64)
    out[fine] = np.sign(value[fine]).astype(np.int64) * (digits * 2048 + np.where(x > 0, magnitude + 1024, 0))
    return out


def half_last_digit(value: Floats) -> Floats:
    """Half of the last printed digit of each number, told from the number itself; 12 decimals at most."""
    out = np.full(len(value), 0.5)
    scaled = np.abs(value)
    open_rows = np.isfinite(value)
    for decimals in range(13):
        exact = np.abs(scaled * 10.0**decimals - np.rint(scaled * 10.0**decimals)) <= 1e-9 * np.maximum(1, scaled * 10.0**decimals)
        done = open_rows & exact
        out[done] = 0.5 * 10.0**-decimals
        open_rows &= ~exact
    out[open_rows] = 0.5e-12
    return out


def fresh(incoming: Mapping[str, NDArray[Any]], stored: Mapping[str, NDArray[Any]]) -> NDArray[np.intp]:
    """Positions of incoming rows that are neither stored nor repeated earlier among the incoming, sorted by metric and start."""
    n = len(incoming["start"])
    both = {name: np.concatenate((stored[name], incoming[name])) for name in (*KEY, "value", "raw", "raw_unit")}
    offset = len(stored["start"])
    position = np.arange(len(both["start"]))
    sig = significant(both["value"])
    order = np.lexsort((position, sig, both["native"], both["text"], both["end"], both["source"], both["start"], both["metric"]))
    same = np.ones(len(order), bool)
    same[:1] = False
    for column in (*(both[name] for name in KEY), sig):
        sorted_column = column[order]
        same[1:] &= sorted_column[1:] == sorted_column[:-1]
    kept = order[~same]
    kept = kept[kept >= offset] - offset
    if offset and len(kept) and len(np.unique(both["raw_unit"])) > 1:
        kept = kept[~_rewritten(both, offset, kept)]
    return kept if n else np.empty(0, np.intp)


def _rewritten(both: Mapping[str, NDArray[Any]], offset: int, kept: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the kept incoming rows say a stored row again in another unit; each stored row answers for one of them."""
    verdict = np.zeros(len(kept), bool)
    rows = np.concatenate((np.arange(offset), kept + offset))
    order = rows[np.lexsort((rows, *(both[name][rows] for name in reversed(KEY))))]
    edge = np.zeros(len(order), bool)
    for name in KEY:
        column = both[name][order]
        edge[1:] |= column[1:] != column[:-1]
    group = np.cumsum(edge)
    has_stored = np.bincount(group, weights=order < offset) > 0
    has_new = np.bincount(group, weights=order >= offset) > 0
    mixed = np.isin(group, np.flatnonzero(has_stored & has_new))
    if not mixed.any():
        return verdict
    place = {int(k): i for i, k in enumerate(kept)}
    order, group = order[mixed], group[mixed]
    reach = _reach(both, order)
    cuts = np.flatnonzero(np.diff(group)) + 1
    for members in np.split(np.arange(len(order)), cuts):
        old = [i for i in members if order[i] < offset]
        for i in (m for m in members if order[m] >= offset):
            value, unit = both["value"][order[i]], both["raw_unit"][order[i]]
            for j in old:
                apart = abs(both["value"][order[j]] - value)
                if both["raw_unit"][order[j]] != unit and apart <= max(reach[i], reach[j]) * (1 + 1e-9):
                    verdict[place[int(order[i]) - offset]] = True
                    old.remove(j)
                    break
    return verdict


def _reach(both: Mapping[str, NDArray[Any]], rows: NDArray[np.intp]) -> Floats:
    """Half the last printed digit of each row, in the canonical unit."""
    raw, value = both["raw"][rows], both["value"][rows]
    written = np.where(np.isnan(raw), value, raw)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(np.isnan(raw) | (raw == 0) | (value == 0), 1.0, np.abs(value / raw))
    return half_last_digit(written) * factor
