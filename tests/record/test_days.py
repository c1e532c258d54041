"""Local days, the merge of sources and daily values, against slow twins in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.fake_view import APP, PARIS, PHONE, WATCH, ms, series
from carnet.record.catalog import catalog
from carnet.record.clock import day_date, day_number, day_starts, hour_bounds, local_day, local_ms_of_day, weekday
from carnet.record.days import counted, cut, daily, daily_totals, measurements, merge, rollup
from carnet.record.model import Series
from carnet.record.selection import Window

ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo", "UTC",
         "Pacific/Auckland", "America/Havana")  # fmt: skip
HOUR = 3_600_000


def day(text: str) -> date:
    return date.fromisoformat(text)


def window(first: str, last: str) -> Window:
    return Window(day(first), day(last))


@given(st.lists(st.integers(-(10**12), 4 * 10**12), min_size=1, max_size=50), st.sampled_from(ZONES))
def test_local_days_and_clocks_are_those_of_the_zone(moments: list[int], zone: str) -> None:
    there = [datetime.fromtimestamp(m // 1000, UTC).astimezone(ZoneInfo(zone)) for m in moments]
    found = np.array(moments, np.int64)
    assert [day_date(d) for d in local_day(found, zone)] == [t.date() for t in there]
    seconds = [t.hour * 3600 + t.minute * 60 + t.second for t in there]
    assert (local_ms_of_day(found, zone) // 1000).tolist() == seconds


@given(st.integers(4000, 25000), st.sampled_from(ZONES))
def test_a_day_starts_at_its_first_instant(first: int, zone: str) -> None:
    bounds = day_starts(first, first + 3, zone)
    assert local_day(bounds, zone).tolist() == [first, first + 1, first + 2, first + 3, first + 4]
    assert local_day(bounds - 1, zone).tolist() == [first - 1, first, first + 1, first + 2, first + 3]


def test_days_have_23_or_25_hours_when_clocks_change() -> None:
    spring, autumn = day_number(day("2026-03-29")), day_number(day("2026-10-25"))
    assert np.diff(day_starts(spring - 1, spring + 1, PARIS)).tolist() == [24 * HOUR, 23 * HOUR, 24 * HOUR]
    assert np.diff(day_starts(autumn, autumn, PARIS)).tolist() == [25 * HOUR]


def test_a_day_that_a_place_skipped_is_empty() -> None:
    skipped = day_number(day("2011-12-30"))
    assert np.diff(day_starts(skipped - 1, skipped + 1, "Pacific/Apia")).tolist() == [24 * HOUR, 0, 24 * HOUR]


def test_hours_that_wrap_midnight_belong_to_both_ends_of_the_day() -> None:
    start, end, days = hour_bounds(day_number(day("2026-03-09")), day_number(day("2026-03-09")), PARIS, (23, 5))
    assert (end - start).tolist() == [5 * HOUR, HOUR]
    assert set(days.tolist()) == {day_number(day("2026-03-09"))}


def test_monday_is_one() -> None:
    assert weekday(np.array([day_number(day("2026-03-09"))], np.int32)).tolist() == [1]


# --- the merge -------------------------------------------------------------------------------------------------------


def slow_merge(rows: Sequence[tuple[int, int, float, int]], ranks: Sequence[int]) -> list[float]:
    """What of each row counts: second by second, nothing of it covered by a higher-ranked source."""
    left, seen = [], set()
    for start, end, value, source in rows:
        if (start, end, value, source) in seen:
            left.append(0.0)
            continue
        seen.add((start, end, value, source))
        higher = [(a, b) for a, b, _, other in rows if ranks[other] < ranks[source] and b > a]
        if start == end:
            inside = any(a <= start < b for a, b in higher)
            copy = any((a, b, v) == (start, end, value) and ranks[s] < ranks[source] for a, b, v, s in rows)
            left.append(0.0 if inside or copy else value)
            continue
        free = sum(not any(a <= t < b for a, b in higher) for t in range(start, end))
        left.append(value * free / (end - start))
    return left


def raw(rows: Sequence[tuple[int, int, float, int]], ranks: Sequence[int] = (1, 0, 2)) -> Series:
    rows = sorted(rows)
    none = np.full(len(rows), -1, np.int32)
    start, end, value, source = (np.array([r[i] for r in rows]) for i in range(4)) if rows else (np.zeros(0),) * 4
    return Series("steps", "{count}", start.astype(np.int64), end.astype(np.int64), value.astype(np.float64), none, source.astype(np.int32),
                  none, (), (PHONE, WATCH, APP), ("s",) * 3, tuple(ranks))  # fmt: skip


ROWS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 25), st.sampled_from([0.0, 1.0, 8.0, 30.0]), st.integers(0, 2)).map(
        lambda r: (r[0], r[0] + r[1], r[2], r[3])
    ), max_size=14,
)  # fmt: skip


@settings(max_examples=300)
@given(ROWS, st.permutations([0, 1, 2]))
def test_no_second_is_counted_from_two_sources(rows: list[tuple[int, int, float, int]], ranks: list[int]) -> None:
    found = raw(rows, ranks)
    pieces = merge(found)
    told = np.bincount(pieces.row, weights=pieces.value, minlength=len(found)) if len(found) else np.zeros(0)
    assert told.tolist() == pytest.approx(slow_merge(sorted(rows), ranks))


def test_the_watch_has_the_overlap_and_the_rest_of_the_phone_counts() -> None:
    found = series(
        "steps", [("2026-03-09 10:00", "2026-03-09 10:40", 400.0, WATCH), ("2026-03-09 10:20", "2026-03-09 11:00", 200.0, PHONE)]
    )
    assert daily(found, catalog()["steps"], PARIS, window("2026-03-09", "2026-03-09")).value.tolist() == [500.0]


def test_rows_of_one_device_count_in_full_and_its_exact_copies_once() -> None:
    row = ("2026-03-09 10:00", "2026-03-09 10:40", 400.0, WATCH)
    found = series("steps", [row, row, ("2026-03-09 10:20", "2026-03-09 11:00", 100.0, WATCH)])
    told = daily(found, catalog()["steps"], PARIS, window("2026-03-09", "2026-03-09"))
    assert (told.value.tolist(), told.n.tolist()) == ([500.0], [2])


def test_rows_that_lie_wholly_under_a_better_source_are_not_behind_the_figure() -> None:
    found = series("steps", [("2026-03-09 10:00", "2026-03-09 11:00", 400.0, WATCH), ("2026-03-09 10:20", "2026-03-09 10:40", 90.0, PHONE)])
    told = daily(found, catalog()["steps"], PARIS, window("2026-03-09", "2026-03-09"))
    assert (told.value.tolist(), told.n.tolist()) == ([400.0], [1])


# --- days ------------------------------------------------------------------------------------------------------------


def slow_totals(found: Series, zone: str) -> dict[date, float]:
    """Totals of each local day, minute by minute."""
    pieces, totals = merge(found), {}
    for start, end, value in zip(pieces.start.tolist(), pieces.end.tolist(), pieces.value.tolist(), strict=True):
        moments = range(start, end, 60_000) if end > start else [start]
        for m in moments:
            there = datetime.fromtimestamp(m / 1000, ZoneInfo(zone)).date()
            totals[there] = totals.get(there, 0.0) + value / len(moments)
    return totals


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["2026-03-28 20:00", "2026-10-24 20:00", "2026-06-01 20:00"]), st.sampled_from(ZONES))
def test_an_interval_across_midnight_is_split_pro_rata(seed: int, around: str, zone: str) -> None:
    rng = np.random.default_rng(seed)
    base = ms(around)
    starts = base + rng.integers(0, 36 * 60, 12) * 60_000
    rows = [(int(s), int(s) + int(rng.integers(0, 400)) * 60_000, float(rng.integers(1, 100)), int(rng.integers(0, 3))) for s in starts]
    found = raw(rows)
    told = daily_totals(merge(found), zone, window("2026-01-01", "2026-12-31"))
    slow = slow_totals(found, zone)
    assert {day_date(d): v for d, v in zip(told.day, told.value, strict=True)} == pytest.approx({d: v for d, v in sorted(slow.items())})
    assert told.value.sum() == pytest.approx(merge(found).value.sum())


def test_hours_cut_a_running_interval() -> None:
    found = series("steps", [("2026-03-09 07:30", "2026-03-09 08:30", 600.0, WATCH)])
    told = daily(found, catalog()["steps"], PARIS, window("2026-03-09", "2026-03-09"), hours=(8, 12))
    assert told.value.tolist() == [300.0]


def test_nothing_after_now_counts() -> None:
    rows = [("2026-03-09 10:00", "2026-03-09 11:00", 600.0, WATCH), ("2026-03-09 12:00", "2026-03-09 13:00", 100.0, WATCH)]
    now = ms("2026-03-09 10:30")
    told = daily(series("steps", rows), catalog()["steps"], PARIS, window("2026-03-09", "2030-03-09"), now)
    assert (told.value.tolist(), told.n.tolist()) == ([300.0], [1])
    heart = series("heart_rate", [(a, a, v, s) for a, _, v, s in rows])
    assert daily(heart, catalog()["heart_rate"], PARIS, window("2026-03-09", "2026-03-09"), now).value.tolist() == [600.0]


def test_weight_is_the_last_of_the_day_and_the_mean_of_the_day_is_for_the_others() -> None:
    rows = [("2026-03-09 07:00", "2026-03-09 07:00", 70.0, APP), ("2026-03-09 21:00", "2026-03-09 21:00", 71.0, APP)]
    both = window("2026-03-09", "2026-03-09")
    assert daily(series("weight", rows), catalog()["weight"], PARIS, both).value.tolist() == [71.0]
    told = daily(series("respiratory_rate", rows), catalog()["respiratory_rate"], PARIS, both)
    assert (told.value.tolist(), told.n.tolist()) == ([70.5], [2])


def slow_measurements(rows: Sequence[tuple[int, int, float, int]], ranks: Sequence[int]) -> list[int]:
    kept, seen = [], set()
    for i, (start, _, value, source) in enumerate(rows):
        copy = any(v == value and abs(s - start) <= 60_000 and ranks[o] < ranks[source] for s, _, v, o in rows)
        if not copy and rows[i] not in seen:
            kept.append(i)
        seen.add(rows[i])
    return kept


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from([70.0, 70.1]), st.integers(0, 2)), max_size=14), st.permutations([0, 1, 2]))
def test_the_same_value_within_a_minute_from_two_sources_is_one(found: list[tuple[int, float, int]], ranks: list[int]) -> None:
    rows = sorted((s * 1000, s * 1000, v, o) for s, v, o in found)
    told = measurements(Series(**{**{f: getattr(raw(rows, ranks), f) for f in Series.__slots__}, "metric": "weight"}))
    assert told.tolist() == slow_measurements(rows, ranks)


def test_heart_rates_of_two_devices_are_both_measurements() -> None:
    rows = [("2026-03-09 07:00:00", "2026-03-09 07:00:00", 70.0, WATCH), ("2026-03-09 07:00:20", "2026-03-09 07:00:20", 70.0, PHONE)]
    assert len(measurements(series("heart_rate", rows))) == 2
    assert len(measurements(series("spo2", rows))) == 1


def test_words_that_say_nothing_was_there_do_not_count() -> None:
    rows = [("2026-03-09 07:00", "2026-03-09 07:00", "mild", APP), ("2026-03-09 08:00", "2026-03-09 08:00", "not_present", APP)]
    assert len(counted(series("symptom_headache", rows), catalog()["symptom_headache"])) == 1


def test_empty_and_single_rows() -> None:
    metric = catalog()["steps"]
    assert len(daily(series("steps", []), metric, PARIS, window("2026-03-09", "2026-03-09"))) == 0
    assert len(cut(merge(series("steps", [])), PARIS, window("2026-03-09", "2026-03-09"))) == 0
    one = series("steps", [("2026-03-09 07:00", "2026-03-09 07:00", 5.0, APP)])
    assert daily(one, metric, PARIS, window("2026-03-09", "2026-03-09")).value.tolist() == [5.0]


def test_rollups_are_the_daily_figures() -> None:
    rng = np.random.default_rng(3)
    rows = [(s, s + int(rng.integers(1, 90)) * 60_000, float(rng.integers(1, 50)), (WATCH, PHONE)[int(rng.integers(0, 2))])
            for s in (ms("2026-03-01 00:00") + rng.integers(0, 9 * 1440, 300) * 60_000).tolist()]  # fmt: skip
    metric = catalog()["steps"]
    told, whole = (
        rollup(series("steps", rows), metric, PARIS),
        daily(series("steps", rows), metric, PARIS, window("2026-02-01", "2026-04-01")),
    )
    assert told.day.tolist() == whole.day.tolist()
    assert told.sum.tolist() == pytest.approx(whole.value.tolist())
    assert told.n.tolist() == whole.n.tolist()
    some = rollup(series("steps", rows), metric, PARIS, [int(whole.day[2])])
    assert some.sum.tolist() == [told.sum[2]]
    heart = rollup(series("heart_rate", [(a, a, v, s) for a, _, v, s in rows]), catalog()["heart_rate"], PARIS)
    first = np.array([v for a, _, v, _ in rows if local_day(np.array([a]), PARIS)[0] == heart.day[0]])
    assert (heart.p05[0], heart.p50[0], heart.p95[0], heart.min[0], heart.max[0]) == pytest.approx(
        (*np.quantile(first, [0.05, 0.5, 0.95]), first.min(), first.max()))  # fmt: skip
    assert set(zip(told.day_of.tolist(), told.source.tolist(), strict=True)) <= {(d, s) for d in range(len(told.day)) for s in (0, 1)}
    assert len(rollup(series("steps", []), metric, PARIS).day) == 0


def test_a_week_of_steps_far_from_home_is_cut_at_home_midnights() -> None:
    found = series("steps", [(ms("2026-03-09 23:30"), ms("2026-03-10 00:30"), 60.0, WATCH, "Asia/Tokyo")])
    told = daily(found, catalog()["steps"], PARIS, window("2026-03-08", "2026-03-11"))
    assert [day_date(d).isoformat() for d in told.day] == ["2026-03-09", "2026-03-10"]
    assert told.value.tolist() == [30.0, 30.0]
    assert timedelta(days=1) == day_date(told.day[1]) - day_date(told.day[0])
