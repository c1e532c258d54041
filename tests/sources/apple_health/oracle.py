"""What an export says, element by element, by the plainest code there is. The reader is right when it says the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

FACTORS = {  # (metric's unit in Carnet, unit as written) -> factor; written here by hand
    ("km", "m"): 1000.0, ("mi", "m"): 1609.344, ("cm", "m"): 0.01, ("m", "m"): 1.0, ("lb", "kg"): 0.45359237, ("kg", "kg"): 1.0,
    ("kJ", "kcal"): 1 / 4.184, ("kcal", "kcal"): 1.0, ("%", "1"): 1.0, ("count", "{count}"): 1.0, ("count/min", "/min"): 1.0,
    ("ms", "ms"): 1.0, ("km/hr", "m/s"): 1 / 3.6, ("mi/hr", "m/s"): 0.44704, ("mg/dL", "mmol/L"): 0.05551,
    ("mmol<180.1558800000541>/L", "mmol/L"): 1.0, ("mL/min\u00b7kg", "mL/(kg.min)"): 1.0, ("mmHg", "mm[Hg]"): 1.0,
    ("mL", "mL"): 1.0, ("fl_oz_us", "mL"): 29.5735295625, ("hr", "min"): 60.0, ("dBASPL", "dB[SPL]"): 1.0, ("min", "min"): 1.0,
    ("kcal/hr\u00b7kg", "kcal/(kg.h)"): 1.0,
}  # fmt: skip


def elements(data: bytes) -> list[ElementTree.Element]:
    """The depth-1 elements, in order; what XML forbids is cut away first, and so is everything before the root."""
    content = data[re.search(rb"<HealthData[\s/>]", data).start() :]
    content = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#x0?[bB];|&#11;", b"", content)
    return list(ElementTree.fromstring(content.decode("utf-8", "replace")))


def milliseconds(text: str) -> int:
    """UTC milliseconds of "2024-01-01 00:55:28 +0200"."""
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def row(record: ElementTree.Element) -> dict[str, Any]:
    """Everything a Record says, with nothing converted but its dates."""
    says = dict(record.attrib)
    told: dict[str, Any] = {}
    zone = None
    for child in record:
        if child.tag == "MetadataEntry" and child.get("key") == "HKTimeZone":
            zone = child.get("value")
        elif child.tag == "MetadataEntry":
            told[child.get("key", "")] = child.get("value", "")
        elif child.tag == "HeartRateVariabilityMetadataList":
            told["beats"] = [[float(b.get("bpm", "nan")), b.get("time")] for b in child if b.tag == "InstantaneousBeatsPerMinute"]
        else:
            told[child.tag] = dict(child.attrib)
    return {"says": says, "start": milliseconds(says["startDate"]), "end": milliseconds(says["endDate"]), "zone": zone, "told": told}
