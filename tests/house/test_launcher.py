"""The launcher: one clear line and exit 2 when Python is too old, cannot make environments, or packages cannot be fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "readlink", "dirname", "mkdir", "rmdir", "cat", "sleep", "grep", "cmp", "cp")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The launcher and its lock files alone, in a folder without an environment."""
    for name in ("carnet", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(clone: Path, pythons: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    """The launcher with nothing on PATH but a few tools and these stand-ins for Python."""
    bin_ = clone / "bin"
    bin_.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (bin_ / tool).symlink_to(found)
    for name, body in pythons.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{body}\n")
        (bin_ / name).chmod(0o755)
    script = (clone / "carnet").read_text().replace("/usr/local/bin/python3 /usr/bin/python3", "")
    (clone / "carnet").write_text(script)
    return subprocess.run(
        [bin_ / "sh", clone / "carnet", "consent", "list"], capture_output=True, text=True, check=False, timeout=120,
        env={"PATH": str(bin_), "HOME": str(clone), **environment},
    )  # fmt: skip


OLD = 'case "$2" in *print*) echo 3.9;; *) exit 1;; esac'
NO_VENV = 'case "$2" in *print*) echo 3.12;; *ensurepip*) exit 1;; *) exit 0;; esac'


@pytest.mark.parametrize(
    ("pythons", "expected"),
    [
        ({}, "none was found"),
        ({"python3": OLD}, "found 3.9"),
        ({"python3": NO_VENV}, "python3.12-venv"),
    ],
)
def test_what_is_missing_is_one_line(clone: Path, pythons: dict[str, str], expected: str) -> None:
    done = run(clone, pythons)
    assert done.returncode == 2
    assert done.stdout == ""
    assert expected in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_a_network_it_says_so(clone: Path) -> None:
    python = os.path.realpath(sys.executable)
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    done = run(clone, {"python3": f'exec {python} "$@"'}, **nowhere)
    assert done.returncode == 2
    assert "network connection" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_said(clone: Path) -> None:
    python = os.path.realpath(sys.executable)
    done = run(clone, {"python3": f'exec {python} "$@"'}, CARNET_ENV="/proc/nowhere/env")
    assert done.returncode == 2
    assert "cannot write" in done.stderr


def test_an_empty_environment_is_enough(tmp_path: Path) -> None:
    """`env -i`, as cron and containers start things: even PATH is missing then."""
    done = subprocess.run(
        ["/bin/sh", ROOT / "carnet", "--home", tmp_path / "h", "consent", "list"],
        capture_output=True, text=True, check=False, timeout=120, env={"HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "export PATH" in (ROOT / "carnet").read_text(), "the environment it makes on first use needs it as well"
