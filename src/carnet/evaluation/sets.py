"""Labelled sets, read row by row from JSON lines in any of the known formats. Refuses a row it does not understand, by its line number.

lay          {"id", "text" | "turns", "level", "lang"?, "crisis"?, "medication"?, "poison"?, "group"?, "profile"?}
message      {"id", "text", "gold", "category"?, "label_conflict"?, "label_contested"?}
vitals       {"id", "input": {chief_complaint, history, demographics, vitals}, "labels": {gold_risk_tier}, "set"?}
guide        {"id", "text_ja", "gold", "category"?} with its translation beside it, NAME.en_fr.jsonl: {"id", "text_en", "text_fr"}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carnet.evaluation.errors import BadSet
from carnet.evaluation.labels import KNOWN, PRIVACY, Kind, expected
from carnet.safety import Level, Profile

Row = Mapping[str, Any]
LANGUAGES = ("en", "fr")
FLAGS = ("crisis", "medication", "poison")
GUIDE = "text_ja"
MAX_LINE = 1_000_000  # a set is messages of people; a longer line is not one
_SIGNS = {
    "heart_rate": "heart rate {} per minute", "respiratory_rate": "breathing rate {} per minute",
    "spo2": "oxygen saturation {} %", "temperature_c": "temperature {} °C",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled message. lang: as the set states it, None when it leaves that open. flags: those the set labels.
    left_out: why no rate counts the row, or ""."""

    id: str
    turns: tuple[str, ...]
    kind: Kind
    level: Level | None
    lang: str | None = None
    group: str = ""
    profile: Profile = field(default_factory=Profile)
    flags: Mapping[str, bool] = field(default_factory=dict)
    left_out: str = ""


@dataclass(slots=True)
class Source:
    """One file on its way through: how many bytes and rows so far, and the running hash."""

    path: Path
    size: int = 0
    done: int = 0
    number: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def rows(self) -> Generator[Row]:
        """The objects of the file in order. Raises BadSet at a line that is none."""
        try:
            with open(self.path, "rb") as lines:
                self.size = self.path.stat().st_size
                while line := lines.readline(MAX_LINE):
                    self.digest.update(line)
                    self.done, self.number = self.done + len(line), self.number + 1
                    if line.strip():
                        yield self._object(line)
        except OSError as error:
            raise BadSet(f"{self.path.name} cannot be read; give a JSON-lines file") from error

    def _object(self, line: bytes) -> Row:
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise self.bad("is not JSON; each line is one object") from error
        if not isinstance(row, dict):
            raise self.bad("is not an object; each line is one labelled message")
        return row

    def bad(self, what: str) -> BadSet:
        """The error for the current line."""
        return BadSet(f"line {self.number} of {self.path.name} {what}")


def items(source: Source, lang: str | None = None) -> Iterator[Item]:
    """The labelled messages of a set, one at a time.

    lang: only rows of that language, and only that wording of a guide; rows that state no language are kept.
    """
    with closing(source.rows()) as rows, closing(_translation(source.path)) as translated:
        for row in rows:
            ident = row.get("id")
            if not isinstance(ident, str | int) or isinstance(ident, bool):
                raise source.bad("has no id")
            if GUIDE in row:
                yield from _guide(source, row, next(translated, None), (lang,) if lang else LANGUAGES)
            elif not lang or _lang(row) in (None, lang):
                yield _item(source, row)


def _translation(path: Path) -> Generator[Row]:
    beside = path.with_name(f"{path.stem}.en_fr.jsonl")
    if beside.exists():
        yield from Source(beside).rows()


def _guide(source: Source, row: Row, wording: Row | None, langs: tuple[str, ...]) -> Iterator[Item]:
    """The row in each language. The translation follows the set row by row, so that neither is held in memory."""
    if wording is None or wording.get("id") != row["id"]:
        raise source.bad("needs its translation on the same line of NAME.en_fr.jsonl beside the set")
    for lang in langs:
        yield _item(source, {**row, "lang": lang, "text": wording.get(f"text_{lang}")})


def _item(source: Source, row: Row) -> Item:
    label = _label(row)
    known = expected(label) if isinstance(label, str) else None
    if known is None:
        raise source.bad(f"needs a level, or gold: one of {', '.join(KNOWN)}")
    turns = _turns(row)
    if not turns:
        raise source.bad("needs text, or turns: a list of messages")
    doubt = row.get("label_conflict") or row.get("label_contested")
    return Item(
        id=str(row["id"]),
        turns=turns,
        kind=known[0],
        level=known[1],
        lang=_lang(row),
        group=str(row.get("group") or row.get("category") or row.get("set") or ""),
        profile=_profile(source, row),
        flags={flag: row[flag] for flag in FLAGS if isinstance(row.get(flag), bool)},
        left_out="label in doubt" if doubt else "privacy request" if row.get("category") in PRIVACY else "",
    )


def _lang(row: Row) -> str | None:
    """The language a row states; vital signs are put into English words, so those rows are English."""
    stated = row.get("lang", "en" if isinstance(row.get("input"), dict) else None)
    return stated if isinstance(stated, str) else None


def _label(row: Row) -> object:
    labels = row.get("labels")
    return labels.get("gold_risk_tier") if isinstance(labels, dict) else row.get("level", row.get("gold"))


def _turns(row: Row) -> tuple[str, ...]:
    if isinstance(row.get("input"), dict):
        return _case(row["input"])
    said = row.get("turns") or ([row["text"]] if row.get("text") else [])
    return tuple(said) if isinstance(said, list) and all(isinstance(turn, str) for turn in said) else ()


def _case(case: Row) -> tuple[str, ...]:
    """The complaint, the history and the vital signs as one message, since a person types them so."""
    said = ". ".join(str(case[key]).strip().rstrip(".") for key in ("chief_complaint", "history") if case.get(key))
    vitals = case.get("vitals")
    signs = _signs(vitals) if isinstance(vitals, dict) else ""
    text = f"{said}. {signs}".strip(" .")
    return (text,) if text else ()


def _signs(vitals: Row) -> str:
    parts = []
    if vitals.get("systolic_bp") is not None:
        low = vitals.get("diastolic_bp")
        parts.append(f"blood pressure {vitals['systolic_bp']}{f'/{low}' if low is not None else ''} mmHg")
    parts += [words.format(vitals[key]) for key, words in _SIGNS.items() if vitals.get(key) is not None]
    return ", ".join(parts)


def _profile(source: Source, row: Row) -> Profile:
    case = row.get("input")
    given = case.get("demographics") if isinstance(case, dict) else row.get("profile")
    try:
        return Profile.from_mapping(given or {})
    except (TypeError, ValueError, AttributeError) as error:
        raise source.bad("has a profile that cannot be read") from error
