"""What to compute: one ordered table of questions to a Reading, the first that says yes decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from carnet.assistant.plan import Agg, Condition
from carnet.assistant.understanding.reading import Reading
from carnet.record.catalog import Metric

Slots = dict[str, Any]  # fields of a Plan
DIRECT = {
    "sum": Agg.TOTAL, "mean": Agg.MEAN, "median": Agg.MEDIAN, "min": Agg.MIN, "max": Agg.MAX, "sd": Agg.SD, "count": Agg.COUNT,
    "list": Agg.LIST, "exists": Agg.EXISTS,
}  # fmt: skip
HIGH, LOW = ("high", "long", "late"), ("low", "short", "early")
SMALL_IS_BEST = frozenset({"pace", "resting_heart_rate", "sleep_latency", "awakenings"})
LONG = 60  # days from which the bare weight of a window is its trend, below that its mean
WHICH = frozenset({"which", "what", "quel", "quels", "quelle", "quelles"})
ARTICLES = frozenset({"le", "la", "les", "ma", "mon", "mes"})
CALENDAR = ("week", "month", "year", "weekday", "hour")


@dataclass(frozen=True, slots=True)
class Asked:
    """A Reading with its metric, its condition and its leading number (the 3 of "my three longest runs")."""

    r: Reading
    metric: Metric
    metrics: tuple[str, ...]
    condition: Condition | None
    number: int | None
    yes_no: bool
    days: int  # of the period said; 0 without one
    kind: str  # of that period

    @property
    def has_period(self) -> bool:
        """Whether the person said a period."""
        return self.days > 0

    @property
    def sessions(self) -> bool:
        """Whether one value is one workout."""
        return self.metric.key.startswith("workout") or self.metric.key == "pace"


_LAST_REPORT = frozenset({"last", "latest", "newest", "recent", "dernier", "dernière", "derniers", "dernieres", "derniere", "recents"})


def decide(a: Asked) -> Slots:
    """The aggregation and what belongs to it: agg, which, when, count, order, group, quantile, current, per."""
    for rule in RULES:
        slots = rule(a)
        if slots is not None:
            return slots
    return _default(a)


def _relation(a: Asked) -> Slots | None:
    together = a.r.has("agg", "relation") or (a.r.has("on_days") and a.r.has("more"))
    return {"agg": Agg.RELATION} if together and len(a.metrics) > 1 and a.condition is None else None


def _range(a: Asked) -> Slots | None:
    if not a.r.has("agg", "out_of_range"):
        return None
    last = a.r.has("agg", "latest") or any(t.text in _LAST_REPORT for t in a.r.said)
    return {"agg": Agg.OUT_OF_RANGE, "which": a.r.has("which"), "yes_no": a.yes_no, "current": last}


def _coverage(a: Asked) -> Slots | None:
    days = any(a.r.has(slot) for slot in ("many", "which", "unit_noun", "on_days"))
    gaps = [a.r.text(h.first, h.last).casefold() for h in a.r.slot("agg") if h.value == "coverage"]
    said = [gap for gap in gaps if days or gap not in ("without", "sans")]
    return {"agg": Agg.COVERAGE, "which": a.r.has("which") or not a.r.has("many")} if said else None


def _streak(a: Asked) -> Slots | None:
    if not a.r.has("agg", "streak"):
        return None
    return {"agg": Agg.STREAK, "current": a.r.has("flag", "current"), "condition": a.condition or Condition(">", 0.0)}


def _share(a: Asked) -> Slots | None:
    return {"agg": Agg.SHARE} if a.r.has("agg", "share") and a.condition else None


def _conditioned(a: Asked) -> Slots | None:
    """A threshold on the metric asked: how many days, which days, how often, the last time, any."""
    if a.condition is None:
        return None
    if a.condition.metric:
        adds = a.metric.kind == "cumulative" and not a.r.has("agg") and not a.r.has("sup")
        return {"agg": Agg.MEAN} if adds else None
    if a.r.has("agg", "first", "latest") and not a.number:
        return {"agg": Agg.LATEST if a.r.has("agg", "latest") else Agg.FIRST, "when": True}
    if a.r.has("agg", "mean", "median", "sum") and not a.r.has("many"):
        return {"agg": DIRECT[next(v for v in a.r.values("agg") if v in ("mean", "median", "sum"))]}
    if _counts(a):
        return {"agg": Agg.COUNT}
    which = a.r.has("which") or (a.r.has("flag", "when") and not a.r.has("many")) or a.r.has("agg", "list")
    slots: Slots = {"agg": Agg.DAYS_WHERE, "which": which, "yes_no": a.yes_no}
    group = a.r.first("group") or a.r.first("per")
    return {**slots, "group": group} if group in ("week", "month", "year", "weekday") else slots


def _counts(a: Asked) -> bool:
    """How many runs over 10 km, how often above 150: sessions and samples are counted, days otherwise."""
    if a.r.has("many") or a.r.has("which"):
        return False
    often = a.r.has("agg", "count")
    return (often and a.metric.kind in ("discrete", "lab", "event", "pair")) or (a.sessions and not a.yes_no and not a.r.has("agg", "list"))


def _order(a: Asked) -> str | None:
    """The side of an extreme that is asked, by words like highest or worst; None without one."""
    small = a.metric.key in SMALL_IS_BEST
    for value in (*a.r.values("sup"), *a.r.values("agg")):
        if value in ("late", "early") and a.metric.unit != "clock":
            continue  # "the latest one" is the last, not the highest
        if value in (*HIGH, "max"):
            return "desc"
        if value in (*LOW, "min"):
            return "asc"
        if value in ("best", "worst"):
            return "asc" if (value == "best") == small else "desc"
        if value in ("fast", "slow"):
            return "asc" if (value == "fast") == (a.metric.key == "pace") else "desc"
    return None


def _unit(a: Asked) -> tuple[str, bool]:
    """The unit that is ranked, and whether it was asked for ("which week", "my best day") or only named ("in a week")."""
    which = next((v for v in a.r.values("which") if v != "one"), "")
    if which:
        return which, True
    if a.r.has("on_days"):
        return a.r.first("on_days"), True
    nouns, sups = a.r.slot("unit_noun"), a.r.slot("sup")
    for noun in nouns:
        if a.r.said[noun.first].text in ("in", "en", "dans", "sur"):
            continue
        beside = [s.value for s in sups if noun.last == s.first or _only_metric(a, s.last, noun.first)]
        if beside and beside[0] not in ("long", "short"):
            return noun.value, True
    return next((n.value for n in nouns if a.r.said[n.first].text in ("in", "en")), ""), False


def _and_which_day(a: Asked) -> bool:
    """ "What was my lowest count, and on which day?" asks the figure first."""
    which, sups = a.r.slot("which"), [*a.r.slot("sup"), *(h for h in a.r.slot("agg") if h.value in ("min", "max"))]
    if not which or not sups or a.number or which[0].first < sups[0].first:
        return False
    return a.r.said[which[0].first - 1].text in ("and", "et")


def _only_metric(a: Asked, first: int, last: int) -> bool:
    """Whether nothing but a metric stands between two places: "best day", "best step day"."""
    inside = {i for h in a.r.slot("metric") for i in range(h.first, h.last)}
    return first <= last <= first + 3 and set(range(first, last)) <= inside


def _ranked(a: Asked) -> Slots | None:
    order = _order(a)
    if order is None or (a.yes_no and a.kind == "since" and _comparative(a)):
        return None
    if a.yes_no and a.r.has("sup", "best", "worst"):
        return None
    if _and_which_day(a):
        return {"agg": Agg.MAX if order == "desc" else Agg.MIN}
    unit, asked = _unit(a)
    group = unit if unit in CALENDAR else "none"
    number = a.number or 1
    asked = asked or a.r.has("which") or (a.r.has("unit_noun") and a.number is not None and bool({t.text for t in a.r.said[:6]} & WHICH))
    best_pace = a.metric.key == "pace" and a.r.has("sup", "best")
    sessions = a.sessions and a.r.has("sup") and a.metric.key not in ("workout", "workout_heart_rate") and not best_pace
    if asked or a.number or group != "none" or sessions:
        return {"agg": Agg.RANK, "order": order, "count": number, "group": group, "which": asked, "when": _when(a)}
    return {"agg": Agg.MAX if order == "desc" else Agg.MIN, "when": _when(a) or a.r.has("agg", "typical_time")}


def _when(a: Asked) -> bool:
    """Whether the moment is the answer; "how high, and when?" asks the figure first, and its date is told beside it."""
    said = [h.first for h in a.r.slot("flag") if h.value == "when"]
    return bool(said) and a.r.said[said[0] - 1 if said[0] else 0].text not in ("and", "et")


def _clock(a: Asked) -> Slots | None:
    if a.metric.unit != "clock" or a.r.has("agg", "mean", "median", "sd", "trend", "change", "list", "exists"):
        return None
    return {"agg": Agg.TYPICAL_TIME}


def _changed(a: Asked) -> Slots | None:
    if a.yes_no and a.kind == "since" and (a.r.has("more") or _comparative(a)) and a.metric.kind != "lab" and not a.r.has("compare"):
        return {"agg": Agg.TREND, "yes_no": True}  # "is it lower since May?" has one side only: the way it went
    lost = a.r.has("weak", "weight")
    words = lost or a.r.has("agg", "trend", "change")
    how_much = any(t.text in ("much", "many", "combien") for t in a.r.said) and not a.r.has("flag", "long")
    if lost or a.r.has("agg", "change") or (a.r.has("agg", "trend") and how_much):
        return {"agg": Agg.CHANGE} if words and not (a.yes_no and not how_much) else {"agg": Agg.TREND, "yes_no": a.yes_no}
    if a.r.has("agg", "trend") and not a.r.has("compare"):
        return {"agg": Agg.TREND, "yes_no": a.yes_no}
    return None


def _comparative(a: Asked) -> bool:
    """French says "plus basse" for lower and "la plus basse" for lowest: the article tells."""
    sups = [h for h in a.r.slot("sup") if a.r.lang == "fr" and h.value in (*HIGH, *LOW)]
    return bool(sups) and sups[0].first > 0 and a.r.said[sups[0].first].text == "plus" and a.r.said[sups[0].first - 1].text not in ARTICLES


def _quantile(a: Asked) -> Slots | None:
    """The 90th percentile, p90, 90e centile."""
    for i, token in enumerate(a.r.said):
        if token.text[:1] == "p" and token.text[1:].isdigit():
            return {"agg": Agg.QUANTILE, "quantile": int(token.text[1:]) / 100}
        if token.text in ("percentile", "centile", "percentiles", "centiles"):
            near = [t.number for t in (a.r.said[i - 1], *a.r.said[i + 1 : i + 2]) if t.number is not None]
            return {"agg": Agg.QUANTILE, "quantile": near[0] / 100} if near else None
        if token.text in ("quartile", "decile") and i and a.r.said[i - 1].text in QUARTILES:
            return {"agg": Agg.QUANTILE, "quantile": QUARTILES[a.r.said[i - 1].text]}
    return None


QUARTILES = {"first": 0.25, "lower": 0.25, "premier": 0.25, "third": 0.75, "upper": 0.75, "troisieme": 0.75}


def _stated(a: Asked) -> Slots | None:
    """A statistic said in a word: mean, total, count, ... ; a number before "last" asks for a list."""
    named = {t.text for h in a.r.slot("metric") for t in a.r.said[h.first : h.last]}
    for value in ("sd", "median", "mean", "sum"):
        if a.r.has("agg", value) or (value == "sum" and a.metric.kind == "nightly" and named & {"total", "totale"}):
            return _per(a, DIRECT[value])
    if a.r.has("agg", "first") and a.r.has("sup", "late") and a.metric.kind == "lab":
        return {"agg": Agg.LIST}  # "between my first test and the latest one": the whole history tells it
    for value in ("latest", "first"):
        if a.r.has("agg", value) and not a.has_period:
            if a.number and a.number > 1:
                return {"agg": Agg.LIST, "count": a.number}
            return {"agg": Agg.LATEST if value == "latest" else Agg.FIRST, "when": a.r.has("flag", "when")}
    if a.r.has("agg", "count") or _how_many_readings(a):
        return _per(a, Agg.COUNT)
    return None


def _how_many_readings(a: Asked) -> bool:
    """ "How many blood pressure readings", "how many naps" counts them."""
    words = {t.text for t in a.r.said}
    if a.metric.key == "nap" and words & {"many", "combien", "nombre"} and not words & {"long", "temps", "heures", "minutes"}:
        return True
    return bool(words & {"many", "combien", "nombre"}) and bool(words & READINGS) and a.metric.kind not in ("cumulative", "nightly")


READINGS = frozenset({"readings", "measurements", "tests", "results", "values", "mesures", "releves", "dosages", "resultats", "analyses"})


def _days_of(a: Asked) -> Slots | None:
    """Days without a threshold: days with a workout, days with data."""
    if not (a.r.has("many") or (a.r.has("which") and a.sessions)):
        return None
    if a.r.has("flag", "goal"):
        return None
    if a.metric.key == "workout":
        return {"agg": Agg.DAYS_WHERE, "condition": Condition(">", 0.0), "which": a.r.has("which")}
    return {"agg": Agg.COUNT} if a.r.has("many") else None


def _listed(a: Asked) -> Slots | None:
    single = a.metric.kind in ("lab", "event", "category", "pair", "daily_last")
    if a.r.has("agg", "exists"):
        return {"agg": Agg.EXISTS, "yes_no": True}
    if a.r.has("agg", "list") and not a.r.has("per") and not a.r.has("group"):
        return {"agg": Agg.LIST} if single or a.metric.kind != "cumulative" else None
    if a.r.has("flag", "show") and single and a.has_period:
        return {"agg": Agg.LIST}
    if a.r.has("flag", "when") and a.metric.unit != "clock":
        return {"agg": Agg.LATEST, "when": True}
    return None


def _usual(a: Asked) -> Slots | None:
    return _per(a, Agg.MEDIAN) if a.r.has("flag", "usual") else None


def _default(a: Asked) -> Slots:
    slots = _per(a, Agg(a.metric.default_agg))
    if (
        a.days >= LONG
        and {t.text for t in a.r.said[:6]} & {"how", "comment"}
        and a.metric.kind in ("discrete", "daily_last")
        and len(slots) == 1
    ):
        slots["agg"] = Agg.TREND
    if slots["agg"] == Agg.LATEST and a.days > 1 and a.metric.kind != "lab" and not a.r.has("flag", "when"):
        slots["agg"] = Agg.TREND if a.days >= LONG and a.kind in ("rolling", "since") else Agg.MEAN
    if a.yes_no and a.metric.kind in ("lab", "event", "category"):
        return {**slots, "agg": Agg.COUNT if a.metric.kind == "event" and a.has_period else Agg.EXISTS, "yes_no": True}
    return slots


def _per(a: Asked, agg: Agg) -> Slots:
    """The statistic with "per week" or "by month": a mean of calendar periods, or one figure for each of them."""
    group, per = a.r.first("group"), a.r.first("per") or _in_a(a)
    if group:
        return {"agg": _grouped(agg, a), "group": group}
    if per in ("week", "month", "year"):
        adds = a.metric.kind in ("cumulative", "event") and agg in (Agg.TOTAL, Agg.COUNT, Agg.MEAN, Agg.MEDIAN)
        habit = agg in (Agg.MEAN, Agg.COUNT, Agg.MEDIAN) or _how_many(a)
        if adds and habit and not a.r.has("agg", "list"):
            return {"agg": Agg.COUNT if a.metric.key == "workout" else Agg.MEAN, "per": per}
        return {"agg": _grouped(agg, a), "group": per}
    if per == "day":
        return {"agg": Agg.COUNT, "per": "day"} if agg == Agg.COUNT else {"agg": Agg.MEAN if agg in (Agg.TOTAL, Agg.LATEST) else agg}
    if per == "hour":
        return {"agg": _grouped(agg, a), "group": "hour"}
    return {"agg": agg}


def _in_a(a: Asked) -> str:
    """The day of "how many steps in a day", when no extreme is asked."""
    if any(t.text in ("daily", "quotidien", "quotidiens") for h in a.r.slot("metric") for t in a.r.said[h.first : h.last]):
        return "day"
    nouns = [h.value for h in a.r.slot("unit_noun") if h.last - h.first > 1]
    return nouns[0] if nouns and not a.r.has("sup") else ""


def _how_many(a: Asked) -> bool:
    return any(t.text in ("many", "much", "combien", "often", "far", "long") for t in a.r.said)


def _grouped(agg: Agg, a: Asked) -> Agg:
    """One figure for each group; "latest" means nothing there, and hours and weekdays are averaged."""
    averaged = a.r.first("group") in ("weekday", "hour") and not a.r.has("agg", "sum")
    return Agg.MEAN if agg == Agg.LATEST or (agg == Agg.TOTAL and averaged) else agg


Rule = Callable[[Asked], Slots | None]
RULES: tuple[Rule, ...] = (
    _relation, _range, _coverage, _streak, _share, _quantile, _conditioned, _ranked, _clock, _changed, _stated, _days_of, _listed,
    _usual,
)  # fmt: skip
