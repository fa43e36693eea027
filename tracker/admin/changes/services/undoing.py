"""Taking a change back: organisations and people are as they were before."""

import json
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from tracker.accounts import audit
from tracker.accounts.models import RoleGrant, User
from tracker.admin.changes.services.planning import ChangeNotAllowed
from tracker.admin.changes.services.recording import keep_moved
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.text import format_day
from tracker.organisations.models import (
    Organisation,
    OrganisationChange,
    OrganisationParent,
    Reorganisation,
    ReorganisationPart,
)
from tracker.organisations.services import settle_present_structure
from tracker.people.identity.models import ReorganisedPosting
from tracker.people.models import Posting


def undo(made: Reorganisation, *, reason: str, by: User) -> None:
    """Take a change back. What was said between the two can still be asked for, as it was known then.

    :raises ChangeNotAllowed: if it is undone already, no reason is given, or something rests on it.
    """
    session = db.session()
    _check(session, made, reason)
    at = now()
    mine = select(ReorganisedPosting.posting_id).where(ReorganisedPosting.reorganisation_id == made.id)
    session.execute(
        update(Posting)
        .where(Posting.id.in_(mine), Posting.voided_at.is_(None))
        .values(voided_at=at, voided_by_id=by.id, reason="The change in the machinery of government was undone")
        .execution_options(synchronize_session=False)
    )
    _restore(session, made, json.loads(made.before))
    made.undone_at, made.undone_by_id, made.undone_reason = at, by.id, reason.strip()
    session.flush()
    settle_present_structure()
    keep_moved(session, made, at)
    told = {"reason": reason.strip()}
    audit.record("organisation.change-undone", f"reorganisation:{made.ref}", actor=by, after=told)


def _restore(session: Session, made: Reorganisation, before: dict[str, Any]) -> None:
    """Put the organisations back; one that was made for the change never was."""
    session.execute(delete(OrganisationChange).where(OrganisationChange.id.in_(before["changes"])))
    session.execute(delete(RoleGrant).where(RoleGrant.id.in_(before["grants"])))
    for part in made.parts:
        one = part.organisation
        if not part.is_successor:
            one.is_closed, one.closed_on, one.closed_reason = before["closed"][one.slug], None, ""
        elif part.is_new:
            one.is_closed, one.opened_on, one.closed_reason = True, None, "Never was: the change was undone"
    session.flush()
    link = OrganisationParent
    new = [part.organisation_id for part in made.parts if part.is_new]
    session.execute(delete(link).where(link.child_id.in_(new) | link.parent_id.in_(new)))
    for child, parent in before["links"]["added"]:
        session.execute(delete(link).where(link.child_id == child, link.parent_id == parent))
    for child, parent in before["links"]["taken"]:
        session.execute(insert(link).values(child_id=child, parent_id=parent))


def _check(session: Session, made: Reorganisation, reason: str) -> None:
    if made.undone_at is not None:
        raise ChangeNotAllowed("This change has been undone already")
    if not reason.strip():
        raise ChangeNotAllowed("Say why the change is undone", "reason")
    ids = [part.organisation_id for part in made.parts]
    later = (
        select(Reorganisation)
        .join(ReorganisationPart, ReorganisationPart.reorganisation_id == Reorganisation.id)
        .where(ReorganisationPart.organisation_id.in_(ids), Reorganisation.id > made.id)
        .where(Reorganisation.undone_at.is_(None))
        .order_by(Reorganisation.id.desc())
    )
    found = session.scalars(later.limit(1)).first()
    if found is not None:
        day = format_day(found.effective_on)
        raise ChangeNotAllowed(f"A later change, of {day}, is about the same organisations: undo that first")
    for part in made.parts:
        if part.is_new:
            _check_unused(session, made, part.organisation)


def _check_unused(session: Session, made: Reorganisation, new: Organisation) -> None:
    """Nobody was posted otherwise to an organisation that would never have been."""
    mine = select(ReorganisedPosting.posting_id).where(ReorganisedPosting.reorganisation_id == made.id)
    others = select(func.count()).where(
        Posting.organisation_id == new.id, Posting.voided_at.is_(None), Posting.id.not_in(mine)
    )
    number = session.scalar(others) or 0
    if number:
        people = "1 person was" if number == 1 else f"{number} people were"
        raise ChangeNotAllowed(f"{people} posted to {new.name} since then: move them first")
