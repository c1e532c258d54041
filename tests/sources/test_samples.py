"""Every real export of the local sample folder: depth-1 elements by kind equal an independent count by the standard library."""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from carnet.sources.connector import recognise
from sources.apple_health.oracle import elements
from sources.test_connector import read

SAMPLES = os.environ.get("CARNET_SAMPLES")
EXPORTS = sorted(p for p in Path(SAMPLES, "apple_health").iterdir() if p.suffix in (".zip", ".xml")) if SAMPLES else []
pytestmark = pytest.mark.skipif(not SAMPLES, reason="CARNET_SAMPLES is not set: no local sample exports")


def content(path: Path) -> bytes:
    """The bytes of the main XML."""
    if path.suffix == ".xml":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        inside = [archive.read(n) for n in archive.namelist() if n.endswith(".xml")]
    return next(data for data in inside if b"<HealthData" in data)


@pytest.mark.parametrize("path", EXPORTS, ids=lambda p: p.name)
def test_every_element_of_a_real_export_is_read(path: Path) -> None:
    (found,) = recognise(path)
    got = read(found)
    wanted = Counter(e.tag for e in elements(content(path)) if e.tag != "ExportDate")
    assert got.kinds == wanted
    assert got.rows == wanted["Record"], "every row of the samples can be taken"
    assert not got.problems


def test_the_sample_folder_is_complete() -> None:
    assert len(EXPORTS) == 8
