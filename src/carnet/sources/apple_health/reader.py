"""Apple Health's export.xml: Records as columns, the rest one by one, in bounded memory. The CDA twin is not read: same data again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from carnet.record.clock import believed
from carnet.record.model import Item, Kind, Problem, ReadContext
from carnet.sources.apple_health.elements import HEADER, Elements
from carnet.sources.apple_health.shapes import Records
from carnet.sources.apple_health.single import Singles
from carnet.sources.apple_health.stream import Cleaned
from carnet.sources.container import ByteStream
from carnet.sources.errors import Damaged

READER = "apple_health/2"
WHOLE = True
CHUNK = 25_000  # Records held before they become a Batch
_HEALTH_DATA = re.compile(rb"<!DOCTYPE\s+HealthData\b|<HealthData[\s/>]")


def sniff(head: bytes) -> bool:
    """Whether these first bytes open an export: by content, the name is in the phone's language."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") and bool(_HEALTH_DATA.search(head))


def left_out(head: bytes) -> str:
    """ "same_data_again" for the CDA twin that stands beside every export, else ""."""
    return "same_data_again" if b"<ClinicalDocument" in head else ""


def read(stream: ByteStream, context: ReadContext, chunk: int = CHUNK) -> Iterator[Item]:
    """Batches, Observations, Problems and Kinds of one export.

    The Kinds count every depth-1 element but ExportDate; they equal the rows taken plus the counts of the Problems. An element that was
    begun and cut off is one of each. Observations come last, once it is known which of them share a key. Problems of the whole file
    (truncated between elements, bad_checksum, control_characters) count 0.
    Raises Damaged when nothing at all can be read.
    """
    bounds = believed(context.now)
    elements, records, singles, cleaned = Elements(), Records(bounds), Singles(bounds), Cleaned(stream)
    anything = False
    for piece in cleaned:
        elements.feed(piece)
        if len(elements.records) >= chunk:
            anything = True
            yield from _records(elements, records)
        if elements.others:
            anything |= any(node[0] != HEADER for node in elements.others)
            yield from _others(elements, singles)
    cut_off, begun = elements.finish()
    if not (anything or elements.records) and (cut_off or elements.broken or elements.lost or elements.stopped):
        raise Damaged(_nothing(stream, cut_off))
    yield from _records(elements, records)
    yield from singles.facts()
    yield from _remarks(stream, elements, cleaned.dropped, begun)


def _records(elements: Elements, records: Records) -> Iterator[Item]:
    if elements.records:
        yield Kind("Record", len(elements.records))
        yield from records.batch(elements.records, elements.children)
    elements.records.clear()
    elements.children.clear()


def _others(elements: Elements, singles: Singles) -> Iterator[Item]:
    nodes = [node for node in elements.others if node[0] != HEADER]
    elements.others.clear()
    for name, count in Counter(node[0] for node in nodes).items():
        yield Kind(name, count)
    for node in nodes:
        if problem := singles.read(node):
            yield problem


def _remarks(stream: ByteStream, elements: Elements, dropped: int, begun: str) -> Iterator[Item]:
    """What is said of the file as a whole, and of elements that never ended or are not XML."""
    for name, count in elements.broken.items():
        yield Kind(name, count)
        yield Problem("not_well_formed", count, name)
    if begun:
        yield Kind(begun, 1)
        yield Problem("truncated", 1, f"the last {begun}")
    elif stream.truncated or not (elements.closed or elements.stopped):
        yield Problem("truncated", 0, "the end of the file")
    if elements.lost or elements.stopped or elements.trailing:
        yield Problem("not_well_formed", 0, "the rest of the file" if elements.stopped else "between two elements")
    if stream.bad_checksum:
        yield Problem("bad_checksum", 0, stream.member.name)
    if dropped:
        yield Problem("control_characters", 0, f"{dropped} bytes that XML forbids were left out")


def _nothing(stream: ByteStream, cut_off: bool) -> str:
    why = "ends before its first record" if cut_off else "is not the XML of a health export an iPhone writes today"
    return f"{stream.member.name} {why}; export it again on the phone (Health, your picture, Export All Health Data)"
