"""Her workouts: two runs a week, a swim, yoga, the bicycle in summer. While the knee hurt she did not run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from carnet.record.model import Floats, Longs
from carnet.space.demo_person.life import HOUR, MINUTE, Life
from carnet.space.demo_person.pen import NEW_WATCH, OLD_WATCH, QUANTITY, Pen, entry

NAMES = {"run": "Running", "swim": "Swimming", "ride": "Cycling", "yoga": "Yoga"}
_CHANCE = {("run", 1): 0.9, ("run", 5): 0.92, ("swim", 3): 0.72, ("yoga", 0): 0.55, ("ride", 6): 0.8}
_START = {"run": (18.4, 9.6), "swim": (12.3, 12.3), "yoga": (19.3, 19.3), "ride": (10.2, 10.2)}  # on a weekday, at the weekend
_MINUTES = {"run": (41, 7), "swim": (36, 5), "yoga": (48, 7), "ride": (82, 16)}
_KCAL = {"run": 8.9, "swim": 6.6, "yoga": 2.7, "ride": 5.6}  # a minute
_BEATS = {"run": 150, "swim": 132, "yoga": 88, "ride": 126}
_DISTANCE = {"run": "DistanceWalkingRunning", "swim": "DistanceSwimming", "ride": "DistanceCycling"}
CADENCE = 164  # steps a minute of running
LENGTH_M = 25


@dataclass(frozen=True, slots=True)
class Workout:
    """One session. day: position in her life; start: seconds UTC; km: 0 where there is no distance."""

    what: str
    day: int
    start: int
    minutes: float
    km: float
    kcal: float
    beats: float

    @property
    def end(self) -> int:
        """Its last second."""
        return self.start + round(self.minutes * 60)


def workouts(life: Life) -> list[Workout]:
    """Every session the watch recorded, ascending."""
    dice = life.dice(1)
    found = []
    for day, when in enumerate(life.dates):
        for what in NAMES:
            lucky, extra = dice.random(), dice.normal(size=4)
            chance = _CHANCE.get((what, when.weekday()), 0.0)
            if what == "ride" and not 5 <= when.month <= 9:
                chance = 0.0
            if lucky < chance and life.watch[day] and life.ill[day] == 0 and not _prevented(life, day, what):
                found.append(_workout(life, day, what, extra))
    return found


def _prevented(life: Life, day: int, what: str) -> bool:
    """The knee forbids running; away from home there is no pool, no bicycle and no class."""
    return bool(life.knee[day]) if what == "run" else bool(life.away[day])


def _workout(life: Life, day: int, what: str, extra: Floats) -> Workout:
    mean, spread = _MINUTES[what]
    minutes = round(float(np.clip(mean + spread * extra[0], mean - 2 * spread, mean + 2 * spread)), 3)
    hour = _START[what][life.dates[day].weekday() >= 5] + 0.2 * float(np.clip(extra[1], -1.5, 1.5))
    fit = float(life.well[day])
    pace = 6.75 - 0.75 * fit + 0.15 * float(extra[2])  # minutes a kilometre of running
    if what == "swim":
        km = round(minutes * (27 + 3 * fit) / LENGTH_M) * LENGTH_M / 1000  # 27 to 30 metres a minute, whole lengths
    else:
        km = {"run": minutes / pace, "ride": minutes * (18.5 + extra[2]) / 60}.get(what, 0.0)
    beats = _BEATS[what] - 4 * fit + 3 * float(extra[3])
    return Workout(what, day, int(life.midnight[day] + hour * HOUR), minutes, round(float(km), 4), minutes * _KCAL[what], beats)


def by_hour(life: Life, sessions: Sequence[Workout], amount: str) -> Floats:
    """Minutes, energy (kcal), distance on foot (km) or steps of the sessions in each hour of each day."""
    grid = np.zeros((len(life.dates), 24))
    for w in sessions:
        ran = w.what == "run"
        total = {"minutes": w.minutes, "kcal": w.kcal, "km": w.km * ran, "steps": w.minutes * CADENCE * ran}[amount]
        first, last = (w.start - life.midnight[w.day]) / HOUR, (w.end - life.midnight[w.day]) / HOUR
        for hour in range(int(first), min(int(last) + 1, 24)):
            grid[w.day, hour] += total * (min(last, hour + 1) - max(first, hour)) / (last - first)
    return grid


def beats(life: Life, w: Workout, dice: np.random.Generator) -> tuple[Longs, Floats]:
    """Moments and heart rate, once a minute: up in the first minutes, then about level."""
    at = w.start + 20 + np.arange(int(w.minutes), dtype=np.int64) * MINUTE
    rise = 1 - np.exp(-np.arange(len(at)) / 3.0)
    return at, 82 + (w.beats - 80) * rise * 1.04 + dice.normal(0, 3.2, len(at))


def records(life: Life, pen: Pen, sessions: Sequence[Workout]) -> Iterator[str]:
    """Distances by bicycle and in the pool, and strokes: what no step counts."""
    dice = life.dice(20)
    for what, kind, unit, per_km in (("ride", "DistanceCycling", "km", 1.0), ("swim", "DistanceSwimming", "m", 1000.0)):
        for who, newer in ((OLD_WATCH, False), (NEW_WATCH, True)):
            mine = [w for w in sessions if w.what == what and bool(life.new[w.day]) is newer]
            start, end = np.array([w.start for w in mine], np.int64), np.array([w.end for w in mine], np.int64)
            amount = np.array([w.km for w in mine]) * per_km
            yield pen.quantity(kind, who, unit, start, end, amount, 4)
            if what == "swim":
                yield pen.quantity("SwimmingStrokeCount", who, "count", start, end, amount * dice.uniform(0.72, 0.8, len(mine)))


def elements(life: Life, pen: Pen, sessions: Sequence[Workout]) -> Iterator[str]:
    """Each session as the file writes it."""
    dice = life.dice(2)
    for w in sessions:
        yield _element(life, pen, w, dice)


def _element(life: Life, pen: Pen, w: Workout, dice: np.random.Generator) -> str:
    span = f'startDate="{pen.moment(w.start)}" endDate="{pen.moment(w.end)}"'
    who = NEW_WATCH if life.new[w.day] else OLD_WATCH
    inside = [entry("HKTimeZone", life.zone[w.day]), entry("HKIndoorWorkout", int(w.what in ("swim", "yoga"))),
              entry("HKAverageMETs", f"{w.kcal / w.minutes * 60 / 67:.4g} kcal/hr·kg")]  # fmt: skip
    if w.what in ("run", "ride"):
        rise = abs(float(dice.normal(4200 if w.what == "run" else 26_000, 1500)))
        inside += [entry("HKElevationAscended", f"{rise:.0f} cm"), entry("HKWeatherTemperature", f"{_fahrenheit(life, w, dice):.1f} degF")]
    inside += _events(pen, w, dice) + _statistics(w, span, dice)
    head = (
        f' <Workout workoutActivityType="HKWorkoutActivityType{NAMES[w.what]}" duration="{w.minutes:.4f}" durationUnit="min" {who} {span}>'
    )
    return f"{head}\n{''.join(inside)} </Workout>\n"


def _fahrenheit(life: Life, w: Workout, dice: np.random.Generator) -> float:
    season = np.cos((life.dates[w.day].timetuple().tm_yday - 205) / 365 * 2 * np.pi)
    return float(32 + 1.8 * (12.5 + 8.5 * season + dice.normal(0, 2.5)))


def _events(pen: Pen, w: Workout, dice: np.random.Generator) -> list[str]:
    """A pause at a crossing, or the sets of a swim."""
    if w.what == "swim":
        sets = np.linspace(w.start, w.end - 240, 4)
        return [
            f'  <WorkoutEvent type="HKWorkoutEventTypeSegment" date="{pen.moment(at)}" duration="4.1" durationUnit="min"/>\n' for at in sets
        ]
    if w.what == "yoga":
        return []
    pause, wait = w.start + float(dice.uniform(0.3, 0.7)) * w.minutes * 60, float(dice.uniform(12, 70))
    return [
        f'  <WorkoutEvent type="HKWorkoutEventType{word}" date="{pen.moment(pause + after)}"/>\n'
        for word, after in (("Pause", 0), ("Resume", wait))
    ]


def _statistics(w: Workout, span: str, dice: np.random.Generator) -> list[str]:
    low, high = w.beats - 38 + dice.normal(0, 3), w.beats + 17 + dice.normal(0, 3)
    figures = [
        ("ActiveEnergyBurned", f'sum="{w.kcal:.2f}" unit="kcal"'),
        ("BasalEnergyBurned", f'sum="{w.minutes * 0.98:.2f}" unit="kcal"'),
        ("HeartRate", f'average="{w.beats:.1f}" minimum="{low:.0f}" maximum="{high:.0f}" unit="count/min"'),
    ]
    if w.km:
        figures.append((_DISTANCE[w.what], f'sum="{w.km * 1000:.0f}" unit="m"' if w.what == "swim" else f'sum="{w.km:.4f}" unit="km"'))
    if w.what == "run":
        figures.append(("StepCount", f'sum="{w.minutes * CADENCE:.0f}" unit="count"'))
    return [f'  <WorkoutStatistics type="{QUANTITY}{kind}" {span} {said}/>\n' for kind, said in figures]
