"""The demo's home: filled once by the true way, never mixed with a person's own, its questions answered with figures and citations."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carnet.record.catalog import SENSITIVE
from carnet.space import demo, demo_person
from carnet.space.space import HealthSpace
from carnet.vault.errors import NotWritable
from carnet.vault.home import Home

NOW = datetime(2026, 3, 15, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "demo"
    demo.prepare(folder, NOW)
    return folder


@pytest.fixture
def space(root: Path) -> Iterator[HealthSpace]:
    with HealthSpace.open(Home(root)) as opened:
        yield opened


def test_her_files_lie_in_the_home_for_its_owner_only(root: Path) -> None:
    for name in ("camille-apple-health.zip", "camille-labs.csv", demo.MARKER):
        assert stat.S_IMODE((root / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    marker = (root / demo.MARKER).read_text()
    assert "synthetic = true" in marker
    assert "end = 2026-03-14" in marker


def test_what_is_sensitive_stays_shut(space: HealthSpace) -> None:
    decided = [e for e in space.consents() if e.purpose != "store"]
    assert sorted((e.action, e.service, e.category, e.purpose) for e in decided) == [
        ("grant", "apple_health", "*", "answer"), ("grant", "tidy_csv", "*", "answer"),
    ]  # fmt: skip
    held = {h.metric for h in space.holdings()}
    assert {"steps", "cholesterol_ldl", "sleep_stage"} <= held
    assert not held & {"cycle_flow", "symptom_cough", "mindful_minutes"}
    assert "reproductive" in SENSITIVE
    reply = space.ask(["When was my last period?"], NOW, "en")
    assert reply.headline is None
    space.decide("grant", "apple_health", ("reproductive",), "answer")
    try:
        assert "cycle_flow" in {h.metric for h in space.holdings()}
    finally:
        space.decide("revoke", "apple_health", ("reproductive",), "answer")


def test_her_profile(space: HealthSpace) -> None:
    said = space.profile()
    assert said.keys() == demo_person.profile(NOW.date()).keys()
    assert said["home_zone"] == "Europe/Paris"
    assert said["events"]["new watch"] == "2025-09-05"


METRICS = ("resting_heart_rate", "cholesterol_ldl", "sleep_duration")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_each_question_gives_a_figure_with_its_citation(root: Path, lang: str) -> None:
    answers = list(demo.run(root, NOW, lang))
    assert tuple(question for question, _ in answers) == demo.QUESTIONS[lang]
    for (_, reply), metric in zip(answers, METRICS, strict=True):
        assert reply.headline is not None
        assert reply.headline.metric == metric
        assert reply.lang == lang
        assert reply.links
        assert "[1]" in reply.text or "[2]" in reply.text
    heart, ldl, sleep = (reply for _, reply in answers)
    assert heart.headline is not None
    assert -5 < heart.headline.value < -2
    assert "break:2025-09-05" in heart.findings[0].notes, "the watch changed, and the answer says so"
    assert ("5 September 2025" if lang == "en" else "5 septembre 2025") in heart.text.replace("\u00a0", " ")
    assert ldl.headline is not None
    assert [round(value, 2) for _, value in ldl.headline.value] == [3.2, 3.59, 3.88, 4.2]
    assert sleep.headline is not None
    assert 6 < sleep.headline.value < 9


def test_both_languages_say_the_same_figures(root: Path) -> None:
    told = [[reply.headline.value for _, reply in demo.run(root, NOW, lang) if reply.headline] for lang in ("en", "fr")]
    assert told[0] == told[1]


def test_a_figure_shows_its_rows(space: HealthSpace) -> None:
    reply = space.ask([demo.QUESTIONS["en"][1]], NOW, "en")
    for link in reply.links:
        _, rows = space.show(link, NOW)
        assert len(rows) >= 1


def test_the_second_time_nothing_is_added(root: Path, space: HealthSpace) -> None:
    events = len(space.consents())
    space.set_profile("week_start", "sun")
    demo.fill(space, root, NOW + timedelta(days=40))
    assert space.profile()["week_start"] == "sun", "what the person changed stays"
    assert len(space.consents()) == events
    assert "end = 2026-03-14" in (root / demo.MARKER).read_text()
    newest = list(space.import_paths([root / "camille-apple-health.zip"], None, {}, False, None))
    assert newest[0]["added"] == 0
    space.set_profile("week_start", "mon")


def test_a_revoked_grant_stays_revoked(root: Path, space: HealthSpace) -> None:
    space.decide("revoke", "tidy_csv", (), "answer")
    try:
        assert [reply.headline for question, reply in demo.run(root, NOW, "en") if "LDL" in question] == [None]
    finally:
        space.decide("grant", "tidy_csv", (), "answer")


# --- never in a person's own home ------------------------------------------------------------------------------------


def test_a_home_with_a_vault_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "own"
    HealthSpace.make(Home(root)).__exit__(None, None, None)
    before = sorted(root.iterdir())
    for attempt in (lambda: list(demo.run(root, NOW, "en")), lambda: demo.prepare(root, NOW), lambda: demo.mark(root)):
        with pytest.raises(demo.NotDemoHome) as refused:
            attempt()
        assert "\n" not in str(refused.value)
    with HealthSpace.open(Home(root)) as space, pytest.raises(demo.NotDemoHome):
        demo.fill(space, root, NOW)
    assert sorted(root.iterdir()) == before
    with HealthSpace.open(Home(root)) as space:
        assert not space.consents()
        assert not space.profile()


def test_a_home_that_lost_its_settings_is_refused_too(tmp_path: Path) -> None:
    root = tmp_path / "own"
    HealthSpace.make(Home(root)).__exit__(None, None, None)
    Home(root).settings.unlink()
    with pytest.raises(demo.NotDemoHome):
        demo.prepare(root, NOW)


def test_a_marked_home_that_holds_more_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    demo.mark(root)
    with HealthSpace.make(Home(root)) as space:
        space._vault.decide("grant", "myfitnesspal", ("*",), "store", None)
        with pytest.raises(demo.NotDemoHome, match="more than the demo"):
            demo.fill(space, root, NOW)
    assert not (root / "camille-labs.csv").exists()


@pytest.mark.parametrize("marker", ["", "synthetic = false\n", 'synthetic = true\nend = "soon"\n', "\x00", "synthetic = "])
def test_a_marker_that_says_something_else_is_no_marker(tmp_path: Path, marker: str) -> None:
    root = tmp_path / "demo"
    demo.mark(root)
    (root / demo.MARKER).write_text(marker)
    with pytest.raises(demo.NotDemoHome):
        demo.prepare(root, NOW)
    assert not Home(root).exists()


def test_filling_that_was_cut_short_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "demo"
    monkeypatch.setattr(demo_person, "files", lambda end: {"camille-labs.csv": demo_person.labs_csv(end).encode()})
    monkeypatch.setattr(HealthSpace, "set_profile", _stop)
    with pytest.raises(KeyboardInterrupt):
        demo.prepare(root, NOW)
    monkeypatch.undo()
    monkeypatch.setattr(demo_person, "files", lambda end: {"camille-labs.csv": demo_person.labs_csv(end).encode()})
    demo.prepare(root, NOW + timedelta(days=2))
    with HealthSpace.open(Home(root)) as space:
        assert space.profile()["country"] == "FR"
        assert {e.service for e in space.consents() if e.purpose == "answer"} == set(demo.SERVICES)
    assert "end = 2026-03-14" in (root / demo.MARKER).read_text()


def _stop(space: HealthSpace, key: str, text: str) -> None:
    raise KeyboardInterrupt


def test_no_link_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_person, "files", lambda end: {"camille-labs.csv": b"date,name,value,unit\n"})
    root, target = tmp_path / "demo", tmp_path / "kept.txt"
    target.write_text("mine")
    demo.mark(root)
    (root / "camille-labs.csv").symlink_to(target)
    with pytest.raises(NotWritable):
        demo.prepare(root, NOW)
    assert target.read_text() == "mine"


def test_an_old_demo_is_made_anew_and_a_young_one_kept(tmp_path: Path) -> None:
    root, now = tmp_path / "demo", datetime(2026, 3, 15, 9, tzinfo=UTC)
    demo.prepare(root, now)
    first = Home(root).default_vault()
    demo.prepare(root, now + timedelta(days=2))
    assert Home(root).default_vault() == first
    (root / "mine.txt").write_text("kept")
    demo.prepare(root, now + timedelta(days=9))
    assert Home(root).default_vault() != first
    assert (root / "mine.txt").read_text() == "kept"
    with HealthSpace.open(Home(root)) as space:
        assert any(h.metric == "steps" and h.last > (now + timedelta(days=7)).timestamp() * 1000 for h in space.holdings())
