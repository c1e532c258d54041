"""Measures: the list of what the record holds, and one measure over a span. Nonsense in an address gives the default, never an error."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import capital
from carnet.assistant.words.sentences import say as assistant_say
from carnet.insights.trend import FLAT_CLOCK_MIN, FLAT_SHARE
from carnet.record.catalog import CATEGORIES, Metric, catalog
from carnet.record.clock import day_date, day_number
from carnet.record.errors import UnknownMetric
from carnet.space.figures import Course, Figure, Measure
from carnet.space.overview import Held
from carnet.web import drawing, state
from carnet.web.drawing import Words

SPANS: dict[str, int | None] = {"day": 1, "week": 7, "month": 30, "half": 182, "year": 365, "all": None}
LONGEST_WORD = 60


def words_of(request: HttpRequest, zone: str) -> Words:
    """The Words of a page, with today on the clock of the person's home."""
    local = state.desk().now().astimezone(ZoneInfo(zone))
    return Words(request.lang, local.date())


# --- the list --------------------------------------------------------------------------------------------------------


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What the record holds, by category, with a box that finds a measure by any of its names."""
    with state.desk().space(request.which) as space:
        if not space.services():
            return render(request, "metrics.html", {"nothing": True})
        held, zone = space.measures(state.desk().now()), space.person.home_zone
    words = words_of(request, zone)
    wanted = request.GET.get("q", "").strip()[:LONGEST_WORD]
    kept = [h for h in held if found(wanted, h.metric)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(kept, key=lambda h: CATEGORIES.index(h.metric.category)):
        groups.setdefault(one.metric.category, []).append(row(one, words))
    named = [(capital(assistant_say(words.lang, f"category.{key}")), key, rows) for key, rows in groups.items()]
    return render(request, "metrics.html", {"groups": named, "wanted": wanted, "count": len(kept), "held": len(held)})


def row(held: Held, words: Words) -> dict[str, Any]:
    """One line of the list."""
    name = capital(wording.name(held.metric, words.lang))
    return {
        "name": name, "href": f"/metric/{quote(held.metric.key, safe='')}", "day": words.day(held.latest.day), "partial": held.partial,
        "value": words.value(held.figure, held.metric, held.unit, said=held.latest.said),
        "spark": drawing.spark(held.spark, words.say("metrics.spark", name=name), f"s-{slug(held.metric.key)}"),
    }  # fmt: skip


def slug(key: str) -> str:
    """A metric's key as part of an id."""
    return "".join(c if c.isalnum() and c.isascii() else "-" for c in key)


def plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def found(wanted: str, metric: Metric) -> bool:
    """Whether what was typed is part of one of the metric's names, or of its category's, in either language."""
    if not wanted:
        return True
    names = [metric.key, *(name for words in metric.names.values() for name in words)]
    names += [assistant_say(lang, f"category.{metric.category}") for lang in ("en", "fr")]
    names += [word for words in catalog().ambiguous.values() for word, keys in words.items() if metric.key in keys]
    return any(plain(wanted) in plain(name) for name in names)


# --- one measure -----------------------------------------------------------------------------------------------------


@require_safe
def metric(request: HttpRequest, key: str) -> HttpResponse:
    """One measure over a span: the sentence, the figure, what it is, where it comes from."""
    lab = catalog().get(key).kind == "lab" or key.startswith("lab:")
    span = span_of(request.GET.get("span", ""), lab)
    with state.desk().space(request.which) as space:
        try:
            shown = space.measure(key, SPANS[span], day_of(request.GET.get("end", "")), state.desk().now())
        except UnknownMetric:
            raise Http404 from None
        zone = space.person.home_zone
    words = words_of(request, zone)
    course = shown.course
    name = capital(wording.name(course.metric, words.lang))
    return render(request, "metric.html", {
        "name": name, "sentence": sentence(shown, words), "tabs": tabs(key, span, course, lab, words),
        "figure": drawing.figure(course, shown.inside, words, f"m-{slug(key)}"), "empty": not course.values,
        "missing": missing(shown, words), "about": about(course, words), "sources": sources(course, words),
        "last_href": f"/metric/{quote(key, safe='')}?span={span}&end={shown.last.isoformat()}" if shown.last and not course.values else "",
        "held": shown.first is not None, "moves": moves(key, span, shown), "question": question(course.metric, words),
        "period": formats.period(course.window, "between", words.lang, words.today),
    })  # fmt: skip


def span_of(text: str, lab: bool) -> str:
    """The span that was asked for; a month without one, of results everything."""
    return text if text in SPANS and (text != "all" or lab) else "all" if lab else "month"


def day_of(text: str) -> date | None:
    """The day that was asked for, None for none or nonsense."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def sentence(shown: Measure, words: Words) -> str:
    """The figure of the span and how it stands to the span before, each with its rows."""
    course, links = shown.course, [shown.course.link]
    if course.how == "latest" or (course.how == "none" and course.values):
        return drawing.cited(latest(course, words), links, words.lang)
    if course.figure is None:
        return drawing.cited(nothing(shown, words), [], words.lang)
    lines = [_main(course, words)]
    if shown.before and shown.before.figure is not None:
        links.append(shown.before.link)
        lines.append(against(course, shown.before, words))
    return drawing.cited("\n".join(lines), links, words.lang)


def _main(course: Course, words: Words) -> str:
    nightly = wording.nightly(course.metric)
    single = course.window.days == 1
    period = formats.when(course.window, "night" if nightly and single else "between", words.lang, words.today)
    plain_mean = course.unit == "clock" or course.metric.kind not in ("cumulative", "nightly")
    key = f"mean.{'plain' if plain_mean else 'night' if nightly else 'day'}" if course.how == "mean" else "total"
    if single and (course.how == "total" or course.metric.kind in ("cumulative", "nightly", "daily_last")):
        key = "one"
    figure = words.value(course.figure, course.metric, course.unit, True)
    return capital(words.say(f"measure.{key}", figure=figure, when=period, cite="[1]"))


def latest(course: Course, words: Words) -> str:
    """The last result with its day, then the one before."""
    last = course.values[-1]
    lines = [words.say("measure.latest", figure=drawing.amount(last, course, words), day=words.day(last.day), cite="[1]")]
    if len(course.values) == 1:
        return "\n".join([*lines, words.say("measure.latest.one")])
    other = course.values[-2]
    return "\n".join([*lines, words.say("measure.latest.before", figure=drawing.amount(other, course, words), day=words.day(other.day))])


def against(course: Course, before: Course, words: Words) -> str:
    """How the span stands to the one before: more, less, or much the same."""
    now, then = _first(course.figure), _first(before.figure)
    told = words.value(before.figure, course.metric, course.unit, True)
    clock = course.unit == "clock"
    same = abs(now - then) < (FLAT_CLOCK_MIN if clock else FLAT_SHARE * abs(then))
    up, down = ("later_by", "earlier_by") if clock else ("more", "less")
    key = "same" if same else up if now > then else down
    diff = words.change(now - then, part(course.metric), course.unit)
    return words.say(f"measure.{key}", diff=diff, before=told, n=course.window.days, cite="[2]")


def part(metric: Metric) -> Metric:
    """The metric a single number belongs to: of a pair, its first."""
    return catalog().get(metric.parts[0]) if metric.kind == "pair" else metric


def _first(figure: Figure | None) -> float:
    return figure[0] if isinstance(figure, tuple) else figure or 0.0


def nothing(shown: Measure, words: Words) -> str:
    """That the span holds nothing, and what the record does hold."""
    if shown.first is None or shown.last is None:
        return words.say("measure.never")
    lines = [words.say("measure.empty", when=formats.when(shown.course.window, "between", words.lang, words.today))]
    first, last = (formats.day(day, words.lang) for day in (shown.first, shown.last))
    return "\n".join([*lines, words.say("measure.held", first=first, last=last)])


def missing(shown: Measure, words: Words) -> list[str]:
    """Days without data, in the span and in the one it is compared with."""
    course, before = shown.course, shown.before
    if course.metric.kind not in ("cumulative", "discrete", "nightly") or not course.values or course.window.days == 1:
        return []
    kind = "night" if wording.nightly(course.metric) else "day"
    told = [words.say(f"measure.covered.{kind}", n=course.days, covered=course.covered)] if course.covered < course.days else []
    if before and before.figure is not None and before.covered * 2 < before.days:
        told.append(words.say("measure.unlike", covered=before.covered, days=before.days))
    return told


def tabs(key: str, span: str, course: Course, lab: bool, words: Words) -> list[dict[str, Any]]:
    """The spans to choose from, all with the same last day."""
    wanted = ("half", "year", "all") if lab else ("day", "week", "month", "half", "year")
    end = course.window.last.isoformat()
    return [
        {
            "href": f"/metric/{quote(key, safe='')}?span={name}&end={end}", "short": words.say(f"measure.short.{name}"),
            "long": words.say(f"measure.span.{name}"), "here": name == span,
        }
        for name in wanted
    ]  # fmt: skip


def moves(key: str, span: str, shown: Measure) -> dict[str, str]:
    """The addresses of the span before and after; empty where there is nothing to go to."""
    days, window = SPANS[span], shown.course.window
    if days is None:
        return {}
    base = f"/metric/{quote(key, safe='')}?span={span}&end="
    earlier = window.first - timedelta(days=1)
    later = min(window.last + timedelta(days=days), day_date(shown.course.today))
    return {
        "earlier": base + earlier.isoformat() if shown.first and earlier >= shown.first else "",
        "later": base + later.isoformat() if day_number(window.last) < shown.course.today else "",
    }


def about(course: Course, words: Words) -> list[str]:
    """What it is in a few sentences: unit, how a day's value is made, whether it is an estimate."""
    metric = course.metric
    kind = "lab" if course.step == "result" else metric.kind
    unit = drawing.unit_name(course.unit, metric, words.lang)
    lines = [words.say("measure.unit", unit=unit)] if unit else []
    lines.append(words.say(f"measure.how.{kind}"))
    return [*lines, *([words.say("measure.estimate")] if metric.estimate else [])]


def sources(course: Course, words: Words) -> Sequence[dict[str, str]]:
    """Where the rows come from, with the share of each."""
    return [
        {
            "name": drawing.source_name(name, service, words), "service": wording.service(service, words.lang), "key": service,
            "share": words.say("measure.share", share=formats.percent(share, words.lang)),
        }
        for name, service, share in course.shares
    ]  # fmt: skip


def question(metric: Metric, words: Words) -> str:
    """The address of a composer that already holds a question about the measure."""
    key = "measure.question.lab" if metric.kind == "lab" else "measure.question"
    return f"/ask?q={quote(words.say(key, name=wording.name(metric, words.lang)), safe='')}"
