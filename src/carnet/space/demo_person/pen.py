"""How the phone writes: moments with the one offset of the whole file, rows of one type as text. It knows nothing of her."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from carnet.record.model import Floats, Longs

QUANTITY, CATEGORY = "HKQuantityTypeIdentifier", "HKCategoryTypeIdentifier"


def _watch(hardware: str, software: str) -> str:
    device = f"&lt;&lt;HKDevice: 0x3&gt;, name:Apple Watch, hardware:{hardware}, software:{software}&gt;"
    return f'sourceName="Apple Watch de Camille" sourceVersion="{software}" device="{device}"'


OLD_WATCH, NEW_WATCH = _watch("Watch6,2", "10.6"), _watch("Watch7,5", "11.2")
PHONE = (
    'sourceName="iPhone de Camille" sourceVersion="18.1" device="&lt;&lt;HKDevice: 0x4&gt;, name:iPhone, '
    'hardware:iPhone14,5, software:18.1&gt;"'
)
SCALE, CUFF = 'sourceName="Balance" sourceVersion="3.2"', 'sourceName="Tensiomètre" sourceVersion="2.0"'
DIARY, BY_HAND = 'sourceName="Journal des repas" sourceVersion="5.4"', 'sourceName="Santé" sourceVersion="18.1"'


def numbers(values: Floats | Longs, digits: int = 0) -> list[str]:
    """Each number as text with so many decimals, none of them zeros at the end."""
    if not digits:
        return [str(v) for v in np.round(values).astype(np.int64).tolist()]
    return [f"{v:.{digits}f}".rstrip("0").rstrip(".") for v in values.tolist()]


def entry(key: str, value: object) -> str:
    """One line of metadata."""
    return f'  <MetadataEntry key="{key}" value="{value}"/>\n'


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes moments at this distance from UTC, in seconds: the phone's own on the day of the export, also in the other season."""

    offset: int

    @property
    def suffix(self) -> str:
        """The offset as it stands behind each moment."""
        return f" {'-' if self.offset < 0 else '+'}{abs(self.offset) // 3600:02d}{abs(self.offset) % 3600 // 60:02d}"

    def moments(self, seconds: Longs) -> list[str]:
        """Seconds UTC as the file writes them, without the offset."""
        texts = np.datetime_as_string((np.asarray(seconds, np.int64) + self.offset).astype("datetime64[s]"))
        letters = np.ascontiguousarray(texts.astype("U19")).view("U1").reshape(-1, 19)
        letters[:, 10] = " "
        written: list[str] = letters.view("U19").ravel().tolist()
        return written

    def moment(self, second: float) -> str:
        """One moment with the offset."""
        return self.moments(np.array([second], np.int64))[0] + self.suffix

    def rows(
        self, kind: str, who: str, start: Longs, end: Longs, values: Sequence[str], unit: str = "", inside: Iterable[str] | None = None
    ) -> str:
        """The Records of one type and source; inside: what stands within each, "" for nothing."""
        if not len(start):
            return ""
        head = f' <Record type="{kind}" {who}' + (f' unit="{unit}"' if unit else "") + ' startDate="'
        middle, last = f'{self.suffix}" endDate="', f'{self.suffix}" value="'
        first, until = self.moments(start), self.moments(end)
        if inside is None:
            tail = '"/>\n'
            return "".join([f"{head}{a}{middle}{b}{last}{v}{tail}" for a, b, v in zip(first, until, values, strict=True)])
        kept = zip(first, until, values, inside, strict=True)
        return "".join([f'{head}{a}{middle}{b}{last}{v}">\n{said} </Record>\n' if said else f'{head}{a}{middle}{b}{last}{v}"/>\n'
                        for a, b, v, said in kept])  # fmt: skip

    def quantity(self, kind: str, who: str, unit: str, start: Longs, end: Longs, values: Floats | Longs, digits: int = 0) -> str:
        """The Records of one quantity."""
        return self.rows(QUANTITY + kind, who, start, end, numbers(values, digits), unit)
