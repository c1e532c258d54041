"""An Outcome in words. Every number comes from a Finding and every verdict from a rule; nothing here counts or judges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.outcome import Outcome
from carnet.assistant.plan import Agg, NotUnderstood
from carnet.assistant.words import lines, remarks
from carnet.assistant.words.direct import lead, phrase
from carnet.assistant.words.formats import Voice, day, is_day, listing, moment, number, voice, when
from carnet.assistant.words.sentences import capital, has, say
from carnet.assistant.words.wording import asked, computed, name, service, understood
from carnet.record.catalog import catalog
from carnet.record.view import Person

_DATED = (Agg.MIN, Agg.MAX, Agg.LATEST, Agg.FIRST)
CHOICES = 3


def compose(outcome: Outcome, lang: str, now: datetime, person: Person) -> str:
    """The answer as a person reads it: figure, evidence, verdict, limits; or what is missing. One part a line."""
    v = voice(lang, now, person)
    if outcome.missing or not outcome.findings:
        return _missing(outcome, v)
    parts = [*_direct(outcome, v), remarks.evidence(outcome, v), remarks.verdict(outcome, v), remarks.limits(outcome, v)]
    return "\n".join(filter(None, parts))


def _direct(outcome: Outcome, v: Voice) -> list[str]:
    plan = outcome.plan
    if plan.comparison:
        return lines.comparison(outcome, v)
    if plan.agg == Agg.RANK:
        return lines.ranked(outcome, v)
    if plan.group != "none":
        return lines.table(outcome, v)
    shapes = {Agg.LIST: lines.history, Agg.OUT_OF_RANGE: lines.out_of_range, Agg.RELATION: _relation}
    if plan.agg in shapes:
        return shapes[plan.agg](outcome, v)
    if isinstance(lines.said(outcome, 0, v).value, tuple) and (plan.agg in (Agg.DAYS_WHERE, Agg.COVERAGE)):
        return lines.which_days(outcome, v)
    if len(plan.metrics) > 1:
        return [lead(lines.said(outcome, i, v)) for i in range(len(outcome.findings))]
    first = lines.dated(outcome, v) if plan.agg in _DATED else [lead(lines.said(outcome, 0, v))]
    return [*first, *lines.values_behind(outcome, v)]


def _relation(outcome: Outcome, v: Voice) -> list[str]:
    names = listing([name(catalog().get(key), v.lang) for key in outcome.plan.metrics], v.lang)
    return [say(v.lang, "lead.named", metric=capital(names), figure=phrase(lines.said(outcome, 0, v)))]


def _day_of(ms: int, v: Voice) -> str:
    local = datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(v.person.home_zone))
    return day(local.date(), v.lang, v.today)


def _missing(outcome: Outcome, v: Voice) -> str:
    """Why there is no figure. Never 0."""
    plan, lang = outcome.plan, v.lang
    metric = asked(plan, catalog())
    named = capital(name(metric, lang))
    slots: dict[str, Any] = {
        "metric": named, "have": number(outcome.have, lang), "need": number(outcome.need, lang),
        "when": when(plan.period.window, plan.period.kind, lang, v.today), "agg": computed(plan, lang, catalog()),
    }  # fmt: skip
    if outcome.missing == "not_granted":
        return not_granted(metric.category, (), lang)
    if outcome.missing == "no_data" and plan.comparison:
        return say(lang, "missing.side", **slots)
    if outcome.missing == "no_data":
        return " ".join(filter(None, (say(lang, "missing.no_data", **slots), _nearest(outcome, v))))
    code = outcome.missing
    if code == "too_few":
        code = "one_value" if outcome.have == 1 and outcome.need <= 2 else f"too_few{'.days' if metric.kind != 'lab' else ''}"
    if not has(lang, f"missing.{code}"):
        code = "other"
    text = say(lang, f"missing.{code}", **slots)
    return f"{text}\n{say(lang, f'missing.{code}.next')}" if has(lang, f"missing.{code}.next") else text


def _nearest(outcome: Outcome, v: Voice) -> str:
    if outcome.nearest and is_day(outcome.nearest):
        return say(v.lang, "missing.nearest", day=moment(outcome.nearest[:10], v.lang, v.today))
    held = outcome.held
    if held is None or not held.n:
        return ""
    first, last = _day_of(held.first, v), _day_of(held.last, v)
    return say(v.lang, "missing.held", count=held.n, n=number(held.n, v.lang), first=first, last=last)


def ask_back(parsed: NotUnderstood, lang: str, now: datetime, person: Person) -> tuple[str, tuple[str, ...]]:
    """What was not understood, and the choices: at most three plans (or measures) as lines, then "something else"."""
    v = voice(lang, now, person)
    plans = [understood(plan, lang, v.now, catalog()) for plan in parsed.choices[:CHOICES]]
    names = [capital(name(catalog().get(key), lang)) for key in parsed.metrics[:CHOICES]]
    choices = list(dict.fromkeys(plans or (names if parsed.reason in ("ambiguous", "no_metric") else [])))
    opening = _opening(parsed, len(choices), v)
    if not choices:
        return opening, ()
    asks = (*choices, say(lang, "ask.else"))
    return "\n".join([opening, *(say(lang, "ask.choice", choice=choice) for choice in asks)]), asks


def other_choice(lang: str) -> str:
    """The last of the choices: something else."""
    return say(lang, "ask.else")


def _opening(parsed: NotUnderstood, choices: int, v: Voice) -> str:
    lang, reason = v.lang, parsed.reason
    if reason == "ambiguous" and parsed.word and choices > 1:
        return say(lang, "ask.ambiguous", word=parsed.word)
    if reason in ("ambiguous", "no_metric") and choices:
        return say(lang, "ask.one" if choices == 1 else "ask.choose", n=number(choices, lang))
    if reason == "unknown_word" and choices:
        return say(lang, "ask.unknown_word.choice", word=parsed.word)
    key = f"ask.{reason}" if has(lang, f"ask.{reason}") else "ask.other"
    if parsed.word and has(lang, f"{key}.word"):
        key = f"{key}.word"
    elif parsed.metrics and has(lang, f"{key}.metric"):
        key = f"{key}.metric"
    metric = capital(name(catalog().get(parsed.metrics[0]), lang)) if parsed.metrics else ""
    text = say(lang, key, word=parsed.word, metric=metric)
    if reason != "no_metric" or choices:
        return text
    return f"{text} {say(lang, 'ask.example')}\n{say(lang, 'ask.symptoms')}"


def not_granted(category: str, services: Sequence[str], lang: str) -> str:
    """That this may not be looked at, and the command that would allow it."""
    if not category:
        parts = [say(lang, "refused.nothing"), say(lang, "refused.allow"), say(lang, "refused.command.all")]
        return "\n".join(parts)
    words = say(lang, f"category.{category}") if has(lang, f"category.{category}") else category
    titles = listing([service(s, lang) for s in services], lang)
    opening = say(lang, "refused.services" if services else "refused.category", category=words, services=titles)
    commands = [say(lang, "refused.command", service=s, category=category) for s in services]
    commands = commands or [say(lang, "refused.command.any", category=category)]
    return "\n".join([opening, say(lang, "refused.allow"), *commands])


def locked(lang: str) -> str:
    """That the vault is locked, and how to open it."""
    return say(lang, "locked")
