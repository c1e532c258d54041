"""Fixed-factor conversion between UCUM units and the words people write for them. It never turns a mass into an amount by guessing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from carnet.record.catalog import Metric
from carnet.record.errors import UnknownUnit
from carnet.record.model import Floats

MAX_POWER = 12  # as in 10*12/L
Dimensions = tuple[tuple[str, int], ...]

# atom -> (dimensions, factor into m, g, s, K, mol); what stands alone in its dimension converts into itself only
_LENGTH, _MASS, _TIME, _AREA, _VOLUME = {"m": 1}, {"g": 1}, {"s": 1}, {"m": 2}, {"m": 3}
_ENERGY, _PRESSURE, _POWER = {"g": 1, "m": 2, "s": -2}, {"g": 1, "m": -1, "s": -2}, {"g": 1, "m": 2, "s": -3}
_ATOMS: dict[str, tuple[dict[str, int], float]] = {
    "1": ({}, 1.0), "%": ({}, 0.01), "10*": ({}, 10.0), "10^": ({}, 10.0), "m": (_LENGTH, 1.0), "g": (_MASS, 1.0), "s": (_TIME, 1.0),
    "min": (_TIME, 60.0), "h": (_TIME, 3600.0), "d": (_TIME, 86400.0), "wk": (_TIME, 604800.0), "mo": (_TIME, 2629800.0),
    "a": (_TIME, 31557600.0), "L": (_VOLUME, 1e-3), "l": (_VOLUME, 1e-3), "mol": ({"mol": 1}, 1.0), "K": ({"K": 1}, 1.0),
    "cal": (_ENERGY, 4184.0), "J": (_ENERGY, 1000.0), "W": (_POWER, 1000.0), "Pa": (_PRESSURE, 1000.0), "bar": (_PRESSURE, 1e8),
    "m[Hg]": (_PRESSURE, 133322387.415), "m[H2O]": (_PRESSURE, 9806650.0), "Hz": ({"s": -1}, 1.0), "[in_i]": (_LENGTH, 0.0254),
    "[ft_i]": (_LENGTH, 0.3048), "[yd_i]": (_LENGTH, 0.9144), "[mi_i]": (_LENGTH, 1609.344), "[nmi_i]": (_LENGTH, 1852.0),
    "[kn_i]": ({"m": 1, "s": -1}, 1852.0 / 3600.0), "[lb_av]": (_MASS, 453.59237), "[oz_av]": (_MASS, 28.349523125),
    "[stone_av]": (_MASS, 6350.29318), "[foz_us]": (_VOLUME, 2.95735295625e-5), "[foz_br]": (_VOLUME, 2.84130625e-5),
    "[cup_us]": (_VOLUME, 2.365882365e-4), "[pt_us]": (_VOLUME, 4.73176473e-4), "[pt_br]": (_VOLUME, 5.6826125e-4),
    "[tsp_us]": (_VOLUME, 4.92892159375e-6), "[tbs_us]": (_VOLUME, 1.478676478125e-5), "[gal_us]": (_VOLUME, 3.785411784e-3),
    "[IU]": ({"unit": 1}, 1.0), "[iU]": ({"unit": 1}, 1.0), "U": ({"unit": 1}, 1.0), "kat": ({"kat": 1}, 1.0), "eq": ({"eq": 1}, 1.0),
    "osm": ({"osm": 1}, 1.0), "S": ({"S": 1}, 1.0), "[pH]": ({"pH": 1}, 1.0), "dB[SPL]": ({"SPL": 1}, 1.0), "dB": ({"dB": 1}, 1.0),
    "cm2": (_AREA, 1e-4), "Cel": ({"K": 1}, 1.0), "[degF]": ({"K": 1}, 5 / 9),
}  # fmt: skip
_ABSOLUTE = {"K": (1.0, 0.0), "Cel": (1.0, 273.15), "[degF]": (5 / 9, 459.67 * 5 / 9)}  # temperature: kelvin = x * slope + offset
_PREFIXES = {"T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "d": 1e-1, "c": 1e-2, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15}
_PREFIXED = {"m", "g", "s", "L", "l", "mol", "cal", "J", "W", "Pa", "m[Hg]", "m[H2O]", "Hz", "[IU]", "[iU]", "U", "kat", "eq", "osm", "S"}
_TERM = re.compile(r"([./(])|(\))|(\{[^{}]*\})|(10[*^]|1(?!\d)|[A-Za-z%]*(?:\[[A-Za-z0-9_]+\])?[A-Za-z]*)(-?\d+)?")
_MOLES_PER_EQUIVALENT = {  # ions a US laboratory prints in mEq/L
    "sodium": 1.0, "potassium": 1.0, "chloride": 1.0, "bicarbonate": 1.0, "co2_total": 1.0, "anion_gap": 1.0,
    "calcium": 0.5, "calcium_ionised": 0.5, "magnesium": 0.5,
}  # fmt: skip

# UCUM = what people and files write for it, in lower case unless case matters; a word in two lines may be either: the metric decides
_SPELLED = """
10*9/L = G/L; giga/l
10*12/L = T/L; tera/l
10*6/uL = M/uL; M/mm3; million/ul; mil/ul
10*3/uL = K/uL; k/ul; thousand/ul
Cel = C; degc; celsius; °c
[degF] = F; degf; °f; fahrenheit
kcal = Cal; kcals; calories; calorie
[stone_av] = St; st; stone
/uL = /mm3; cells/ul
{count} = count; counts; steps; step; pas; floors; flights; times
{score} = score; appleeffortscore
{points} = points; pts
{ratio} = ratio
{INR} = inr
[pH] = ph
{titer} = titer
/min = bpm; beats/min; beats per minute; count/min; br/min; brpm; breaths/min; rpm; spm; per min; 1/min; min-1;
  battements/min; resp/min
/s = count/s
/h = count/hr; count/h; events/h
[lb_av] = lb; lbs; pound; pounds; livres
kg = kgs; kilo; kilos
[oz_av] = oz; ounce; ounces
[foz_us] = fl oz; floz; fl. oz; fl_oz_us
[foz_br] = fl_oz_imp
[cup_us] = cup; cups; cup_us
[pt_us] = pt_us
[pt_br] = pt_imp
[tsp_us] = tsp
[tbs_us] = tbsp
[gal_us] = gal
mL = cc
L = litre; litres; liter; liters
[in_i] = in; inch; inches
[ft_i] = ft; feet; foot
[yd_i] = yd; yards
[mi_i] = mi; mile; miles
km = kms
m = metre; metres; meter; meters
km/h = km/hr; kmh; kph
[mi_i]/h = mph; mi/hr; mi/h
[ft_i]/s = ft/s
min/[mi_i] = min/mi; /mi
min/km = /km
mm[Hg] = mmhg; mm hg
cm[Hg] = cmhg; cm hg
cm[H2O] = cmaq; cmh2o
kJ = kilojoules; kj
h = hr; hrs; hour; hours; heure; heures
min = mins; minute; minutes; mn
s = sec; secs; second; seconds; secondes
ms = msec
d = day; days; jours; jour
a = years; ans; yr
ug = mcg
uS = mcs
[iU] = iu; ui
dB[SPL] = dbaspl; db spl; db; dba
dB{HL} = dbhl; db hl
W = watt; watts
% = percent; pct; pour cent
1 = fraction; l/l
kg/m2 = kg/m^2
mL/(kg.min) = ml/min.kg; ml/kg/min; ml/kg.min; ml/min/kg; ml/(kg*min); ml/(min.kg)
kcal/(kg.h) = kcal/hr.kg; kcal/hr-kg; kcal/kg/h; kcal/(kg*hr); met; mets
mL/min/{1.73_m2} = ml/min/1.73m2; ml/min/1.73 m2; ml/min/1.73m^2; ml/min/1,73m2; ml/min/1,73 m2
mL/min = ml/min
mm/h = mm/hr; mm/1h
mm = mm
mosm/kg = mosmol/kg
ng/mL{FEU} = ng/ml feu
ug/L{FEU} = ug/l feu
ug/mL{FEU} = ug/ml feu
mg/L{FEU} = mg/l feu
ng/mL = ng/ml
ug/L = ug/l
ug/mL = ug/ml
mg/L = mg/l
g/L = G/L
{score} = points
[foz_us] = oz; ounce; ounces
mL/min/{1.73_m2} = ml/min
mm/h = mm
ng/mL{FEU} = ng/ml
ug/L{FEU} = ug/l
ug/mL{FEU} = ug/ml
mg/L{FEU} = mg/l
"""


def _spellings() -> dict[str, tuple[str, ...]]:
    """The table by word."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _SPELLED.replace("\n  ", " ").strip().splitlines():
        code, _, words = line.partition(" = ")
        for word in words.split("; "):
            found[word] = (*found.get(word, ()), code)
    return found


_SPELLINGS = _spellings()
_WORDS = (  # rewritten before the lookup, in this order
    (re.compile(r"[µμ]|\bmc(?=g\b|mol\b|[lL]\b)"), "u"), (re.compile(r"[·⋅∙]|(?<=[a-z])\*(?=[a-z])"), "."), (re.compile(r"\s*/\s*"), "/"),
    (re.compile(r"^[x×]\s*(?=10)"), ""), (re.compile(r"^10(?:e|E|\^|\*\*|\*)?\s*(?=(3|6|9|12)/)"), "10*"),
    (re.compile(r"(?<=/)mm\^?3$"), "uL"), (re.compile(r"mmol<[0-9.]+>"), "mmol"),
)  # fmt: skip
_CASED = {  # parts of a fraction, in lower case
    "l": "L", "ml": "mL", "dl": "dL", "cl": "cL", "ul": "uL", "fl": "fL", "iu": "[IU]", "miu": "m[IU]", "uiu": "u[IU]", "kiu": "k[IU]",
    "ui": "[IU]", "mui": "m[IU]", "uui": "u[IU]", "mu": "mU", "uu": "uU", "ku": "kU", "u": "U", "hr": "h", "lb": "[lb_av]",
}  # fmt: skip
_COUNTING = frozenset({"", "{count}", "{score}", "{points}"})  # one of each is one of the others


@dataclass(frozen=True, slots=True)
class Conversion:
    """value in the canonical unit = number as written x factor + offset."""

    factor: float = 1.0
    offset: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether the number itself becomes another one."""
        return self.factor != 1.0 or self.offset != 0.0

    def of(self, number: float) -> float:
        """One number, converted."""
        return number * self.factor + self.offset if self.changes else number


@lru_cache(4096)
def _parsed(unit: str) -> tuple[Dimensions, float]:
    """Dimensions and factor of a UCUM expression. Raises UnknownUnit."""
    dimensions: dict[str, int] = {}
    factor = 1.0
    for name, power in _terms(unit):
        own, scale = ({name: 1}, 1.0) if name.startswith("{") else _atom(name, unit)
        factor *= scale**power
        for dimension, of in own.items():
            dimensions[dimension] = dimensions.get(dimension, 0) + of * power
    if not 1e-60 < factor < 1e60:
        raise UnknownUnit(f"{unit!r} is not a unit we know")
    return tuple(sorted((d, n) for d, n in dimensions.items() if n)), factor


def _terms(unit: str) -> Iterator[tuple[str, int]]:
    """Atoms and {notes} of an expression with their powers, below a stroke negative. Raises UnknownUnit."""
    position, sign, signs = 0, 1, [1]
    while position < len(unit):
        found = _TERM.match(unit, position)
        if not found or found.end() == position:
            raise UnknownUnit(f"{unit!r} is not a unit we know")
        operator, closing, note, atom, digits = found.groups()
        position, power = found.end(), int(digits or 1)
        if operator == "(":
            signs.append(sign)
        elif operator:
            sign = signs[-1] if operator == "." else -signs[-1]
        elif closing and len(signs) > 1:
            sign = signs.pop()
        elif abs(power) > MAX_POWER:
            raise UnknownUnit(f"{unit!r} is not a unit we know")
        else:
            yield note or atom or ")", sign * power


def _atom(text: str, whole: str) -> tuple[dict[str, int], float]:
    if text in _ATOMS:
        return _ATOMS[text]
    if text[:1] in _PREFIXES and text[1:] in _PREFIXED:
        dimensions, factor = _ATOMS[text[1:]]
        return dimensions, factor * _PREFIXES[text[0]]
    raise UnknownUnit(f"{whole!r} is not a unit we know")


def _tidy(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.replace("⁹", "^9").replace("¹²", "^12").replace("⁶", "^6")).strip()
    for pattern, word in _WORDS:
        text = pattern.sub(word, text)
    return text


@lru_cache(4096)
def readings(unit: str) -> tuple[str, ...]:
    """The UCUM codes a unit text may mean, most likely first; empty for none."""
    tidy = _tidy(unit)
    lower = tidy.lower()
    recased = "/".join(_CASED.get(part.lower(), part) for part in tidy.split("/"))
    lowered = "/".join(_CASED.get(part, part) for part in lower.split("/"))
    tried = (*_SPELLINGS.get(tidy, ()), tidy, *_SPELLINGS.get(lower, ()), recased, lowered)
    return tuple(code for code in dict.fromkeys(tried) if code and _known(code))


def _known(code: str) -> bool:
    try:
        _parsed(code)
    except UnknownUnit:
        return False
    return True


@lru_cache(4096)
def between(unit: str, target: str) -> Conversion:
    """The conversion between two UCUM codes of one dimension. Raises UnknownUnit."""
    if unit == target:
        return Conversion()
    if unit in _ABSOLUTE and target in _ABSOLUTE:
        (slope, offset), (to_slope, to_offset) = _ABSOLUTE[unit], _ABSOLUTE[target]
        return Conversion(slope / to_slope, (offset - to_offset) / to_slope)
    (dimensions, factor), (to_dimensions, to_factor) = _parsed(unit), _parsed(target)
    if dimensions != to_dimensions:
        raise UnknownUnit(f"{unit!r} does not convert to {target!r}")
    return Conversion(_clean(factor / to_factor))


def _clean(factor: float) -> float:
    """The factor without the dust of binary division: 1e-06 and not 1.0000000000000002e-06."""
    short = float(f"{factor:.15g}")
    return short if abs(short - factor) <= 4e-16 * abs(factor) else factor


_FOUND: dict[tuple[str, str, str], Conversion] = {}


def conversion(unit: str, metric: Metric) -> Conversion:
    """How a number in `unit` (UCUM or an everyday spelling) becomes the metric's canonical unit.

    Amount and mass convert only by the metric's own factor. Raises UnknownUnit, also for a unit left blank where one is needed.
    """
    key = (unit, metric.key, metric.unit)
    if key not in _FOUND:
        _FOUND[key] = _conversion(unit, metric)
    return _FOUND[key]


def _conversion(unit: str, metric: Metric) -> Conversion:
    if not unit.strip():
        if needs_unit(metric):
            raise UnknownUnit(f"{metric.key} needs a unit, such as {metric.unit}")
        return Conversion()
    for code in readings(unit):
        try:
            return _to_metric(code, metric)
        except UnknownUnit:
            continue
    raise UnknownUnit(f"no fixed conversion from this unit to {metric.unit or 'a metric without unit'} for {metric.key}")


def needs_unit(metric: Metric) -> bool:
    """Whether a bare number of this metric could mean two things."""
    return not (metric.unit.startswith("{") or metric.unit in ("", "[pH]"))


def _to_metric(code: str, metric: Metric) -> Conversion:
    """One UCUM code into the metric's unit: the metric's own factors first, then the same dimension."""
    if code in _COUNTING and metric.unit in _COUNTING:
        return Conversion()
    if metric.unit == "K" and code in _ABSOLUTE:  # a difference of temperatures has no offset
        return Conversion(_ABSOLUTE[code][0])
    if code in metric.affine:
        return Conversion(*metric.affine[code])
    own = dict(metric.factors)
    if metric.conventional and metric.factor_to_si:
        own[metric.conventional] = metric.factor_to_si
    if metric.key in _MOLES_PER_EQUIVALENT and metric.unit == "mmol/L":
        own["meq/L"] = _MOLES_PER_EQUIVALENT[metric.key]
    if code in own:
        return Conversion(own[code])
    try:
        return between(code, metric.unit)
    except UnknownUnit:
        for other, factor in own.items():
            if _known(other) and _parsed(other)[0] == _parsed(code)[0]:
                return Conversion(_clean(between(code, other).factor * factor))
        raise


def convert(values: Floats, unit: str, metric: Metric) -> Floats:
    """The numbers in the metric's canonical unit, as a new array. Raises UnknownUnit."""
    by = conversion(unit, metric)
    return values * by.factor + by.offset if by.changes else values.copy()


def show(value: float, unit: str, shown: str, metric: Metric | None = None) -> float:
    """A canonical number in a unit people read. With `metric`, its own factors lead back to mg/dL and the like. Raises UnknownUnit."""
    if unit == shown or not shown:
        return value
    if metric is not None and metric.unit == unit:
        by = conversion(shown, metric)
        return (value - by.offset) / by.factor if by.changes else value
    try:
        return between(unit, shown).of(value)
    except UnknownUnit:
        pace = _parsed(f"1/({unit})")  # m/s is shown as min/km
        if value and pace[0] == _parsed(shown)[0]:
            return pace[1] / _parsed(shown)[1] / value
        raise


def half_digit(number: str | float) -> float:
    """Half of the last printed digit: 0.005 for "176.37", 0.5 for "80"; 0 for what is no number."""
    text = number if isinstance(number, str) else repr(float(number)).removesuffix(".0")
    try:
        exponent = Decimal(text.strip().replace(",", ".")).as_tuple().exponent
    except InvalidOperation:
        return 0.0
    return 0.5 * 10.0**exponent if isinstance(exponent, int) else 0.0
