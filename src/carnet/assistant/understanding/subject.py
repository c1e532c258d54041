"""What a question is about: its metrics, the activity of its workouts, and which of several metrics an everyday word means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from carnet.assistant.understanding.lexicon import Hit, table
from carnet.assistant.understanding.reading import Reading
from carnet.record.catalog import catalog

HRV = frozenset({"hrv_sdnn", "hrv_rmssd"})
LENGTHS = frozenset({"km", "m", "[mi_i]", "[ft_i]", "[yd_i]"})

BY_UNIT = {
    "kg": "weight", "[lb_av]": "weight", "[stone_av]": "weight", "/min": "heart_rate", "mm[Hg]": "blood_pressure",
    "Cel": "body_temperature",
}  # fmt: skip
HEAVY = frozenset({"heavier", "lighter", "heaviest", "lightest", "lourd", "lourde"})
DRINKING = frozenset({"drink", "drank", "drunk", "bu", "bois", "boire"})
WALKS = frozenset({"walks", "marches", "promenades", "balades", "promenade", "balade", "stroll", "strolls", "marche", "walk"})


@dataclass(frozen=True, slots=True)
class Subject:
    """metrics in the order said, with the hit of each; or an ambiguous word and what it could mean; or nothing at all."""

    metrics: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    activity: str | None = None
    assumptions: tuple[str, ...] = ()
    word: str = ""
    could_be: tuple[str, ...] = ()
    problem: str = ""


def subject(r: Reading, held: Collection[str]) -> Subject:
    """The Subject of a question; `held` decides between metrics that share a word."""
    activities = r.values("activity")
    activity = activities[0] if activities else None
    strong = [h for h in r.slot("metric") if not _answer_unit(r, h)]
    strong = [h for h in strong if r.text(h.first, h.last).casefold() != "drink"] or strong
    if not strong and activity is None:
        strong = r.slot("weak")
    if not strong and activity is not None:
        return _of_activity(r, activity, held)
    if not strong:
        strong = list(r.shadowed[:1])
    if not strong and {t.text for t in r.said} & HEAVY:
        return Subject(("weight",), (0,))
    if not strong and r.amounts and r.amounts[0].unit in BY_UNIT:
        return Subject((BY_UNIT[r.amounts[0].unit],), (0,), assumptions=("metric:by_unit",))
    if not strong:
        return Subject(("sleep_duration",), (0,)) if _nights(r) else Subject()
    return _of_metrics(r, strong, activity, held)


def _answer_unit(r: Reading, hit: Hit) -> bool:
    """Whether a word like "miles" names the unit of the answer beside another metric: "distance walked in miles"."""
    length = hit.last - hit.first == 1 and len(r.slot("metric")) > 1
    return length and hit.first > 0 and r.said[hit.first - 1].text in ("in", "en") and "workout_distance" in hit.keys


def _nights(r: Reading) -> bool:
    """Whether nights alone are spoken of: "my longest night", "nights under 6 h 30"."""
    said = any(r.has(slot, "night") for slot in ("many", "which", "unit_noun"))
    return said or any(s.period is not None and s.period.kind == "night" for s in r.spans)


def _of_metrics(r: Reading, strong: list[Hit], activity: str | None, held: Collection[str]) -> Subject:
    metrics: dict[str, int] = {}
    notes: list[str] = []
    of_workout = activity is not None or r.has("which", "workout") or r.has("flag", "in_workout")
    for hit in strong:
        keys = _narrow(r, hit, activity, held)
        if len(keys) > 1 and frozenset(keys) <= HRV:
            metrics.update(dict.fromkeys(keys, hit.first))
            continue
        if len(keys) != 1:
            return Subject(activity=activity, word=r.text(hit.first, hit.last), could_be=keys or hit.keys)
        key, combined = keys[0], table("activities")["with_activity"]
        if len(hit.keys) > 1:
            notes.append(f"ambiguous:{key}")
        if of_workout and key in combined:
            key = combined[key]
        metrics.setdefault(key, hit.first)
    if activity == "walking" and metrics.keys() & {"steps", "distance_walk_run"}:
        activity = None
    if activity and _beside(r, metrics):
        second = _of_activity(r, activity, held)
        if second.activity is not None:
            return Subject(word=r.text(second.places[0], second.places[0] + 1), problem="not_defined")
        metrics.setdefault(second.metrics[0], second.places[0])
        activity = None
    if activity and activity not in _kept(r, metrics):
        activity = None
    return _settled(r, metrics, activity, tuple(notes), held)


def _settled(r: Reading, metrics: dict[str, int], activity: str | None, notes: tuple[str, ...], held: Collection[str]) -> Subject:
    """ "Workouts" beside another figure of workouts adds nothing; alone it may stand for their distance or duration."""
    if "workout" in metrics and len(metrics) > 1 and any(k.startswith("workout_") or k == "pace" for k in metrics):
        metrics = {k: at for k, at in metrics.items() if k != "workout"}
    if tuple(metrics) == ("workout",):
        return Subject((_attribute(r, activity, held),), tuple(metrics.values()), activity, notes)
    named = {*table("activities")["speed_of"].values(), *table("activities")["power_of"].values()}
    return Subject(tuple(metrics), tuple(metrics.values()), None if named & set(metrics) else activity, notes)


def _beside(r: Reading, metrics: Collection[str]) -> bool:
    """Whether an activity is a second subject ("do I sleep better when I walk more?"), not the filter of the first."""
    together = r.has("on_days") or r.has("agg", "relation")
    return together and not any(catalog()[k].category == "workouts" for k in metrics)


def _kept(r: Reading, metrics: dict[str, int]) -> tuple[str, ...]:
    """The activity stays a filter beside a metric of workouts, or beside another metric on its own day or moment."""
    if "steps" in metrics or "distance_walk_run" in metrics or "walking_speed" in metrics:
        return tuple(a for a in r.values("activity") if a not in ("walking", "running"))
    return tuple(a for a in r.values("activity") if (a, *metrics) != ("climbing", "flights"))


def _narrow(r: Reading, hit: Hit, activity: str | None, held: Collection[str]) -> tuple[str, ...]:
    """The metrics a word can mean here: by an activity, by words about food, blood or effort, then by what the record holds."""
    keys = hit.keys
    if len(keys) < 2:
        return keys
    if activity:
        named = [table("activities")[row].get(activity) for row in ("speed_of", "power_of")]
        keys = tuple(k for k in keys if k in named) or tuple(k for k in keys if k.startswith("workout_")) or keys
        if activity == "walking" and "distance_walk_run" in hit.keys:
            return ("distance_walk_run",)
    keys = _hinted(r, keys, held)
    if frozenset(keys) <= HRV:
        return tuple(k for k in keys if is_held(k, held)) or keys
    mine = tuple(k for k in keys if is_held(k, held))
    if len(mine) > 1 and all(catalog()[k].kind == "lab" for k in mine) and "glucose_fasting" in mine:
        return ("glucose_fasting",)
    return mine or keys


HINTS = (
    ("eaten", ("dietary_energy", "water"), ("nutrition",)), ("blood", (), ("labs",)), ("energy", ("active_energy",), ("activity",)),
)  # fmt: skip


def _hinted(r: Reading, keys: tuple[str, ...], held: Collection[str]) -> tuple[str, ...]:
    for flag, verbs, categories in HINTS:
        if r.has("flag", flag) or (verbs and r.has("weak", *verbs)):
            fitting = tuple(k for k in keys if catalog()[k].category in categories)
            if fitting:
                return fitting[:1] if flag == "energy" else fitting
    if "alcoholic_drinks" in keys and {t.text for t in r.said} & DRINKING:
        return ("alcoholic_drinks",)
    counted = r.has("flag", "sessions", "when") or r.has("agg", "count", "list", "latest") or r.has("many")
    if "workout" in keys and counted and not r.amounts:
        return ("workout",)
    timed = r.has("flag", "long") or any(q.unit in ("min", "h", "clock") for q in r.amounts) or any(t.text == "much" for t in r.said)
    mine = tuple(k for k in keys if is_held(k, held)) or keys
    return (tuple(k for k in mine if k in ("exercise_minutes", "stand_minutes")) or keys) if timed else keys


def is_held(key: str, held: Collection[str]) -> bool:
    """Whether the record has what the metric is made of: stages for a night's figures, workouts for theirs."""
    metric = catalog()[key]
    base = "sleep_stage" if metric.kind == "nightly" else "workout" if metric.category == "workouts" and metric.kind == "event" else key
    return key in held or base in held


def _lengths(r: Reading) -> bool:
    return r.has("flag", "far") or any(q.unit in LENGTHS for q in r.amounts) or any(h.value in LENGTHS for h in r.slot("unit"))


def _of_activity(r: Reading, activity: str, held: Collection[str]) -> Subject:
    """Running, walking, yoga without another metric: how far, how long, how fast, how often; walking counts steps."""
    at = r.slot("activity")[0].first
    if activity == "walking" and not _as_session(r, at):
        if _lengths(r) or r.has("sup", "long", "short"):
            return Subject(("distance_walk_run",), (at,))
        if r.has("flag", "fast"):
            return Subject(("walking_speed",), (at,))
        if not r.has("flag", "long"):
            return Subject(("steps",), (at,))
    if r.has("weak", "active_energy"):
        return Subject(("workout_energy",), (at,), activity)
    own = table("activities")["own_distance"].get(activity)
    metric = _attribute(r, activity, held)
    if metric == "workout_distance" and own in held and "workout" not in held:
        return Subject((own,), (at,))
    return Subject((metric,), (at,), activity)


def _as_session(r: Reading, at: int) -> bool:
    """Whether walking is spoken of as walks: counted, superlative, or a noun in the plural."""
    text = r.said[at].text
    before = any(h.first < at for h in r.slot("sup") if h.value in ("long", "short", "fast", "slow"))
    noun = at > 0 and r.said[at - 1].text in ("ma", "la", "une", "my", "a", "the") and r.has("sup")
    singled = before or noun or text.endswith("s") or r.has("agg", "latest")
    return r.has("flag", "sessions") or (text in WALKS and singled)


def _attribute(r: Reading, activity: str | None, held: Collection[str]) -> str:
    """The figure of workouts that is asked: its distance, duration, pace, energy, or the workouts themselves."""
    goes = activity is None or bool(table("activities")["activity"][activity].get("distance"))
    units = {q.unit for q in r.amounts}
    if r.has("sup", "fast", "slow") or r.has("flag", "fast"):
        return "pace"
    if r.has("flag", "energy") or r.has("weak", "active_energy") or "kcal" in units:
        return "workout_energy"
    if _lengths(r):
        return "workout_distance"
    if any(t.text in ("minutes", "hours", "heures") and r.said[i].text in ("in", "en") for i, t in enumerate(r.said[1:])):
        return "workout_duration"
    if r.has("sup", "long", "short"):
        return "workout_distance" if goes and activity is not None else "workout_duration"
    if (r.has("flag", "long") or units & {"min", "h", "clock"}) and not r.has("agg", "count"):
        return "workout_duration"
    return "workout"
