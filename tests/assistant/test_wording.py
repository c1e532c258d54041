"""The line that lets a reader see at once which metric, days and calculation were meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.composer_cases import ALL, CATALOG, FEBRUARY, NOW, WEEK, plan, win
from carnet.assistant.plan import Agg, Comparison, Condition, Period, Plan
from carnet.assistant.words.wording import label, understood
from carnet.record.selection import Filters

JANUARY = Period(win("2026-01-01", "2026-01-31"))
PLANS: list[tuple[Plan, str, str]] = [
    (plan("steps", Agg.TOTAL, win("2026-03-09", "2026-03-15")), "Steps, 9–15 March 2026, total", "Pas, du 9 au 15 mars 2026, total"),
    (plan("sleep_duration", Agg.MEAN, FEBRUARY), "Sleep, February 2026, average per night", "Sommeil, février 2026, moyenne par nuit"),
    (plan("active_energy", Agg.MEAN, FEBRUARY, per="week"), "Active energy, February 2026, average per week", "Énergie active, février 2026, moyenne par semaine"),
    (plan("heart_rate", Agg.MAX, WEEK, filters=Filters(outside_workouts=True)),
     "Heart rate, outside workouts, 2–8 March 2026, highest", "Fréquence cardiaque, hors séances de sport, du 2 au 8 mars 2026, plus haut"),
    (plan("steps", Agg.MEAN, FEBRUARY, filters=Filters(weekdays=(6, 7))),
     "Steps, only at weekends, February 2026, average per day", "Pas, seulement le week-end, février 2026, moyenne par jour"),
    (plan("steps", Agg.MEAN, FEBRUARY, filters=Filters(weekdays=(1, 3))),
     "Steps, only Monday and Wednesday, February 2026, average per day", "Pas, seulement lundi et mercredi, février 2026, moyenne par jour"),
    (plan("heart_rate", Agg.MEAN, FEBRUARY, filters=Filters(hours=(23, 5), source="Apple Watch")),
     "Heart rate, from 23:00 to 05:00, from Apple Watch, February 2026, average",
     "Fréquence cardiaque, de 23 h à 5 h, d'après Apple Watch, février 2026, moyenne"),
    (plan("workout_distance", Agg.RANK, ALL, "all", filters=Filters(activity="running"), count=3),
     "Workout distance, running, all time, the 3 highest", "Distance des séances, course à pied, toute la période, les 3 plus hauts"),
    (plan("steps", Agg.DAYS_WHERE, FEBRUARY, condition=Condition(">", 8000)),
     "Steps, February 2026, how many days above 8,000 steps", "Pas, février 2026, nombre de jours au-dessus de 8 000 pas"),
    (plan("sleep_duration", Agg.SHARE, FEBRUARY, condition=Condition("<", 390)),
     "Sleep, February 2026, share of nights below 6 h 30 min", "Sommeil, février 2026, part des nuits en dessous de 6 h 30"),
    (plan("distance_walk_run", Agg.STREAK, FEBRUARY, condition=Condition(">=", 5000), current=True),
     "Walking and running distance, February 2026, current run of days at 5.00 km or more",
     "Distance à pied, février 2026, série de jours en cours à 5,00 km ou plus"),
    (plan("sleep_start", Agg.DAYS_WHERE, FEBRUARY, condition=Condition(">", 690, "23:30"), which=True),
     "Bedtime, February 2026, which nights after 23:30", "Heure de coucher, février 2026, quelles nuits après 23 h 30"),
    (plan("steps", Agg.MEAN, FEBRUARY, condition=Condition("<", 360, metric="sleep_duration")),
     "Steps, February 2026, average per day, with sleep below 6 h", "Pas, février 2026, moyenne par jour, avec sommeil en dessous de 6 h"),
    (plan("weight", Agg.MEAN, win("2025-01-01", "2025-12-31"), group="month"), "Weight, 2025, average, by month", "Poids, 2025, moyenne, par mois"),
    (plan("steps", Agg.MEAN, FEBRUARY, comparison=Comparison("periods", JANUARY)),
     "Steps, February 2026, average per day, compared with January 2026", "Pas, février 2026, moyenne par jour, par rapport à : janvier 2026"),
    (plan("blood_pressure", Agg.MEAN, FEBRUARY, filters=Filters(hours=(6, 12)), comparison=Comparison("hours", None, Filters(hours=(18, 23)))),
     "Blood pressure, from 06:00 to 12:00, February 2026, average, compared with: from 18:00 to 23:00",
     "Tension artérielle, de 6 h à 12 h, février 2026, moyenne, par rapport à : de 18 h à 23 h"),
    (plan("steps", Agg.MAX, ALL, "all", when=True), "Steps, all time, highest, its date", "Pas, toute la période, plus haut, sa date"),
    (replace(plan("sleep_duration", Agg.RELATION, FEBRUARY), metrics=("sleep_duration", "steps")),
     "Sleep and steps, February 2026, same-day correlation", "Sommeil et pas, février 2026, corrélation le même jour"),
    (plan("glucose_sensor", Agg.QUANTILE, WEEK, quantile=0.9), "Sensor glucose, 2–8 March 2026, percentile 90", "Glucose interstitiel, du 2 au 8 mars 2026, percentile 90"),
]  # fmt: skip


@pytest.mark.parametrize(("made", "en", "fr"), PLANS, ids=[en for _, en, _ in PLANS])
def test_understood(made: Plan, en: str, fr: str) -> None:
    assert understood(made, "en", NOW, CATALOG) == en
    assert understood(made, "fr", NOW, CATALOG).replace("\u00a0", " ").replace("\u202f", " ") == fr


@pytest.mark.parametrize(
    ("text", "en"), [("8000", "8,000 steps"), ("8,000 steps", "8,000 steps"), ("", "8,000 steps"), ("8 mille", "8 mille")]
)
def test_a_bare_threshold_gets_its_unit(text: str, en: str) -> None:
    made = plan("steps", Agg.DAYS_WHERE, FEBRUARY, condition=Condition(">", 8000, text))
    assert understood(made, "en", NOW, CATALOG).endswith(f"above {en}")


@pytest.mark.parametrize("field", [
    {"agg": Agg.MEDIAN}, {"group": "week"}, {"per": "month"}, {"filters": Filters(weekdays=(2,))}, {"which": True, "agg": Agg.DAYS_WHERE},
    {"condition": Condition(">", 10)}, {"comparison": Comparison("weekend")}, {"metrics": ("weight",)}, {"period": JANUARY}, {"when": True},
])  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_another_plan_is_another_line(field: dict[str, Any], lang: str) -> None:
    made = plan("steps", Agg.MEAN, FEBRUARY)
    assert understood(replace(made, **field), lang, NOW, CATALOG) != understood(made, lang, NOW, CATALOG)


@pytest.mark.parametrize(("code", "group", "en", "fr"), [
    ("2026-03", "month", "March 2026", "mars 2026"), ("mon", "weekday", "Monday", "lundi"), ("weekend", "weekend", "at weekends", "le week-end"),
    ("2026", "year", "2026", "2026"), ("2026-W11", "week", "week of 9 March 2026", "semaine du 9 mars 2026"),
    ("2026-03-09", "week", "week of 9 March 2026", "semaine du 9 mars 2026"), ("2026-03-01", "day", "1 March 2026", "1er mars 2026"),
    ("06", "hour", "06:00 to 07:00", "de 6 h à 7 h"), ("23:00", "hour", "23:00 to 24:00", "de 23 h à 24 h"), ("difference", "none", "", ""),
])  # fmt: skip
def test_labels(code: str, group: str, en: str, fr: str) -> None:
    assert label(code, group, "en") == en
    assert label(code, group, "fr").replace("\u00a0", " ") == fr
