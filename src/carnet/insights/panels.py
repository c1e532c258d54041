"""Which part of the body a laboratory marker speaks of, as the catalogue of biomarkers files it. It adds no grouping of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

PANELS = (
    "lipids", "glucose", "blood", "iron_vitamins", "liver", "kidney", "thyroid", "inflammation", "heart", "clotting", "hormones",
    "immunity", "infection", "markers", "metals_drugs", "urine", "other",
)  # fmt: skip
OTHER = "other"


@cache
def _filed() -> Mapping[str, str]:
    table = tomllib.loads(files("carnet.record").joinpath("biomarkers.toml").read_text("utf-8"))
    return {key: str(row.get("panel", OTHER)) for key, row in table.items()}


def panel(metric: str) -> str:
    """The panel of a marker, one of PANELS; "other" for a result kept under the report's own name."""
    found = _filed().get(metric, OTHER)
    return found if found in PANELS else OTHER
