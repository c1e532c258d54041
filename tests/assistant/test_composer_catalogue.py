"""The two catalogues: complete, equal in their slots, all of it used, and free of words we do not use."""

from __future__ import annotations

import ast
import re
import string
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from carnet.assistant.words.sentences import LANGUAGES, say, sentences
from carnet.record.catalog import CATEGORIES, catalog

FOLDER = Path(str(files("carnet.assistant.words")))
MODULES = ("sentences", "formats", "wording", "direct", "lines", "remarks", "composer")
# claims of answers.md 13; the negations and explanations that are fine would stand here by message id, each with its reason
BANNED = {
    "en": r"\b(normal|abnormal|optimal|pathological|diagnos\w+|you have|suffers? from|disease|risk of|safe to|nothing to worry|perfect|"
          r"bad|good|grade|percentiles? of|traffic light|stars?|score of (?!app)|healthy|unhealthy|excellent|poor)\b",
    "fr": r"\b(normal\w*|normaux|anormal\w*|optimal\w*|pathologique\w*|diagnosti\w+|vous avez|vous souffrez|sans danger|rien d'inquiétant|"
          r"parfait\w*|mauvais\w*|bon(ne)?|score de santé|maladie|risque de|excellent\w*|note de)\b",
}  # fmt: skip
ALLOWED: dict[str, str] = {}


def _slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _keys() -> set[str]:
    return set(sentences("en").forms)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_babel_reads_the_same(lang: str) -> None:
    with (FOLDER / "messages" / f"{lang}.po").open("rb") as stream:
        theirs = read_po(stream, locale=lang, abort_invalid=True)
    told = {m.id[0] if isinstance(m.id, tuple) else m.id: m.string if isinstance(m.string, tuple) else (m.string,) for m in theirs if m.id}
    assert told == dict(sentences(lang).forms)
    for n in (0, 1, 2, 5, 1000):
        assert sentences(lang).plural(n) == int(n > 1 if lang == "fr" else n != 1)


def test_both_languages_say_the_same_things() -> None:
    english, french = sentences("en").forms, sentences("fr").forms
    assert list(english) == list(french)
    for key, forms in english.items():
        assert len(forms) == len(french[key]), key
        assert set().union(*map(_slots, forms)) == set().union(*map(_slots, french[key])) or key.startswith(("time.", "evidence.")), key
        assert all((*forms, *french[key])), f"{key} has no words"


def test_time_and_evidence_differ_only_in_how_they_write_a_number() -> None:
    twins = [{"short", "hours"}, {"padded", "minutes"}, {"with_data", "with_days"}]
    for key, forms in sentences("en").forms.items():
        odd = _slots(forms[-1]) ^ _slots(sentences("fr").forms[key][-1])
        assert not odd or odd in twins, key


def _used() -> tuple[set[str], set[str]]:
    """Message ids written out in the code, and the beginnings of those put together."""
    literal: set[str] = set()
    begun: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                literal.add(node.value)
    stems = {key.split(".")[0] for key in _keys()}
    return {k for k in literal if re.fullmatch(r"[a-z]+\.[\w./%]*[\w/%]", k) and k.split(".")[0] in stems}, {
        b for b in begun if b.split(".")[0] in stems and "." in b
    }


def test_every_message_id_in_the_code_exists() -> None:
    literal, begun = _used()
    assert not {k for k in literal if k not in _keys() and not any(key.startswith(f"{k}.") for key in _keys())}
    assert not {b for b in begun if not any(key.startswith(b) for key in _keys())}


def test_every_message_is_used() -> None:
    literal, begun = _used()
    written = "\n".join((FOLDER / f"{module}.py").read_text("utf-8") for module in MODULES)
    stems = {"interval", "range"}  # one function, two messages: interval(finding, lang, "range")
    unused = {
        key for key in _keys()
        if key not in literal and not key.startswith(tuple(begun)) and not any(key.startswith(f"{stem}.") for stem in literal)
        and not (key.split(".")[0] in stems and f'"{key.split(".")[0]}"' in written) and key != "locked"
    }  # fmt: skip
    assert not unused


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_we_do_not_use(lang: str) -> None:
    claims = {
        key: form for key, forms in sentences(lang).forms.items() for form in forms
        if key not in ALLOWED and re.search(BANNED[lang], form, flags=re.I)
    }  # fmt: skip
    assert not claims


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_unit_and_category_can_be_named(lang: str) -> None:
    assert not [c for c in CATEGORIES if f"category.{c}" not in sentences(lang).forms]
    bare = {u for m in catalog().metrics.values() for u in (m.shown, m.shown_us) if f"unit.{u}" not in sentences(lang).forms}
    assert not [u for u in bare if re.search(r"[\[\]{}*]|^u[A-Z]?[a-z]", u) and u not in ("clock",)], "a UCUM spelling nobody reads"


def test_french_zero_is_singular_and_english_zero_plural() -> None:
    assert say("fr", "unit.d", count=0, n="0") == "0 jour"
    assert say("fr", "unit.d", count=1.5, n="1,5") == "1,5 jour"
    assert say("en", "unit.d", count=0, n="0") == "0 days"
    assert say("en", "unit.d", count=0.5, n="0.5") == "0.5 days"
    assert say("en", "unit.d", count=1, n="1") == "1 day"
