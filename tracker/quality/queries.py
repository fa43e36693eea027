"""Findings as they are asked for: counted by rule, listed within what somebody may see."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import GRANTS, Permission
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.fellowships.models import Placement
from tracker.leadership.models import LeadershipRole, Vacancy
from tracker.ledger.models import Journey, StageSpan
from tracker.organisations.models import Organisation, OrganisationParent
from tracker.people.models import Person, PostingSpan
from tracker.quality.models import Finding, FindingOwner
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
    return _listed(scope).where(Finding.rule == code, ~_awake(day) if snoozed else _awake(day))


def given_to(user: User, scope: ColumnElement[bool], day: date) -> Rows:
    """The open findings that a user looks after and that are not put off, the oldest first."""
    return _listed(scope).where(FindingOwner.owner_id == user.id, _awake(day))


WHAT_AND_WHO = (
    *(Finding.rule, Finding.subject, Finding.ref, Finding.opened_on, Finding.snoozed_until, Finding.snoozed_reason),
    *(Person.ref.label("person_ref"), Person.first_name, Person.last_name),
)


def _with_post(found: Select[Any]) -> Select[Any]:
    """Findings with the journey, placement or senior post they are about, where they are about one."""
    joined = found.outerjoin(Journey, Journey.id == Finding.journey_id)
    joined = joined.outerjoin(Enrolment, Enrolment.journey_id == Finding.journey_id)
    joined = joined.outerjoin(Placement, Placement.journey_id == Finding.journey_id)
    joined = joined.outerjoin(Vacancy, Vacancy.journey_id == Finding.journey_id)
    return joined.outerjoin(LeadershipRole, LeadershipRole.id == Vacancy.role_id)


def _listed(scope: ColumnElement[bool]) -> Rows:
    other, named, of_cohort = aliased(Person), aliased(User), aliased(User)
    stands = and_(StageSpan.journey_id == Finding.journey_id, StageSpan.ends_on == LAST_DAY)
    return (
        _with_post(_open(scope))
        .with_only_columns(
            *WHAT_AND_WHO,
            other.ref.label("other_ref"),
            Organisation.name.label("organisation"),
            Journey.ref.label("journey_ref"),
            Cohort.code.label("cohort"),
            Placement.ref.label("placement_ref"),
            Vacancy.ref.label("vacancy_ref"),
            LeadershipRole.name.label("post"),
            StageSpan.stage,
            StageSpan.starts_on.label("since"),
            StageSpan.promised_on,
            Programme.code.label("programme"),
            Programme.name.label("programme_name"),
            func.coalesce(named.name, of_cohort.name).label("owner"),
            maintain_column_froms=True,
        )
        .outerjoin(FindingOwner, FindingOwner.finding_id == Finding.id)
        .outerjoin(named, named.id == FindingOwner.owner_id)
        .outerjoin(other, other.id == Finding.other_person_id)
        .outerjoin(Organisation, Organisation.id == func.coalesce(PostingSpan.organisation_id, Vacancy.organisation_id))
        .outerjoin(Cohort, Cohort.id == func.coalesce(Finding.cohort_id, Enrolment.cohort_id))
        .outerjoin(StageSpan, stands)
        .outerjoin(Programme, Programme.id == func.coalesce(Finding.programme_id, Cohort.programme_id))
        .outerjoin(of_cohort, of_cohort.id == Cohort.owner_id)
        .order_by(Finding.opened_on, Finding.id)
    )


def rows(found: Rows, limit: int, offset: int) -> Sequence[Row[Any]]:
    """Some of the rows."""
    return db.session.execute(found.limit(limit).offset(offset)).all()


def count(found: Rows) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0


def checked() -> tuple[date | None, date | None]:
    """The first and the last day that findings were seen for; None where nothing was ever found."""
    first, last = db.session.execute(select(func.min(Finding.opened_on), func.max(Finding.last_seen_on))).one()
    return first, last


def last_checked() -> date | None:
    """The last day that findings were seen for; None where nothing was ever found."""
    return checked()[1]


def owner_of(finding: Finding) -> User | None:
    """Who was named to look after a finding."""
    named = select(User).join(FindingOwner, FindingOwner.owner_id == User.id)
    return db.session.scalar(named.where(FindingOwner.finding_id == finding.id))


def possible_owners(finding: Finding) -> list[User]:
    """The users who may see a finding and can sign in, by name: to whom it can be given."""
    roles = [role for role, grants in GRANTS.items() if Permission.QUALITY_SNOOZE in grants]
    seeing = [role for role, grants in GRANTS.items() if Permission.QUALITY_VIEW in grants]
    here = finding.organisation_id
    above = select(OrganisationParent.parent_id).where(OrganisationParent.child_id == here)
    near = or_(RoleGrant.organisation_id == here, RoleGrant.organisation_id.in_(above))
    holds = or_(RoleGrant.role.in_(roles), and_(RoleGrant.role.in_(seeing), near))
    holders = select(RoleGrant.user_id).where(holds)
    able = select(User).where(User.disabled_at.is_(None), User.id.in_(holders))
    return list(db.session.scalars(able.order_by(User.name, User.id)))


def lasted(scope: ColumnElement[bool], first: date) -> Sequence[Row[str, date, date | None, int]]:
    """How many findings of each rule were open between two days, of those open on a day or since: rule, opened_on,
    closed_on, findings."""
    here = and_(PostingSpan.person_id == Finding.person_id, PostingSpan.ends_on == LAST_DAY)
    found = (
        select(Finding.rule, Finding.opened_on, Finding.closed_on, func.count().label("findings"))
        .outerjoin(Person, Person.id == Finding.person_id)
        .outerjoin(PostingSpan, here)
        .where(scope, or_(Finding.closed_on.is_(None), Finding.closed_on > first))
    )
    return db.session.execute(found.group_by(Finding.rule, Finding.opened_on, Finding.closed_on)).all()
