"""The vault: what goes in comes out once, only what is granted, only with the key, and nothing of a dead import."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from carnet.consent import NotGranted, permit
from carnet.record.model import Batch, Observation
from carnet.vault import keys
from carnet.vault.errors import Busy, Damaged, Locked, WrongPassphrase
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from vault.batches import PHONE, WATCH, batch

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
HOUR = 3_600_000
T0 = 1_772_000_000_000


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(Home(tmp_path / "h").make_vault(None))


def bring(vault: Vault, *items: Batch | Observation, service: str = "apple_health") -> tuple[int, int]:
    with vault.importing(service, os.urandom(8).hex(), "test/1") as task:
        for item in items:
            task.add(item)
        vault.finish(task, {"asks": []})
        return task.written.added, task.written.unchanged


def grant(vault: Vault, service: str = "*", *categories: str) -> None:
    vault.decide("grant", service, categories or ("*",), "answer")


def read(vault: Vault, metric: str) -> np.ndarray:
    return vault.view(vault.permit("answer", datetime.now(UTC))).series(metric).value


ROWS = [("steps", WATCH, T0 + i * HOUR, T0 + i * HOUR + HOUR, 100.0 + i) for i in range(5)]


def test_rows_come_back_as_they_went_in(vault: Vault) -> None:
    assert bring(vault, batch(ROWS, zone="Europe/Paris", extra='{"k": "v"}')) == (5, 0)
    grant(vault)
    series = vault.view(vault.permit("answer", datetime.now(UTC))).series("steps")
    assert series.value.tolist() == [100, 101, 102, 103, 104]
    assert series.start.tolist() == [r[2] for r in ROWS]
    assert series.sources[series.source[0]] == WATCH
    assert series.words[series.zone[0]] == "Europe/Paris"
    assert (series.text == -1).all()


def test_the_same_again_adds_nothing_and_more_adds_the_difference(vault: Vault) -> None:
    bring(vault, batch(ROWS))
    assert bring(vault, batch(ROWS)) == (0, 5)
    assert bring(vault, batch([*ROWS, ("steps", PHONE, T0, T0 + HOUR, 100.0)])) == (1, 5)
    assert bring(vault, batch([ROWS[0], ROWS[0]])) == (0, 2)


def test_a_row_of_words_alone_is_known_again_and_comes_back_without_a_number(vault: Vault) -> None:
    asleep = batch([("sleep_stage", WATCH, T0, T0 + HOUR, np.nan)], text="core")
    assert bring(vault, asleep) == (1, 0)
    assert bring(vault, asleep) == (0, 1)
    assert bring(vault, batch([("sleep_stage", WATCH, T0, T0 + HOUR, np.nan)], text="deep")) == (1, 0)
    grant(vault)
    series = vault.view(vault.permit("answer", datetime.now(UTC))).series("sleep_stage")
    assert {series.words[t] for t in series.text} == {"core", "deep"}
    assert np.isnan(series.value).all()


def test_rows_repeated_inside_one_import_count_once_across_flushes(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carnet.vault.writing.FLUSH_ROWS", 3)
    assert bring(vault, batch(ROWS), batch(ROWS), batch(list(reversed(ROWS)))) == (5, 10)


def test_another_unit_setting_is_not_new_data(vault: Vault) -> None:
    kilos = [("weight", WATCH, T0 + i, T0 + i, kg) for i, kg in enumerate((80.0, 71.35, 66.0))]
    pounds = [("weight", WATCH, T0 + i, T0 + i, lb * 0.45359237) for i, lb in enumerate((176.37, 157.3, 145.51))]
    bring(vault, batch(kilos))
    assert bring(vault, batch(pounds, units=[(176.37, "[lb_av]"), (157.3, "[lb_av]"), (145.51, "[lb_av]")])) == (0, 3)
    other = [("weight", WATCH, T0, T0, 82.1)]
    assert bring(vault, batch(other)) == (1, 0), "a different weight in the same unit is a new fact"


def test_nothing_granted_is_not_everything(vault: Vault) -> None:
    bring(vault, batch(ROWS))
    with pytest.raises(NotGranted):
        read(vault, "steps")
    grant(vault, "apple_health", "heart")
    with pytest.raises(NotGranted):
        read(vault, "steps")
    assert vault.view(vault.permit("answer", datetime.now(UTC))).holdings() == []


def test_a_grant_reaches_its_service_only_and_mixed_segments_do_not_leak(vault: Vault) -> None:
    bring(vault, batch([*ROWS, ("heart_rate", WATCH, T0, T0, 60.0)]))
    bring(vault, batch([("steps", PHONE, T0, T0 + HOUR, 7.0)], service="tidy_csv"), service="tidy_csv")
    grant(vault, "tidy_csv", "activity")
    assert read(vault, "steps").tolist() == [7.0]
    with pytest.raises(NotGranted):
        read(vault, "heart_rate")
    grant(vault, "apple_health", "heart")
    assert read(vault, "heart_rate").tolist() == [60.0]
    assert read(vault, "steps").tolist() == [7.0]


def test_revoking_ends_it_and_an_expired_grant_is_absent(vault: Vault) -> None:
    bring(vault, batch(ROWS))
    grant(vault)
    assert len(read(vault, "steps")) == 5
    vault.decide("revoke", "apple_health", ("activity",), "answer")
    with pytest.raises(NotGranted):
        read(vault, "steps")
    vault.decide("grant", "apple_health", ("activity",), "answer", "2026-01-01T00:00:00+00:00")
    with pytest.raises(NotGranted):
        read(vault, "steps")


def test_an_import_that_died_leaves_nothing(vault: Vault) -> None:
    grant(vault)
    with pytest.raises(RuntimeError), vault.importing("apple_health", "f", "test/1") as task:
        task.add(batch(ROWS))
        task.flush()
        assert len(read(vault, "steps")) == 0, "pending rows are invisible"
        raise RuntimeError
    assert len(read(vault, "steps")) == 0
    assert bring(vault, batch(ROWS)) == (5, 0)


def test_one_import_at_a_time_and_others_go_on(vault: Vault) -> None:
    with vault.importing("apple_health", "f", "test/1") as task:
        task.add(batch(ROWS))
        task.flush()
        with pytest.raises(Busy), vault.importing("tidy_csv", "g", "test/1"):
            pass
        vault.note("ask", "x", {})
        vault.finish(task, {"asks": []})
    grant(vault)
    assert len(read(vault, "steps")) == 5


def test_as_of_sees_what_was_there_then(vault: Vault) -> None:
    bring(vault, batch(ROWS[:2]))
    then = vault.latest_batch()
    bring(vault, batch(ROWS))
    grant(vault)
    permitted = vault.permit("answer", datetime.now(UTC))
    assert len(vault.view(permitted, then).series("steps")) == 2
    assert len(vault.view(permitted).series("steps")) == 5


def test_facts_are_kept_once_corrected_and_remembered(vault: Vault) -> None:
    def summary(kcal: float, raw: str) -> Observation:
        body = {"energy": {"value": kcal, "unit": "kcal", "raw": raw}}
        return Observation("apple_health", "activity_summary", "activity_ring_energy", ("2026-03-01",), body, date="2026-03-01")

    assert bring(vault, summary(400.0, "400 kcal")) == (1, 0)
    assert bring(vault, summary(1673.6 / 4.184, "1673.6 kJ")) == (0, 1)
    then = vault.latest_batch()
    assert bring(vault, summary(455.0, "455 kcal")) == (1, 0)
    grant(vault)
    permitted = vault.permit("answer", datetime.now(UTC))
    now, before = (vault.view(permitted, asof).observations("activity_summary") for asof in (None, then))
    assert [o.body["energy"]["value"] for o in now] == [455.0]
    assert [o.body["energy"]["value"] for o in before] == [400.0]
    assert now[0].id == summary(1, "1 kcal").id


@pytest.mark.parametrize("passphrase", ["correct horse battery staple", "é" * 40])
def test_only_the_passphrase_opens(tmp_path: Path, passphrase: str) -> None:
    home = Home(tmp_path / "h")
    home.make_vault(passphrase).close()
    for wrong in ("", passphrase + " ", passphrase.upper()):
        with pytest.raises(WrongPassphrase):
            home.open_vault(wrong)
    with pytest.raises(Locked):
        home.open_vault(None)
    home.open_vault(passphrase).close()


def test_a_key_of_another_home_does_not_open(tmp_path: Path) -> None:
    one, two = Home(tmp_path / "a"), Home(tmp_path / "b")
    one.make_vault(None).close()
    two.make_vault(None).close()
    one.local_key.write_bytes(two.local_key.read_bytes())
    with pytest.raises(Damaged):
        one.open_vault(None)


def test_a_file_of_another_vault_does_not_open(tmp_path: Path) -> None:
    one, two = Home(tmp_path / "a"), Home(tmp_path / "b")
    one.make_vault(None).close()
    two.make_vault(None).close()
    one.vault(one.default_vault()).write_bytes(two.vault(two.default_vault()).read_bytes())
    with pytest.raises(Damaged):
        one.open_vault(None)


def test_everything_in_a_home_is_for_its_owner(tmp_path: Path, vault: Vault) -> None:
    bring(vault, batch(ROWS))
    for path in (tmp_path / "h").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name
    assert (tmp_path / "h").stat().st_mode & 0o777 == 0o700


def test_no_byte_under_the_home_is_readable(tmp_path: Path, vault: Vault) -> None:
    bring(vault, batch([("heart_rate", WATCH, T0, T0, 61.0)], zone="Europe/Paris", extra='{"HKFoodType": "canary-food"}'))
    vault.set_profile("home_zone", "Europe/Paris")
    vault.note("ask", "canary-question", {"x": "canary-body"})
    vault.keep("c", "canary-turn", "canary-reply")
    needles = (b"heart_rate", b"Apple Watch", b"Watch7,5", b"Europe/Paris", b"canary", b"home_zone", b"apple_health", b"PAR1", b"SQLite")
    for close in (False, True):
        if close:
            vault.close()
        for path in (p for p in (tmp_path / "h").rglob("*") if p.is_file()):
            data = path.read_bytes()
            assert not [n for n in needles if n in data], path.name


def test_a_secret_does_not_show_itself() -> None:
    secret = keys.new_secret()
    assert secret.value.hex() not in repr(secret)
    assert repr(secret.value) not in f"{secret}"


def test_the_audit_chain_notices_a_changed_line(vault: Vault) -> None:
    for i in range(4):
        vault.note("ask", str(i), {})
    assert vault.verify() == (4, None)
    with vault._file.transaction() as cursor:
        cursor.execute("drop trigger audit_append_only")
        cursor.execute("update audit set object = 'x' where seq = 3")
    assert vault.verify() == (2, 3)


def test_the_latest_covering_event_decides() -> None:
    from carnet.consent import ConsentEvent

    def event(action: str, service: str, category: str, minute: int) -> ConsentEvent:
        return ConsentEvent(f"c{minute}", action, service, category, "answer", f"2026-01-01T00:{minute:02}:00+00:00")

    events = [event("grant", "*", "*", 1), event("revoke", "*", "heart", 2), event("grant", "oura", "heart", 3)]
    allowed = permit(events, "answer", NOW)
    assert allowed.allows("apple_health", "sleep")
    assert not allowed.allows("apple_health", "heart")
    assert allowed.allows("oura", "heart")
    assert not allowed.allows("oura", "mental"), "sensitive categories are never covered by a plain grant"
    assert not permit(events, "memory", NOW).allows("oura", "heart")


def test_a_lost_home_file_never_costs_the_key(tmp_path: Path) -> None:
    home = Home(tmp_path / "h")
    home.make_vault(None).close()
    key = home.local_key.read_bytes()
    home.settings.unlink()
    with pytest.raises(Damaged):
        home.make_vault(None)
    assert home.local_key.read_bytes() == key
