"""Every unit people and files write, into the metric's own; and never a mass into an amount without the metric's own factor."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carnet.record.catalog import catalog
from carnet.record.errors import UnknownUnit
from carnet.record.units import conversion, convert, half_digit, needs_unit, show
from carnet.sources.apple_health.names import mapping, meaning

# unit as written, metric, one number as written, the same in the metric's unit
EVERYDAY = [
    ("bpm", "heart_rate", 61, 61), ("count/min", "heart_rate", 61, 61), ("beats/min", "heart_rate", 61, 61), ("breaths/min", "respiratory_rate", 15, 15),
    ("lb", "weight", 176.37, 80.00009), ("lbs", "weight", 100, 45.359237), ("Pounds", "weight", 1, 0.45359237), ("KG", "weight", 80, 80),
    ("g", "weight", 80_000, 80), ("st", "weight", 10, 63.5029318), ("oz", "weight", 16, 0.45359237), ("oz", "water", 1, 29.5735295625),
    ("fl oz", "water", 1, 29.5735295625), ("L", "water", 1.5, 1500), ("cups", "water", 1, 236.5882365), ("ml", "water", 250, 250), ("cL", "water", 33, 330),
    ("°F", "body_temperature", 98.6, 37), ("F", "body_temperature", 212, 100), ("°C", "body_temperature", 37.5, 37.5), ("K", "body_temperature", 310.15, 37),
    ("degC", "wrist_temperature_deviation", 0.5, 0.5), ("°F", "wrist_temperature_deviation", 0.9, 0.5), ("in", "height", 70, 1.778), ("ft", "height", 6, 1.8288),
    ("cm", "height", 178, 1.78), ("mi", "distance_walk_run", 1, 1609.344), ("miles", "distance_walk_run", 2, 3218.688), ("km", "distance_walk_run", 1.5, 1500),
    ("yd", "distance_swim", 100, 91.44), ("km/h", "walking_speed", 3.6, 1), ("mph", "walking_speed", 1, 0.44704), ("cal", "dietary_energy", 1000, 1),
    ("Cal", "dietary_energy", 500, 500), ("kJ", "active_energy", 4.184, 1), ("kcal", "active_energy", 5, 5), ("hrs", "sleep_goal", 8, 480), ("h", "sleep_goal", 8, 480),
    ("min", "exercise_minutes", 30, 30), ("sec", "exercise_minutes", 90, 1.5), ("mmHg", "blood_pressure_systolic", 120, 120),
    ("cmHg", "blood_pressure_systolic", 12, 120), ("kPa", "blood_pressure_systolic", 16, 120.00987), ("%", "spo2", 97, 0.97), ("%", "body_fat_fraction", 25.5, 0.255),
    ("mg/dL", "blood_glucose", 100, 5.551), ("mmol/L", "blood_glucose", 5.5, 5.5), ("g/L", "blood_glucose", 1, 5.551), ("MG/DL", "blood_glucose", 100, 5.551),
    ("kg/m²", "bmi", 24, 24), ("steps", "steps", 420, 420), ("", "steps", 420, 420), ("mcg", "dietary_selenium", 55, 55), ("mg", "dietary_selenium", 0.055, 55),
    ("g", "dietary_sodium", 2.3, 2300), ("IU", "insulin_delivery", 4, 4), ("UI", "insulin_delivery", 4, 4), ("count", "workout_effort", 7, 7),
]  # fmt: skip
LABORATORY = [
    ("mg/dL", "cholesterol_ldl", 100, 2.586), ("g/L", "cholesterol_ldl", 1.6, 4.1376), ("mmol/L", "cholesterol_ldl", 3.4, 3.4), ("mg/dL", "creatinine", 1, 88.42),
    ("µmol/L", "creatinine", 80, 80), ("μmol/L", "creatinine", 80, 80), ("umol/l", "creatinine", 80, 80), ("mg/L", "creatinine", 10, 88.42),
    ("G/L", "platelets", 250, 250), ("10*9/L", "platelets", 250, 250), ("10^9/L", "platelets", 250, 250), ("10⁹/L", "platelets", 250, 250),
    ("x10^9/L", "platelets", 250, 250), ("10E9/L", "platelets", 250, 250), ("10^3/µL", "platelets", 250, 250), ("K/uL", "platelets", 250, 250),
    ("/mm3", "platelets", 250_000, 250), ("Giga/L", "platelets", 250, 250), ("T/L", "rbc", 4.8, 4.8), ("10^6/uL", "rbc", 4.8, 4.8), ("M/uL", "rbc", 4.8, 4.8),
    ("UI/L", "alt", 30, 30), ("U/L", "alt", 30, 30), ("IU/L", "alt", 30, 30), ("µkat/L", "alt", 0.5, 30), ("mIU/L", "tsh", 2, 2), ("mUI/L", "tsh", 2, 2),
    ("µUI/mL", "tsh", 2, 2), ("uIU/mL", "tsh", 2, 2), ("µg/L", "ferritin", 50, 50), ("μg/L", "ferritin", 50, 50), ("ng/mL", "ferritin", 50, 50),
    ("mcg/L", "ferritin", 50, 50), ("%", "hba1c", 5.5, 0.055), ("mmol/mol", "hba1c", 37, 0.05535228), ("g/dL", "haemoglobin", 14, 140), ("g/L", "haemoglobin", 140, 140),
    ("%", "haematocrit", 42, 0.42), ("L/L", "haematocrit", 0.42, 0.42), ("mEq/L", "sodium", 140, 140), ("mEq/L", "calcium", 5, 2.5), ("mg/dL", "lipoprotein_a_mass", 30, 300),
    ("nmol/L", "lipoprotein_a_molar", 75, 75), ("ng/mL", "vitamin_d_25oh", 30, 74.88), ("mL/min/1.73m²", "egfr_ckdepi_2021", 90, 90),
    ("ml/min/1,73 m2", "egfr_ckdepi_2021", 90, 90), ("mm/h", "esr", 10, 10), ("mm", "esr", 10, 10), ("ng/mL FEU", "d_dimer", 400, 400), ("pg", "mch", 30, 30),
    ("fL", "mcv", 90, 90), ("", "inr", 1.1, 1.1), ("mg/g", "urine_acr", 30, 3.393), ("G/L", "albumin", 42, 42),
]  # fmt: skip
NEVER = [
    ("nmol/L", "lipoprotein_a_mass"), ("mg/dL", "lipoprotein_a_molar"), ("g", "dietary_energy"), ("kg", "height"), ("%", "steps"), ("", "weight"), ("", "hba1c"),
    ("furlong", "weight"), ("mg", "cholesterol_ldl"), ("mmol/L", "weight"), ("°C", "weight"), ("U/L", "creatinine"), ("mg//dL", "weight"), (")(", "weight"), ("IU", "dietary_vitamin_d"),
    ("m999999999", "height"), ("Tm12.Tm12.Tm12.Tm12.Tm12.Tm12", "height"), ("{", "steps"), ("kg" * 5000, "weight"),
]  # fmt: skip
# every unit string of Apple's exports -> a Record type that carries it, and what one of it is in the metric's unit
APPLE = [
    ("count", "StepCount", 1), ("count/min", "HeartRate", 1), ("km", "DistanceWalkingRunning", 1000), ("mi", "DistanceCycling", 1609.344), ("m", "SixMinuteWalkTestDistance", 1),
    ("cm", "Height", 0.01), ("kcal", "ActiveEnergyBurned", 1), ("kJ", "ActiveEnergyBurned", 1 / 4.184), ("Cal", "DietaryEnergyConsumed", 1), ("%", "BodyFatPercentage", 1),
    ("%", "OxygenSaturation", 1), ("kg", "BodyMass", 1), ("lb", "BodyMass", 0.45359237), ("g", "DietaryProtein", 1), ("mg", "DietaryCalcium", 1), ("mcg", "DietarySelenium", 1),
    ("min", "AppleExerciseTime", 1), ("hr", "AppleExerciseTime", 60), ("ms", "HeartRateVariabilitySDNN", 1), ("dBASPL", "EnvironmentalAudioExposure", 1),
    ("km/hr", "WalkingSpeed", 1 / 3.6), ("mi/hr", "WalkingSpeed", 0.44704), ("mL/min·kg", "VO2Max", 1), ("W", "CyclingPower", 1), ("mg/dL", "BloodGlucose", 0.05551),
    ("mmol<180.1558800000541>/L", "BloodGlucose", 1), ("degC", "BodyTemperature", 1), ("mmHg", "BloodPressureSystolic", 1), ("L", "ForcedVitalCapacity", 1),
    ("mL", "DietaryWater", 1), ("fl_oz_us", "DietaryWater", 29.5735295625), ("IU", "InsulinDelivery", 1), ("mcS", "ElectrodermalActivity", 1),
    ("appleEffortScore", "WorkoutEffortScore", 1), ("kcal/hr·kg", "PhysicalEffort", 1), ("kcal/hr-kg", "PhysicalEffort", 1), ("count", "BodyMassIndex", 1),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "metric", "written", "canonical"), EVERYDAY + LABORATORY)
def test_what_people_write_becomes_the_metrics_own_unit(unit: str, metric: str, written: float, canonical: float) -> None:
    found = convert(np.array([written, 0.0]), unit, catalog()[metric])
    assert found[0] == pytest.approx(canonical, rel=1e-6)
    assert conversion(unit, catalog()[metric]).of(written) == found[0]


@pytest.mark.parametrize(("unit", "metric"), NEVER)
def test_what_has_no_fixed_conversion_is_refused(unit: str, metric: str) -> None:
    with pytest.raises(UnknownUnit):
        conversion(unit, catalog()[metric])


@pytest.mark.parametrize(("unit", "kind", "factor"), APPLE)
def test_every_unit_of_an_apple_export_converts(unit: str, kind: str, factor: float) -> None:
    found = meaning("HKQuantityTypeIdentifier" + kind, unit).conversion
    assert found is not None
    assert found.of(1.0) == pytest.approx(factor, rel=1e-9)


def test_fahrenheit_of_an_export() -> None:
    found = meaning("HKQuantityTypeIdentifierBodyTemperature", "degF").conversion
    assert found is not None
    assert found.of(98.6) == pytest.approx(37)


def test_every_unit_of_the_catalogue_leads_there_and_back() -> None:
    for metric in catalog().metrics.values():
        for unit in {metric.unit, metric.shown, metric.shown_us, metric.conventional, *metric.factors, *metric.affine} - {"", "clock"}:
            there = conversion(unit, metric).of(1.25)
            assert show(there, metric.unit, unit, metric) == pytest.approx(1.25), (metric.key, unit)


def test_every_ucum_code_of_the_apple_table_is_known() -> None:
    from carnet.record.units import readings

    assert not [unit for unit in mapping()["units"].values() if not readings(unit)]


@pytest.mark.parametrize(
    ("value", "unit", "shown", "wanted"),
    [
        (1500, "m", "km", 1.5), (420, "min", "h", 7), (0.97, "1", "%", 97), (80, "kg", "[lb_av]", 176.3698), (1.78, "m", "cm", 178), (2.5, "m/s", "km/h", 9),
        (2.5, "m/s", "min/km", 6.6666667), (2.5, "m/s", "min/[mi_i]", 10.72896), (37, "Cel", "[degF]", 98.6), (250, "mL", "[foz_us]", 8.4535057),
        (5, "min/km", "min/[mi_i]", 8.04672), (3, "{count}", "{count}", 3), (3, "", "", 3),
    ],
)  # fmt: skip
def test_a_canonical_value_in_the_unit_people_read(value: float, unit: str, shown: str, wanted: float) -> None:
    assert show(value, unit, shown) == pytest.approx(wanted, rel=1e-6)


def test_molar_values_are_shown_by_the_metrics_own_factor() -> None:
    assert show(2.586, "mmol/L", "mg/dL", catalog()["cholesterol_ldl"]) == pytest.approx(100)
    assert show(0.055, "1", "%", catalog()["hba1c"]) == pytest.approx(5.5)
    with pytest.raises(UnknownUnit):
        show(2.586, "mmol/L", "mg/dL")


@pytest.mark.parametrize(
    ("number", "half"),
    [("80", 0.5), ("176.37", 0.005), ("1e3", 500), ("-0.5", 0.05), ("72.0", 0.05), (80.0, 0.5), (0.25, 0.005), ("5,4", 0.05), ("n/a", 0.0)],
)
def test_half_of_the_last_printed_digit(number: str | float, half: float) -> None:
    assert half_digit(number) == pytest.approx(half)


@settings(deadline=None)
@given(st.text(max_size=20) | st.text("kgmLmoluU/.*^0123456789[](){}%", max_size=15))
def test_any_text_is_a_conversion_or_a_refusal(text: str) -> None:
    with contextlib.suppress(UnknownUnit):
        assert np.isfinite(conversion(text, catalog()["weight"]).factor)


def test_a_bare_number_is_enough_only_where_it_means_one_thing() -> None:
    assert [needs_unit(catalog()[m]) for m in ("steps", "workout_effort", "inr", "weight", "spo2", "hba1c")] == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]
