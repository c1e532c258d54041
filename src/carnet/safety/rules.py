"""The rules of rules/*.toml: loaded, checked, compiled. A rule without examples in both languages does not load.

A condition reads "chest_pain + sweat|faint + !brief + hr>=131": all terms, any of the alternatives, not the one after `!`.
"""

from __future__ import annotations

import operator
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from carnet.safety.errors import BadRule
from carnet.safety.facts import DERIVED, NUMBERS, Facts
from carnet.safety.lexicon import LANGUAGES, lexicon
from carnet.safety.model import Level

SYSTEMS = (
    "heart", "breathing", "brain", "infection", "allergy", "abdomen", "metabolic", "bleeding", "eye", "pregnancy", "child",
    "older", "poison", "crisis", "violence", "medication", "throat", "skin", "limbs", "urine", "mind", "general",
)  # fmt: skip
CALM = frozenset({Level.SEE_CLINICIAN, Level.SELF_CARE})  # their rules say what would change them
FLAGS = frozenset({"crisis", "medication", "poison"})
_COMPARISON = re.compile(r"([a-z0-9_]+)(<=|>=|<|>)(\d+(?:\.\d+)?)")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
Test = Callable[[Facts], bool]
Term = tuple[bool, frozenset[str], tuple[Test, ...]]  # not?, concepts, comparisons: any of them


@dataclass(frozen=True, slots=True)
class Modifier:
    """What makes a complaint of some systems one level more urgent: age, pregnancy, weak defences, a medicine."""

    id: str
    systems: frozenset[str]
    when: tuple[tuple[Term, ...], ...]
    reason: Mapping[str, str]
    source: str

    def applies(self, facts: Facts) -> bool:
        """True when any condition holds."""
        return any(all(_holds(term, facts) for term in terms) for terms in self.when)


@dataclass(frozen=True, slots=True)
class Rule:
    """One red flag: when it fires, how urgent, why, and its own tests (`yes` fire it, `no` look alike).

    raised: a modifier may add one step.
    """

    id: str
    system: str
    level: Level
    flags: frozenset[str]
    when: tuple[tuple[Term, ...], ...]
    reason: Mapping[str, str]
    ask: Mapping[str, tuple[str, ...]]
    sooner: Mapping[str, tuple[str, ...]]
    source: str
    reviewed: str
    raised: bool
    yes: Mapping[str, tuple[str, ...]]
    no: Mapping[str, tuple[str, ...]]

    def fires(self, facts: Facts) -> bool:
        """True when any condition holds."""
        return any(all(_holds(term, facts) for term in terms) for terms in self.when)


def _holds(term: Term, facts: Facts) -> bool:
    negative, names, tests = term
    return negative == (names.isdisjoint(facts.names) and not any(test(facts) for test in tests))


def _test(match: re.Match[str], rule: str) -> Test:
    name, compare, limit = match[1], _OPERATORS[match[2]], float(match[3])
    if name not in NUMBERS:
        raise BadRule(f"{rule}: there is no number called {name!r}; known are {', '.join(sorted(NUMBERS))}")
    return lambda facts: any(compare(value, limit) for value in facts.numbers.get(name, ()))


def _term(text: str, rule: str) -> Term:
    names, tests = set(), []
    for one in text.lstrip("!").split("|"):
        match = _COMPARISON.fullmatch(one.strip())
        if match:
            tests.append(_test(match, rule))
        elif one.strip() not in lexicon().concepts | DERIVED:
            raise BadRule(f"{rule}: no lexicon defines the concept {one.strip()!r}")
        else:
            names.add(one.strip())
    return text.startswith("!"), frozenset(names), tuple(tests)


def _condition(text: str, rule: str) -> tuple[Term, ...]:
    return tuple(_term(part.strip(), rule) for part in text.split("+"))


def _texts(row: Mapping[str, object], key: str, rule: str, *, needed: bool) -> dict[str, tuple[str, ...]]:
    table = row.get(key, {})
    if not isinstance(table, dict):
        raise BadRule(f"{rule}: {key} should hold one list per language")
    texts = {lang: tuple(str(t) for t in table.get(lang, ())) for lang in LANGUAGES}
    missing = [lang for lang in LANGUAGES if not texts[lang]]
    if needed and missing:
        raise BadRule(f"{rule}: needs `{key}` examples in {' and '.join(missing)}")
    return texts


def rule(row: Mapping[str, object], system: str) -> Rule:
    """A checked Rule from one row of a rule file; raises BadRule with what is missing."""
    name = str(row.get("id", "?"))
    conditions, reason = row.get("when"), row.get("reason")
    if not name.startswith(system + ".") or not isinstance(conditions, list) or not conditions:
        raise BadRule(f"{name}: needs an id that starts with {system!r} and a list `when`")
    if not isinstance(reason, dict) or not all(reason.get(lang) for lang in LANGUAGES):
        raise BadRule(f"{name}: needs a reason in each of {', '.join(LANGUAGES)}")
    flags = row.get("flags", [])
    if not isinstance(flags, list) or set(flags) - FLAGS or row.get("level") not in set(Level) or not row.get("source"):
        raise BadRule(f"{name}: needs a level, a source, and no flags but {', '.join(sorted(FLAGS))}")
    return Rule(
        id=name,
        system=system,
        level=Level(str(row["level"])),
        flags=frozenset(str(flag) for flag in flags),
        when=tuple(_condition(str(text), name) for text in conditions),
        reason={lang: str(reason[lang]) for lang in LANGUAGES},
        ask=_texts(row, "ask", name, needed=False),
        sooner=_texts(row, "sooner", name, needed=row["level"] in CALM),
        source=str(row["source"]),
        reviewed=str(row.get("reviewed", "")),
        raised=row.get("raised") is not False,
        yes=_texts(row, "yes", name, needed=True),
        no=_texts(row, "no", name, needed=True),
    )


@cache
def modifiers() -> tuple[Modifier, ...]:
    """Every modifier of modifiers.toml, in the order of the file."""
    rows = tomllib.loads(files("carnet.safety").joinpath("modifiers.toml").read_text("utf-8"))["modifier"]
    found = []
    for row in rows:
        systems = frozenset(row["systems"])
        if systems - set(SYSTEMS) or not row.get("source") or set(row["reason"]) != set(LANGUAGES):
            raise BadRule(f"{row['id']}: needs known systems, a source and a reason in each of {', '.join(LANGUAGES)}")
        found.append(Modifier(row["id"], systems, tuple(_condition(t, row["id"]) for t in row["when"]), row["reason"], row["source"]))
    return tuple(found)


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the package, most urgent level first, then in the order of SYSTEMS and of the file."""
    folder = files("carnet.safety").joinpath("rules")
    found = []
    for system in SYSTEMS:
        rows = tomllib.loads(folder.joinpath(f"{system}.toml").read_text("utf-8")).get("rule", [])
        found += [rule(row, system) for row in rows]
    doubles = {r.id for r in found if sum(other.id == r.id for other in found) > 1}
    if doubles:
        raise BadRule(f"rule ids used twice: {', '.join(sorted(doubles))}")
    return tuple(sorted(found, key=lambda r: r.level.rank))
