"""Cleans words that come from files and are shown to people: names of files, sources and units. It changes no number and no date."""

from __future__ import annotations

import re

LONGEST = 200  # characters of one name; a longer one is cut and ends in an ellipsis

_LINES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
# what moves a terminal's cursor (C0, C1), turns the order of reading (bidi marks, overrides, isolates), hides, or is no character
_HOSTILE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_HALVES = re.compile("[\ud800-\udfff]")


def shown(text: str, longest: int = LONGEST) -> str:
    """The name without what could act on a terminal or hide in it; line ends become spaces, half characters a question mark.

    No-break spaces and the joiners of emoji and of Persian stay.
    """
    if not text.isprintable():
        text = _HALVES.sub("\ufffd", _HOSTILE.sub("", _LINES.sub(" ", text)))
    return text if len(text) <= longest else text[: longest - 1] + "…"
