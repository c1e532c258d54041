"""The timeline: what happened, by year and month, newest first; months that hold nothing are told as gaps. It needs no script."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from carnet.assistant.words import formats, wording
from carnet.assistant.words.sentences import capital
from carnet.assistant.words.sentences import say as told
from carnet.charts import Frame, Point, bars, narrow
from carnet.consent import NotGranted
from carnet.insights.devices import Arrival
from carnet.insights.units import shown_number, shown_unit
from carnet.record.catalog import catalog
from carnet.record.clock import day_date
from carnet.space.timeline import Month, Session, Timeline, months, own_events
from carnet.web import state
from carnet.web.answers import evidence
from carnet.web.words import say

KINDS = ("labs", "workouts", "events", "imports", "devices")
RECENT_YEARS = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; anything it does not know is not asked for."""

    year: int | None = None
    kind: str = ""
    service: str = ""

    def address(self, **change: Any) -> str:
        """The address with something changed."""
        words = {"year": self.year, "kind": self.kind, "service": self.service} | change
        kept = {name: str(value) for name, value in words.items() if value}
        return f"/timeline?{urlencode(kept)}" if kept else "/timeline"

    def shows(self, kind: str, service: str = "") -> bool:
        """Whether an entry of this kind and service is asked for."""
        return self.kind in ("", kind) and self.service in ("", service)


@dataclass(frozen=True, slots=True)
class Voice:
    """In which words the page speaks."""

    lang: str
    units: str


def timeline(request: HttpRequest) -> HttpResponse:
    """The timeline; the person's own dates alone where nothing else may be read."""
    try:
        with state.desk().space(request.which) as space:
            person = space.person
            found = space.timeline(state.desk().now())
    except NotGranted as error:
        return _alone(request, "consent" if error.services else "empty", own_events(person.events))
    begun = _first(found)
    if begun is None:
        return _alone(request, "empty", found.events)
    voice = Voice(request.lang, person.units)
    last = max([found.today, *_days(found)])
    years = list(range(last.year, begun.year - 1, -1))
    wanted = _wanted(request, years, found.services)
    shown = [wanted.year] if wanted.year else years[:RECENT_YEARS]
    lang = voice.lang
    page = {
        "lead": _lead(found, lang), "strip": strip(found, begun, wanted, shown, lang), "table": _table(found, begun, lang),
        "wanted": wanted, "latest": wanted.address(year=None), "years": _years(wanted, years), "kinds": _kinds(wanted, lang),
        "services": _services(wanted, found.services, lang),
        "groups": [g for year in shown if (g := _year(found, year, begun, wanted, voice))],
    }  # fmt: skip
    return render(request, "timeline.html", page)


def _alone(request: HttpRequest, why: str, events: Sequence[tuple[date, str]]) -> HttpResponse:
    return render(request, "timeline_empty.html", {"why": why, "events": list(reversed(events))})


def _wanted(request: HttpRequest, years: Sequence[int], services: Sequence[str]) -> Wanted:
    year, kind, service = (request.GET.get(name, "") for name in ("year", "kind", "service"))
    known = int(year) if year.isascii() and year.isdigit() and len(year) == 4 and int(year) in years else None
    return Wanted(known, kind if kind in KINDS else "", service if service in services else "")


def _days(found: Timeline) -> Iterable[date]:
    """The day of everything that has one."""
    yield from (d.day for d in found.labs)
    yield from (s.day for s in found.workouts)
    yield from (b.day for b in found.imports)
    yield from (day_date(a.day) for a in found.devices)
    yield from (day for day, _ in found.events)


def _first(found: Timeline) -> date | None:
    """The first day of the first month that holds anything."""
    dated = [*(date(year, month, 1) for year, month in found.density), *_days(found)]
    return min(dated).replace(day=1) if dated else None


def _lead(found: Timeline, lang: str) -> str:
    if not found.density:
        return ""
    first, n = min(found.density), sum(found.density.values())
    return say(lang, "timeline.lead", days=say(lang, "timeline.days", n=n), month=_month_name(first, lang))


# --- the strip of months ---------------------------------------------------------------------------------------------


def strip(found: Timeline, begun: date, wanted: Wanted, shown: Sequence[int], lang: str) -> SafeString:
    """How many days of each month hold data, each bar a link to its month; empty under two months."""
    every = months(min(begun, found.today), found.today)
    if len(every) < 2 or not found.density:
        return mark_safe("")
    points = [_bar(month, found.density.get(month), wanted, shown, lang) for month in every]
    ends = [_month_name(month, lang) for month in (every[0], every[-1])]
    filled = sum(month in found.density for month in every)
    said = say(lang, "timeline.strip.said", first=ends[0], last=ends[1], filled=filled, all=len(every))
    ticks = tuple((float(_number(m)), str(m[0])) for m in every if m[1] == 1) or ((float(_number(every[0])), ends[0]),)
    frame = Frame(
        "months",
        say(lang, "timeline.strip"),
        said,
        720,
        110,
        say(lang, "timeline.strip.unit"),
        ticks,
        lambda share: formats.percent(share, lang),
    )
    return mark_safe(f'<div class="chart-pair">{bars(points, frame)}{bars(points, narrow(frame))}</div>')


def _month_name(month: Month, lang: str) -> str:
    return formats.month(date(month[0], month[1], 1), lang)


def _number(month: Month) -> int:
    return month[0] * 12 + month[1] - 1


def _bar(month: Month, days: int | None, wanted: Wanted, shown: Sequence[int], lang: str) -> Point:
    there = f"#m-{month[0]}-{month[1]:02d}"
    href = there if month[0] in shown else wanted.address(year=month[0]) + there
    name = _month_name(month, lang)
    label = say(lang, "timeline.strip.point", month=name, days=say(lang, "timeline.days", n=days or 0))
    return Point(_number(month), days / monthrange(*month)[1] if days else None, label=label, href=href if days else "")


def _table(found: Timeline, begun: date, lang: str) -> list[tuple[str, int]]:
    every = months(min(begun, found.today), found.today)
    return [(_month_name(month, lang), found.density.get(month, 0)) for month in reversed(every)]


# --- filters ---------------------------------------------------------------------------------------------------------


def _years(wanted: Wanted, years: Sequence[int]) -> list[dict[str, Any]]:
    if len(years) < 2:
        return []
    return [{"year": year, "href": wanted.address(year=year), "here": wanted.year == year} for year in years]


def _kinds(wanted: Wanted, lang: str) -> list[dict[str, Any]]:
    names = ("", *KINDS)
    return [
        {"name": say(lang, f"timeline.kind.{kind or 'all'}"), "href": wanted.address(kind=kind), "here": wanted.kind == kind}
        for kind in names
    ]


def _services(wanted: Wanted, services: Sequence[str], lang: str) -> list[dict[str, Any]]:
    return [{"key": s, "name": capital(wording.service(s, lang)), "here": wanted.service == s} for s in services]


# --- years and months ------------------------------------------------------------------------------------------------


def _year(found: Timeline, year: int, begun: date, wanted: Wanted, voice: Voice) -> dict[str, Any] | None:
    """One year, newest month first; None when nothing of it is asked for."""
    parts = []
    for month in reversed(months(date(year, 1, 1), date(year, 12, 1))):
        entries, workouts = _entries(found, month, wanted, voice), _sessions(found, month, wanted, voice)
        days = found.density.get(month, 0) if not (wanted.kind or wanted.service) else 0
        if entries or workouts or days:
            parts.append(_month(month, entries, workouts, days, found.today, voice.lang))
        elif _is_gap(month, found, begun, wanted):
            parts.append({"gap": month})
    with_gaps = _gaps_told(parts, voice.lang)
    return {"year": year, "months": with_gaps} if with_gaps else None


def _is_gap(month: Month, found: Timeline, begun: date, wanted: Wanted) -> bool:
    """Whether the month lies between the first data and this month, which is not over, and everything is asked for."""
    if wanted.kind or wanted.service or not found.density:
        return False
    return min(found.density) < month < (found.today.year, found.today.month)


def _gaps_told(parts: Sequence[Mapping[str, Any]], lang: str) -> list[dict[str, Any]]:
    """The parts with each run of empty months made one sentence."""
    runs: list[dict[str, Any]] = []
    for part in parts:
        if "gap" not in part:
            runs.append(dict(part))
        elif runs and "gap" in runs[-1]:
            runs[-1]["gap"][0] = part["gap"]
        else:
            runs.append({"gap": [part["gap"], part["gap"]]})
    for part in runs:
        if "gap" in part:
            first, last = (_month_name(month, lang) for month in part["gap"])
            key = "timeline.gap.one" if first == last else "timeline.gap.many"
            part["words"] = say(lang, key, month=first, first=first, last=last)
    return runs


def _month(month: Month, entries: Any, workouts: Any, days: int, today: date, lang: str) -> dict[str, Any]:
    name = capital(told(lang, f"month.{month[1]}"))
    long = today.day if month == (today.year, today.month) else monthrange(*month)[1]
    return {
        "id": f"m-{month[0]}-{month[1]:02d}", "name": name, "entries": entries, "workouts": workouts,
        "filled": say(lang, "timeline.filled", n=days, all=long) if 0 < days < long else "",
    }  # fmt: skip


def _entries(found: Timeline, month: Month, wanted: Wanted, voice: Voice) -> list[dict[str, Any]]:
    """What happened on single days of the month, newest first."""
    lang = voice.lang
    made = [
        *(_lab(day, lang) for day in found.labs if wanted.shows("labs", day.service)),
        *(_event(day, names, lang) for day, names in _by_day(found.events) if wanted.shows("events")),
        *(_import(b, lang) for b in found.imports if wanted.shows("imports", b.service)),
        *(_device(a, lang) for a in found.devices if wanted.shows("devices", a.service)),
    ]
    mine = [e for e in made if (e["day"].year, e["day"].month) == month]
    return sorted(mine, key=lambda e: e["day"], reverse=True)


def _lab(day: Any, lang: str) -> dict[str, Any]:
    parts = [say(lang, "labs.results", n=day.results)]
    parts += [say(lang, "labs.outside", n=day.outside)] if day.outside else [say(lang, "labs.outside.none")]
    parts += [say(lang, "timeline.critical", n=day.critical)] if day.critical else []
    return _entry("labs", "labs-day", day.day, ", ".join(parts), f"/labs?day={day.day.isoformat()}", day.laboratory, lang)


def _event(day: date, names: Sequence[str], lang: str) -> dict[str, Any]:
    return _entry("events", "own", day, " · ".join(map(capital, names)), "", "", lang)


def _import(brought: Any, lang: str) -> dict[str, Any]:
    text = say(lang, "timeline.import", service=wording.service(brought.service, lang))
    return _entry("imports", "came", brought.day, text, "", "", lang)


def _device(arrival: Arrival, lang: str) -> dict[str, Any]:
    source = arrival.source
    name = f"{source.name} ({source.device})" if source.device else source.name
    return _entry(
        "devices", "came", day_date(arrival.day), say(lang, f"timeline.device.{source.kind}", name=name), "",
        say(lang, "timeline.device.why"), lang,
    )  # fmt: skip


def _entry(kind: str, look: str, day: date, text: str, href: str, note: str, lang: str) -> dict[str, Any]:
    short = formats.day(day, lang, month=False)
    return {"kind": say(lang, f"timeline.one.{kind}"), "look": look, "day": day, "short": short, "text": text, "href": href, "note": note}


def _by_day(events: Sequence[tuple[date, str]]) -> list[tuple[date, list[str]]]:
    found: dict[date, list[str]] = {}
    for day, name in events:
        found.setdefault(day, []).append(name)
    return list(found.items())


def _sessions(found: Timeline, month: Month, wanted: Wanted, voice: Voice) -> dict[str, Any] | None:
    """The workouts of the month: how many, how long, of what kind, each a line; None without any."""
    mine = [s for s in found.workouts if (s.day.year, s.day.month) == month and wanted.shows("workouts", s.service)]
    if not mine:
        return None
    lang = voice.lang
    minutes = sum(s.minutes or 0 for s in mine)
    kinds = Counter(wording.activity(s.activity, lang) for s in mine)
    counted = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return {
        "text": say(lang, "timeline.workouts", n=len(mine)), "duration": formats.duration(minutes, lang) if minutes else "",
        "activities": ", ".join(say(lang, "timeline.activity", activity=name, n=n) for name, n in counted),
        "lines": [_line(s, voice) for s in reversed(mine)],
    }  # fmt: skip


def _line(session: Session, voice: Voice) -> dict[str, Any]:
    lang, metric = voice.lang, catalog()["workout_distance"]
    unit = shown_unit(metric, voice.units)
    far = formats.figure(shown_number(session.metres, metric, unit), unit, metric, lang) if session.metres else ""
    long = formats.duration(session.minutes, lang) if session.minutes else ""
    return {
        "when": f"{formats.day(session.day, lang, year=False)}", "at": formats.clock(session.at, lang),
        "what": capital(wording.activity(session.activity, lang)), "figures": " · ".join(filter(None, (long, far))),
        "href": evidence(session.link),
    }  # fmt: skip
