"""What can go wrong with a fact.

RecordError
├── UnknownMetric   the catalogue has no such name
├── UnknownUnit     no conversion to the metric's unit is known
└── BadLink         the text is not a citation link
"""

from __future__ import annotations


class RecordError(Exception):
    """A fact, a unit or a name the catalogue does not know."""


class UnknownMetric(RecordError):
    """The catalogue has no such metric."""


class UnknownUnit(RecordError):
    """No fixed conversion from this unit to the metric's canonical unit is known."""


class BadLink(RecordError):
    """The text is not a citation link."""
