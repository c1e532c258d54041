"""Why a file cannot be read at all. One bad row is never an error: it is a Problem.

UnreadableInput
├── NotRecognised   no connector knows this content
└── Damaged         the container is broken before any row could be read
    ├── Locked      it is encrypted
    ├── Refused     the system does not let us read it
    └── Oversized   it asks for more than an import may cost; never passed over in a folder
"""

from __future__ import annotations


class UnreadableInput(Exception):
    """One clear line: what was expected and what to do. code: the stable word for it."""

    code = "unreadable"


class NotRecognised(UnreadableInput):
    """No connector knows this content."""

    code = "not_recognised"


class Damaged(UnreadableInput):
    """The container is broken before any row could be read. reason: the word for it when other files could be read."""

    code = reason = "damaged"


class Locked(Damaged):
    """It is encrypted."""

    code = reason = "encrypted"


class Refused(Damaged):
    """The system does not let us read it."""

    code = reason = "unreadable"


class Oversized(Damaged):
    """It asks for more memory, bytes or members than an import may cost."""

    code = reason = "oversized"
