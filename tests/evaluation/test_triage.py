"""A run: counts, hash, misses without words, flat memory; and the command around it: one line and exit 2 for a bad file."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carnet.cli.main import main
from carnet.evaluation import report, run
from carnet.evaluation.report import as_json, table
from carnet.evaluation.signoff import table as signatures
from carnet.evaluation.triage import MAX_MISSES, Wanted, floor_hash
from carnet.safety import Assessment, Level, Profile

ROOT = Path(__file__).resolve().parents[2]
QUIET = Assessment(Level.NONE, (), (), False, False, False, None, (), "en")
SECRET = "unlikelyword"
ROWS = [
    {"id": "e1", "lang": "en", "text": f"he is not breathing {SECRET}", "level": "emergency", "crisis": False, "group": "breathing"},
    {"id": "e2", "lang": "fr", "text": f"il ne respire plus {SECRET}", "level": "emergency", "group": "breathing"},
    {"id": "s1", "lang": "en", "text": f"a mild cold since yesterday {SECRET}", "level": "self_care", "group": "cold"},
    {"id": "m1", "lang": "fr", "turns": ["bonjour", SECRET], "level": "same_day"},
    {"id": "d1", "text": SECRET, "gold": "benign", "label_conflict": True},
]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    return path


def _quiet(turns: Sequence[str], profile: Profile, lang: str | None) -> Assessment:
    return QUIET


def test_a_run_counts_hashes_and_breaks_down(labelled: Path) -> None:
    heard: list[tuple[int, int, int]] = []
    got = run(labelled, told=lambda done, total, rows: heard.append((done, total, rows)))
    assert (got.rows, dict(got.left_out), got.unstable) == (5, {"label in doubt": 1}, 0)
    assert got.sha256 == hashlib.sha256(labelled.read_bytes()).hexdigest()
    assert got.boards.whole.figures()["emergency_recall"].hits == 2
    assert set(got.boards.by["language"]) == {"en", "fr"}
    assert set(got.boards.by["group"]) == {"breathing", "cold"}
    size = labelled.stat().st_size
    assert heard[-1] == (size, size, 5)
    assert [row[0] for row in heard] == sorted(row[0] for row in heard)


def test_the_worst_of_the_repeats_is_counted(labelled: Path) -> None:
    turn: Iterator[Level] = iter([Level.EMERGENCY, Level.NONE] * 100)

    def wavering(turns: Sequence[str], profile: Profile, lang: str | None) -> Assessment:
        return replace(QUIET, level=next(turn))

    got = run(labelled, Wanted(repeats=2, misses=True), by=wavering)
    figures = got.boards.whole.figures()
    assert got.unstable == 4
    assert figures["emergency_recall"].hits == 0
    assert figures["harmless_raised"].hits == 1
    assert {miss.id: miss.got for miss in got.misses} == {"e1": "none", "e2": "none", "s1": "emergency", "m1": "none"}


def test_misses_are_listed_only_when_asked_and_without_words(labelled: Path) -> None:
    silent = run(labelled, by=_quiet)
    assert (silent.missed, silent.misses) == (4, [])
    listed = run(labelled, Wanted(misses=True), by=_quiet)
    assert [miss.id for miss in listed.misses] == ["e1", "e2", "s1", "m1"]
    for shown in (json.dumps(as_json(listed)), table(listed, "en"), table(listed, "fr"), repr(listed)):
        assert SECRET not in shown
    told = run(labelled, Wanted(misses=True, texts=True), by=_quiet)
    assert SECRET in table(told, "en")
    assert as_json(told)["misses"][3]["turns"] == ["bonjour", SECRET] or tuple(as_json(told)["misses"][3]["turns"]) == ("bonjour", SECRET)


def test_the_floor_is_named_by_its_code_and_rules() -> None:
    assert len(floor_hash()) == 64


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_table_gives_n_and_interval_of_every_rate_in_both_languages(labelled: Path, lang: str) -> None:
    got = run(labelled)
    text = table(got, lang)
    for name, figure in got.boards.whole.figures().items():
        line = next(line for line in text.splitlines() if line.startswith(report.say(lang, f"rate.{name}") + " "))
        assert f"[{figure.low:.3f}-{figure.high:.3f}]" in line
        assert line.endswith(f"{figure.hits}/{figure.n}")
    assert got.sha256 in text
    assert max(map(len, text.splitlines())) <= 140


def test_both_languages_have_the_same_sentences_and_each_rate_a_name() -> None:
    from carnet.assistant.words.sentences import sentences
    from carnet.evaluation.rates import RATES

    forms = [sentences(lang, "carnet.evaluation").forms for lang in ("en", "fr")]
    assert forms[0].keys() == forms[1].keys()
    assert {f"rate.{rate.name}" for rate in RATES} <= forms[0].keys()


def test_memory_does_not_grow_with_the_set(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.jsonl"
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(
                json.dumps({"id": n, "text": f"row {n} " + "x" * 400, "level": "none", "group": f"g{n}"}) + "\n" for n in range(rows)
            )
        tracemalloc.start()
        run(path, by=_quiet)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(10)
    assert peak(3_000) < peak(500) + 200_000


def test_listed_misses_end_while_their_count_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carnet.evaluation.triage.MAX_MISSES", 3)
    path = tmp_path / "s.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": "t", "level": "emergency"}) + "\n" for n in range(9)), "utf-8")
    got = run(path, Wanted(misses=True), by=_quiet)
    assert (got.missed, len(got.misses)) == (9, 3)
    assert MAX_MISSES > 1000


# --- the command ---------------------------------------------------------------------------------------------------------


def _typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(["eval", "run", "triage", *words])
    except SystemExit as ended:
        code = int(ended.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_prints_a_table_or_json_and_needs_no_home(labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    code, out, err = _typed(capsys, "--set", str(labelled), "--home", str(home), "--lang", "fr")
    assert (code, err) == (0, "")
    assert "urgences reconnues" in out
    code, out, _ = _typed(capsys, "--set", str(labelled), "--json", "--repeats", "3", "--misses")
    body: dict[str, Any] = json.loads(out)
    assert code == 0
    assert (body["rows"], body["repeats"]) == (5, 3)
    assert {"n", "hits", "rate", "low", "high"} == set(body["rates"]["emergency_recall"])
    assert {"by_language", "by_level", "by_group", "sha256", "floor", "misses"} <= set(body)
    assert SECRET not in out
    assert not home.exists()


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("not json " + SECRET, ()),
        ("", ()),
        ("\n\n", ()),
        ('{"id":"1","text":"' + SECRET + '"}', ()),
        ('{"id":"1","text":"x","level":"none"}', ("--repeats", "0")),
        ('{"id":"1","text":"x","level":"none"}', ("--repeats", "many")),
        ('{"id":"1","text":"x","level":"none"}', ("--texts",)),
        ('{"id":"1","lang":"en","text":"x","level":"none"}', ("--lang", "fr")),
        (None, ()),
    ],
)
def test_a_bad_file_or_option_is_one_line_and_exit_2(
    content: str | None, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.jsonl"
    if content is not None:
        path.write_text(content, "utf-8")
    code, out, err = _typed(capsys, "--set", str(path), *options)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert SECRET not in err
    assert "fault" not in err


# --- the document --------------------------------------------------------------------------------------------------------


def _block(name: str) -> str:
    text = (ROOT / "docs" / "safety.md").read_text("utf-8")
    return text.split(f"<!-- {name}: begin -->\n")[1].split(f"\n<!-- {name}: end -->")[0]


def test_the_table_of_signatures_is_the_list_itself() -> None:
    assert _block("signoff") == signatures(), "put the output of carnet.evaluation.signoff.table() between the marks of docs/safety.md"


def test_the_first_look_scores_have_their_three_rows() -> None:
    rows = _block("first-look scores").splitlines()
    assert [row.split("|")[1].strip() for row in rows] == ["Batch", "---", "1", "2", "3"]
    assert len({row.count("|") for row in rows}) == 1
