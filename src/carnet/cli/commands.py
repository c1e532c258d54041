"""One function per command: opens what it needs, calls HealthSpace, hands the result to `show` or prints it as JSON."""

from __future__ import annotations

import argparse
import getpass
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.answer import Answer, as_json
from carnet.assistant.plan import Condition
from carnet.cli import show
from carnet.cli.errors import EXIT_BAD, EXIT_DONE, EXIT_OPEN, EXIT_REFUSED, Refused
from carnet.cli.progress import Bar
from carnet.consent import NotGranted
from carnet.record.selection import Filters, Window
from carnet.safety import Profile, assess
from carnet.sources.errors import UnreadableInput
from carnet.space import demo, settings
from carnet.space.space import HealthSpace, closed_answer
from carnet.vault.errors import Damaged, Locked, WrongPassphrase
from carnet.vault.home import Home

Options = argparse.Namespace


def run(options: Options) -> int:
    """The exit code of the command that was typed."""
    code: int = COMMANDS[options.command](options)
    return code


# --- what commands share -------------------------------------------------------------------------------------------------


def _home(options: Options) -> Home:
    return Home(settings.home_folder(options.home))


def _passphrase(options: Options, home: Home, new: bool = False) -> str | None:
    """The passphrase from the file or the prompt; None for a vault that opens without one."""
    if options.passphrase_file:
        try:
            first = Path(options.passphrase_file).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Refused("the passphrase file cannot be read; give a text file whose first line is the passphrase") from error
        if not first or not first[0]:
            raise Refused("the passphrase file is empty; its first line must be the passphrase")
        return first[0]
    if new or not home.has_passphrase():
        return None
    if not sys.stdin.isatty():
        raise Locked("the vault is locked; type its passphrase or give --passphrase-file FILE")
    return getpass.getpass("Passphrase: ")


@contextmanager
def _space(options: Options) -> Iterator[HealthSpace]:
    """The open space; a home that has none yet gets one that opens without typing, and says so."""
    home = _home(options)
    if home.exists():
        with HealthSpace.open(home, _passphrase(options, home)) as space:
            yield space
        return
    passphrase = _passphrase(options, home, new=True)
    with HealthSpace.make(home, passphrase) as space:
        print(show.made(home, passphrase is not None, _lang(options)), file=sys.stderr)
        yield space


def _lang(options: Options, space: HealthSpace | None = None) -> str:
    return options.lang or (space.person.language if space else settings.machine_language())


def _now(options: Options, zone: str = "UTC") -> datetime:
    """The moment to answer for, with its zone."""
    if not options.now:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(options.now)
    except ValueError as error:
        raise Refused("--now expects ISO 8601, such as 2026-03-15T09:30:00+01:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(f"{option} expects a day such as 2026-03-09") from error


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _rows(path: str) -> Iterator[dict[str, Any]]:
    """The rows of a JSON-lines file, one at a time. Raises Refused at a line that is none."""
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise Refused(f"line {number} of the batch is not JSON; each line is one object with id and text") from error
                if not isinstance(row, dict) or not _turns(row):
                    raise Refused(f"line {number} of the batch needs text, or turns: a list of messages")
                yield row
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("the batch file cannot be read; give a JSON-lines file") from error


def _turns(row: dict[str, Any]) -> list[str]:
    turns = row.get("turns") or ([row["text"]] if row.get("text") else [])
    return turns if isinstance(turns, list) and all(isinstance(t, str) for t in turns) else []


# --- commands ------------------------------------------------------------------------------------------------------------


def _init(options: Options) -> int:
    home = _home(options)
    if home.exists():
        raise Refused(f"there is a vault in {home.root} already; choose another home with --home")
    passphrase = _passphrase(options, home, new=True)
    if passphrase is None and sys.stdin.isatty() and not options.json:
        passphrase = getpass.getpass(show.passphrase_prompt(_lang(options))) or None
        if passphrase and getpass.getpass(show.passphrase_again(_lang(options))) != passphrase:
            raise Refused("the two passphrases differ; nothing was made")
    with HealthSpace.make(home, passphrase):
        text = show.made(home, passphrase is not None, _lang(options))
    if options.json:
        _print_json({"home": str(home.root), "mode": "passphrase" if passphrase else "local"})
    else:
        print(text)
    return EXIT_DONE


def _import(options: Options) -> int:
    settled = dict(pair.partition("=")[::2] for pair in options.answer)
    if not all(settled.values()):
        raise Refused("--answer expects KEY=VALUE, such as unit.weight=kg")
    reports, failed = [], []
    with _space(options) as space:
        lang = _lang(options, space)
        for path in options.paths:
            with Bar(Path(path).name, lang) as bar:
                try:
                    for report in space.import_paths([Path(path)], options.service, settled, options.again, bar.update):
                        reports.append(report)
                        bar.clear()
                        if not options.json:
                            print(show.card(report, lang))
                except UnreadableInput as error:
                    failed.append(error)
                    bar.clear()
                    print(f"carnet: {Path(path).name}: {error}", file=sys.stderr)
        if reports and not options.json and not failed:
            print(show.next_step(space, reports, lang))
    if options.json:
        _print_json(reports)
    if failed:
        return EXIT_BAD
    return EXIT_OPEN if any(r["asks"] or any(map(_matters, r["problems"])) for r in reports) else EXIT_DONE


def _matters(problem: dict[str, Any]) -> bool:
    """Whether rows were lost or may have been; control characters taken out of texts lose nothing."""
    return bool(problem["count"]) or problem["code"] != "control_characters"


def _ask(options: Options) -> int:
    if options.batch:
        return _ask_batch(options)
    if not options.text or not options.text.strip():
        raise Refused('ask expects a question, such as: carnet ask "How did I sleep last week?"')
    try:
        with _space(options) as space:
            now = _now(options, space.person.home_zone)
            reply = space.ask([options.text], now, options.lang, options.conversation, options.temporary)
    except (Locked, WrongPassphrase, Damaged) as error:
        reply = closed_answer([options.text], options.lang, "locked")
        if not reply.urgent():
            raise
        print(f"carnet: {error}", file=sys.stderr)
    if options.json:
        _print_json(as_json(reply))
    else:
        print(show.answer(reply))
    return _answer_code(reply)


def _answer_code(reply: Answer) -> int:
    if reply.urgent():
        return EXIT_DONE
    if reply.refused:
        return EXIT_REFUSED
    return EXIT_OPEN if reply.asks or reply.plan is None else EXIT_DONE


def _ask_batch(options: Options) -> int:
    with _space(options) as space:
        zone = space.person.home_zone
        for row in _rows(options.batch):
            moment = argparse.Namespace(now=row.get("now") or options.now)
            reply = space.ask(_turns(row), _now(moment, zone), row.get("lang") or options.lang, None, True)
            print(json.dumps(as_json(reply, row.get("id")), ensure_ascii=False), flush=True)
    return EXIT_DONE


def _triage(options: Options) -> int:
    if not options.batch and not (options.text and options.text.strip()):
        raise Refused('triage expects a message, such as: carnet triage "I have had chest pain since this morning"')
    for row in _rows(options.batch) if options.batch else [{"id": None, "text": options.text}]:
        try:
            profile = Profile.from_mapping(row.get("profile") or {})
        except (TypeError, ValueError, AttributeError) as error:
            raise Refused("a profile of the batch cannot be read; see carnet triage --help") from error
        assessed = assess(_turns(row), profile, row.get("lang") or options.lang)
        body = {
            "id": row.get("id"), "level": str(assessed.level), "crisis": assessed.crisis, "medication": assessed.medication,
            "poison": assessed.poison, "rules": list(assessed.rules), "banner": assessed.banner, "questions": list(assessed.questions),
        }  # fmt: skip
        if options.batch or options.json:
            print(json.dumps(body, ensure_ascii=False), flush=True)
        else:
            print(show.triage(assessed))
    return EXIT_DONE


AGG = re.compile(r"sum|mean|median|min|max|latest|first|count|sd|p([1-9]\d?|0|100)")
OPS = (">=", "<=", "==", ">", "<")


def _condition(text: str | None) -> Condition | None:
    """The threshold of --where, in the metric's canonical unit."""
    if not text:
        return None
    for op in OPS:
        if text.strip().startswith(op):
            try:
                return Condition(op, float(text.strip()[len(op) :]), text)  # type: ignore[arg-type]
            except ValueError:
                break
    raise Refused('--where expects a comparison with a number, such as "> 8000"')


def _query(options: Options) -> int:
    if not AGG.fullmatch(options.agg):
        raise Refused("--agg expects sum, mean, median, min, max, latest, first, count, sd or a percentile such as p90")
    first, last = _day(options.first, "--from"), _day(options.last, "--to")
    with _space(options) as space:
        now = _now(options, space.person.home_zone)
        today = now.astimezone(ZoneInfo(space.person.home_zone)).date()
        window = Window(first or date(1970, 1, 1), last or today) if first or last else None
        filters = Filters(service=options.service, source=options.source)
        found = space.query(options.metric, options.agg, window, options.by, filters, _condition(options.where), now)
    if options.json:
        _print_json([show.finding_json(f, link) for f, link in found])
    else:
        print("\n".join(show.finding(f, link) for f, link in found) or show.nothing(_lang(options)))
    return EXIT_DONE


def _show(options: Options) -> int:
    with _space(options) as space:
        selection, rows = space.show(options.link, _now(options, space.person.home_zone))
        zone = space.person.home_zone
    if options.json:
        _print_json({"link": options.link, "metric": selection.metric, "rows": show.rows_json(rows, zone)})
    else:
        print(show.rows(rows, zone, _lang(options)))
    return EXIT_DONE


def _metrics(options: Options) -> int:
    with _space(options) as space:
        lang = _lang(options, space)
        try:
            held = {h.metric: h for h in space.holdings()}
        except NotGranted:
            held = {}
            print(show.nothing_granted(lang), file=sys.stderr)
    if options.json:
        _print_json(show.metrics_json(held))
    else:
        print(show.metrics(held, lang))
    return EXIT_DONE


def _consent(options: Options) -> int:
    with _space(options) as space:
        lang = _lang(options, space)
        if options.action == "list":
            events = space.consents()
        else:
            if bool(options.service) == options.every:
                raise Refused(f"consent {options.action} expects a service, or --all")
            until = _day(getattr(options, "until", None), "--until")
            events = space.decide(options.action, options.service, options.category, options.purpose, until)
    if options.json:
        _print_json([show.consent_json(e) for e in events])
    else:
        print(show.consents(events, options.action, lang))
    return EXIT_DONE


def _audit(options: Options) -> int:
    with _space(options) as space:
        if options.verify:
            count, broken = space.verify_audit()
            if options.json:
                _print_json({"lines": count, "broken_at": broken})
            else:
                print(show.verified(count, broken, _lang(options, space)))
            return EXIT_DONE if broken is None else EXIT_OPEN
        since = _day(options.since, "--since")
        events = list(space.audit(since.isoformat() if since else None))
        if options.json:
            _print_json([show.audit_json(e) for e in events])
        else:
            print("\n".join(show.audit(e) for e in events))
    return EXIT_DONE


def _profile(options: Options) -> int:
    with _space(options) as space:
        if options.action == "set":
            value = {options.key: space.set_profile(options.key, options.value)}
        else:
            said = space.profile()
            value = {options.key: said.get(options.key)} if options.key else said
    if options.json:
        _print_json(value)
    else:
        print("\n".join(f"{key}: {json.dumps(v, ensure_ascii=False) if v is not None else '-'}" for key, v in value.items()))
    return EXIT_DONE


def _demo(options: Options) -> int:
    lang = _lang(options)
    root = Path(options.home) if options.home else settings.home_folder().with_name(settings.home_folder().name + "-demo")
    print(show.demo_begins(root, lang), file=sys.stderr)
    for question, reply in demo.run(root, _now(options), lang):
        print(f"\n> {question}\n\n{show.answer(reply)}")
    print(show.demo_ends(root, lang))
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Options], int]] = {
    "init": _init, "import": _import, "ask": _ask, "triage": _triage, "query": _query, "show": _show, "metrics": _metrics,
    "consent": _consent, "audit": _audit, "profile": _profile, "demo": _demo,
}  # fmt: skip

__all__ = ["EXIT_BAD", "run"]
