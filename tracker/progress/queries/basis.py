"""What a compile rests on: how far the ledger went, and the structure and rules that are not dated by when they were
known.

The next compile adds what came since. Where something was put into the past since (an older system's history, a posting
that holds at every instant), or the structure is another, nothing can be added to, and everything is counted again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, union_all

from tracker.core.db import db
from tracker.ledger.models import Event, EventKind, EventVoid, Journey
from tracker.organisations.models import Organisation, OrganisationParent
from tracker.people.identity.models import PersonMerge
from tracker.people.models import Posting
from tracker.progress.registry import COMPILED, TOUCHED_SINCE
from tracker.quality.models import Finding
from tracker.training.models import Programme, ProgrammeQualification, SkillRating


@dataclass(frozen=True)
class Mark:
    """How far a compile saw: the instant, the last event and posting there were, and a digest of the rest."""

    instant: datetime
    last_event_id: int
    last_posting_id: int
    basis: str


def mark(instant: datetime) -> Mark:
    """How far a compile sees now that answers as known at an instant."""
    events, postings = db.session.execute(
        select(
            select(func.coalesce(func.max(Event.id), 0)).scalar_subquery(),
            select(func.coalesce(func.max(Posting.id), 0)).scalar_subquery(),
        )
    ).one()
    return Mark(instant, events, postings, basis())


def basis() -> str:
    """A digest of the structure of government, of which programmes qualify, which records are one, and which figures
    there are."""
    parts = (
        select(Organisation.id, Organisation.present_id).order_by(Organisation.id),
        select(OrganisationParent.child_id, OrganisationParent.parent_id).order_by(
            OrganisationParent.child_id, OrganisationParent.parent_id
        ),
        select(Programme.id, Programme.qualifies).order_by(Programme.id),
        select(ProgrammeQualification.id).order_by(ProgrammeQualification.id),
    )
    merges = select(PersonMerge.id).where(PersonMerge.undone_at.is_(None)).order_by(PersonMerge.id)
    rows = [[tuple(row) for row in db.session.execute(part)] for part in (*parts, merges)]
    return hashlib.sha256(repr((rows, [metric.code for metric in COMPILED])).encode()).hexdigest()


def can_be_added_to(base: Mark, basis: str) -> bool:
    """Whether what was counted at a mark is still what is known at its instant, so that only what is new need be
    counted."""
    late = Event.id > base.last_event_id
    rewritten: tuple[ColumnElement[bool], ...] = (
        exists().where(late, Event.recorded_at <= base.instant),
        exists().where(late, Event.kind == EventKind.TRANSFERRED),
        exists().where(EventVoid.replaced_by_id > base.last_event_id, EventVoid.voided_at <= base.instant),
        _moved_at_every_instant(base),
    )
    return basis == base.basis and not any(db.session.execute(select(*rewritten)).one())


def _moved_at_every_instant(base: Mark) -> ColumnElement[bool]:
    """Somebody known already has a new posting that holds at every instant (fine print B2)."""
    new = (Posting.id > base.last_posting_id, Posting.recorded_at.is_(None))
    known = (Journey.person_id == Posting.person_id, Event.journey_id == Journey.id, Event.id <= base.last_event_id)
    return exists().where(*new, *known)


def are_other_rules_known_since(instant: datetime) -> bool:
    """Whether something was recorded after an instant by which everybody may count otherwise."""
    return bool(db.session.scalar(select(exists().where(ProgrammeQualification.recorded_at > instant))))


def people_touched_since(instant: datetime) -> set[int]:
    """Everybody of whom something was recorded or taken back after an instant."""
    return people_touched(Mark(instant, LAST_ID, LAST_ID, ""))


LAST_ID = 2**31 - 1
"""Greater than the number of any row: nothing is new by its number alone."""


def people_touched(base: Mark) -> set[int]:
    """Everybody of whom something was recorded or taken back since a mark."""
    return ids_of(*_touched(base))


def ids_of(*people: Select[Any]) -> set[int]:
    """The person ids of some selects, each read by itself: to find each id once, SQLite would read everybody in the
    order of ids."""
    return {id for id in db.session.scalars(union_all(*people)).all() if id is not None}


def is_known_otherwise_since(instant: datetime) -> bool:
    """Whether anything was recorded or taken back after an instant, so that what is known now is not what was known
    then."""
    anything = union_all(*_touched(Mark(instant, LAST_ID, LAST_ID, "")))
    return are_other_rules_known_since(instant) or bool(db.session.scalar(select(anything.exists())))


def _touched(base: Mark) -> Sequence[Select[Any]]:
    of_event = select(Journey.person_id).join(Event, Event.journey_id == Journey.id)
    moved = select(Posting.person_id)
    found = select(Finding.person_id).where(Finding.person_id.is_not(None))
    return (
        of_event.where(Event.id > base.last_event_id),
        of_event.where(Event.recorded_at > base.instant),
        of_event.join(EventVoid, EventVoid.event_id == Event.id).where(EventVoid.voided_at > base.instant),
        moved.where(Posting.id > base.last_posting_id),
        moved.where(Posting.recorded_at > base.instant),
        moved.where(Posting.voided_at > base.instant),
        *(people for touched in TOUCHED_SINCE for people in touched(base.instant)),
        select(Journey.person_id).join(SkillRating).where(SkillRating.recorded_at > base.instant),
        found.where(Finding.opened_at > base.instant),
        found.where(Finding.closed_at > base.instant),
    )
