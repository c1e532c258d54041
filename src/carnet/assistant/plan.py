"""What a question asks, as a combination: metric x aggregation x period x filter x grouping x comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from carnet.record.selection import Filters, Window


class Agg(StrEnum):
    """What to compute. The first words are those of `carnet query --agg`."""

    TOTAL = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    LATEST = "latest"
    FIRST = "first"
    COUNT = "count"
    SD = "sd"
    QUANTILE = "quantile"
    DAYS_WHERE = "days_where"  # how many (or which) days meet the condition
    SHARE = "share"  # that as a fraction of the days with data
    STREAK = "streak"  # longest run of days meeting the condition; current=True: the one that ends now
    TREND = "trend"
    CHANGE = "change"  # last value minus the one before (labs), or last minus first
    RANK = "rank"  # the n days, nights, weeks, months, weekdays, workouts with the extreme value
    TYPICAL_TIME = "typical_time"
    LIST = "list"  # every value with its date
    OUT_OF_RANGE = "out_of_range"  # labs outside the range printed on their report
    EXISTS = "exists"  # is there any, and from when to when
    COVERAGE = "coverage"  # which days have none
    RELATION = "relation"  # two metrics, same-day Pearson


Group = Literal["none", "hour", "day", "weekday", "week", "month", "year", "weekend"]
Op = Literal[">", ">=", "<", "<=", "=="]


@dataclass(frozen=True, slots=True)
class Condition:
    """A threshold on daily values (or samples), in the metric's canonical unit."""

    op: Op
    value: float
    text: str = ""  # as the person said it, with its unit
    metric: str = ""  # another metric than the one asked ("on days I slept under 6 hours"), else empty


@dataclass(frozen=True, slots=True)
class Period:
    """Resolved local days. phrase: a language-free name ("last_week", "month:2026-03", "rolling:30 days", "day:2026-02-15")."""

    window: Window
    kind: str = "between"  # day | night | calendar | rolling | since | until | between | all | default
    partial: bool = False  # the window includes today


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another side: an earlier or later period, or groups of days. The headline is later minus earlier (a minus b for groups)."""

    kind: Literal["periods", "weekend", "hours", "weekdays", "months", "goal"]
    other: Period | None = None
    other_filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One question, ready to be run. Everything the person did not say and we took is listed in `assumptions` (codes)."""

    metrics: tuple[str, ...]
    agg: Agg
    period: Period
    filters: Filters = field(default_factory=Filters)
    group: Group = "none"
    comparison: Comparison | None = None
    condition: Condition | None = None
    quantile: float | None = None
    count: int = 1  # how many for RANK
    order: Literal["desc", "asc"] = "desc"
    which: bool = False  # "which days" wants the dates, "how many days" the number
    current: bool = False  # STREAK: the run that ends now; OUT_OF_RANGE: the last report only
    when: bool = False  # "when was ..." wants the date or time of the figure
    yes_no: bool = False  # "did I ever", "is it lower": the text opens with the fact, never with a verdict
    per: Group = "none"  # "per week on average": totals per calendar week, then their mean
    unit: str | None = None  # the unit the person named for the answer
    lang: str = "en"
    assumptions: tuple[str, ...] = ()
    coverage: float = 1.0


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """No plan: at most three complete plans to choose from, or what was missing. reason: a code."""

    reason: str  # no_metric | ambiguous | not_defined | future | needs_dates | out_of_scope | ...
    choices: tuple[Plan, ...] = ()
    word: str = ""  # the word not understood or ambiguous
    metrics: tuple[str, ...] = ()  # what it could mean
