"""Pieces of SVG: escaping, colours by class or written in, marks that may be links, the root. It refuses links off the site.

Nothing here writes a style or an event attribute: geometry is attributes, so the strictest content policy lets it through.
"""

from __future__ import annotations

import re
from html import escape

from carnet.charts.model import FLAGS, NARROW, Frame
from carnet.charts.scale import shortened, text_width, wrapped

# The colours of a picture that leaves the page, by role; in the page each role is the class `c-<role>` of charts.css.
LITERAL: dict[str, dict[str, str]] = {
    "grid": {"fill": "none", "stroke": "#e4e6ec", "stroke-width": "1"},
    "zero": {"fill": "none", "stroke": "#a9aebb", "stroke-width": "1"},
    "tick": {"fill": "#5b6170"},
    "words": {"fill": "#1b1e27"},
    "over": {"fill": "#ffffff"},
    "band": {"fill": "#f1efe9"},
    "edge": {"fill": "none", "stroke": "#857f70", "stroke-width": "1", "stroke-dasharray": "1 4", "stroke-linecap": "round"},
    "break": {"fill": "none", "stroke": "#6a7080", "stroke-width": "1", "stroke-dasharray": "4 4"},
    "line": {"fill": "none", "stroke": "#0c6b64", "stroke-width": "2", "stroke-linejoin": "round", "stroke-linecap": "round"},
    "median": {"fill": "none", "stroke": "#062f2c", "stroke-width": "1.5", "stroke-linejoin": "round", "stroke-linecap": "round"},
    "spread": {"fill": "#4f9a93"},
    "bar": {"fill": "#0c6b64"},
    "range": {"fill": "#4f9a93"},
    "dot": {"fill": "#0c6b64"},
    "heart": {"fill": "#062f2c"},
    "ring": {"fill": "#ffffff", "stroke": "#1b1e27", "stroke-width": "3"},
    "pin": {"fill": "#1b1e27"},
    "missing": {"fill": "none", "stroke": "#7b8190", "stroke-width": "1.5"},
    "flag": {"stroke": "#ffffff", "stroke-width": "1.5", "stroke-linejoin": "round"},
    "high": {"fill": "#c2410c"},
    "low": {"fill": "#c2410c"},
    "critical": {"fill": "#9d0b2a"},
    "track": {"fill": "#e4e6ec"},
    "inside": {"fill": "#4f9a93"},
    "in_bed": {"fill": "#eef0f5", "stroke": "#868c9b", "stroke-width": "1"},
    "awake": {"fill": "#dc6529"},
    "rem": {"fill": "#2f8dc9"},
    "asleep": {"fill": "#4a72c8"},
    "core": {"fill": "#3d5bd9"},
    "deep": {"fill": "#2e2f8f"},
    "join": {"fill": "none", "stroke": "#a9aebb", "stroke-width": "1"},
    "sleep": {"fill": "#4068bf"},
    "workout": {"fill": "#257544"},
    "mindful": {"fill": "#8452c2"},
    "meal": {"fill": "#8f5c10"},
    "other": {"fill": "#5b6170"},
}
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LOCAL = re.compile(r"(?:/(?![/\\])|[#?])[^\x00-\x20\\]*")


def clean(text: str) -> str:
    """The text as content or attribute of XML; characters XML has no writing for become a replacement mark."""
    return escape(_UNREADABLE.sub("\ufffd", text))


def num(value: float) -> str:
    """A coordinate in tenths of a unit."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def ink(frame: Frame, *roles: str) -> str:
    """The attributes that colour an element: classes in the page, the colours themselves elsewhere; the last role wins."""
    if frame.theme != "literal":
        return 'class="' + " ".join(f"c-{role}" for role in roles) + '"'
    merged: dict[str, str] = {}
    for role in roles:
        merged |= LITERAL[role]
    return " ".join(f'{name}="{value}"' for name, value in merged.items())


def words(frame: Frame, x: float, y: float, text: str, role: str = "tick", anchor: str = "start") -> str:
    """One line of text with its baseline at y."""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text {ink(frame, role)} x="{num(x)}" y="{num(y)}"{where}>{clean(text)}</text>' if text.strip() else ""


def stroke(frame: Frame, role: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line."""
    return f'<path {ink(frame, role)} d="M{num(x1)} {num(y1)}L{num(x2)} {num(y2)}"/>'


def box(frame: Frame, role: str, x: float, y: float, width: float, height: float, round_by: float = 0.0) -> str:
    """A rectangle, with round corners never larger than half its lesser side."""
    radius = min(round_by, width / 2, height / 2)
    corner = f' rx="{num(radius)}"' if radius >= 0.05 else ""
    return f'<rect {ink(frame, role)} x="{num(x)}" y="{num(y)}" width="{num(max(width, 0))}" height="{num(max(height, 0))}"{corner}/>'


def dot(frame: Frame, role: str, x: float, y: float, radius: float) -> str:
    """A disc."""
    return f'<circle {ink(frame, role)} cx="{num(x)}" cy="{num(y)}" r="{num(radius)}"/>'


def flag_shape(frame: Frame, flag: str, x: float, y: float, size: float = 7.0) -> str:
    """The shape of a flag: triangle up for high, down for low, diamond for critical; nothing for any other word."""
    if flag not in FLAGS:
        return ""
    s, t = size, 0.8 * size
    ways = {
        "high": ((x, y - s), (x + s, y + t), (x - s, y + t)),
        "low": ((x, y + s), (x + s, y - t), (x - s, y - t)),
        "critical": ((x, y - s - 1), (x + s + 1, y), (x, y + s + 1), (x - s - 1, y)),
    }
    path = "L".join(f"{num(a)} {num(b)}" for a, b in ways[flag])
    return f'<path {ink(frame, "flag", flag)} d="M{path}Z"/>'


def link(href: str) -> str:
    """The address, when it stays on this site; empty for anything else, whatever its disguise."""
    return href if _LOCAL.fullmatch(href) else ""


def disc_hit(frame: Frame, x: float, y: float, radius: float) -> str:
    """What a finger can hit around a point; nothing on paper."""
    return dot(frame, "hit", x, y, radius) if frame.theme != "literal" else ""


def box_hit(frame: Frame, x: float, y: float, width: float, height: float) -> str:
    """What a finger can hit around a bar; nothing on paper."""
    return box(frame, "hit", x, y, width, height) if frame.theme != "literal" else ""


def mark(body: str, x: float | None, value: float | None, label: str = "", href: str = "") -> str:
    """The drawing of one point as a link, or as a plain group without an address, with what the page's script reads.

    `x` None: a part the script does not move to.
    """
    data = "" if x is None else f' data-t="{x:.15g}"'
    data += "" if value is None else f' data-v="{value:.10g}"'
    said = clean(label)
    data += f' data-label="{said}"' if said else ""
    title = f"<title>{said}</title>" if said else ""
    target = link(href)
    return f'<a href="{clean(target)}"{data}>{title}{body}</a>' if target else f"<g{data}>{title}{body}</g>"


def document(frame: Frame, kind: str, body: str, added: str = "") -> str:
    """The whole SVG: root, title and description (with a sentence added), body."""
    ident = re.sub(r"[^A-Za-z0-9_-]", "-", frame.ident) or "chart"
    classes = f"chart chart-{kind}" + (" chart-narrow" if frame.width <= NARROW else "")
    font = ' font-family="system-ui, sans-serif"' if frame.theme == "literal" else ""
    said = f"{frame.desc} {added}".strip()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="{ident}-t {ident}-d" class="{classes}" '
        f'viewBox="0 0 {frame.width} {frame.height}" font-size="{frame.text}"{font}>'
        f'<title id="{ident}-t">{clean(frame.title)}</title><desc id="{ident}-d">{clean(said)}</desc>{body}</svg>'
    )


def nothing(frame: Frame, kind: str) -> str:
    """The SVG of no data: it says the description, and nothing else."""
    size = frame.text
    lines = wrapped(frame.desc, size, frame.width - 2 * size)[: max(1, int(frame.height / (1.4 * size)))]
    top = frame.height / 2 - (len(lines) - 1) * 0.7 * size + 0.35 * size
    said = [words(frame, frame.width / 2, top + i * 1.4 * size, line, "tick", "middle") for i, line in enumerate(lines)]
    return document(frame, kind, "".join(said))


def fitting(frame: Frame, x: float, y: float, text: str, room: float, role: str = "tick") -> str:
    """A line of text that ends at x, shortened to the room."""
    short = shortened(text, frame.text, room)
    return words(frame, x, y, short, role, "end") if text_width(short, frame.text) <= room else ""
