"""Bad input, wrong keys, no consent: one clear line, the exit code of the contract, nothing lost, never a traceback."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from journeys.carnet import NOW, Done, carnet, export, record

STEPS = record("StepCount", "2026-03-09 10:00:00 +0100", "2026-03-09 10:10:00 +0100", 420)


def one_line(done: Done) -> bool:
    """Whether stderr is one line a person can read, after the note about a new home."""
    lines = [line for line in done.err.strip().splitlines() if line.startswith("carnet:")]
    return len(lines) == 1 and "Traceback" not in done.err + done.out and len(lines[0]) > 30


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def bad_inputs(folder: Path) -> dict[str, Path]:
    """Every kind of input that is not an export."""
    good = io.BytesIO()
    with zipfile.ZipFile(good, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apple_health_export/export.xml", "<HealthData>" + STEPS * 400 + "</HealthData>")
    (folder / "corrupt.zip").write_bytes(good.getvalue()[:200])
    (folder / "text.txt").write_text("Dear diary")
    (folder / "empty.xml").write_bytes(b"")
    (folder / "empty.zip").write_bytes(b"")
    (folder / "folder").mkdir()
    (folder / "folder" / "notes.txt").write_text("nothing here")
    return {
        "corrupt zip": folder / "corrupt.zip",
        "text file": folder / "text.txt",
        "empty file": folder / "empty.xml",
        "empty zip": folder / "empty.zip",
        "folder without an export": folder / "folder",
        "zip of unrelated XML": _zip(folder / "unrelated.zip", {"a.xml": b"<?xml version='1.0'?><feed/>", "b.xml": b"<x/>"}),
        "binary": _zip(folder / "x.zip", {"y": os.urandom(100)}),
        "missing file": folder / "nowhere.zip",
    }


@pytest.mark.parametrize(
    "kind",
    ["corrupt zip", "text file", "empty file", "empty zip", "folder without an export", "zip of unrelated XML", "binary", "missing file"],
)
def test_what_is_not_an_export_is_one_line_and_exit_2(tmp_path: Path, kind: str) -> None:
    carnet("import", export(tmp_path, [STEPS]))
    done = carnet("import", bad_inputs(tmp_path)[kind])
    assert done.code == 2, done
    assert one_line(done), done.err
    carnet("consent", "grant", "--all", "--purpose", "answer")
    assert carnet("ask", "--now", NOW, "--json", "How many steps on 9 March?").json()["headline"]["value"] == 420


def test_a_truncated_export_keeps_what_was_read(tmp_path: Path) -> None:
    rows = [record("StepCount", f"2026-03-0{d} 10:00:00 +0100", f"2026-03-0{d} 10:10:00 +0100", 100) for d in range(1, 6)]
    path = export(tmp_path, rows)
    path.write_bytes(path.read_bytes()[:-160])
    done = carnet("import", "--json", path)
    assert done.code == 1
    (report,) = done.json()
    assert report["added"] >= 4
    assert "truncated" in {p["code"] for p in report["problems"]}
    assert report["read"] == report["added"] + report["unchanged"] + sum(p["count"] for p in report["problems"])


def test_good_files_beside_a_bad_one_still_arrive(tmp_path: Path) -> None:
    done = carnet("import", "--json", bad_inputs(tmp_path)["text file"], export(tmp_path, [STEPS]))
    assert done.code == 2
    assert [r["added"] for r in done.json()] == [1]


def test_without_consent_nothing_is_revealed(tmp_path: Path) -> None:
    carnet("import", export(tmp_path, [STEPS]))
    done = carnet("ask", "--now", NOW, "--json", "How many steps on 9 March?")
    reply = done.json()
    assert done.code == 3
    assert reply["refused"] == "no_consent"
    assert reply["headline"] is None
    assert not reply["findings"]
    assert "carnet consent grant" in reply["text"]
    assert "420" not in done.out
    for command in (["query", "steps", "--agg", "sum"], ["show", "carnet:steps/2026-03-09/2026-03-09"]):
        refused = carnet(*command)
        assert refused.code == 3
        assert one_line(refused)
        assert "420" not in refused.out


def test_words_of_an_emergency_come_first_whatever_is_locked(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a long passphrase\n")
    carnet("init", "--passphrase-file", secret)
    for extra in ([], ["--passphrase-file", str(tmp_path / "wrong")]):
        (tmp_path / "wrong").write_text("not it\n")
        done = carnet("ask", *extra, "I have crushing chest pain going down my left arm and I am sweating")
        assert done.code == 0, done
        assert "112" in done.out
    calm = carnet("ask", "How many steps last week?")
    assert calm.code == 3
    assert one_line(calm)


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "right").write_text("right one\n")
    (tmp_path / "wrong").write_text("wrong one\n")
    carnet("init", "--passphrase-file", tmp_path / "right")
    for command in (["import", export(tmp_path, [STEPS])], ["consent", "list"], ["audit"], ["profile", "get"], ["metrics"]):
        done = carnet(*command, "--passphrase-file", tmp_path / "wrong")
        assert done.code == 3, command
        assert one_line(done)
    assert carnet("import", export(tmp_path, [STEPS]), "--passphrase-file", tmp_path / "right").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["ask"], ["ask", ""], ["nonsense"], ["import"], ["query", "steps"], ["query", "no_such_metric", "--agg", "sum"],
        ["query", "steps", "--agg", "sum", "--from", "yesterday"], ["query", "heart_rate", "--agg", "sum"], ["query", "steps", "--agg", "p101"],
        ["show", "not a link"], ["show", "carnet:steps/2026-99-99/2026-03-09"], ["consent", "grant", "--purpose", "answer"],
        ["consent", "grant", "apple_health", "--purpose", "train"], ["consent", "grant", "nobody", "--purpose", "answer"],
        ["consent", "grant", "apple_health", "--category", "everything", "--purpose", "answer"], ["profile", "set", "home_zone", "Mars"],
        ["profile", "set", "shoe_size", "42"], ["ask", "--now", "noon", "steps"], ["ask", "--batch", "/nowhere.jsonl"],
        ["import", "x", "--answer", "unit.weight"], ["triage"],
    ],
)  # fmt: skip
def test_bad_usage_is_one_line_and_exit_2(tmp_path: Path, arguments: list[str]) -> None:
    carnet("import", export(tmp_path, [record("HeartRate", "2026-03-09 10:00:00 +0100", "2026-03-09 10:00:00 +0100", 61, "count/min")]))
    carnet("consent", "grant", "--all", "--purpose", "answer")
    done = carnet(*arguments)
    assert done.code == 2, done
    assert one_line(done), done.err


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """As an unprivileged user, since root may write anywhere."""
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o755)
    tmp_path.chmod(0o755)
    export(tmp_path, [STEPS])
    for parent in tmp_path.parents:
        if parent != Path("/") and parent.stat().st_uid == os.getuid() and str(parent).startswith("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    code = (  # a first import in a home of its own loads every module while they can still be read
        "import contextlib, io, os, sys\nfrom carnet.cli.main import main\n"
        "with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()): main(['--home', sys.argv[1], *sys.argv[4:]])\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\nsys.exit(main(sys.argv[2:]))"
    )
    if os.getuid() != 0:
        shut.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "warm"), "--home", str(shut / "home"), "import", str(tmp_path / "export.xml")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("carnet: cannot write to")
    assert "Traceback" not in done.stderr
    assert not list(shut.iterdir())
