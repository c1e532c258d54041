"""Which decisions open what: names against stars, ends, and clocks that were wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.consent import ConsentEvent, Permit, permit
from carnet.record.catalog import CATEGORIES, SENSITIVE

NOW = datetime(2026, 3, 15, 9, tzinfo=UTC)
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def ledger(*lines: str) -> list[ConsentEvent]:
    """Lines such as "+ oura heart" or "- * *", a minute apart; a third word `until=` or `at=` takes an ISO date."""
    found = []
    for minute, line in enumerate(lines):
        sign, service, category, *more = line.split()
        said = dict(word.split("=") for word in more)
        at = said.get("at") or (BEGAN + timedelta(minutes=minute)).isoformat(timespec="microseconds")
        action = "grant" if sign == "+" else "revoke"
        found.append(ConsentEvent(f"c{minute}", action, service, category, "answer", at, said.get("until")))
    return found


def allowed(lines: list[str], service: str, category: str, now: datetime = NOW) -> bool:
    return permit(ledger(*lines), "answer", now).allows(service, category)


@pytest.mark.parametrize(
    ("lines", "service", "category", "open_"),
    [
        ([], "oura", "heart", False),
        (["+ * *"], "oura", "heart", True),
        (["+ * *"], "oura", "mental", False),
        (["+ oura *"], "fhir", "heart", False),
        # a plain grant never re-opens what was revoked by name
        (["+ * *", "- oura heart", "+ * *"], "oura", "heart", False),
        (["+ * *", "- oura heart", "+ oura *"], "oura", "heart", False),
        (["- * heart", "+ * *"], "oura", "heart", False),
        (["+ * *", "- oura heart", "+ * *"], "oura", "sleep", True),
        (["+ * *", "- oura heart", "+ * *"], "fhir", "heart", True),
        (["+ * *", "- oura heart", "- * *", "+ * *"], "oura", "heart", False),
        # the latest by name decides, and all services with the category named is by name
        (["- oura heart", "+ oura heart"], "oura", "heart", True),
        (["- oura heart", "+ * heart"], "oura", "heart", True),
        (["+ oura heart", "- * heart"], "oura", "heart", False),
        (["- * heart", "+ oura heart"], "fhir", "heart", False),
        (["- oura *", "+ * heart"], "oura", "heart", True),
        (["- oura *", "+ * heart"], "oura", "sleep", False),
        # a plain revocation ends everything before it
        (["+ oura mental", "- * *"], "oura", "mental", False),
        (["+ oura mental", "- * *", "+ * *"], "oura", "mental", False),
        (["+ oura mental", "- oura *"], "oura", "mental", False),
        (["+ oura mental", "- fhir *"], "oura", "mental", True),
        (["+ * *", "- * *", "+ oura *"], "oura", "heart", True),
        (["+ * *", "- * *", "+ oura *"], "fhir", "heart", False),
    ],
)
def test_names_against_stars(lines: list[str], service: str, category: str, open_: bool) -> None:
    assert allowed(lines, service, category) is open_


@pytest.mark.parametrize(
    ("lines", "before", "after"),
    [
        (["+ * *", "+ * heart until=2026-06-01T00:00:00+00:00"], True, False),
        (["+ * *", "+ * * until=2026-06-01T00:00:00+00:00"], True, False),
        (["+ oura heart", "+ oura heart until=2026-06-01T00:00:00+00:00"], True, False),
        (["+ oura heart until=2026-06-01T00:00:00+00:00", "+ oura heart"], True, True),
        (["+ oura heart until=2026-06-01T00:00:00+00:00", "+ * *"], True, False),
        (["+ oura heart until=2025-12-01T00:00:00+00:00", "+ * *"], True, True),  # it had run out before all was granted
        (["+ oura heart until=2026-06-01", "+ fhir heart"], True, False),
        (["+ oura heart until=soon"], False, False),
        (["+ oura heart", "+ oura * until=2026-06-01T00:00:00+00:00"], True, True),
    ],
)
def test_a_later_grant_with_an_end_is_not_filled_up_by_an_earlier_one(lines: list[str], before: bool, after: bool) -> None:
    assert allowed(lines, "oura", "heart") is before
    assert allowed(lines, "oura", "heart", JULY) is after


def test_a_revocation_of_a_clock_that_ran_ahead_counts() -> None:
    assert not allowed(["+ * *", "- * * at=2031-01-01T00:00:00+00:00"], "oura", "heart")
    assert not allowed(["+ oura heart", "- oura heart at=2031-01-01T00:00:00+00:00"], "oura", "heart")
    assert allowed(["+ * *", "- * * at=2031-01-01T00:00:00+00:00", "+ * *"], "oura", "heart"), "the order of the ledger counts"


def test_setting_the_clock_back_opens_nothing() -> None:
    lines = ["+ oura heart until=2026-06-01T00:00:00+00:00"]
    assert not allowed(lines, "oura", "heart", JULY)
    other = ConsentEvent("s", "grant", "fhir", "*", "store", JULY.isoformat())  # anything the ledger knows of a later time
    assert not permit([*ledger(*lines), other], "answer", NOW).allows("oura", "heart")
    assert not permit([other, *ledger(*lines)], "answer", NOW), "nothing is in force"
    assert permit([other, *ledger(*lines)], "answer", NOW).basis() == ()


@pytest.mark.parametrize(("now", "open_"), [(JUNE - timedelta(microseconds=1), True), (JUNE, False)])
def test_a_grant_ends_at_its_moment_however_it_is_written(now: datetime, open_: bool) -> None:
    for until in ("2026-06-01T00:00:00+00:00", "2026-06-01T02:00:00.000000+02:00", "2026-06-01"):
        assert allowed([f"+ oura heart until={until}"], "oura", "heart", now) is open_


LINES = st.lists(
    st.tuples(st.sampled_from("+-"), st.sampled_from(("*", "oura", "fhir")), st.sampled_from(("*", "heart", "mental"))).map(" ".join),
    max_size=8,
)


@given(LINES, st.sampled_from(("oura", "fhir")), st.sampled_from(("heart", "mental")))
def test_what_no_order_of_decisions_can_open(lines: list[str], service: str, category: str) -> None:
    assert not allowed([*lines, f"- {service} *"], service, category)
    assert not allowed([*lines, f"- {service} {category}", "+ * *", f"+ {service} *"], service, category)
    assert allowed([*lines, f"+ {service} {category}"], service, category)
    assert Permit("answer", permit(ledger(*lines), "answer", NOW).events).allows(service, category) == allowed(lines, service, category)


def test_nothing_is_open_without_a_word_and_sensitive_never_by_a_star() -> None:
    assert not permit([], "answer", NOW)
    everything = permit(ledger("+ * *"), "answer", NOW)
    assert {c for c in CATEGORIES if not everything.allows("oura", c)} == SENSITIVE


def test_a_permit_is_true_while_one_of_its_grants_opens_something() -> None:
    for lines, ids in (
        (["+ oura heart"], ("c0",)),
        (["+ * *", "+ oura heart"], ("c0", "c1")),
        (["+ oura heart", "- * *"], ()),
        (["+ oura heart", "- * heart"], ()),
        (["- * *"], ()),
    ):
        found = permit(ledger(*lines), "answer", NOW)
        assert (found.basis(), bool(found)) == (ids, bool(ids)), lines
