"""The small pure modules behind Labs and Timeline: a laboratory's mark, the panel of a marker, the arrival of a device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.insights.devices import FEWEST_DAYS, LEAST_APART, arrivals
from carnet.insights.marks import marked_critical
from carnet.insights.panels import PANELS, panel
from carnet.record.catalog import catalog
from carnet.record.clock import DAY_MS
from carnet.record.model import Series, Source


@pytest.mark.parametrize(
    ("body", "critical"),
    [
        ({"flag": "HH"}, True),
        ({"flag": " ll "}, True),
        ({"interpretation": ["H", "AA"]}, True),
        ({"interpretation": "panic"}, True),
        ({"other": {"Flag": "critical"}}, True),
        ({"other": {"Critical": "yes"}}, True),
        ({"critical": True}, True),
        ({"flag": "H"}, False),
        ({"flag": "yes"}, False),
        ({"interpretation": None}, False),
        ({"name": "critical", "text": "HH", "lab": "panic"}, False),
        ({"other": {"comment": "critical"}}, False),
        ({"other": "HH"}, False),
        ({}, False),
    ],
)
def test_only_the_laboratory_marks(body: Mapping[str, Any], critical: bool) -> None:
    assert marked_critical(body) is critical


def test_every_marker_of_the_catalogue_has_a_panel_of_its_own() -> None:
    labs = [key for key, metric in catalog().metrics.items() if metric.kind == "lab"]
    assert {panel(key) for key in labs} == set(PANELS) - {"other"}


def test_what_the_catalogue_does_not_know_is_other() -> None:
    assert panel("lab:antigen") == panel("") == "other"


WATCH, NEWER, RENAMED = Source("Watch", "W1", "watch"), Source("Watch", "W2", "watch"), Source("Old watch", "W1", "watch")
PHONE, APP = Source("Phone", "P1", "phone"), Source("Scale", "", "app")


def series(worn: Sequence[tuple[Source, range]]) -> Series:
    """One sample at noon of each of the days."""
    rows = sorted((day, code) for code, (_, days) in enumerate(worn) for day in days)
    start = np.array([day * DAY_MS + DAY_MS // 2 for day, _ in rows], np.int64)
    none = np.full(len(rows), -1, np.int32)
    return Series(
        "steps", "{count}", start, start, np.ones(len(rows)), none, np.array([code for _, code in rows], np.int32), none,
        (), tuple(s for s, _ in worn), ("apple_health",) * len(worn), tuple(range(len(worn))),
    )  # fmt: skip


def told(*worn: tuple[Source, range]) -> list[tuple[int, str]]:
    return [(a.day, a.source.device) for a in arrivals([series(worn)], "UTC")]


def test_the_watch_that_follows_another_is_an_arrival() -> None:
    assert told((WATCH, range(0, 40)), (NEWER, range(38, 80))) == [(38, "W2")]


def test_the_first_of_a_kind_is_a_beginning() -> None:
    assert told((WATCH, range(0, 40)), (PHONE, range(20, 80))) == []


def test_a_borrowed_watch_is_no_change() -> None:
    assert told((WATCH, range(0, 40)), (NEWER, range(20, 20 + FEWEST_DAYS - 1))) == []


def test_a_new_name_is_no_new_device() -> None:
    assert told((WATCH, range(0, 40)), (RENAMED, range(40, 80))) == []


def test_two_watches_from_the_start_are_no_change() -> None:
    assert told((WATCH, range(0, 40)), (NEWER, range(LEAST_APART - 1, 80))) == []


def test_an_app_is_no_device() -> None:
    assert told((APP, range(0, 40)), (Source("Other", "", "app"), range(20, 80))) == []


def test_the_same_change_in_two_metrics_is_told_once() -> None:
    one = series([(WATCH, range(0, 40)), (NEWER, range(41, 80))])
    assert [a.day for a in arrivals([one, one], "UTC")] == [41]


@given(st.permutations([(WATCH, range(0, 30)), (NEWER, range(31, 60)), (Source("Third", "W3", "watch"), range(70, 99))]))
def test_the_order_of_the_sources_changes_nothing(worn: list[tuple[Source, range]]) -> None:
    assert told(*worn) == [(31, "W2"), (70, "W3")]


def test_nothing_has_no_arrivals() -> None:
    assert arrivals([], "UTC") == ()
