"""Answers of several lines: tables, ranks, histories, laboratory results against their range, and the two sides of a comparison."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from carnet.assistant.outcome import Outcome
from carnet.assistant.plan import Agg
from carnet.assistant.words.direct import Said, alone, cite, codes, difference_unit, lead, named, phrase, written
from carnet.assistant.words.formats import Voice, decimals, figure, is_day, listing, moment, number, percent, when
from carnet.assistant.words.sentences import capital, say
from carnet.assistant.words.wording import computed, filters, joined, label, name, nightly, rate, told_as
from carnet.insights.finding import Finding, Value
from carnet.record.catalog import catalog
from carnet.record.selection import Window

MOST = 40  # lines shown; the findings hold all of them
INLINE = 6  # days that still read well inside one sentence
SIDES = ("in_range", "below_range", "above_range", "out_of_range", "general_range", "no_range")
_WITHOUT_PERCENT = ("Cel", "K", "[degF]", "%", "clock")


def said(outcome: Outcome, index: int, v: Voice) -> Said:
    """The finding at that place, ready to be said; the first one with the headline's own value and unit."""
    finding, head = outcome.findings[index], outcome.headline
    if index == 0 and head is not None and head.metric == finding.metric:
        return Said(outcome.plan, finding, head.value, head.unit or finding.unit, index + 1, v, date=_date(finding) or head.date)
    return Said(outcome.plan, finding, finding.value, finding.unit, index + 1, v, date=_date(finding))


def _date(finding: Finding) -> str | None:
    """The finding's date; for a run of days, its first and last day."""
    return finding.label if finding.method.startswith("streak") and "/" in finding.label else finding.date


def _is_list(value: Value) -> bool:
    """Whether a value is rows of its own, and not one figure or a pair of numbers."""
    return isinstance(value, tuple) and any(isinstance(v, str | tuple) for v in value)


def limited(rows: list[str], lang: str) -> list[str]:
    """At most forty lines, and how many more there are."""
    rest = len(rows) - MOST
    return rows if rest <= 0 else [*rows[:MOST], say(lang, "line.more", count=rest, n=number(rest, lang))]


def titled(one: Said, rows: list[str]) -> list[str]:
    """The rows under what they are: metric, calculation, period."""
    v, plan = one.voice, one.plan
    text = joined([named(one), computed(plan, v.lang, catalog()), v.period(plan.period.window, plan.period.kind)], v.lang)
    return [say(v.lang, "lead.table", what=text), *limited(rows, v.lang)]


def table(outcome: Outcome, v: Voice) -> list[str]:
    """One line for each month, weekday, week, hour or day; an overall figure, where there is one, comes first."""
    plan, rows = outcome.plan, []
    for index in range(len(outcome.findings)):
        one = said(outcome, index, v)
        row = label(one.finding.label, plan.group, v.lang, v.today)
        if row:
            one = replace(one, value=one.finding.value, unit=one.finding.unit)
            rows.append(say(v.lang, "line.row", label=capital(row), figure=_row(one)))
    first = said(outcome, 0, v)
    if not rows:
        rows = _pairs(first)
        return titled(first, rows) if rows else [lead(first)]
    overall = not label(first.finding.label, plan.group, v.lang)
    return [lead(first), *limited(rows, v.lang)] if overall else titled(first, rows)


def _row(one: Said) -> str:
    text = _counted(one.value, one)
    return " ".join(filter(None, (side(one.finding, text, one.voice.lang), cite(one.mark))))


def _counted(value: Value, one: Said) -> str:
    """The value with its unit; a count of days or samples stands without the metric's own word."""
    lang = one.voice.lang
    if one.plan.agg == Agg.COUNT and one.metric.kind != "event" and isinstance(value, int | float) and one.unit == "{count}":
        return number(value, lang)
    return figure(value, one.unit, one.metric, lang, fine=told_as(one.plan) in (Agg.MEAN, Agg.MEDIAN))


def _pairs(one: Said) -> list[str]:
    """The lines of a value that is itself a list of (date or label, number)."""
    v, rows = one.voice, []
    for pair in one.value if isinstance(one.value, tuple) else ():
        if isinstance(pair, tuple):
            row = label(str(pair[0]), one.plan.group, v.lang, v.today) or str(pair[0])
            rows.append(say(v.lang, "line.row", label=capital(row), figure=_counted(pair[1], one)))
    return rows


def history(outcome: Outcome, v: Voice) -> list[str]:
    """Every value with its date, and its side of the printed range where the report gave one."""
    first = said(outcome, 0, v)
    dated = [i for i, f in enumerate(outcome.findings) if f.date and not _is_list(f.value)]
    rows = _pairs(first)
    if len(dated) >= len(rows):
        rows = [_dated_row(said(outcome, i, v)) for i in dated]
        first = replace(first, value=("",) * len(rows), mark=0)
    return [lead(first), *limited(rows, v.lang)]


def _dated_row(one: Said) -> str:
    one = replace(one, value=one.finding.value, unit=one.finding.unit)
    return say(one.voice.lang, "line.row", label=capital(moment(one.finding.date or "", one.voice.lang, one.voice.today)), figure=_row(one))


def ranked(outcome: Outcome, v: Voice) -> list[str]:
    """The n highest or lowest, best first."""
    first, lang = said(outcome, 0, v), v.lang
    if outcome.plan.count == 1 and outcome.plan.group in ("none", "day") and outcome.findings[0].date:
        return dated(outcome, v)
    found = [said(outcome, i, v) for i, f in enumerate(outcome.findings) if f.date or f.label]
    entries = [
        (place(one.finding.date or one.finding.label, one), _row(replace(one, value=one.finding.value, unit=one.finding.unit)))
        for one in found if not _is_list(one.finding.value)
    ]  # fmt: skip
    if not entries and isinstance(first.value, tuple):
        entries = [(place(str(p[0]), first), figure(p[1], first.unit, first.metric, lang)) for p in first.value if isinstance(p, tuple)]
    key = "line.ranked" if len(entries) > 1 else "line.row"
    rows = [say(lang, key, n=n, label=row, figure=text) for n, (row, text) in enumerate(entries, 1)]
    return titled(first, rows) if rows else [lead(first)]


def place(text: str, one: Said) -> str:
    """Where a ranked figure stands: a day, a night, or a label."""
    v = one.voice
    if one.plan.group in ("none", "day") and is_day(text) and nightly(one.metric):
        at = date.fromisoformat(text[:10])
        return capital(v.period(Window(at, at), "night"))
    return capital(label(text, one.plan.group, v.lang, v.today) or text)


def dated(outcome: Outcome, v: Voice) -> list[str]:
    """The figure with its date, also where the headline itself is the date."""
    one = said(outcome, 0, v)
    head = one.value[0] if isinstance(one.value, tuple) and len(one.value) == 1 else one.value
    if isinstance(head, str) and is_day(head):
        one = replace(one, value=one.finding.value, unit=one.finding.unit, date=one.date or head)
        if isinstance(one.value, tuple) or (isinstance(one.value, str) and is_day(one.value)):
            text = say(v.lang, "fig.when", value=place(head, one), cite=cite(one.mark))
            return [say(v.lang, "lead.named", metric=named(one), figure=text)]
    return [lead(one)]


def which_days(outcome: Outcome, v: Voice) -> list[str]:
    """How many days, then which: inside a sentence when they are few, one a line otherwise."""
    one, lang = said(outcome, 0, v), v.lang
    days = [d for d in one.value if isinstance(d, str)] if isinstance(one.value, tuple) else []
    names = [label(d, "day", lang, v.today) or d for d in days]
    first = lead(one)
    if len(names) <= INLINE:
        return [first, say(lang, "lead.bare", figure=capital(listing(names, lang)))] if names else [first]
    return [first, *limited([say(lang, "ask.choice", choice=name) for name in names], lang)]


def out_of_range(outcome: Outcome, v: Voice) -> list[str]:
    """How many results are outside the range printed on their report, and each with value, side, range and date."""
    flagged = [i for i, f in enumerate(outcome.findings) if {"below_range", "above_range", "out_of_range"} & set(codes(f))]
    one = said(outcome, 0, v) if outcome.findings else None
    rows = []
    for i in flagged:
        it = said(outcome, i, v)
        it = replace(it, value=it.finding.value, unit=it.finding.unit)
        result = name(it.metric, v.lang)
        text = _row(it)
        if it.finding.date:
            text = say(v.lang, "list.comma", a=text, b=moment(it.finding.date, v.lang, v.today))
        rows.append(say(v.lang, "line.row", label=capital(result), figure=text))
    if one is None:
        return []
    counted = replace(one, value=("",) * len(flagged), mark=0 if flagged else one.mark)
    opening = capital(phrase(counted))
    return [say(v.lang, "lead.lines" if rows else "lead.bare", figure=opening), *limited(rows, v.lang)]


def interval(finding: Finding, lang: str, stem: str) -> str:
    """The range printed with a result, from its note `range:13..300`, `range:..5.2` or `range:60..`; empty without one."""
    known = codes(finding)
    given = known.get("range") or next((known[s] for s in SIDES if known.get(s)), "")
    low, _, high = given.partition("..")
    if not (low or high):
        return ""
    key = "between" if low and high else "under" if high else "over"
    return say(lang, f"{stem}.{key}", low=_edge(low, finding, lang), high=_edge(high, finding, lang))


def _edge(written: str, finding: Finding, lang: str) -> str:
    """An end of a printed range with the decimals it was printed with; one that was converted, with those of the value beside it."""
    places = len(written.partition(".")[2])
    usual = decimals(float(written), finding.unit, catalog().get(finding.metric)) if written else 0
    return number(float(written), lang, places if places <= usual + 1 else usual) if written else ""


def side(finding: Finding, text: str, lang: str) -> str:
    """A result with its side of the printed range: `8 µg/L, out of range, below (13 to 300)`."""
    found = next((s for s in SIDES if s in codes(finding)), "")
    if not found:
        return text
    printed = interval(finding, lang, "interval")
    return say(lang, "line.side.range" if printed else "line.side", figure=text, side=say(lang, f"side.{found}"), range=printed)


def comparison(outcome: Outcome, v: Voice) -> list[str]:
    """The difference first, then both sides, each with its own coverage."""
    one = said(outcome, 0, v)
    sides = [_as_computed(said(outcome, i, v)) for i in (1, 2) if i < len(outcome.findings)]
    one = replace(one, plan=replace(one.plan, agg=sides[0].plan.agg)) if sides else one
    key = _direction(one)
    text = say(
        v.lang, key, value=_difference(one, key in ("compare.signed", "compare.about")), when=_side_name(sides[0]) if sides else "",
        cite=cite(one.mark), percent=_percent(one),
    )  # fmt: skip
    groups = outcome.plan.comparison is not None and outcome.plan.comparison.other is None and outcome.plan.comparison.kind != "goal"
    metric = capital(name(one.metric, v.lang)) if groups else named(one)
    opening = say(v.lang, "lead.named", metric=metric, figure=text)
    return [opening, *(_side(s) for s in sides)]


def _as_computed(one: Said) -> Said:
    """The side under the calculation its method names: totals of unequal periods are compared as averages."""
    method = one.finding.method.partition("/")[0]
    agg = Agg(method) if method in set(Agg) else told_as(one.plan)
    return replace(one, plan=replace(one.plan, agg=agg))


def _direction(one: Said) -> str:
    """More, less, later or earlier only where a rule said so."""
    known = codes(one.finding)
    if one.value == 0:
        return "compare.same"
    clocked = one.metric.unit == "clock"
    ways = {"more": "later" if clocked else "more", "less": "earlier" if clocked else "less", "about_the_same": "about"}
    way = next((way for code, way in ways.items() if code in known), "signed")
    return f"compare.{way}"


def _difference(one: Said, signed: bool) -> str:
    """The difference, with its sign unless the sentence says more or less."""
    value, lang = one.value, one.voice.lang
    if isinstance(value, int | float) and not signed:
        value = abs(value)
    if one.plan.agg == Agg.COUNT and one.metric.kind != "event" and isinstance(value, int | float):
        return number(value, lang, sign=signed)
    text = figure(value, difference_unit(one), one.metric, lang, fine=True, sign=signed)
    per = rate(one.plan, one.metric)
    return say(lang, f"rate.{per}", value=text) if per else text


def _percent(one: Said) -> str:
    """The difference against the second side, from the note `percent:17.2`; none where it means nothing."""
    given = codes(one.finding).get("percent", "")
    if not given or not one.value or one.unit in _WITHOUT_PERCENT or one.metric.unit in ("Cel", "K", "clock"):
        return ""
    return say(one.voice.lang, "compare.percent", percent=percent(float(given) / 100, one.voice.lang, sign=True))


def _side_name(one: Said) -> str:
    """What a side is: its period, or its group of days or hours."""
    v, code, plan = one.voice, one.finding.label, one.plan
    if code == "goal":
        return say(v.lang, "compare.goal")
    if code in ("a", "b") and plan.comparison and plan.comparison.kind != "goal":
        own = one.finding.selection.filters
        code = {(6, 7): "weekend", (1, 2, 3, 4, 5): "weekday"}.get(tuple(sorted(own.weekdays)), "")
        rest = replace(own, days=(), gap=None, weekdays=() if code else own.weekdays)
        words = joined([label(code, "none", v.lang), *filters(rest, v.lang)] if code else filters(rest, v.lang) or [""], v.lang)
        if words:
            return words
    window = Window(date.fromisoformat(one.finding.start[:10]), date.fromisoformat(one.finding.end[:10]))
    kind = "night" if nightly(one.metric) else "between"
    return when(window, kind, v.lang, v.today)


def _side(one: Said) -> str:
    covered, lang = one.finding.coverage, one.voice.lang
    few = covered is not None and covered.days > 1
    key = "compare.side" + ((".nights" if nightly(one.metric) else ".days") if few else "")
    figures = written(one) if one.finding.label == "goal" else alone(one)
    return say(
        lang, key, label=capital(_side_name(one)), figure=figures, cite=cite(one.mark),
        with_data=number(covered.with_data, lang) if covered else "", days=number(covered.days, lang) if covered else "",
    )  # fmt: skip


def values_behind(outcome: Outcome, v: Voice) -> list[str]:
    """The values a change lies between, the later first; the one before the latest; a trend's pace per week."""
    rows = []
    for i in range(1, len(outcome.findings)):
        one = said(outcome, i, v)
        if one.finding.label == "per_week" and {"up", "down"} & set(codes(one.finding)):
            unit = difference_unit(one)
            value = figure(one.value, unit, one.metric, v.lang, fine=True, sign=True)
            rows.append(say(v.lang, "trend.week", value=value, cite=cite(one.mark)))
        elif one.finding.label in ("later", "earlier", "previous") and one.finding.date:
            rows.append(_dated_row(one))
    return rows
