"""Camille Martin, 46: a synthetic person, written as the files a person would have. The same end date and seed give the same bytes."""

from __future__ import annotations

from datetime import date

from carnet.space.demo_person.export import export_zip
from carnet.space.demo_person.labs import labs_csv
from carnet.space.demo_person.life import DAYS, HOME
from carnet.space.demo_person.said import EVENTS, profile

__all__ = ["DAYS", "EVENTS", "HOME", "NAME", "SEED", "export_zip", "files", "labs_csv", "profile"]

NAME = "Camille Martin"
SEED = 46


def files(end: date, seed: int = SEED) -> dict[str, bytes]:
    """Her files by name, over the 731 days that end on that day."""
    return {"camille-apple-health.zip": export_zip(end, seed), "camille-labs.csv": labs_csv(end).encode()}
