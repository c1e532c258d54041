"""What a health fact is, on its way in (`Batch`, `Observation`) and on its way out (`Series`). It reads and stores nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

ABSENT = -1  # a dictionary code that stands for "not given"


@dataclass(frozen=True, slots=True)
class Source:
    """A device or app inside a service, without software version and without the vendor's pointer.

    kind: watch | phone | device | app | user. device: the hardware model ("Watch7,5"), empty when unknown.
    """

    name: str
    device: str = ""
    kind: str = "app"


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows that could not be taken, counted. `example` names a place in the file, never a value."""

    code: str
    count: int = 1
    example: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question only the person can settle before some rows can be taken."""

    key: str
    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """How many rows of one of the vendor's own kinds were read since the last Kind of that name."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Batch:
    """n samples of one service as columns of equal length; immutable, arrays are set read-only.

    metric, text, raw_unit, zone, native, extra: int32 codes into `words`; -1 = absent.
    source: int32 codes into `sources`.
    start, end: int64 milliseconds UTC; end == start for an instant.
    value: float64 in the metric's canonical unit; NaN when the sample has only a text.
    raw_value, raw_unit: the number and UCUM unit as written, only where the conversion changed something (else NaN, -1).
    zone: an IANA name when the record itself carried one.
    native: the vendor's own id of the row, only where the vendor gives one.
    extra: a JSON object with the row's metadata.
    """

    service: str
    words: tuple[str, ...]
    sources: tuple[Source, ...]
    metric: Ints
    source: Ints
    start: Longs
    end: Longs
    value: Floats
    text: Ints
    raw_value: Floats
    raw_unit: Ints
    zone: Ints
    native: Ints
    extra: Ints

    COLUMNS = ("metric", "source", "start", "end", "value", "text", "raw_value", "raw_unit", "zone", "native", "extra")

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in self.COLUMNS}
        if len(lengths) != 1:
            raise ValueError("the columns of a batch must have one length")
        for name in self.COLUMNS:
            getattr(self, name).setflags(write=False)

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True, slots=True)
class Observation:
    """One single fact that is not a sample: a laboratory result, a workout, a day's summary, a pair, the person's own data.

    kind: lab | workout | activity_summary | correlation | characteristics | ...
    metric: the catalogue name it is filed under; its category decides which consent covers it.
    start, end: milliseconds UTC, or None where the source gives only a date; then `date` (YYYY-MM-DD) holds it.
    key: what makes it the same fact in the next export (no units, no creation time); body: everything else, JSON-able.
    A quantity inside body is {"value": canonical number, "unit": UCUM, "raw": "text as written"}.
    """

    service: str
    kind: str
    metric: str
    key: tuple[str, ...]
    body: Mapping[str, Any]
    start: int | None = None
    end: int | None = None
    date: str | None = None
    source: Source | None = None
    zone: str | None = None

    @property
    def id(self) -> str:
        """The first 128 bits of SHA-256 over service, kind and key, as hex."""
        return natural_id(self.service, self.kind, *self.key)


def natural_id(*parts: object) -> str:
    """The first 128 bits of SHA-256 over the parts, as hex: the name of a fact, the same in every import."""
    return hashlib.sha256(json.dumps([str(p) for p in parts], ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Series:
    """n samples of one metric, ascending by start, in the metric's canonical unit; what a View hands to insights.

    start, end: int64 ms UTC. value: float64 (NaN where only text). text, zone: int32 codes into `words`, -1 = absent.
    source: int32 codes into `sources`; `ranks[code]` is that source's rank, 0 wins over 1.
    """

    metric: str
    unit: str
    start: Longs
    end: Longs
    value: Floats
    text: Ints
    source: Ints
    zone: Ints
    words: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    services: tuple[str, ...] = ()  # the service of each source, same length as `sources`
    ranks: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.start)

    def take(self, keep: NDArray[Any]) -> Series:
        """The same series with only the rows that `keep` (mask or positions) selects."""
        columns = (self.start, self.end, self.value, self.text, self.source, self.zone)
        start, end, value, text, source, zone = (c[keep] for c in columns)
        return Series(self.metric, self.unit, start, end, value, text, source, zone, self.words, self.sources, self.services, self.ranks)

    def source_names(self) -> tuple[str, ...]:
        """The display names of the sources that contributed rows, most rows first."""
        counts = np.bincount(self.source, minlength=len(self.sources)) if len(self) else np.zeros(len(self.sources), int)
        order = sorted(range(len(self.sources)), key=lambda i: (-int(counts[i]), self.sources[i].name))
        names = [self.sources[i].name.replace("\u00a0", " ") for i in order if counts[i]]
        return tuple(dict.fromkeys(names))


def empty_series(metric: str, unit: str) -> Series:
    """A Series of no rows."""
    i32, i64 = np.empty(0, np.int32), np.empty(0, np.int64)
    return Series(metric, unit, i64, i64, np.empty(0), i32, i32, i32)


@dataclass(slots=True)
class ReadContext:
    """What a reader may know beside the file: the person's home zone and language, settled asks, and how to say how far it is."""

    home_zone: str | None = None
    language: str = "en"
    answers: Mapping[str, str] = field(default_factory=dict)
    progress: Any = None  # callable(done_bytes, total_bytes) or None
    now: datetime | None = None  # what the clock says; None: ask it


Item = Batch | Observation | Problem | Ask | Kind


def default_ranks(sources: Sequence[Source], newest: Mapping[Source, int], chosen: Sequence[str] = ()) -> tuple[int, ...]:
    """The rank of each source, 0 first: those the person chose (by name or device), then watch > phone > device > app > user.

    Inside one kind the source with the later last sample (`newest`, ms UTC) comes first: a newer watch wins over an older one.
    """
    kinds = {"watch": 0, "phone": 1, "device": 2, "app": 3, "user": 4}

    def place(source: Source) -> tuple[int, int, int, str, str]:
        wanted = [i for i, c in enumerate(chosen) if c in (source.name.replace("\u00a0", " "), source.device)]
        return (wanted[0] if wanted else len(chosen), kinds.get(source.kind, 3), -newest.get(source, 0), source.name, source.device)

    order = sorted(range(len(sources)), key=lambda i: place(sources[i]))
    ranks = [0] * len(sources)
    for rank, i in enumerate(order):
        ranks[i] = rank
    return tuple(ranks)
