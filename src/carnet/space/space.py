"""HealthSpace: import, ask, grant, revoke, look back. Every reading goes through a registered door and leaves an audit event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from zoneinfo import ZoneInfo

from carnet.assistant import answer as answers
from carnet.assistant.answer import Answer
from carnet.assistant.computing import tools
from carnet.assistant.computing.gather import Gather
from carnet.assistant.plan import Condition, Plan
from carnet.assistant.words import composer
from carnet.consent import ConsentEvent, NotGranted, check_purpose, expand_categories
from carnet.consent.errors import UnknownWord
from carnet.consent.grants import ANY
from carnet.insights.finding import Finding
from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.errors import UnknownMetric
from carnet.record.selection import Filters, Selection, Window, from_link
from carnet.record.view import Holding, Person
from carnet.safety import Profile, assess
from carnet.sources.connector import discover
from carnet.space import backing, figures, ledger, overview, settings
from carnet.space.backing import Backing
from carnet.space.doors import door
from carnet.space.figures import Course, Inside, Measure
from carnet.space.importing import Progress, import_opened, import_paths
from carnet.space.labs import Marker, markers
from carnet.space.overview import Held, Today
from carnet.space.timeline import Timeline, timeline
from carnet.vault.conversations import Exchange, Thread
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

    def twin(self) -> Self:
        """A second opening of the same vault, for work that takes long beside questions; the caller closes it."""
        return type(self)(self._vault.twin())

    def close(self) -> None:
        """Closes the vault; its key goes with it."""
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

    def import_opened(
        self, name: str, raw: Callable[[], BinaryIO], size: int, settled: Mapping[str, str], progress: Progress | None
    ) -> Iterator[dict[str, Any]]:
        """The same for a file that is no path: raw opens its bytes, which can be searched in."""
        return import_opened(self._vault, name, raw, size, settled, progress)

    # --- out: each through a door ------------------------------------------------------------------------------------

    def _view(self, name: str, asof: str | None = None, only: str | None = None) -> View:
        """What this door may see, of one service where `only` names it. Consent is judged by the clock, never by a question's moment."""
        permitted = self._vault.permit(door(name).purpose, datetime.now(UTC))
        return self._vault.view(ledger.narrowed(permitted, only) if only else permitted, asof)

    def _note(self, name: str, view: View, obj: str = "") -> None:
        """Commits what was read, as one event, before it is shown."""
        read = [{"service": s, "category": c, "rows": n} for (s, c), n in sorted(view.used.items())]
        self._vault.note(name, obj, {"purpose": door(name).purpose, "read": read})

    def ask(
        self, turns: Sequence[str], now: datetime, lang: str | None = None, conversation: str | None = None, temporary: bool = True,
        told: answers.Told | None = None, chosen: Plan | None = None,
    ) -> Answer:  # fmt: skip
        """The Answer to the last of the person's turns; a named conversation is continued, and kept unless temporary.

        told: hears what was understood before anything is computed. chosen: the Plan of a choice that an earlier answer offered.
        """
        view = self._view("ask")
        before = self._vault.turns(conversation) if conversation else []
        reply = answers.answer([*before, *turns], view, now, lang, view.asof, told=told, chosen=chosen)
        self._note("ask", view, f"level:{reply.assessment.level}")
        if conversation and not temporary:
            self.keep(conversation, turns[-1], reply)
        return reply

    def keep(self, conversation: str, question: str, reply: Answer) -> None:
        """Adds a question with its answer to a conversation."""
        self._vault.keep(conversation, question, answers.as_json(reply))

    def conversations(self) -> Sequence[Thread]:
        """The kept conversations, the latest first: the person's own first words, nothing of the answers."""
        return self._vault.conversations()

    def exchanges(self, conversation: str) -> Sequence[Exchange]:
        """What was said in a kept conversation, oldest first. An answer made from what may no longer be read comes without its body."""
        view = self._view("conversation")
        kept = self._vault.exchanges(conversation)
        self._note("conversation", view)
        return [e if _still_shown(e.body or {}, view) else replace(e, body=None) for e in kept]

    def may_show(self, reply: Answer) -> bool:
        """Whether an answer that was given may be shown again: consent may have been taken back since, here or elsewhere."""
        return _still_shown(answers.as_json(reply), self._view("conversation"))

    def query(
        self, metric: str, agg: str, window: Window | None, by: str, filters: Filters, condition: Condition | None, now: datetime
    ) -> list[tuple[Finding, str]]:
        """Findings with their citation links, for scripts. Raises NotGranted, UnknownMetric, NotDefined."""
        view = self._view("query")
        found = tools.query(metric, agg, window, by, filters, condition, view, now)
        self._note("query", view, metric)
        return [(f, Selection(f.selection.metric, f.selection.window, f.selection.filters, view.asof).link()) for f in found]

    def show(self, link: str, now: datetime) -> tuple[Selection, Any]:
        """The rows behind a citation, as they stood then. Raises BadLink, NotGranted."""
        selection, view, gather = self._cited("show", link, now)
        rows = gather.rows(selection)
        self._note("show", view, selection.metric)
        return selection, rows

    def evidence(self, link: str, now: datetime) -> Backing:
        """What stands behind a citation, for the page that shows it. Raises BadLink, NotGranted, UnknownMetric."""
        selection, view, gather = self._cited("show", link, now)
        rows = gather.rows(selection)
        course, day = backing.seen(selection, rows, gather)
        self._note("show", view, selection.metric)
        services = backing.services_of(rows)
        imports = backing.brought(self._vault.audit(None), services, selection.asof)
        return Backing(selection, rows, course, day, imports, backing.allowed_by(self._vault.consents(), services, selection.metric))

    def course(self, link: str, now: datetime) -> tuple[Course, Inside]:
        """The days of a citation as figures; one day from inside. Raises BadLink, NotGranted, UnknownMetric."""
        selection, view, gather = self._cited("chart", link, now)
        found = backing.seen(selection, (), gather)
        self._note("chart", view, selection.metric)
        return found

    def _cited(self, name: str, link: str, now: datetime) -> tuple[Selection, View, Gather]:
        selection = from_link(link)
        if selection.metric not in catalog() and not selection.metric.startswith("lab:"):
            raise UnknownMetric("the citation names a metric nobody knows; see carnet metrics")
        view = self._view(name, selection.asof)
        return selection, view, Gather(view, now)

    def measure(self, metric: str, days: int | None, end: date | None, now: datetime) -> Measure:
        """One metric over so many days up to `end` (None: all days, the last day with data). Raises NotGranted, UnknownMetric."""
        view = self._view("metric")
        if metric not in catalog() and metric not in {h.metric for h in view.holdings()}:
            raise UnknownMetric("no metric has that name; see carnet metrics")
        found = figures.measure(metric, days, end, Gather(view, now))
        self._note("metric", view, metric if metric in catalog() else "")
        return found

    def measures(self, now: datetime) -> Sequence[Held]:
        """Every measure with its last value. Raises NotGranted when nothing may be read."""
        view = self._listing()
        found = overview.board(view, Gather(view, now))
        self._note("metrics", view)
        return found

    def _listing(self) -> View:
        """The view of a list of everything. Raises NotGranted when nothing may be read."""
        view = self._view("metrics")
        if not view.sees_anything():
            raise NotGranted(door("metrics").purpose, "", view.services())
        return view

    def today(self, now: datetime) -> Today:
        """The first page; what may not be read is left out."""
        view = self._view("today")
        found = overview.today(view, Gather(view, now))
        self._note("today", view)
        return found

    def holdings(self) -> Sequence[Holding]:
        """What the record holds and may be used for answers. Raises NotGranted when nothing may."""
        view = self._listing()
        held = view.holdings()
        self._note("metrics", view)
        return held

    def labs(self, now: datetime, key: str | None = None) -> tuple[Marker, ...]:
        """Every laboratory marker with its results, or only the one of that key. Raises NotGranted."""
        view = self._view("labs")
        found = markers(view, now, key)
        self._note("labs", view, key or "")
        return found

    def timeline(self, now: datetime) -> Timeline:
        """What happened when, of all that is granted. Raises NotGranted when nothing is."""
        view = self._view("timeline")
        found = timeline(view, self._vault.audit(), now)
        self._note("timeline", view)
        return found

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

    def connections(self) -> list[ledger.Connection]:
        """Every service that is here or could be read, with the counts and days of its categories and what is allowed for answers."""
        view = self._view("connections")
        allowed, when = self._vault.permit("answer", datetime.now(UTC)), ledger.last_imports(self._vault.audit())
        found = []
        for service in sorted({*discover(), *self.services()}):
            held = self._view("connections", only=service).holdings()
            found.append(ledger.connection(service, self._declared(service), when.get(service, ""), held, allowed))
        self._note("connections", view)
        return sorted(found, key=lambda c: c.rows == 0)

    @staticmethod
    def _declared(service: str) -> tuple[str, ...]:
        """The categories a service can bring."""
        return discover()[service].categories if service in discover() else ()

    def allowed(self) -> dict[str, tuple[ledger.Category, ...]]:
        """What may be used for answers now, by service; `*` stands for services that come later. It counts no rows."""
        permitted = self._vault.permit("answer", datetime.now(UTC))
        services = {s: self._declared(s) for s in self.services()} | {ANY: CATEGORIES}
        found = {s: ledger.connection(s, declared, "", (), permitted).categories for s, declared in services.items()}
        return {s: mine for s, categories in found.items() if (mine := tuple(c for c in categories if c.allowed))}

    def looked(self, action: str, number: int, size: int) -> ledger.Page:
        """One page of who read what, newest first; action "" for every kind."""
        return ledger.page(self._vault.audit(), action, number, size)

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


def _still_shown(body: Mapping[str, Any], view: View) -> bool:
    """Whether all an answer was made from may still be read, and also what it says is not there."""
    asked = () if body.get("refused") else body.get("categories", ())
    pairs = [(u["service"], u["category"]) for u in body.get("used", ())]
    return view.may_read(pairs) and all(any(view.may_read([(s, c)]) for s in view.services()) for c in asked)


def closed_answer(turns: Sequence[str], lang: str | None, reason: str) -> Answer:
    """The Answer while the vault cannot be read (`locked` or `no_consent`): words that cannot wait are answered all the same."""
    assessed = assess(turns, Profile(), lang)
    spoken = lang or assessed.lang
    closed = composer.locked(spoken) if reason == "locked" else composer.not_granted("", (), spoken)
    text = "\n".join([*(() if assessed.banner else assessed.reasons), closed])
    care = () if assessed.banner else assessed.reasons
    return Answer(text, spoken, assessed, asks=assessed.questions, refused=reason, care=care)
