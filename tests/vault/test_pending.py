"""A live import is never swept, opening beside it always works, and of a dead one nothing stays, its words included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carnet.vault import pending
from carnet.vault.errors import Busy, NotWritable
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from vault.batches import WATCH, Row, batch

T0 = 1_772_000_000_000
ROWS: list[Row] = [("steps", WATCH, T0 + i * 1000, T0 + i * 1000 + 500, 1.0 + i) for i in range(5)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "h")
    made.make_vault(None).close()
    return made


@pytest.fixture
def vault(home: Home) -> Iterator[Vault]:
    with Vault(home.open_vault(None)) as opened:
        yield opened


def count(vault: Vault, table: str) -> int:
    return int(vault._file.row(f"select count(*) from {table}")[0])


def steps(vault: Vault) -> int:
    return len(vault.view(vault.permit("answer", datetime.now(UTC))).series("steps"))


def bring(vault: Vault, rows: list[Row], zone: str = "", service: str = "apple_health") -> None:
    with vault.importing(service, "f", "t/1") as task:
        task.add(batch(rows, service, zone=zone))
        vault.finish(task, {})


def test_a_second_opening_asks_and_closes_in_the_middle_of_an_import(home: Home, vault: Vault) -> None:
    bring(vault, ROWS[:2])
    vault.decide("grant", "*", ("*",), "answer")
    with vault.importing("apple_health", "f", "t/1") as task:
        task.add(batch(ROWS))
        task.flush()
        with Vault(home.open_vault(None)) as other:
            assert steps(other) == 2
            other.note("ask", "x", {})
        vault.finish(task, {})
    assert steps(vault) == 5


def test_opening_does_not_wait_for_a_transaction_of_another(home: Home, vault: Vault) -> None:
    with vault._file.transaction() as cursor:
        pending.begin(cursor, "apple_health", "f", "t/1", "now")  # an import that died
    with vault._file.transaction():
        other = home.open_vault(None)
        other._db.execute("pragma busy_timeout = 1")
        Vault(other).close()
    assert count(vault, "batch") == 1, "it stays for a later opening"
    Vault(home.open_vault(None)).close()
    assert count(vault, "batch") == 0


def test_opening_does_not_need_a_lock_file_when_nothing_is_to_be_swept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: object, wait: float = 0.0) -> bool:
        raise AssertionError("no lock is needed")

    monkeypatch.setattr(pending.WriterLock, "acquire", refused)
    Vault(home.open_vault(None)).close()


def test_opening_goes_on_where_the_lock_file_cannot_be_made(home: Home, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    with vault._file.transaction() as cursor:
        pending.begin(cursor, "apple_health", "f", "t/1", "now")

    def refused(self: object, wait: float = 0.0) -> bool:
        raise NotWritable("no")

    monkeypatch.setattr(pending.WriterLock, "acquire", refused)
    Vault(home.open_vault(None)).close()


def test_words_and_sources_of_a_dead_import_go_with_it_and_codes_are_not_given_again(vault: Vault) -> None:
    bring(vault, ROWS[:1], zone="Europe/Paris")
    before = {table: count(vault, table) for table in pending.DICTIONARIES}
    other = batch([("heart_rate", WATCH, T0, T0, 60.0)], "oura", zone="Asia/Tokyo")
    with pytest.raises(RuntimeError), vault.importing("oura", "g", "t/1") as task:
        task.add(other)
        task.flush()
        assert count(vault, "word") > before["word"]
        raise RuntimeError
    assert {table: count(vault, table) for table in pending.DICTIONARIES} == before
    for _ in range(2):  # the same process still knows the old codes
        with vault.importing("oura", "g", "t/1") as task:
            task.add(other)
            vault.finish(task, {})
    vault.decide("grant", "*", ("*",), "answer")
    series = vault.view(vault.permit("answer", datetime.now(UTC))).series("heart_rate")
    assert [series.words[z] for z in series.zone] == ["Asia/Tokyo"]
    assert series.services == ("oura",)


def test_another_process_that_knew_words_of_a_dead_import_reads_the_new_ones(home: Home, vault: Vault) -> None:
    vault.decide("grant", "*", ("*",), "answer")
    with pytest.raises(RuntimeError), vault.importing("apple_health", "f", "t/1") as task:
        task.add(batch(ROWS, zone="Asia/Tokyo"))
        task.flush()
        other = Vault(home.open_vault(None))
        raise RuntimeError
    bring(vault, ROWS, zone="Europe/Paris")
    series = other.view(other.permit("answer", datetime.now(UTC))).series("steps")
    assert {series.words[z] for z in series.zone} == {"Europe/Paris"}
    other.close()


def test_an_import_that_was_not_finished_leaves_nothing(vault: Vault) -> None:
    with vault.importing("apple_health", "f", "t/1") as task:
        task.add(batch(ROWS))
        task.flush()
    assert [count(vault, t) for t in ("batch", "segment", "metric", "source")] == [0, 0, 0, 0]


def test_an_import_that_may_not_begin_holds_nothing(vault: Vault, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(cursor: object, *more: object) -> int:
        raise Busy("no")

    with monkeypatch.context() as patch:
        patch.setattr(pending, "begin", busy)
        with pytest.raises(Busy), vault.importing("apple_health", "f", "t/1"):
            pass
    bring(vault, ROWS)
