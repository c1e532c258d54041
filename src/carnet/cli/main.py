"""`carnet`: reads the arguments, runs one command, turns every refusal into one line and an exit code. Never a traceback for bad input."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from carnet.cli import evaluating
from carnet.cli.errors import EXIT_BAD, Refused, exit_code, line_of


class Parser(argparse.ArgumentParser):
    """argparse, with one line and exit code 2 instead of a usage block."""

    def error(self, message: str) -> NoReturn:
        """Ends with one line that says what is wrong and where help is, without the words of a question that was not quoted."""
        if message.startswith("unrecognized arguments"):
            message = "more words than expected; put a question in quotes"
        self.exit(EXIT_BAD, f"carnet: {message}; see {self.prog} --help\n")


def _common(parser: argparse.ArgumentParser, default: object = argparse.SUPPRESS) -> None:
    """Options that may stand before or after the command."""
    parser.add_argument("--home", metavar="DIR", default=default, help="where keys and vaults lie (default: CARNET_HOME, then ~/.carnet)")
    parser.add_argument(
        "--json", action="store_true", default=False if default is None else default, help="machine-readable output on stdout"
    )
    parser.add_argument("--lang", choices=("en", "fr"), default=default, help="language of the output")
    parser.add_argument("--passphrase-file", metavar="FILE", default=default, help="a file whose first line is the passphrase")
    parser.add_argument("--now", metavar="ISO8601", default=default, help="the moment to answer for (default: the clock)")


def _port(parser: Parser) -> Parser:
    parser.add_argument("--port", type=int, metavar="N", help="the port on 127.0.0.1 (default: 8417, or a free one)")
    parser.add_argument("--plain", action="store_true", help="an address with 127.0.0.1, for Safari, which knows no .localhost names")
    return parser


def build() -> Parser:
    """The whole grammar of the command line."""
    parser = Parser(prog="carnet", description="A private health space: your own record, encrypted, answering with its evidence.")
    _common(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)

    def command(name: str, text: str) -> Parser:
        made: Parser = commands.add_parser(name, help=text, description=text)
        _common(made)
        return made

    command("init", "make a home and a vault")
    sub = command("import", "read exports into the vault")
    sub.add_argument("paths", nargs="+", metavar="PATH")
    sub.add_argument("--service", metavar="NAME", help="the connector to use instead of recognising the file")
    sub.add_argument("--answer", action="append", default=[], metavar="KEY=VALUE", help="settles a question of an earlier report")
    sub.add_argument("--again", action="store_true", help="read a file that was imported before once more")
    sub = command("ask", "ask a question in English or French")
    sub.add_argument("text", nargs="?")
    sub.add_argument("--batch", metavar="FILE", help="a JSON-lines file of questions, - for standard input")
    sub.add_argument("--conversation", metavar="ID", help="continue a conversation")
    sub.add_argument("--temporary", action="store_true", help="keep nothing of this question")
    sub = command("triage", "when to see someone, from words alone; needs no vault")
    sub.add_argument("text", nargs="?")
    sub.add_argument("--batch", metavar="FILE", help="a JSON-lines file of messages, - for standard input")
    evaluating.grammar(command("eval", "how good the safety floor is, on a labelled set"), _common)
    sub = command("query", "one figure or a table of them, for scripts")
    sub.add_argument("metric")
    sub.add_argument("--agg", required=True, metavar="sum|mean|median|min|max|latest|first|count|sd|pNN")
    sub.add_argument("--from", dest="first", metavar="D", help="first local day, YYYY-MM-DD")
    sub.add_argument("--to", dest="last", metavar="D", help="last local day")
    sub.add_argument("--by", choices=("day", "week", "month", "year"), default="none")
    sub.add_argument("--service", metavar="S")
    sub.add_argument("--source", metavar="DEVICE")
    sub.add_argument("--where", metavar='"COND"', help='a condition on the day\'s value, such as "> 8000"')
    sub = command("show", "the rows behind a citation")
    sub.add_argument("link", metavar="LINK")
    command("metrics", "the catalogue, with what this vault holds")
    sub = command("consent", "what may be used, for what")
    kinds = sub.add_subparsers(dest="action", metavar="list|grant|revoke", required=True, parser_class=Parser)
    for action in ("list", "grant", "revoke"):
        each = kinds.add_parser(action)
        _common(each)
        if action != "list":
            each.add_argument("service", nargs="?")
            each.add_argument("--all", action="store_true", dest="every", help="every service, now and later")
            each.add_argument("--category", action="append", default=[], metavar="C", help="repeatable; all = the sensitive ones too")
            each.add_argument("--purpose", required=True, metavar="P")
        if action == "grant":
            each.add_argument("--until", metavar="D", help="last day it holds")
    sub = command("audit", "who looked at what, and why")
    sub.add_argument("--since", metavar="D")
    sub.add_argument("--verify", action="store_true", help="check the chain")
    sub = command("profile", "home zone, birth date, units and the like")
    verbs = sub.add_subparsers(dest="action", metavar="get|set", required=True, parser_class=Parser)
    get = verbs.add_parser("get")
    _common(get)
    get.add_argument("key", nargs="?")
    put = verbs.add_parser("set")
    _common(put)
    put.add_argument("key")
    put.add_argument("value")
    _port(command("serve", "the pages, on this machine only"))
    sub = _port(command("demo", "a synthetic person in a home of their own, with the pages"))
    sub.add_argument("--text", action="store_true", help="a few questions on the terminal instead of the pages")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 done with problems or open questions, 2 bad usage or unreadable input, 3 refused."""
    options = build().parse_args(arguments)
    from carnet.cli import commands  # after parsing: --help and usage errors need no engine

    try:
        code = commands.run(options)
        sys.stdout.flush()
        return code
    except Refused as refused:
        print(f"carnet: {refused}", file=sys.stderr)
        return refused.code
    except KeyboardInterrupt:
        print("\ncarnet: stopped; nothing of an unfinished import was kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last resort: one line, no values, no traceback
        from carnet.space.settings import machine_language

        print(line_of(error, options.lang or machine_language()), file=sys.stderr)
        return exit_code(error) or EXIT_BAD


if __name__ == "__main__":
    sys.exit(main())
