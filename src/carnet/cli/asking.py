"""`ask` and `triage`: words that cannot wait are answered whatever keeps the vault shut."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from typing import Any

from carnet.assistant.answer import Answer, as_json
from carnet.cli import show
from carnet.cli.errors import EXIT_DONE, EXIT_OPEN, EXIT_REFUSED, Refused, line_of
from carnet.cli.shared import Options, lang_of, moment_of, opened, print_json, rows_of, turns_of
from carnet.safety import Profile, assess
from carnet.space.space import HealthSpace, closed_answer
from carnet.vault.errors import VaultError


def ask(options: Options) -> int:
    """The exit code of `carnet ask`."""
    if options.batch:
        return _ask_batch(options)
    if not options.text or not options.text.strip():
        raise Refused('ask expects a question, such as: carnet ask "How did I sleep last week?"')
    try:
        with opened(options) as space:
            now = moment_of(options, space.person.home_zone)
            reply = space.ask([options.text], now, options.lang, options.conversation, options.temporary)
    except Exception as error:  # whatever keeps the vault shut, words that cannot wait are answered
        reply = closed_answer([options.text], options.lang, "locked")
        if not reply.pressing():
            raise
        print(line_of(error, lang_of(options)), file=sys.stderr)
    if options.json:
        print_json(as_json(reply))
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
    with ExitStack() as stack:
        try:
            space = stack.enter_context(opened(options))
        except VaultError as error:  # every row is still looked at for words that cannot wait
            print(line_of(error, lang_of(options)), file=sys.stderr)
            space = None
        for row in rows_of(options.batch):
            print(json.dumps(as_json(_batch_reply(space, row, options), row.get("id")), ensure_ascii=False), flush=True)
    return EXIT_DONE if space else EXIT_REFUSED


def _batch_reply(space: HealthSpace | None, row: dict[str, Any], options: Options) -> Answer:
    lang = row.get("lang") or options.lang
    if space is None:
        return closed_answer(turns_of(row), lang, "locked")
    moment = argparse.Namespace(now=row.get("now") or options.now)
    return space.ask(turns_of(row), moment_of(moment, space.person.home_zone), lang, None, True)


def triage(options: Options) -> int:
    """The exit code of `carnet triage`."""
    if not options.batch and not (options.text and options.text.strip()):
        raise Refused('triage expects a message, such as: carnet triage "I have had chest pain since this morning"')
    for row in rows_of(options.batch) if options.batch else [{"id": None, "text": options.text}]:
        try:
            profile = Profile.from_mapping(row.get("profile") or {})
        except (TypeError, ValueError, AttributeError) as error:
            raise Refused("a profile of the batch cannot be read; see carnet triage --help") from error
        assessed = assess(turns_of(row), profile, row.get("lang") or options.lang)
        body = {
            "id": row.get("id"), "level": str(assessed.level), "crisis": assessed.crisis, "medication": assessed.medication,
            "poison": assessed.poison, "rules": list(assessed.rules), "banner": assessed.banner, "questions": list(assessed.questions),
        }  # fmt: skip
        if options.batch or options.json:
            print(json.dumps(body, ensure_ascii=False), flush=True)
        else:
            print(show.triage(assessed))
    return EXIT_DONE
