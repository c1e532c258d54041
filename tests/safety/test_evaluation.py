"""Rates on the development sets, whose folder is named by CARNET_EVALUATION; never prints a text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from carnet.safety import Profile, assess
from scorer import FOLDER, scorer

SETS = [
    ("triage_semigran45", "en", None),
    ("hazard_physician200", "en", None),
    ("triage_vitals_clinicaflow224", "en", None),
    ("emergency_ja_guide489", "en", "emergency_ja_guide489.en_fr"),
    ("emergency_ja_guide489", "fr", "emergency_ja_guide489.en_fr"),
]
FLOORS = {
    "emergency recall": 0.97,
    "emergency sent at least same day": 0.97,
    "not under-triaged": 0.95,
    "not sent to emergency": 0.96,
    "self-care kept": 0.55,
    "other hazard warned": 0.50,
}
pytestmark = pytest.mark.skipif(not FOLDER, reason="CARNET_EVALUATION is not set: rates on the development sets are not measured")


def _predict(score: Any, name: str, lang: str, translated: str | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    items = score.rows(Path(FOLDER) / f"{name}.jsonl")
    texts = {str(row["id"]): row[f"text_{lang}"] for row in score.rows(Path(FOLDER) / f"{translated}.jsonl")} if translated else {}
    found = []
    for item in items:
        row = score.to_input(item, lang, texts)
        got = assess([row["text"]], Profile.from_mapping(row.get("profile", {})), row.get("lang"))
        flags = {"crisis": got.crisis, "medication": got.medication, "poison": got.poison}
        found.append({"id": row["id"], "level": str(got.level), **flags})
    return items, found


def test_pooled_rates_hold_their_floors(capsys: pytest.CaptureFixture[str]) -> None:
    score = scorer()
    pool = score.Board()
    for name, lang, translated in SETS:
        score.score(*_predict(score, name, lang, translated), pool)
    table = pool.table()
    with capsys.disabled():
        for rate, row in table.items():
            sys.stdout.write(f"\n  {rate:34s} n={row['n']:<4d} {row['rate']:.3f} [{row['low']:.3f}-{row['high']:.3f}]")
    low = {rate: table[rate]["rate"] for rate, floor in FLOORS.items() if table[rate]["rate"] < floor}
    assert not low
