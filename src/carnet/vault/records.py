"""Single facts: written once, corrected by a later row of the same id, read as they stood at a batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from carnet.record.model import Observation, natural_id
from carnet.record.units import half_digit
from carnet.vault.file import File
from carnet.vault.identity import ROUNDED_TO
from carnet.vault.words import Words
from carnet.vault.written import Written

COLUMNS = "r.id, r.batch, r.kind, r.metric, r.service, r.key, r.source, r.ts, r.te, r.date, r.zone, r.body"


def same_content(old: Any, new: Any) -> bool:
    """Whether two bodies say the same: quantities by their value, and across units by what a phone prints when its unit changes."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if {"value", "unit", "raw"} == old.keys() == new.keys():
            return _same_quantity(old, new)
        return old.keys() == new.keys() and all(same_content(old[k], new[k]) for k in old)
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(same_content(a, b) for a, b in zip(old, new, strict=True))
    return bool(old == new) or (old != old and new != new)  # NaN is as good as NaN


def _same_quantity(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    a, b = old["value"], new["value"]
    if old["unit"] != new["unit"]:
        return False
    if old["raw"] == new["raw"] or a == b:
        return True
    if not isinstance(a, int | float) or not isinstance(b, int | float) or _printed(old)[1] == _printed(new)[1]:
        return False
    try:
        return bool(abs(a - b) <= max(_reach(old), _reach(new)) * (1 + 1e-9))
    except OverflowError:  # a whole number beyond what a float holds
        return False


def _printed(quantity: Mapping[str, Any]) -> tuple[str, str]:
    """The number and the unit as written."""
    number, _, unit = str(quantity["raw"]).strip().partition(" ")
    return number, unit.strip()


def _reach(quantity: Mapping[str, Any]) -> float:
    """How far the exact number may lie from this one if a phone printed it from another unit, in the canonical unit: see identity."""
    number, _ = _printed(quantity)
    try:
        written = float(number)
        factor = abs(quantity["value"] / written) if written else 0.0
        half = float(half_digit(number))
        return (min(half, 0.5 * 10.0**-ROUNDED_TO) if abs(written) >= 1 else half) * factor
    except (ValueError, OverflowError):  # no number, or one beyond what a float holds
        return 0.0


def write(file: File, words: Words, batch: int, facts: Sequence[Observation], written: Written) -> None:
    """Writes the facts that are new or say something else than before, in one small transaction.

    One key may stand for several facts of one export. Then the one that was known before, else the one whose content has the smallest
    digest, carries the id; each other one has the digest of its content added to its key. So the order of the rows changes nothing.
    """
    words.learn((f.metric for f in facts), (), ((f.service, f.source) for f in facts if f.source))
    with file.transaction() as cursor:
        for fact in facts:
            _write_one(_Place(cursor, words, batch, fact.id), fact, written)


def settle(file: File, batch: int, service: str, written: Written) -> bool:
    """Whether the batch, a complete export, is older than one that was imported before: then what it says of known facts is dropped."""
    if not file.row("select 1 from batch where service = ? and state = 'done' and moment > ? limit 1", (service, written.seen)):
        return False
    known = "batch = ? and exists (select 1 from record o join batch b on b.seq = o.batch where o.id = record.id and b.state = 'done')"
    with file.transaction() as cursor:
        for metric, n in cursor.execute(f"select metric, count(*) from record where {known} group by metric", (batch,)).fetchall():
            for _ in range(n):
                written.take_back(metric)
        cursor.execute(f"delete from record where {known}", (batch,))
    return True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the facts of one id stand, inside a transaction of the batch that is written."""

    cursor: Any
    words: Words
    batch: int
    id: str

    def standing(self) -> tuple[Any, Any]:
        """The body of an earlier batch and that of this batch, None where there is none."""
        found = self.cursor.execute(
            "select r.batch = ?, r.body from record r join batch b on b.seq = r.batch where r.id = ? and (b.state = 'done' or b.seq = ?) "
            "order by r.batch desc limit 2",
            (self.batch, self.id, self.batch),
        ).fetchall()
        mine = next((json.loads(body) for ours, body in found if ours), None)
        return next((json.loads(body) for ours, body in found if not ours), None), mine

    def beside(self, body: Any) -> bool:
        """Whether this very content is known as another fact of the same key."""
        found = self.cursor.execute(
            "select r.batch = ?, r.body from record r join batch b on b.seq = r.batch where r.base = ? and (b.state = 'done' or b.seq = ?)",
            (self.batch, self.id, self.batch),
        ).fetchall()
        return any(_equal(json.loads(text), body) if ours else same_content(json.loads(text), body) for ours, text in found)

    def insert(self, fact: Observation, body: Any, written: Written, numbered: bool) -> None:
        """Adds one row, under the id itself or under the key with the digest of the content."""
        key = (*fact.key, f"#{_digest(body)}") if numbered else fact.key
        source = self.words.sources[(fact.service, fact.source)] if fact.source else None
        self.cursor.execute(
            "insert into record(id, batch, kind, metric, service, key, source, ts, te, date, zone, body, base) "
            "values (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                natural_id(fact.service, fact.kind, *key) if numbered else self.id, self.batch, fact.kind, fact.metric, fact.service,
                json.dumps(key, ensure_ascii=False), source, fact.start, fact.end, fact.date, fact.zone,
                json.dumps(body, ensure_ascii=False), self.id if numbered else None,
            ),
        )  # fmt: skip
        written.added += 1
        moment = moment_of(fact)
        written.count(fact.metric, 1, moment, moment)

    def move(self, fact: Observation, body: Any) -> None:
        """Gives this batch's row, whose content is `body`, a key of its own; the id becomes free."""
        key = (*fact.key, f"#{_digest(body)}")
        self.cursor.execute(
            "update record set id = ?, key = ?, base = ? where id = ? and batch = ?",
            (natural_id(fact.service, fact.kind, *key), json.dumps(key, ensure_ascii=False), self.id, self.id, self.batch),
        )


def _write_one(place: _Place, fact: Observation, written: Written) -> None:
    body = json.loads(json.dumps(fact.body, ensure_ascii=False))
    name = bytes.fromhex(place.id)
    before, mine = place.standing()
    if mine is not None and _equal(mine, body):
        written.unchanged += 1
    elif before is not None and (_equal if name in written.present else same_content)(before, body):
        if mine is not None:
            place.move(fact, mine)
        written.present.add(name)
        written.unchanged += 1
    elif (before is not None or mine is not None) and place.beside(body):
        written.unchanged += 1
    elif mine is None:
        place.insert(fact, body, written, numbered=name in written.present)
    elif _digest(body) < _digest(mine):
        place.move(fact, mine)
        place.insert(fact, body, written, numbered=False)
    else:
        place.insert(fact, body, written, numbered=True)


def _equal(a: Any, b: Any) -> bool:
    return _digest(a) == _digest(b)


def _digest(body: Any) -> str:
    """The same for equal contents, whatever the order of their parts; a quantity counts by its value to 6 significant digits."""
    return hashlib.sha256(json.dumps(_plain(body), ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(body: Any) -> Any:
    if isinstance(body, Mapping):
        if {"value", "unit", "raw"} == body.keys() and isinstance(body["value"], float):
            return [f"{body['value']:.6g}", body["unit"]]
        return {name: _plain(part) for name, part in body.items()}
    return [_plain(part) for part in body] if isinstance(body, list | tuple) else body


def moment_of(fact: Observation) -> int:
    """When the fact was, ms UTC; the UTC midnight of its date where it has only a date, 0 where it has none."""
    if fact.start is not None:
        return fact.start
    return int(datetime.fromisoformat(fact.date).replace(tzinfo=UTC).timestamp() * 1000) if fact.date else 0


def read(file: File, words: Words, where: str, parameters: tuple[Any, ...], upto: int | None) -> Iterator[Observation]:
    """The facts that match, each in its latest form up to the batch, ascending by time."""
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
            words.source(source)[1] if source is not None else None,
            zone,
        )
