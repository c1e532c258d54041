"""One person's vault, open: the only door to its file. It hands out Views and Imports, keeps the consents, the profile and the audit.

Any thread may use it, one at a time: nothing in it is bound to the thread that opened it and nothing in it locks. Work that goes on
beside reading, such as an import, uses a second opening of the same vault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from carnet.consent import ConsentEvent, Permit, permit
from carnet.record.catalog import CATEGORIES
from carnet.record.selection import batch_number
from carnet.record.view import Person
from carnet.vault import audit, consents, conversations, profile, rollups
from carnet.vault.conversations import Exchange, Thread
from carnet.vault.engine import Engine
from carnet.vault.errors import Busy
from carnet.vault.file import File
from carnet.vault.view import ALWAYS, View
from carnet.vault.words import Words
from carnet.vault.writing import Import, WriterLock, sweep
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

    def twin(self) -> Self:
        """A second opening of the same vault, with its own file handle and engine."""
        return type(self)(self._file.twin(), *self._machine)

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
        """The permitted window as of a batch, the latest one when none is named: imports that finish later do not change it.

        Home zone and ranks are those of that batch as well, as far as the vault knows them. Raises BadLink for no such name.
        """
        self._words.refresh()
        latest = self._latest()
        upto = latest if asof is None else min(batch_number(asof), latest)
        person = profile.person(self._file, *self._machine, upto=upto, readable=lambda s: any(permitted.allows(s, c) for c in CATEGORIES))
        return self._look(permitted, person, self._newest({}) if upto >= latest else self._newest_of(upto), upto)

    def _look(self, permitted: Permit, person: Person, newest: Mapping[int, int], upto: int = ALWAYS, pending: int = -1) -> View:
        return View(self._file, self._words, self._running(), permitted, person, newest, upto, pending)

    def _running(self) -> Engine:
        if self._engine is None:
            self._engine = Engine(512)
        return self._engine

    def _newest(self, more: Mapping[int, int]) -> dict[int, int]:
        """The last moment of each source, with those of an import that is not done yet."""
        found = {code: last for code, last in self._file.rows("select source, max(last) from holding group by source")}
        return found | {code: max(last, found.get(code, last)) for code, last in more.items()}

    def _newest_of(self, upto: int) -> dict[int, int]:
        """The last moment of each source as of a batch, from its rows: what an old citation was ranked by."""
        found: dict[int, int] = {}
        sql = "select s.data from segment s join batch b on b.seq = s.batch where b.state = 'done' and s.batch <= ?"
        for (data,) in self._file.rows(sql, (upto,)):
            with self._running().segments(iter((data,))) as names:
                last = self._running().columns("select source, max(start) as last from read_parquet(?) group by source", [names])
            for code, moment in zip(last["source"].tolist(), last["last"].tolist(), strict=True):
                found[code] = max(moment, found.get(code, moment))
        return found

    def _latest(self) -> int:
        (last,) = self._file.row("select coalesce(max(seq), 0) from batch where state = 'done'")
        return int(last)

    def latest_batch(self) -> str:
        """The name of the last import that is done, for citations; b_0 when there is none. A View has its own: `asof`."""
        return f"b_{self._latest()}"

    # --- writing -----------------------------------------------------------------------------------------------------

    def seen(self, file_sha256: str, reader: str) -> Mapping[str, Any] | None:
        """The report of the import that already brought this very file with this reader, when all of its rows are still here."""
        row = self._file.row(
            "select seq, at, body from batch where file_sha256 = ? and reader = ? and state = 'done' and whole = 1 order by seq limit 1",
            (file_sha256, reader),
        )
        return {"batch": f"b_{row[0]}", "at": row[1], **json.loads(row[2])} if row else None

    def stopped(self, service: str) -> bool:
        """Whether the person's last word on storing what this service brings was to stop it; importing by hand takes that back."""
        said = [e.action for e in consents.events(self._file) if e.purpose == "store" and e.service == service]
        return said[-1:] == ["revoke"]

    def importing(self, service: str, file_sha256: str, reader: str) -> Import:
        """A context that takes a reader's items; see Import."""
        return Import(self._file, self._words, service, file_sha256, reader)

    def finish(self, task: Import, report: Mapping[str, Any]) -> None:
        """Makes an import visible in one short transaction, with its `store` consent and the rollups it touched, computed before."""
        task.flush()
        computed = self._rollups(task)

        def more(cursor: Any) -> None:
            consents.store_by_hand(cursor, task.service)
            rollups.store(cursor, self._words, *computed)

        task.finish(report, more)

    def _rollups(self, task: Import | None) -> tuple[rollups.Basis, list[rollups.Computed]]:
        """New daily figures: of the touched days, and of all days where the home zone or the order of the sources changed."""
        done = task.written if task else Written()
        person = profile.person(self._file, *self._machine, done.zones)
        newest = self._newest(done.newest)
        spans = rollups.added(self._file, self._words, self._running(), task.batch) if task else {}
        basis = rollups.Basis(person.home_zone, person.source_ranks, newest)
        rollups.widen(spans, rollups.moved(self._file, self._words, basis), self._file, self._words)
        windows = rollups.touched(self._words, spans, person.home_zone)
        pending = task.batch if task else -1

        def look() -> View:
            return self._look(rollups.everything(), person, newest, ALWAYS, pending)

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
        """The value as stored. Raises profile.BadProfile; for home zone and ranks Busy while an import is writing.

        Daily figures follow a new home zone or new ranks.
        """
        if key not in profile.PINNED:
            return profile.change(self._file, key, text)
        lock = WriterLock(self._file)
        if not lock.acquire():
            raise Busy("an import is writing into this vault; wait until it is done")
        try:
            value = profile.change(self._file, key, text)
            computed = self._rollups(None)
            with self._file.transaction() as cursor:
                rollups.store(cursor, self._words, *computed)
        finally:
            lock.release()
        return value

    def turns(self, conversation: str) -> list[str]:
        """What the person said in a kept conversation, oldest first."""
        return conversations.turns(self._file, conversation)

    def keep(self, conversation: str, question: str, reply: Mapping[str, Any]) -> None:
        """Adds one exchange to a conversation."""
        conversations.keep(self._file, conversation, question, reply)

    def conversations(self) -> list[Thread]:
        """The kept conversations, the latest first."""
        return conversations.threads(self._file)

    def exchanges(self, conversation: str) -> list[Exchange]:
        """The questions of a kept conversation with their answers, oldest first."""
        return conversations.exchanges(self._file, conversation)

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
