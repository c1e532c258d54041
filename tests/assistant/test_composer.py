"""Every form of answer against its snapshot in both languages. `CARNET_SNAPSHOTS=write` writes them anew, to be read before a commit."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.composer_cases import ASKED, CATALOG, NOW, OUTCOMES, PERSON, finding, one, plan, told, win
from carnet.assistant.outcome import Outcome
from carnet.assistant.plan import Agg
from carnet.assistant.words.composer import ask_back, compose, locked, not_granted
from carnet.assistant.words.remarks import LIMITS, SILENT, VERDICTS
from carnet.assistant.words.sentences import has
from carnet.assistant.words.wording import understood
from carnet.record.view import Person
from carnet.safety.boundary import check

LANGUAGES = ("en", "fr")
SPACES = str.maketrans({"\u00a0": "~", "\u202f": "_"})  # so that a reader of the snapshot sees them


def spoken(lang: str) -> dict[str, str]:
    """Every text there is, by the name of its case."""
    texts = {k: f"> {understood(o.plan, lang, NOW, CATALOG)}\n{compose(o, lang, NOW, PERSON)}" for k, o in OUTCOMES.items()}
    texts |= {f"ask: {k}": ask_back(a, lang, NOW, PERSON)[0] for k, a in ASKED.items()}
    texts |= {
        "refused nothing": not_granted("", (), lang), "refused category": not_granted("heart", (), lang),
        "refused service": not_granted("heart", ("apple_health",), lang),
        "refused services": not_granted("sleep", ("apple_health", "oura"), lang), "locked": locked(lang),
    }  # fmt: skip
    return texts


def _read(path: Path) -> dict[str, str]:
    blocks = re.split(r"^## (.+)\n", path.read_text("utf-8"), flags=re.M)[1:]
    return {name: text.strip("\n") for name, text in zip(blocks[::2], blocks[1::2], strict=True)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_are_those_of_the_snapshot(lang: str) -> None:
    path = Path(__file__).with_name(f"composer.{lang}.snapshot.txt")
    now = {name: text.translate(SPACES) for name, text in spoken(lang).items()}
    if os.environ.get("CARNET_SNAPSHOTS") == "write":
        path.write_text("\n".join(f"## {name}\n{text}\n" for name, text in now.items()), "utf-8")
    kept = _read(path)
    assert list(now) == list(kept)
    assert {k: v for k, v in now.items() if v.strip("\n") != kept[k]} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_has_at_most_twenty_words(lang: str) -> None:
    for name, text in spoken(lang).items():
        told_ = [line for line in text.splitlines() if not line.startswith(("> ", "- ", "  carnet"))]
        for sentence in re.split(r"(?<=[.?!:;])\s|\n", "\n".join(told_)):
            figures = re.sub(r"\d+ h( \d+ min)?", "7h30", sentence.translate(SPACES))
            words = [w for w in figures.split() if re.search(r"\w", w) and not re.fullmatch(r"\[\d+\][.:,]?", w)]
            assert len(words) <= 20, (name, sentence)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_left_unfilled_doubled_or_said_twice(lang: str) -> None:
    for name, text in spoken(lang).items():
        assert not re.search(r"[{}]|\S {2,}\S|\(\)| [,.](\s|$)|\.\.|\bNone\b|\bnan\b", text), (name, text)
        lines = text.splitlines()
        assert len(lines) == len(set(lines)), (name, text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("agg", list(Agg))
def test_every_calculation_has_a_form(lang: str, agg: Agg) -> None:
    text = compose(one("steps", agg, 3.0, "{count}"), lang, NOW, PERSON)
    assert "[1]" in text or agg in (Agg.LIST, Agg.RANK)
    assert understood(plan("steps", agg), lang, NOW, CATALOG)


def test_every_calculation_has_a_snapshot() -> None:
    assert {o.plan.agg for o in OUTCOMES.values()} == set(Agg)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_missing_data_is_never_zero(lang: str) -> None:
    for name, outcome in OUTCOMES.items():
        if outcome.missing and not outcome.have:
            assert not re.search(r"(?<![\d/,._\u202f-])0(?![\d/,._\u202f])", compose(outcome, lang, NOW, PERSON)), name


def test_the_known_codes_are_listed_and_have_words() -> None:
    for lang in LANGUAGES:
        assert not [code for code in (*VERDICTS, *LIMITS) if not has(lang, f"note.{code}")]
    assert {
        "partial_today",
        "few_days",
        "estimate",
        "censored",
        "home_zone_assumed",
        "copies_left_out",
        "flat",
        "up",
        "down",
        "too_few",
        "break",
        "default_period",
        "default_agg",
    } <= {*VERDICTS, *LIMITS, *SILENT}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_unknown_codes_change_nothing(lang: str) -> None:
    known = one("steps", Agg.TOTAL, 10.0, "{count}")
    odd = one("steps", Agg.TOTAL, 10.0, "{count}", notes=("unheard_of", "x:y"), assumptions=("nobody_knows",))
    assert compose(known, lang, NOW, PERSON) == compose(odd, lang, NOW, PERSON)


def test_a_direction_is_said_only_when_a_rule_said_it() -> None:
    plain = one("weight", Agg.TREND, -1.3, "kg")
    assert "down" not in compose(plain, "en", NOW, PERSON)
    few = one("weight", Agg.TREND, -1.3, "kg", notes=("too_few:9", "down"))
    text = compose(few, "en", NOW, PERSON)
    assert "down" not in text
    assert "Too few days (9) to speak of a trend; 14 are needed." in text


@pytest.mark.parametrize(("metric", "unit", "note", "said"), [
    ("steps", "{count}", "percent:17.18", True), ("steps", "{count}", "", False), ("body_temperature", "Cel", "percent:1", False),
    ("body_temperature", "[degF]", "percent:1", False), ("spo2", "%", "percent:1", False), ("sleep_start", "min", "percent:1", False),
])  # fmt: skip
def test_a_percentage_comes_from_its_note_and_never_for_temperatures(metric: str, unit: str, note: str, said: bool) -> None:
    found = tuple(finding(metric, v, unit, notes=(note, "more")) for v in (10.0, 110.0, 100.0))
    text = compose(told(replace(OUTCOMES["compare steps"].plan, metrics=(metric,)), *found), "en", NOW, PERSON)
    assert ("(+17%)" in text) == said
    assert ("%)" in text) == said


def test_more_or_less_is_said_only_when_a_rule_said_it() -> None:
    assert "a difference of +1,204 steps a day" in compose(OUTCOMES["compare few"], "en", NOW, PERSON)
    assert " more " in compose(OUTCOMES["compare weekend"], "en", NOW, PERSON)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_passes_the_boundary(lang: str) -> None:
    assert not {name: found for name, text in spoken(lang).items() if (found := check(text, "none"))}


def test_long_lists_say_how_much_is_left() -> None:
    rows = [finding("weight", 70.0 + i, "kg", 1, date=f"2026-01-{i + 1:02d}") for i in range(31)] * 2
    text = compose(told(plan("weight", Agg.LIST), *rows), "en", NOW, PERSON)
    assert text.count("\n- ") == 41
    assert "- 22 more lines, not shown here" in text


def test_choices_are_at_most_three_plans_and_something_else() -> None:
    for lang, other in (("en", "Something else"), ("fr", "Autre chose")):
        text, asks = ask_back(
            replace(ASKED["two plans"], choices=tuple(plan(m, Agg.MEAN) for m in ("steps", "weight", "spo2", "bmi"))), lang, NOW, PERSON
        )
        assert len(asks) == 4
        assert asks[-1] == other
        assert all(f"- {choice}" in text for choice in asks)


def test_a_zone_taken_from_the_data_is_said() -> None:
    person = Person(home_zone="Europe/Paris", home_zone_said=False)
    assert "Europe/Paris" in compose(OUTCOMES["total week"], "en", NOW, person)
    assert "Europe/Paris" not in compose(OUTCOMES["latest lab in range"], "en", NOW, person)


def test_a_plan_without_a_metric_is_about_laboratory_results() -> None:
    made = replace(OUTCOMES["out of range"], plan=replace(OUTCOMES["out of range"].plan, metrics=()))
    assert compose(made, "en", NOW, PERSON).startswith("2 results out of range")
    assert understood(made.plan, "fr", NOW, CATALOG).startswith("Résultats de laboratoire")


def test_the_refusal_prints_the_command() -> None:
    text = not_granted("heart", ("apple_health",), "en")
    assert text.splitlines()[-1].strip() == "carnet consent grant apple_health --category heart --purpose answer"


def test_the_same_outcome_gives_the_same_words() -> None:
    outcome = OUTCOMES["mean with assumptions"]
    assert len({compose(outcome, "fr", NOW, PERSON) for _ in range(20)}) == 1


def test_an_outcome_without_findings_is_no_answer() -> None:
    text = compose(Outcome(plan("steps", Agg.TOTAL, win("2026-03-02", "2026-03-08")), None), "en", NOW, PERSON)
    assert text == "Steps: I cannot answer this from your record."
