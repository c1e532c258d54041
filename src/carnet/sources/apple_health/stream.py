"""From the bytes of an export to bytes expat takes: everything before <HealthData is dropped, and so is what XML forbids.

The phone writes a DTD that is malformed (iOS 16) and never needed, and control characters inside values. Without the DTD there are
no entities either, so none can be expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from carnet.sources.container import ByteStream
from carnet.sources.errors import Damaged

PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>'
MAX_PROLOG = 4_000_000  # a DTD is 20 KB
MAX_PENDING = 16_000_000  # one tag without an end
_ROOT = re.compile(rb"<HealthData(?=[\s/>])")
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_NEVER = re.compile(rb"\xef\xbf[\xbe\xbf]")  # U+FFFE, U+FFFF
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")


@dataclass(slots=True)
class Cleaned:
    """An iterator over clean pieces, each cut after a ">"; `dropped` counts the bytes left out or replaced so far.

    Raises Damaged when no <HealthData is there.
    """

    stream: ByteStream
    dropped: int = 0

    def __iter__(self) -> Iterator[bytes]:
        pending = self._from_root()
        while True:
            cut = pending.rfind(b">") + 1
            if cut or len(pending) > MAX_PENDING:
                cut = cut or len(pending)
                yield self._clean(pending[:cut])
                pending = pending[cut:]
            piece = self.stream.read(1 << 18)
            if not piece:
                break
            pending += piece
        if pending:
            yield self._clean(pending)

    def _from_root(self) -> bytes:
        """The first bytes of the content, from <HealthData on."""
        head = b""
        while len(head) < MAX_PROLOG and (piece := self.stream.read(1 << 16)):
            head += piece
            if found := _ROOT.search(head):
                return head[found.start() :]
        raise Damaged(f"{self.stream.member.name} ends before its first record; export or download it again")

    def _clean(self, piece: bytes) -> bytes:
        clean = piece.translate(None, _CONTROLS)
        try:
            clean.decode("utf-8")
        except UnicodeDecodeError:
            text = clean.decode("utf-8", "replace")
            self.dropped += text.count("\ufffd")
            clean = text.encode()
            piece = clean
        if b"\xef\xbf" in clean:
            clean = _NEVER.sub(b"", clean)
        if b"&#" in clean:
            clean = _REFERENCE.sub(_reference, clean)
        self.dropped += len(piece) - len(clean)
        return clean


def _reference(found: re.Match[bytes]) -> bytes:
    """The reference itself when XML allows its character, else nothing."""
    code = int(found[1], 16) if found[1] else int(found[2])
    allowed = code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return found[0] if allowed else b""
