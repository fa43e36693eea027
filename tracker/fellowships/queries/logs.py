"""Weekly logs as they are asked for."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.core import clock
from tracker.core.db import db
from tracker.fellowships.lifecycle import ENDED, SUPERVISED_AFTER_END_DAYS, LogState, ObjectiveState, Stage
from tracker.fellowships.models import Away, LogVersion, Objective, Placement, Supervisor, SupervisorAssignment, WeekLog
from tracker.fellowships.queries.placements import WITH_NAME
from tracker.fellowships.weeks import Spell
from tracker.ledger.models import Journey, StageSpan
from tracker.people.models import Person

WHOLE = (
    joinedload(WeekLog.draft),
    selectinload(WeekLog.versions).options(joinedload(LogVersion.skills), joinedload(LogVersion.decisions)),
)
WHOSE = (joinedload(Placement.journey).joinedload(Journey.person),)
KNOWN = (
    *WHOSE,
    *(joinedload(one) for one in (Placement.host, Placement.standing, Placement.hours_changes)),
    joinedload(Placement.assignments).options(WITH_NAME),
)
"""What is looked up of a placement for its weeks, and to tell who may see them."""


def placement(ref: str) -> Placement | None:
    """The placement with a reference."""
    found = select(Placement).where(Placement.ref == ref).options(*KNOWN)
    return db.session.scalars(found).unique().one_or_none()


def placements_of(user_id: int) -> Sequence[Placement]:
    """The placements of the person a user is, the latest first."""
    own = (
        select(Placement)
        .join(Journey, Journey.id == Placement.journey_id)
        .join(Person, Person.id == Journey.person_id)
        .where(Person.user_id == user_id, Person.removed_at.is_(None))
    )
    own = own.order_by(Placement.planned_start.desc(), Placement.ref).options(*KNOWN)
    return db.session.scalars(own).unique().all()


def spells_in_post(placement: Placement) -> list[Spell]:
    """When the placement is in post, as known now."""
    spans = select(StageSpan.starts_on, StageSpan.ends_on).where(
        StageSpan.journey_id == placement.journey_id, StageSpan.stage == Stage.IN_POST
    )
    return [Spell(starts_on, ends_on) for starts_on, ends_on in db.session.execute(spans.order_by(StageSpan.position))]


def spells_away(placement: Placement) -> list[Spell]:
    """When the fellow is known to be away: leave, sickness, or the host being closed."""
    return [Spell(one.starts_on, one.last_on + timedelta(days=1)) for one in days_away(placement)]


def days_away(placement: Placement) -> Sequence[Away]:
    """What was said of days away, in order."""
    found = select(Away).where(Away.journey_id == placement.journey_id).order_by(Away.starts_on, Away.id)
    return db.session.scalars(found).all()


def log(placement: Placement, ending: date) -> WeekLog | None:
    """What there is for one week, whole."""
    one = select(WeekLog).where(WeekLog.journey_id == placement.journey_id, WeekLog.week_ending == ending)
    return db.session.scalars(one.options(*WHOLE)).unique().one_or_none()


def logs(placement: Placement) -> dict[date, WeekLog]:
    """What there is for each week of a placement."""
    all_of_it = select(WeekLog).where(WeekLog.journey_id == placement.journey_id).options(*WHOLE)
    return {log.week_ending: log for log in db.session.scalars(all_of_it).unique()}


def last_sent(placement: Placement, before: date) -> LogVersion | None:
    """What was sent for the latest week before another: what the next log is offered."""
    sent = (
        select(LogVersion)
        .join(WeekLog, WeekLog.id == LogVersion.log_id)
        .where(WeekLog.journey_id == placement.journey_id, WeekLog.week_ending < before, LogVersion.voided_at.is_(None))
        .order_by(WeekLog.week_ending.desc(), LogVersion.number.desc())
        .limit(1)
        .options(selectinload(LogVersion.skills))
    )
    return db.session.scalar(sent)


def by_submission(key: str) -> LogVersion | None:
    """The log that was sent under a key of the telephone's."""
    return db.session.scalar(select(LogVersion).where(LogVersion.submission_key == key))


def _supervised(supervisor_id: int) -> Select[int]:
    """The placements that a supervisor looks after today, and lately did."""
    today = clock.today()
    long_ended = exists().where(
        StageSpan.journey_id == SupervisorAssignment.journey_id,
        StageSpan.stage.in_(ENDED),
        StageSpan.starts_on < today - timedelta(days=SUPERVISED_AFTER_END_DAYS),
    )
    held = (SupervisorAssignment.starts_on <= today, SupervisorAssignment.ends_on > today)
    of_them = SupervisorAssignment.supervisor_id == supervisor_id
    return select(SupervisorAssignment.journey_id).where(*held, of_them, ~long_ended)


def waiting_for(supervisor: Supervisor) -> Sequence[WeekLog]:
    """The logs that wait for a supervisor's word: of whoever they look after today, the oldest week first.

    When a supervisor hands a placement over, what waits goes with it.
    """
    waiting = (
        select(WeekLog)
        .join(Placement, Placement.journey_id == WeekLog.journey_id)
        .where(WeekLog.state == LogState.SUBMITTED, WeekLog.journey_id.in_(_supervised(supervisor.id)))
        .order_by(Placement.ref, WeekLog.week_ending)
        .options(*WHOLE, joinedload(WeekLog.placement).options(*WHOSE))
    )
    return db.session.scalars(waiting).unique().all()


def supervisors_with_waiting_logs() -> Sequence[Supervisor]:
    """The supervisors of today for whom a log waits."""
    today = clock.today()
    held = (SupervisorAssignment.starts_on <= today, SupervisorAssignment.ends_on > today)
    with_logs = (
        select(SupervisorAssignment.supervisor_id)
        .join(WeekLog, WeekLog.journey_id == SupervisorAssignment.journey_id)
        .where(*held, WeekLog.state == LogState.SUBMITTED)
    )
    return db.session.scalars(select(Supervisor).where(Supervisor.id.in_(with_logs)).order_by(Supervisor.id)).all()


def supervisor(ref: str) -> Supervisor | None:
    """The supervisor with a number, as the subject of a link names them."""
    return db.session.get(Supervisor, int(ref)) if ref.isdigit() else None


def supervisor_of_user(email_key: str) -> Supervisor | None:
    """The supervisor that an account's address belongs to."""
    return db.session.scalar(select(Supervisor).where(Supervisor.email_key == email_key))


def in_post_lately(today: date, within_days: int) -> Sequence[Placement]:
    """The placements that were in post on some day of the last so many days."""
    lately = select(StageSpan.journey_id).where(
        StageSpan.strand == "fellowships",
        StageSpan.stage == Stage.IN_POST,
        StageSpan.starts_on <= today,
        or_(StageSpan.ends_on > today - timedelta(days=within_days)),
    )
    return db.session.scalars(select(Placement).where(Placement.journey_id.in_(lately)).order_by(Placement.ref)).all()


def objective_states(placement: Placement) -> list[ObjectiveState]:
    """How far each objective of a placement is; those that were dropped are left out."""
    kept = select(Objective.state).where(
        Objective.journey_id == placement.journey_id, Objective.state != ObjectiveState.DROPPED
    )
    return list(db.session.scalars(kept))


def looked_after(supervisor: Supervisor) -> Sequence[Placement]:
    """The placements that a supervisor looks after today, and lately did."""
    found = select(Placement).where(Placement.journey_id.in_(_supervised(supervisor.id)))
    found = found.options(*WHOSE, joinedload(Placement.host), joinedload(Placement.standing))
    return db.session.scalars(found.order_by(Placement.planned_start.desc(), Placement.ref)).all()


def first_sent(journey_ids: Sequence[int], since: date, until: date) -> list[tuple[date, datetime]]:
    """The weeks of some placements that ended in a time, each with when its log was first written here and sent.

    What came by a file says when the file came, and nothing of when the fellow wrote it.

    :param since: the first day; `until` is the last, both included.
    """
    sent = (
        select(WeekLog.week_ending, LogVersion.submitted_at)
        .join(LogVersion, LogVersion.log_id == WeekLog.id)
        .where(WeekLog.journey_id.in_(journey_ids), WeekLog.week_ending.between(since, until))
        .where(LogVersion.number == 1, LogVersion.voided_at.is_(None), LogVersion.import_id.is_(None))
    )
    return [(ending, sent_at) for ending, sent_at in db.session.execute(sent)]
