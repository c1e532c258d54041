"""The expected headline of every fresh question: `python fresh_oracle.py FOLDER` (FOLDER: see person.write).

Written by a second author from numbers.md and the question forms, without any code of Carnet. Dates are written out by hand.
`kind: asks` means that no figure may be given: the question is refused, or asked back. Section numbers are those of numbers.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import oracle as o
import pandas as pd
from oracle import DECEMBER, FEBRUARY, FOURTH_QUARTER, JANUARY, LAST_3_MONTHS, LAST_WEEK, NOW, SUMMER, THIS_YEAR, WINTER, YEAR_2025, Row, on
from oracle_data import Record, Session, fitted_change, local, mean

Window = tuple[date, date]
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
BEGIN = on("2025-01-12")  # the first day of the record

# Windows, as read from the phrases (section 8 and the table of dates)
THREE_WEEKS_AGO = on("2026-02-16"), on("2026-02-22")
WEEK_OF_12_JANUARY = on("2026-01-12"), on("2026-01-18")
FIRST_HALF_OF_JANUARY = on("2026-01-01"), on("2026-01-15")
EARLY_FEBRUARY = on("2026-02-01"), on("2026-02-10")
MID_JANUARY = on("2026-01-11"), on("2026-01-20")
LAST_7_DAYS = on("2026-03-08"), on("2026-03-14")
LAST_14_DAYS = on("2026-03-01"), on("2026-03-14")
WEEK_9 = on("2026-02-23"), on("2026-03-01")
CHRISTMAS_TO_NEW_YEAR = on("2025-12-25"), on("2026-01-01")
NOVEMBER = on("2025-11-01"), on("2025-11-30")
AUTUMN = on("2025-09-01"), on("2025-11-30")
SECOND_HALF_OF_2025 = on("2025-07-01"), on("2025-12-31")


def since(text: str) -> Window:
    return on(text), NOW


# --- small steps ----------------------------------------------------------------------------------------------------------
def asks(_: Record) -> Row:
    return {"kind": "asks", "value": None, "unit": None}


def weekday(*wanted: int) -> Callable[[date], bool]:
    return lambda day: day.weekday() in wanted


def monthly(daily: pd.Series, how: str) -> list[tuple[str, float]]:
    """Per month: the sum of a cumulative metric, the mean of the days of another one."""
    return [(str(month), float(value)) for month, value in daily.groupby(lambda day: f"{day:%Y-%m}").agg(how).items()]


def clock_of(moment: datetime) -> Row:
    return {"kind": "time", "value": f"{moment:%H:%M}", "unit": None, "tolerance": 1}  # minutes


def minutes(value: float, tolerance: float = 0.5, day: date | None = None) -> Row:
    return o.number(value, "min", tolerance, day, {"h": value / 60})


def pace(value: float, day: date | None = None) -> Row:
    return o.number(value, "min/km", 0.02, day, {"s/km": value * 60})


def kilometres(value: float, tolerance: float, day: date | None = None) -> Row:
    return o.number(value, "km", tolerance, day, {"m": value * 1000})


def trend(daily: dict[date, float], window: Window, unit: str) -> Row:
    change = fitted_change(daily, *window)
    return o.number(change, unit, abs(change) * 0.04)


def asleep(r: Record, window: Window) -> float:
    return mean(n.minutes for n in o.nights(r, window))


def deep(r: Record, window: Window) -> float:
    """Section 3: nights from sources without stages are unknown, not zero."""
    return mean(n.deep for n in o.nights(r, window) if n.deep is not None)


def paced(r: Record, window: Window) -> list[tuple[float, Session]]:
    return [(s.minutes / s.km, s) for s in o.sessions(r, "Running", window) if s.km]


def lab_on(r: Record, name: str, day: str, unit: str, factor: float = 1, other: str = "") -> Row:
    found = o.lab(r, name)
    value = float(found[found["date"] == day]["value"].iloc[0])
    return o.number(value, unit, 0.001, on(day), {other: value * factor} if other else None)


def lab_list(r: Record, name: str, unit: str) -> Row:
    found = o.lab(r, name)
    return o.pairs(zip(found["date"], found["value"].astype(float), strict=True), unit, 0.01)


# --- English --------------------------------------------------------------------------------------------------------------
def g11(r: Record) -> Row:
    value, day = o.highest_sample(o.sampled(r, "BloodPressureSystolic", YEAR_2025))
    return o.number(value, "mm[Hg]", 0.5, day)


def g12(r: Record) -> Row:
    best = max(o.sessions(r, "Cycling", THIS_YEAR), key=lambda s: s.minutes)
    return minutes(best.minutes, 0.1, best.day)


def g14(r: Record) -> Row:
    return minutes(sum(s.minutes for s in o.sessions(r, "Yoga", since("2025-12-01"))))


def g15(r: Record) -> Row:
    value, best = min(paced(r, YEAR_2025), key=lambda pair: pair[0])
    return pace(value, best.day)


def g17(r: Record) -> Row:
    values = o.lab(r, "LDL")["value"]
    change = float(values.iloc[-1] - values.iloc[0])
    return o.number(change, "mg/dL", 0.01, accept={"mmol/L": change * 0.02586})


def g20(r: Record) -> Row:
    value = float(o.span(r.daily_totals("water"), LAST_14_DAYS).mean())
    return o.number(value, "mL", 5, accept={"L": value / 1000})


def g22(r: Record) -> Row:
    return o.pairs(monthly(o.span(r.daily_totals("StepCount"), since("2025-10-01")), "sum"), "count", 2)


def g23(r: Record) -> Row:  # one sample a day, so that the mean of samples is the mean of days
    return o.pairs(monthly(o.span(r.daily_means("RestingHeartRate"), YEAR_2025), "mean"), "/min", 0.05)


def g28(r: Record) -> Row:
    longest = sorted(o.nights(r, YEAR_2025), key=lambda n: n.minutes, reverse=True)
    return o.strings(n.day for n in longest[:3])


def g29(r: Record) -> Row:
    value, day = o.extreme(o.span(r.daily_totals("StepCount"), DECEMBER), lowest=True)
    return o.steps(value, day=day)


ENGLISH: dict[str, Callable[[Record], Row]] = {
    "g01": lambda r: o.steps(r.daily_totals("StepCount")[on("2026-03-14")]),
    "g02": lambda r: o.hours(asleep(r, THREE_WEEKS_AGO)),
    "g03": lambda r: kilometres(o.span(r.daily_totals("DistanceWalkingRunning"), WEEK_OF_12_JANUARY).sum(), 0.05),
    "g04": lambda r: o.number(o.values(o.sampled(r, "RestingHeartRate", FIRST_HALF_OF_JANUARY)).mean(), "/min", 0.1),
    "g05": lambda r: minutes(r.daily_totals("AppleExerciseTime")[on("2026-03-11")]),
    "g06": lambda r: o.steps(o.span(r.daily_totals("StepCount"), THIS_YEAR, weekday(0)).mean()),
    "g07": lambda r: o.typical(n.end for n in o.nights(r, LAST_3_MONTHS, weekday(6))),
    "g08": lambda r: clock_of(r.sleep()[0][on("2026-03-11")].start),
    "g09": lambda r: o.typical(n.start for n in o.nights(r, since("2025-10-26"))),
    "g10": lambda r: o.pressure(r, WINTER, (18, 23)),
    "g11": g11,
    "g12": g12,
    "g13": lambda r: o.count(len(o.sessions(r, "Cycling", SUMMER))),
    "g14": g14,
    "g15": g15,
    "g16": lambda r: lab_on(r, "HDL", "2026-02-17", "mg/dL", 0.02586, "mmol/L"),
    "g17": g17,
    "g18": lambda r: lab_list(r, "Créatinine", "umol/L"),
    "g19": lambda r: lab_on(r, "TSH", "2025-06-17", "mIU/L", 1, "m[IU]/L"),
    "g20": g20,
    "g21": lambda r: o.count((o.span(r.daily_totals("caffeine"), JANUARY) > 200).sum()),
    "g22": g22,
    "g23": g23,
    "g24": lambda r: trend(r.daily_means("HeartRateVariabilitySDNN"), since("2025-11-01"), "ms"),
    "g25": lambda r: trend(r.daily_last("BodyMass"), since("2026-01-11"), "kg"),
    "g26": lambda r: o.steps(float(o.span(r.daily_totals("StepCount"), YEAR_2025).quantile(0.9)), 2),
    "g27": lambda r: minutes(deep(r, DECEMBER) - deep(r, NOVEMBER)),
    "g28": g28,
    "g29": g29,
    "g30": lambda r: o.count(sum(n.minutes < 360 for n in o.nights(r, since("2025-12-25")))),
    "g31": lambda r: o.percent((o.span(r.daily_totals("StepCount"), YEAR_2025) >= 10000).mean(), 0.001),
    "g32": lambda r: o.number(o.values(o.sampled(r, "HeartRate", FEBRUARY, (5, 12))).mean(), "/min", 0.3),
    "g33": lambda r: minutes(r.sleep()[0][on("2026-02-05")].rem or 0),
    "g34": lambda r: o.count(len(o.sessions(r, "Running", since("2025-04-20")))),
    "g35": lambda r: o.number(o.span(r.daily_totals("DietaryEnergyConsumed"), LAST_14_DAYS).mean(), "kcal"),
    "g36": asks,
    "g37": asks,
    "g38": asks,
    "g39": asks,
    "g40": asks,
}


# --- French ---------------------------------------------------------------------------------------------------------------
def h12(r: Record) -> Row:
    best = max(o.sessions(r, "Cycling", (BEGIN, NOW)), key=lambda s: s.km or 0)
    return kilometres(best.km or 0, 0.01, best.day)


def h16(r: Record) -> Row:  # section 9: with five points or fewer, last minus first
    found = o.lab(r, "Ferritine")
    values = found[found["date"] >= "2025-03-15"]["value"]
    change = float(values.iloc[-1] - values.iloc[0])
    return o.number(change, "ng/mL", 0.01, accept={"ug/L": change})


def h22(r: Record) -> Row:
    value = float(o.span(r.daily_totals("water"), LAST_WEEK).sum())
    return o.number(value / 1000, "L", 0.01, accept={"mL": value})


def h24(r: Record) -> Row:
    return o.pairs(monthly(o.span(r.daily_totals("DistanceWalkingRunning"), SECOND_HALF_OF_2025), "sum"), "km", 0.05)


def h27(r: Record) -> Row:
    january, february = (o.values(o.sampled(r, "HeartRateVariabilitySDNN", window)).mean() for window in (JANUARY, FEBRUARY))
    return o.number(february - january, "ms", 0.05)


def h28(r: Record) -> Row:
    daily = r.daily_totals("StepCount")
    return o.steps(o.span(daily, AUTUMN).mean() - o.span(daily, SUMMER).mean(), 2)


def h29(r: Record) -> Row:
    night = min(o.nights(r, JANUARY), key=lambda n: n.minutes)
    return o.hours(night.minutes) | {"date": night.day.isoformat()}


def h30(r: Record) -> Row:
    daily = o.span(r.daily_totals("StepCount"), YEAR_2025)
    least = str(daily.groupby(lambda day: o.WEEKDAYS[day.weekday()]).mean().idxmin())
    jour = JOURS[o.WEEKDAYS.index(least)]
    return o.strings([jour], **{jour: least})


def h31(r: Record) -> Row:
    runs = pd.DataFrame([(f"{s.day:%Y-%m}", s.km or 0) for s in o.sessions(r, "Running", YEAR_2025)], columns=["month", "km"])
    return o.strings([runs.groupby("month")["km"].sum().idxmax()])


def h32(r: Record) -> Row:
    second, value = min(o.sampled(r, "OxygenSaturation", DECEMBER), key=lambda sample: sample[1])
    return o.percent(value, 0.001) | {"date": local(second).date().isoformat()}


def h34(r: Record) -> Row:
    second, value = r.samples("VO2Max")[-1]
    return o.number(value, "mL/kg/min", 0.01, local(second).date())


FRENCH: dict[str, Callable[[Record], Row]] = {
    "h01": lambda r: o.steps(r.daily_totals("StepCount")[on("2026-03-12")]),
    "h02": lambda r: o.steps(o.span(r.daily_totals("StepCount"), WEEK_OF_12_JANUARY).mean()),
    "h03": lambda r: o.number(o.span(r.daily_totals("FlightsClimbed"), CHRISTMAS_TO_NEW_YEAR).sum(), "count", 0.6),
    "h04": lambda r: o.number(o.values(o.sampled(r, "RestingHeartRate", EARLY_FEBRUARY)).mean(), "/min", 0.1),
    "h05": lambda r: o.hours(asleep(r, FEBRUARY)),
    "h06": lambda r: o.pressure(r, since("2025-11-01"), (18, 23)),
    "h07": lambda r: o.count(len(o.sampled(r, "BloodPressureSystolic", JANUARY))),
    "h08": lambda r: o.typical(n.start for n in o.nights(r, JANUARY)),
    "h09": lambda r: clock_of(r.sleep()[0][on("2026-03-12")].end),
    "h10": lambda r: o.count(len(o.sessions(r, "Running", FEBRUARY))),
    "h11": lambda r: kilometres(mean(s.km for s in o.sessions(r, "Running", YEAR_2025) if s.km and s.day.weekday() == 6), 0.02),
    "h12": h12,
    "h13": lambda r: pace(mean(value for value, _ in paced(r, FOURTH_QUARTER))),
    "h14": lambda r: o.count(len(o.sessions(r, "Walking", YEAR_2025))),
    "h15": lambda r: lab_on(r, "CRP", "2026-02-17", "mg/L"),
    "h16": h16,
    "h17": lambda r: lab_list(r, "Vitamine D", "ng/mL"),
    "h18": lambda r: {"kind": "date", "value": str(r.labs["date"].max()), "unit": None},
    "h19": lambda r: o.number(o.span(r.daily_last("BodyMass"), MID_JANUARY).mean(), "kg", 0.02),
    "h20": lambda r: lab_on(r, "Triglycérides", "2025-10-14", "mg/dL", 0.01129, "mmol/L"),
    "h21": lambda r: o.number(o.span(r.daily_totals("caffeine"), LAST_7_DAYS).mean(), "mg", 0.5),
    "h22": h22,
    "h23": lambda r: o.count((o.span(r.daily_totals("StepCount"), since("2025-09-01")) < 5000).sum()),
    "h24": h24,
    "h25": lambda r: o.number(o.span(r.daily_totals("ActiveEnergyBurned"), WEEK_9).sum(), "kcal"),
    "h26": lambda r: trend(r.daily_totals("StepCount"), since("2025-12-01"), "count"),
    "h27": h27,
    "h28": h28,
    "h29": h29,
    "h30": h30,
    "h31": h31,
    "h32": h32,
    "h33": lambda r: o.number(o.values(o.sampled(r, "RespiratoryRate", DECEMBER)).mean(), "/min", 0.05),
    "h34": h34,
    "h35": lambda r: minutes(deep(r, LAST_WEEK)),
    "h36": asks,
    "h37": asks,
    "h38": asks,
    "h39": asks,
    "h40": asks,
}


def answer(record: Record, question: dict[str, str]) -> Row:
    record.now = datetime.fromisoformat(question["now"]).timestamp()
    row = {"id": question["id"]} | (ENGLISH | FRENCH)[question["id"]](record)
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in row.items()}


def main(folder: Path) -> None:
    record = Record(folder)
    for line in Path(__file__).with_name("fresh_questions.jsonl").read_text(encoding="utf-8").splitlines():
        print(json.dumps(answer(record, json.loads(line)), ensure_ascii=False, default=float))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
