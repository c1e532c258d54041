"""Why a file cannot be read at all. One bad row is never an error: it is a Problem.

UnreadableInput
├── NotRecognised   no connector knows this content
└── Damaged         the container is broken before any row could be read
"""

from __future__ import annotations


class UnreadableInput(Exception):
    """One clear line: what was expected and what to do."""


class NotRecognised(UnreadableInput):
    """No connector knows this content."""


class Damaged(UnreadableInput):
    """The container is broken before any row could be read."""
