"""One person's vault, open: the only door to its file. It hands out Views and Imports, keeps the consents, the profile and the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from carnet.consent import ConsentEvent, Permit, permit
from carnet.record.view import Person
from carnet.vault import audit, consents, conversations, profile, rollups
from carnet.vault.engine import Engine
from carnet.vault.file import File
from carnet.vault.view import View
from carnet.vault.words import Words
from carnet.vault.writing import Import, sweep
from carnet.vault.written import Written


class Vault:
    """A context manager around an open file; closing it drops the engine and the key."""

    def __init__(self, file: File, machine_zone: str = "UTC", machine_language: str = "en") -> None:
        self._file, self._machine = file, (machine_zone, machine_language)
        self._engine: Engine | None = None
        sweep(file)
        self._words = Words(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes engine and file."""
        if self._engine:
            self._engine.close()
            self._engine = None
        self._file.close()

    # --- reading -----------------------------------------------------------------------------------------------------

    def permit(self, purpose: str, now: datetime) -> Permit:
        """What may be read for this purpose at this moment."""
        return permit(consents.events(self._file), purpose, now)

    def view(self, permitted: Permit, asof: str | None = None) -> View:
        """The permitted window; `asof` is the batch up to which imports count."""
        upto = int(asof.removeprefix("b_")) if asof else None
        return self._look(permitted, self.person(), self._newest({}), upto)

    def _look(self, permitted: Permit, person: Person, newest: Mapping[int, int], asof: int | None = None, pending: int = -1) -> View:
        if self._engine is None:
            self._engine = Engine(512)
        ranks = profile.said(self._file).get("source_ranks", [])
        return View(self._file, self._words, self._engine, permitted, person, ranks, newest, asof, pending)

    def _newest(self, more: Mapping[int, int]) -> dict[int, int]:
        """The last moment of each source, with those of an import that is not done yet."""
        found = {code: last for code, last in self._file.rows("select source, max(last) from holding group by source")}
        return found | {code: max(last, found.get(code, last)) for code, last in more.items()}

    def latest_batch(self) -> str:
        """The name of the last import that is done, for citations; b_0 when there is none."""
        (last,) = self._file.row("select coalesce(max(seq), 0) from batch where state = 'done'")
        return f"b_{last}"

    # --- writing -----------------------------------------------------------------------------------------------------

    def seen(self, file_sha256: str, reader: str) -> Mapping[str, Any] | None:
        """The report of the import that already brought this very file with this reader, when all of its rows are still here."""
        row = self._file.row(
            "select seq, at, body from batch where file_sha256 = ? and reader = ? and state = 'done' and whole = 1 order by seq limit 1",
            (file_sha256, reader),
        )
        return {"batch": f"b_{row[0]}", "at": row[1], **json.loads(row[2])} if row else None

    def importing(self, service: str, file_sha256: str, reader: str) -> Import:
        """A context that takes a reader's items; see Import."""
        return Import(self._file, self._words, service, file_sha256, reader)

    def finish(self, task: Import, report: Mapping[str, Any]) -> None:
        """Makes an import visible in one short transaction, with its `store` consent and the rollups it touched, computed before."""
        task.flush()
        computed = self._rollups(task)

        def more(cursor: Any) -> None:
            consents.store_by_hand(cursor, task.service)
            rollups.store(cursor, *computed)

        task.finish(report, more)

    def _rollups(self, task: Import | None) -> tuple[rollups.Basis, list[rollups.Computed]]:
        """New daily figures: of the touched days, or of all days when home zone or the order of the sources changed."""
        done = task.written if task else Written()
        person = profile.person(self._file, *self._machine, done.zones)
        newest = self._newest(done.newest)
        spans = {metric: (first, last) for metric, (_, first, last) in done.by_metric.items()}
        basis = rollups.basis(self._file, person.home_zone, newest)
        if basis.changed:
            rollups.widen(spans, self._file, self._words)
        windows = rollups.touched(self._words, spans, person.home_zone)
        pending = task.batch if task else -1

        def look() -> View:
            return self._look(rollups.everything(), person, newest, None, pending)

        return basis, list(rollups.compute(look, self._words, windows))

    # --- consent, profile, audit -------------------------------------------------------------------------------------

    def consents(self) -> list[ConsentEvent]:
        """Every grant and revocation, oldest first."""
        return list(consents.events(self._file))

    def decide(self, action: Any, service: str, categories: tuple[str, ...], purpose: str, until: str | None = None) -> list[ConsentEvent]:
        """Records grants or revocations, one per category, in one transaction."""
        with self._file.transaction() as cursor:
            return [consents.append(cursor, action, service, category, purpose, until) for category in categories]

    def person(self) -> Person:
        """The profile an answer needs."""
        return profile.person(self._file, *self._machine)

    def profile(self) -> dict[str, Any]:
        """What the person said of themselves."""
        return profile.said(self._file)

    def set_profile(self, key: str, text: str) -> Any:
        """The value as stored. Raises profile.BadProfile. Daily figures follow a new home zone or new ranks."""
        value = profile.change(self._file, key, text)
        if key in ("home_zone", "source_ranks"):
            computed = self._rollups(None)
            with self._file.transaction() as cursor:
                rollups.store(cursor, *computed)
        return value

    def turns(self, conversation: str) -> list[str]:
        """What the person said in a kept conversation, oldest first."""
        return conversations.turns(self._file, conversation)

    def keep(self, conversation: str, question: str, reply: str) -> None:
        """Adds one exchange to a conversation."""
        conversations.keep(self._file, conversation, question, reply)

    def note(self, action: str, obj: str, body: Mapping[str, Any]) -> None:
        """Commits one audit event; an answer's text is released only after this returned."""
        with self._file.transaction() as cursor:
            audit.append(cursor, action, obj, body)

    def audit(self, since: str | None = None) -> Iterator[audit.AuditEvent]:
        """The audit chain, oldest first."""
        return audit.events(self._file, since)

    def verify(self) -> tuple[int, int | None]:
        """How many audit lines there are, and the first that does not fit."""
        return audit.verify(self._file)
