"""A Plan as one line a person can check: metric, filters, period, what is computed, condition, grouping, comparison.

It names what will be computed and adds nothing the Plan does not hold.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from carnet.assistant.plan import Agg, Comparison, Condition, Plan
from carnet.assistant.words.formats import WEEKDAYS, clock, day, figure, is_day, listing, moment, month, number, period
from carnet.assistant.words.sentences import capital, has, say
from carnet.record.catalog import Catalog, Metric
from carnet.record.selection import Filters
from carnet.record.units import show

CONDITIONAL = (Agg.DAYS_WHERE, Agg.SHARE, Agg.STREAK)
_COMPARED_AS_MEANS = (Agg.TREND, Agg.CHANGE, Agg.RANK, Agg.LIST, Agg.TYPICAL_TIME)
_WEEKEND, _WEEK = (6, 7), (1, 2, 3, 4, 5)


def understood(plan: Plan, lang: str, now: datetime, catalog: Catalog) -> str:
    """The Plan as one line, with years: `Steps, 9–15 March 2026, total`."""
    metric = asked(plan, catalog)
    parts = [capital(listing([name(catalog.get(key), lang) for key in plan.metrics] or [name(metric, lang)], lang))]
    if plan.comparison is None or plan.comparison.kind != "weekend":
        parts += filters(plan.filters, lang)
    parts.append(period(plan.period.window, plan.period.kind, lang))
    parts.append(computed(plan, lang, catalog))
    if plan.condition and plan.agg not in CONDITIONAL:
        parts.append(condition(plan.condition, metric, lang, catalog))
    if plan.group != "none":
        parts.append(say(lang, f"group.{plan.group}"))
    if plan.comparison:
        parts.append(_versus(plan.comparison, lang))
    return joined(parts, lang)


def asked(plan: Plan, catalog: Catalog) -> Metric:
    """The first metric of the plan; laboratory results in general when it names none."""
    return catalog.get(plan.metrics[0] if plan.metrics else "labs")


def name(metric: Metric, lang: str) -> str:
    """The metric's display name; a whole category ("labs", "immunizations") under the category's."""
    category = f"category.{metric.key}"
    if has(lang, category):
        return say(lang, category)
    own = metric.key.removeprefix("lab:")  # a result the catalogue does not know keeps the name of its report
    return metric.name(lang) if own == metric.key else own.replace("-", " ").capitalize()


def joined(parts: list[str], lang: str) -> str:
    """The parts that are not empty, with commas."""
    line = parts[0]
    for part in filter(None, parts[1:]):
        line = say(lang, "list.comma", a=line, b=part)
    return line


def nightly(metric: Metric) -> bool:
    """Whether the metric's days are nights."""
    return metric.kind == "nightly"


def told_as(plan: Plan) -> Agg:
    """The calculation as it is run: averages where periods are compared or counted per week, what was asked otherwise."""
    if plan.comparison and plan.agg in _COMPARED_AS_MEANS:
        return Agg.MEAN
    per_period = plan.per in ("week", "month", "year") and plan.agg in (Agg.TOTAL, Agg.COUNT)
    return Agg.MEAN if per_period else plan.agg


def rate(plan: Plan, metric: Metric) -> str:
    """What a mean is a mean of: day, night, week, month, year; empty for a mean of samples or of single sessions."""
    adds_up = metric.kind in ("cumulative", "event", "category") or (metric.kind == "nightly" and metric.unit != "clock")
    if told_as(plan) not in (Agg.MEAN, Agg.MEDIAN) or not adds_up:
        return ""
    if plan.per in ("day", "week", "month", "year"):
        return str(plan.per)
    if metric.key == "workout" and not plan.comparison:
        return "week"
    return {"cumulative": "day", "nightly": "night"}.get(metric.kind, "")


def computed(plan: Plan, lang: str, catalog: Catalog) -> str:
    """What is computed, as a name: average per night, the 3 highest, how many days above 8,000 steps."""
    metric = asked(plan, catalog)
    agg = told_as(plan)
    key = f"agg.{agg}"
    slots: dict[str, Any] = {"n": number(plan.count, lang), "q": _quantile(plan, lang), "condition": ""}
    if plan.agg in CONDITIONAL:
        slots["condition"] = condition(plan.condition, metric, lang, catalog)
    per = rate(plan, metric)
    if agg == Agg.MEAN and per:
        key += f".{per}"
    elif plan.agg == Agg.DAYS_WHERE:
        key = ("agg.nights_where" if nightly(metric) else key) + (".which" if plan.which else "")
    elif plan.agg in (Agg.SHARE, Agg.COVERAGE) and nightly(metric):
        key += ".night"
    elif plan.agg == Agg.STREAK and plan.current:
        key += ".current"
    elif plan.agg == Agg.RANK:
        key = f"agg.rank{'s' if plan.count > 1 else ''}.{plan.order}"
    words = say(lang, key, **slots)
    return say(lang, "list.comma", a=words, b=say(lang, "agg.date")) if plan.when and plan.agg != Agg.TYPICAL_TIME else words


def _quantile(plan: Plan, lang: str) -> str:
    return number(plan.quantile * 100, lang) if plan.quantile is not None else ""


def condition(given: Condition | None, metric: Metric, lang: str, catalog: Catalog) -> str:
    """A threshold in words: above 8,000 steps. In the person's own words where the Plan kept them."""
    if given is None:
        return say(lang, "condition.any")
    other = catalog.get(given.metric) if given.metric else metric
    said = given.text if re.search(r"[^\W\d_]|%|°", given.text) else ""  # a bare number gets its unit
    if other.unit == "clock":
        words = say(lang, f"condition.clock.{given.op}", value=shown(given.value, other, lang))
    else:
        words = say(lang, f"condition.{given.op}", value=said or shown(given.value, other, lang))
    return say(lang, "condition.metric", metric=name(other, lang), condition=words) if given.metric else words


def shown(value: float, metric: Metric, lang: str) -> str:
    """A value in the metric's canonical unit, written in the unit a person reads."""
    if metric.unit == "clock":
        minutes = (round(value) + 720) % 1440  # counted from noon before the night
        return clock(f"{minutes // 60:02d}:{minutes % 60:02d}", lang)
    return figure(show(value, metric.unit, metric.shown, metric), metric.shown, metric, lang)


def filters(given: Filters, lang: str) -> list[str]:
    """Each filter as its own words."""
    words: list[str] = []
    if given.weekdays:
        left = tuple(d for d in range(1, 8) if d not in given.weekdays)
        many = len(given.weekdays) > len(_WEEK) or (len(given.weekdays) == len(_WEEK) and set(given.weekdays) != set(_WEEK))
        days = listing([say(lang, f"weekday.{WEEKDAYS[d - 1]}") for d in (left if many else given.weekdays)], lang)
        key = "except" if many else {_WEEKEND: "weekend", _WEEK: "week"}.get(tuple(sorted(given.weekdays)), "weekdays")
        words.append(say(lang, f"filter.{key}", days=days))
    if given.hours:
        first, last = (clock(f"{hour}:00", lang) for hour in given.hours)
        words.append(say(lang, "filter.hours", first=first, last=last))
    if given.activity:
        words.append(activity(given.activity, lang))
    for source in filter(None, (given.source, given.service and service(given.service, lang))):
        words.append(say(lang, "filter.source", source=source))
    if given.outside_workouts:
        words.append(say(lang, "filter.outside"))
    if given.days:
        words.append(say(lang, "filter.days", count=len(given.days), n=number(len(given.days), lang)))
    return words


def activity(recorded: str, lang: str) -> str:
    """A workout's activity in the language, the name as recorded where there is no word."""
    key = f"activity.{recorded.lower()}"
    return say(lang, key) if has(lang, key) else recorded.replace("_", " ")


def service(connector: str, lang: str) -> str:
    """A connector's name as a person knows it."""
    key = f"service.{connector}"
    return say(lang, key) if has(lang, key) else connector.replace("_", " ").title()


def _versus(comparison: Comparison, lang: str) -> str:
    if comparison.kind in ("weekend", "goal"):
        return say(lang, f"versus.{comparison.kind}")
    if comparison.other:
        return say(lang, "versus.other", other=period(comparison.other.window, comparison.other.kind, lang))
    words = filters(comparison.other_filters, lang) if comparison.other_filters else []
    return say(lang, "versus.filters", other=listing(words, lang)) if words else ""


def label(code: str, group: str, lang: str, today: date | None = None) -> str:
    """A finding's label as a person reads it: a month, weekday, week, hour, day, year or group; empty when it is none of them."""
    if code in WEEKDAYS:
        return say(lang, f"weekday.{code}")
    if code in ("weekend", "weekday"):
        return say(lang, f"label.{code}")
    if code.removesuffix(":00").isdecimal() and len(code) in (1, 2, 5):
        hour = int(code.removesuffix(":00"))
        return say(lang, "label.hours", first=clock(f"{hour}:00", lang), last=clock(f"{hour + 1}:00", lang))
    if re.fullmatch(r"\d{4}", code):
        return code
    if re.fullmatch(r"\d{4}-\d\d", code):
        return month(date.fromisoformat(f"{code}-01"), lang, today)
    if re.fullmatch(r"\d{4}-?W\d\d", code):
        return say(lang, "label.week", day=day(date.fromisoformat(code.replace("-", "")), lang, today))
    if is_day(code):
        return say(lang, "label.week", day=moment(code, lang, today)) if group == "week" else moment(code, lang, today)
    return ""
