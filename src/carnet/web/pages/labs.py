"""Laboratory results: all markers by part of the body, and one marker with every result. The only range shown is the printed one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import NBSP, capital
from carnet.charts import Frame
from carnet.consent import NotGranted
from carnet.insights.panels import PANELS
from carnet.record.catalog import catalog
from carnet.space.labs import Marker, Result, is_marker
from carnet.web import state
from carnet.web.answers import evidence
from carnet.web.pages import labs_drawn as drawn
from carnet.web.words import say

LONGEST = 80  # characters of a filter
RECENT_DAYS = 31  # of a critical mark: after that nobody is sent to the telephone by a list
_DECIMAL = re.compile(r"(?<=\d)\.(?=\d)")
_BETWEEN = re.compile(r"\s*(-?[\d.,]+)\s*[-–]\s*(-?[\d.,]+)\s*")


# --- all of them -----------------------------------------------------------------------------------------------------


def labs(request: HttpRequest) -> HttpResponse:
    """Every marker, by part of the body; filters: text, only outside, one day."""
    try:
        with state.desk().space(request.which) as space:
            found = space.labs(state.desk().now())
    except NotGranted as error:
        return render(request, "labs_empty.html", {"why": "consent" if error.services else "empty"})
    if not found:
        return render(request, "labs_empty.html", {"why": "empty"})
    text, only, day = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("side") == "outside", _day(request.GET.get("day", ""))
    on_day = [m for m in map(lambda m: _until(m, day), found) if m] if day else list(found)
    named = [m for m in on_day if _named(m, text)]
    kept = [m for m in named if m.latest.outside or m.latest.critical] if only else named
    return render(request, "labs.html", {
        **_head(on_day, day, request.lang), "q": text, "only": only, "day": day, "outside": sum(m.latest.outside for m in named),
        "shown": len(named), "critical": [row(m, request.lang) for m in kept if m.latest.critical],
        "critical_why": critical_words(kept, state.desk().now().date(), request.lang), "systems": _systems(kept, request.lang),
        "all_href": _address(q=text, day=day), "outside_href": _address(q=text, day=day, side="outside"),
        "day_off": _address(q=text, side="outside" if only else ""), "clear": _address(day=day),
    })  # fmt: skip


def critical_words(found: Sequence[Marker], today: date, lang: str) -> str:
    """What to do about a laboratory's critical mark, empty where there is none; calm when the last one is long past."""
    days = [m.latest.day for m in found if m.latest.critical]
    if not days:
        return ""
    return say(lang, "labs.critical.why" if (today - max(days)).days <= RECENT_DAYS else "labs.critical.old")


def _address(**words: Any) -> str:
    told = {name: str(value) for name, value in words.items() if value}
    return f"/labs?{urlencode(told)}" if told else "/labs"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _until(marker: Marker, day: date | None) -> Marker | None:
    """The marker as it stood on that day, None when it has no result of it."""
    kept = tuple(r for r in marker.results if day and r.day <= day)
    return replace(marker, results=kept) if kept and kept[-1].day == day else None


def _named(marker: Marker, text: str) -> bool:
    """Whether every word of the filter begins or stands in a name of the marker, in any language, accents aside."""
    names = _plain(" ".join([marker.said, *(n for words in marker.metric.names.values() for n in words)]))
    return all(word in names for word in _plain(text).split())


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _head(found: Sequence[Marker], day: date | None, lang: str) -> dict[str, Any]:
    """The sentence above the list: the last day with results, how many, how many outside."""
    dated = [r for m in found for r in m.results]
    last = day or max((r.day for r in dated), default=None)
    if last is None:
        return {"lead": ""}
    mine = [r for r in dated if r.day == last]
    outside = sum(r.outside for r in mine)
    counted = say(lang, "labs.results", n=len(mine))
    key = "labs.lead.day" if day else "labs.lead"
    told = say(lang, "labs.outside", n=outside) if outside else say(lang, "labs.outside.none")
    return {"lead": say(lang, key, day=formats.day(last, lang), results=counted, outside=told)}


def _systems(found: Sequence[Marker], lang: str) -> list[dict[str, Any]]:
    groups = [(panel, [m for m in found if m.panel == panel and not m.latest.critical]) for panel in PANELS]
    return [
        {"key": panel, "name": say(lang, f"labs.system.{panel}"), "rows": [row(m, lang) for m in mine]} for panel, mine in groups if mine
    ]


def row(marker: Marker, lang: str) -> dict[str, Any]:
    """One marker on a line."""
    last, name = marker.latest, title(marker, lang)
    ident = re.sub(r"\W", "-", marker.metric.key)
    value, bounds, side = as_printed(last.printed, lang), range_text(last, lang), side_words(last, lang)
    said = say(lang, "labs.said", value=value, side=side, range=bounds) if bounds else say(lang, "labs.said.bare", value=value, side=side)
    known = [r.value for r in marker.results if r.value is not None]
    course = say(lang, "labs.course", n=len(marker.results)) if known else ""
    number, unit = in_two(value)
    return {
        "name": name, "key": marker.metric.key, "number": number, "unit": unit, "day": last.day, "side": last.side, "side_words": side,
        "critical": last.critical, "range": bounds, "bar": drawn.bar(last, ident, name, said),
        "spark": drawn.spark(marker, ident, name, course), "n": len(marker.results),
    }  # fmt: skip


# --- one of them -----------------------------------------------------------------------------------------------------


def lab(request: HttpRequest, key: str) -> HttpResponse:
    """One marker: the last result in a sentence, its change, the line, every result."""
    if not is_marker(key):
        raise Http404
    try:
        with state.desk().space(request.which) as space:
            found = space.labs(state.desk().now(), key)
    except NotGranted as error:
        return render(request, "labs_empty.html", {"why": "consent" if error.services else "empty"})
    if not found:
        name = capital(wording.name(catalog().get(key), request.lang)) if key in catalog() else ""
        return render(request, "labs_empty.html", {"why": "none", "name": name})
    return render(request, "lab.html", _page(found[0], state.desk().now().date(), request.lang))


def _page(marker: Marker, today: date, lang: str) -> dict[str, Any]:
    name, last = title(marker, lang), marker.latest
    lead, change = lead_words(marker, lang), change_words(marker, lang)
    frame = Frame(
        "course", say(lang, "labs.chart", name=name), f"{lead} {change}",
        band=(last.low, last.high) if last.low is not None or last.high is not None else None,
        band_label=drawn.band_label(range_text(last, lang), lang),
    )  # fmt: skip

    def label(result: Result) -> str:
        slots = {"value": value_text(result, marker, lang), "side": side_words(result, lang)}
        return say(lang, "labs.point", day=formats.day(result.day, lang), **slots)

    return {
        "name": name, "system": say(lang, f"labs.system.{marker.panel}"), "lead": lead, "change": change, "last": last,
        "critical_why": critical_words([marker], today, lang),
        "side_words": side_words(last, lang), "chart": drawn.course(marker, frame, label, lang), "notes": _notes(marker, lang),
        "bar": drawn.bar(last, "last", name, lead) if len(marker.results) == 1 else "",
        "rows": [_line(r, marker, lang) for r in reversed(marker.results)],
        "ask": say(lang, "labs.question", name=name), "evidence": evidence(marker.link),
    }  # fmt: skip


def _line(result: Result, marker: Marker, lang: str) -> dict[str, Any]:
    return {
        "day": result.day, "value": value_text(result, marker, lang), "side": result.side, "side_words": side_words(result, lang),
        "printed": as_printed(result.printed, lang), "converted": converted(result), "range": range_text(result, lang),
        "laboratory": result.laboratory, "critical": result.critical, "evidence": evidence(result.link),
    }  # fmt: skip


def _notes(marker: Marker, lang: str) -> list[str]:
    """What the figures hide: other units, other ranges, limits drawn as points."""
    ranges = {tuple(None if e is None else f"{e:.2g}" for e in (r.low, r.high)) for r in marker.results if r.low or r.high}
    unit = formats.with_unit("", 2, marker.unit, marker.metric, lang).strip()
    told = [
        (len(ranges) > 1, say(lang, "labs.note.ranges")),
        (any(map(converted, marker.results)), say(lang, "labs.note.units", unit=unit)),
        (len(marker.results) > 1 and any(r.word and r.value is not None for r in marker.results), say(lang, "labs.note.limits")),
    ]
    return [words for holds, words in told if holds]


def lead_words(marker: Marker, lang: str) -> str:
    """The last result in a sentence, with its side of the printed range."""
    last = marker.latest
    slots = {"value": as_printed(last.printed, lang), "day": formats.day(last.day, lang), "range": range_text(last, lang)}
    if last.side == "unknown":
        return say(lang, "labs.told.unplaced" if slots["range"] else "labs.told.bare", **slots)
    return say(lang, f"labs.told.{last.side}", **slots)


def change_words(marker: Marker, lang: str) -> str:
    """What changed since the result before, in a sentence."""
    if len(marker.results) < 2:
        return say(lang, "labs.change.single")
    last, before = marker.latest, marker.results[-2]
    slots = {"day": formats.day(before.day, lang), "before": value_text(before, marker, lang)}
    if last.exact is None or before.exact is None:
        return say(lang, "labs.change.before", **slots)
    by = last.exact - before.exact
    if abs(by) <= 1e-9 * max(abs(last.exact), abs(before.exact)):
        return say(lang, "labs.change.same", **slots)
    key = "labs.change.up" if by > 0 else "labs.change.down"
    return say(lang, key, **slots, by=formats.figure(abs(by), marker.unit, marker.metric, lang, fine=True))


# --- words of a result -----------------------------------------------------------------------------------------------


def title(marker: Marker, lang: str) -> str:
    """The marker's name; for one the catalogue does not know, the name on the report."""
    known = marker.metric.key in catalog()
    return capital(wording.name(marker.metric, lang) if known else marker.said or marker.metric.key.removeprefix("lab:"))


def as_printed(text: str, lang: str) -> str:
    """What the report had, with the language's decimal mark; no line breaks between number and unit."""
    shown = _DECIMAL.sub(",", text) if lang == "fr" else text
    return re.sub(r"(?<=\d) (?=\S)", NBSP, shown, count=1)


def in_two(printed: str) -> tuple[str, str]:
    """A printed result as its number and its unit; a text is all number."""
    found = re.fullmatch(rf"([<>≤≥=]*\s*-?[\d.,]+){NBSP}(.+)", printed)
    return (found[1], found[2]) if found else (printed, "")


def converted(result: Result) -> bool:
    """Whether the report had another unit than the one the results are shown in."""
    number = re.match(r"[<>≤≥=]*\s*(-?\d+(?:\.\d+)?)", result.printed)
    return bool(number and result.value is not None and abs(float(number[1]) - result.value) > 1e-6 * max(1.0, abs(result.value)))


def value_text(result: Result, marker: Marker, lang: str) -> str:
    """The result in the marker's unit; as printed where nothing was converted."""
    if not converted(result) or result.value is None:
        return as_printed(result.printed, lang)
    return result.word + formats.figure(result.value, marker.unit, marker.metric, lang)


def range_text(result: Result, lang: str) -> str:
    """The printed range in words, empty for none."""
    text = result.printed_range or _from_ends(result)
    between = _BETWEEN.fullmatch(text)
    if between:
        return say(lang, "labs.range.between", low=as_printed(between[1], lang), high=as_printed(between[2], lang))
    if text[:1] in "<>" and text[1:].strip():
        return say(lang, "labs.range.up_to" if text[0] == "<" else "labs.range.from", end=as_printed(text[1:].lstrip("= "), lang))
    return as_printed(text, lang)


def _from_ends(result: Result) -> str:
    """The range of a report that gave its ends only as numbers."""
    if result.low is not None and result.high is not None:
        return f"{result.low:.6g}-{result.high:.6g}"
    return f"<{result.high:.6g}" if result.high is not None else f">{result.low:.6g}" if result.low is not None else ""


def side_words(result: Result, lang: str) -> str:
    """In range, above, below or no range printed; a laboratory's own critical mark says so."""
    key = "unplaced" if result.side == "unknown" and range_text(result, lang) else result.side
    words = say(lang, f"labs.side.{key}")
    return say(lang, "labs.side.critical", side=words) if result.critical else words
