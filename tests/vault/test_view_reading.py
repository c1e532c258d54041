"""Reading a vault that others write to, as of a moment, over any window, from any thread."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from carnet.assistant.computing import tools
from carnet.consent import NotGranted
from carnet.record.catalog import CATEGORIES
from carnet.record.errors import BadLink
from carnet.record.model import Observation, Source
from carnet.record.selection import Filters, Selection, Window, from_link
from carnet.vault.errors import Busy
from carnet.vault.home import Home
from carnet.vault.vault import Vault
from carnet.vault.view import View
from vault.batches import PHONE, WATCH, Row, batch

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
HOUR = 3_600_000
T0 = int(datetime(2026, 3, 2, 22, 30, tzinfo=UTC).timestamp() * 1000)
WINDOW = Window(date(2026, 3, 1), date(2026, 3, 10))
OLD, NEW = Source("Old", "Watch5,1", "watch"), Source("New", "Watch7,5", "watch")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "h")
    with Vault(made.make_vault(None)) as vault:
        vault.decide("grant", "*", CATEGORIES, "answer")
    return made


@pytest.fixture
def vault(home: Home) -> Vault:
    return Vault(home.open_vault(None))


def bring(vault: Vault, rows: list[Row] | tuple[()] = (), facts: list[Observation] | tuple[()] = (), service: str = "apple_health",
          zone: str = "") -> None:  # fmt: skip
    with vault.importing(service, f"{service}{len(rows)}{T0}{rows[:1]}{facts[:1]}", "test/1") as task:
        if rows:
            task.add(batch(rows, service, zone=zone))
        for fact in facts:
            task.add(replace(fact, service=service))
        vault.finish(task, {"asks": []})


def view(vault: Vault, asof: str | None = None) -> View:
    return vault.view(vault.permit("answer", datetime.now(UTC)), asof)


def lab(metric: str, day: str, value: float = 1.0, unit: str = "U/L", service: str = "tidy_csv") -> Observation:
    body = {"name": metric, "value": value, "unit": unit, "raw": f"{value} {unit}", "ref_low": 0.5, "ref_high": 4.0}
    return Observation(service, "lab", metric, (metric, day, str(value)), body, date=day)


def rows_of(vault: Vault, link: str) -> list[tuple[int, int, float]]:
    selection = from_link(link)
    found = tools.rows(selection, view(vault, selection.asof), NOW)
    assert not isinstance(found, list)
    return list(zip(found.start.tolist(), found.end.tolist(), found.value.tolist(), strict=True))


# --- what is granted among facts of several categories ---------------------------------------------------------------


def test_facts_of_a_kind_leave_out_what_is_not_granted_and_refuse_only_when_nothing_is_left(vault: Vault) -> None:
    bring(vault, facts=[lab("ferritin", "2026-03-01"), lab("vendor_thing", "2026-03-01")], service="tidy_csv")
    vault.decide("revoke", "*", ("notes",), "answer")
    assert [f.metric for f in view(vault).observations("lab")] == ["ferritin"]
    vault.decide("revoke", "*", ("labs",), "answer")
    with pytest.raises(NotGranted):
        view(vault).observations("lab")
    assert view(vault).observations("workout") == []


def test_categories_come_from_done_imports_up_to_the_batch(vault: Vault) -> None:
    bring(vault, facts=[lab("vendor_thing", "2026-03-01")], service="tidy_csv")
    then = vault.latest_batch()
    vault.decide("revoke", "*", ("notes",), "answer")
    with vault.importing("tidy_csv", "f", "test/1") as task:
        task.add(lab("ferritin", "2026-03-02"))
        task.flush()
        with pytest.raises(NotGranted):
            view(vault).observations("lab")
        vault.finish(task, {"asks": []})
    assert len(view(vault).observations("lab")) == 1
    with pytest.raises(NotGranted):
        view(vault, then).observations("lab")


def test_without_any_grant_a_missing_kind_looks_like_a_hidden_one(home: Home, vault: Vault) -> None:
    vault.decide("revoke", "*", ("*",), "answer")
    with pytest.raises(NotGranted):
        view(vault).observations("lab")


def test_birth_date_and_sex_are_taken_only_from_a_service_something_of_which_is_granted(vault: Vault) -> None:
    bring(
        vault,
        facts=[Observation("apple_health", "characteristics", "characteristics", ("me",), {"birth_date": "1980-05-31", "sex": "female"})],
    )
    assert view(vault).person.birth_date == "1980-05-31"
    vault.decide("revoke", "apple_health", ("*",), "answer")
    assert (view(vault).person.birth_date, view(vault).person.sex) == (None, None)
    vault.set_profile("birth_date", "1981")
    assert view(vault).person.birth_date == "1981"


# --- as of ------------------------------------------------------------------------------------------------------------


def test_a_view_stays_as_it_was_made_while_an_import_finishes(home: Home, vault: Vault) -> None:
    bring(vault, [("steps", WATCH, T0, T0 + HOUR, 100.0)])
    seen = view(vault)
    with Vault(home.open_vault(None)) as other:
        bring(other, [("steps", WATCH, T0 + HOUR, T0 + 2 * HOUR, 50.0)], [lab("ferritin", "2026-03-02")])
    assert seen.series("steps").value.tolist() == [100.0]
    assert seen.observations("lab") == []
    assert seen.rollup("steps", WINDOW) is None, "its days have other figures now"
    assert seen.asof == "b_1"
    assert view(vault).asof == vault.latest_batch() == "b_2"
    assert view(vault).rollup("steps", WINDOW) is not None
    assert view(vault, "b_1").rollup("steps", WINDOW) is None


def test_the_rows_of_a_link_stay_when_zone_and_ranks_change(vault: Vault) -> None:
    bring(vault, [(m, s, T0 + i * HOUR, T0 + (i + 1) * HOUR, 10.0 + i + k) for m in ("steps",) for k, s in enumerate((WATCH, PHONE)) for i in range(60)],
          zone="Europe/Paris")  # fmt: skip
    links = {}

    def cite(name: str) -> None:
        link = Selection("steps", Window(date(2026, 3, 3), date(2026, 3, 3)), Filters(), view(vault).asof).link()
        links[name] = (link, rows_of(vault, link))

    cite("taken from the data")
    for key, value in (("home_zone", "Asia/Tokyo"), ("source_ranks", "iPhone"), ("home_zone", "America/New_York"), ("source_ranks", "")):
        vault.set_profile(key, value)
        cite(f"{key}={value}")
    bring(vault, [("heart_rate", WATCH, T0 + i, T0 + i, 60.0 + i / 100) for i in range(500)], zone="Australia/Sydney")
    cite("later")
    assert len({tuple(rows) for _, rows in links.values()}) >= 4, "each change does change the rows of the day"
    for name, (link, rows) in links.items():
        assert rows_of(vault, link) == rows, name


def test_the_rows_of_a_link_stay_when_another_source_becomes_the_newer_one(vault: Vault) -> None:
    bring(vault, [("steps", s, T0, T0 + HOUR, v) for s, v in ((OLD, 1.0), (NEW, 2.0))] + [("heart_rate", NEW, T0 + HOUR, T0 + HOUR, 60.0)])
    link = Selection("steps", WINDOW, Filters(), vault.latest_batch()).link()
    before = rows_of(vault, link)
    assert [value for _, _, value in before] == [2.0]
    bring(vault, [("heart_rate", OLD, T0 + 9 * HOUR, T0 + 9 * HOUR, 61.0)])
    assert rows_of(vault, Selection("steps", WINDOW).link()) != before
    assert rows_of(vault, link) == before


def test_a_profile_that_changes_nothing_takes_no_number_and_is_no_service(vault: Vault) -> None:
    vault.set_profile("home_zone", "Europe/Paris")
    assert vault.latest_batch() == "b_0", "there is nothing to cite yet"
    bring(vault, [("steps", WATCH, T0, T0 + HOUR, 100.0)])
    vault.set_profile("home_zone", "Europe/Paris")
    vault.set_profile("units", "us")
    assert vault.latest_batch() == "b_1"
    vault.set_profile("home_zone", "Asia/Tokyo")
    assert vault.latest_batch() == "b_2"
    assert view(vault).services() == ("apple_health",)


def test_home_zone_and_ranks_wait_for_an_import(vault: Vault) -> None:
    with vault.importing("apple_health", "f", "test/1"):
        with pytest.raises(Busy):
            vault.set_profile("home_zone", "Asia/Tokyo")
        vault.set_profile("units", "us")
    assert vault.set_profile("home_zone", "Asia/Tokyo") == "Asia/Tokyo"


@pytest.mark.parametrize("asof", ["1", "b_", "b_-1", "b_1.5", "b_ 1", "b_1_0", "b_" + "9" * 16, "b_١", "latest", "b_1\n"])
def test_only_the_name_of_an_import_is_an_asof(vault: Vault, asof: str) -> None:
    with pytest.raises(BadLink):
        view(vault, asof)


def test_an_asof_that_is_still_to_come_is_the_latest_now(vault: Vault) -> None:
    bring(vault, [("steps", WATCH, T0, T0 + HOUR, 100.0)])
    seen = view(vault, "b_999999999999999")
    bring(vault, [("steps", WATCH, T0 + HOUR, T0 + 2 * HOUR, 50.0)])
    assert seen.series("steps").value.tolist() == [100.0]
    assert seen.asof == "b_1"


# --- any window -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Europe/Paris"])
def test_no_window_is_too_far(vault: Vault, zone: str) -> None:
    vault.set_profile("home_zone", zone)
    bring(vault, [("steps", WATCH, T0, T0 + HOUR, 100.0)], [lab("ferritin", "2026-03-01")])
    for first in (date.min, date(1, 1, 3), date(1999, 1, 1), date(9999, 12, 30), date.max):
        for last in (date.min, date(1, 1, 3), date(1999, 1, 1), date(9999, 12, 30), date.max):
            window = Window(first, last)
            holds = first < date(2026, 1, 1) and last > date(2027, 1, 1)
            assert len(view(vault).series("steps", window)) == holds
            assert len(view(vault).observations("lab", window)) == holds
            assert len(view(vault).rollup("steps", window) or ()) <= 2


# --- beside other connections -----------------------------------------------------------------------------------------


def test_a_vault_held_open_reads_what_another_one_brought(home: Home, vault: Vault) -> None:
    bring(vault, [("steps", WATCH, T0, T0 + HOUR, 100.0)])
    held = view(vault)
    told: list[BaseException] = []

    def work() -> None:
        try:
            with Vault(home.open_vault(None)) as other:
                bring(other, [("heart_rate", PHONE, T0, T0, 60.0)], [lab("lab:rare", "2026-03-01")], zone="Asia/Tokyo")
                bring(other, [("sleep_stage", OLD, T0, T0 + HOUR, np.nan)])
        except BaseException as error:
            told.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert not told
    assert {h.metric for h in held.holdings()} >= {"heart_rate", "sleep_stage"}
    now = view(vault)
    series = now.series("heart_rate")
    assert (series.value.tolist(), series.sources, series.words[series.zone[0]]) == ([60.0], (PHONE,), "Asia/Tokyo")
    assert [f.metric for f in now.observations("lab")] == ["lab:rare"]
    assert now.rollup("heart_rate", WINDOW)
    bring(vault, [("heart_rate", NEW, T0 + HOUR, T0 + HOUR, 61.0)], zone="Asia/Tokyo")
    assert view(vault).series("heart_rate").value.tolist() == [60.0, 61.0]


def test_a_vault_opened_in_one_thread_is_read_in_another(home: Home) -> None:
    opened: list[tuple[Vault, View]] = []

    def run(work: object) -> None:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    def make() -> None:
        vault = Vault(home.open_vault(None))
        bring(vault, [("steps", WATCH, T0, T0 + HOUR, 100.0)], [lab("ferritin", "2026-03-01")])
        opened.append((vault, view(vault)))
        opened[0][1].series("steps")

    found: list[object] = []

    def read() -> None:
        vault, seen = opened[0]
        found.extend(
            [seen.series("steps", WINDOW).value.tolist(), len(seen.observations("lab")), view(vault).series("steps").value.tolist()]
        )
        bring(vault, [("steps", WATCH, T0 + HOUR, T0 + 2 * HOUR, 50.0)])
        vault.close()

    run(make)
    run(read)
    assert found == [[100.0], 1, [100.0]]


# --- laboratory results under the report's own name -------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["U/L", "mg/dL", "{count}", "foo/bar", "%", "arb. U."])
def test_a_result_the_catalogue_does_not_know_is_a_figure_in_its_own_unit(vault: Vault, unit: str) -> None:
    name = "lab:anti-xa"
    bring(vault, facts=[lab(name, "2026-03-01", 3.0, unit), lab(name, "2026-03-05", 5.0, unit)], service="tidy_csv")
    for agg, value in (("latest", 5.0), ("mean", 4.0), ("max", 5.0), ("count", 2)):
        found, *_ = tools.query(name, agg, None, None, Filters(), None, view(vault), NOW)
        assert found.value == value, agg
        assert agg == "count" or found.unit == unit
        link = Selection(name, found.selection.window, found.selection.filters, vault.latest_batch()).link()
        opened = tools.rows(from_link(link), view(vault, from_link(link).asof), NOW)
        assert {f.metric for f in opened} == {name}


def test_results_in_another_unit_convert_or_stay_out(vault: Vault) -> None:
    facts = [
        lab("lab:rare", "2026-03-01", 3.0, "g/L"),
        lab("lab:rare", "2026-03-02", 9.0, "foo"),
        lab("lab:rare", "2026-03-05", 500.0, "mg/L"),
    ]
    bring(vault, facts=facts, service="tidy_csv")
    (found,) = tools.query("lab:rare", "mean", None, None, Filters(), None, view(vault), NOW)
    assert (found.value, found.unit) == (pytest.approx(1750.0), "mg/L")
