"""How good the safety floor is, on labelled messages. Measures and reports; refuses to tune, to keep a text, or to score in silence."""

from carnet.evaluation.errors import BadSet, EvaluationError
from carnet.evaluation.triage import Miss, Report, run

__all__ = ["BadSet", "EvaluationError", "Miss", "Report", "run"]
