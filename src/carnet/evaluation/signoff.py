"""What waits for a clinician's signature, as the table of docs/safety.md. Reads the packaged list; signs nothing."""

from __future__ import annotations

import tomllib
from importlib.resources import files


def table() -> str:
    """The rows of signoff.toml as a Markdown table, in the order of the file."""
    rows = tomllib.loads(files("carnet.safety").joinpath("signoff.toml").read_text("utf-8"))["item"]
    lines = ["| What | Who has to sign | State |", "| --- | --- | --- |"]
    for row in rows:
        state = f"{row['clinician']}, {row['date']}" if row["status"] == "signed" else row["status"]
        lines.append(f"| `{row['file']}` | {row['needs']} | {state} |")
    return "\n".join(lines)
