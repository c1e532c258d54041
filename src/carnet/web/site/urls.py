"""The address book."""

from __future__ import annotations

from django.urls import path, re_path

from carnet.web.pages import ask, connections, entry, evidence, imports, labs, metrics, privacy, timeline, today

urlpatterns = [
    path("", today.today),
    path("metrics", metrics.metrics),
    path("metric/<path:key>", metrics.metric),
    path("evidence", evidence.evidence),
    path("chart", evidence.chart),
    path("ask", ask.ask),
    path("ask/<str:ident>", ask.conversation),
    path("turn/<str:ident>", ask.turn),
    path("turn/<str:ident>/stop", ask.stop),
    path("welcome", entry.welcome),
    path("begin", entry.begin),
    path("unlock", entry.unlock),
    path("lock", entry.lock),
    path("language", entry.language),
    path("space", entry.space),
    path("more", entry.more),
    path("import", imports.page),
    path("import/<str:ident>", imports.one),
    path("import/<str:ident>/settle", imports.settle),
    path("connections", connections.page),
    re_path(r"^connections/receipt/(?P<ids>[\w,-]{1,400})\.(?P<kind>txt|json)$", connections.receipt),
    path("connections/<str:name>", connections.service),
    path("labs", labs.labs),
    path("labs/<str:key>", labs.lab),
    path("timeline", timeline.timeline),
    path("privacy", privacy.page),
    path("privacy/consents.json", privacy.ledger),
]
handler404 = "carnet.web.site.security.missing"
handler500 = "carnet.web.site.security.fault"
