"""Rows of a CSV as dicts of our own column words: delimiter, encoding, byte order mark, quotes and line ends as programs write them.

metric,start,end,value,unit,source                         date;name;comparator;value;unit;ref_low;ref_high;lab
steps,2026-03-09T10:00:00+01:00,...,420,count,iPhone       2026-03-09;LDL;;4,35;mmol/L;;3,4;Laboratoire du Canal
"""

from __future__ import annotations

import codecs
import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from carnet.sources.cleaning import shown
from carnet.sources.tidy_csv.words import plain

DELIMITERS = ",;\t"
FIELD_LIMIT = 1_000_000
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}


@cache
def columns() -> Mapping[str, Mapping[str, Any]]:
    """The tables of mapping.toml."""
    return tomllib.loads(files("carnet.sources.tidy_csv").joinpath("mapping.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Header:
    """kind: samples | labs. names: our column word, or the file's own, per position."""

    kind: str
    delimiter: str
    names: tuple[str, ...]


def _windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 read as Windows Latin: what a spreadsheet writes in France."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("carnet_windows", _windows)


def lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Text lines of a file, ends kept."""
    decoder: codecs.IncrementalDecoder | None = None
    pending = ""
    for piece in pieces:
        if decoder is None:
            name = next((name for bom, name in _BOMS.items() if piece.startswith(bom)), "utf-8")
            decoder = codecs.getincrementaldecoder(name)("carnet_windows")
        pending += decoder.decode(piece)
        *whole, pending = pending.replace("\0", "").splitlines(keepends=True) or [""]
        if pending.endswith("\n"):
            whole.append(pending)
            pending = ""
        yield from whole
        if len(pending) > 2 * FIELD_LIMIT:  # no line of a table is that long: given up in parts, each a bad row
            yield pending
            pending = ""
    pending += decoder.decode(b"", True) if decoder else ""
    yield from pending.splitlines(keepends=True)


def header(line: str) -> Header | None:
    """What the first line says the file is, None when it is not one of ours."""
    for delimiter in DELIMITERS:
        try:
            words = [plain(w).replace(" ", "_") for w in next(csv.reader([line], delimiter=delimiter), [])]
        except csv.Error:
            continue
        for kind in ("labs", "samples"):
            names = tuple(_column(kind, shown(word)) for word in words)
            if set(columns()["required"][kind]) <= set(names):
                return Header(kind, delimiter, _once(names, words))
    return None


def _column(kind: str, word: str) -> str:
    return next((ours for ours, theirs in columns()[kind].items() if word in theirs), word)


def _once(names: tuple[str, ...], words: list[str]) -> tuple[str, ...]:
    """Each of our words for the first column that means it; later ones keep the file's word."""
    return tuple(name if name not in names[:i] else f"{word}_{i}" for i, (name, word) in enumerate(zip(names, words, strict=True)))


def rows(text: Iterator[str], found: Header) -> Iterator[dict[str, str] | None]:
    """Each row after the header, blank ones left out, None for one that is not CSV."""
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(text, delimiter=found.delimiter)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None
            continue
        if any(field.strip() for field in fields):
            named = {name: shown(field.strip(), FIELD_LIMIT) for name, field in zip(found.names, fields, strict=False)}
            spare = [field for field in fields[len(found.names) :] if field.strip()]
            yield {**named, "": ""} if spare else named
