"""Synthetic exports with invented values: ordinary ones of any length, and one of every oddity seen or feared."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Q, C = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier"
NBSP = "\u00a0"
WATCH = (
    f'sourceName="Apple{NBSP}Watch de Zoé" sourceVersion="11.2" device="&lt;&lt;HKDevice: 0x{{0:x}}&gt;, name:Apple Watch, '
    'manufacturer:Apple Inc., model:Watch, hardware:Watch7,5, software:11.2&gt;"'
)
PHONE = (
    'sourceName="iPhone de Zoé &amp; Léo\u2019s" sourceVersion="18.1" device="&lt;&lt;HKDevice: 0x{0:x}&gt;, name:iPhone, '
    'manufacturer:Apple Inc., model:iPhone, hardware:iPhone14,5, software:18.1&gt;"'
)
CUFF = (
    'sourceName="OMRON connect" device="&lt;&lt;HKDevice: 0x{0:x}&gt;, name:HEM-7361T, manufacturer:OMRON &quot;JP&quot;, '
    'model:HEM-7361T&gt;"'
)
BY_HAND, APP = 'sourceName="Santé" sourceVersion="17.6.1"', 'sourceName="MyFitnessPal"'

# type, unit in metric settings, unit in other settings and the factor that leads there, source, value range, decimals
KINDS = [
    (Q + "StepCount", "count", "count", 1.0, WATCH, (1, 400), 0), (Q + "StepCount", "count", "count", 1.0, PHONE, (1, 400), 0),
    (Q + "DistanceWalkingRunning", "km", "mi", 1 / 1.609344, PHONE, (0.01, 1), 5),
    (Q + "ActiveEnergyBurned", "kcal", "kJ", 4.184, WATCH, (0.1, 9), 3), (Q + "HeartRate", "count/min", "count/min", 1.0, WATCH, (45, 180), 0),
    (Q + "BodyMass", "kg", "lb", 1 / 0.45359237, APP, (60, 80), 2), (Q + "OxygenSaturation", "%", "%", 1.0, WATCH, (0.9, 1), 2),
    (Q + "WalkingSpeed", "km/hr", "mi/hr", 1 / 1.609344, PHONE, (3, 6), 3), (Q + "VO2Max", "mL/min·kg", "mL/min·kg", 1.0, WATCH, (35, 45), 2),
    (Q + "BloodGlucose", "mg/dL", "mmol&lt;180.1558800000541&gt;/L", 0.05551, CUFF, (70, 160), 0),
    (Q + "DietaryWater", "mL", "fl_oz_us", 1 / 29.5735295625, APP, (100, 500), 0), (Q + "Height", "cm", "cm", 1.0, BY_HAND, (160, 180), 0),
    (Q + "BodyMassIndex", "count", "count", 1.0, APP, (18, 30), 1), ("HKDataTypeSleepDurationGoal", "hr", "hr", 1.0, PHONE, (7, 9), 0),
    (Q + "EnvironmentalAudioExposure", "dBASPL", "dBASPL", 1.0, WATCH, (50, 80), 4), (Q + "SomethingNew", "zorks", "zorks", 1.0, WATCH, (1, 9), 0),
]  # fmt: skip
STAGES = ("InBed", "Asleep", "AsleepUnspecified", "Awake", "AsleepCore", "AsleepDeep", "AsleepREM")


@dataclass
class Export:
    """An export being written; `other_units` writes the same facts as a phone with other unit settings."""

    seed: int = 1
    offset: int = 2
    other_units: bool = False
    rows: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random, self.pointers = random.Random(self.seed), random.Random(self.seed + self.other_units * 1000 + self.offset)

    def at(self, second: int) -> str:
        """A moment some seconds after the start of 2024, in the file's one offset."""
        local = datetime(2024, 1, 1) + timedelta(seconds=second, hours=self.offset)
        return f"{local:%Y-%m-%d %H:%M:%S} {self.offset:+03d}00"

    def fill(self, n: int) -> Export:
        """n Records of many types in runs, some with metadata, zone or beats."""
        while len(self.rows) < n:
            kind = self.random.choice(KINDS)
            for _ in range(self.random.randint(1, 9)):
                self.rows.append(self.quantity(*kind))
            self.rows.append(self.sleep())
            if self.random.random() < 0.3:
                self.rows.append(self.beats())
        return self

    def quantity(self, kind: str, unit: str, other: str, factor: float, who: str, span: tuple[float, float], digits: int) -> str:
        """One Record of a quantity type."""
        start = self.random.randrange(0, 28_000_000)
        end = start + self.random.choice((0, 0, 17, 600))
        value = round(self.random.uniform(*span), digits)
        shown = f"{value:.{digits}f}" if not self.other_units or factor == 1.0 else f"{value * factor:.8g}"
        inside = self.random.choice(
            (
                "",
                "",
                '<MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="1"/>',
                '<MetadataEntry key="Note" value="a &quot;b&quot; &lt;c&gt; é\u2009&#233;"/>',
            )
        )
        return self.record(kind, who, start, end, f'unit="{other if self.other_units else unit}"', shown, inside)

    def record(self, kind: str, who: str, start: int, end: int, unit: str, value: str, inside: str = "") -> str:
        """One Record element, alone or with a child."""
        who = who.format(self.pointers.randrange(1 << 40))
        head = (
            f'<Record type="{kind}" {who} {unit} creationDate="{self.at(end + 60)}" startDate="{self.at(start)}" endDate="{self.at(end)}"'
        )
        return f'{head} value="{value}">\n  {inside}\n </Record>' if inside else f'{head} value="{value}"/>'

    def sleep(self) -> str:
        """One stage of sleep, with its zone."""
        start = self.random.randrange(0, 28_000_000)
        zone = '<MetadataEntry key="HKTimeZone" value="Europe/Paris"/>'
        return self.record(
            C + "SleepAnalysis", WATCH, start, start + 900, "", "HKCategoryValueSleepAnalysis" + self.random.choice(STAGES), zone
        )

    def beats(self) -> str:
        """One heart rate variability with its beats."""
        start = self.random.randrange(0, 28_000_000)
        beats = "".join(
            f'\n   <InstantaneousBeatsPerMinute bpm="{55 + k}" time="08:34:0{k},10"/>' for k in range(self.random.randint(1, 5))
        )
        inside = f"<HeartRateVariabilityMetadataList>{beats}\n  </HeartRateVariabilityMetadataList>"
        return self.record(
            Q + "HeartRateVariabilitySDNN", WATCH, start, start + 60, 'unit="ms"', f"{self.random.uniform(20, 90):.6g}", inside
        )

    def document(self, header: str = '<?xml version="1.0" encoding="UTF-8"?>\n', rows: Sequence[str] | None = None) -> bytes:
        """The whole file."""
        body = "\n ".join([f'<ExportDate value="{self.at(28_000_000)}"/>', *(self.rows if rows is None else rows)])
        return f'{header}<HealthData locale="fr_FR">\n {body}\n</HealthData>\n'.encode()


def ordinary(n: int = 300, **settings: int) -> bytes:
    """An export of about n Records."""
    return Export(**settings).fill(n).document()


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip as the phone makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


BROKEN_DTD = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST VisionPrescription
  type CDATA #REQUIRED
  dateIssued CDATA #REQUIRED
<!ELEMENT RightEye EMPTY>
>
]>
"""
_FAKE = '<Record type="HKQuantityTypeIdentifierStepCount" sourceName="x" unit="count" startDate="2024-01-01 00:00:00 +0000" endDate="2024-01-01 00:00:00 +0000" value="9"/>'
_NEW = _FAKE.replace("StepCount", "SomethingNew").replace('"count"', '"zorks"')
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def odd() -> dict[str, bytes]:
    """Exports that are whole, each odd in one way; every Record of them can be taken."""
    export = Export().fill(40)
    plain, rows = export.document(), export.rows
    first = next(r for r in rows if r.count("/>") == 1 and r.endswith("/>"))  # a row without children
    return {
        "iOS 16 DTD": export.document(_XML + BROKEN_DTD),
        "no prolog": export.document(""),
        "BOM": b"\xef\xbb\xbf" + plain,
        "CRLF": plain.replace(b"\n", b"\r\n"),
        "minified": plain.replace(b"\n ", b"").replace(b"\n", b"").replace(b"  <", b"<"),
        "four spaces": plain.replace(b"\n ", b"\n    "),
        "blank lines": plain.replace(b"\n <Record", b"\n\n\n <Record"),
        "no final newline": plain.rstrip(),
        "control character": plain.replace("Zoé".encode(), "Z\x0bo\x01é".encode()),
        "reference to a control character": plain.replace("Zoé".encode(), "Zo&#x0b;é&#11;".encode()),
        "single quotes": export.document(rows=[first.replace('"', "'"), *rows]),
        "unknown attribute": plain.replace(b" creationDate=", b' flavour="mint" creationDate='),
        "unknown child": export.document(rows=[first[:-2] + f'><Foo a="1"><Bar>{_FAKE}</Bar></Foo></Record>']),
        "comment with a fake record": export.document(rows=[f"<!-- {_FAKE} -->", *rows, f"<!--\n {_FAKE}\n -->"]),
        "CDATA with a fake record": export.document(rows=[f"<![CDATA[ {_FAKE} ]]>", *rows]),
        "line end and tab in a value": plain.replace("Zoé".encode(), "Zo\té\n d".encode()),
        "greater-than in a value": plain.replace(b"Apple Inc.", b"Apple > Inc."),
        "open and close": export.document(rows=[r[:-2] + "></Record>" if r.count("/>") == 1 and r.endswith("/>") else r for r in rows]),
        "no creation date, no device": export.document(rows=[_FAKE, *rows]),
        "other offsets": export.document(rows=[_FAKE.replace("+0000", z) for z in ("-0330", "+1345", "+0000", "-1100")]),
        "numbers in other shapes": export.document(rows=[_NEW.replace('"9"', v) for v in ('"1e3"', '"-0.5"', '"9."', '".5"', '"+7"')]),
        "invalid UTF-8": plain.replace("Zoé".encode(), b"Zo\xe9"),
        "processing instruction": plain.replace(b"\n <Record", b"\n <?php echo 1 ?>\n <Record", 1),
    }  # fmt: skip
