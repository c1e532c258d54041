"""What Apple's words mean here: types, units, devices. The facts stand in mapping.toml; this reads them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from carnet.record.catalog import catalog
from carnet.record.errors import UnknownUnit
from carnet.record.model import Source
from carnet.record.units import Conversion, conversion
from carnet.sources.cleaning import shown

SERVICE = "apple_health"
_MOLAR = re.compile(r"<[0-9.]+>")  # mmol<180.1558800000541>/L
_FIELD = re.compile(r", (name|manufacturer|model|hardware|firmware|software|localIdentifier|UDIDeviceIdentifier|creation date):")
_BY_HAND = frozenset({  # the Health app's own name in the phone's language
    "health", "santé", "salud", "saúde", "gesundheit", "salute", "здоровье", "gezondheid", "健康", "ヘルスケア", "건강", "hälsa", "helse",
    "sundhed", "terveys", "zdrowie",
})  # fmt: skip


@cache
def mapping() -> Mapping[str, Mapping[str, Any]]:
    """The tables of mapping.toml."""
    return tomllib.loads(files("carnet.sources.apple_health").joinpath("mapping.toml").read_text("utf-8"))


def ucum(unit: str) -> str:
    """The UCUM code of a unit as Apple writes it; the text itself when it is not in the table. "%" is already a fraction."""
    found = mapping()["units"].get(unit)
    return str(found) if found else str(mapping()["units"].get(_MOLAR.sub("", unit), unit))


@dataclass(frozen=True, slots=True)
class Meaning:
    """How the rows of one (type, unit) are read.

    metric: the catalogue's name, or the type itself when we do not know it. conversion: None when the unit is unknown.
    unit: UCUM as written, kept per row where `keep_raw`. values: words of the file -> our word or a number; missing: the word of a row
    without value. duration: the value is the interval's length in minutes.
    """

    metric: str
    conversion: Conversion | None
    unit: str
    keep_raw: bool
    values: Mapping[str, str | float] | None = None
    missing: str = ""
    duration: bool = False


@lru_cache(10_000)
def meaning(kind: str, unit: str | None) -> Meaning:
    """The meaning of a Record type in that unit; a type we do not know keeps its own name and unit."""
    entry = mapping()["types"].get(kind)
    kind, written = shown(kind), shown(ucum(unit or ""))
    if entry is None or entry["metric"] not in catalog():
        category = kind.startswith("HKCategoryType")
        return Meaning(kind, Conversion(), written, bool(written), {} if category else None)
    if "values" in entry or entry.get("duration"):
        return Meaning(entry["metric"], Conversion(), "", False, entry.get("values"), entry.get("missing", ""), bool(entry.get("duration")))
    if written == "{count}" and "unit" in entry:
        written = entry["unit"]
    try:
        found = conversion(written, catalog()[entry["metric"]])
    except UnknownUnit:
        return Meaning(entry["metric"], None, written, False)
    return Meaning(entry["metric"], found, written, found.changes)


def without_pointer(device: str | None) -> str:
    """The device text without "<<HKDevice: 0x...>", which differs on nearly every row."""
    return device[device.find(">, ") + 1 :] if device else ""


@lru_cache(10_000)
def source(name: str, device: str) -> Source:
    """The Source of a sourceName and a device text without pointer. The name stays as written, no-break spaces included."""
    parts = _FIELD.split(device.removesuffix(">"))
    fields = dict(zip(parts[1::2], parts[2::2], strict=True))
    hardware, model = fields.get("hardware", ""), fields.get("model", "")
    name, hardware, model = shown(name), shown(hardware), shown(model)
    return Source(name, hardware, _kind(name.replace("\u00a0", " ").casefold(), device, hardware or model))


def _kind(name: str, device: str, hardware: str) -> str:
    """watch | phone | device | app | user. Rows of a watch or phone without a device text are told by the name Apple gives them."""
    if hardware.startswith("Watch"):
        return "watch"
    if hardware.startswith(("iPhone", "iPad", "iPod")):
        return "phone"
    if device:
        return "device"
    if "apple watch" in name:
        return "watch"
    if "iphone" in name:
        return "phone"
    return "user" if name in _BY_HAND else "app"


@lru_cache(10_000)
def zone(name: str) -> str | None:
    """An IANA zone name as it is, None for anything else."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, odd, or a folder of the zone database
        return None
    return name
