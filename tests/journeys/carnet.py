"""Runs the command line in this process, as a person would type it."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carnet.cli.main import main

NOW = "2026-03-15T09:30:00+01:00"


@dataclass(frozen=True)
class Done:
    """What a command left: exit code and both streams."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """stdout as JSON."""
        return json.loads(self.out)


def carnet(*arguments: str | Path) -> Done:
    """The command's exit code and output."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(a) for a in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def export(folder: Path, rows: Sequence[str], name: str = "export.xml") -> Path:
    """A small Apple Health export with these elements."""
    path = folder / name
    body = "\n ".join(rows)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_US">\n {body}\n</HealthData>\n', "utf-8")
    return path


def record(kind: str, start: str, end: str, value: object, unit: str = "count", source: str = "Apple Watch") -> str:
    """One Record element of a quantity type."""
    device = "&lt;&lt;HKDevice: 0x1&gt;, name:Apple Watch, model:Watch, hardware:Watch7,5&gt;"
    return (
        f'<Record type="HKQuantityTypeIdentifier{kind}" sourceName="{source}" device="{device}" unit="{unit}" '
        f'creationDate="{end}" startDate="{start}" endDate="{end}" value="{value}"/>'
    )
