"""A citation link and the selection it stands for say the same, whatever the names; what is no link is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carnet.record.errors import BadLink
from carnet.record.selection import Filters, Selection, Window, from_link

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
DAYS = st.dates(date(1800, 1, 1), date(2200, 12, 31))
ISO = DAYS.map(date.isoformat)
HOURS = st.integers(0, 24)
FILTERS = st.builds(
    Filters,
    weekdays=st.lists(st.integers(1, 7), max_size=3).map(tuple),
    hours=st.none() | st.tuples(HOURS, HOURS),
    activity=st.none() | NAMES,
    source=st.none() | NAMES,
    service=st.none() | NAMES,
    outside_workouts=st.booleans(),
    days=st.lists(ISO, max_size=3).map(tuple),
    gap=st.none() | st.tuples(ISO, ISO),
)
ASOF = st.none() | st.integers(0, 10**15 - 1).map("b_{}".format)


@given(NAMES | NAMES.map("lab:{}".format), DAYS, DAYS, FILTERS, ASOF)
@example("lab:α-1 antitrypsine/%25", date(2026, 3, 1), date(2026, 3, 2), Filters(source="a&b=c+d, e"), "b_7")
def test_a_link_reads_back_as_the_same_selection(metric: str, first: date, last: date, filters: Filters, asof: str | None) -> None:
    selection = Selection(metric, Window(first, last), filters, asof)
    assert from_link(selection.link()) == selection


@given(st.text(max_size=60) | st.text(max_size=30).map("carnet:steps/2026-03-01/2026-03-02?{}".format))
def test_any_other_text_is_a_selection_or_refused(text: str) -> None:
    try:
        found = from_link(text)
    except BadLink:
        return
    assert from_link(found.link()) == found


@pytest.mark.parametrize(
    "link",
    [
        "carnet:steps/0001-01-01/2026-03-02",
        "carnet:steps/2026-03-01/9999-12-31",
        "carnet:steps/2026-03-01/2026-03-02?asof=1",
        "carnet:steps/2026-03-01/2026-03-02?asof=b_1234567890123456",
        "carnet:steps/2026-03-01/2026-03-02?asof=b_-1",
        "carnet:steps/2026-03-01/2026-03-02?gap=0001-01-01,9999-12-31",
        "carnet:steps/2026-03-01/2026-03-02?day=9999-12-31",
        "carnet:steps/2026-03-01",
        "carnet:%FF/2026-03-01/2026-03-02",
    ],
)
def test_far_days_and_unknown_imports_are_no_links(link: str) -> None:
    with pytest.raises(BadLink):
        from_link(link)
