"""The expected headline of every golden question: `python oracle.py FOLDER > expected.jsonl` (FOLDER: see person.write).

Every date phrase is written out as dates by hand here, so that no parser is needed and none is copied.
`tolerance` is absolute, in `unit`; for a unit of `accept` it scales with the value. Section numbers are those of numbers.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from oracle_data import Night, Record, Session, clock, fitted_change, local, mean, within

Row = dict[str, object]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def on(text: str) -> date:
    return date.fromisoformat(text)


# Windows, as read from the phrases (section 8; weeks from Monday, "last N ..." end yesterday, "since" and "this" run to now)
NOW = on("2026-03-15")  # a Sunday; a few questions have another `now`
LAST_WEEK = on("2026-03-02"), on("2026-03-08")
LAST_30_DAYS = on("2026-02-13"), on("2026-03-14")
LAST_3_MONTHS = on("2025-12-15"), on("2026-03-14")
LAST_6_MONTHS = on("2025-09-15"), on("2026-03-14")
LAST_12_MONTHS = on("2025-03-15"), on("2026-03-14")
SIX_WEEKS = on("2026-02-01"), on("2026-03-14")
THIS_YEAR = on("2026-01-01"), NOW
YEAR_2025 = on("2025-01-01"), on("2025-12-31")
DECEMBER, JANUARY = (on("2025-12-01"), on("2025-12-31")), (on("2026-01-01"), on("2026-01-31"))
FEBRUARY = on("2026-02-01"), on("2026-02-28")
FOURTH_QUARTER = on("2025-10-01"), on("2025-12-31")
MARCH_2025 = on("2025-03-01"), on("2025-03-31")
SUMMER = on("2025-06-01"), on("2025-08-31")
WINTER = on("2025-12-01"), on("2026-02-28")


# --- the rows -------------------------------------------------------------------------------------------------------------
def number(value: float, unit: str, tolerance: float | None = None, day: date | None = None, accept: dict[str, float] | None = None) -> Row:
    row: Row = {"kind": "number", "value": value, "unit": unit}
    if day:
        row["date"] = day.isoformat()
    row["tolerance"] = max(abs(value) * 0.005, 0.001) if tolerance is None else tolerance
    if accept:
        row["accept"] = {other: round(same, 6) for other, same in accept.items()}
    return row


def hours(minutes: float, tolerance_minutes: float = 1.0) -> Row:
    return number(minutes / 60, "h", tolerance_minutes / 60, accept={"min": minutes})


def percent(fraction: float, tolerance: float = 0.0051) -> Row:
    """Section 13: a fraction 0..1, shown as percent."""
    return number(fraction, "1", tolerance, accept={"%": fraction * 100})


def strings(values: Iterable[object], **aliases: str) -> Row:
    row: Row = {"kind": "list", "value": [str(value) for value in values], "unit": None}
    return row | ({"aliases": aliases} if aliases else {})


def typical(times: Iterable[datetime]) -> Row:
    return {"kind": "time", "value": clock(times), "unit": None, "tolerance": 2}  # minutes


def nothing() -> Row:
    return {"kind": "null", "value": None, "unit": None}


def pairs(values: Iterable[tuple[str, float]], unit: str, tolerance: float) -> Row:
    return {"kind": "pairs", "value": [[day, round(value, 6)] for day, value in values], "unit": unit, "tolerance": tolerance}


# --- small steps ----------------------------------------------------------------------------------------------------------
def span(daily: dict[date, float], window: tuple[date, date], keep: Callable[[date], bool] = lambda day: True) -> pd.Series:
    """Section 6: the days with data in the window; a day without data is no day, not a zero."""
    return pd.Series(within(daily, *window, keep), dtype=float)


def nights(r: Record, window: tuple[date, date], keep: Callable[[date], bool] = lambda day: True) -> list[Night]:
    return list(within(r.sleep()[0], *window, keep).values())


def sessions(r: Record, kind: str, window: tuple[date, date]) -> list[Session]:
    return [s for s in r.workouts(kind) if window[0] <= s.day <= window[1]]


def sampled(r: Record, kind: str, window: tuple[date, date], hours_: tuple[int, int] = (0, 24)) -> list[tuple[float, float]]:
    return [
        (second, value)
        for second, value in r.samples(kind)
        if window[0] <= local(second).date() <= window[1] and hours_[0] <= local(second).hour < hours_[1]
    ]


def values(samples: list[tuple[float, float]]) -> pd.Series:
    return pd.Series([value for _, value in samples], dtype=float)


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def workday(day: date) -> bool:
    return day.weekday() < 5


def pressure(r: Record, window: tuple[date, date], hours_: tuple[int, int]) -> Row:
    """Section 5: systolic and diastolic averaged apart (over readings), shown as a pair."""
    pair = [float(values(sampled(r, f"BloodPressure{name}", window, hours_)).mean()) for name in ("Systolic", "Diastolic")]
    return {"kind": "pair", "value": [round(value, 6) for value in pair], "unit": "mm[Hg]", "tolerance": 0.51}


def lab(r: Record, name: str) -> pd.DataFrame:
    return r.labs[(r.labs["name"] == name) & (r.labs["date"] <= str(local(r.now).date()))].sort_values("date")


def last_lab(r: Record, name: str, unit: str) -> Row:
    row = lab(r, name).iloc[-1]
    return number(float(row["value"]), unit, 0.001, on(row["date"]))


def out_of_range(r: Record) -> list[str]:
    """Section 11: decided by the range printed on that report."""
    last = r.labs[r.labs["date"] == r.labs["date"].max()]
    wrong = last[(last["comparator"].isna()) & ((last["value"] < last["ref_low"]) | (last["value"] > last["ref_high"]))]
    return sorted(wrong["name"])


def extreme(daily: pd.Series, lowest: bool = False) -> tuple[float, date]:
    day, value = (min if lowest else max)(daily.items(), key=lambda item: float(item[1]))
    return float(value), on(str(day))


def highest_sample(samples: list[tuple[float, float]]) -> tuple[float, date]:
    second, value = max(samples, key=lambda sample: sample[1])
    return value, local(second).date()


def count(value: float) -> Row:
    return number(value, "count", 0.01)


def steps(value: float, tolerance: float = 1.0, day: date | None = None) -> Row:
    return number(value, "count", tolerance, day)


# --- English --------------------------------------------------------------------------------------------------------------
def e06(r: Record) -> Row:
    value, day = highest_sample(sampled(r, "HeartRate", FEBRUARY))
    return number(value, "/min", 0.5, day)


def e07(r: Record) -> Row:  # Statistics: today's partial day cannot be the minimum
    value, day = extreme(span(r.daily_totals("StepCount"), (on("2026-03-01"), on("2026-03-09"))), lowest=True)
    return steps(value, day=day)


def e09(r: Record) -> Row:
    found = nights(r, THIS_YEAR)
    return percent(sum(n.minutes < 420 for n in found) / len(found))


def e10(r: Record) -> Row:
    change = fitted_change(r.daily_last("BodyMass"), *LAST_6_MONTHS)
    return number(change, "kg", abs(change) * 0.04)


def e11(r: Record) -> Row:  # to yesterday, the last day that can have data
    change = fitted_change(r.daily_means("RestingHeartRate"), on("2025-10-01"), NOW)
    return number(change, "/min", abs(change) * 0.04)


def e12(r: Record) -> Row:  # section 10: periods of unequal length compare daily averages, later minus earlier
    daily = r.daily_totals("StepCount")
    return steps(span(daily, FEBRUARY).mean() - span(daily, JANUARY).mean(), 2.0)


def e16(r: Record) -> Row:
    daily = span(r.daily_totals("StepCount"), LAST_12_MONTHS)
    return strings([daily.groupby(lambda day: WEEKDAYS[day.weekday()]).mean().idxmax()])


def e20(r: Record) -> Row:  # section 3: nights from sources without stages are unknown, not zero
    minutes = mean(n.deep for n in nights(r, FEBRUARY) if n.deep is not None)
    return number(minutes, "min", 0.5, accept={"h": minutes / 60})


def e23(r: Record) -> Row:
    best = max(r.workouts("Running"), key=lambda s: s.km or 0)
    return number(best.km or 0, "km", 0.01, best.day, {"m": (best.km or 0) * 1000})


def e24(r: Record) -> Row:  # section 7: a mean pace is the mean of the sessions' paces
    pace = mean(s.minutes / s.km for s in sessions(r, "Running", THIS_YEAR) if s.km)
    return number(pace, "min/km", 0.02, accept={"s/km": pace * 60})


def e27(r: Record) -> Row:  # weight by month = mean of its days
    daily = span(r.daily_last("BodyMass"), (on("2025-11-01"), NOW))
    months = daily.groupby(lambda day: f"{day:%Y-%m}").mean()
    return pairs([(str(month), value) for month, value in months.items()], "kg", 0.02)


ENGLISH: dict[str, Callable[[Record], Row]] = {
    "e01": lambda r: steps(span(r.daily_totals("StepCount"), LAST_WEEK).sum()),
    "e02": lambda r: percent(values(sampled(r, "OxygenSaturation", (on("2026-02-01"), on("2026-02-10")))).mean(), 0.001),
    "e03": lambda r: number(span(r.daily_totals("FlightsClimbed"), (on("2025-12-25"), NOW)).sum(), "count", 0.6),
    "e04": lambda r: number(span(r.daily_totals("DietaryProtein"), LAST_30_DAYS).mean(), "g"),
    "e05": lambda r: steps(span(r.daily_totals("StepCount"), THIS_YEAR).median()),
    "e06": e06,
    "e07": e07,
    "e08": lambda r: count((span(r.daily_totals("StepCount"), THIS_YEAR) > 10000).sum()),
    "e09": e09,
    "e10": e10,
    "e11": e11,
    "e12": e12,
    "e13": lambda r: hours(mean(n.minutes for n in nights(r, FEBRUARY)) - mean(n.minutes for n in nights(r, JANUARY))),
    "e14": lambda r: count(sum(SUMMER[0] <= nap.day <= SUMMER[1] for nap in r.sleep()[1])),
    "e15": lambda r: strings([min(nights(r, SIX_WEEKS), key=lambda n: n.minutes).day]),
    "e16": e16,
    "e17": lambda r: number(r.samples("BodyMass")[-1][1], "kg", 0.006, local(r.samples("BodyMass")[-1][0]).date()),
    "e18": lambda r: typical(n.start for n in nights(r, LAST_3_MONTHS, workday)),
    "e19": lambda r: hours(r.sleep()[0][on("2026-03-12")].minutes),
    "e20": e20,
    "e21": lambda r: pressure(r, LAST_3_MONTHS, (0, 24)),
    "e22": lambda r: count(len(sessions(r, "Running", YEAR_2025))),
    "e23": e23,
    "e24": e24,
    "e25": lambda r: last_lab(r, "Ferritine", "ng/mL") | {"accept": {"ug/L": float(lab(r, "Ferritine")["value"].iloc[-1])}},
    "e26": lambda r: number(span(r.daily_totals("caffeine"), (on("2026-02-15"), on("2026-02-15"))).sum(), "mg", 0.5),
    "e27": e27,
    "e28": lambda r: number(span(r.daily_means("RestingHeartRate"), FEBRUARY).std(), "/min", 0.02),  # n - 1
    "e29": lambda r: nothing(),
    "e30": lambda r: number(span(r.daily_totals("ActiveEnergyBurned"), FOURTH_QUARTER, weekend).mean(), "kcal"),
}


# --- French ---------------------------------------------------------------------------------------------------------------
def f06(r: Record) -> Row:
    value, day = extreme(span(r.daily_totals("StepCount"), YEAR_2025))
    return steps(value, day=day)


def f07(r: Record) -> Row:  # one a day: the day with the extreme
    value, day = extreme(span(r.daily_last("BodyMass"), (on("2025-09-01"), NOW)), lowest=True)
    return number(value, "kg", 0.006, day)


def f10(r: Record) -> Row:
    change = fitted_change(r.daily_last("BodyMass"), on("2025-06-01"), NOW)
    return number(change, "kg", abs(change) * 0.04)


def f11(r: Record) -> Row:
    change = fitted_change(r.daily_means("VO2Max"), *LAST_12_MONTHS)
    return number(change, "mL/kg/min", abs(change) * 0.04)


def f12(r: Record) -> Row:
    daily = r.daily_last("BodyMass")
    return number(span(daily, FEBRUARY).mean() - span(daily, MARCH_2025).mean(), "kg", 0.03)


def f13(r: Record) -> Row:
    daily = r.daily_totals("AppleExerciseTime")
    minutes = span(daily, JANUARY).mean() - span(daily, DECEMBER).mean()
    return number(minutes, "min", 0.3, accept={"h": minutes / 60})


def f15(r: Record) -> Row:  # the week of Monday ...: by its total
    daily = span(r.daily_totals("StepCount"), (on("2026-01-05"), NOW))
    week = str(daily.groupby(lambda day: "{}-W{:02d}".format(*day.isocalendar())).sum().idxmax())
    return strings([week], **{week: date.fromisocalendar(int(week[:4]), int(week[6:]), 1).isoformat()})


def f16(r: Record) -> Row:
    daily = span(r.daily_last("BodyMass"), YEAR_2025)
    return strings([daily.groupby(lambda day: f"{day:%Y-%m}").mean().idxmax()])


def f24(r: Record) -> Row:
    minutes = mean(s.minutes for s in sessions(r, "Cycling", WINTER))
    return number(minutes, "min", 0.5, accept={"h": minutes / 60})


def f26(r: Record) -> Row:
    change = lab(r, "Vitamine D")["value"].diff().iloc[-1]
    return number(float(change), "ng/mL", 0.01, accept={"ug/L": float(change), "nmol/L": float(change) * 2.496})


FRENCH: dict[str, Callable[[Record], Row]] = {
    "f01": lambda r: steps(r.daily_totals("StepCount")[on("2025-10-26")]),
    "f02": lambda r: number(values(sampled(r, "HeartRate", MARCH_2025)).mean(), "/min", 0.3),
    "f03": lambda r: number(r.daily_totals("DistanceWalkingRunning")[on("2026-03-14")], "km", 0.02),
    "f04": lambda r: number(span(r.daily_totals("ActiveEnergyBurned"), THIS_YEAR).mean(), "kcal"),
    "f05": lambda r: number(values(sampled(r, "HeartRateVariabilitySDNN", WINTER)).median(), "ms", 0.3),
    "f06": f06,
    "f07": f07,
    "f08": lambda r: count((span(r.daily_totals("water"), FEBRUARY) > 2000).sum()),
    "f09": lambda r: count(sum(n.minutes < 390 for n in nights(r, (on("2026-02-03"), on("2026-02-17"))))),
    "f10": f10,
    "f11": f11,
    "f12": f12,
    "f13": f13,
    "f14": lambda r: strings(span(r.daily_totals("StepCount"), FEBRUARY).sort_values(ascending=False).index[:3]),
    "f15": f15,
    "f16": f16,
    "f17": lambda r: last_lab(r, "TSH", "mIU/L") | {"accept": {"m[IU]/L": float(lab(r, "TSH")["value"].iloc[-1])}},
    "f18": lambda r: typical(n.end for n in nights(r, THIS_YEAR, weekend)),
    "f19": lambda r: hours(r.sleep()[0][on("2025-10-26")].minutes),
    "f20": lambda r: hours(sum(n.minutes for n in nights(r, LAST_WEEK)), 3.0),
    "f21": lambda r: pressure(r, JANUARY, (5, 12)),
    "f22": lambda r: count(len(sessions(r, "Yoga", (on("2025-09-01"), NOW)))),
    "f23": lambda r: number(sum(s.km or 0 for s in sessions(r, "Running", YEAR_2025)), "km", 0.5),
    "f24": f24,
    "f25": lambda r: number(span(r.daily_totals("mindful minutes"), FEBRUARY).sum(), "min", 0.5),
    "f26": f26,
    "f27": lambda r: pairs(
        [(day, value) for day, value in lab(r, "LDL")[["date", "value"]].itertuples(index=False) if day >= "2025-06-01"], "mg/dL", 0.5
    ),
    "f28": lambda r: strings(out_of_range(r), **{"Ferritine": "ferritin", "LDL": "ldl", "Vitamine D": "vitamin_d"}),
    "f29": lambda r: nothing(),
    "f30": lambda r: {"kind": "date", "value": r.workouts("Running")[-1].day.isoformat(), "unit": None},
}


def answer(record: Record, question: dict[str, str]) -> Row:
    record.now = datetime.fromisoformat(question["now"]).timestamp()
    row = {"id": question["id"]} | (ENGLISH | FRENCH)[question["id"]](record)
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in row.items()}


def main(folder: Path) -> None:
    record = Record(folder)
    for line in Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8").splitlines():
        print(json.dumps(answer(record, json.loads(line)), ensure_ascii=False, default=float))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
