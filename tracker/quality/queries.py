"""Findings as they are asked for: counted by rule, listed within what somebody may see."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.fellowships.models import Placement
from tracker.ledger.models import Journey, StageSpan
from tracker.organisations.models import Organisation
from tracker.people.models import Person, PostingSpan
from tracker.quality.models import Finding
from tracker.training.models import Cohort, Enrolment, Programme

Rows = Select[*tuple[Any, ...]]


def finding(ref: str) -> Finding | None:
    """The open finding with a reference."""
    read = select(Finding).where(Finding.ref == ref, Finding.closed_on.is_(None))
    return db.session.scalar(read.options(joinedload(Finding.person)))


def _open(scope: ColumnElement[bool]) -> Select[Any]:
    """Open findings within a scope over `PostingSpan.organisation_id` and `Person.user_id`."""
    here = and_(PostingSpan.person_id == Finding.person_id, PostingSpan.ends_on == LAST_DAY)
    return (
        select(Finding)
        .outerjoin(Person, Person.id == Finding.person_id)
        .outerjoin(PostingSpan, here)
        .where(Finding.closed_on.is_(None), scope)
    )


def _awake(day: date) -> ColumnElement[bool]:
    return or_(Finding.snoozed_until.is_(None), Finding.snoozed_until <= day)


def by_rule(scope: ColumnElement[bool], day: date) -> dict[str, Row[Any]]:
    """Open findings of each rule that has any: how many wait, since when the oldest, how many are snoozed."""
    awake = _awake(day)
    counted = _open(scope).with_only_columns(
        Finding.rule,
        func.count(case((awake, 1))).label("waiting"),
        func.min(case((awake, Finding.opened_on))).label("oldest_on"),
        func.count(case((~awake, 1))).label("snoozed"),
        maintain_column_froms=True,
    )
    return {row.rule: row for row in db.session.execute(counted.group_by(Finding.rule))}


def of_rule(code: str, scope: ColumnElement[bool], day: date, *, snoozed: bool) -> Rows:
    """The open findings of a rule, the oldest first, with what names the record: a row each."""
    other = aliased(Person)
    stands = and_(StageSpan.journey_id == Finding.journey_id, StageSpan.ends_on == LAST_DAY)
    return (
        _open(scope)
        .with_only_columns(
            Finding.ref,
            Finding.opened_on,
            Finding.snoozed_until,
            Finding.snoozed_reason,
            Person.ref.label("person_ref"),
            Person.first_name,
            Person.last_name,
            other.ref.label("other_ref"),
            Organisation.name.label("organisation"),
            Journey.ref.label("journey_ref"),
            Cohort.code.label("cohort"),
            Placement.ref.label("placement_ref"),
            StageSpan.stage,
            StageSpan.starts_on.label("since"),
            StageSpan.promised_on,
            Programme.code.label("programme"),
            Programme.name.label("programme_name"),
            maintain_column_froms=True,
        )
        .outerjoin(other, other.id == Finding.other_person_id)
        .outerjoin(Organisation, Organisation.id == PostingSpan.organisation_id)
        .outerjoin(Journey, Journey.id == Finding.journey_id)
        .outerjoin(Enrolment, Enrolment.journey_id == Finding.journey_id)
        .outerjoin(Placement, Placement.journey_id == Finding.journey_id)
        .outerjoin(Cohort, Cohort.id == func.coalesce(Finding.cohort_id, Enrolment.cohort_id))
        .outerjoin(StageSpan, stands)
        .outerjoin(Programme, Programme.id == func.coalesce(Finding.programme_id, Cohort.programme_id))
        .where(Finding.rule == code, ~_awake(day) if snoozed else _awake(day))
        .order_by(Finding.opened_on, Finding.id)
    )


def rows(found: Rows, limit: int, offset: int) -> Sequence[Row[Any]]:
    """Some of the rows."""
    return db.session.execute(found.limit(limit).offset(offset)).all()


def count(found: Rows) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0


def last_checked() -> date | None:
    """The last day that findings were seen for; None where nothing was ever found."""
    return db.session.scalar(select(func.max(Finding.last_seen_on)))
