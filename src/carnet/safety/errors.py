"""What can be wrong with the room's own data files; nothing a person types ever raises.

SafetyError
├── BadLexicon   a word list names an unknown group or is not readable
└── BadRule      a rule lacks examples, a source, a level, or names a concept that does not exist
"""


class SafetyError(Exception):
    """Any fault of the packaged safety data."""


class BadLexicon(SafetyError):
    """A lexicon file that cannot be used as it stands."""


class BadRule(SafetyError):
    """A rule file that cannot be used as it stands."""
