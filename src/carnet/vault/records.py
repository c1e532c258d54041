"""Single facts: written once, corrected by a later row of the same id, read as they stood at a batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from carnet.record.model import Observation
from carnet.record.units import half_digit
from carnet.vault.file import File
from carnet.vault.words import Words
from carnet.vault.written import Written

COLUMNS = "r.id, r.batch, r.kind, r.metric, r.service, r.key, r.source, r.ts, r.te, r.date, r.zone, r.body"


def same_content(old: Any, new: Any) -> bool:
    """Whether two bodies say the same: quantities by their value, within half the last printed digit when the units differ."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if {"value", "unit", "raw"} == old.keys() == new.keys():
            return _same_quantity(old, new)
        return old.keys() == new.keys() and all(same_content(old[k], new[k]) for k in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(same_content(a, b) for a, b in zip(old, new, strict=True))
    return bool(old == new)


def _same_quantity(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    a, b = old["value"], new["value"]
    if old["raw"] == new["raw"] or a == b:
        return bool(old["unit"] == new["unit"])
    if not isinstance(a, int | float) or not isinstance(b, int | float) or old["unit"] != new["unit"]:
        return False
    return bool(abs(a - b) <= max(_reach(old), _reach(new)) * (1 + 1e-9))


def _reach(quantity: Mapping[str, Any]) -> float:
    """Half the last printed digit of a quantity, in its canonical unit."""
    number = str(quantity["raw"]).split(" ")[0]
    try:
        written = float(number)
    except ValueError:
        return 0.0
    factor = abs(quantity["value"] / written) if written else 1.0
    return float(half_digit(number)) * factor


def write(file: File, words: Words, batch: int, facts: Sequence[Observation], written: Written) -> None:
    """Writes the facts that are new or say something else than before, in one small transaction."""
    words.learn((f.metric for f in facts), (), ((f.service, f.source) for f in facts if f.source))
    with file.transaction() as cursor:
        for fact in facts:
            before = cursor.execute(
                "select r.body from record r join batch b on b.seq = r.batch where r.id = ? and (b.state = 'done' or b.seq = ?) "
                "order by r.batch desc limit 1",
                (fact.id, batch),
            ).fetchone()
            body = json.loads(json.dumps(fact.body, ensure_ascii=False))
            if before and same_content(json.loads(before[0]), body):
                written.unchanged += 1
                continue
            source = words.sources[(fact.service, fact.source)] if fact.source else None
            cursor.execute(
                "insert or replace into record values (?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    fact.id,
                    batch,
                    fact.kind,
                    fact.metric,
                    fact.service,
                    json.dumps(fact.key, ensure_ascii=False),
                    source,
                    fact.start,
                    fact.end,
                    fact.date,
                    fact.zone,
                    json.dumps(body, ensure_ascii=False),
                ),
            )
            written.added += 1
            moment = _moment(fact)
            written.count(fact.metric, 1, moment, moment)


def _moment(fact: Observation) -> int:
    """When the fact was, ms UTC; the UTC midnight of its date where it has only a date, 0 where it has none."""
    if fact.start is not None:
        return fact.start
    return int(datetime.fromisoformat(fact.date).replace(tzinfo=UTC).timestamp() * 1000) if fact.date else 0


def read(file: File, words: Words, where: str, parameters: tuple[Any, ...], upto: int | None) -> Iterator[Observation]:
    """The facts that match, each in its latest form up to the batch, ascending by time."""
    sources = words.source_list()
    sql = (
        f"select {COLUMNS}, max(r.batch) from record r join batch b on b.seq = r.batch "
        f"where b.state = 'done' and r.batch <= ? and {where} group by r.id order by coalesce(r.ts, 0), r.date, r.id"
    )
    for row in file.rows(sql, (upto if upto is not None else 2**62, *parameters)):
        _, _, kind, metric, service, key, source, start, end, day, zone, body, _ = row
        yield Observation(
            service,
            kind,
            metric,
            tuple(json.loads(key)),
            json.loads(body),
            start,
            end,
            day,
            sources[source][1] if source is not None else None,
            zone,
        )
