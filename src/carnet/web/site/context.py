"""What every template may show: language, whose space it is, where one is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from carnet.web import state
from carnet.web.desk import DEMO, OWN

ROOMS = ("today", "ask", "timeline", "metrics", "labs", "import", "connections", "privacy")


def page(request: HttpRequest) -> dict[str, Any]:
    """Adds lang, demo, rooms and the present room to a template's context."""
    which = getattr(request, "which", "")
    here = request.path.strip("/").split("/")[0] or "today"
    return {
        "lang": getattr(request, "lang", "en"),
        "demo": which == DEMO,
        "entered": bool(which),
        "has_own": bool(which) and state.desk().has("own"),
        "guarded": which == OWN and state.desk().guarded(),
        "rooms": ROOMS,
        "here": "metrics" if here == "metric" else here,
        "path": request.get_full_path(),
    }
