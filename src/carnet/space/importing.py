"""From paths to a committed vault and one report per recognised input. It knows no vendor: connectors recognise by content."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carnet.record.model import Ask, Batch, Kind, Observation, Problem, ReadContext
from carnet.sources.connector import Found, recognise
from carnet.vault.vault import Vault
from carnet.vault.writing import Import

Progress = Callable[[int, int, int], None]  # bytes done, bytes in all, rows so far


@dataclass(slots=True)
class _Tally:
    """What a reader said beside its rows."""

    rows: int = 0
    problems: dict[str, list[Any]] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def hear(self, item: Problem | Ask | Kind) -> None:
        """Counts one remark."""
        if isinstance(item, Ask):
            self.asks[item.key] = item
        elif isinstance(item, Kind):
            self.kinds[item.name] += item.count
        else:
            seen = self.problems.setdefault(item.code, [0, item.example])
            seen[0] += item.count


def import_paths(
    vault: Vault, paths: Sequence[Path], service: str | None, answers: Mapping[str, str], again: bool, progress: Progress | None
) -> Iterator[dict[str, Any]]:
    """One report per recognised input, as each is committed. Raises UnreadableInput before anything of that path is written."""
    for path in paths:
        for found in recognise(path, service):
            yield _import(vault, path, found, answers, again, progress)


def _import(vault: Vault, path: Path, found: Found, answers: Mapping[str, str], again: bool, progress: Progress | None) -> dict[str, Any]:
    began, digest = time.monotonic(), _digest(found)
    before = None if again or answers else vault.seen(digest, found.reader)
    if before is not None and not before["asks"]:
        return _unchanged(before, path, time.monotonic() - began)
    tally, person = _Tally(), vault.person()

    def told(done: int, total: int) -> None:
        if progress:
            progress(done, total, tally.rows)

    context = ReadContext(person.home_zone, person.language, answers, told)
    with vault.importing(found.service, digest, found.reader) as task:
        for item in found.read(context):
            if isinstance(item, Batch | Observation):
                tally.rows += len(item) if isinstance(item, Batch) else 1
                task.add(item)
            else:
                tally.hear(item)
        task.flush()
        report = _report(task, path, found, tally)
        vault.finish(task, report)
    return {**report, "seconds": round(time.monotonic() - began, 2)}


def _digest(found: Found) -> str:
    sha = hashlib.sha256()
    with found.open_raw() as stream:
        while chunk := stream.read(1 << 20):
            sha.update(chunk)
    sha.update(found.member.encode())
    return sha.hexdigest()


def _report(task: Import, path: Path, found: Found, tally: _Tally) -> dict[str, Any]:
    """The shape of the command line's contract: read = added + unchanged + the sum of problems, always."""
    written = task.written
    problems = [{"code": code, "count": n, "example": example} for code, (n, example) in sorted(tally.problems.items())]
    return {
        "service": found.service,
        "file": path.name,
        "batch": f"b_{task.batch}",
        "read": written.added + written.unchanged + sum(p["count"] for p in problems),
        "added": written.added,
        "unchanged": written.unchanged,
        "problems": problems,
        "asks": [{"key": a.key, "question": a.question, "choices": list(a.choices)} for a in tally.asks.values()],
        "by_kind": dict(sorted(tally.kinds.items())),
        "by_metric": {
            metric: {"added": n, "first": _day(first), "last": _day(last)} for metric, (n, first, last) in sorted(written.by_metric.items())
        },
        "left_out": [{"file": name, "reason": reason} for name, reason in found.left_out],
        "bytes": found.size,
    }


def _unchanged(before: Mapping[str, Any], path: Path, seconds: float) -> dict[str, Any]:
    """The report of a file whose rows are all here already."""
    report = {k: v for k, v in before.items() if k not in ("zones", "at")}
    known = report["added"] + report["unchanged"]
    return {
        **report, "file": path.name, "added": 0, "unchanged": known, "by_metric": {}, "already": before["at"], "seconds": round(seconds, 2),
    }  # fmt: skip


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
