"""The pages' sentences: the same keys and slots in both languages, none empty, none unused."""

from __future__ import annotations

import re
from pathlib import Path

from carnet.assistant.words.sentences import sentences

WEB = Path(__file__).resolve().parents[2] / "src" / "carnet" / "web"
EN, FR = (sentences(lang, "carnet.web").forms for lang in ("en", "fr"))
SOURCES = "\n".join(p.read_text() for p in [*WEB.rglob("*.py"), *WEB.rglob("*.html")])


def test_both_languages_have_the_same_keys() -> None:
    assert set(EN) == set(FR)


def test_none_is_empty_or_twice_the_same_file_entry() -> None:
    for lang, forms in (("en", EN), ("fr", FR)):
        assert [key for key, said in forms.items() if not all(said)] == []
        keys = re.findall(r'^msgid "(.+)"$', (WEB / "messages" / f"{lang}.po").read_text(), re.M)
        assert sorted(k for k in set(keys) if keys.count(k) > 1) == []


def test_slots_agree() -> None:
    def slots(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    assert [k for k in EN if slots(" ".join(EN[k])) != slots(" ".join(FR[k]))] == []


def test_every_key_named_in_code_or_a_template_exists() -> None:
    named = set(re.findall(r"""{% say ['"]([\w.]+\w)['"](?! ?\|)""", SOURCES)) | set(
        re.findall(r'\bsay\((?:request\.)?lang, "([\w.]+\w)"', SOURCES)
    )
    assert {key for key in named if key not in EN} == set()
