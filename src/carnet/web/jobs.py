"""Imports under way: one at a time, in a thread of this process, over a second opening of the vault so that asking goes on."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from carnet.sources.contents import described
from carnet.sources.errors import NotRecognised, UnreadableInput
from carnet.vault.errors import Busy, Locked, NotWritable, NoVault, VaultError
from carnet.vault.sealed import Sealed, sweep
from carnet.web.desk import OWN, Desk
from carnet.web.faults import report

KEPT_S = 24 * 3600
_SHEETS, _OFFICE = (".xlsx", ".xlsm", ".ods", ".numbers"), (".docx", ".odt", ".pages", ".pptx")
_LOOKS = (("is empty", "empty"), ("is a PDF", "pdf"), ("is a picture", "picture"), ("is an office", "sheet"), ("is a zip", "zip"))


@dataclass(slots=True)
class Job:
    """One file. state: waiting | reading | done | failed. reports: what the import said; code: why it failed, one word.

    settled: the person's answers so far.
    """

    name: str
    sealed: Sealed
    ident: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    state: str = "waiting"
    done: int = 0
    total: int = 0
    rows: int = 0
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    code: str = ""
    settled: dict[str, str] = field(default_factory=dict)
    began: float = 0.0
    ended: float = 0.0

    @property
    def percent(self) -> int:
        """How much of the file is read."""
        return min(100, int(100 * self.done / self.total)) if self.total else 0

    @property
    def left_s(self) -> int | None:
        """Seconds it will still take, None while nobody can know."""
        spent = time.monotonic() - self.began
        return round(spent * (self.total - self.done) / self.done) if self.state == "reading" and self.done and spent > 1 else None

    @property
    def busy(self) -> bool:
        """Whether it is still to come to its end."""
        return self.state in ("waiting", "reading")

    @property
    def asks(self) -> Sequence[Mapping[str, Any]]:
        """What the person is to settle, each question once."""
        return list({ask["key"]: ask for found in self.reports for ask in found["asks"]}.values())


class Imports:
    """The imports of this process, newest last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._jobs: dict[str, Job] = {}
        self._turn, self._book = threading.Lock(), threading.Lock()
        sweep(desk.root(OWN) / "uploads")

    def start(self, name: str, sealed: Sealed) -> Job:
        """Reads a file that arrived, after those before it."""
        job = Job(name, sealed)
        with self._book:
            self._sweep()
            self._jobs[job.ident] = job
        self._begin(job)
        return job

    def settle(self, ident: str, answers: Mapping[str, str]) -> Job | None:
        """Reads a file once more with the person's answers; only what was asked and offered counts."""
        job = self._jobs.get(ident)
        if job is None:
            return None
        with self._book:
            fitting = {a["key"]: answers[a["key"]] for a in job.asks if answers.get(a["key"]) in a["choices"]}
            if job.busy or not fitting:
                return job
            job.settled |= fitting
            job.state = "waiting"
        self._begin(job)
        return job

    def get(self, ident: str) -> Job | None:
        """The import of that id."""
        return self._jobs.get(ident)

    def all(self) -> Sequence[Job]:
        """Every import since the start, newest first."""
        return list(self._jobs.values())[::-1]

    def close(self) -> None:
        """Discards what is left of the files."""
        for job in self.all():
            job.sealed.discard()

    def _sweep(self) -> None:
        for ident, job in list(self._jobs.items()):
            if not job.busy and time.monotonic() - job.ended > KEPT_S:
                job.sealed.discard()
                del self._jobs[ident]

    def _begin(self, job: Job) -> None:
        threading.Thread(target=self._run, args=(job,), daemon=True, name="import").start()

    def _run(self, job: Job) -> None:
        with self._turn:
            job.began, job.done, job.total, job.rows, job.reports, job.code = time.monotonic(), 0, 0, 0, [], ""
            job.state = "reading"
            try:
                code = self._read(job)
            except Exception as error:  # also when a waiting file cannot be opened any more: a card always comes to its end
                report(error)
                code = "fault"
            job.ended = time.monotonic()
            if code or not job.asks:
                job.sealed.discard()
            job.code, job.state = code, "failed" if code else "done"

    def _read(self, job: Job) -> str:
        """Why it failed, in one word; empty when it did not."""

        def told(done: int, total: int, rows: int) -> None:
            job.done, job.total, job.rows = done, total, rows

        try:
            with self._desk.twin(OWN) as space:
                for found in space.import_opened(job.name, job.sealed.open, job.sealed.size, job.settled, told):
                    job.reports.append(found)
        except (UnreadableInput, VaultError) as error:
            return failure(error, job)
        except Exception as error:
            report(error)
            return "fault"
        return ""


def failure(error: Exception, job: Job) -> str:
    """Why a file could not be taken, in one word; the pages have a sentence for each."""
    if isinstance(error, NotRecognised):
        return _looks(job)
    if isinstance(error, UnreadableInput):
        return error.code
    kinds = ((Busy, "busy"), (NotWritable, "full"), (Locked, "locked"), (NoVault, "locked"))
    return next((word for kind, word in kinds if isinstance(error, kind)), "vault")


def _looks(job: Job) -> str:
    """What a file is that no connector knows."""
    name = job.name.lower()
    if name.endswith((*_SHEETS, *_OFFICE)):
        return "sheet"
    with job.sealed.open() as file:
        head = described(file.read(512))
    return next((word for start, word in _LOOKS if head.startswith(start)), "archive" if "archive;" in head else "not_recognised")
