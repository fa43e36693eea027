"""People, and where they were on any day, as known at any instant."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Date, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, undefer

from tracker.accounts.models import User
from tracker.core.calendar import FIRST_DAY, LAST_DAY
from tracker.core.db import db
from tracker.core.metric import Knowledge
from tracker.people.identity.queries import survivor_of
from tracker.people.models import Person, Posting, PostingSpan


def person(ref: str) -> Person | None:
    """The person with a reference, unless the import that brought them was undone.

    A reference that was merged away finds who stands for it now.
    """
    whole = undefer(Person.organisation_id)  # type: ignore[attr-defined]
    found = db.session.scalar(select(Person).where(Person.ref == ref, Person.removed_at.is_(None)).options(whole))
    return found if found is not None else survivor_of(ref)


def postings_of(person: Person) -> Sequence[Row[Posting, str, str]]:
    """Every posting of somebody, the latest first: Posting, the names of who recorded it and who took it back."""
    recorder, voider = aliased(User), aliased(User)
    return db.session.execute(
        select(Posting, recorder.name.label("recorder"), voider.name.label("voider"))
        .outerjoin(recorder, recorder.id == Posting.recorded_by_id)
        .outerjoin(voider, voider.id == Posting.voided_by_id)
        .where(Posting.person_id == person.id)
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
        .options(joinedload(Posting.organisation), joinedload(Posting.grade), joinedload(Posting.profession))
        .options(joinedload(Posting.region))
    ).all()


def posting_spans(knowledge: Knowledge) -> Select[Any]:
    """Where everybody was, each person on each day in one place: the columns of `PostingSpan`.

    As known now this reads what was kept; at an instant it works out what was kept then, by the same rule.
    """
    if knowledge.at is None:
        kept = select(*(PostingSpan.__table__.c[name] for name in POSTING_COLUMNS))
        return kept if knowledge.people is None else kept.where(PostingSpan.person_id.in_(knowledge.people))
    known = _known_postings(knowledge)
    return select(*(known.c[name] for name in POSTING_COLUMNS))


@lru_cache(maxsize=8)
def _known_postings(knowledge: Knowledge) -> CTE:
    """The postings known at an instant, as one table expression: worked out once in a statement however often it
    asks."""
    return derived_posting_spans(knowledge).cte()


POSTING_COLUMNS = ("posting_id", "person_id", "organisation_id", "starts_on", "ends_on")


def derived_posting_spans(knowledge: Knowledge) -> Select[Any]:
    """The rule of `posting_spans`, from the postings themselves.

    A posting holds from its day to the day of the next; the first reaches back without limit; of two on one day the
    later recorded holds. A person none of whose postings was known at the instant is where their first posting put
    them.
    """
    known = (
        or_(Posting.voided_at.is_(None), Posting.voided_at > knowledge.at)
        if knowledge.at is not None
        else Posting.voided_at.is_(None)
    )
    if knowledge.at is not None:
        known = and_(known, or_(Posting.recorded_at.is_(None), Posting.recorded_at <= knowledge.at))
    order = (Posting.starts_on, Posting.created_at, Posting.id)
    following = func.lead(Posting.starts_on, type_=Date).over(partition_by=Posting.person_id, order_by=order)
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
