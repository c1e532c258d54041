"""Tidy CSV files anybody can write: samples and laboratory results, told apart by their header. It guesses no unit and no date."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from carnet.record.clock import believed
from carnet.record.model import Item, Kind, Observation, Problem, ReadContext
from carnet.sources.container import ByteStream
from carnet.sources.errors import Damaged
from carnet.sources.tidy_csv.fields import DATE_ORDER, Calendar, DayOrMonth
from carnet.sources.tidy_csv.labs import Labs
from carnet.sources.tidy_csv.questions import Questions
from carnet.sources.tidy_csv.samples import Samples
from carnet.sources.tidy_csv.table import Header, header, lines, rows

READER = "tidy_csv/2"
WHOLE = False
CHUNK = 50_000  # rows held before they become a Batch


def sniff(head: bytes) -> bool:
    """Whether the first line is one of our two headers."""
    return _header(lines([head])) is not None


def _header(text: Iterator[str]) -> Header | None:
    """What the first line that is not blank says."""
    for line in text:
        if line.strip("\ufeff \t\r\n,;"):
            return header(line.lstrip("\ufeff"))
    return None


def read(stream: ByteStream, context: ReadContext, chunk: int = CHUNK) -> Iterator[Item]:
    """Batches or Observations, then Problems, Asks and one Kind, "samples" or "labs". Raises Damaged when the header is not ours."""
    text = lines(stream)
    found = _header(text)
    if found is None:
        raise Damaged(f"{stream.member.name} has no header line that Carnet knows; the first line must name the columns")
    questions = Questions(context.answers)
    calendar = Calendar(ZoneInfo(context.home_zone or "UTC"), context.answers.get(DATE_ORDER, ""))
    taker = (Labs if found.kind == "labs" else Samples)(found.delimiter, calendar, questions, believed(context.now))
    problems: dict[str, list[int]] = {}
    count = 0
    for count, row in enumerate(rows(text, found), 1):
        outcome = _taken(taker, row, questions)
        if isinstance(outcome, Observation):
            yield outcome
        elif outcome:
            problems.setdefault(outcome, [0, count])[0] += 1
        if isinstance(taker, Samples) and len(taker) >= chunk:
            yield taker.batch()
    if isinstance(taker, Samples) and len(taker):
        yield taker.batch()
    yield Kind(found.kind, count)
    yield from (Problem(code, n, f"row {first}") for code, (n, first) in problems.items())
    yield from questions.asks.values()
    yield from _remarks(stream)


def _taken(taker: Labs | Samples, row: dict[str, str] | None, questions: Questions) -> Observation | str:
    """The Observation of a row, "" when it went into the columns, or the code of why it cannot be taken."""
    if row is None:
        return "bad_row"
    try:
        return taker.read(row)
    except DayOrMonth:
        questions.date_order()
        return "needs_answer"


def _remarks(stream: ByteStream) -> Iterator[Problem]:
    if stream.truncated:
        yield Problem("truncated", 0, "the end of the file")
    if stream.bad_checksum:
        yield Problem("bad_checksum", 0, stream.member.name)
