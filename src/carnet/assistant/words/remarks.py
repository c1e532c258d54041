"""What stands behind a figure and what limits it: evidence, the rules' verdicts, missing data, assumptions taken."""

from __future__ import annotations

from typing import Any

from carnet.assistant.outcome import Outcome
from carnet.assistant.plan import Agg, Period, Plan
from carnet.assistant.words.direct import codes
from carnet.assistant.words.formats import Voice, clock, is_day, listing, moment, number
from carnet.assistant.words.lines import SIDES, interval
from carnet.assistant.words.sentences import has, say
from carnet.assistant.words.wording import asked, computed, name, nightly, service
from carnet.insights.finding import Finding
from carnet.record.catalog import catalog

VERDICTS = (
    "flat", "too_few", *SIDES, "goal_reached", "goal_not_reached", "no_goal", "about_the_same", "few", "flag_differs", "old",
)  # fmt: skip
LIMITS = (
    "partial_today", "today_left_out", "periods", "part_periods", "few_days", "few_values", "one_value", "estimate", "censored",
    "censored_left_out", "text_results", "break", "not_compared", "unequal_length", "copies_left_out", "stages_unknown", "in_bed_only",
    "in_bed_unknown", "in_bed_from_stages", "naps", "unit_assumed", "factor_disputed", "daily_means", "logged", "ties",
    "correlation_scale", "not_cause", "traveller", "home_zone_assumed",
)  # fmt: skip
# told elsewhere: by the direct answer, the evidence, the printed range or the assumptions
SILENT = ("up", "down", "more", "less", "percent", "pairs", "range", "default_period", "default_agg", "daily_averages")
_WITHOUT_COVERAGE = (Agg.LATEST, Agg.FIRST, Agg.CHANGE, Agg.LIST, Agg.OUT_OF_RANGE, Agg.EXISTS, Agg.COVERAGE, Agg.RELATION)
_NEEDED_DAYS, _NEEDED_RESULTS = 14, 3  # safety.md: a trend is called one from so many distinct days or laboratory results on


def evidence(outcome: Outcome, v: Voice) -> str:
    """How many days have data, how many values were used, and from which devices or services."""
    findings, plan, lang = outcome.findings, outcome.plan, v.lang
    first = findings[0]
    words = []
    rows = plan.comparison or len(plan.metrics) > 1 or plan.agg in (Agg.LIST, Agg.RANK, Agg.OUT_OF_RANGE)
    whole = not (rows or (plan.group != "none" and first.label))
    over_days = (whole or plan.agg == Agg.RANK) and plan.agg not in _WITHOUT_COVERAGE
    if over_days and first.coverage and first.coverage.days > 1:
        words.append(_coverage(first, lang))
    if plan.agg == Agg.RELATION:
        known = codes(first).get("pairs", "")
        pairs = int(known) if known.isdecimal() else first.n
        return " ".join([*words, say(lang, "evidence.shared", count=pairs, n=number(pairs, lang))])
    listed = plan.agg == Agg.LIST and isinstance(first.value, tuple)  # the first Finding is the whole list, the others its entries
    n = first.n if len(findings) == 1 or whole or listed else sum(f.n for f in findings[1 if plan.comparison else 0 :])
    names = [s for f in findings for s in f.sources] or [service(s, lang) for f in findings for s in f.services]
    sources = listing(list(dict.fromkeys(names)), lang, limit=3)
    if n > 1:
        words.append(say(lang, "evidence.values.from" if sources else "evidence.values", count=n, n=number(n, lang), sources=sources))
    elif sources:
        words.append(say(lang, "evidence.source", sources=sources))
    return " ".join(words)


def _coverage(finding: Finding, lang: str) -> str:
    covered = finding.coverage
    assert covered
    nights = nightly(catalog().get(finding.metric))
    stem, gap = ("evidence.nights" if nights else "evidence.days"), covered.days - covered.with_data
    if gap <= 0:
        return say(lang, f"{stem}.all", count=covered.days, n=number(covered.days, lang))
    with_days = say(lang, "unit.night" if nights else "unit.d", count=covered.with_data, n=number(covered.with_data, lang))
    return say(
        lang, stem, count=gap, n=number(gap, lang), with_data=number(covered.with_data, lang), with_days=with_days,
        days=number(covered.days, lang),
    )  # fmt: skip


def verdict(outcome: Outcome, v: Voice) -> str:
    """What the rules say of the figure, only where a rule left its code on the finding."""
    listed = outcome.plan.agg in (Agg.LIST, Agg.OUT_OF_RANGE, Agg.RANK) or outcome.plan.group != "none"
    wanted = [code for code in VERDICTS if not (listed and code in SIDES)]
    return _notes(outcome, wanted, outcome.findings[:1], v)


def limits(outcome: Outcome, v: Voice) -> str:
    """What is partial, estimated, left out or taken from the data."""
    text = _notes(outcome, list(LIMITS), outcome.findings, v)
    return " ".join(filter(None, (text, assumptions(outcome.plan, v))))


def _notes(outcome: Outcome, wanted: list[str], findings: tuple[Finding, ...], v: Voice) -> str:
    held: dict[str, tuple[str, Finding]] = {}
    for finding in findings:
        for code, detail in codes(finding).items():
            held.setdefault(code, (detail, finding))
    first = outcome.findings[0]
    held |= {code: ("", first) for code in _unsaid(outcome, v) if code not in held}
    return " ".join(_note(code, *held[code], outcome, v) for code in wanted if code in held)


def _unsaid(outcome: Outcome, v: Voice) -> list[str]:
    """Codes that follow from the person or the calculation alone."""
    found: list[str] = []
    if not v.person.home_zone_said and catalog().get(outcome.findings[0].metric).kind != "lab":
        found.append("home_zone_assumed")
    return found + (["correlation_scale", "not_cause"] if outcome.plan.agg == Agg.RELATION else [])


def _note(code: str, detail: str, finding: Finding, outcome: Outcome, v: Voice) -> str:
    lang, metric = v.lang, catalog().get(finding.metric)
    covered, lab = finding.coverage, metric.kind == "lab"
    have = outcome.have or (covered.with_data if covered else finding.n)
    slots: dict[str, Any] = {
        "clock": clock(v.now.strftime("%H:%M"), lang), "zone": v.person.home_zone, "range": interval(finding, lang, "range"),
        "have": number(int(detail) if code == "too_few" and detail.isdecimal() else have, lang),
        "need": number(outcome.need or (_NEEDED_RESULTS if lab else _NEEDED_DAYS), lang),
        "day": moment(detail, lang, v.today) if is_day(detail) else "",
        "n": number(int(detail), lang) if detail.isdecimal() else "",
    }  # fmt: skip
    key = f"note.{code}"
    special = {
        f"{key}.on": bool(slots["day"]), f"{key}.n": bool(slots["n"]), f"{key}.lab": lab, f"{key}.{metric.key}": True,
    }  # fmt: skip
    key = next((found for found, fits in special.items() if fits and has(lang, found)), key)
    return say(lang, key, count=int(detail) if detail.isdecimal() else None, **slots)


def assumptions(plan: Plan, v: Voice) -> str:
    """What the person did not say and was taken for them; codes without a sentence stay silent."""
    said = []
    for code, _, detail in (a.partition(":") for a in plan.assumptions):
        key = f"assume.{code}.word" if detail and has(v.lang, f"assume.{code}.word") else f"assume.{code}"
        if has(v.lang, key) and not _changes_nothing(code, plan):
            window = _other_or_own(code, plan)
            said.append(say(
                v.lang, key, word=detail, period=v.period(window.window, window.kind), agg=computed(plan, v.lang, catalog()),
                metric=name(catalog().get(detail) if detail in catalog() else asked(plan, catalog()), v.lang),
                clock=clock(v.now.strftime("%H:%M"), v.lang),
            ))  # fmt: skip
    return " ".join(dict.fromkeys(said))


def _changes_nothing(code: str, plan: Plan) -> bool:
    """Whether an assumption could not have changed the figure: the latest of all values is the latest in any period."""
    return code in ("period", "default_period") and plan.agg in (Agg.LATEST, Agg.CHANGE) and plan.period.kind == "all"


def _other_or_own(code: str, plan: Plan) -> Period:
    other = plan.comparison.other if plan.comparison else None
    return other if code in ("default_side", "baseline") and other else plan.period
