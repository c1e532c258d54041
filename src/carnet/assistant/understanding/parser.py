"""From a question to a Plan: metric x aggregation x period x filter x grouping x comparison. It never guesses in silence.

A question of which one content word stays unexplained is not answered as a neighbouring question: it is asked back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from carnet.assistant.plan import Agg, Comparison, Condition, NotUnderstood, Period, Plan
from carnet.assistant.understanding import followup
from carnet.assistant.understanding.quantities import canonical
from carnet.assistant.understanding.reading import Reading, read
from carnet.assistant.understanding.statistic import Asked, Slots, decide
from carnet.assistant.understanding.subject import Subject, subject
from carnet.assistant.understanding.text import language
from carnet.assistant.understanding.thresholds import condition_of, number, threshold_text, used
from carnet.assistant.understanding.timing import Sides, Timing, comparison, default_period, timing
from carnet.record.catalog import Metric, catalog
from carnet.record.selection import Filters
from carnet.record.view import Person

CHOICES = 3
FIGURES = {
    "high": Agg.MAX, "max": Agg.MAX, "low": Agg.MIN, "min": Agg.MIN, "mean": Agg.MEAN, "median": Agg.MEDIAN, "sum": Agg.TOTAL, "sd": Agg.SD,
}  # fmt: skip
UNIT_WORDS = {
    "miles": "[mi_i]", "kilometres": "km", "kilometers": "km", "km": "km", "hours": "h", "heures": "h", "minutes": "min", "metres": "m",
}  # fmt: skip
EXTREMES = (Agg.MIN, Agg.MAX, Agg.RANK)
ANSWERED = (Agg.DAYS_WHERE, Agg.EXISTS, Agg.TREND, Agg.RELATION, Agg.COUNT)
NO_ACTIVITY = ("nightly", "daily_last", "lab", "pair")  # nothing of theirs happens during a workout
ADDABLE = ("cumulative", "nightly", "event", "category")
YES_NO = {
    "en": {"did", "do", "does", "is", "are", "was", "were", "have", "has", "had", "am"},
    "fr": {"est", "ai", "suis", "a", "ont", "etait", "avais"},
}
ASKING = {"what", "which", "how", "combien", "quel", "quelle", "quels", "quelles", "comment"}


def parse(
    text: str, *, lang: str | None, now: datetime, person: Person, held: Collection[str], previous: Plan | None = None
) -> Plan | NotUnderstood:
    """The Plan of a question, or why there is none with at most three complete Plans to choose from.

    now: aware. held: metrics in the record, which decide between several a word could mean. previous: the Plan a follow-up changes.
    """
    lang = lang or language(text) or person.language
    lang = lang if lang in ("en", "fr") else "en"
    r = read(text, lang, now, person)
    today = now.astimezone(ZoneInfo(person.home_zone)).date()
    refused = _refused(r)
    if refused is not None:
        return refused
    about = subject(r, held)
    if previous is not None and followup.follows(r, about):
        return followup.change(r, about, previous, today, person)
    if about.problem:
        return NotUnderstood(about.problem, word=about.word)
    if about.could_be:
        return _ambiguous(r, about, today, person)
    if _definition(r, about):
        return NotUnderstood("out_of_scope", word=_word(r, "flag"), metrics=about.metrics)
    if not about.metrics:
        return _labs(r, today, person, held) or _nothing(r)
    plan = _plan(r, about, today, person)
    under = isinstance(plan, Plan) and plan.condition is not None and plan.condition.op in ("<", "<=")  # "did not reach" is read as below
    if isinstance(plan, Plan) and _denied(r) and plan.agg != Agg.COVERAGE and not under:
        return NotUnderstood("unknown_word", word=_denied(r), metrics=plan.metrics)
    return _sure(r, plan) if isinstance(plan, Plan) else plan


def _refused(r: Reading) -> NotUnderstood | None:
    """Questions that are none of ours: advice, causes, forecasts, dates to come, dates nobody can know."""
    if r.has("out", "advice", "why"):
        return NotUnderstood("out_of_scope", word=_word(r, "out"))
    if r.has("out", "unsupported"):
        return NotUnderstood("not_defined", word=_word(r, "out"))
    if r.has("flag", "explain"):
        return NotUnderstood("out_of_scope", word=_word(r, "flag"), metrics=tuple(k for h in r.slot("metric") for k in h.keys[:1]))
    if r.has("out", "future"):
        return NotUnderstood("future", word=_word(r, "out"))
    for span in r.spans:
        if span.problem:
            return NotUnderstood(span.problem, word=r.text(span.first, span.last))
    return None


def _denied(r: Reading) -> str:
    """The word that denies ("days I did not run"), when nothing else was read in it: such a question may not get its opposite."""
    texts = [t.text for t in r.said]
    read_in = {i for h in r.hits if h.slot not in ("stop", "metric") for i in h.places}
    for i, word in enumerate(texts):
        if word in ("not", "didnt", "dont", "wasnt", "havent") and i not in read_in:
            return word
        if r.lang == "fr" and word in ("n", "ne") and "pas" in texts[i + 1 : i + 6] and i not in read_in:
            return "ne ... pas"
    return ""


def _definition(r: Reading, about: Subject) -> bool:
    """Whether a bare "what is LDL?" asks what the word means: nothing in it speaks of the person's own record."""
    own = r.has("flag", "my") or any(r.has(s) for s in ("agg", "sup", "which", "per", "group", "compare", "more", "unit_noun"))
    return r.has("flag", "what_is") and not own and not r.spans and not r.amounts and len(about.metrics) == 1


def _word(r: Reading, slot: str) -> str:
    hit = r.slot(slot)[0]
    return r.text(hit.first, hit.last)


def _nothing(r: Reading) -> NotUnderstood:
    """No metric at all: a question about the record with an unknown word, or none about the record."""
    ours = r.has("flag", "my") or bool(r.spans) or r.has("agg")
    if ours and (r.unknown or r.has("agg") or r.spans):
        return NotUnderstood("no_metric", word=r.unknown[0] if r.unknown else "")
    return NotUnderstood("out_of_scope", word=r.unknown[0] if r.unknown else "")


def _labs(r: Reading, today: date, person: Person, held: Collection[str]) -> Plan | NotUnderstood | None:
    """Questions without a metric: every laboratory metric for "which of my results are out of range?", the watch's pulse for gaps."""
    if r.has("agg", "coverage") and r.has("source", "watch", "Apple Watch") and not r.unknown:
        return _plan(r, Subject(("heart_rate",), (0,), assumptions=("metric:heart_rate",)), today, person)
    if not r.has("agg", "out_of_range") or r.unknown:
        return None
    labs = tuple(key for key, metric in catalog().metrics.items() if metric.kind == "lab" and key in held)
    if not labs:
        return NotUnderstood("no_metric")
    return _plan(r, Subject(labs, (0,) * len(labs)), today, person)


def _ambiguous(r: Reading, about: Subject, today: date, person: Person) -> NotUnderstood:
    plans = [_plan(r, Subject((key,), (0,), about.activity), today, person) for key in about.could_be]
    choices = tuple(p for p in plans if isinstance(p, Plan))[:CHOICES]
    return NotUnderstood("ambiguous", () if r.unknown else choices, about.word, about.could_be[:CHOICES])


def _sure(r: Reading, plan: Plan) -> Plan | NotUnderstood:
    """The Plan when every content word is explained; else it is only offered as a choice, or not at all."""
    if not r.unknown:
        return plan
    return NotUnderstood("unknown_word", (plan,) if r.coverage >= 0.75 else (), r.unknown[0], plan.metrics)


def _plan(r: Reading, about: Subject, today: date, person: Person) -> Plan | NotUnderstood:
    metric = catalog()[about.metrics[0]]
    when = timing(r, metric, today)
    dates = tuple(p for s in r.spans for p in s.choices)
    condition, metrics, problem = condition_of(r, about, person)
    if problem is None and len(metrics) > 1 and not _listed_together(r, about):
        singles = [Subject((k,), (at,), about.activity) for k, at in zip(about.metrics, about.places, strict=True)]
        plans = [_plan(r, single, today, person) for single in singles]
        problem = NotUnderstood("two_questions", tuple(p for p in plans if isinstance(p, Plan))[:CHOICES], metrics=metrics)
    if problem is not None:
        return problem
    metric = catalog()[metrics[0]]
    span = (when.period.window.days, when.period.kind) if when.period else (0, "")
    asked = Asked(r, metric, metrics, condition, number(r, condition), is_yes_no(r), *span)
    both = _two_figures(r)
    if both:
        plans = [_assembled(r, about, asked, {"agg": agg}, when, today) for agg in both]
        return NotUnderstood("two_questions", tuple(p for p in plans if isinstance(p, Plan)), metrics=metrics)
    judged = _judged(r, metric)
    if isinstance(judged, NotUnderstood):
        return judged
    if condition is not None and r.has("many", "week", "month") and not r.has("many", "day", "night"):
        return NotUnderstood("not_defined", word=_word(r, "many"), metrics=metrics)  # whole weeks that meet a threshold are no figure
    if condition is not None and condition.metric and r.has("more") and is_yes_no(r):
        return _on_those_days(r, about, asked, when, today)
    slots = judged or _goal(r, asked, person) or decide(asked)
    plan = _assembled(r, about, asked, slots, when, today)
    loose = [q for q in r.amounts if isinstance(plan, Plan) and not used(r, q, plan)]
    if loose:
        return NotUnderstood("unknown_word", word=threshold_text(r, loose[0]), metrics=metrics)
    if isinstance(plan, Plan) and dates:
        return NotUnderstood("date_order", tuple(replace(plan, period=p) for p in dates)[:CHOICES], _slash(r))
    return plan


def _on_those_days(r: Reading, about: Subject, a: Asked, when: Timing, today: date) -> NotUnderstood:
    """ "Do I sleep longer on days with more than 10,000 steps?": the relation of the two, or the mean of those days."""
    together = replace(a, condition=None, metrics=(a.metric.key, a.condition.metric if a.condition else ""))
    plans = (_assembled(r, about, together, {"agg": Agg.RELATION}, when, today), _assembled(r, about, a, {"agg": Agg.MEAN}, when, today))
    return NotUnderstood("two_questions", tuple(replace(p, comparison=None) for p in plans if isinstance(p, Plan)), metrics=a.metrics)


def _two_figures(r: Reading) -> tuple[Agg, ...]:
    """The two statistics of "lowest and highest", "mean and median": each is a question of its own."""
    hits = sorted((*r.slot("sup"), *r.slot("agg")), key=lambda h: h.first)
    for one, two in pairwise(hits):
        between = {t.text for t in r.said[one.last : two.first]}
        kinds = tuple(FIGURES[h.value] for h in (one, two) if h.value in FIGURES)
        joined = between & {"and", "et", "&"} and between <= {"and", "et", "the", "le", "la", "my", "ma", "mon"}
        if joined and len(set(kinds)) == 2:
            return kinds
    return ()


def _listed_together(r: Reading, about: Subject) -> bool:
    """Whether several metrics are asked side by side: joined by "and", a comma, "versus"; or set in relation."""
    if r.has("agg", "relation") or r.has("on_days") or len(set(about.places)) < len(about.metrics):
        return True
    for one, two in pairwise(sorted(about.places)):
        typed = r.typed[r.said[one].start : r.said[two].end].casefold()
        if not (set(typed) & set(",&+") or set(typed.split()) & {"and", "et", "or", "ou", "vs", "versus", "with", "avec"}):
            return False
    return True


def _slash(r: Reading) -> str:
    return next((r.text(s.first, s.last) for s in r.spans if s.choices), "")


def _judged(r: Reading, metric: Metric) -> Slots | NotUnderstood | None:
    """ "Is my LDL too high?" is answered by the range on the report; no such verdict exists for anything else."""
    if not r.has("out", "judge") or r.has("compare") or r.has("on_days"):
        return None
    if metric.kind == "lab":
        return {"agg": Agg.OUT_OF_RANGE, "yes_no": True}
    return NotUnderstood("out_of_scope", word=_word(r, "out"), metrics=(metric.key,))


def _goal(r: Reading, a: Asked, person: Person) -> Slots | None:
    """The person's own goal as a threshold on days, or as the other side of one figure."""
    if not r.has("flag", "goal") or a.metric.key.endswith("_goal"):
        return None
    goal = dict(person.goals).get(a.metric.key)
    if goal is not None and (r.has("many") or r.has("which") or r.has("agg", "streak", "share", "count")):
        reached = Condition(">=", goal)
        return {**decide(replace(a, condition=reached)), "condition": reached}
    return {"agg": Agg.MEAN if a.metric.kind == "cumulative" and not a.has_period else Agg(a.metric.default_agg), "comparison": "goal"}


def is_yes_no(r: Reading) -> bool:
    """Whether the question wants a yes or a no: it opens with a verb, and no word asks for a figure."""
    texts = [t.text for t in r.said]
    opens = [t in YES_NO[r.lang] or (i + 1 < len(texts) and r.said[i + 1].joined) for i, t in enumerate(texts)]
    start = opens.index(True) if True in opens else None
    if start is None or start > 6 or set(texts) & ASKING or set(texts[:start]) & {"when", "quand"}:
        return False
    if r.lang == "fr":
        return texts[start : start + 3] == ["est", "ce", "que"] or texts[start : start + 3] == ["est", "ce", "qu"] or any(
            t.joined and t.text in ("je", "il", "elle", "t", "ils", "elles", "on") for t in r.said
        )  # fmt: skip
    return all(r.said[i].kind == "word" and texts[i] not in ("show", "list", "give", "compare") for i in range(start))


def _assembled(r: Reading, about: Subject, a: Asked, slots: Slots, when: Timing, today: date) -> Plan | NotUnderstood:
    """The Plan of what was read, its gaps filled with defaults, each of them listed."""
    fields = dict(slots)
    agg = _common(Agg(fields.pop("agg")), r, a)
    if agg == Agg.TOTAL and any(catalog()[k].kind not in ADDABLE for k in a.metrics):
        return _undefined(r, about, a, when, today)
    if _idle(r, agg, a):
        return NotUnderstood("not_defined", metrics=a.metrics)
    if about.activity and a.metric.kind in NO_ACTIVITY:
        return _apart(r, about, a, slots, when, today)
    period, versus, side, notes = _sides(r, a, agg, fields.pop("comparison", None) == "goal", when, today)
    period = period or when.period
    agg, notes = _compared(agg, period, versus, notes)
    if period is None:
        everything = (agg == Agg.RANK and a.sessions) or (agg == Agg.COUNT and r.has("agg", "exists")) or (agg in EXTREMES and _record(r))
        period, taken = default_period(a.metric, agg, everything, today, str(fields.get("group") or ""))
        notes = (*notes, *taken)
    filters = _narrowed(side or when.filters, r, about)
    if versus is not None and versus.other_filters is not None:
        versus = replace(versus, other_filters=_narrowed(versus.other_filters, r, about))
    fields.setdefault("condition", a.condition)
    answer = bool(fields.pop("yes_no", False)) or (a.yes_no and (versus is not None or agg in ANSWERED))
    return Plan(
        metrics=a.metrics, agg=agg, period=period, filters=filters, comparison=versus, unit=_unit(r, a.metric), yes_no=answer,
        lang=r.lang, assumptions=tuple(dict.fromkeys((*about.assumptions, *when.assumptions, *notes))), coverage=r.coverage, **fields,
    )  # fmt: skip


def _apart(r: Reading, about: Subject, a: Asked, slots: Slots, when: Timing, today: date) -> NotUnderstood:
    """ "Do I sleep less after running?": nights are not part of a run; the figure without it is offered."""
    plan = _assembled(r, replace(about, activity=None), a, slots, when, today)
    return NotUnderstood("not_defined", (plan,) if isinstance(plan, Plan) else (), metrics=a.metrics)


def _narrowed(filters: Filters, r: Reading, about: Subject) -> Filters:
    """The filters of time with those of activity, source and workouts."""
    return replace(filters, activity=about.activity, source=r.first("source") or None, outside_workouts=r.has("flag", "outside"))


def _common(agg: Agg, r: Reading, a: Asked) -> Agg:
    """One statistic for several metrics whose usual ones differ: the mean."""
    mixed = len({catalog()[k].default_agg for k in a.metrics}) > 1 and not r.has("agg")
    return Agg.MEAN if mixed and agg in (Agg.TOTAL, Agg.LATEST, Agg.COUNT) else agg


def _sides(r: Reading, a: Asked, agg: Agg, goal: bool, when: Timing, today: date) -> Sides:
    if goal:
        return None, followup.GOAL, None, ()
    changed = agg in (Agg.TREND, Agg.CHANGE) and when.ends is not None and r.has("agg", "mean")
    if agg in (Agg.RANK, Agg.RELATION, Agg.DAYS_WHERE, Agg.TREND, Agg.CHANGE) and not r.has("compare", "yes") and not changed:
        return None, None, None, ()
    return comparison(r, when, a.yes_no, today)


def _compared(agg: Agg, period: Period | None, versus: Comparison | None, notes: tuple[str, ...]) -> tuple[Agg, tuple[str, ...]]:
    """The statistic both sides of a comparison can share: daily averages where the sides are not equally long."""
    if versus is None or versus.kind == "goal":
        return agg, notes
    if agg in (Agg.LATEST, Agg.LIST, Agg.TREND, Agg.CHANGE):
        return Agg.MEAN, notes
    other = versus.other.window.days if versus.other else 0
    unequal = period is not None and versus.kind == "periods" and other != period.window.days
    if agg == Agg.TOTAL and (versus.kind in ("weekend", "weekdays") or unequal):
        return Agg.MEAN, (*notes, "daily_averages")
    return agg, notes


def _idle(r: Reading, agg: Agg, a: Asked) -> bool:
    """Whether a share or a relation was asked that the Plan would leave out."""
    if r.has("agg", "coverage") and agg != Agg.COVERAGE:
        return True
    share = r.has("agg", "share") and agg not in (Agg.SHARE, Agg.RELATION, Agg.STREAK) and a.metric.unit != "1"
    return share or (r.has("agg", "relation") and agg != Agg.RELATION)


def _record(r: Reading) -> bool:
    """Whether an extreme is one of all time: "my record", "the most in a single day"."""
    return any(t.text in ("record", "records", "pb", "pr") for t in r.said) or any(
        h.last - h.first > 1 and r.said[h.first].text in ("in", "en", "dans", "sur") for h in r.slot("unit_noun")
    )


def _undefined(r: Reading, about: Subject, a: Asked, when: Timing, today: date) -> NotUnderstood:
    """A total of a heart rate has no meaning: its mean, highest and lowest are offered."""
    plans = [_assembled(r, about, a, {"agg": agg}, when, today) for agg in (Agg.MEAN, Agg.MAX, Agg.MIN)]
    return NotUnderstood("not_defined", tuple(p for p in plans if isinstance(p, Plan)), metrics=a.metrics)


def _unit(r: Reading, metric: Metric) -> str | None:
    """The unit the person named for the answer, when it is one of the metric."""
    for hit in r.slot("unit"):
        if hit.value not in ("{count}", "d") and canonical(1.0, hit.value, metric, False) is not None and metric.unit != "clock":
            return hit.value
    for token in r.said:
        code = UNIT_WORDS.get(token.text)
        inside = any(a.first <= r.said.index(token) < a.last for a in r.amounts)
        if code and metric.unit != "clock" and not inside:
            return code if canonical(1.0, code, metric, False) is not None else None
    return None
