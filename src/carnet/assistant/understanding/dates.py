"""Dates in a question: which tokens speak of time, and which local days, hours or weekdays they mean. No clock: `now` is given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.plan import Period
from carnet.assistant.understanding import calendars
from carnet.assistant.understanding.period_rules import LANGUAGES, Rule, arguments, joins, matches, meant, rules
from carnet.assistant.understanding.periods import Found, Today
from carnet.assistant.understanding.text import Token, tokens
from carnet.assistant.understanding.yearly import resolve
from carnet.record.selection import Filters, Window
from carnet.record.view import Person

SOUTHERN = frozenset({"AR", "AU", "BO", "BR", "CL", "LS", "MG", "MZ", "NA", "NC", "NZ", "PE", "PF", "PY", "RE", "SZ", "UY", "ZA", "ZW"})
IDIOMS = {("huit", "jours"): "7", ("quinze", "jours"): "14"}  # a week and a fortnight in French


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens [first, last) that speak of time.

    period and filters: what they mean; both for "yesterday evening". problem: future | needs_dates. choices: the readings
    of an open date order. relative: "the week before" of a period that is not in the question.
    """

    first: int
    last: int
    period: Period | None = None
    filters: Filters = field(default_factory=Filters)
    problem: str = ""
    choices: tuple[Period, ...] = ()
    assumption: str = ""
    relative: tuple[int, str] | None = None
    found: Found = field(default_factory=Found)


_ARTICLES = frozenset({"the", "on", "my", "any", "all", "le", "la", "les", "l", "des", "du", "de", "mes", "en"})
_EXCEPT = frozenset({"except", "excepting", "excluding", "without", "minus", "but", "sauf", "excepte", "hormis", "hors", "sans"})
_EXCEPT_PAIRS = frozenset({("apart", "from"), ("other", "than"), ("except", "for"), ("leaving", "out"), ("not", "counting"), ("not", "on"),
                           ("a", "part"), ("mis", "a"), ("en", "dehors"), ("pas", "compter"), ("exception", "du")})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Atom:
    """An expression found, not yet joined with "since", "between", ...; it can be resolved again against another day."""

    first: int
    last: int
    do: str
    args: Mapping[str, Any]
    found: Found


def find_periods(said: Sequence[Token], lang: str, now: datetime, person: Person) -> list[Span]:
    """Every expression of time in the question, in order, none overlapping another."""
    line, places = _line(said)
    today = _today(now, lang, person)
    atoms = _atoms(line, places, today, lang)
    atoms += [a for a in _events(line, places, today, person) if not any(a.first < b.last and b.first < a.last for b in atoms)]
    atoms = [_excepted(said, atom) for atom in atoms]
    joined = _join(said, _join(said, sorted(atoms, key=lambda a: a.first), today, lang, True), today, lang, False)
    return _settle(joined, today)


def _today(now: datetime, lang: str, person: Person) -> Today:
    local = now.astimezone(ZoneInfo(person.home_zone))
    country = (person.country or "").upper()
    order = "dmy" if lang == "fr" or (country and country != "US") else "mdy" if country == "US" else ""
    birth = date.fromisoformat(person.birth_date) if person.birth_date else None
    return Today(local.date(), local, 6 if person.week_start == "sun" else 0, country in SOUTHERN, order, birth)


def _written(token: Token) -> str:
    if token.kind == "ordinal" and token.number is not None:
        return f"{token.number:g}o"
    return f"{token.number:g}" if token.number is not None and token.number < 1e6 else token.text


def _line(said: Sequence[Token]) -> tuple[str, dict[int, int]]:
    """The tokens on one line, and for each offset at which one starts or ends, its position."""
    places: dict[int, int] = {}
    parts, at = [], 0
    for i, token in enumerate(said):
        after = said[i + 1].text if i + 1 < len(said) else ""
        text = IDIOMS.get((token.text, after)) or _written(token)
        places[at] = i
        parts.append(text)
        at += len(text)
        places[at] = i + 1
        at += 1
    return " ".join(parts), places


def _atoms(line: str, places: Mapping[int, int], today: Today, lang: str) -> list[Atom]:
    """The longest expressions, those of the question's language first where two are equally long."""
    candidates: list[tuple[int, int, Rule, re.Match[str]]] = []
    for order, language in enumerate((lang, *(other for other in LANGUAGES if other != lang))):
        for rule in rules(language):
            candidates += [(m.start() - m.end(), order, rule, m) for m in matches(rule.pattern, line) if m.end() > m.start()]
    taken: list[Atom] = []
    for _, _, rule, match in sorted(candidates, key=lambda c: c[:2]):
        first, last = places[match.start()], places[match.end()]
        if any(first < a.last and a.first < last for a in taken) or not meant(rule, match, line):
            continue
        args = {**rule.args, **arguments(rule.lang, match)}
        taken.append(Atom(first, last, rule.do, args, resolve(rule.do, args, today)))
    return taken


def _events(line: str, places: Mapping[int, int], today: Today, person: Person) -> list[Atom]:
    """The person's own named events ("new watch", "opération"), by every word of their name."""
    atoms = []
    for name, day in person.events:
        words = " ".join(t.text for t in tokens(name, "en"))
        match = re.search(r"(?<!\S)(?:(?:the|my|i got|i had|l|le|la|mon|ma) )*" + re.escape(words) + r"(?!\S)", line) if words else None
        if match:
            on = date.fromisoformat(day[:10])
            found = Found(Window(on, on), "day", unit="day", fixed=True, assumption="event")
            atoms.append(Atom(places[match.start()], places[match.end()], "event", {}, found))
    return atoms


def _excepted(said: Sequence[Token], atom: Atom) -> Atom:
    """ "Except Sundays" is every other day: the weekdays that were not said, never those that were."""
    days = (atom.args["weekday"],) if atom.found.bare else atom.found.filters.weekdays
    at = atom.first - 1
    while at >= 0 and said[at].text in _ARTICLES:
        at -= 1
    if not days or (atom.found.window is not None and not atom.found.bare) or at < 0:
        return atom
    pair = (said[at - 1].text if at else "", said[at].text)
    begins = at if pair[1] in _EXCEPT else at - 1 if pair in _EXCEPT_PAIRS else None
    if begins is None:
        return atom
    others = tuple(day for day in range(1, 8) if day not in days)
    return replace(atom, first=begins, do="weekday_set", args={"days": others}, found=Found(filters=Filters(weekdays=others)))


def _join(said: Sequence[Token], atoms: list[Atom], today: Today, lang: str, parts_only: bool) -> list[Atom]:
    """Expressions with what stands before or between them: first early, mid and late, then since, until, between; longest first."""
    line, places, inside = _with_places(said, atoms)
    candidates = []
    for order, language in enumerate((lang, *(other for other in LANGUAGES if other != lang))):
        for rule in (r for r in joins(language) if (r.do == "part") == parts_only):
            candidates += [(m.start() - m.end(), order, rule, m) for m in matches(rule.pattern, line)]
    taken: list[tuple[int, int]] = []
    out: list[Atom] = []
    used: set[int] = set()
    for _, _, rule, match in sorted(candidates, key=lambda c: c[:2]):
        parts = [inside[i] for i in range(match.start(), match.end()) if line[i] == "@"]
        if any(match.start() < b and a < match.end() for a, b in taken) or used & set(parts):
            continue
        made = _joined(rule, [atoms[i] for i in parts], today)
        if made is None:
            continue
        taken.append((match.start(), match.end()))
        used |= set(parts)
        out.append(replace(made, first=places[match.start()], last=places[match.end()]))
    out += [atom for i, atom in enumerate(atoms) if i not in used]
    return sorted(out, key=lambda a: a.first)


def _with_places(said: Sequence[Token], atoms: list[Atom]) -> tuple[str, dict[int, int], dict[int, int]]:
    line, at, i = "", 0, 0
    places: dict[int, int] = {}
    inside: dict[int, int] = {}
    starts = {atom.first: number for number, atom in enumerate(atoms)}
    while i < len(said):
        places[at] = i
        if i in starts:
            inside[at] = starts[i]
            text, i = "@", atoms[starts[i]].last
        else:
            text, i = _written(said[i]), i + 1
        line += text
        at += len(text)
        places[at] = i
        line, at = line + " ", at + 1
    return line.rstrip(), places, inside


def _joined(rule: Rule, parts: list[Atom], today: Today) -> Atom | None:
    first, last = parts[0], parts[-1]
    if rule.do == "week_in" and first.found.window is not None and first.found.window.days > 1:
        return None
    if any(p.found.window is None for p in parts):
        return first if rule.do == "same" or first.found.problem else None
    if rule.do == "between":
        return _between(first, last, today)
    window, days = first.found.window, timedelta(1)
    assert window is not None
    if rule.do == "same":
        return first
    made = {
        "since": Window(first.found.exact or window.first, today.day),
        "after": Window(window.last + days, today.day),
        "before": Window(calendars.BEGINNING, window.first - days),
        "until": Window(calendars.BEGINNING, window.last),
        "week_in": calendars.calendar_unit(window.first, "week", 0, today.week_start),
    }.get(rule.do) or calendars.part_of(rule.args.get("part", ""), window)
    if made is None:
        return None
    kind = {"since": "since", "after": "since", "before": "until", "until": "until", "week_in": "calendar"}.get(rule.do, "between")
    note = "part_of_period" if rule.do == "part" and first.found.unit != "month" else first.found.assumption
    return replace(first, found=replace(first.found, window=made, kind=kind, assumption=note, unit="", bare=False))


def _between(first: Atom, last: Atom, today: Today) -> Atom | None:
    """Both ends included; an end without a year belongs to the year of the other one."""
    a, b = first.found, last.found
    assert a.window is not None
    assert b.window is not None
    if a.fixed and not b.fixed and b.window.first > a.window.first:
        nearer = _again(last, replace(today, day=calendars.add_months(a.window.first, 11)))
        if nearer.window and nearer.window.first >= a.window.first:
            b = nearer
    if b.window is not None and a.window.first > b.window.first:
        a = _again(first, replace(today, day=b.window.first))
    if a.window is None or b.window is None or a.window.first > b.window.last:
        return None
    ends = (a.window, b.window) if min(a.window.days, b.window.days) > 1 and not a.window.last >= b.window.first else None
    return replace(first, found=Found(Window(a.window.first, b.window.last), "between", fixed=a.fixed or b.fixed, ends=ends))


def _again(atom: Atom, today: Today) -> Found:
    """The same expression seen from another day; an event stays where it is."""
    return atom.found if atom.do == "event" else resolve(atom.do, atom.args, today)


def _same_year(atoms: list[Atom], today: Today) -> list[Atom]:
    """Of two months or seasons side by side, the one without a year takes the year of the other."""
    if [a.do for a in atoms] == ["day_of_month", "date"]:
        args = {**atoms[1].args, "d": atoms[0].args["d"]}
        return [replace(atoms[0], found=resolve("date", args, today)), atoms[1]]
    if len(atoms) != 2 or atoms[0].do != atoms[1].do or atoms[0].do not in ("month", "season", "quarter", "semester", "date"):
        return atoms
    years = [_year_said(a, today) for a in atoms]
    if (years[0] is None) == (years[1] is None) or any(a.found.kind in ("since", "until", "between") for a in atoms):
        return atoms
    lacks = years.index(None)
    named = {k: v for k, v in atoms[lacks].args.items() if k not in ("year", "mode")}
    if named == {k: v for k, v in atoms[1 - lacks].args.items() if k not in ("year", "mode")}:
        return atoms
    args = {**atoms[lacks].args, "year": years[1 - lacks]}
    made = replace(atoms[lacks], args=args, found=resolve(atoms[lacks].do, args, today))
    return [made, atoms[1]] if lacks == 0 else [atoms[0], made]


def _year_said(atom: Atom, today: Today) -> int | None:
    """The year an expression names by itself: 2025, "this November", "last summer"; None where it does not."""
    if "years_back" in atom.args:
        return today.day.year - int(atom.args["years_back"])
    if atom.args.get("mode") == "last" and atom.found.window:
        return atom.found.window.first.year
    said = atom.args.get("year")
    return int(said) if said is not None else None


def _settle(atoms: list[Atom], today: Today) -> list[Span]:
    """Spans with every "the one before" resolved, lone weekdays beside a month turned into filters, the future refused."""
    atoms = _same_year(atoms, today)
    main = next((a.found for a in atoms if a.found.window and not a.found.bare), None)
    long = main is not None and main.window is not None and main.window.days > 7
    spans = []
    for atom in atoms:
        found = atom.found
        if found.bare and long:
            found = Found(filters=Filters(weekdays=(atom.args["weekday"],)))
        if found.relative:
            base = main or next((a.found for a in atoms if a.found.window), None)
            found = relative_to(found.relative, base.window, base.unit) if base and base.window else found
        spans.append(_span(atom, found, today))
    return spans


def relative_to(relative: tuple[int, str], base: Window, unit: str = "") -> Found:
    """The period before (n of a unit, or one as long), or the same one a year earlier (n = -1)."""
    n, size = relative
    before = base.first - timedelta(1)
    if n == -1 and unit == "week":
        return Found(Window(base.first - timedelta(364), base.last - timedelta(364)), "calendar", unit="week", fixed=True)
    if n == -1:
        earlier = Window(calendars.add_months(base.first, -12), calendars.add_months(base.last, -12))
        return Found(earlier, "between", fixed=True)
    if n and size in calendars.MONTHS_IN:
        return Found(Window(calendars.add_months(base.first, -n * calendars.MONTHS_IN[size]), before), "between", fixed=True)
    if n:
        return Found(Window(base.first - timedelta(n * calendars.DAYS_IN.get(size, 1)), before), "between", fixed=True)
    unit = unit if unit and size in ("", unit) else size
    if unit in calendars.MONTHS_IN or unit in ("week", "weekend", "day", "night"):
        back = calendars.calendar_unit(base.first, unit, 1)
        return Found(back, "night" if unit == "night" else "day" if unit == "day" else "calendar", unit=unit, fixed=True)
    return Found(base.before(), "between", fixed=True)


def period_of(found: Found, today: date) -> Period | None:
    """The Period of a resolved window, cut at today; None when all of it lies ahead."""
    window = found.window
    if window is None or window.first > today:
        return None
    cut = Window(window.first, min(window.last, today))
    return Period(cut, found.kind, cut.first <= today <= cut.last)


def _span(atom: Atom, found: Found, today: Today) -> Span:
    period = period_of(found, today.day)
    problem = found.problem or ("future" if found.window and period is None else "")
    choices = tuple(p for w in found.choices if (p := period_of(replace(found, window=w), today.day)) is not None)
    return Span(atom.first, atom.last, period, found.filters, problem, choices, found.assumption, found.relative, found)
