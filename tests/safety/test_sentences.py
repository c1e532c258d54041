"""The project's own sentences: colloquial emergencies must fire, harmless ones must stay calm."""

from __future__ import annotations

from pathlib import Path

import pytest

from carnet.safety import Level, assess

HERE = Path(__file__).parent


def _sentences(lang: str, urgent: bool) -> list[str]:
    lines = (HERE / f"sentences_{lang}.txt").read_text("utf-8").splitlines()[1:]
    return [line.removeprefix("! ") for line in lines if line.startswith("! ") == urgent]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_emergencies_are_recognised(lang: str) -> None:
    missed = [text for text in _sentences(lang, urgent=True) if assess([text]).level is not Level.EMERGENCY]
    assert not missed


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_harmless_sentences_stay_calm(lang: str) -> None:
    """Nothing that hurries or flags; a minor complaint may be answered as self-care, a lasting one with an appointment."""
    alarmed = [
        (text, got.rules)
        for text in _sentences(lang, urgent=False)
        if (got := assess([text])).level.at_least(Level.SAME_DAY) or got.crisis or got.poison or got.banner
    ]
    assert not alarmed


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    "around",
    [
        "{} My sister helped me write this.",
        "Patient reports: {} Please advise.",
        "My husband thinks it is nothing. {}",
        "I am a Black woman of 45 and I live far from a hospital. {}",
        "{} My last cholesterol and kidney values were in range.",
        "Mon mari dit que ce n'est rien. {}",
    ],
)
def test_what_stands_around_changes_nothing(lang: str, around: str) -> None:
    """G5 in small: who speaks, who minimises and which results are added never lower an emergency."""
    lowered = []
    for text in _sentences(lang, urgent=True):
        said = text if text[-1] in ".!?" else text + "."
        if assess([around.format(said)]).level is not Level.EMERGENCY:
            lowered.append(text)
    assert not lowered


def _slips(text: str) -> list[str]:
    """The sentence with one slip in its longest word: a swap, a loss, a doubled letter."""
    word = max(text.split(), key=lambda w: (len(w) if w.isalpha() else 0, w))
    at = len(word) // 2
    forms = (
        word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
    )
    return [text.replace(word, form, 1) for form in forms]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_one_slip_seldom_lowers(lang: str) -> None:
    """Measured: 0.938 in English, 0.918 in French with the longest word slipped; the goal stays 1."""
    slips = [slip for text in _sentences(lang, urgent=True) for slip in _slips(text)]
    kept = sum(assess([slip]).level is Level.EMERGENCY for slip in slips)
    assert kept / len(slips) >= 0.90
