"""Many points as few: the least, the greatest and the median of each pixel column. Extremes stay exact; nothing is smoothed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from carnet.charts.model import FLAGS, Point
from carnet.charts.scale import HUGE, TINY

MOST = 1500  # points drawn one by one
_HANDLES = 120  # about how many of the columns can be pointed at

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of pixels as arrays: middle of their points, low, median, high; `joined`: no gap since the column before.

    kept: positions in the points of those to point at: the extremes, the flagged, and enough medians in between.
    """

    x: Floats
    low: Floats
    median: Floats
    high: Floats
    joined: NDArray[np.bool_]
    kept: Places


def columns(points: Sequence[Point], across: tuple[float, float], count: int) -> Columns:
    """The points, ascending by x, cut into at most `count` columns of the window."""
    x = np.array([p.x for p in points], np.float64)
    value = np.array([np.nan if p.value is None else p.value for p in points], np.float64)
    value = np.where(np.isfinite(value), np.clip(value, -HUGE, HUGE), np.nan)
    value[np.abs(value) < TINY] = 0.0
    have = np.flatnonzero(~np.isnan(value))
    cell = ((x[have] - across[0]) / (across[1] - across[0]) * count).astype(np.int64).clip(0, count - 1)
    order = np.lexsort((value[have], cell))
    ranked, cell = have[order], cell[order]
    first = np.flatnonzero(np.concatenate(([True], cell[1:] != cell[:-1])))
    last = np.concatenate((first[1:], [len(cell)])) - 1
    lower, upper = ranked[first + (last - first) // 2], ranked[first + (last - first + 1) // 2]
    holes = np.cumsum(np.isnan(value))
    begins, ends = np.minimum.reduceat(ranked, first), np.maximum.reduceat(ranked, first)
    joined = np.concatenate(([False], holes[begins[1:]] == holes[ends[:-1]]))
    middle = np.add.reduceat(x[ranked], first) / (last - first + 1)
    half = value[lower] / 2 + value[upper] / 2
    return Columns(middle, value[ranked[first]], half, value[ranked[last]], joined, _kept(points, value, ranked, first, last, lower))


def _kept(points: Sequence[Point], value: Floats, ranked: Places, first: Places, last: Places, lower: Places) -> Places:
    """Positions to point at: both extremes of all, the outermost flagged point of each column, every n-th median."""
    flagged = np.array([points[i].flag in FLAGS for i in ranked])
    outer = np.concatenate((first[flagged[first]], last[flagged[last]]))
    stride = max(1, len(first) // _HANDLES)
    extremes = [int(np.nanargmin(value)), int(np.nanargmax(value))]
    return np.unique(np.concatenate((ranked[outer], lower[::stride], extremes)))
