"""Her blood tests of four days, as two laboratories print them: their units, their ranges, their `<`."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

HEADER = ("date", "name", "comparator", "value", "unit", "ref_low", "ref_high", "lab")
CANAL, BUTTES = "Laboratoire du Canal", "Biologie des Buttes"
BACK = (701, 456, 243, 20)  # days before the end
LABS = (CANAL, BUTTES, CANAL, CANAL)

# name, unit, low, high, then one value for each of the four days, "" where it was not asked for
_ALWAYS = """
LDL cholestérol | mmol/L | | 3.4 | 3.20 | | 3.88 | 4.20
HDL cholestérol | mmol/L | 1.2 | | 1.62 | | 1.55 | 1.57
Cholestérol total | mmol/L | | 5.2 | 5.25 | | 5.96 | 6.32
Triglycérides | mmol/L | | 1.7 | 0.94 | | 1.17 | 1.21
Ferritine | µg/L | 15 | 150 | 9 | | 41 | 52
Hémoglobine | g/dL | 12.0 | 16.0 | 11.6 | 12.6 | 13.1 | 13.4
VGM | fL | 80 | 98 | 78.6 | 84.9 | 87.8 | 89.1
Leucocytes | G/L | 4.0 | 10.0 | 6.1 | 5.8 | 6.4 | 5.9
Plaquettes | G/L | 150 | 400 | 312 | 276 | 254 | 248
TSH | mUI/L | 0.40 | 4.00 | 6.10 | 3.40 | 2.60 | 2.30
T4 libre | pmol/L | 10.0 | 19.0 | 11.2 | 13.9 | | 14.8
HbA1c | % | 4.0 | 6.0 | 5.4 | 5.5 | 5.6 | 5.5
Glycémie à jeun | mmol/L | 3.9 | 5.5 | 4.9 | | 5.2 | 5.1
Créatinine | µmol/L | 45 | 84 | 66 | 68 | 64 | 67
DFG estimé (CKD-EPI 2021) | mL/min/1,73 m2 | 60 | | 101 | 97 | 104 | 98
ALAT (TGP) | U/L | | 35 | 18 | 22 | 19 | 21
CRP | mg/L | | 5 | < 5 | <5 | < 5 | < 5
25-OH vitamine D | nmol/L | 50 | 125 | 38 | | 78 | 84
Anti-TPO | UI/mL | | 34 | 182 | | |
Antigène Helicobacter pylori (selles) | | | | | négatif | |
"""
_OTHER_UNITS = """
LDL cholestérol | g/L | | 1.30 | | 1.39 | |
HDL cholestérol | g/L | 0.45 | | | 0.61 | |
Cholestérol total | g/L | | 2.00 | | 2.19 | |
Triglycérides | g/L | | 1.50 | | 0.94 | |
Ferritine | ng/mL | 15 | 150 | | 24 | |
Glycémie à jeun | g/L | 0.70 | 1.00 | | 0.91 | |
25-OH vitamine D | ng/mL | 20 | 50 | | 24.4 | |
"""


def labs_csv(end: date) -> str:
    """The results as a tidy file, oldest first."""
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\n")
    written.writerow(HEADER)
    lines = [tuple(cell.strip() for cell in line.split("|")) for line in (_ALWAYS + _OTHER_UNITS).splitlines() if line]
    for nth, back in enumerate(BACK):
        day = end - timedelta(days=back)
        for name, unit, low, high, *values in lines:
            if values[nth]:
                sign, figure = ("<", values[nth][2:]) if values[nth].startswith("< ") else ("", values[nth])
                written.writerow((day, name, sign, figure, unit, low, high, LABS[nth]))
    return out.getvalue()
