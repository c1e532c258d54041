"""A laboratory's own mark on a result that should not wait. It reads what was printed and judges no value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COLUMNS = ("flag", "abnormal flag", "interpretation", "critical")
CRITICAL = frozenset({"hh", "ll", "aa", "h!", "l!", "critical", "critical high", "critical low", "panic", "critique", "alerte", "urgent"})
_YES = frozenset({"yes", "true", "1", "oui", "x"})


def marked_critical(body: Mapping[str, Any]) -> bool:
    """Whether the report itself marks the result as critical: HL7's HH, LL and AA, or the word; under a column of that name, a yes."""
    other = body.get("other")
    printed = {str(k).strip().lower(): v for table in (other, body) if isinstance(table, Mapping) for k, v in table.items()}
    for column in COLUMNS:
        said = printed.get(column)
        words = {str(word).strip().lower() for word in (said if isinstance(said, list | tuple) else (said,)) if word is not None}
        if words & CRITICAL or (column == "critical" and words & _YES):
            return True
    return False
