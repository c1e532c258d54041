"""What can be wrong with a labelled set; the line that is shown holds a place and an expectation, never a text of the set.

EvaluationError
└── BadSet   a file that cannot be read, or a row that is none of the known formats
"""


class EvaluationError(Exception):
    """Any fault of a measurement."""


class BadSet(EvaluationError):
    """A set that cannot be scored as it stands; nothing was scored."""
