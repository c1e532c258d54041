"""An Answer as HTML: the figure first and large, every citation a link to its rows, what was used as chips. It words nothing itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from carnet.assistant.answer import Answer, as_json
from carnet.assistant.words import composer, wording
from carnet.assistant.words.sentences import say as assistant_say
from carnet.record.selection import from_link
from carnet.web.templatetags.carnet import TOKEN_MARK, token_field
from carnet.web.turns import Turn
from carnet.web.words import say

_CITE = re.compile(r"\[(\d{1,3})\]")
_ITEM = re.compile(r"(- |\d{1,2}\. )(.*)")


def evidence(link: str) -> str:
    """The address of the page that shows the rows behind a citation."""
    return f"/evidence?link={quote(link, safe='')}"


def prose(text: str, links: Sequence[str], lang: str) -> SafeString:
    """The answer's lines: the first as its lead, lists as lists, what follows as its basis; [n] opens the rows behind the figure."""
    parts: list[str] = []
    items: list[str] = []

    def flush() -> None:
        if items:
            parts.append(f'<ul class="lines">{"".join(items)}</ul>')
            items.clear()

    for number, line in enumerate(line for line in text.split("\n") if line.strip()):
        listed = _ITEM.match(line)
        if listed:
            items.append(f"<li>{_cited(listed[2], links, lang)}</li>")
            continue
        flush()
        parts.append(f'<p class="{"lead" if not number else "basis"}">{_cited(line, links, lang)}</p>')
    flush()
    return mark_safe("\n".join(parts))


def _cited(line: str, links: Sequence[str], lang: str) -> str:
    def anchor(found: re.Match[str]) -> str:
        n = int(found[1])
        if not 1 <= n <= len(links):
            return found[0]
        label = escape(say(lang, "cite.label", n=n))
        return f'<a class="cite" href="{escape(evidence(links[n - 1]))}" data-panel aria-label="{label}">{n}</a>'

    return _CITE.sub(anchor, escape(line))


def shown(body: Mapping[str, Any], lang: str, conversation: str, choices: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What the answer's template needs, from the answer's JSON (fresh or kept)."""
    links = [c["link"] for c in body.get("citations", ())]
    spoken = body.get("lang", lang)
    return {
        "lang": spoken,
        "banner": body.get("banner"),
        "crisis": body.get("crisis"),
        "care": body.get("care", ()),
        "questions": _closed(body, choices),
        "understood": body.get("understood", ""),
        "refused": body.get("refused"),
        "refusal": _refusal(body, spoken),
        "category": body.get("category", ""),
        "html": prose(_rest(body, choices), links, spoken),
        "figure": _figure(body),
        "choices": choices,
        "used": [{**u, "text": _chip(u, lang)} for u in body.get("used", ())],
        "conversation": conversation,
    }


def _chip(used: Mapping[str, Any], lang: str) -> str:
    category = assistant_say(lang, f"category.{used['category']}")
    return say(lang, "answer.chip", service=wording.service(used["service"], lang), category=category, n=int(used["count"]))


def _refusal(body: Mapping[str, Any], lang: str) -> str:
    """The refusal without the commands a terminal would be told."""
    return _rest(body, ()).split("\n")[0]


def _closed(body: Mapping[str, Any], choices: Sequence[Mapping[str, Any]]) -> list[str]:
    """The questions whose answer would change how soon to be seen."""
    offered = {c["text"] for c in choices}
    return [a for a in body.get("asks", ()) if a not in offered] if body.get("level", "none") != "none" or body.get("banner") else []


def _rest(body: Mapping[str, Any], choices: Sequence[Mapping[str, Any]]) -> str:
    """The text without the lines that stand elsewhere on the page: when to be seen, and the choices."""
    lines = str(body.get("text", "")).split("\n")[len(body.get("care", ())) :]
    words = {c["text"] for c in choices}
    return "\n".join(line for line in lines if not any(line.strip(" -·•").endswith(w) for w in words))


def _figure(body: Mapping[str, Any]) -> str:
    """The citation whose chart says most: the first that spans more than one day."""
    if body.get("headline") is None and len(body.get("findings", ())) < 2:
        return ""
    spans = zip(body.get("findings", ()), body.get("citations", ()), strict=False)
    return next((c["link"] for f, c in spans if f["start"] != f["end"] and len(from_link(c["link"]).filters.days) != 1), "")


def render_turn(turn: Turn, reply: Answer) -> str:
    """The finished answer of a turn."""
    body = {**as_json(reply), "category": reply.category}
    texts = [a for a in reply.asks if a not in reply.assessment.questions]
    plans = len(reply.choices)
    other = composer.other_choice(reply.lang)
    choices = [{"text": t, "value": f"{turn.ident}:{i}" if i < plans else "", "other": t == other} for i, t in enumerate(texts)]
    return render_to_string("_answer.html", {"a": shown(body, turn.lang, turn.conversation, choices), "lang": turn.lang})


def render_kept(request: HttpRequest, body: Mapping[str, Any] | None, conversation: str) -> SafeString:
    """A kept answer; None stands for one that may no longer be shown."""
    if body is None:
        return mark_safe(render_to_string("_withheld.html", {}, request))
    lang = body.get("lang", request.lang)
    offered = body.get("asks", ()) if body.get("level", "none") == "none" and not body.get("understood") else ()
    choices = [{"text": text, "value": "", "other": text == composer.other_choice(lang)} for text in offered]  # asked by their words
    return mark_safe(render_to_string("_answer.html", {"a": shown(body, request.lang, conversation, choices)}, request))


def render_banner(turn: Turn, text: str, crisis: bool) -> str:
    """The band alone, before anything is read."""
    return render_to_string("_banner.html", {"text": text, "crisis": crisis, "lang": turn.lang})


def render_problem(turn: Turn, kind: str) -> str:
    """What happened, what is safe, what to do; words that cannot wait keep their band."""
    return render_to_string("_problem.html", {"turn": turn, "kind": kind, "lang": turn.lang})


def render_stopped(turn: Turn) -> str:
    """That the person ended it."""
    return render_to_string("_problem.html", {"turn": turn, "kind": "stopped", "lang": turn.lang})


def render_finished(request: HttpRequest, turn: Turn) -> SafeString:
    """The last word of a turn as HTML, its forms made this browser's."""
    last = [data["html"] for _, data in turn.events if "html" in data]
    html = last[-1] if last else ""
    return mark_safe(html.replace(TOKEN_MARK, token_field(get_token(request))))
