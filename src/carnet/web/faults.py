"""What is said of a fault of ours: where it happened, never what it was about."""

from __future__ import annotations

import sys


def report(error: BaseException) -> None:
    """One line about a fault of ours: where, never what."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    place = f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last else "?"
    print(f"carnet: an internal fault ({type(error).__name__} at {place}); nothing was lost, please report it", file=sys.stderr)
