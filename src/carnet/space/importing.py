"""From paths to a committed vault and one report per recognised input. It knows no vendor: connectors recognise by content."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from carnet.insights.single_facts import quantity
from carnet.record.catalog import catalog
from carnet.record.model import Ask, Batch, Kind, Observation, Problem, ReadContext, Source
from carnet.sources.cleaning import shown
from carnet.sources.connector import Found, recognise, recognise_opened
from carnet.vault.vault import Vault
from carnet.vault.writing import Import

Progress = Callable[[int, int, int], None]  # bytes done, bytes in all, rows so far


class Miscounted(AssertionError):
    """Our own mistake: rows got lost or doubled between reading and writing. The import is undone rather than misreported."""


@dataclass(slots=True)
class _Tally:
    """What a reader said beside its rows."""

    rows: int = 0
    problems: dict[str, list[Any]] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    sources: Counter[Source] = field(default_factory=Counter)
    implausible: Counter[str] = field(default_factory=Counter)

    def row(self, item: Batch | Observation) -> None:
        """Counts the rows of a batch, or one, and where they come from."""
        if isinstance(item, Observation):
            self.rows += 1
            self.sources.update([item.source] if item.source else [])
            if not item.body.get("comparator"):
                self._flag(item.metric, quantity(item.body, catalog().get(item.metric)))
            return
        self.rows += len(item)
        for code, n in enumerate(np.bincount(item.source[item.source >= 0], minlength=len(item.sources))):
            if n:
                self.sources[item.sources[code]] += int(n)

        for code in np.unique(item.metric):
            self._flag(item.words[code], item.value[item.metric == code])

    def _flag(self, metric: str, values: Any) -> None:
        """Counts numbers that can hardly be a measurement. They are kept: the record is the person's."""
        low, high = catalog().get(metric).range or (-np.inf, np.inf)
        found = int(np.count_nonzero((np.asarray(values) < low) | (np.asarray(values) > high)))
        if found:
            self.implausible[metric] += found

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


def import_opened(
    vault: Vault, name: str, raw: Callable[[], BinaryIO], size: int, answers: Mapping[str, str], progress: Progress | None
) -> Iterator[dict[str, Any]]:
    """The same for a file that is no path; raw opens its bytes, which can be searched in."""
    for found in recognise_opened(name, raw, size):
        yield _import(vault, Path(name), found, answers, False, progress)


def _import(vault: Vault, path: Path, found: Found, answers: Mapping[str, str], again: bool, progress: Progress | None) -> dict[str, Any]:
    began, digest = time.monotonic(), found.digest()
    before = None if again or answers else vault.seen(digest, found.reader)
    if before is not None and not before["asks"]:
        return _unchanged(before, found, path, time.monotonic() - began)
    tally, person, stopped = _Tally(), vault.person(), vault.stopped(found.service)

    def told(done: int, total: int) -> None:
        if progress:
            progress(done, total, tally.rows)

    context = ReadContext(person.home_zone, person.language, answers, told, datetime.now(UTC))
    with vault.importing(found.service, digest, found.reader) as task:
        task.whole = found.whole
        for item in found.read(context):
            if isinstance(item, Batch | Observation):
                tally.row(item)
                task.add(item)
            else:
                tally.hear(item)
        task.settle()
        report = {**_report(task, path, found, tally), "store_again": stopped}
        vault.finish(task, report)
    return {**report, "seconds": round(time.monotonic() - began, 2)}


def _report(task: Import, path: Path, found: Found, tally: _Tally) -> dict[str, Any]:
    """The shape of the command line's contract: read = added + unchanged + the sum of problems, always. Raises Miscounted."""
    written = task.written
    problems = [{"code": code, "count": n, "example": example} for code, (n, example) in sorted(tally.problems.items())]
    read = tally.rows + sum(p["count"] for p in problems)  # counted where rows come in, apart from where they are written
    if tally.rows != written.added + written.unchanged:
        raise Miscounted(f"{tally.rows} rows came in, {written.added} were added and {written.unchanged} were known; nothing was kept")
    return {
        "service": found.service,
        "file": shown(path.name),
        "batch": f"b_{task.batch}",
        "read": read,
        "added": written.added,
        "unchanged": written.unchanged,
        "problems": problems,
        "implausible": dict(sorted(tally.implausible.items())),
        "asks": [{"key": a.key, "question": a.question, "choices": list(a.choices)} for a in tally.asks.values()],
        "by_kind": dict(sorted(tally.kinds.items())),
        "sources": [{"name": s.name, "kind": s.kind, "rows": n} for s, n in tally.sources.most_common()],
        "by_metric": {
            metric: {"added": n, "first": _day(first), "last": _day(last)} for metric, (n, first, last) in sorted(written.by_metric.items())
        },
        "left_out": _left_out(found),
        "bytes": found.size,
    }


def _left_out(found: Found) -> list[dict[str, str]]:
    return [{"file": name, "reason": reason} for name, reason in found.left_out]


def _unchanged(before: Mapping[str, Any], found: Found, path: Path, seconds: float) -> dict[str, Any]:
    """The report of a file whose rows are all here already."""
    report = {k: v for k, v in before.items() if k not in ("zones", "at")}
    known = report["added"] + report["unchanged"]
    return {
        **report, "file": shown(path.name), "added": 0, "unchanged": known, "by_metric": {}, "already": before["at"],
        "left_out": _left_out(found), "seconds": round(seconds, 2),
    }  # fmt: skip


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
