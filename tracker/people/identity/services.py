"""Secondments: a posting with an end, and the return to where somebody came from."""

from datetime import date, timedelta

from sqlalchemy import Select, and_, select

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY
from tracker.core.clock import today
from tracker.core.db import db
from tracker.organisations.models import Organisation
from tracker.people.identity.models import Secondment
from tracker.people.identity.queries import open_secondment
from tracker.people.models import Person, Posting, PostingSpan
from tracker.people.services import TransferNotAllowed, posting_on, transfer

LONGEST = timedelta(days=5 * 366)
"""No secondment is planned for longer: a year typed wrong is no plan."""


def second(
    person: Person,
    *,
    organisation_id: int,
    grade_id: int | None,
    starts_on: date,
    returns_on: date,
    reason: str,
    by: User,
) -> Secondment:
    """Record that somebody is on secondment to another organisation from a day on, and when they return.

    From `starts_on` they count at the host, from `returns_on` at home again: at once where that lies in the past, else
    by the nightly job.

    :param returns_on: the first London day back.
    :raises TransferNotAllowed: if they are on secondment already, the days do not follow each other, or as `transfer`.

    Flushes; the caller owns the transaction.
    """
    if open_secondment(person) is not None:
        raise TransferNotAllowed("They are on secondment already: record their return first")
    _check_return(starts_on, returns_on)
    home = posting_on(person, starts_on)
    if home is None:
        raise TransferNotAllowed("Record first where they are posted")
    if home.organisation_id == organisation_id:
        raise TransferNotAllowed("Choose another organisation than their own", "organisation")
    posting = transfer(
        person,
        organisation_id=organisation_id,
        grade_id=grade_id,
        starts_on=starts_on,
        reason=reason or "On secondment",
        recorded_by=by,
    )
    away = Secondment(posting=posting, home=home, returns_on=returns_on)
    db.session.add(away)
    db.session.flush()
    if returns_on <= today():
        end_secondment(away, returns_on, by=by)
    return away


def _check_return(starts_on: date, returns_on: date) -> None:
    if returns_on <= starts_on:
        raise TransferNotAllowed("The return must be after the first day of the secondment", "returns_on")
    if returns_on > starts_on + LONGEST:
        raise TransferNotAllowed("The return must be within five years", "returns_on")


def extend_secondment(away: Secondment, returns_on: date) -> None:
    """Plan another day of return.

    :raises TransferNotAllowed: if it does not lie after the first day, or lies in the past.
    """
    _check_return(away.posting.starts_on, returns_on)
    if returns_on <= today():
        raise TransferNotAllowed("Record the return instead: this day is not in the future", "returns_on")
    away.returns_on = returns_on
    away.posting.person.version += 1
    db.session.flush()


def end_secondment(away: Secondment, returned_on: date, *, by: User) -> Posting:
    """Record that somebody returned to the organisation they came from, or to what became of it.

    :raises TransferNotAllowed: if it lies ahead or before the secondment, they are back already, or nothing took over
        from their own organisation as a whole.
    """
    if away.return_id is not None:
        raise TransferNotAllowed("They have returned already")
    if returned_on <= away.posting.starts_on:
        raise TransferNotAllowed("The return must be after the first day of the secondment", "returns_on")
    back = transfer(
        away.posting.person,
        organisation_id=_home_on(away.home.organisation, returned_on).id,
        grade_id=away.home.grade_id,
        starts_on=returned_on,
        reason="Returned from secondment",
        recorded_by=by,
    )
    away.return_id = back.id
    db.session.flush()
    return back


def _home_on(organisation: Organisation, day: date) -> Organisation:
    """The organisation, or what it was by a day."""
    if organisation.existed_on(day) or organisation.present is None:
        return organisation
    return organisation.present


def due(day: date) -> Select[Secondment]:
    """The secondments that end by a day, of people who are still where they were seconded to."""
    here = and_(PostingSpan.posting_id == Secondment.posting_id, PostingSpan.ends_on == LAST_DAY)
    return (
        select(Secondment)
        .join(PostingSpan, here)
        .where(Secondment.return_id.is_(None), Secondment.returns_on <= day)
        .order_by(Secondment.posting_id)
    )


def return_all(day: date) -> int:
    """Have everybody return whose secondment ends by a day; how many.

    Whose own organisation is gone without a successor stays where they are, for somebody to decide.
    """
    returned = 0
    for away in db.session.scalars(due(day)).all():
        by = db.session.get(User, away.posting.recorded_by_id or 0)
        if by is None or not _home_on(away.home.organisation, away.returns_on).existed_on(away.returns_on):
            continue
        end_secondment(away, away.returns_on, by=by)
        returned += 1
    return returned
