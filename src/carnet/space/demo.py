"""The demo: Camille's files go in by the true way, her consents are recorded like anybody's, and a few questions are asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from carnet.assistant.answer import Answer
from carnet.space import demo_person
from carnet.space.space import HealthSpace
from carnet.vault.home import Home

QUESTIONS = {
    "en": (
        "How did I sleep last week?",
        "How has my resting heart rate been over the last six months?",
        "Which day did I walk the most in the last 30 days?",
        "How did my LDL change between the last two tests?",
    ),
    "fr": (
        "Combien ai-je dormi la semaine dernière ?",
        "Comment évolue ma fréquence cardiaque au repos sur les six derniers mois ?",
        "Quel jour ai-je le plus marché ces 30 derniers jours ?",
        "De combien mon LDL a-t-il changé entre les deux derniers bilans ?",
    ),
}


def run(root: Path, now: datetime, lang: str) -> Iterator[tuple[str, Answer]]:
    """Questions with their answers, over a home that is made on the first call and kept for the next."""
    home = Home(root)
    with HealthSpace.open(home) if home.exists() else HealthSpace.make(home) as space:
        if not space.services():
            _fill(space, root, now)
        for question in QUESTIONS[lang]:
            yield question, space.ask([question], now, lang)


def _fill(space: HealthSpace, root: Path, now: datetime) -> None:
    end = now.astimezone(demo_person.HOME).date() - timedelta(days=1)
    files = {"camille-apple-health.zip": demo_person.export_zip(end), "camille-labs.csv": demo_person.labs_csv(end).encode()}
    for name, data in files.items():
        (root / name).write_bytes(data)
    list(space.import_paths([root / name for name in files], None, {}, False, None))
    space.set_profile("home_zone", demo_person.HOME.key)
    for service in ("apple_health", "tidy_csv"):
        space.decide("grant", service, (), "answer")
