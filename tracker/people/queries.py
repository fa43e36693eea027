"""Where people were, on any day, as known at any instant."""

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.db import db
from tracker.core.metric import Knowledge
from tracker.people.models import Person, Posting, PostingSpan


def person(ref: str) -> Person | None:
    """The person with a reference, unless the import that brought them was undone."""
    return db.session.scalar(select(Person).where(Person.ref == ref, Person.removed_at.is_(None)))


def posting_spans(knowledge: Knowledge) -> Select[Any]:
    """Where everybody was, each person on each day in one place: the columns of `PostingSpan`.

    As known now this reads what was kept; at an instant it works out what was kept then, by the same rule.
    """
    if knowledge.at is None:
        kept = select(*(PostingSpan.__table__.c[name] for name in POSTING_COLUMNS))
        return kept if knowledge.people is None else kept.where(PostingSpan.person_id.in_(knowledge.people))
    return derived_posting_spans(knowledge)


POSTING_COLUMNS = ("posting_id", "person_id", "organisation_id", "starts_on", "ends_on")


def derived_posting_spans(knowledge: Knowledge) -> Select[Any]:
    """The rule of `posting_spans`, from the postings themselves.

    A posting holds from its day to the day of the next; the first reaches back without limit; of two on one day the
    later recorded holds. A person none of whose postings was known at the instant is where their first posting put
    them.
    """
    known = (
        or_(Posting.voided_at.is_(None), Posting.voided_at > knowledge.at)
        if knowledge.at
        else Posting.voided_at.is_(None)
    )
    if knowledge.at is not None:
        known = and_(known, or_(Posting.recorded_at.is_(None), Posting.recorded_at <= knowledge.at))
    order = (Posting.starts_on, Posting.created_at, Posting.id)
    following = func.lead(Posting.starts_on).over(partition_by=Posting.person_id, order_by=order)
    place = func.row_number().over(partition_by=Posting.person_id, order_by=order)
    ordered = select(
        Posting.id.label("posting_id"),
        Posting.person_id,
        Posting.organisation_id,
        case((place == 1, FIRST_DAY), else_=Posting.starts_on).label("starts_on"),
        func.coalesce(following, LAST_DAY).label("ends_on"),
    ).where(known)
    if knowledge.people is not None:
        ordered = ordered.where(Posting.person_id.in_(knowledge.people))
    span = ordered.subquery()
    return select(span.c.posting_id, span.c.person_id, span.c.organisation_id, span.c.starts_on, span.c.ends_on).where(
        span.c.starts_on < span.c.ends_on
    )
