"""What a result looks like on a terminal, in two languages, and as JSON. It computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from carnet.assistant.answer import Answer
from carnet.cli.words import has, say
from carnet.consent import ConsentEvent
from carnet.consent.grants import ANY
from carnet.insights.finding import Finding
from carnet.record.catalog import CATEGORIES, SENSITIVE, catalog
from carnet.record.model import Observation, Series
from carnet.record.view import Holding
from carnet.safety import Assessment
from carnet.sources.errors import UnreadableInput
from carnet.space import demo
from carnet.space.space import HealthSpace
from carnet.vault.audit import AuditEvent
from carnet.vault.home import Home

SHOWN_ROWS = 200  # of a citation on a terminal; --json gives all of them


def made(home: Home, passphrase: bool, lang: str) -> str:
    """What a new home protects and what it does not."""
    return say(lang, "made.passphrase" if passphrase else "made.local", home=home.root, key=home.local_key)


def passphrase_prompt(lang: str) -> str:
    """The first prompt of init."""
    return say(lang, "passphrase.prompt")


def passphrase_again(lang: str) -> str:
    """The second prompt of init."""
    return say(lang, "passphrase.again")


def card(report: Mapping[str, Any], lang: str) -> str:
    """An import as a person reads it: what came, what was new, what could not be taken."""
    spans = [(m["first"], m["last"]) for m in report["by_metric"].values() if m["first"] > "1970-01-02"]
    named = {"service": report["service"], "file": report["file"]}
    lines = [
        say(lang, "card.title", **named, first=min(s[0] for s in spans), last=max(s[1] for s in spans))
        if spans
        else say(lang, "card.title.empty", **named),
        "  " + say(lang, "card.rows", n=report["read"], added=report["added"], unchanged=report["unchanged"]),
    ]
    if report.get("store_again"):
        lines.append("  " + say(lang, "card.store_again"))
    if "already" in report:
        lines.append("  " + say(lang, "card.already", at=report["already"][:10]))
    top = sorted(report["by_metric"].items(), key=lambda item: -item[1]["added"])
    if top:
        names = [catalog().get(key).name(lang) for key, _ in top[:6]]
        more = [say(lang, "card.more", n=len(top) - 6)] if len(top) > 6 else []
        lines.append("  " + say(lang, "card.kinds", kinds=", ".join(names + more)))
    lines += ["  " + problem(p, lang) for p in report["problems"]]
    lines += [
        "  " + say(lang, "card.implausible", n=n, name=catalog().get(key).name(lang)) for key, n in report.get("implausible", {}).items()
    ]
    lines += ["  " + left_out(x, lang) for x in report["left_out"]]
    lines += ["  " + say(lang, "card.ask", question=a["question"], key=a["key"], choice="|".join(a["choices"])) for a in report["asks"]]
    return "\n".join(lines)


def failed(error: UnreadableInput, lang: str) -> str:
    """Why a file cannot be read: the error's own line in English, the sentence of its code in French."""
    return str(error) if lang == "en" else say(lang, f"failed.{error.code}")


def left_out(found: Mapping[str, str], lang: str) -> str:
    """One file that was not read and why; "+312" stands for so many more of the same kind."""
    reason = say(lang, f"left_out.{found['reason']}")
    if found["file"][:1] == "+" and found["file"][1:].isdigit():
        return say(lang, "card.left_out.more", n=int(found["file"][1:]), reason=reason)
    return say(lang, "card.left_out", file=found["file"], reason=reason)


def problem(found: Mapping[str, Any], lang: str) -> str:
    """One kind of rows that could not be taken."""
    named = f"problem.{found['code']}"
    what = say(lang, named) if has(lang, named) else found["code"]
    key = "card.problem" if found["example"] and found["count"] else "card.problem.bare"
    return say(lang, key, n=found["count"], what=what, example=found["example"])


def next_step(space: HealthSpace, reports: Sequence[Mapping[str, Any]], lang: str) -> str:
    """What to type after an import."""
    granted = {e.service for e in space.consents() if e.purpose == "answer" and e.action == "grant"}
    waiting = [r["service"] for r in reports if r["service"] not in granted and ANY not in granted]
    return say(lang, "card.next", service=waiting[0]) if waiting else say(lang, "card.ready")


def answer(reply: Answer) -> str:
    """Banner first, then the questions that cannot wait, then what was understood, the text, and its citations."""
    parts = [reply.assessment.banner or ""]
    urgent = list(reply.assessment.questions) if reply.urgent() else []
    parts.append("\n".join(f"  - {q}" for q in urgent))
    parts += [reply.text]
    parts.append("\n".join(f"  {i}. {ask}" for i, ask in enumerate((a for a in reply.asks if a not in urgent), 1)))
    if reply.links:
        cited = "\n".join(f"  [{i}] {link}" for i, link in enumerate(reply.links, 1))
        parts.append(f"{reply.understood}\n{say(reply.lang, 'sources')}:\n{cited}")
    return "\n\n".join(p for p in parts if p.strip())


def triage(assessed: Assessment) -> str:
    """The level in words, its reasons, and the questions that would change it."""
    lines = [assessed.banner or "", say(assessed.lang, f"level.{assessed.level}"), *assessed.reasons]
    lines += [f"- {q}" for q in assessed.questions] + [say(assessed.lang, "reviewed")]
    return "\n".join(line for line in lines if line)


def finding(found: Finding, link: str) -> str:
    """One figure on a line."""
    covered = f"  {found.coverage.with_data}/{found.coverage.days}" if found.coverage else ""
    when = f"  {found.date}" if found.date else ""
    value = f"{found.value:.10g}" if isinstance(found.value, float) else found.value
    return f"{found.label or found.start + ' ' + found.end}  {value} {found.unit}{when}  n={found.n}{covered}  {link}"


def finding_json(found: Finding, link: str) -> dict[str, Any]:
    """One figure for scripts."""
    body = asdict(found)
    del body["selection"]
    return {**body, "link": link}


def nothing(lang: str) -> str:
    """There is no data."""
    return say(lang, "nothing")


def nothing_granted(lang: str) -> str:
    """Only the catalogue may be shown."""
    return say(lang, "nothing_granted")


def local(ms: int, zone: str) -> str:
    """A moment on the clock of the zone, with its offset."""
    return datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).isoformat(sep=" ", timespec="seconds")


def rows_json(found: Series | Sequence[Observation], zone: str) -> list[dict[str, Any]]:
    """The rows behind a citation, complete."""
    if isinstance(found, Series):
        return [_sample(found, i, zone) for i in range(len(found))]
    return [
        {
            "id": f.id, "service": f.service, "source": f.source.name if f.source else None, "kind": f.kind, "metric": f.metric,
            "start": local(f.start, zone) if f.start is not None else f.date, "end": local(f.end, zone) if f.end is not None else None,
            **f.body,
        }
        for f in found
    ]  # fmt: skip


def _sample(series: Series, i: int, zone: str) -> dict[str, Any]:
    value, text = float(series.value[i]), int(series.text[i])
    return {
        "start": local(int(series.start[i]), zone), "end": local(int(series.end[i]), zone), "metric": series.metric,
        "value": value if value == value else None, "unit": series.unit, "text": series.words[text] if text >= 0 else None,
        "source": series.sources[int(series.source[i])].name, "service": series.services[int(series.source[i])],
    }  # fmt: skip


def rows(found: Series | Sequence[Observation], zone: str, lang: str) -> str:
    """The rows behind a citation, the first of them when there are many."""
    if not len(found):
        return say(lang, "rows.none")
    lines = [say(lang, "rows.count", n=len(found))]
    shown = found.take(slice(0, SHOWN_ROWS)) if isinstance(found, Series) else found[:SHOWN_ROWS]  # type: ignore[arg-type]
    for row in rows_json(shown, zone):
        if "text" in row and "kind" not in row:
            lines.append(f"{row['start']}  {row['end']}  {_reading(row)}  {row['source']}")
        else:
            lines.append("  ".join(f"{k}={_short(v)}" for k, v in row.items() if v not in (None, "", [], {}) and k != "id"))
    if len(found) > SHOWN_ROWS:
        lines.append("…  (--json)")
    return "\n".join(lines)


def _reading(row: Mapping[str, Any]) -> str:
    """A sample's word, or its number with the unit as UCUM writes it, without the braces of counted things."""
    return str(row["text"]) if row["text"] else f"{row['value']:.10g} {row['unit']}".replace("{count}", "").strip()


def _short(value: Any) -> str:
    if isinstance(value, Mapping) and "value" in value:
        return f"{value['value']:g} {value.get('unit', '')}".strip() if isinstance(value["value"], int | float) else str(value["value"])
    return f"({len(value)})" if isinstance(value, list | dict) else str(value)


def metrics(held: Mapping[str, Holding], lang: str) -> str:
    """What this vault holds, then how much the catalogue knows."""
    lines = [
        say(lang, "metrics.held", name=catalog().get(key).name(lang), key=key, rows=h.n, first=local(h.first, "UTC")[:10],
            last=local(h.last, "UTC")[:10])
        for key, h in held.items()
    ]  # fmt: skip
    return "\n".join([*lines, say(lang, "metrics.catalogue", n=len(catalog().metrics), held=len(held))])


def metrics_json(held: Mapping[str, Holding]) -> list[dict[str, Any]]:
    """The whole catalogue, with rows and days where this vault holds some."""
    listed = []
    for key in [*catalog().metrics, *(k for k in held if k not in catalog())]:
        entry, mine = catalog().get(key), held.get(key)
        listed.append({
            "metric": key, "category": entry.category, "kind": entry.kind, "unit": entry.unit, "shown": entry.shown, "loinc": entry.loinc,
            "names": {lang: list(words) for lang, words in entry.names.items()}, "rows": mine.n if mine else 0,
            "first": local(mine.first, "UTC")[:10] if mine else None, "last": local(mine.last, "UTC")[:10] if mine else None,
        })  # fmt: skip
    return listed


def consent_json(event: ConsentEvent) -> dict[str, Any]:
    """One line of the ledger for scripts."""
    return asdict(event)


def consents(events: Sequence[ConsentEvent], action: str, lang: str) -> str:
    """The ledger in words, grants of every category on one line."""
    if not events:
        return say(lang, "consent.none")
    lines: list[str] = []
    groups: dict[tuple[str, str, str, str, str | None], list[str]] = {}
    for e in events:
        groups.setdefault((e.action, e.at[:16], e.service, e.purpose, e.until), []).append(e.category)
    for (verb, at, service, purpose, until), categories in groups.items():
        every = set(categories) >= (SENSITIVE | {ANY}) or set(categories) == set(CATEGORIES)
        named = say(lang, "consent.all_categories") if every else ", ".join(categories)
        lines.append(
            say(lang, f"consent.{verb}", at=at.replace("T", " "), purpose=purpose,
                service=say(lang, "consent.every_service") if service == ANY else service,
                category=named.replace(ANY, say(lang, "consent.every_category")),
                until=say(lang, "consent.until", until=until[:10]) if until else "")
        )  # fmt: skip
    if action != "list":
        lines.append(say(lang, f"consent.after.{action}"))
    return "\n".join(lines)


def audit_json(event: AuditEvent) -> dict[str, Any]:
    """One audit line for scripts."""
    return {**asdict(event), "body": dict(event.body)}


def audit(event: AuditEvent) -> str:
    """One audit line."""
    read = ", ".join(f"{r['service']}/{r['category']} {r['rows']}" for r in event.body.get("read", []))
    return f"{event.seq:>5}  {event.at[:19]}  {event.actor}  {event.action} {event.object}  {read}".rstrip()


def verified(count: int, broken: int | None, lang: str) -> str:
    """Whether the audit chain is whole."""
    return say(lang, "verified.whole", n=count) if broken is None else say(lang, "verified.broken", line=broken, n=count)


def demo_begins(root: Any, lang: str) -> str:
    """Who the demo person is, and that nothing leaves."""
    return say(lang, "demo.begins", root=root)


def demo_ends(root: Any, lang: str) -> str:
    """How to go on."""
    return say(lang, "demo.ends", root=root)


def demo_try(lang: str) -> str:
    """Three questions to begin with."""
    return say(lang, "demo.try", questions="\n".join(f"      {q}" for q in demo.QUESTIONS[lang]))
