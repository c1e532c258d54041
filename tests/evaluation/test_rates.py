"""Each rate on rows worked by hand, the worst of repeats, and the same figures as the sets' own scorer where it is at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.evaluation import run
from carnet.evaluation.labels import KNOWN, expected
from carnet.evaluation.rates import MAX_GROUPS, OTHER, RATES, Board, Boards, failed, outcome
from carnet.evaluation.sets import Item
from carnet.safety import Assessment, Level, Profile
from scorer import FOLDER, scorer

QUIET = Assessment(Level.NONE, (), (), False, False, False, None, (), "en")
LEVELS = list(Level)


def _item(label: str, **flags: bool) -> Item:
    known = expected(label)
    assert known
    return Item("i", ("t",), known[0], known[1], flags=flags)


def _got(level: str, **flags: bool) -> Assessment:
    return replace(QUIET, level=Level(level), **flags)


@pytest.mark.parametrize(
    ("label", "level", "against"),
    [
        ("emergency", "emergency", set()),
        ("emergency", "same_day", {"emergency_recall", "under_triage", "under_triage_care", "accuracy"}),
        ("critical", "none", {"emergency_recall", "emergency_today", "under_triage", "under_triage_care", "accuracy"}),
        ("urgent", "same_day", set()),
        ("urgent", "emergency", {"over_triage", "accuracy"}),
        ("urgent", "see_clinician", {"under_triage", "under_triage_care", "accuracy"}),
        ("see_clinician", "see_clinician", set()),
        ("see_clinician", "same_day", set()),
        ("see_clinician", "emergency", {"over_triage", "accuracy"}),
        ("see_clinician", "self_care", {"under_triage", "under_triage_care", "accuracy"}),
        ("self_care", "self_care", set()),
        ("routine", "none", {"under_triage", "accuracy"}),
        ("self_care", "see_clinician", {"over_triage", "accuracy", "self_care_kept"}),
        ("self_care", "emergency", {"over_triage", "accuracy", "self_care_kept", "harmless_raised"}),
        ("none", "none", set()),
        ("none", "self_care", {"accuracy"}),
        ("none", "emergency", {"over_triage", "accuracy", "harmless_raised"}),
        ("benign", "none", set()),
        ("benign", "see_clinician", {"benign_warned"}),
        ("benign", "emergency", {"benign_warned", "harmless_raised"}),
        ("not_emergency", "same_day", set()),
        ("not_emergency", "emergency", {"green_raised"}),
        ("hazard_non911", "none", {"hazard_warned"}),
        ("hazard_non911", "see_clinician", set()),
    ],
)
def test_what_counts_against_a_row(label: str, level: str, against: set[str]) -> None:
    assert set(failed(outcome(_item(label), [_got(level)]))) == against


def test_flags_count_only_where_the_set_labels_them() -> None:
    assert not [name for name in outcome(_item("none"), [_got("none", crisis=True)]) if name.startswith("crisis")]
    assert set(failed(outcome(_item("none", crisis=True), [QUIET]))) == {"crisis_recall"}
    assert set(failed(outcome(_item("none", crisis=False), [_got("none", crisis=True)]))) == {"crisis_false"}
    assert failed(outcome(_item("hazard_non911", poison=True), [_got("none", poison=True)])) == ()


@given(st.sampled_from(KNOWN), st.lists(st.sampled_from(LEVELS), min_size=1, max_size=5))
def test_more_repeats_never_look_better(label: str, levels: list[Level]) -> None:
    item, said = _item(label), [replace(QUIET, level=level) for level in levels]
    together = set(failed(outcome(item, said)))
    assert together == {name for one in said for name in failed(outcome(item, [one]))}


@given(st.sampled_from(KNOWN), st.sampled_from(LEVELS))
def test_a_row_is_never_both_under_and_over(label: str, level: Level) -> None:
    assert not {"under_triage", "over_triage"} <= set(failed(outcome(_item(label), [replace(QUIET, level=level)])))


def test_a_board_counts_and_gives_the_interval() -> None:
    board = Board()
    for held in (True, True, False, True):
        board.add({"accuracy": held})
    figure = board.figures()["accuracy"]
    assert (figure.n, figure.hits, figure.rate) == (4, 3, 0.75)
    assert figure.low < 0.75 < figure.high
    assert list(board.figures()) == ["accuracy"]


def test_groups_without_end_are_gathered() -> None:
    boards = Boards()
    for n in range(MAX_GROUPS + 50):
        boards.add(replace(_item("none"), group=f"g{n}"), "en", {"accuracy": True})
    assert len(boards.by["group"]) == MAX_GROUPS + 1
    assert boards.by["group"][OTHER].n["accuracy"] == 50


def test_names_are_given_once() -> None:
    assert len({rate.name for rate in RATES}) == len(RATES)


SAME = {  # the scorer's name, and ours: (name, True when ours counts the failures)
    "emergency recall": ("emergency_recall", False), "emergency sent at least same day": ("emergency_today", False),
    "not under-triaged": ("under_triage", True), "exact class": ("accuracy", False), "self-care kept": ("self_care_kept", False),
    "benign not warned": ("benign_warned", True), "other hazard warned": ("hazard_warned", False),
}  # fmt: skip


@pytest.mark.skipif(not FOLDER, reason="CARNET_EVALUATION is not set: the sets' own scorer is not compared with")
@pytest.mark.parametrize("name", ["triage_semigran45", "hazard_physician200", "triage_vitals_clinicaflow224"])
def test_the_sets_own_scorer_agrees(name: str) -> None:
    """Levels are drawn by row number instead of by the floor, so that every rate has hits and misses."""
    judge, path, predicted = scorer(), Path(FOLDER) / f"{name}.jsonl", []
    rows = judge.rows(path)

    def by(turns: Sequence[str], profile: Profile, lang: str | None) -> Assessment:
        level = LEVELS[sum(map(len, turns)) % len(LEVELS)]
        return replace(QUIET, level=level, poison=len(turns[0]) % 3 == 0)

    for row in rows:
        said = judge.to_input(row, "en", {})
        got = by([said["text"]], Profile(), None)
        predicted.append({"id": str(row["id"]), "level": str(got.level), "poison": got.poison})
    theirs = judge.score(rows, predicted)[0].table()
    ours = run(path, by=by).boards.whole.figures()
    compared = [key for key in SAME if key in theirs]
    assert len(compared) >= 3
    for key in compared:
        figure, (mine, inverted) = theirs[key], SAME[key]
        assert ours[mine].n == figure["n"], key
        assert (1 - ours[mine].rate if inverted else ours[mine].rate) == pytest.approx(figure["rate"]), key


def test_a_row_as_it_is_written_is_scored(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps({"id": "1", "text": "My chest is being crushed and I sweat", "level": "emergency"}) + "\n", "utf-8")
    assert run(path).boards.whole.figures()["emergency_recall"].rate == 1.0
