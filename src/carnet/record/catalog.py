"""The catalogue of metrics: names, canonical UCUM unit, how a day is made of samples. Facts stand in the TOML files beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from carnet.record.errors import UnknownMetric

CATEGORIES = (
    "activity", "workouts", "heart", "respiratory", "sleep", "body", "vitals", "nutrition", "glucose", "labs",
    "medications", "conditions", "allergies", "immunizations", "procedures", "encounters", "documents", "environment",
    "vendor_scores", "notes", "reproductive", "mental", "substances", "genetic", "location",
)  # fmt: skip
SENSITIVE = frozenset({"notes", "reproductive", "mental", "substances", "genetic", "location"})
UNKNOWN_CATEGORY = "notes"  # a type we do not know is held under its own name, behind the strictest consent


@dataclass(frozen=True, slots=True)
class Metric:
    """One catalogue entry.

    kind: cumulative | discrete | daily_last | nightly | category | event | pair | lab.
    unit: canonical UCUM, in which every sample is stored. shown, shown_us: the units a person reads.
    range: plausible (low, high) of one sample in the canonical unit; a row outside is kept and counted in the import's report.
    names: per language, the display name first, then what people call it.
    conventional, factor_to_si: the other usual unit and its factor into `unit`; factors: further printed units, the same way;
    affine: units that need a slope and an offset.
    """

    key: str
    category: str
    kind: str
    unit: str
    shown: str
    shown_us: str
    precision: int
    range: tuple[float, float] | None
    loinc: str
    default_agg: str
    names: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...] = ()
    derived: bool = False
    estimate: bool = False
    conventional: str = ""
    factor_to_si: float | None = None
    factors: Mapping[str, float] = field(default_factory=dict)
    affine: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def plausible(self, value: float) -> bool:
        """Whether the number may be a measurement at all; a wide limit that says nothing about anybody's health."""
        return self.range is None or not (value < self.range[0] or value > self.range[1])

    def name(self, lang: str) -> str:
        """The display name in `lang`, in English where there is none."""
        names = self.names.get(lang) or self.names.get("en") or (self.key,)
        return names[0]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every metric by key, and per language the everyday words that could mean several of them."""

    metrics: Mapping[str, Metric]
    ambiguous: Mapping[str, Mapping[str, tuple[str, ...]]]

    def __getitem__(self, key: str) -> Metric:
        try:
            return self.metrics[key]
        except KeyError:
            raise UnknownMetric(f"no metric is called {key!r}; see carnet metrics") from None

    def __contains__(self, key: str) -> bool:
        return key in self.metrics

    def get(self, key: str) -> Metric:
        """The metric, or a stand-in for one kept under a vendor's own name: a laboratory result is one, anything else is of the
        strictest category."""
        category = "labs" if key.startswith("lab:") else UNKNOWN_CATEGORY
        return self.metrics.get(key) or Metric(key, category, "discrete", "", "", "", 2, None, "none", "latest", {"en": (key,)})


def _metric(key: str, row: Mapping[str, object]) -> Metric:
    def text(name: str, default: str = "") -> str:
        return str(row.get(name, default))

    bounds, names, factor = row.get("range"), row["names"], row.get("factor_to_si")
    assert isinstance(names, Mapping)
    return Metric(
        key=key,
        category=text("category"),
        kind=text("kind"),
        unit=text("unit"),
        shown=text("shown") or text("unit"),
        shown_us=text("shown_us") or text("shown") or text("unit"),
        precision=int(text("precision", "1")),
        range=(float(bounds[0]), float(bounds[1])) if isinstance(bounds, list) and bounds else None,
        loinc=text("loinc", "none"),
        default_agg=text("default_agg", "latest"),
        names={lang: tuple(words) for lang, words in names.items()},
        parts=tuple(row.get("parts", ())),  # type: ignore[arg-type]
        derived=bool(row.get("derived", False)),
        estimate=bool(row.get("estimate", False)),
        conventional=text("conventional"),
        factor_to_si=float(factor) if isinstance(factor, int | float) else None,
        factors={unit: float(by) for unit, by in row.get("factors", {}).items()},  # type: ignore[attr-defined]
        affine={unit: (float(by[0]), float(by[1])) for unit, by in row.get("affine", {}).items()},  # type: ignore[attr-defined]
    )


@cache
def catalog() -> Catalog:
    """The catalogue, read once from `catalog.toml` and `biomarkers.toml`."""
    metrics: dict[str, Metric] = {}
    ambiguous: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in ("catalog.toml", "biomarkers.toml"):
        table = tomllib.loads(files("carnet.record").joinpath(name).read_text("utf-8"))
        for lang, words in table.pop("ambiguous", {}).items():
            ambiguous.setdefault(lang, {}).update({word: tuple(keys) for word, keys in words.items()})
        metrics.update((key, _metric(key, row)) for key, row in table.items())
    return Catalog(metrics, ambiguous)
