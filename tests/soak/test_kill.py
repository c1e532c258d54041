"""kill -9 in the middle of an import: afterwards either nothing of it is there or all of it, and the next import completes it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from carnet.space import demo_person
from journeys.carnet import carnet

SLICE, CAMPAIGN = 3, 60
CODE = "import sys, carnet.vault.writing as w\nw.FLUSH_ROWS = 2_000\nfrom carnet.cli.main import main\nsys.exit(main(sys.argv[1:]))\n"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "camille.zip"
    path.write_bytes(demo_person.export_zip(date(2026, 3, 14)))
    return path


def _steps(home: Path) -> int:
    held = {m["metric"]: m["rows"] for m in carnet("--home", home, "metrics", "--json").json()}
    return int(held["steps"])


def _round(home: Path, export: Path, after_s: float) -> int:
    """Rows of steps that are there after an import was killed so many seconds after its start."""
    started = subprocess.Popen([sys.executable, "-c", CODE, "--home", str(home), "import", str(export)], stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    time.sleep(after_s)
    started.send_signal(signal.SIGKILL)
    started.wait()
    return _steps(home)


def _campaign(home: Path, export: Path, rounds: int) -> None:
    carnet("--home", home, "init")
    carnet("--home", home, "consent", "grant", "--all", "--purpose", "answer")
    whole = home.with_name("whole")
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", CODE, "--home", str(whole), "import", str(export)], check=True, capture_output=True)
    took = time.monotonic() - began
    carnet("--home", whole, "consent", "grant", "--all", "--purpose", "answer")
    full, chance = _steps(whole), random.Random(7)
    for _ in range(rounds):
        seen = _round(home, export, chance.uniform(0.2, 0.95) * took)
        assert seen in (0, full)
        if seen:
            break
    assert carnet("--home", home, "import", export).code == 0
    assert _steps(home) == full
    assert carnet("--home", home, "audit", "--verify").code == 0


def test_a_few_kills(tmp_path: Path, export: Path) -> None:
    _campaign(tmp_path / "h", export, SLICE)


@pytest.mark.soak
def test_many_kills(tmp_path: Path, export: Path) -> None:
    for turn in range(CAMPAIGN // SLICE):
        _campaign(tmp_path / f"h{turn}", export, SLICE)
        assert os.path.isdir(tmp_path / f"h{turn}")
