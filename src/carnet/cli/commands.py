"""One function per command: opens what it needs, calls HealthSpace, hands the result to `show` or prints it as JSON."""

from __future__ import annotations

import getpass
import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.plan import Condition
from carnet.cli import asking, evaluating, show
from carnet.cli.errors import EXIT_BAD, EXIT_DONE, EXIT_OPEN, Refused
from carnet.cli.progress import Bar
from carnet.cli.shared import Options, day_of, home_of, lang_of, moment_of, opened, passphrase_of, print_json
from carnet.consent import NotGranted
from carnet.record.selection import Filters, Window
from carnet.sources.errors import UnreadableInput
from carnet.sources.leftout import matters
from carnet.space import demo, settings
from carnet.space.space import HealthSpace


def run(options: Options) -> int:
    """The exit code of the command that was typed."""
    code: int = COMMANDS[options.command](options)
    return code


# --- commands ------------------------------------------------------------------------------------------------------------


def _init(options: Options) -> int:
    home = home_of(options)
    if home.exists():
        raise Refused(f"there is a vault in {home.root} already; choose another home with --home")
    passphrase = passphrase_of(options, home, new=True)
    if passphrase is None and sys.stdin.isatty() and not options.json:
        passphrase = getpass.getpass(show.passphrase_prompt(lang_of(options))) or None
        if passphrase and getpass.getpass(show.passphrase_again(lang_of(options))) != passphrase:
            raise Refused("the two passphrases differ; nothing was made")
    with HealthSpace.make(home, passphrase):
        text = show.made(home, passphrase is not None, lang_of(options))
    if options.json:
        print_json({"home": str(home.root), "mode": "passphrase" if passphrase else "local"})
    else:
        print(text)
    return EXIT_DONE


def _import(options: Options) -> int:
    settled = dict(pair.partition("=")[::2] for pair in options.answer)
    if not all(settled.values()):
        raise Refused("--answer expects KEY=VALUE, such as unit.weight=kg")
    reports, failed = [], []
    with opened(options) as space:
        lang = lang_of(options, space)
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
                    print(f"carnet: {Path(path).name}: {show.failed(error, lang)}", file=sys.stderr)
        if reports and not options.json and not failed:
            print(show.next_step(space, reports, lang))
    if options.json:
        print_json(reports)
    if failed:
        return EXIT_BAD
    return EXIT_OPEN if any(map(_open, reports)) else EXIT_DONE


def _open(report: dict[str, Any]) -> bool:
    """Whether something of an import is left to settle or was lost."""
    return bool(report["asks"]) or any(map(_matters, report["problems"])) or any(matters(x["reason"]) for x in report["left_out"])


def _matters(problem: dict[str, Any]) -> bool:
    """Whether rows were lost or may have been; control characters taken out of texts lose nothing."""
    return bool(problem["count"]) or problem["code"] != "control_characters"


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
    first, last = day_of(options.first, "--from"), day_of(options.last, "--to")
    if first and last and first > last:
        raise Refused("--from is after --to; give the earlier day first")
    with opened(options) as space:
        now = moment_of(options, space.person.home_zone)
        today = now.astimezone(ZoneInfo(space.person.home_zone)).date()
        window = Window(first or date(1970, 1, 1), last or today) if first or last else None
        filters = Filters(service=options.service, source=options.source)
        found = space.query(options.metric, options.agg, window, options.by, filters, _condition(options.where), now)
    if options.json:
        print_json([show.finding_json(f, link) for f, link in found])
    else:
        print("\n".join(show.finding(f, link) for f, link in found) or show.nothing(lang_of(options)))
    return EXIT_DONE


def _show(options: Options) -> int:
    with opened(options) as space:
        selection, rows = space.show(options.link, moment_of(options, space.person.home_zone))
        zone = space.person.home_zone
    if options.json:
        print_json({"link": options.link, "metric": selection.metric, "rows": show.rows_json(rows, zone)})
    else:
        print(show.rows(rows, zone, lang_of(options)))
    return EXIT_DONE


def _metrics(options: Options) -> int:
    with opened(options) as space:
        lang = lang_of(options, space)
        try:
            held = {h.metric: h for h in space.holdings()}
        except NotGranted:
            held = {}
            print(show.nothing_granted(lang), file=sys.stderr)
    if options.json:
        print_json(show.metrics_json(held))
    else:
        print(show.metrics(held, lang))
    return EXIT_DONE


def _consent(options: Options) -> int:
    with opened(options) as space:
        lang = lang_of(options, space)
        if options.action == "list":
            events = space.consents()
        else:
            if bool(options.service) == options.every:
                raise Refused(f"consent {options.action} expects a service, or --all")
            until = day_of(getattr(options, "until", None), "--until")
            events = space.decide(options.action, options.service, options.category, options.purpose, until)
    if options.json:
        print_json([show.consent_json(e) for e in events])
    else:
        print(show.consents(events, options.action, lang))
    return EXIT_DONE


def _audit(options: Options) -> int:
    with opened(options) as space:
        if options.verify:
            count, broken = space.verify_audit()
            if options.json:
                print_json({"lines": count, "broken_at": broken})
            else:
                print(show.verified(count, broken, lang_of(options, space)))
            return EXIT_DONE if broken is None else EXIT_OPEN
        since = day_of(options.since, "--since")
        events = list(space.audit(since.isoformat() if since else None))
        if options.json:
            print_json([show.audit_json(e) for e in events])
        else:
            print("\n".join(show.audit(e) for e in events))
    return EXIT_DONE


def _profile(options: Options) -> int:
    with opened(options) as space:
        if options.action == "set":
            value = {options.key: space.set_profile(options.key, options.value)}
        else:
            said = space.profile()
            value = {options.key: said.get(options.key)} if options.key else said
    if options.json:
        print_json(value)
    else:
        print("\n".join(f"{key}: {json.dumps(v, ensure_ascii=False) if v is not None else '-'}" for key, v in value.items()))
    return EXIT_DONE


def _roots(options: Options) -> tuple[Path, Path]:
    """The person's own home and the demo's beside it."""
    own = settings.home_folder(options.home)
    return own, own.with_name(own.name + "-demo")


def _serve(options: Options) -> int:
    from carnet.cli.serve import serve  # the web framework costs a quarter of a second that other commands need not pay

    own, demo_root = _roots(options)
    serve(own, demo_root, "own", options.port, lang_of(options), moment_of(options) if options.now else None, options.plain)
    return EXIT_DONE


def _demo(options: Options) -> int:
    lang, (own, root) = lang_of(options), _roots(options)
    print(show.demo_begins(root, lang), file=sys.stderr)
    if not options.text:
        from carnet.cli.serve import serve

        demo.prepare(root, moment_of(options))
        print(show.demo_try(lang), flush=True)
        serve(own, root, "demo", options.port, lang, moment_of(options) if options.now else None, options.plain)
        return EXIT_DONE
    for question, reply in demo.run(root, moment_of(options), lang):
        print(f"\n> {question}\n\n{show.answer(reply)}")
    print(show.demo_ends(root, lang))
    return EXIT_DONE


COMMANDS: dict[str, Callable[[Options], int]] = {
    "init": _init, "import": _import, "ask": asking.ask, "triage": asking.triage, "query": _query, "show": _show, "metrics": _metrics,
    "consent": _consent, "audit": _audit, "profile": _profile, "serve": _serve, "demo": _demo, "eval": evaluating.evaluate,
}  # fmt: skip

__all__ = ["EXIT_BAD", "run"]
