"""Looking for records that may be of one person: among everybody, or only those that came or changed since."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, union, update
from sqlalchemy.orm import Session

from tracker.core.clock import now
from tracker.core.db import db, transaction
from tracker.ledger.models import Journey
from tracker.ledger.services import new_ref
from tracker.people.identity.models import DuplicatePair, DuplicateScan, FormerDetails
from tracker.people.likeness import Alike, Records
from tracker.people.models import Person, Posting
from tracker.training import alike

MARKS = {
    "last_person_id": Person.id,
    "last_posting_id": Posting.id,
    "last_journey_id": Journey.id,
    "last_former_id": FormerDetails.id,
}
"""How far a search saw: the last number of what it looked at."""

MOST_FRESH = 10_000
"""Where more came than this, everybody is compared: that is quicker."""


def look_at_everybody() -> int:
    """Compare everybody with everybody else. Opens its own transactions; the pairs that were found.

    Pairs that nobody has decided on and that are alike no more are forgotten; what somebody decided is kept.
    """
    marks = _marks(db.session())
    records = Records()
    for facts in alike.read(db.session()):
        records.add(facts)
    found = list(records.alike(records.count()))
    with transaction() as session:
        _keep(session, found)
        _forget_others(session, found)
        session.add(DuplicateScan(**marks))
    return len(found)


def look_at_new() -> int:
    """Compare who came, moved, enrolled or was renamed since the last search with everybody. As `look_at_everybody`
    otherwise; what was found before stays.
    """
    session: Session = db.session()
    last = session.scalars(select(DuplicateScan).order_by(DuplicateScan.id.desc()).limit(1)).first()
    if last is None:
        return look_at_everybody()
    marks = _marks(session)
    fresh = list(session.scalars(_since(last)))
    if len(fresh) > MOST_FRESH:
        return look_at_everybody()
    last_id = last.id
    found = _alike_with(session, fresh)
    with transaction() as session:
        _keep(session, found)
        session.add(DuplicateScan(**marks))
        session.execute(delete(DuplicateScan).where(DuplicateScan.id < last_id))
    return len(found)


def _marks(session: Session) -> dict[str, int]:
    asked = (select(func.coalesce(func.max(column), 0)).scalar_subquery() for column in MARKS.values())
    return dict(zip(MARKS, session.execute(select(*asked)).one(), strict=True))


def _since(last: DuplicateScan) -> Select[int]:
    """The ids of people of whom something new may be compared."""
    people = (
        select(Person.id).where(Person.id > last.last_person_id),
        select(Posting.person_id).where(Posting.id > last.last_posting_id),
        select(Journey.person_id).where(Journey.id > last.last_journey_id, Journey.person_id.is_not(None)),
        select(FormerDetails.person_id).where(FormerDetails.id > last.last_former_id),
    )
    return select(union(*people).subquery().c[0])


def _alike_with(session: Session, fresh: Sequence[int]) -> list[Alike]:
    """The pairs of which one is fresh."""
    if not fresh:
        return []
    facts = list(alike.read(session, select(Person.id).where(Person.id.in_(fresh))))
    records, known = Records(), set(fresh)
    for one in facts:
        records.add(one)
    for other in alike.read(session, alike.candidates(session, facts)):
        if other.number not in known:
            records.add(other)
    return list(records.alike(alike.rarity(session, records), known))


def _keep(session: Session, found: Iterable[Alike]) -> None:
    """Write down pairs that are new, and bring those that are known up to date."""
    pairs = {(one.low, one.high): _row(one) for one in found}
    known = {
        (low, high): (id, weight, matches, differs)
        for id, low, high, weight, matches, differs in session.execute(
            select(
                DuplicatePair.id,
                DuplicatePair.low_id,
                DuplicatePair.high_id,
                DuplicatePair.weight,
                DuplicatePair.matches,
                DuplicatePair.differs,
            )
        )
    }
    new = [
        {"ref": new_ref(), "low_id": low, "high_id": high, "found_at": now(), "reason": "", **row}
        for (low, high), row in pairs.items()
        if (low, high) not in known
    ]
    if new:
        session.execute(insert(DuplicatePair), new)
    for pair, (id, *said) in known.items():
        row = pairs.get(pair)
        if row is not None and said != [row["weight"], row["matches"], row["differs"]]:
            session.execute(update(DuplicatePair).where(DuplicatePair.id == id).values(**row))


def _row(one: Alike) -> dict[str, Any]:
    return {
        "weight": round(one.weight * 10),
        "matches": json.dumps(one.matches),
        "differs": json.dumps(one.differs),
    }


def _forget_others(session: Session, found: Iterable[Alike]) -> None:
    pairs = {(one.low, one.high) for one in found}
    undecided = select(DuplicatePair.id, DuplicatePair.low_id, DuplicatePair.high_id)
    gone = [
        id
        for id, low, high in session.execute(undecided.where(DuplicatePair.decided_at.is_(None)))
        if (low, high) not in pairs
    ]
    for start in range(0, len(gone), 500):
        session.execute(delete(DuplicatePair).where(DuplicatePair.id.in_(gone[start : start + 500])))
