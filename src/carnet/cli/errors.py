"""Exit codes, and which refusal gets which.

0 done · 1 done, with problems or open questions · 2 bad usage or unreadable input · 3 refused (no consent, locked, wrong passphrase)
"""

from __future__ import annotations

import os

from carnet.cli.words import has, say

EXIT_DONE, EXIT_OPEN, EXIT_BAD, EXIT_REFUSED = 0, 1, 2, 3


class Refused(Exception):
    """A command that ends with one line."""

    def __init__(self, line: str, code: int = EXIT_BAD) -> None:
        super().__init__(line)
        self.code = code


def exit_code(error: Exception) -> int | None:
    """The code for an error of one of the rooms, None for a fault of ours."""
    from carnet.consent import ConsentError, NotGranted
    from carnet.insights.errors import InsightError
    from carnet.record.errors import RecordError
    from carnet.sources.errors import UnreadableInput
    from carnet.vault.errors import Locked, VaultError, WrongPassphrase

    if isinstance(error, Locked | WrongPassphrase | NotGranted):
        return EXIT_REFUSED
    if isinstance(error, ConsentError | InsightError | RecordError | UnreadableInput | VaultError):
        return EXIT_BAD
    return None


def line_of(error: Exception, lang: str = "en") -> str:
    """The one line that is printed for an error: its own words when it is one of the rooms', else where the fault is, without values.

    In French the sentence of its kind, where there is one.
    """
    key = f"error.{type(error).__name__}"
    if lang != "en" and has(lang, key):
        return f"carnet: {say(lang, key)}"
    if isinstance(error, Refused) or exit_code(error) is not None:
        return f"carnet: {error}"
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    place = f"{os.path.basename(last.tb_frame.f_code.co_filename)}:{last.tb_lineno}" if last else "?"
    return f"carnet: an internal fault ({type(error).__name__} at {place}); nothing was lost, please report it"
