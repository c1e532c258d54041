"""Words that cannot wait are answered whatever keeps the vault shut; nothing typed comes back in an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carnet.vault.errors import Busy
from carnet.vault.home import Home
from journeys.carnet import carnet

URGENT = "I have crushing chest pain since this morning"
SOON = "I have been coughing up a little blood since yesterday"
CALM = "How many steps did I take last week?"


@pytest.fixture
def locked(tmp_path: Path, own_home: Path) -> Path:
    """A vault with a passphrase; a file with another one."""
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text("a good long passphrase")
    wrong.write_text("another passphrase")
    assert carnet("init", "--passphrase-file", right).code == 0
    return wrong


def test_wrong_passphrase(locked: Path) -> None:
    done = carnet("ask", URGENT, "--passphrase-file", locked)
    assert done.code == 0
    assert "911" in done.out
    assert carnet("ask", CALM, "--passphrase-file", locked).code == 3


def test_a_passphrase_file_that_is_not_there(locked: Path, tmp_path: Path) -> None:
    done = carnet("ask", URGENT, "--passphrase-file", tmp_path / "nowhere")
    assert (done.code, "911" in done.out) == (0, True)
    assert carnet("ask", CALM, "--passphrase-file", tmp_path / "nowhere").code == 2


def test_a_home_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = carnet("ask", URGENT, "--home", tmp_path / "file" / "home")
    assert (done.code, "911" in done.out) == (0, True)
    assert carnet("ask", CALM, "--home", tmp_path / "file" / "home").code == 2


@pytest.mark.parametrize("error", [Busy("the vault is busy"), RuntimeError("a fault of ours")])
def test_busy_or_broken(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise error

    carnet("init")
    monkeypatch.setattr(Home, "open_vault", refuse)
    done = carnet("ask", URGENT)
    assert (done.code, "911" in done.out) == (0, True)
    assert "Traceback" not in done.err


def test_care_soon_is_said_too(locked: Path) -> None:
    done = carnet("ask", SOON, "--passphrase-file", locked)
    assert done.code in (0, 3)
    assert len(done.out.strip().splitlines()) >= 2  # the reason, then that the vault is locked


def test_every_row_of_a_batch(locked: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate((CALM, URGENT))))
    done = carnet("ask", "--batch", rows, "--passphrase-file", locked)
    calm, urgent = (json.loads(line) for line in done.out.splitlines())
    assert done.code == 3
    assert (calm["level"], calm["refused"]) == ("none", "locked")
    assert (urgent["level"], bool(urgent["banner"])) == ("emergency", True)


def test_a_question_without_quotes_is_not_echoed() -> None:
    done = carnet("ask", "how", "did", "I", "sleep")
    assert done.code == 2
    assert "sleep" not in done.err
    assert "quotes" in done.err


def test_days_in_the_wrong_order() -> None:
    assert carnet("query", "steps", "--agg", "sum", "--from", "2026-03-09", "--to", "2026-03-01").code == 2


def test_a_citation_of_nothing_known() -> None:
    assert carnet("show", "carnet:no_such_metric/2026-03-09/2026-03-15").code == 2


@pytest.mark.parametrize(("words", "said"), [
    (["show", "carnet:no_such_metric/2026-03-09/2026-03-15"], "aucune mesure"), (["show", "nonsense"], "lien de citation"),
    (["query", "steps", "--agg", "sum"], "partagé"),
])  # fmt: skip
def test_a_refusal_in_french(words: list[str], said: str) -> None:
    done = carnet(*words, "--lang", "fr")
    assert done.code in (2, 3)
    assert said in done.err


def test_a_wrong_passphrase_in_french(locked: Path) -> None:
    done = carnet("ask", "Combien de pas hier ?", "--lang", "fr", "--passphrase-file", locked)
    assert (done.code, "phrase secrète" in done.err) == (3, True)
