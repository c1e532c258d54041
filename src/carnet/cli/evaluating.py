"""`eval run triage`: a labelled set through the safety floor. Prints rates with n and intervals; texts of a set only when asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

MAX_REPEATS = 1000


def grammar(parser: argparse.ArgumentParser, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds `run SUITE --set FILE` and its options to the command's parser."""
    run = parser.add_subparsers(dest="action", metavar="run", required=True, parser_class=type(parser)).add_parser("run")
    common(run)
    run.add_argument("suite", choices=("triage",), help="what to measure")
    run.add_argument("--set", dest="labelled", metavar="FILE", required=True, help="a JSON-lines file of labelled messages")
    run.add_argument("--repeats", type=int, default=1, metavar="K", help="assess each row K times and count the worst")
    run.add_argument("--misses", action="store_true", help="list the rows that count against a rate: ids and levels")
    run.add_argument("--texts", action="store_true", help="with --misses, their texts too")


def evaluate(options: argparse.Namespace) -> int:
    """The exit code of `carnet eval`."""
    from carnet.cli.errors import EXIT_DONE, Refused
    from carnet.cli.progress import Bar
    from carnet.cli.shared import lang_of, print_json
    from carnet.evaluation import BadSet, report, run
    from carnet.evaluation.triage import Wanted

    if not 1 <= options.repeats <= MAX_REPEATS:
        raise Refused(f"--repeats expects a number from 1 to {MAX_REPEATS}")
    if options.texts and not options.misses:
        raise Refused("--texts shows the texts of misses; give --misses with it")
    path, lang = Path(options.labelled), lang_of(options)
    wanted = Wanted(options.lang, options.repeats, options.misses, options.texts)
    with Bar(path.name, lang) as bar:
        try:
            measured = run(path, wanted, bar.update)
        except BadSet as error:
            raise Refused(str(error)) from error
    if options.json:
        print_json(report.as_json(measured))
    else:
        print(report.table(measured, lang))
    return EXIT_DONE
