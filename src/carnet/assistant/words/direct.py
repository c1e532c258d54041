"""The direct answer: the figure first, with its citation mark. One short function chooses the message for each kind of figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from carnet.assistant.plan import Agg, Plan
from carnet.assistant.words.formats import Voice, clock, day, figure, is_day, number, percent, span, unit_key, when
from carnet.assistant.words.sentences import capital, say
from carnet.assistant.words.wording import CONDITIONAL, asked, condition, filters, joined, name, nightly, rate, told_as
from carnet.insights.finding import Finding, Value
from carnet.record.catalog import Metric, catalog
from carnet.record.selection import Window

Choice = tuple[str, float | None]  # the message, and the number that chooses its plural form


@dataclass(frozen=True, slots=True)
class Said:
    """One figure about to be said. mark: its citation number, 0 for none; timed: whether the sentence names the period."""

    plan: Plan
    finding: Finding
    value: Value
    unit: str
    mark: int
    voice: Voice
    timed: bool = True
    date: str | None = None

    @property
    def metric(self) -> Metric:
        """The catalogue's entry of the figure."""
        return catalog().get(self.finding.metric)

    @property
    def size(self) -> float:
        """The value as a number; how many there are for a list."""
        if isinstance(self.value, tuple):
            return float(len(self.value))
        return float(self.value) if isinstance(self.value, int | float) else 0.0


def codes(finding: Finding) -> dict[str, str]:
    """The finding's notes as code and detail: `break:2025-09-20` is {"break": "2025-09-20"}."""
    return {code: detail for code, _, detail in (note.partition(":") for note in finding.notes)}


def lead(said: Said) -> str:
    """The sentence with the figure, under the metric's name unless the unit says it already ("8,214 steps")."""
    lang, metric = said.voice.lang, said.metric
    words = phrase(said)
    told = said.plan.agg in _UNIT_IS_SAID and unit_key(said.unit, metric) == f"unit.{metric.key}" and said.value != 0
    if told and not said.plan.filters and not said.plan.condition:
        return say(lang, "lead.bare", figure=capital(words))
    return say(lang, "lead.named", metric=named(said), figure=words)


def named(said: Said) -> str:
    """The metric with the filters and the condition the figure was taken under: `Workouts, running`."""
    lang, given = said.voice.lang, said.plan.condition
    parts = [capital(name(said.metric, lang)), *filters(said.plan.filters, lang)]
    if given and not _conditional(said):
        parts.append(condition(given, asked(said.plan, catalog()), lang, catalog()))
    return joined(parts, lang)


def _conditional(said: Said) -> bool:
    """Whether the sentence itself names the condition."""
    own = said.plan.condition is not None and not said.plan.condition.metric
    return said.plan.agg in CONDITIONAL or (own and said.plan.agg in (Agg.COUNT, Agg.EXISTS))


def phrase(said: Said) -> str:
    """The figure in words, without a full stop: `61,234 steps in total from 9 to 15 March [1]`."""
    plan, lang = said.plan, said.voice.lang
    key, count = _CHOICES.get(told_as(plan), _plain)(said)
    return say(
        lang, key, count=count, value=written(said), n=number(said.size, lang), cite=cite(said.mark), when=_when(said),
        date=on(said.date or said.finding.date, key, said), condition=_condition(said), q=percent(plan.quantile or 0, lang),
        dates=_dates(said),
    )  # fmt: skip


def _dates(said: Said) -> str:
    """From the first to the last day of what there is: a finding's label `2019-03-02/2026-03-14`."""
    first, _, last = said.finding.label.partition("/")
    if said.plan.agg != Agg.EXISTS or not (is_day(first) and is_day(last)) or first == last:
        return ""
    a, b = span(Window(date.fromisoformat(first), date.fromisoformat(last)), said.voice.lang, said.voice.today)
    return say(said.voice.lang, "slot.dates", first=a, last=b)


def cite(mark: int) -> str:
    """The citation mark of a finding, empty for 0."""
    return f"[{mark}]" if mark else ""


def written(said: Said) -> str:
    """The value as shown: per day or night for means of daily figures, with its sign where it is a change."""
    agg, lang = told_as(said.plan), said.voice.lang
    if agg == Agg.SHARE and isinstance(said.value, int | float):
        return percent(said.value if said.unit != "%" else said.value / 100, lang)
    if agg == Agg.RELATION and isinstance(said.value, int | float):
        return number(said.value, lang, 2)
    if isinstance(said.value, tuple) and any(isinstance(v, str | tuple) for v in said.value):
        return ""
    if agg == Agg.TREND:
        return _change_of(said)
    fine = agg in (Agg.MEAN, Agg.MEDIAN, Agg.SD, Agg.QUANTILE, Agg.CHANGE)
    unit = difference_unit(said) if agg == Agg.CHANGE else said.unit
    text = figure(said.value, unit, said.metric, lang, fine=fine, sign=agg == Agg.CHANGE)
    per = rate(said.plan, said.metric)
    return say(lang, f"rate.{per}", value=text) if per and not _one_day(said) else text


def _one_day(said: Said) -> bool:
    return said.finding.start[:10] == said.finding.end[:10]


def difference_unit(said: Said) -> str:
    """A difference of percentages is told in points, one of clock times in minutes."""
    return {"%": "pp", "clock": "min"}.get(said.unit, said.unit)


def _change_of(said: Said) -> str:
    """A trend's change: without sign where the sentence says up or down."""
    known = codes(said.finding)
    value = said.value
    directed = "too_few" not in known and ("up" in known or "down" in known)
    if isinstance(value, int | float) and directed:
        value = abs(value)
    return figure(value, difference_unit(said), said.metric, said.voice.lang, fine=True, sign=not directed)


def _when(said: Said) -> str:
    if not said.timed:
        return ""
    window = Window(date.fromisoformat(said.finding.start[:10]), date.fromisoformat(said.finding.end[:10]))
    same = window == said.plan.period.window or said.plan.comparison is None
    period = said.plan.period
    if same and period.kind in ("all", "since", "until", "night"):
        return when(period.window, period.kind, said.voice.lang, said.voice.today)
    kind = "night" if nightly(said.metric) and window.days == 1 else "between"
    return when(window, kind, said.voice.lang, said.voice.today)


def _condition(said: Said) -> str:
    if not _conditional(said):
        return ""
    return condition(said.plan.condition, asked(said.plan, catalog()), said.voice.lang, catalog())


def on(text: str | None, key: str, said: Said) -> str:
    """A finding's date inside its sentence: ", on 12 March at 14:05"; without the comma where the message opens with it."""
    if not text or not is_day(text[:10]):
        return ""
    v = said.voice
    first, _, last = text.partition("/")
    at = date.fromisoformat(first[:10])
    if last:
        a, b = span(Window(at, date.fromisoformat(last[:10])), v.lang, v.today)
        return say(v.lang, "slot.dates", first=a, last=b)
    if said.plan.agg in (Agg.STREAK, Agg.EXISTS):
        return say(v.lang, "slot.until" if said.plan.agg == Agg.STREAK else "slot.last", day=day(at, v.lang, v.today))
    form = "moment" if len(first) > 10 else "night" if nightly(said.metric) else "on"
    hour = clock(first[11:16], v.lang) if form == "moment" else ""
    a, b = span(Window(at - timedelta(days=1), at), v.lang, v.today)
    slots: dict[str, Any] = {"day": day(at, v.lang, v.today), "clock": hour, "first": a, "last": b}
    if not key.endswith(".dated"):
        return say(v.lang, f"slot.{form}", **slots)
    return say(v.lang, {"on": "when.day"}.get(form, f"when.{form}"), **slots)


def _plain(said: Said) -> Choice:
    agg = told_as(said.plan)
    if _one_day(said) and (agg == Agg.TOTAL or (agg == Agg.MEAN and rate(said.plan, said.metric))):
        return "fig.value", None
    return f"fig.{agg}", None


def _extreme(said: Said) -> Choice:
    agg = said.plan.agg
    end = agg if agg != Agg.RANK else Agg.MIN if said.plan.order == "asc" else Agg.MAX
    dated = said.plan.when or said.plan.which or agg == Agg.RANK
    return f"fig.{end}.dated" if dated and (said.date or said.finding.date) else f"fig.{end}", None


def _count(said: Said) -> Choice:
    if _conditional(said):
        if said.unit in ("d", "{day}"):
            return _days_where(said)
        return ("fig.count.where", said.size) if said.size else ("fig.count.where.none", None)
    if said.size == 0:
        return "fig.count.none", None
    metric = said.metric
    if unit_key("{count}", metric) == f"unit.{metric.key}" and said.metric.kind == "event":
        return "fig.value", None
    kinds = {"cumulative": "days", "daily_last": "days", "nightly": "nights", "event": "times", "category": "times"}
    kind = "days" if said.unit in ("d", "{day}", "{days}") and metric.kind != "nightly" else kinds.get(metric.kind, "values")
    return f"fig.count.{kind}", said.size


def _days_where(said: Said) -> Choice:
    stem = "fig.nights_where" if nightly(said.metric) else "fig.days_where"
    return (stem, said.size) if said.size else (f"{stem}.none", None)


def _exists(said: Said) -> Choice:
    if _conditional(said):
        return _days_where(said)
    kind = (".nights" if nightly(said.metric) else ".days") if said.unit == "d" else ""
    return f"fig.exists{kind}", said.size


def _share(said: Said) -> Choice:
    return "fig.share.night" if nightly(said.metric) else "fig.share", None


def _streak(said: Said) -> Choice:
    stem = "fig.streak.current" if said.plan.current else "fig.streak"
    if not said.size:
        return f"{stem}.none", None
    return (f"{stem}.nights" if nightly(said.metric) else stem), said.size


def _trend(said: Said) -> Choice:
    known = codes(said.finding)
    if "too_few" in known:
        return "fig.trend", None
    clocked = said.metric.unit == "clock"
    ways = {"up": "later" if clocked else "up", "down": "earlier" if clocked else "down", "flat": "flat"}
    found = [way for code, way in ways.items() if code in known]
    return (f"fig.trend.{found[0]}" if found else "fig.trend"), None


def _change(said: Said) -> Choice:
    return ("fig.change.same" if said.value == 0 else "fig.change"), None


def _list(said: Said) -> Choice:
    return "fig.list", said.size


def _coverage(said: Said) -> Choice:
    stem = "fig.coverage.nights" if nightly(said.metric) else "fig.coverage"
    return (stem, said.size) if said.size else ("fig.coverage.none", None)


def _out_of_range(said: Said) -> Choice:
    latest = "fig.out_of_range.last" if said.plan.current else "fig.out_of_range.each"
    stem = latest if said.plan.period.kind in ("all", "default") else "fig.out_of_range"
    return (stem, said.size) if said.size else (f"{stem}.none", None)


_CHOICES: dict[Agg, Callable[[Said], Choice]] = {
    Agg.MIN: _extreme, Agg.MAX: _extreme, Agg.RANK: _extreme, Agg.LATEST: _extreme, Agg.FIRST: _extreme,
    Agg.COUNT: _count, Agg.EXISTS: _exists, Agg.DAYS_WHERE: _days_where, Agg.SHARE: _share, Agg.STREAK: _streak,
    Agg.TREND: _trend, Agg.CHANGE: _change, Agg.LIST: _list, Agg.COVERAGE: _coverage, Agg.OUT_OF_RANGE: _out_of_range,
}  # fmt: skip
_UNIT_IS_SAID = (Agg.TOTAL, Agg.MEAN, Agg.MEDIAN, Agg.MIN, Agg.MAX, Agg.RANK, Agg.COUNT, Agg.LATEST, Agg.FIRST)


def alone(said: Said) -> str:
    """The figure without period and citation, for a line that has them already."""
    return phrase(replace(said, timed=False, mark=0))
