"""Outcomes made by hand, one for each form of answer; the snapshots beside this file hold their words in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.outcome import Headline, Outcome
from carnet.assistant.plan import Agg, Comparison, Condition, NotUnderstood, Period, Plan
from carnet.insights.finding import Coverage, Finding, Value
from carnet.record.catalog import catalog
from carnet.record.selection import Filters, Selection, Window
from carnet.record.view import Holding, Person

NOW = datetime(2026, 3, 14, 14, 10, tzinfo=ZoneInfo("Europe/Paris"))
PERSON = Person(home_zone="Europe/Paris")
WATCH, BOTH = ("Apple Watch",), ("Apple Watch", "iPhone")


def win(first: str, last: str) -> Window:
    return Window(date.fromisoformat(first), date.fromisoformat(last))


WEEK = win("2026-03-02", "2026-03-08")
FEBRUARY = win("2026-02-01", "2026-02-28")
MONTH = win("2026-02-12", "2026-03-13")
ALL = win("1900-01-01", "2026-03-14")


def plan(metric: str, agg: Agg, window: Window = WEEK, kind: str = "calendar", **more: Any) -> Plan:
    partial = bool(more.pop("partial", False))
    return Plan((metric,), agg, Period(window, kind, partial), **more)


def finding(
    metric: str, value: Value, unit: str, n: int = 812, window: Window = WEEK, days: tuple[int, int] | None = None, **more: Any
) -> Finding:
    filters = more.pop("filters", Filters())
    covered = Coverage(*days) if days else None
    return Finding(
        metric, value, unit, n, window.first.isoformat(), window.last.isoformat(), Selection(metric, window, filters), covered,
        more.pop("sources", WATCH), more.pop("services", ("apple_health",)), **more,
    )  # fmt: skip


def told(made: Plan, *findings: Finding, value: Value = None, unit: str = "", date: str | None = None, **more: Any) -> Outcome:
    first = findings[0]
    shown = first.value if value is None else value
    return Outcome(made, Headline(shown, unit or first.unit, first.metric, first.start, first.end, date or first.date), findings, **more)


def one(metric: str, agg: Agg, value: Value, unit: str, window: Window = WEEK, **more: Any) -> Outcome:
    """One plan, one finding: words for the plan and the finding are told apart by name."""
    own = {k: more.pop(k) for k in ("n", "days", "date", "notes", "sources", "services", "label", "method") if k in more}
    return told(plan(metric, agg, window, **more), finding(metric, value, unit, window=window, **own))


ABOVE = Condition(">", 8000)
SHORT = Condition("<", 390)


def _comparison() -> Outcome:
    made = plan("steps", Agg.MEAN, FEBRUARY, comparison=Comparison("periods", Period(win("2026-01-01", "2026-01-31"))))
    later = finding("steps", 8214.4, "{count}", 912, FEBRUARY, (28, 28), label="later")
    earlier = finding("steps", 7010.2, "{count}", 800, win("2026-01-01", "2026-01-31"), (31, 24), label="earlier")
    notes = ("more", "percent:17.1778", "unequal_length")
    return told(made, finding("steps", 1204.2, "{count}", 1712, FEBRUARY, label="difference", notes=notes), later, earlier)


def _against(metric: str, values: tuple[Value, Value, Value], unit: str, kind: Any = "periods", **more: Any) -> Outcome:
    made = plan(
        metric, Agg.MEAN, FEBRUARY, comparison=Comparison(kind, Period(win("2026-01-01", "2026-01-31")) if kind == "periods" else None)
    )
    notes = more.pop("notes", ())
    january = win("2026-01-01", "2026-01-31") if kind == "periods" else FEBRUARY
    sides = (Filters(weekdays=(6, 7)), Filters(weekdays=(1, 2, 3, 4, 5))) if kind == "weekend" else (Filters(), Filters())
    if kind == "hours":
        sides = (Filters(hours=(6, 12)), Filters(hours=(18, 23)))
    return told(
        made, finding(metric, values[0], unit, 40, FEBRUARY, label="difference", notes=notes),
        finding(metric, values[1], more.pop("unit_of_sides", unit), 20, FEBRUARY, (28, 20), label="later" if kind == "periods" else "a", filters=sides[0]),
        finding(metric, values[2], unit, 20, january, (28, 20), label="earlier" if kind == "periods" else "b", filters=sides[1]),
    )  # fmt: skip


def _table(metric: str, unit: str, group: Any, rows: list[tuple[str, float]], overall: float | None = None) -> Outcome:
    made = plan(metric, Agg.MEAN, win("2025-01-01", "2025-12-31"), group=group)
    year = win("2025-01-01", "2025-12-31")
    found = [finding(metric, v, unit, 20, year, (365, 300), label=code, sources=BOTH) for code, v in rows]
    if overall is not None:
        found.insert(0, finding(metric, overall, unit, 300, year, (365, 300), sources=BOTH))
    return told(made, *found)


def _labs() -> Outcome:
    made = plan("ferritin", Agg.LIST, win("2024-01-01", "2026-03-14"), "since")
    rows = [("2024-05-03", 12.0, "below_range"), ("2025-01-22", "<5", "below_range"), ("2026-01-22", 62.0, "in_range")]
    found = [
        finding("ferritin", v, "ug/L", 1, win("2024-01-01", "2026-03-14"), date=d, notes=(code, "range:13..300"), sources=(),
                services=("function_health",))
        for d, v, code in rows
    ]  # fmt: skip
    return told(made, *found, value=(("2024-05-03", 12.0), ("2026-01-22", 62.0)))


def _out_of_range(n: int) -> Outcome:
    window = win("2026-01-22", "2026-01-22")
    rows = [("ferritin", 8.0, "ug/L", "below_range:13..300"), ("cholesterol_ldl", 4.19, "mmol/L", "above_range:..3.0")][:n]
    found = [
        finding(m, v, u, 1, window, date="2026-01-22", notes=(code,), sources=(), services=("function_health",)) for m, v, u, code in rows
    ]
    made = plan("ferritin", Agg.OUT_OF_RANGE, window, "day")
    none = finding("ferritin", 0.0, "{count}", 24, window, sources=(), services=("function_health",))
    return told(made, *(found or [none]), value=tuple(r[0] for r in rows) or 0.0)


def _change() -> Outcome:
    window = win("2025-01-22", "2026-01-22")
    return told(
        plan("ferritin", Agg.CHANGE, ALL, "all"),
        finding("ferritin", -17.0, "ug/L", 2, window, label="difference", sources=(), services=("function_health",)),
        finding("ferritin", 45.0, "ug/L", 1, window, date="2026-01-22", label="later", notes=("in_range:13..300",)),
        finding("ferritin", 62.0, "ug/L", 1, window, date="2025-01-22", label="earlier"),
    )


def _rank(count: int, value: Value = None) -> Outcome:
    made = plan("sleep_duration", Agg.RANK, MONTH, count=count, order="asc", which=True)
    rows = [("2026-02-20", 4.2), ("2026-03-01", 4.75), ("2026-03-12", 5.0)][:count]
    found = [finding("sleep_duration", v, "h", 1, MONTH, (30, 28), date=d) for d, v in rows]
    return told(made, *found, value=value)


def _two() -> Outcome:
    made = replace(plan("hrv_sdnn", Agg.MEAN), metrics=("hrv_sdnn", "hrv_rmssd"))
    return told(made, finding("hrv_sdnn", 42.4, "ms", 30), finding("hrv_rmssd", 38.6, "ms", 7, sources=("Oura",)))


HELD = Holding("steps", 40211, 1551517200000, 1773486000000)
OUTCOMES: dict[str, Outcome] = {
    "total week": one("steps", Agg.TOTAL, 61234.4, "{count}", days=(7, 7), sources=BOTH),
    "total day": one("steps", Agg.TOTAL, 1.0, "{count}", win("2026-03-09", "2026-03-09"), kind="day", n=1),
    "total today": one(
        "steps", Agg.TOTAL, 4120.0, "{count}", win("2026-03-14", "2026-03-14"), kind="day", partial=True, notes=("partial_today",)
    ),
    "total partial": one(
        "steps", Agg.TOTAL, 61234.4, "{count}", win("2026-03-01", "2026-03-14"), partial=True, days=(14, 13), notes=("partial_today",)
    ),
    "total distance us": one("distance_walk_run", Agg.TOTAL, 12.4277, "[mi_i]", days=(7, 6)),
    "total year": one("active_energy", Agg.TOTAL, 184213.7, "kcal", win("2025-01-01", "2025-12-31"), days=(365, 364)),
    "total exercise": one("exercise_minutes", Agg.TOTAL, 134.0, "min", days=(7, 7)),
    "total many sources": one("steps", Agg.TOTAL, 100.0, "{count}", sources=("A", "B", "C", "D", "E"), days=(7, 1)),
    "mean steps": one("steps", Agg.MEAN, 8214.5, "{count}", FEBRUARY, days=(28, 24), n=9120, sources=BOTH),
    "mean per week": one("workout", Agg.MEAN, 2.5, "{count}", MONTH, per="week"),
    "mean sleep": one("sleep_duration", Agg.MEAN, 7.2042, "h", MONTH, days=(30, 24), notes=("estimate", "stages_unknown")),
    "mean sleep one night": one("sleep_duration", Agg.MEAN, 7.5, "h", win("2026-03-14", "2026-03-14"), kind="night", n=1, days=(1, 1)),
    "mean heart": one("resting_heart_rate", Agg.MEAN, 58.4, "/min", FEBRUARY, days=(28, 28)),
    "mean oxygen": one("spo2", Agg.MEAN, 96.4, "%", notes=("few_days",)),
    "mean pressure": one("blood_pressure", Agg.MEAN, (121.4, 78.2), "mm[Hg]", MONTH, n=14, sources=("Omron",)),
    "mean temperature": one("body_temperature", Agg.MEAN, 36.65, "Cel"),
    "mean with assumptions": one(
        "weight",
        Agg.MEAN,
        72.449,
        "kg",
        MONTH,
        assumptions=("default_period", "default_agg", "ignored:banana", "whatever"),
        n=1,
    ),
    "median": one("heart_rate", Agg.MEDIAN, 64.0, "/min", FEBRUARY),
    "min": one("heart_rate", Agg.MIN, 43.0, "/min", FEBRUARY, date="2026-02-20T04:12:00+01:00"),
    "max": one("heart_rate", Agg.MAX, 162.0, "/min", date="2026-03-05T18:05:00+01:00"),
    "max night": one("sleep_duration", Agg.MAX, 9.5, "h", FEBRUARY, date="2026-03-01", days=(28, 27), notes=("ties",)),
    "when max": one("steps", Agg.MAX, 18230.0, "{count}", win("2025-01-01", "2025-12-31"), date="2025-08-01", when=True),
    "when max, headline is the date": told(
        plan("steps", Agg.MAX, FEBRUARY, when=True),
        finding("steps", 18230.0, "{count}", 40, FEBRUARY, date="2026-02-07"),
        value="2026-02-07",
        unit="{count}",
    ),
    "when latest": told(
        plan("tsh", Agg.LATEST, ALL, "all", when=True), finding("tsh", "2025-11-03", "m[IU]/L", 1, ALL, sources=()), value="2025-11-03"
    ),
    "latest weight": one("weight", Agg.LATEST, 72.449, "kg", ALL, kind="all", date="2026-03-12T07:30:00+01:00", n=1),
    "latest lab in range": one(
        "cholesterol_ldl",
        Agg.LATEST,
        1.62,
        "g/L",
        ALL,
        kind="all",
        date="2026-01-22",
        n=1,
        sources=(),
        services=("function_health",),
        notes=("in_range", "range:..1.9"),
    ),
    "latest lab out of range": one(
        "ferritin",
        Agg.LATEST,
        8.0,
        "ug/L",
        ALL,
        kind="all",
        date="2025-01-22",
        n=1,
        notes=("below_range:13..300", "old"),
    ),
    "latest lab comparator": one("crp", Agg.LATEST, "<0.5", "mg/L", ALL, kind="all", date="2026-01-22", n=1, notes=("no_range",)),
    "latest lab text": one("crp", Agg.LATEST, "negative", "", ALL, kind="all", date="2026-01-22", n=1, notes=("general_range:..5",)),
    "latest pressure": one("blood_pressure", Agg.LATEST, (121.0, 78.0), "mm[Hg]", ALL, kind="all", date="2026-03-13T08:00", n=1),
    "first": one("weight", Agg.FIRST, 80.1, "kg", ALL, kind="all", date="2019-03-02", n=1),
    "count samples": one("heart_rate", Agg.COUNT, 9204.0, "{count}", win("2025-05-01", "2026-03-14"), kind="since", partial=True, n=9204),
    "count workouts": one("workout", Agg.COUNT, 1.0, "{count}", FEBRUARY, filters=Filters(activity="running"), n=1),
    "count workouts none": one("workout", Agg.COUNT, 0.0, "{count}", FEBRUARY, n=0, sources=(), services=()),
    "count days": one("steps", Agg.COUNT, 24.0, "d", FEBRUARY),
    "count nights": one("sleep_duration", Agg.COUNT, 24.0, "d", FEBRUARY),
    "count symptoms": one("symptom_headache", Agg.COUNT, 3.0, "{count}", FEBRUARY, n=3),
    "sd": one("weight", Agg.SD, 0.432, "kg", FEBRUARY),
    "quantile": one("glucose_sensor", Agg.QUANTILE, 8.12, "mmol/L", quantile=0.9, notes=("censored",)),
    "days where": one("steps", Agg.DAYS_WHERE, 12.0, "d", FEBRUARY, condition=ABOVE, days=(28, 24)),
    "days where one": one("steps", Agg.DAYS_WHERE, 1.0, "d", FEBRUARY, condition=replace(ABOVE, op=">=", text="8,000"), yes_no=True),
    "days where none": one("steps", Agg.DAYS_WHERE, 0.0, "d", FEBRUARY, condition=ABOVE, yes_no=True, days=(28, 24)),
    "nights where none": one("sleep_duration", Agg.DAYS_WHERE, 0.0, "d", FEBRUARY, condition=SHORT, days=(28, 24)),
    "which nights": one(
        "sleep_duration", Agg.DAYS_WHERE, ("2026-02-03", "2026-02-04", "2026-02-20"), "d", FEBRUARY, condition=SHORT, which=True
    ),
    "which days many": one(
        "steps", Agg.DAYS_WHERE, tuple(f"2026-02-{d:02d}" for d in range(1, 9)), "d", FEBRUARY, condition=ABOVE, which=True
    ),
    "share": one("steps", Agg.SHARE, 0.4286, "1", FEBRUARY, condition=ABOVE, days=(28, 28)),
    "share nights": one("sleep_duration", Agg.SHARE, 42.86, "%", FEBRUARY, condition=replace(SHORT, op="<=")),
    "streak": one(
        "steps", Agg.STREAK, 9.0, "d", FEBRUARY, condition=ABOVE, date="2026-02-19", label="2026-02-11/2026-02-19", method="streak/1"
    ),
    "streak now": one("exercise_minutes", Agg.STREAK, 1.0, "d", MONTH, condition=Condition(">=", 30), current=True, date="2026-03-13"),
    "streak none": one("exercise_minutes", Agg.STREAK, 0.0, "d", MONTH, condition=Condition("==", 30), current=True),
    "streak nights": one("sleep_duration", Agg.STREAK, 4.0, "d", MONTH, condition=SHORT),
    "trend up": one(
        "resting_heart_rate",
        Agg.TREND,
        3.4,
        "/min",
        win("2025-05-01", "2026-03-14"),
        kind="since",
        notes=("up", "break:2025-09-20"),
        days=(318, 296),
        n=296,
    ),
    "trend down": one("weight", Agg.TREND, -1.26, "kg", win("2025-05-01", "2025-12-31"), notes=("down", "not_compared"), days=(245, 200)),
    "trend flat": one("weight", Agg.TREND, 0.31, "kg", FEBRUARY, notes=("flat",), days=(28, 28)),
    "trend too few": one("weight", Agg.TREND, -0.8, "kg", notes=("too_few", "down"), days=(7, 5), n=5),
    "trend bedtime": one("sleep_start", Agg.TREND, 25.0, "min", FEBRUARY, notes=("up",), days=(28, 28)),
    "trend sleep": one("sleep_duration", Agg.TREND, -0.52, "h", FEBRUARY, notes=("down",), days=(28, 28)),
    "trend lab too few": one("ferritin", Agg.TREND, 4.0, "ug/L", win("2025-01-01", "2026-03-14"), notes=("too_few",), n=2),
    "change lab": _change(),
    "rank one": _rank(1),
    "rank three": _rank(3),
    "rank one, headline is the date": _rank(1, "2026-02-20"),
    "rank months": told(
        plan("steps", Agg.RANK, win("2025-01-01", "2025-12-31"), group="month", which=True),
        finding("steps", 9810.0, "{count}", 3000, win("2025-07-01", "2025-07-31"), label="2025-07"),
        value=("2025-07",),
    ),
    "typical time": one("sleep_start", Agg.TYPICAL_TIME, "23:10", "clock", FEBRUARY, days=(28, 20)),
    "list labs": _labs(),
    "list weights": one("weight", Agg.LIST, (("2026-03-03", 72.4), ("2026-03-08", 72.0)), "kg", n=2),
    "out of range": _out_of_range(2),
    "out of range one": _out_of_range(1),
    "out of range none": _out_of_range(0),
    "exists where": one(
        "steps", Agg.EXISTS, 3.0, "d", ALL, kind="all", yes_no=True, condition=ABOVE, date="2026-02-18", label="2025-05-03/2026-02-18"
    ),
    "exists where none": one("steps", Agg.EXISTS, 0.0, "d", ALL, kind="all", yes_no=True, condition=ABOVE),
    "exists labs": one("ferritin", Agg.EXISTS, 1.0, "{count}", ALL, kind="all", n=1, date="2026-01-22", label="2026-01-22/2026-01-22"),
    "count where": one("heart_rate", Agg.COUNT, 42.0, "{count}", condition=Condition(">", 120)),
    "count where none": one("heart_rate", Agg.COUNT, 0.0, "{count}", condition=Condition(">", 190)),
    "count by month": told(
        plan("steps", Agg.COUNT, FEBRUARY, group="month"), finding("steps", 24.0, "{count}", 900, FEBRUARY, label="2026-02")
    ),
    "mean on days of another": one("steps", Agg.MEAN, 5400.0, "{count}", FEBRUARY, condition=Condition("<", 360, metric="sleep_duration")),
    "mean whole weeks": one("steps", Agg.TOTAL, 56000.0, "{count}", MONTH, per="week", notes=("periods:4",)),
    "list pressure": told(
        plan("blood_pressure", Agg.LIST),
        *[finding("blood_pressure", (120.0 + i, 80.0), "mm[Hg]", 2, date=f"2026-03-0{3 + i}T08:00+01:00") for i in (0, 1)],
        value=(("2026-03-03", (120.0, 80.0)), ("2026-03-04", (121.0, 80.0))),
    ),
    "latest lab with the one before": told(
        plan("ferritin", Agg.LATEST, ALL, "all"),
        finding("ferritin", 45.0, "ug/L", 1, ALL, date="2026-01-22", notes=("in_range:13..300",)),
        finding("ferritin", 62.0, "ug/L", 1, ALL, date="2025-01-22", label="previous", notes=("in_range:13..300",)),
    ),
    "trend with its pace": told(
        plan("weight", Agg.TREND, FEBRUARY),
        finding("weight", -2.1, "kg", 28, FEBRUARY, (28, 28), notes=("down",)),
        finding("weight", -0.525, "kg", 28, FEBRUARY, (28, 28), label="per_week", notes=("down",)),
    ),
    "trend compared": told(
        plan("weight", Agg.TREND, FEBRUARY, comparison=Comparison("periods", Period(win("2026-01-01", "2026-01-31")))),
        finding("weight", -0.8, "kg", 40, FEBRUARY, notes=("about_the_same", "percent:-1.1"), label="difference"),
        finding("weight", 72.0, "kg", 20, FEBRUARY, (28, 20), label="later", method="mean/1 of=daily_values"),
        finding("weight", 72.8, "kg", 20, win("2026-01-01", "2026-01-31"), (31, 20), label="earlier", method="mean/1 of=daily_values"),
    ),
    "exists": one(
        "steps", Agg.EXISTS, 2301.0, "d", ALL, kind="all", yes_no=True, n=40211, date="2026-03-14", label="2019-03-02/2026-03-14"
    ),
    "coverage days": one("steps", Agg.COVERAGE, ("2026-03-03", "2026-03-05"), "d"),
    "coverage none": one("steps", Agg.COVERAGE, 0.0, "d"),
    "coverage nights": one("sleep_duration", Agg.COVERAGE, 1.0, "d"),
    "relation": told(
        replace(plan("sleep_duration", Agg.RELATION, FEBRUARY), metrics=("sleep_duration", "steps")),
        finding("sleep_duration", -0.4172, "1", 24, FEBRUARY, notes=("pairs:24", "few_days")),
    ),
    "compare steps": _comparison(),
    "compare sleep less": _against("sleep_duration", (-0.4167, 6.75, 7.1667), "h", notes=("less", "percent:-5.814")),
    "compare oxygen": _against("spo2", (-1.2, 95.2, 96.4), "%", notes=("about_the_same", "percent:-1.24")),
    "compare temperature": _against("body_temperature", (0.2, 36.8, 36.6), "Cel", notes=("more",)),
    "compare nothing": _against("weight", (0.0, 72.0, 72.0), "kg"),
    "compare bedtime": told(
        plan("sleep_start", Agg.MEAN, FEBRUARY, comparison=Comparison("periods", Period(win("2026-01-01", "2026-01-31")))),
        finding("sleep_start", 24.0, "min", 40, FEBRUARY, notes=("more",)),
        finding("sleep_start", "23:34", "clock", 20, FEBRUARY),
        finding("sleep_start", "23:10", "clock", 20, win("2026-01-01", "2026-01-31")),
    ),
    "compare weekend": _against("steps", (1204.0, 8214.0, 7010.0), "{count}", "weekend", notes=("more", "percent:17.18")),
    "compare few": _against("steps", (1204.0, 8214.0, 7010.0), "{count}", "weekend", notes=("few", "percent:17.18")),
    "compare pressure by hours": _against("blood_pressure", ((3.2, -1.1), (124.0, 78.0), (120.8, 79.1)), "mm[Hg]", "hours"),
    "compare base below 0": _against("wrist_temperature_deviation", (0.5, 0.2, -0.3), "K"),
    "compare goal": told(
        plan("steps", Agg.MEAN, FEBRUARY, comparison=Comparison("goal")),
        finding("steps", -786.0, "{count}", 900, FEBRUARY, notes=("goal_not_reached",)),
        finding("steps", 7214.0, "{count}", 900, FEBRUARY, (28, 28), label="a"),
        finding("steps", 8000.0, "{count}", 0, FEBRUARY, label="goal"),
    ),
    "table months": _table("steps", "{count}", "month", [("2025-01", 8214.4), ("2025-02", 7010.0)], 7800.0),
    "table weekdays": _table("resting_heart_rate", "/min", "weekday", [("mon", 58.4), ("sun", 61.0)]),
    "table weekend": _table("sleep_duration", "h", "weekend", [("weekend", 8.1), ("weekday", 7.0)]),
    "table hours": _table("heart_rate", "/min", "hour", [("06", 54.0), ("23:00", 61.0)]),
    "table weeks": _table("weight", "kg", "week", [("2025-W02", 73.0), ("2025-01-13", 72.8)]),
    "table in one finding": one(
        "steps", Agg.TOTAL, (("2025-01", 8214.0), ("2025-02", 7010.0)), "{count}", win("2025-01-01", "2025-02-28"), group="month"
    ),
    "two metrics": _two(),
    "copies and zone": one(
        "weight", Agg.LATEST, 72.4, "kg", ALL, kind="all", n=2, notes=("copies_left_out:3", "home_zone_assumed", "unheard_of:9")
    ),
    "missing no data": Outcome(plan("steps", Agg.TOTAL, win("2025-05-03", "2025-05-09")), None, missing="no_data", nearest="2025-05-02"),
    "missing no data, held": Outcome(plan("steps", Agg.TOTAL), None, missing="no_data", held=HELD),
    "missing one side": Outcome(
        plan("blood_pressure", Agg.MEAN, comparison=Comparison("hours", None, Filters(hours=(18, 23)))), None, missing="no_data", held=HELD
    ),
    "assumptions of the parser": one(
        "exercise_minutes",
        Agg.MEAN,
        31.0,
        "min",
        MONTH,
        assumptions=("ambiguous:exercise_minutes", "period:30_days", "metric:by_unit", "daily_averages"),
    ),
    "assumptions that change nothing": one("weight", Agg.LATEST, 71.6, "kg", ALL, kind="all", assumptions=("period:all",), n=1),
    "missing never": Outcome(plan("blood_pressure", Agg.LATEST, ALL, "all"), None, missing="never"),
    "missing too few": Outcome(plan("weight", Agg.TREND), None, missing="too_few", need=14, have=9),
    "missing one value": Outcome(plan("ferritin", Agg.CHANGE, ALL, "all"), None, missing="too_few", need=2, have=1),
    "missing too few results": Outcome(plan("ferritin", Agg.TREND, ALL, "all"), None, missing="too_few", need=3, have=2),
    "missing not defined": Outcome(plan("heart_rate", Agg.TOTAL), None, missing="not_defined"),
    "missing not granted": Outcome(plan("sleep_duration", Agg.MEAN), None, missing="not_granted"),
    "missing unheard of": Outcome(plan("sleep_duration", Agg.MEAN), None, missing="unheard_of"),
}
ASKED: dict[str, NotUnderstood] = {
    "two plans": NotUnderstood("ambiguous", (
        plan("steps", Agg.TOTAL, win("2026-03-01", "2026-03-14"), filters=Filters(weekdays=(1, 2, 3, 4, 5))),
        plan("steps", Agg.MEAN, win("2026-03-01", "2026-03-14"), per="week", group="weekday"),
    )),
    "one plan": NotUnderstood("no_metric", (plan("weight", Agg.TREND, ALL, "all"),)),
    "a word": NotUnderstood("ambiguous", word="sugar", metrics=("glucose_sensor", "blood_glucose", "dietary_sugar", "glucose_strip")),
    "an unknown word beside a plan": NotUnderstood("unknown_word", (plan("steps", Agg.TOTAL),), "flurb", ("steps",)),
    "an unknown word alone": NotUnderstood("unknown_word", (), "flurb"),
    "nothing": NotUnderstood("no_metric"),
    "an unknown word": NotUnderstood("no_metric", word="flurb"),
    "not defined": NotUnderstood("not_defined", metrics=("heart_rate",)),
    "future": NotUnderstood("future"),
    "needs dates": NotUnderstood("needs_dates", word="Ramadan"),
    "date order": NotUnderstood("date_order", (
        plan("steps", Agg.TOTAL, win("2025-05-12", "2025-05-12"), "day"), plan("steps", Agg.TOTAL, win("2025-12-05", "2025-12-05"), "day"),
    )),
    "out of scope": NotUnderstood("out_of_scope"),
    "unheard of": NotUnderstood("unheard_of"),
}  # fmt: skip
CATALOG = catalog()
