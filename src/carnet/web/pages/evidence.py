"""The rows behind a figure, as a page or in the panel beside one; and the chart of a citation for an answer. It hides no row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import capital
from carnet.assistant.words.sentences import say as assistant_say
from carnet.insights.single_facts import activity, printed_range, result, side, workout_value
from carnet.insights.units import shown_number
from carnet.record.catalog import Metric, catalog
from carnet.record.model import Observation, Series
from carnet.record.selection import Filters
from carnet.space.backing import Backing
from carnet.space.figures import Course
from carnet.web import answers, drawing, state
from carnet.web.drawing import Words
from carnet.web.pages.metrics import slug, words_of

SHOWN = 200
LONGEST = 4000  # a citation that names many single days is long, nothing of ours is longer
WORKOUT = ("workout_duration", "workout_distance", "workout_energy")
NIGHT_STAGES = ("asleep", "core", "deep", "rem", "awake", "in_bed")


def link_of(request: HttpRequest) -> str:
    """The citation of an address."""
    return request.GET.get("link", "")[:LONGEST]


@require_safe
def evidence(request: HttpRequest) -> HttpResponse:
    """What was read for a figure: what, how much, its days, its rows, when they came, what allowed it."""
    link, panel = link_of(request), request.headers.get("X-Carnet") == "panel"
    with state.desk().space(request.which) as space:
        behind, zone = space.evidence(link, state.desk().now()), space.person.home_zone
    words = words_of(request, zone)
    start = first_row(request.GET.get("from", ""), len(behind.rows))
    return render(request, "_evidence.html" if panel else "evidence.html", {
        **described(behind, words), **listed(behind, words, zone, start), "panel": panel,
        "later": _page(link, start + SHOWN) if start + SHOWN < len(behind.rows) else "",
        "earlier": _page(link, max(0, start - SHOWN)) if start else "",
        "left": min(SHOWN, len(behind.rows) - start - SHOWN),
    })  # fmt: skip


def _page(link: str, start: int) -> str:
    return f"{answers.evidence(link)}&from={start}"


def first_row(text: str, count: int) -> int:
    """The first row to show, in whole pages; 0 for nonsense."""
    start = int(text) // SHOWN * SHOWN if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return start if start < count else 0


@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """The figure of a citation, to stand in an answer."""
    link = link_of(request)
    with state.desk().space(request.which) as space:
        course, inside = space.course(link, state.desk().now())
        zone = space.person.home_zone
    words = words_of(request, zone)
    figure = drawing.figure(course, inside, words, f"c-{slug(course.metric.key)}-{course.window.first:%Y%m%d}-{course.window.last:%Y%m%d}")
    return render(request, "_chart.html", {"figure": figure, "open": opened(course)})


def opened(course: Course) -> str:
    """The address of the measure over the span nearest to the citation's."""
    span = next((name for name, days in (("day", 1), ("week", 7), ("month", 45), ("half", 190)) if course.window.days <= days), "year")
    return f"/metric/{quote(course.metric.key, safe='')}?span={span}&end={course.window.last.isoformat()}"


# --- what it is ------------------------------------------------------------------------------------------------------


def described(behind: Backing, words: Words) -> dict[str, Any]:
    """What, when, how many, the figure of the days, where it came from and what allowed it."""
    course = behind.course
    kind = "night" if wording.nightly(course.metric) else "between"
    window = course.window  # of single days the first to the last
    period = formats.period(window, kind, words.lang, words.today)
    return {
        "name": capital(wording.name(course.metric, words.lang)), "period": period,
        "filters": wording.filters(_told_filters(behind), words.lang), "count": len(behind.rows),
        "total": words.value(course.figure, course.metric, course.unit, True) if course.how in ("mean", "total") else "", "how": course.how,
        "sum": words.value(course.sum, course.metric, course.unit, True) if course.sum is not None else "",
        "single": course.window.days == 1 and course.metric.kind != "discrete",
        "figure": drawing.figure(course, behind.day, words, f"e-{slug(course.metric.key)}"), "measure": opened(course),
        "imports": [_import(i.at, i.service, words) for i in behind.imports],
        "grants": [_grant(g.at, g.service, g.category, g.until, words) for g in behind.grants],
        "asof": _asof(behind, words), "sources": [
            {"name": drawing.source_name(name, service, words), "share": formats.percent(share, words.lang)}
            for name, service, share in course.shares
        ],
    }  # fmt: skip


def _told_filters(behind: Backing) -> Filters:
    """The filters without single days that are all there is between the first and the last."""
    given = behind.selection.filters
    return replace(given, days=()) if len(given.days) == behind.course.window.days else given


def _import(at: str, service: str, words: Words) -> str:
    return words.say("evidence.imported", service=wording.service(service, words.lang), day=_date(at, words))


def _grant(at: str, service: str, category: str, until: str | None, words: Words) -> str:
    named = words.say("evidence.every_service") if service == "*" else wording.service(service, words.lang)
    what = words.say("evidence.every_category") if category == "*" else assistant_say(words.lang, f"category.{category}")
    told = words.say("evidence.allowed", day=_date(at, words), service=named, category=what)
    return f"{told} {words.say('evidence.until', day=_date(until, words))}" if until else told


def _asof(behind: Backing, words: Words) -> str:
    """What the citation's own moment means; empty when it names none."""
    if not behind.selection.asof:
        return ""
    latest = behind.imports[0].at if behind.imports else ""
    return words.say("evidence.asof.day", day=_date(latest, words)) if latest else words.say("evidence.asof")


def _date(at: str, words: Words) -> str:
    return formats.day(date.fromisoformat(at[:10]), words.lang, words.today)


# --- the rows --------------------------------------------------------------------------------------------------------


def listed(behind: Backing, words: Words, zone: str, start: int) -> dict[str, Any]:
    """One page of the rows: the heads of the columns that say something, and their cells."""
    shown: Any = behind.rows
    if isinstance(shown, Series):
        table = _samples(shown.take(np.arange(start, min(start + SHOWN, len(shown)))), behind.course, words, zone)
    else:
        table = [_fact(fact, behind.course, words, zone) for fact in shown[start : start + SHOWN]]
    columns = [name for name in COLUMNS if any(row.get(name) for row in table)]
    return {
        "heads": [words.say(f"evidence.head.{name}") for name in columns],
        "table": [[{"text": row.get(name, ""), "head": name == "when"} for name in columns] for row in table],
        "first": start + 1, "last": start + len(table),
    }  # fmt: skip


COLUMNS = ("when", "metric", "activity", "value", "word", "duration", "distance", "energy", "range", "side", "flag", "source", "service")


def moment(start: int, end: int | None, words: Words, zone: str) -> str:
    """When a row was, on the clock of the home; its end where it has a length."""
    first = datetime.fromtimestamp(start / 1000, ZoneInfo(zone))
    told = formats.moment(first.isoformat(), words.lang, words.today)
    if end is None or end <= start:
        return told
    last = datetime.fromtimestamp(end / 1000, ZoneInfo(zone))
    same = first.date() == last.date()
    tail = formats.clock(f"{last:%H:%M}", words.lang) if same else formats.moment(last.isoformat(), words.lang, words.today)
    return f"{told} – {tail}"


def _samples(series: Series, course: Course, words: Words, zone: str) -> list[dict[str, str]]:
    metric = catalog().get(series.metric)
    unit = course.unit if course.metric.key == series.metric else metric.unit
    found = []
    for i in range(len(series)):
        value, code, source = float(series.value[i]), int(series.text[i]), int(series.source[i])
        word = series.words[code] if code >= 0 else ""
        shown = shown_number(value, metric, unit) if value == value else None
        found.append({
            "when": moment(int(series.start[i]), int(series.end[i]), words, zone),
            "value": words.value(shown, metric, unit) if unit or shown is not None else "",
            "word": words.say(f"figure.stage.{word}") if word in NIGHT_STAGES else word.replace("_", " "),
            "source": drawing.source_name(series.sources[source], "", words),
            "service": wording.service(series.services[source], words.lang),
        })  # fmt: skip
    return found


def _fact(fact: Observation, course: Course, words: Words, zone: str) -> dict[str, str]:
    """A single fact: a laboratory result as it was printed, a workout with its figures, else its value."""
    when = moment(fact.start, fact.end, words, zone) if fact.start is not None else _date(fact.date or "1970-01-01", words)
    told = {
        "when": when, "source": drawing.source_name(fact.source, "", words) if fact.source else "",
        "service": wording.service(fact.service, words.lang),
    }  # fmt: skip
    if fact.kind == "lab":
        return {**told, **_lab(fact, words)}
    if fact.kind == "workout":
        return {**told, **_workout(fact, words)}
    metric = catalog().get(fact.metric)
    if fact.kind == "activity_summary":
        metric = course.metric
    held = fact.body.get(metric.key, fact.body.get("value")) if fact.kind == "activity_summary" else fact.body.get("value")
    inner = held.get("value") if isinstance(held, Mapping) else held
    value = float(inner) if isinstance(inner, int | float) else None
    several = metric.key != course.metric.key
    return {
        **told, "metric": capital(wording.name(metric, words.lang)) if several else "",
        "value": words.value(value, metric, metric.unit) if value is not None else "",
    }  # fmt: skip


def _lab(fact: Observation, words: Words) -> dict[str, str]:
    """The result as printed, the range printed with it and its side, the laboratory's own flag."""
    metric = catalog().get(fact.metric)
    value, word = result(fact, metric)
    raw = str(fact.body.get("raw") or "")
    low, high = printed_range(fact, metric)
    number = words.value(value if value == value else None, metric, metric.unit, said=word)
    return {
        "value": _printed(raw, word, words) or number, "range": _printed_range(fact, words) or _range(low, high, metric, words),
        "flag": str(fact.body.get("flag") or ""),
        "side": words.say(f"figure.side.{side(fact, metric)}"),
    }  # fmt: skip


def _printed(raw: str, word: str, words: Words) -> str:
    """The number and unit as the report has them; a comparator stands in front, once."""
    if not raw:
        return ""
    told = raw.replace(".", ",") if words.lang == "fr" else raw
    return told if not word or told.startswith(word) or word.strip("<>=≤≥") else f"{word}{told}"


def _printed_range(fact: Observation, words: Words) -> str:
    """The range as the report has it, in the unit of its own result; empty when only its numbers were kept."""
    raw = str(fact.body.get("ref_raw") or "")
    unit = str(fact.body.get("raw") or "").partition(" ")[2]
    return f"{raw.replace('.', ',') if words.lang == 'fr' else raw} {unit}".strip() if raw else ""


def _range(low: float, high: float, metric: Metric, words: Words) -> str:
    ends = [words.value(v, metric, metric.unit) if v == v else "" for v in (low, high)]
    if all(ends):
        return words.say("figure.from_to", low=ends[0], high=ends[1])
    return f"≥ {ends[0]}" if ends[0] else f"≤ {ends[1]}" if ends[1] else ""


def _workout(fact: Observation, words: Words) -> dict[str, str]:
    found = {"activity": capital(wording.activity(activity(fact), words.lang))}
    for key in WORKOUT:
        metric = catalog()[key]
        value = workout_value(fact, metric, catalog().metrics)
        if value == value:
            found[key.removeprefix("workout_")] = words.value(shown_number(value, metric, metric.shown), metric, metric.shown)
    return found
