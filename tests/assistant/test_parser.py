"""Questions in both languages and the Plan each must give, as tables; and what may change in a question without changing its Plan."""

from __future__ import annotations

import json
import string
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.assistant.plan import NotUnderstood, Plan
from carnet.assistant.understanding.parser import parse
from carnet.record.view import Person

NOW = datetime(2026, 3, 18, 10, 0, tzinfo=UTC)  # a Wednesday
HELD = frozenset({
    "steps", "distance_walk_run", "distance_cycling", "flights", "active_energy", "basal_energy", "exercise_minutes",
    "stand_hours", "heart_rate", "resting_heart_rate", "walking_heart_rate", "hrv_sdnn", "spo2", "respiratory_rate",
    "sleep_stage", "weight", "body_fat_fraction", "bmi", "blood_pressure", "body_temperature", "workout", "cardio_fitness",
    "walking_speed", "cholesterol_ldl", "cholesterol_hdl", "cholesterol_total", "triglycerides", "glucose_fasting", "hba1c",
    "ferritin", "tsh", "vitamin_d_25oh", "dietary_energy", "dietary_protein", "water", "mindful_minutes", "creatinine",
})  # fmt: skip
PERSON = Person(
    home_zone="Europe/Paris", birth_date="1980-05-20", country="FR", goals=(("steps", 8000.0),),
    events=(("new watch", "2025-09-20"), ("new treatment", "2025-11-03"), ("nouveau traitement", "2025-11-03")),
)  # fmt: skip
HERE = Path(__file__).parent
ROWS = [json.loads(line) for line in (HERE / "parser_rows.jsonl").read_text("utf-8").splitlines()]
PLANS = [row for row in ROWS if "plan" in row]
REFUSED = [row for row in ROWS if "asks" in row]
PAIRS = json.loads((HERE / "parser_pairs.json").read_text("utf-8"))


def ask(text: str, lang: str | None = None, now: datetime = NOW, person: Person = PERSON, **more: Any) -> Plan | NotUnderstood:
    """What the parser says to one question of a person whose record holds HELD."""
    return parse(text, lang=lang, now=now, person=person, held=more.pop("held", HELD), **more)


def told(plan: Plan | NotUnderstood) -> str:
    """A Plan on one line: metrics, statistic, days, and every slot that was filled."""
    if isinstance(plan, NotUnderstood):
        return f"?{plan.reason}"
    window, f, c = plan.period.window, plan.filters, plan.condition
    parts = ["+".join(plan.metrics), str(plan.agg), f"{window.first}..{window.last}", plan.period.kind]
    parts += ["partial"] if plan.period.partial else []
    parts += [f"weekdays={''.join(map(str, f.weekdays))}"] if f.weekdays else []
    parts += [f"hours={f.hours[0]}-{f.hours[1]}"] if f.hours else []
    parts += [f"{k}={v}" for k, v in (("activity", f.activity), ("source", f.source)) if v]
    parts += ["outside_workouts"] if f.outside_workouts else []
    parts += [f"where={c.metric}{c.op}{c.value:g}"] if c else []
    if plan.comparison:
        parts.append(f"vs={plan.comparison.kind}")
        other, sides = plan.comparison.other, plan.comparison.other_filters
        parts += [f"{other.window.first}..{other.window.last}"] if other else []
        parts += [f"weekdays={''.join(map(str, sides.weekdays))}"] if sides and sides.weekdays else []
        parts += [f"hours={sides.hours[0]}-{sides.hours[1]}"] if sides and sides.hours else []
    slots = (("group", "none"), ("per", "none"), ("quantile", None), ("count", 1), ("order", "desc"), ("unit", None))
    parts += [f"{name}={getattr(plan, name)}" for name, plain in slots if getattr(plan, name) != plain]
    return " ".join(parts + [name for name in ("which", "current", "when", "yes_no") if getattr(plan, name)])


@pytest.mark.parametrize("row", PLANS, ids=lambda row: row["text"])
def test_a_question_gives_its_plan(row: dict[str, Any]) -> None:
    now = datetime.fromisoformat(row["now"]) if "now" in row else NOW
    plan: Plan | None = None
    for turn in row.get("before", ()):
        earlier = ask(turn, now=now, previous=plan)
        plan = earlier if isinstance(earlier, Plan) else plan
    assert told(ask(row["text"], row.get("lang"), now, previous=plan)) == row["plan"]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["text"])
def test_what_is_not_understood_is_never_answered(row: dict[str, Any]) -> None:
    answer = ask(row["text"], row.get("lang"))
    assert told(answer) == f"?{row['asks']}"
    assert isinstance(answer, NotUnderstood)
    assert len(answer.choices) <= 3


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_both_languages_give_the_same_plan(pair: list[str]) -> None:
    english, french = (told(ask(text, lang)) for text, lang in zip(pair, ("en", "fr"), strict=True))
    assert english == french


def test_the_tables_are_large_enough() -> None:
    assert len(PLANS) >= 250
    assert len(REFUSED) >= 40


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _lang(text: str) -> str | None:
    plan = ask(text)
    return plan.lang if isinstance(plan, Plan) else None


ALONE = [row for row in PLANS if "before" not in row and "now" not in row]
CHANGES = {
    "without accents": _bare,
    "in capitals": str.upper,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "with a question mark": lambda text: text.rstrip(" ?.") + " ?",
    "without a question mark": lambda text: text.rstrip(" ?."),
    "with curly apostrophes": lambda text: text.replace("'", "’"),
    "with space around": lambda text: f"  {text}\n",
}


@pytest.mark.parametrize("name", CHANGES)
def test_how_it_is_typed_changes_nothing(name: str) -> None:
    wrong = []
    for row in ALONE:
        lang = row.get("lang") or _lang(row["text"])
        if told(ask(CHANGES[name](row["text"]), lang)) != row["plan"]:
            wrong.append(row["text"])
    assert not wrong


@given(
    row=st.sampled_from(ALONE), polite=st.sampled_from(["please, {}", "{} please", "hello, {}", "s'il te plaît, {}", "{} merci", "euh {}"])
)
@settings(max_examples=150, deadline=None)
def test_politeness_changes_nothing(row: dict[str, Any], polite: str) -> None:
    lang = row.get("lang") or _lang(row["text"])
    english = polite.isascii() and "merci" not in polite and "euh" not in polite
    if english == (lang == "en") and "yes_no" not in row["plan"]:
        assert told(ask(polite.format(row["text"]), lang)) == row["plan"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("averge steps in Febuary", "average steps in February"),
        ("resting haert rate last week", "resting heart rate last week"),
        ("how many setps yesterday", "how many steps yesterday"),
        ("total calories burnd yesterday", "total calories burned yesterday"),
        ("weihgt in Januray", "weight in January"),
        ("combein de pas hier", "combien de pas hier"),
        ("fréquance cardiaque moyenne en février", "fréquence cardiaque moyenne en février"),
        ("someil moyen la semaine derniere", "sommeil moyen la semaine dernière"),
        ("mon poid moyen en jnavier", "mon poids moyen en janvier"),
    ],
)
def test_typos_change_nothing(typed: str, meant: str) -> None:
    assert told(ask(typed)) == told(ask(meant))
    assert isinstance(ask(typed), Plan)


def test_numbers_are_never_mended() -> None:
    assert told(ask("days over 12345 steps last month")) != told(ask("days over 12346 steps last month"))


@given(text=st.text(alphabet=string.ascii_letters + string.digits + " '-?,.éèàç/:%<>", max_size=80))
@settings(max_examples=300, deadline=None)
def test_anything_typed_gets_a_reply(text: str) -> None:
    assert isinstance(ask(text), Plan | NotUnderstood)


@given(row=st.sampled_from(ALONE), now=st.datetimes(datetime(2020, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)))
@settings(max_examples=250, deadline=None)
def test_no_period_holds_the_future(row: dict[str, Any], now: datetime) -> None:
    plan = ask(row["text"], row.get("lang"), now)
    if isinstance(plan, Plan):
        for period in (plan.period, *([plan.comparison.other] if plan.comparison and plan.comparison.other else [])):
            assert period.window.first <= period.window.last
            assert period.window.last <= now.astimezone(ZoneInfo(PERSON.home_zone)).date()


@given(row=st.sampled_from(ALONE))
@settings(max_examples=50, deadline=None)
def test_the_same_question_gives_the_same_plan(row: dict[str, Any]) -> None:
    assert ask(row["text"], row.get("lang")) == ask(row["text"], row.get("lang"))


def test_held_metrics_decide_between_meanings() -> None:
    one = ask("glucose last month", held={"glucose_sensor"})
    assert isinstance(one, Plan)
    assert one.metrics == ("glucose_sensor",)
    assert "ambiguous:glucose_sensor" in one.assumptions
    several = ask("glucose last month", held={"glucose_sensor", "blood_glucose"})
    assert isinstance(several, NotUnderstood)
    assert [c.metrics[0] for c in several.choices] == ["glucose_sensor", "blood_glucose"]


def test_both_variabilities_answer_for_hrv() -> None:
    plan = ask("HRV last week", held={"hrv_sdnn", "hrv_rmssd"})
    assert isinstance(plan, Plan)
    assert set(plan.metrics) == {"hrv_sdnn", "hrv_rmssd"}


def test_every_default_taken_is_listed() -> None:
    plan = ask("how many steps on average")
    assert isinstance(plan, Plan)
    assert plan.period.kind == "default"
    assert "period:30_days" in plan.assumptions


def test_american_units_and_dates() -> None:
    person = Person(units="us", country="US")
    plan = ask("did I ever weigh more than 180 pounds?", person=person)
    assert isinstance(plan, Plan)
    assert plan.condition
    assert plan.condition.value == pytest.approx(81.6466, abs=1e-3)
    bare = ask("did I ever weigh more than 180?", person=person)
    assert isinstance(bare, Plan)
    assert bare.condition
    assert bare.condition.value == pytest.approx(81.6466, abs=1e-3)


def test_thresholds_in_another_unit_are_converted() -> None:
    plan = ask("ai-je déjà eu un LDL supérieur à 1,6 g/L ?")
    assert isinstance(plan, Plan)
    assert plan.condition
    assert plan.condition.value == pytest.approx(160 * 0.02586, rel=1e-6)
    assert plan.condition.text == "1,6 g/L"
