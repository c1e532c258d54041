"""Today: last night, this week beside one's own usual, what is pinned, and the way on. It grades nothing and praises nothing."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import capital
from carnet.consent import ConsentEvent, permit
from carnet.insights.trend import FLAT_SHARE
from carnet.record.catalog import CATEGORIES, catalog
from carnet.record.clock import day_date
from carnet.record.selection import Window
from carnet.space.overview import Held, LabReport, LastNight, Today, Usual, Week
from carnet.web import drawing, state
from carnet.web.desk import DEMO
from carnet.web.drawing import Words
from carnet.web.pages.ask import suggestions
from carnet.web.pages.metrics import row, slug, words_of

ASKED = 4


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The first page."""
    now = state.desk().now()
    with state.desk().space(request.which) as space:
        shown, threads, zone = space.today(now), space.conversations(), space.person.home_zone
        services, ledger = space.services(), space.consents()
    words = words_of(request, zone)
    links: list[str] = []
    told = "\n".join([*night_lines(shown.night, shown.today, words, links), *week_lines(shown.week, words, links)])
    return render(request, "today.html", {
        "date": capital(formats.day(words.today, words.lang)), "shown": shown,
        "told": drawing.cited(told, links, words.lang) if told else "",
        "night": night_figure(shown, words), "pinned": [pinned(h, words) for h in shown.pinned],
        "labs": lab_lines(shown.labs, words), "threads": threads[:ASKED], "conversation": secrets.token_hex(8),
        "suggestions": suggestions(request)[:3], "steps": steps(shown, bool(threads), words) if request.which != DEMO else (),
        "grants": granted(services, ledger, words, now) if request.which == DEMO else (),
    })  # fmt: skip


def _cite(link: str, links: list[str]) -> str:
    links.append(link)
    return f"[{len(links)}]"


def night_lines(night: LastNight | None, now: int, words: Words, links: list[str]) -> list[str]:
    """One sentence about the last night, and the range of the nights before it."""
    if night is None:
        return []
    metric = catalog()["sleep_duration"]
    figure = words.value(night.asleep, metric, "min")
    if night.day == now:
        lines = [words.say("today.night", figure=figure, cite=_cite(night.link, links))]
    else:
        first, last = formats.span(Window(day_date(night.day - 1), day_date(night.day)), words.lang, words.today)
        lines = [words.say("today.night.older", figure=figure, first=first, last=last, cite=_cite(night.link, links))]
    if night.usual:
        lines.append(_range("today.night.usual", night.usual, metric, "min", words, _cite(night.usual.link, links)))
    return lines


def _range(key: str, usual: Usual, metric: Any, unit: str, words: Words, cite: str = "") -> str:
    low, high = words.between(usual.low, usual.high, metric, unit)
    return words.say(key, low=low, high=high, n=usual.n, cite=cite)


def week_lines(week: Week | None, words: Words, links: list[str]) -> list[str]:
    """One sentence about this week so far beside the same weekdays of the weeks before."""
    if week is None:
        return []
    begins = "week" if week.so_far else "seven"
    slots = {"figure": words.value(week.mean, week.metric, week.unit, True), "cite": _cite(week.link, links)}
    if week.usual is None:
        return [words.say(f"today.{begins}.alone", **slots)]
    change = week.mean - week.usual
    key = "same" if abs(change) < FLAT_SHARE * abs(week.usual) else "more" if change > 0 else "less"
    usual = words.value(week.usual, week.metric, week.unit, True)
    diff = words.change(change, week.metric, week.unit)
    return [words.say(f"today.{begins}.{key}", **slots, usual=usual, diff=diff, other=_cite(week.usual_link, links))]


def night_figure(shown: Today, words: Words) -> dict[str, Any] | None:
    """The stages of the last night, small."""
    if shown.night is None or not shown.night.stages.night:
        return None
    return drawing.night(shown.night.stages, shown.night.day, words, "t-night")


def pinned(held: Held, words: Words) -> dict[str, Any]:
    """One card: value, day, course, the range of one's own last days."""
    shown = row(held, words)
    usual = _range("today.usual", held.usual, held.metric, held.unit, words) if held.usual else ""
    spark = drawing.spark(held.spark, words.say("metrics.spark", name=shown["name"]), f"t-{slug(held.metric.key)}", 240, 44)
    return {**shown, "usual": usual, "spark": spark}


def lab_lines(labs: LabReport | None, words: Words) -> list[str]:
    """The date of the last report, and how many results lie outside the range printed with them."""
    if labs is None:
        return []
    lines = [words.say("today.labs.on", day=formats.day(day_date(labs.day), words.lang, words.today), n=labs.results)]
    if labs.outside:
        lines.append(words.say("today.labs.out", n=labs.outside))
    elif labs.without_range < labs.results:
        lines.append(words.say("today.labs.in"))
    return [*lines, *([words.say("today.labs.no_range", n=labs.without_range)] if labs.without_range else [])]


def steps(shown: Today, asked: bool, words: Words) -> Sequence[dict[str, Any]]:
    """Import, choose, ask: until all three are done."""
    done = (("import", "/import", shown.has_data), ("choose", "/connections", shown.allowed), ("ask", "/ask", asked))
    if all(ready for *_, ready in done):
        return ()
    return [{"text": words.say(f"today.step.{name}"), "href": href, "done": ready} for name, href, ready in done]


def granted(services: Sequence[str], ledger: Sequence[ConsentEvent], words: Words, now: Any) -> list[dict[str, str]]:
    """What the demo's person allows, a line for each service."""
    allowed = permit(ledger, "answer", now)
    counts = {service: sum(allowed.allows(service, category) for category in CATEGORIES) for service in services}
    return [
        {
            "text": words.say("today.demo.grant", service=capital(wording.service(service, words.lang)), n=count),
            "href": f"/connections/{quote(service, safe='')}",
        }
        for service, count in counts.items()
    ]  # fmt: skip
