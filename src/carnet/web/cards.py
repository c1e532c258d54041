"""An import as a card: how far it is, what was found, what could not be taken, what is to be settled. It words reports, it reads none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from carnet.assistant.words import formats, wording
from carnet.record.catalog import catalog
from carnet.web.jobs import Job
from carnet.web.words import has, say

KINDS, SOURCES, FILES = 5, 4, 5  # named, the rest is counted
_PLACE = re.compile(r"(Record|row) (\d+)")
_EPOCH = "1970-01-02"  # a row on the first day of all clocks has no date of its own
_UNITS = ((1_000_000_000, "gb", 1), (1_000_000, "mb", 0), (1_000, "kb", 0))


def size(count: int, lang: str) -> str:
    """Bytes as a person reads them: 312 MB, 1.4 GB."""
    for limit, unit, precision in _UNITS:
        if count >= limit:
            return say(lang, f"ledger.size.{unit}", size=formats.number(count / limit, lang, precision))
    return say(lang, "ledger.size.b", n=count)


def card(job: Job, lang: str, today: date, allowed: Mapping[str, int]) -> dict[str, Any]:
    """What the card's template needs. allowed: by service, how many categories may be used for answers."""
    return {
        "job": job,
        "progress": progress(job, lang),
        "trouble": say(lang, f"import.failed.{job.code}") if job.state == "failed" else "",
        "found": [found(report, lang, today, allowed) for report in job.reports] if not job.busy else [],
        "asks": [ask(a, lang) for a in job.asks] if job.state == "done" else [],
    }


def progress(job: Job, lang: str) -> str:
    """How far it is, in one line."""
    if job.state == "waiting":
        return say(lang, "import.waiting")
    if not job.total:
        return say(lang, "import.opening")
    parts = [say(lang, "import.bytes", done=size(job.done, lang), total=size(job.total, lang))]
    if job.rows:
        parts.append(say(lang, "import.rows_so_far", n=job.rows))
    if job.left_s is not None:
        parts.append(_left(job.left_s, lang))
    return _comma(parts, lang)


def _left(seconds: int, lang: str) -> str:
    if seconds < 90:
        return say(lang, "import.left.seconds", n=max(5, 5 * round(seconds / 5)))
    return say(lang, "import.left.minutes", n=round(seconds / 60))


def _comma(parts: list[str], lang: str) -> str:
    """The parts with commas."""
    return wording.joined(parts, lang)


def found(report: Mapping[str, Any], lang: str, today: date, allowed: Mapping[str, int]) -> dict[str, Any]:
    """One report in words."""
    service = str(report["service"])
    name = wording.service(service, lang)
    return {
        "service": service,
        "title": _capital(_title(report, name, lang, today)),
        "rows": _rows(report, lang),
        "counts": _counts(report, lang, today),
        "kinds": _kinds(report, lang),
        "problems": [problem(p, lang) for p in report["problems"]] + _odd(report, lang),
        "left_out": left_out(report["left_out"], lang),
        "here": report["added"] + report["unchanged"] > 0,
        "allowed": allowed.get(service, 0),
        "name": name,
    }


def _odd(report: Mapping[str, Any], lang: str) -> list[str]:
    """Values that can hardly be measurements, by measure."""
    odd = report.get("implausible", {})
    return [say(lang, "import.implausible", name=wording.name(catalog().get(key), lang), n=n) for key, n in odd.items()]


def _capital(text: str) -> str:
    """A title begins with a capital."""
    return text[:1].upper() + text[1:]


def _title(report: Mapping[str, Any], name: str, lang: str, today: date) -> str:
    spans = [(m["first"], m["last"]) for m in report["by_metric"].values() if m["first"] > _EPOCH]
    if not spans:
        return name
    first, last = date.fromisoformat(min(s[0] for s in spans)), date.fromisoformat(max(s[1] for s in spans))
    if first == last:
        return say(lang, "import.title.day", service=name, day=formats.day(first, lang))
    key = "import.title.now" if 0 <= (today - last).days <= 1 else "import.title"
    return say(lang, key, service=name, first=formats.day(first, lang), last=named_day(last, lang, today))


def named_day(when: date, lang: str, today: date) -> str:
    """A day as a name, today and yesterday as such."""
    ago = (today - when) / timedelta(days=1)
    return say(lang, "ledger.today") if ago == 0 else say(lang, "ledger.yesterday") if ago == 1 else formats.day(when, lang)


def _rows(report: Mapping[str, Any], lang: str) -> str:
    names = list(dict.fromkeys(s["name"].replace("\u00a0", " ") for s in report.get("sources", ())))
    if names:
        return say(lang, "import.rows.from", n=report["read"], sources=formats.listing(names, lang, SOURCES))
    return say(lang, "import.rows", n=report["read"])


def _counts(report: Mapping[str, Any], lang: str, today: date) -> str:
    if "already" in report:
        return say(lang, "import.already", day=named_day(date.fromisoformat(report["already"][:10]), lang, today))
    parts = [say(lang, "import.added", n=report["added"])]
    if report["unchanged"]:
        parts.append(say(lang, "import.unchanged", n=report["unchanged"]))
    return _comma(parts, lang)


def _kinds(report: Mapping[str, Any], lang: str) -> str:
    """The kinds with most rows by name, the rest counted."""
    top = sorted(report["by_metric"].items(), key=lambda item: (-item[1]["added"], item[0]))
    names = list(dict.fromkeys(wording.name(catalog().get(key), lang) for key, _ in top))
    return say(lang, "import.kinds", kinds=formats.listing(names, lang, KINDS)) if names else ""


def problem(told: Mapping[str, Any], lang: str) -> str:
    """Rows that could not be taken: how many, why, where the first one is."""
    if told["code"] == "needs_answer":
        return say(lang, "import.waits", n=told["count"])
    key = f"import.problem.{told['code']}"
    what = say(lang, key) if has(lang, key) else say(lang, "import.problem.other", code=told["code"])
    if not told["count"]:
        return say(lang, "import.note", what=what)
    place = place_of(told["example"], lang)
    return say(lang, "import.problem.at" if place else "import.problem", n=told["count"], what=what, place=place)


def place_of(example: str, lang: str) -> str:
    """A place in the file as a person finds it."""
    seen = _PLACE.fullmatch(example)
    return say(lang, f"import.place.{seen[1].lower()}", n=int(seen[2])) if seen else example


def left_out(files: Sequence[Mapping[str, str]], lang: str) -> list[str]:
    """Files that were not read, together by reason."""
    reasons: dict[str, list[str]] = {}
    for entry in files:
        reasons.setdefault(entry["reason"], []).append(entry["file"])
    return [_left_out(reason, names, lang) for reason, names in reasons.items()]


def _left_out(reason: str, names: Sequence[str], lang: str) -> str:
    """Names of the form +312 stand for so many more."""
    plain = [n for n in names if not n.startswith("+")]
    count = len(plain) + sum(int(n[1:]) for n in names if n.startswith("+") and n[1:].isdecimal())
    shown = formats.listing([*plain[:FILES], *(["…"] if count > FILES else [])], lang)
    key = f"import.left_out.{reason}"
    return say(lang, "import.left_out", n=count, files=shown, why=say(lang, key) if has(lang, key) else reason.replace("_", " "))


def ask(told: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A question of the import with its choices, in the person's language where we have the words."""
    key, question = str(told["key"]), str(told["question"])
    if key.startswith("unit."):
        question = say(lang, "import.ask.unit", metric=wording.name(catalog().get(key.removeprefix("unit.")), lang))
    elif has(lang, f"import.ask.{key}"):
        question = say(lang, f"import.ask.{key}")
    return {"key": key, "question": question, "choices": [{"value": c, "text": _choice(key, c, lang)} for c in told["choices"]]}


def _choice(key: str, choice: str, lang: str) -> str:
    named = f"import.choice.{key}.{choice}"
    return say(lang, named) if has(lang, named) else choice
