"""What only the person can settle: a unit left out, the order of day and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carnet.record.catalog import Metric
from carnet.record.model import Ask
from carnet.record.units import needs_unit
from carnet.sources.tidy_csv.fields import DATE_ORDER

_SHORT = {  # UCUM as people write it
    "[lb_av]": "lb", "[in_i]": "in", "[ft_i]": "ft", "[mi_i]": "mi", "[degF]": "degF", "Cel": "degC", "mm[Hg]": "mmHg", "/min": "bpm",
    "[foz_us]": "fl oz", "[iU]": "IU", "1": "fraction", "[mi_i]/h": "mph", "[yd_i]": "yd", "dB[SPL]": "dB",
}  # fmt: skip


@dataclass(slots=True)
class Questions:
    """Answers given, and the questions that came up."""

    answers: Mapping[str, str]
    asks: dict[str, Ask] = field(default_factory=dict)

    def unit(self, metric: Metric, written: str) -> str | None:
        """The unit to read a number in, None when it must be asked."""
        if written or not needs_unit(metric):
            return written
        key = f"unit.{metric.key}"
        if key in self.answers:
            return self.answers[key]
        units = dict.fromkeys(u for u in (metric.unit, metric.shown, metric.shown_us, metric.conventional) if u and u != "clock")
        choices = tuple(dict.fromkeys(_SHORT.get(u, u) for u in units))
        self.asks[key] = Ask(key, f"Which unit are the numbers of {metric.name('en')} in?", choices)
        return None

    def date_order(self) -> None:
        """Notes that the order of day and month must be asked."""
        self.asks[DATE_ORDER] = Ask(DATE_ORDER, "In dates like 03/04/2026, which comes first, the day or the month?", ("day", "month"))
