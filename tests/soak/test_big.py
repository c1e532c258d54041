"""Memory stays flat however big the export: the whole process of an import, read off by the system."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

LIMIT_MB = 400
# The high-water mark of this process alone: ru_maxrss would start with what the test runner held when it forked.
CODE = (
    "import re, sys\nfrom carnet.cli.main import main\ncode = main(sys.argv[1:])\n"
    "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024, file=sys.stderr)\nsys.exit(code)"
)
KINDS = (("HeartRate", "count/min", 0), ("ActiveEnergyBurned", "kcal", 60), ("StepCount", "count", 300), ("BasalEnergyBurned", "kcal", 60))


def write_export(path: Path, megabytes: int) -> int:
    """An export of about so many megabytes of XML, streamed into a zip; how many records it holds."""
    device = "&lt;&lt;HKDevice: 0x{:x}&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch7,5, software:11.2&gt;"
    count = per_kind = megabytes * 1_000_000 // 390 // len(KINDS)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a/export.xml", "w", force_zip64=True) as out,
    ):
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en_GB">\n')
        for kind, unit, lasts in KINDS:
            for k in range(per_kind):
                at = 60 * k * 2
                day, clock = divmod(at, 86_400)
                stamp = f"{2019 + day // 336}-{day // 28 % 12 + 1:02}-{day % 28 + 1:02} {clock // 3600:02}:{clock // 60 % 60:02}"
                out.write(
                    f' <Record type="HKQuantityTypeIdentifier{kind}" sourceName="Watch" sourceVersion="11.2" device="{device.format(k * 32)}" '
                    f'unit="{unit}" creationDate="{stamp}:59 +0000" startDate="{stamp}:00 +0000" endDate="{stamp}:{min(lasts, 59):02} +0000" '
                    f'value="{50 + k % 97}"/>\n'.encode()
                )
        out.write(b"</HealthData>\n")
    return count * len(KINDS)


def _peak(tmp_path: Path, megabytes: int) -> int:
    records = write_export(tmp_path / "big.zip", megabytes)
    done = subprocess.run(
        [sys.executable, "-c", CODE, "--home", str(tmp_path / "h"), "import", "--json", str(tmp_path / "big.zip")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f'"added": {records}' in done.stdout
    return int(done.stderr.strip().splitlines()[-1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here to read the high-water mark from")
def test_a_slice(tmp_path: Path) -> None:
    assert _peak(tmp_path, 60) < LIMIT_MB


@pytest.mark.soak
def test_a_gigabyte(tmp_path: Path) -> None:
    assert _peak(tmp_path, 1_000) < LIMIT_MB
