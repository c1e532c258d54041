"""Nights: sessions, the source that speaks, night and naps, clocks of the place, against a slow twin."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from assistant.fake_view import APP, PARIS, PHONE, WATCH, Row, ms, series
from carnet.record.clock import day_date
from carnet.record.nights import Nights, nights


def night(rows: list[Row], now: str | None = None) -> Nights:
    return nights(series("sleep_stage", rows), PARIS, None if now is None else ms(now))


def one(found: Nights, name: str) -> float:
    assert found.main.sum() == 1
    return float(found.values(name)[found.main][0])


STAGED: list[Row] = [
    ("2026-03-08 23:00", "2026-03-09 02:00", "core", WATCH), ("2026-03-09 02:00", "2026-03-09 03:00", "deep", WATCH),
    ("2026-03-09 03:00", "2026-03-09 03:15", "awake", WATCH), ("2026-03-09 03:15", "2026-03-09 07:00", "rem", WATCH),
]  # fmt: skip


def test_a_night_with_stages_belongs_to_the_day_of_waking() -> None:
    found = night(STAGED)
    assert [day_date(d).isoformat() for d in found.day] == ["2026-03-09"]
    told = {name: one(found, name) for name in ("sleep_duration", "sleep_core", "sleep_deep", "sleep_rem", "sleep_awake", "awakenings")}
    assert told == {"sleep_duration": 465, "sleep_core": 180, "sleep_deep": 60, "sleep_rem": 225, "sleep_awake": 15, "awakenings": 1}
    assert (one(found, "sleep_start"), one(found, "sleep_end")) == (11 * 60, 19 * 60)
    assert found.row.tolist() == [0, 1, 2, 3]


def test_time_in_bed_is_not_sleep() -> None:
    found = night([*STAGED, ("2026-03-08 22:30", "2026-03-09 07:10", "in_bed", PHONE)])
    assert one(found, "sleep_duration") == 465
    assert one(found, "time_in_bed") == 520
    assert one(found, "sleep_latency") == 30
    assert one(found, "sleep_efficiency") == pytest.approx(465 / 520)
    assert found.bed_said.all()
    assert len(found.bed_row) == 1
    assert not len(night([("2026-03-08 22:30", "2026-03-09 07:10", "in_bed", PHONE)]))


def test_without_in_bed_rows_a_staged_session_is_its_time_in_bed() -> None:
    found = night(STAGED)
    assert one(found, "time_in_bed") == 480
    assert not found.bed_said.any()


def test_a_source_without_stages_has_unknown_stages_not_zero() -> None:
    found = night([("2026-03-08 23:00", "2026-03-09 07:00", "asleep", APP)])
    assert one(found, "sleep_duration") == 480
    assert all(np.isnan(one(found, name)) for name in ("sleep_core", "sleep_deep", "sleep_rem", "sleep_awake", "awakenings", "time_in_bed"))


def test_one_source_speaks_for_a_session_the_highest_ranked_that_has_sleep() -> None:
    rows: list[Row] = [
        ("2026-03-08 22:00", "2026-03-09 08:00", "asleep", PHONE), ("2026-03-08 23:00", "2026-03-09 06:00", "core", WATCH),
    ]  # fmt: skip
    found = night(rows)
    assert (one(found, "sleep_duration"), found.row.tolist()) == (420, [1])
    awake_only: list[Row] = [rows[0], ("2026-03-08 23:00", "2026-03-08 23:10", "awake", WATCH)]
    assert one(night(awake_only), "sleep_duration") == 600


def test_overlapping_stages_of_one_source_are_a_union() -> None:
    found = night([("2026-03-08 23:00", "2026-03-09 05:00", "asleep", WATCH), ("2026-03-09 00:00", "2026-03-09 06:00", "core", WATCH)])
    assert one(found, "sleep_duration") == 420


def test_gaps_of_two_hours_join_and_longer_ones_part() -> None:
    rows: list[Row] = [("2026-03-08 23:00", "2026-03-09 02:00", "asleep", APP), ("2026-03-09 04:00", "2026-03-09 07:00", "asleep", APP)]
    assert one(night(rows), "sleep_duration") == 360
    parted = night([rows[0], ("2026-03-09 04:01", "2026-03-09 08:01", "asleep", APP)])
    assert (one(parted, "sleep_duration"), parted.asleep[~parted.main].tolist()) == (240, [180])


def test_the_longest_session_of_the_day_is_the_night_and_short_ones_are_naps() -> None:
    nap: Row = ("2026-03-09 14:00", "2026-03-09 15:00", "asleep", WATCH)
    found = night([*STAGED, nap])
    assert one(found, "sleep_duration") == 465
    assert np.nansum(found.values("nap")) == 60
    assert not night([nap]).main.any()


def test_a_night_is_told_on_the_clock_of_the_place_slept_in() -> None:
    zone = "Asia/Tokyo"
    rows: list[Row] = [(ms("2026-03-09 23:30", zone), ms("2026-03-10 06:30", zone), "core", WATCH, zone)]
    found = night(rows)
    assert day_date(found.day[0]).isoformat() == "2026-03-10"
    assert (found.values("sleep_start")[0], found.values("sleep_end")[0]) == (11.5 * 60, 18.5 * 60)
    assert night([(*rows[0][:4], "Mars/Olympus")]).zone == (PARIS,)


def test_the_night_the_clocks_change_lasts_as_long_as_it_lasts() -> None:
    found = night([("2026-03-28 23:00", "2026-03-29 07:00", "asleep", WATCH)])
    assert one(found, "sleep_duration") == 420
    assert (one(found, "sleep_start"), one(found, "sleep_end")) == (660, 1140)


def test_late_risers_stay_after_noon() -> None:
    found = night([("2026-03-09 04:00", "2026-03-09 12:30", "asleep", WATCH)])
    assert (one(found, "sleep_start"), one(found, "sleep_end")) == (16 * 60, 24.5 * 60)


def test_nothing_after_now_counts() -> None:
    assert one(night(STAGED, "2026-03-09 02:30"), "sleep_duration") == 210
    assert not len(night(STAGED, "2026-03-08 22:00"))


# --- the slow twin ---------------------------------------------------------------------------------------------------


def minutes(spans: list[tuple[int, int]]) -> int:
    return len({m for a, b in spans for m in range(a, b)})


def slow(rows: list[tuple[int, int, str, int]], ranks: tuple[int, ...]) -> dict[str, tuple[float, ...]]:
    """day -> (asleep, deep, awake, naps) minute by minute; rows in minutes."""
    pieces = sorted(r for r in rows if r[2] != "in_bed" and r[1] > r[0])
    sessions: list[list[tuple[int, int, str, int]]] = []
    reach = -(10**9)
    for piece in pieces:
        if not sessions or piece[0] - reach > 120:
            sessions.append([])
            reach = -(10**9)
        sessions[-1].append(piece)
        reach = max(reach, piece[1])
    told: dict[str, list[tuple[float, ...]]] = {}
    for session in sessions:
        sleepers = [r[3] for r in session if r[2] != "awake"]
        if not sleepers:
            continue
        speaker = min(sleepers, key=lambda s: ranks[s])
        mine = [r for r in session if r[3] == speaker]
        slept = [(a, b) for a, b, w, _ in mine if w != "awake"]
        staged = any(w in ("core", "deep", "rem") for _, _, w, _ in mine)
        end = max(b for _, b in slept)
        day = datetime.fromtimestamp(end * 60, ZoneInfo(PARIS)).date().isoformat()
        awake = [(a, b) for a, b, w, _ in mine if w == "awake"]
        deep = minutes([(a, b) for a, b, w, _ in mine if w == "deep"]) if staged else np.nan
        told.setdefault(day, []).append((minutes(slept), deep, minutes(awake) if staged or awake else np.nan))
    out = {}
    for day, found in told.items():
        best = max(range(len(found)), key=lambda i: (found[i][0], -i))
        main = found[best] if found[best][0] >= 120 else None
        naps = sum(f[0] for i, f in enumerate(found) if main is None or i != best)
        out[day] = (*(main or (np.nan,) * 3), float(naps))
    return out


@pytest.mark.parametrize("seed", range(60))
def test_nights_are_those_of_the_slow_twin(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base, words = ms("2026-03-20 20:00") // 60_000, ("asleep", "core", "deep", "rem", "awake", "in_bed")
    rows = []
    for _ in range(int(rng.integers(1, 40))):
        start = base + int(rng.integers(0, 12 * 1440))
        rows.append((start, start + int(rng.integers(0, 300)), words[int(rng.integers(0, 6))], int(rng.integers(0, 3))))
    sources, ranks = (PHONE, WATCH, APP), (1, 0, 2)
    found = nights(series("sleep_stage", [(a * 60_000, b * 60_000, w, sources[s]) for a, b, w, s in rows]), PARIS)
    expected = slow(rows, ranks)
    told: dict[str, Any] = {}
    for i in range(len(found)):
        day = day_date(found.day[i]).isoformat()
        told.setdefault(day, [np.nan, np.nan, np.nan, 0.0])
        if found.main[i]:
            told[day][:3] = [found.asleep[i], found.deep[i], found.awake[i]]
        else:
            told[day][3] += found.asleep[i]
    assert told.keys() == expected.keys()
    for day, values in expected.items():
        assert told[day] == pytest.approx(list(values), nan_ok=True), day
    assert timedelta(0) <= timedelta(minutes=float(np.nanmax(found.latency, initial=0.0)))
