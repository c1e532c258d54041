"""From the attributes of Records to the columns of a Batch. No object is made per row; what a type or device means is looked up once.

<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Apple Watch" sourceVersion="11.2" unit="count/min" value="72"
 device="&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch, model:Watch, hardware:Watch7,5, software:11.2&gt;"
 creationDate="2024-01-01 01:03:10 +0200" startDate="2024-01-01 01:02:27 +0200" endDate="2024-01-01 01:02:27 +0200">
  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>
  <HeartRateVariabilityMetadataList><InstantaneousBeatsPerMinute bpm="61" time="6:14:48.94 PM"/></HeartRateVariabilityMetadataList>
</Record>
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from carnet.record.clock import Believed
from carnet.record.model import ABSENT, Batch, Floats, Ints, Problem, Source
from carnet.sources.apple_health.dates import FINE, MISSING, instants
from carnet.sources.apple_health.elements import BEATS, Node
from carnet.sources.apple_health.names import SERVICE, Meaning, meaning, source, without_pointer, zone
from carnet.sources.cleaning import shown

PROBLEMS = ("", "no_type", "no_start", "bad_date", "no_end", "bad_interval", "unknown_unit", "no_value", "bad_number")
_CODE = {name: code for code, name in enumerate(PROBLEMS)}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ENTRY = "MetadataEntry"

Key = tuple[str | None, str | None, str, str | None]  # type, sourceName, device without pointer, unit


class _Codes(dict):  # type: ignore[type-arg]
    """A number for each new key, in order of appearance."""

    def __missing__(self, key: object) -> int:
        self[key] = code = len(self)
        return code


@dataclass(slots=True)
class Records:
    """Makes batches of one export's Records, chunk after chunk; `seen` Records came before."""

    bounds: Believed
    seen: int = 0
    _shapes: _Codes = field(default_factory=_Codes)

    def batch(self, rows: Sequence[Mapping[str, str]], children: Mapping[int, list[Node]]) -> Iterator[Batch | Problem]:
        """The rows as one Batch, those that cannot be taken as Problems; together they are all the rows."""
        chunk = _Chunk(rows, self._shapes, self.bounds)
        chunk.read(children)
        bad = np.flatnonzero(chunk.problem)
        for code in np.unique(chunk.problem[bad]).tolist():
            at = np.flatnonzero(chunk.problem == code)
            yield Problem(PROBLEMS[code], len(at), f"Record {self.seen + int(at[0]) + 1}")
        self.seen += len(rows)
        keep = np.flatnonzero(chunk.problem == 0)
        if len(keep):
            yield chunk.batch(keep if len(bad) else slice(None))


class _Chunk:
    """The columns of one chunk while they are made."""

    def __init__(self, rows: Sequence[Mapping[str, str]], shapes: _Codes, bounds: Believed) -> None:
        n = len(rows)
        keys: list[Key] = [
            (a.get("type"), a.get("sourceName") or a.get("source"), without_pointer(a.get("device")), a.get("unit")) for a in rows
        ]
        codes = np.fromiter(map(shapes.__getitem__, keys), np.int32, n)
        used, self.shape = np.unique(codes, return_inverse=True)
        every = list(shapes)
        self.keys: list[Key] = [every[code] for code in used.tolist()]
        self.meanings = [meaning(k[0] or "", k[3]) for k in self.keys]
        self.rows, self.words, self.bounds = rows, _Codes(), bounds
        self.problem = np.zeros(n, np.int8)
        self.value, self.raw_value = np.full(n, np.nan), np.full(n, np.nan)
        self.text, self.zone, self.extra = (np.full(n, ABSENT, np.int32) for _ in range(3))

    def read(self, children: Mapping[int, list[Node]]) -> None:
        """Fills every column."""
        self._moments()
        self._mark("no_type", self._per_shape([not k[0] for k in self.keys]))
        self._mark("unknown_unit", self._per_shape([m.conversion is None for m in self.meanings]))
        self._values()
        self._metadata(children)

    def batch(self, keep: slice | NDArray[np.intp]) -> Batch:
        """The columns at these rows."""
        sources, source_codes = _distinct([source(k[1] or "", k[2]) for k in self.keys])
        metric = self._per_shape([self.words[m.metric] for m in self.meanings]).astype(np.int32)
        raw_unit = self._per_shape([self.words[m.unit] if m.keep_raw else ABSENT for m in self.meanings]).astype(np.int32)
        raw_unit[np.isnan(self.raw_value)] = ABSENT
        absent: Ints = np.full(len(self.rows), ABSENT, np.int32)
        columns = (
            metric, self._per_shape(source_codes).astype(np.int32), self.start, self.end, self.value, self.text, self.raw_value,
            raw_unit, self.zone, absent, self.extra,
        )  # fmt: skip
        return Batch(SERVICE, tuple(self.words), tuple(sources), *(np.ascontiguousarray(c[keep]) for c in columns))

    def _per_shape(self, values: Sequence[object]) -> NDArray[np.generic]:
        return np.asarray(values)[self.shape]

    def _mark(self, code: str, where: NDArray[np.generic]) -> None:
        """Notes a problem on rows that have none yet."""
        self.problem[(self.problem == 0) & where.astype(bool)] = _CODE[code]

    def _moments(self) -> None:
        self.start, status = instants([a.get("startDate") for a in self.rows])
        self._mark("no_start", status == MISSING)
        self._mark("bad_date", status != FINE)
        self.end, status = instants([a.get("endDate") for a in self.rows])
        self._mark("no_end", status == MISSING)
        self._mark("bad_date", status != FINE)
        early, late = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        self._mark("bad_date", (early < self.bounds.first) | (late > self.bounds.last))
        self._mark("bad_interval", self.end < self.start)

    def _values(self) -> None:
        texts = [a.get("value") for a in self.rows]
        counted = self._per_shape([m.values is not None or m.duration for m in self.meanings]).astype(bool)
        wanted = np.flatnonzero((self.problem == 0) & ~counted)
        numbers = _numbers(texts if len(wanted) == len(texts) else [texts[i] for i in wanted.tolist()])
        factor = self._per_shape([m.conversion.factor if m.conversion else np.nan for m in self.meanings])[wanted].astype(float)
        offset = self._per_shape([m.conversion.offset if m.conversion else 0.0 for m in self.meanings])[wanted].astype(float)
        self.value[wanted] = numbers * factor + offset
        raw = self._per_shape([m.keep_raw for m in self.meanings])[wanted].astype(bool)
        self.raw_value[wanted[raw]] = numbers[raw]
        for i in wanted[np.isnan(numbers)].tolist():
            self._not_a_number(i, texts[i])
        for i in np.flatnonzero((self.problem == 0) & counted).tolist():
            self._word(i, self.meanings[self.shape[i]], texts[i])

    def _not_a_number(self, i: int, text: str | None) -> None:
        """A quantity without a number: text where there is no unit, else a problem."""
        if not text:
            self.problem[i] = _CODE["no_value"]
        elif self.keys[self.shape[i]][3]:
            self.problem[i] = _CODE["bad_number"]
        else:
            self.text[i] = self.words[shown(text)]

    def _word(self, i: int, means: Meaning, text: str | None) -> None:
        """One row of a category: our word or a number, the file's own word where we do not know it."""
        if means.duration:
            self.value[i] = (self.end[i] - self.start[i]) / 60_000
            return
        found = (means.values or {}).get(text, text) if text else means.missing
        if isinstance(found, str):
            self.text[i] = self.words[shown(found)] if found else ABSENT
        elif found is not None:
            self.value[i] = float(found)

    def _metadata(self, children: Mapping[int, list[Node]]) -> None:
        known: dict[tuple[tuple[str | None, str | None], ...], tuple[int, int]] = {}
        for i, nodes in children.items():
            plain = tuple([(a.get("key"), a.get("value")) for tag, a, kids in nodes if tag == _ENTRY and not kids])
            if len(plain) < len(nodes):
                self.zone[i], self.extra[i] = self._told(nodes)
                continue
            codes = known.get(plain)
            if codes is None:
                codes = known[plain] = self._told(nodes)
            self.zone[i], self.extra[i] = codes

    def _told(self, nodes: list[Node]) -> tuple[int, int]:
        """Codes of the zone and of one JSON word with everything else the children say."""
        told: dict[str, object] = {}
        beats: list[str] = []
        named = ABSENT
        for tag, attributes, _ in nodes:
            if tag == _ENTRY:
                key, value = attributes.get("key", ""), attributes.get("value", "")
                if key == "HKTimeZone" and named == ABSENT and zone(value):
                    named = self.words[value]
                else:
                    _add(told, key, value)
            elif tag == BEATS:
                beats.append(attributes["json"])
            else:
                _add(told, tag, dict(attributes))
        return named, self.words[_json(told, beats)] if told or beats else ABSENT


def _json(told: dict[str, object], beats: list[str]) -> str:
    """One JSON object; the beats are JSON already."""
    members = [f"{json.dumps(k, ensure_ascii=False)}:{json.dumps(v, ensure_ascii=False, separators=(',', ':'))}" for k, v in told.items()]
    if beats:
        members.append(f'"beats":[{",".join(text[1:-1] for text in beats if len(text) > 2)}]')
    return f"{{{','.join(members)}}}"


def _add(told: dict[str, object], key: str, value: object) -> None:
    """Adds what is said under a key; said again, it becomes a list."""
    before = told.get(key)
    told[key] = value if before is None else [*before, value] if isinstance(before, list) else [before, value]


def _distinct(values: Sequence[Source]) -> tuple[list[Source], list[int]]:
    codes = _Codes()
    numbered = [codes[v] for v in values]
    return list(codes), numbered


def _numbers(texts: Sequence[str | None]) -> Floats:
    """Each text as a number, NaN for what is none."""
    try:
        numbers = np.fromiter(map(float, texts), np.float64, len(texts))  # type: ignore[arg-type]
        strict = bool(np.isfinite(numbers).all()) and "_" not in "".join(texts)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        strict = False
    return numbers if strict else np.array([number(t) for t in texts], np.float64)


def number(text: str | None) -> float:
    """The number a text is, NaN for none."""
    found = float(text) if text and _NUMBER.fullmatch(text.strip()) else np.nan
    return found if np.isfinite(found) else np.nan
