"""Every real export of the local sample folder, through the command line: counts equal an independent count, again adds nothing."""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from journeys.carnet import carnet

SAMPLES = os.environ.get("CARNET_SAMPLES")
FOLDER = Path(SAMPLES or ".") / "apple_health"
EXPORTS = sorted(p for p in FOLDER.glob("*") if p.suffix in (".zip", ".xml")) if SAMPLES else []

pytestmark = pytest.mark.skipif(not SAMPLES, reason="CARNET_SAMPLES is not set: no local sample exports")


def independent_count(path: Path) -> Counter[str]:
    """Depth-1 elements by name, by the standard library alone; the DTD is cut away, some are malformed."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [n for n in archive.namelist() if n.endswith(".xml")]
            (data,) = [d for d in (archive.read(m) for m in members) if b"<HealthData" in d[:20_000]]
    else:
        data = path.read_bytes()
    root = ElementTree.fromstring(data[data.index(b"<HealthData ") if b"<HealthData " in data else 0 :])
    return Counter(child.tag for child in root)


@pytest.mark.parametrize("path", EXPORTS, ids=lambda p: p.name)
def test_counts_equal_an_independent_count_and_twice_adds_nothing(path: Path) -> None:
    done = carnet("import", "--json", path)
    assert done.code in (0, 1), done.err
    (report,) = done.json()
    expected = independent_count(path)
    del expected["ExportDate"]
    assert report["by_kind"] == dict(expected)
    assert report["read"] == sum(expected.values())
    assert report["read"] == report["added"] + report["unchanged"] + sum(p["count"] for p in report["problems"])
    for again in (["--again"], []):
        (second,) = carnet("import", "--json", *again, path).json()
        assert second["added"] == 0
        assert second["read"] == report["read"]
        assert second["unchanged"] == report["read"] - sum(p["count"] for p in report["problems"])


def test_the_folder_is_not_empty() -> None:
    assert len(EXPORTS) >= 8
