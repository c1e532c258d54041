"""HealthSpace: import, ask, grant, revoke, look back. Every reading goes through a registered door and leaves an audit event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from carnet.assistant import answer as answers
from carnet.assistant.answer import Answer
from carnet.assistant.computing import tools
from carnet.assistant.plan import Condition
from carnet.assistant.words import composer
from carnet.consent import ConsentEvent, NotGranted, check_purpose, expand_categories
from carnet.consent.errors import UnknownWord
from carnet.consent.grants import ANY
from carnet.insights.finding import Finding
from carnet.record.selection import Filters, Selection, Window, from_link
from carnet.record.view import Holding, Person
from carnet.safety import Profile, assess
from carnet.sources.connector import discover
from carnet.space import settings
from carnet.space.doors import door
from carnet.space.importing import Progress, import_paths
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from carnet.vault.view import View


class HealthSpace:
    """One person's space, open. Use as a context manager."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @classmethod
    def open(cls, home: Home, passphrase: str | None = None) -> Self:
        """The space of this home. Raises vault errors: NoVault, Locked, WrongPassphrase, Damaged, NotWritable."""
        return cls(Vault(home.open_vault(passphrase), settings.machine_zone(), settings.machine_language()))

    @classmethod
    def make(cls, home: Home, passphrase: str | None = None) -> Self:
        """A new space in this home."""
        return cls(Vault(home.make_vault(passphrase), settings.machine_zone(), settings.machine_language()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._vault.close()

    @property
    def person(self) -> Person:
        """The profile an answer needs."""
        return self._vault.person()

    # --- in ----------------------------------------------------------------------------------------------------------

    def import_paths(
        self, paths: Sequence[Path], service: str | None, settled: Mapping[str, str], again: bool, progress: Progress | None
    ) -> Iterator[dict[str, Any]]:
        """One report per recognised input, each committed before it is yielded."""
        return import_paths(self._vault, paths, service, settled, again, progress)

    # --- out: each through a door ------------------------------------------------------------------------------------

    def _view(self, name: str, asof: str | None = None) -> View:
        """What this door may see. Consent is judged by the clock, never by the moment a question is asked for."""
        return self._vault.view(self._vault.permit(door(name).purpose, datetime.now(UTC)), asof)

    def _note(self, name: str, view: View, obj: str = "") -> None:
        """Commits what was read, as one event, before it is shown."""
        read = [{"service": s, "category": c, "rows": n} for (s, c), n in sorted(view.used.items())]
        self._vault.note(name, obj, {"purpose": door(name).purpose, "read": read})

    def ask(
        self, turns: Sequence[str], now: datetime, lang: str | None = None, conversation: str | None = None, temporary: bool = True
    ) -> Answer:
        """The Answer to the last of the person's turns; a named conversation is continued, and kept unless temporary."""
        view = self._view("ask")
        before = self._vault.turns(conversation) if conversation else []
        reply = answers.answer([*before, *turns], view, now, lang, self._vault.latest_batch())
        self._note("ask", view, f"level:{reply.assessment.level}")
        if conversation and not temporary:
            self._vault.keep(conversation, turns[-1], reply.text)
        return reply

    def query(
        self, metric: str, agg: str, window: Window | None, by: str, filters: Filters, condition: Condition | None, now: datetime
    ) -> list[tuple[Finding, str]]:
        """Findings with their citation links, for scripts. Raises NotGranted, UnknownMetric, NotDefined."""
        view = self._view("query")
        found = tools.query(metric, agg, window, by, filters, condition, view, now)
        self._note("query", view, metric)
        asof = self._vault.latest_batch()
        return [(f, Selection(f.selection.metric, f.selection.window, f.selection.filters, asof).link()) for f in found]

    def show(self, link: str, now: datetime) -> tuple[Selection, Any]:
        """The rows behind a citation, as they stood then. Raises BadLink, NotGranted."""
        selection = from_link(link)
        view = self._view("show", selection.asof)
        rows = tools.rows(selection, view, now)
        self._note("show", view, selection.metric)
        return selection, rows

    def holdings(self) -> Sequence[Holding]:
        """What the record holds and may be used for answers. Raises NotGranted when nothing may."""
        view = self._view("metrics")
        if not view.sees_anything():
            raise NotGranted(door("metrics").purpose, "", view.services())
        held = view.holdings()
        self._note("metrics", view)
        return held

    # --- consent, profile, audit -------------------------------------------------------------------------------------

    def services(self) -> tuple[str, ...]:
        """The services that brought something."""
        return tuple(sorted({e.service for e in self._vault.consents() if e.purpose == "store" and e.service != ANY}))

    def consents(self) -> list[ConsentEvent]:
        """Every grant and revocation, oldest first."""
        return self._vault.consents()

    def decide(
        self, action: str, service: str | None, categories: Sequence[str], purpose: str, until: date | None = None
    ) -> list[ConsentEvent]:
        """Records a grant or revocation; service None = all there are and all that come. Raises UnknownWord."""
        check_purpose(purpose)
        known = {*discover(), "manual"}
        if service is not None and service not in known:
            raise UnknownWord(f"{service!r} is not a service; use one of {', '.join(sorted(known))}, or --all")
        end = _end_of(until, self.person.home_zone) if until else None
        return self._vault.decide(action, service or ANY, expand_categories(categories), purpose, end)

    def profile(self) -> dict[str, Any]:
        """What the person said of themselves."""
        return self._vault.profile()

    def set_profile(self, key: str, text: str) -> Any:
        """The value as stored. Raises BadProfile."""
        return self._vault.set_profile(key, text)

    def audit(self, since: str | None = None) -> Iterator[Any]:
        """Who looked at what and why, oldest first."""
        return self._vault.audit(since)

    def verify_audit(self) -> tuple[int, int | None]:
        """How many audit lines there are, and the first that does not fit."""
        return self._vault.verify()


def _end_of(day: date, zone: str) -> str:
    """The moment a grant "until that day" ends: the next local midnight, in UTC."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone)).astimezone(UTC).isoformat()


def closed_answer(turns: Sequence[str], lang: str, reason: str) -> Answer:
    """The Answer while the vault cannot be read (`locked` or `no_consent`): words of an emergency come first all the same."""
    assessed = assess(turns, Profile(), lang)
    text = composer.locked(lang) if reason == "locked" else composer.not_granted("", (), lang)
    return Answer(text, lang, assessed, asks=assessed.questions, refused=reason)
