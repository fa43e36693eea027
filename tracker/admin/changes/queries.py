"""Recorded changes, what each ended and began, and who waits to be placed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from tracker.accounts.models import RoleGrant, User
from tracker.core.db import db
from tracker.organisations.models import Grade, Organisation, Reorganisation, ReorganisationPart
from tracker.people.models import Person, Posting, PostingSpan


def change(ref: str) -> Reorganisation | None:
    """The change with a reference."""
    read = select(Reorganisation).where(Reorganisation.ref == ref)
    return db.session.scalar(
        read.options(selectinload(Reorganisation.parts).joinedload(ReorganisationPart.organisation))
    )


def standing_change(ref: str) -> Reorganisation | None:
    """The change with a reference, unless it was undone."""
    found = change(ref)
    return found if found is not None and found.undone_at is None else None


def changes() -> Sequence[Reorganisation]:
    """Every recorded change, the latest first."""
    read = select(Reorganisation).order_by(Reorganisation.effective_on.desc(), Reorganisation.id.desc())
    parts = selectinload(Reorganisation.parts).joinedload(ReorganisationPart.organisation)
    return db.session.scalars(read.options(parts)).all()


def ended_by(made: Reorganisation) -> list[Organisation]:
    """What a change ended."""
    return [part.organisation for part in made.parts if not part.is_successor]


def heirs_of(made: Reorganisation) -> list[Organisation]:
    """What took over."""
    return [part.organisation for part in made.parts if part.is_successor]


def left_with_roles(made: Reorganisation) -> list[tuple[str, RoleGrant]]:
    """The names and roles of those who look after what a change ended, and after nothing that took over.

    A merger or a split gives nobody a role over people who were not theirs: an administrator decides.
    """
    if made.undone_at is not None:
        return []
    ended, heirs = ([one.id for one in those] for those in (ended_by(made), heirs_of(made)))
    other = aliased(RoleGrant)
    goes_on = select(other.id).where(
        other.user_id == RoleGrant.user_id, other.role == RoleGrant.role, other.organisation_id.in_(heirs)
    )
    read = (
        select(User.name, RoleGrant)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.organisation_id.in_(ended), User.disabled_at.is_(None), ~goes_on.exists())
        .order_by(User.name, RoleGrant.id)
        .options(joinedload(RoleGrant.organisation))
    )
    return [(name, grant) for name, grant in db.session.execute(read)]


def _unplaced(made: Reorganisation) -> Select[Any]:
    ids = [one.id for one in ended_by(made)]
    read: Any = (
        select(Person.ref, Person.first_name, Person.last_name, Grade.name.label("grade"))
        .join(PostingSpan, PostingSpan.person_id == Person.id)
        .join(Posting, Posting.id == PostingSpan.posting_id)
        .outerjoin(Grade, Grade.id == Posting.grade_id)
        .where(PostingSpan.organisation_id.in_(ids), PostingSpan.ends_on > made.effective_on)
        .where(Person.removed_at.is_(None))
    )
    return read  # type: ignore[no-any-return]


def count_unplaced(made: Reorganisation) -> int:
    """How many people wait to be placed."""
    if made.undone_at is not None:
        return 0
    return db.session.scalar(select(func.count()).select_from(_unplaced(made).subquery())) or 0


def numbers_unplaced() -> dict[int, int]:
    """How many people wait to be placed after each change that stands, by its id; of none, it is missing."""
    part = ReorganisationPart
    waiting = (
        select(Reorganisation.id, func.count().label("number"))
        .join(part, and_(part.reorganisation_id == Reorganisation.id, part.is_successor.is_(False)))
        .join(PostingSpan, PostingSpan.organisation_id == part.organisation_id)
        .join(Person, Person.id == PostingSpan.person_id)
        .where(PostingSpan.ends_on > Reorganisation.effective_on, Reorganisation.undone_at.is_(None))
        .where(Person.removed_at.is_(None))
        .group_by(Reorganisation.id)
    )
    return {row.id: row.number for row in db.session.execute(waiting)}


def unplaced(made: Reorganisation, most: int) -> Sequence[Row[Any]]:
    """The first of those who wait to be placed, by name."""
    return db.session.execute(_unplaced(made).order_by(Person.sort_key, Person.id).limit(most)).all()
