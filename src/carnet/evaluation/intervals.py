"""The interval of a rate: Wilson's, which holds for few rows and for rates near 0 and 1. Refuses nothing."""

from __future__ import annotations

import math

Z95 = 1.96


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The 95 % interval of hits among n, (0, 0) for an empty set."""
    if not n:
        return 0.0, 0.0
    share, weight = hits / n, 1 + z * z / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (centre - half) / weight), min(1.0, (centre + half) / weight)
