"""Depth-1 elements of an export, by expat. A broken one is counted and passed over; the next start at the same indent goes on."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from xml.parsers import expat

from carnet.sources.apple_health.stream import PROLOG

Node = tuple[str, dict[str, str], list["Node"]]  # tag, attributes, children; children are complete once their parent's end is seen

_FIRST = re.compile(rb"<HealthData[^>]*>(\s*)<[A-Za-z]")
_BEGUN = re.compile(rb"<([A-Za-z][\w.-]*)[\s/>]")
HEADER, BEATS = "ExportDate", "HeartRateVariabilityMetadataList"


def _beats(nodes: list[Node]) -> str:
    """Beats as JSON [[bpm, "clock text"], ...]: one string instead of the dozens of nodes every such Record would hold."""
    return json.dumps([[_figure(a.get("bpm")), a.get("time")] for tag, a, _ in nodes if tag == "InstantaneousBeatsPerMinute"],
                      ensure_ascii=False, separators=(",", ":"))  # fmt: skip


def _figure(text: str | None) -> int | float | str | None:
    if text and text.isascii() and text.isdigit():
        return int(text)
    try:
        number = float(text or "")
    except ValueError:
        return text
    return number if math.isfinite(number) else text


class _Unclosed(Exception):
    """A Record right inside a Record: the outer one lacks its end."""


class Elements:
    """Feed bytes, take elements. Holds the parser.

    records: attributes of Records; children: their child nodes by position in `records`; others: every other depth-1 element.
    broken: how many elements of each name were begun and could not be read. lost: errors between elements.
    """

    def __init__(self) -> None:
        self.records: list[dict[str, str]] = []
        self.children: dict[int, list[Node]] = {}
        self.others: list[Node] = []
        self.broken: Counter[str] = Counter()
        self.lost = 0
        self.closed = self.stopped = False
        self.trailing = False
        self._stack: list[Node] = []
        self._resume: re.Pattern[bytes] | None = None
        self._indent = self._tail = b""
        self._opening: bytes | None = b""
        self._skipping = False
        self._parser = self._fresh(PROLOG)

    def _fresh(self, opening: bytes) -> expat.XMLParserType:
        """A parser that has read `opening`."""
        stack, records, children, others = self._stack, self.records, self.children, self.others
        stack.clear()

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Record" and len(stack) == 2 and stack[1][0] == "Record":
                raise _Unclosed
            stack.append((tag, attributes, []))

        def end(tag: str) -> None:
            node = stack.pop()
            depth = len(stack)
            if depth > 1:
                stack[-1][2].append((BEATS, {"json": _beats(node[2])}, []) if tag == BEATS else node)
            elif depth == 0:
                self.closed = True
            elif tag == "Record":
                if node[2]:
                    children[len(records)] = node[2]
                records.append(node[1])
            else:
                others.append(node)

        parser = expat.ParserCreate("UTF-8")
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.Parse(opening, False)
        self._fed = len(opening)
        return parser

    def clear(self) -> None:
        """Forgets what was taken."""
        self.records.clear()
        self.children.clear()
        self.others.clear()

    def feed(self, piece: bytes) -> None:
        """Reads a piece; what is complete in it is in the lists afterwards."""
        if self._opening is not None:
            self._learn_indent(piece)
        while piece and not self.stopped:
            if self.closed:
                self.trailing |= bool(piece.strip())
                return
            if self._skipping:
                found = self._resume.search(piece) if self._resume else None
                if not found:
                    return
                piece, self._skipping = piece[found.end() :], False
            self._tail = piece
            try:
                self._parser.Parse(piece, False)
                self._fed += len(piece)
                return
            except (expat.ExpatError, _Unclosed) as error:
                piece = self._recover(piece, isinstance(error, _Unclosed))

    def _learn_indent(self, piece: bytes) -> None:
        """Remembers what stands before a depth-1 element; in a file without line ends there is nothing to go on at after an error."""
        self._opening = (self._opening or b"") + piece[:1000]
        if first := _FIRST.match(self._opening):
            self._opening = None
            if b"\n" in first[1]:
                self._indent = first[1]
                self._resume = re.compile(re.escape(first[1]) + rb"(?=<[A-Za-z])")
        elif len(self._opening) > 20_000:
            self._opening = None

    def _recover(self, piece: bytes, unclosed: bool) -> bytes:
        """Counts the broken element; what is left of the piece, to be searched for the next start."""
        if self.closed:
            self.trailing = True
            return b""
        at = max(0, (self._parser.CurrentByteIndex if unclosed else self._parser.ErrorByteIndex) - self._fed)
        self._count(piece, at)
        self._skipping, self.stopped = True, self._resume is None
        self._parser = self._fresh(PROLOG + b"<HealthData>")
        return piece[max(0, at - len(self._indent)) if unclosed else at :]

    def _count(self, piece: bytes, at: int) -> None:
        """One more broken element: the one that is open, or the one whose start tag stands at the error."""
        if len(self._stack) > 1:
            self.broken[self._stack[1][0]] += 1
            return
        begun = _BEGUN.match(piece, max(piece.rfind(b"<", 0, at + 1), 0))
        if begun and begun[1] != b"HealthData":
            self.broken[begun[1].decode()] += 1
        else:
            self.lost += 1

    def finish(self) -> tuple[bool, str]:
        """Whether the export was cut off (its root never ended), and the name of the element it was cut off in, "" for none."""
        if self.closed or self.stopped:
            return False, ""
        if len(self._stack) > 1:
            return True, self._stack[1][0]
        begun = _BEGUN.match(self._tail, max(self._tail.rfind(b"<"), 0))
        return True, begun[1].decode() if begun and begun[1] != b"HealthData" and b">" not in self._tail[begun.start() :] else ""
