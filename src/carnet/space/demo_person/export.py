"""Her Apple Health export: type after type into the zip, so that the whole text never stands in memory at once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from carnet.space.demo_person import activity, body, diary, heart, night, sport
from carnet.space.demo_person.life import HOME, live
from carnet.space.demo_person.pen import Pen
from carnet.space.demo_person.said import born

MEMBER = "apple_health_export/export.xml"


def export_zip(end: date, seed: int = 46) -> bytes:
    """The zip of the two years that end on that day, as the phone would share it the next morning."""
    packed = io.BytesIO()
    member = zipfile.ZipInfo(MEMBER, (2020, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w") as archive, archive.open(member, "w", force_zip64=True) as out:
        for piece in _pieces(end, seed):
            out.write(piece.encode())
    return packed.getvalue()


def _pieces(end: date, seed: int) -> Iterator[str]:
    life = live(end, seed)
    exported = datetime.combine(end + timedelta(days=1), time(7), HOME)
    pen = Pen(int((exported.utcoffset() or timedelta()).total_seconds()))
    sessions = sport.workouts(life)
    grid, sleep = activity.days(life, sessions), night.nights(life)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<!-- Camille Martin is synthetic: no person wrote or lived this -->\n'
    yield f'<HealthData locale="fr_FR">\n <ExportDate value="{pen.moment(exported.timestamp())}"/>\n{_me(end)}'
    yield from body.records(life, pen)
    yield from activity.records(life, pen, grid)
    yield from heart.records(life, pen, grid, sessions)
    yield from sport.records(life, pen, sessions)
    yield from diary.records(life, pen)
    yield from night.records(life, pen, sleep)
    yield from sport.elements(life, pen, sessions)
    yield from activity.rings(life, grid)
    yield "</HealthData>\n"


def _me(end: date) -> str:
    said = {"DateOfBirth": born(end), "BiologicalSex": "HKBiologicalSexFemale", "BloodType": "HKBloodTypeAPositive",
            "FitzpatrickSkinType": "HKFitzpatrickSkinTypeNotSet", "CardioFitnessMedicationsUse": "None"}  # fmt: skip
    return " <Me" + "".join(f' HKCharacteristicTypeIdentifier{key}="{value}"' for key, value in said.items()) + "/>\n"
