"""From a question to an Answer: safety first, then the plan, its figures, its words, and safety once more. Everything by code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from carnet.assistant.computing import tools
from carnet.assistant.outcome import Headline
from carnet.assistant.plan import NotUnderstood, Plan
from carnet.assistant.understanding.parser import parse
from carnet.assistant.understanding.text import language
from carnet.assistant.words import composer, wording
from carnet.consent import NotGranted
from carnet.insights.finding import Finding
from carnet.record.catalog import catalog
from carnet.record.view import Person, RecordView
from carnet.safety import Assessment, Profile, assess, boundary

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply. Numbers come from `findings` only; `level` and the flags come from the safety floor and nothing lowers them.

    refused: no_consent | locked | None. asks: choices or closed questions, at most three.
    """

    text: str
    lang: str
    assessment: Assessment
    understood: str = ""
    headline: Headline | None = None
    findings: tuple[Finding, ...] = ()
    links: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    choices: tuple[Plan, ...] = ()  # what the first asks stand for, same order, where they are plans
    refused: str | None = None
    care: tuple[str, ...] = ()  # the first lines of the text, where they say when to be seen
    category: str = ""
    plan: Plan | None = None

    def urgent(self) -> bool:
        """Whether words of an emergency or a crisis come before anything else."""
        return self.assessment.level == "emergency" or self.assessment.crisis

    def pressing(self) -> bool:
        """Whether the words call for care at all: then they are answered even where the record cannot be read."""
        return bool(self.assessment.rules)


def first(turns: Sequence[str], lang: str | None, person: Person) -> Assessment:
    """The safety floor over the user's turns, before anything is read. It needs neither vault nor consent."""
    return assess(turns, Profile(country=person.country), lang)


def answer(
    turns: Sequence[str], view: RecordView, now: datetime, lang: str | None = None, asof: str | None = None, previous: Plan | None = None,
    told: Told | None = None, chosen: Plan | None = None,
) -> Answer:  # fmt: skip
    """The Answer to the last turn. Earlier turns count for the safety floor and for follow-ups.

    chosen: the Plan of a choice that was offered, instead of parsing its words.
    told: hears the line of what was understood before anything is computed.
    """
    lang = lang or language(turns[-1]) or view.person.language
    assessed = first(turns, lang, view.person)
    plan = previous
    parsed: Plan | NotUnderstood = NotUnderstood("no_metric")
    held = frozenset(h.metric for h in view.holdings())
    for turn in turns if previous is None else turns[-1:]:
        read = partial(parse, lang=lang, now=now, person=view.person, held=held, previous=plan)
        parsed = _last_clause(turn, read) if assessed.rules else read(turn)
        plan = parsed if isinstance(parsed, Plan) else plan
    parsed = chosen or parsed
    if told and isinstance(parsed, Plan):
        told(wording.understood(parsed, lang, now, catalog()))
    alert = first(turns[-1:], lang, view.person)
    if alert.rules and isinstance(parsed, Plan) and all(m.startswith("symptom_") for m in parsed.metrics):
        parsed = NotUnderstood("no_metric")  # words about what is felt now are no question about what was written down
    replied = _cared(_reply(parsed, view, now, lang, asof, assessed), alert)
    problems = boundary.check(replied.text, assessed.level)
    if problems:
        raise RuntimeError(f"an answer broke the boundary: {', '.join(problems)}")
    return replied


def _cared(reply: Answer, alert: Assessment) -> Answer:
    """The Answer with what the last words call for in front of any figure or refusal; an emergency has its band for that."""
    if reply.assessment.banner or not alert.rules:
        return reply
    said = reply.text if reply.text.startswith("\n".join(alert.reasons)) else "\n".join([*alert.reasons, reply.text]).strip()
    return replace(reply, text=said, care=alert.reasons)


def _reply(parsed: Plan | NotUnderstood, view: RecordView, now: datetime, lang: str, asof: str | None, assessed: Assessment) -> Answer:
    if isinstance(parsed, NotUnderstood):
        if assessed.rules:  # words about health that were understood: what they mean comes first, not what was not understood
            return Answer("" if assessed.banner else "\n".join(assessed.reasons), lang, assessed, asks=assessed.questions)
        text, asks = composer.ask_back(parsed, lang, now, view.person)
        offered = tuple(parsed.choices[: len(asks) - 1]) if asks else ()
        same = len(offered) == len(asks) - 1  # two plans that read the same are one choice: then its words decide
        return Answer(text, lang, assessed, asks=asks, choices=offered if same else ())
    understood = wording.understood(parsed, lang, now, catalog())
    try:
        outcome = tools.run(parsed, view, now)
    except NotGranted as refusal:
        text = composer.not_granted(refusal.category, refusal.services, lang)
        return Answer(
            text, lang, assessed, understood, asks=assessed.questions, refused="no_consent", category=refusal.category, plan=parsed
        )
    cited = tuple(replace(f, selection=replace(f.selection, asof=asof)) for f in outcome.findings)
    outcome = replace(outcome, findings=cited)
    return Answer(
        composer.compose(outcome, lang, now, view.person),
        lang,
        assessed,
        understood,
        outcome.headline,
        cited,
        tuple(f.selection.link() for f in cited),
        assessed.questions,
        plan=parsed,
    )


def _last_clause(turn: str, read: Callable[[str], Plan | NotUnderstood]) -> Plan | NotUnderstood:
    """The question about the record inside a message about symptoms ("..., by the way what was my weight?"), or what is missing."""
    clauses = [c for c in re.split(r"[.?!;,\n]+", turn) if c.strip()]
    return next((plan for plan in map(read, reversed(clauses)) if isinstance(plan, Plan)), NotUnderstood("no_metric"))


def as_json(reply: Answer, ident: str | None = None) -> dict[str, Any]:
    """The Answer in the shape of the command line's contract."""
    head = reply.headline
    used: dict[tuple[str, str], list[Finding]] = {}
    for finding in reply.findings:
        for service in finding.services:
            key = (service, catalog().get(finding.metric).category)
            used.setdefault(key, []).append(finding)
    return {
        **({"id": ident} if ident is not None else {}),
        "text": reply.text, "lang": reply.lang, "level": str(reply.assessment.level), "crisis": reply.assessment.crisis,
        "medication": reply.assessment.medication, "poison": reply.assessment.poison, "banner": reply.assessment.banner,
        "understood": reply.understood,
        "headline": None if head is None else {
            "value": head.value, "unit": head.unit, "metric": head.metric, "start": head.start, "end": head.end, "date": head.date},
        "findings": [_finding(f, i) for i, f in enumerate(reply.findings, 1)],
        "citations": [
            {"finding": f"f{i}", "observations": f.n, "link": link}
            for i, (f, link) in enumerate(zip(reply.findings, reply.links, strict=True), 1)],
        "used": [{"service": s, "category": c, "count": _rows(n)} for (s, c), n in sorted(used.items())],
        "categories": sorted({catalog().get(m).category for m in reply.plan.metrics}) if reply.plan else [],
        "care": list(reply.care), "asks": list(reply.asks), "refused": reply.refused, "model": "composer",
    }  # fmt: skip


def _rows(findings: Sequence[Finding]) -> int:
    """How many rows these figures were made from: the first one's, where the others are parts of it; else all of them together."""
    each = list({f.selection: f for f in findings}.values())
    first, rest = each[0], each[1:]
    inside = all(first.start <= f.start and f.end <= first.end for f in rest)
    total = sum(f.n for f in rest)
    return first.n if inside and first.n >= total else first.n + total


def _finding(finding: Finding, number: int) -> dict[str, Any]:
    covered = finding.coverage
    return {
        "id": f"f{number}", "metric": finding.metric, "value": finding.value, "unit": finding.unit, "n": finding.n,
        "start": finding.start, "end": finding.end, "date": finding.date, "label": finding.label,
        "coverage": {"days": covered.days, "with_data": covered.with_data} if covered else None,
        "sources": list(finding.sources), "method": finding.method, "notes": list(finding.notes),
    }  # fmt: skip
