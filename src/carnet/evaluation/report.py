"""A report as a table for people and as JSON for scripts. Prints figures with n and interval, ids of misses, and texts only where kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from carnet.assistant.words.sentences import fill, sentences
from carnet.evaluation.rates import Board, Figure
from carnet.evaluation.triage import MAX_MISSES, Miss, Report
from carnet.safety import Level

ROOM = "carnet.evaluation"
PARTS = ("emergency_recall", "under_triage", "over_triage", "self_care_kept", "harmless_raised", "green_raised", "crisis_recall")
WIDTH = 34


def say(lang: str, key: str, **slots: object) -> str:
    """The room's sentence of that key."""
    return fill(sentences(lang, ROOM), lang, key, None, slots)


def as_json(report: Report) -> dict[str, Any]:
    """The report as one JSON value."""
    return {
        "suite": "triage", "set": report.file, "sha256": report.sha256, "floor": report.floor, "rows": report.rows,
        "repeats": report.repeats, "unstable": report.unstable, "left_out": dict(report.left_out),
        "rates": _board(report.boards.whole),
        **{f"by_{kind}": {name: _board(board) for name, board in sorted(parts.items())} for kind, parts in report.boards.by.items()},
        "levels": {expected: dict(got) for expected, got in report.levels.items()},
        "missed": report.missed,
        "misses": [_miss(miss) for miss in report.misses],
    }  # fmt: skip


def _board(board: Board) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in board.figures().items()}


def _miss(miss: Miss) -> dict[str, Any]:
    return {key: value for key, value in asdict(miss).items() if key != "turns" or value}


def table(report: Report, lang: str) -> str:
    """The report as text in the reader's language."""
    lines = [say(lang, "head", file=report.file, rows=report.rows, repeats=report.repeats), f"sha256 {report.sha256}", ""]
    lines += [say(lang, "left_out", n=n, why=say(lang, f"left_out.{why.split()[0]}")) for why, n in report.left_out.items()]
    lines += [say(lang, "unstable", n=report.unstable)] if report.unstable else []
    lines += [_line(say(lang, f"rate.{name}"), figure) for name, figure in report.boards.whole.figures().items()]
    for kind, parts in report.boards.by.items():
        if len(parts) > 1:
            lines += ["", say(lang, f"by.{kind}"), *_parts(parts, lang)]
    lines += ["", say(lang, "levels"), *_levels(report)]
    if report.misses:
        lines += ["", say(lang, "misses", n=report.missed), *(_miss_line(miss) for miss in report.misses)]
        lines += [say(lang, "misses.more", n=MAX_MISSES)] if report.missed > len(report.misses) else []
    return "\n".join([*lines, "", say(lang, "caution")])


def _line(name: str, figure: Figure) -> str:
    share = f"{figure.rate:.3f}  [{figure.low:.3f}-{figure.high:.3f}]"
    return f"{name:{WIDTH}s} {share}  {figure.hits}/{figure.n}"


def _parts(parts: Mapping[str, Board], lang: str) -> list[str]:
    lines = []
    for name, board in sorted(parts.items()):
        figures = board.figures()
        shown = [(key, figures[key]) for key in PARTS if key in figures] or list(figures.items())[:1]
        lines += [f"  {name}"] if shown else []
        lines += [_line(f"    {say(lang, f'rate.{key}')}", figure) for key, figure in shown]
    return lines


def _levels(report: Report) -> list[str]:
    columns = [str(level) for level in Level]
    lines = ["  " + " " * 16 + "".join(f"{name:>15s}" for name in columns)]
    for expected, got in sorted(report.levels.items(), key=lambda row: [*columns, row[0]].index(row[0])):
        lines.append(f"  {expected:16s}" + "".join(f"{got[name]:15d}" for name in columns))
    return lines


def _miss_line(miss: Miss) -> str:
    flags = f" +{','.join(miss.flags)}" if miss.flags else ""
    head = f"  {miss.id} {miss.lang} {miss.expected} -> {miss.got}{flags}  ({', '.join(miss.against)})"
    return "\n".join([head, *(f"      | {turn}" for turn in miss.turns)])
