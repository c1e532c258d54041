"""Names from files do nothing to a terminal, and ordinary names stay as they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.sources.cleaning import LONGEST, shown


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Apple\u00a0Watch de Zoé", "Apple\u00a0Watch de Zoé"), ("导出.xml", "导出.xml"), ("👩‍⚕️ app", "👩‍⚕️ app"), ("می‌خواهم", "می‌خواهم"),
        ("\x1b[2Jgone", "[2Jgone"), ("\x9b31mred", "31mred"), ("a\u202egpj.exe", "agpj.exe"), ("two\r\nlines", "two lines"),
        ("a\x85b\u2028c", "a b c"), ("bad\udc80byte", "bad\ufffdbyte"), ("\ufeffx\u200b", "x"), ("", ""), ("x" * 300, "x" * (LONGEST - 1) + "…"),
    ],
)  # fmt: skip
def test_names(text: str, wanted: str) -> None:
    assert shown(text) == wanted


@given(st.text(st.characters(), max_size=400))
def test_no_name_holds_a_control_and_cleaning_twice_changes_nothing(text: str) -> None:
    clean = shown(text)
    assert not {c for c in clean if unicodedata.category(c) in ("Cc", "Cs") or unicodedata.bidirectional(c) in _TURNING}
    assert shown(clean) == clean
    assert len(clean) <= LONGEST
    clean.encode()


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
