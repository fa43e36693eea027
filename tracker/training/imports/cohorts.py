"""The cohorts that lists make where they name one that there is not, and that an undo takes away."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, exists, func, insert, literal, not_, or_, select, update
from sqlalchemy.orm import Session

from tracker.core.intake import Intake
from tracker.ledger.models import Event, EventVoid, Journey
from tracker.training.imports.matching import TRAINEE, valid_trainees
from tracker.training.models import Cohort, EnrolmentDraft, EnrolmentKey, EventCohort, Programme
from tracker.training.queries import EVERY_COHORT


def write_cohorts(session: Session, intake: Intake) -> None:
    """Create cohorts that there are not; one that an undo took away is there again."""
    wanted = (
        select(TRAINEE.c.cohort, func.min(TRAINEE.c.programme_id).label("programme_id"))
        .where(valid_trainees(intake))
        .group_by(TRAINEE.c.cohort)
        .subquery()
    )
    session.execute(
        update(Cohort)
        .where(Cohort.code == wanted.c.cohort, Cohort.removed_at.is_not(None))
        .values(
            programme_id=wanted.c.programme_id,
            import_id=intake.import_id,
            removed_at=None,
            version=Cohort.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    new = select(wanted.c.cohort, wanted.c.programme_id, literal(intake.import_id), literal(1))
    new = new.where(wanted.c.cohort.not_in(select(Cohort.code))).order_by(wanted.c.cohort)
    session.execute(insert(Cohort).from_select(["code", "programme_id", "import_id", "version"], new))


def new_cohorts(session: Session, intake: Intake) -> Iterator[str]:
    """The cohorts that a load created or took up anew, each with its programme."""
    made = select(Cohort.code, Programme.name).join(Programme, Programme.id == Cohort.programme_id)
    for code, programme in session.execute(made.where(Cohort.import_id == intake.import_id).order_by(Cohort.code)):
        yield f"{code}, {programme}"


def take_cohorts_away(session: Session, intake: Intake) -> None:
    """Take away the cohorts that nobody but undone imports made and uses, once the events of this one are void."""
    of_undone = or_(Cohort.import_id == intake.import_id, Cohort.import_id.in_(intake.undone))
    session.execute(
        update(Cohort)
        .where(of_undone, EVERY_COHORT, not_(_stays(intake)))
        .values(removed_at=intake.instant, version=Cohort.version + 1)
        .execution_options(synchronize_session=False)
    )


def _stays(intake: Intake) -> ColumnElement[bool]:
    """Whether somebody changed a cohort since a list made it, or uses it without this import: an enrolment on it that
    is not an undone import's alone, an event that names it, a draft.
    """
    mine_or_undone = or_(Journey.import_id == intake.import_id, Journey.import_id.in_(intake.undone))
    standing = exists().where(
        Event.journey_id == Journey.id, _stands(), Event.import_id.is_distinct_from(intake.import_id)
    )
    on_it = (
        select(EnrolmentKey.journey_id)
        .join(Journey, Journey.id == EnrolmentKey.journey_id)
        .where(EnrolmentKey.cohort_id == Cohort.id, or_(Journey.import_id.is_(None), not_(mine_or_undone), standing))
    )
    named = (
        select(EventCohort.event_id)
        .join(Event, Event.id == EventCohort.event_id)
        .where(or_(EventCohort.cohort_id == Cohort.id, EventCohort.left_cohort_id == Cohort.id), _stands())
    )
    named_in_draft = EnrolmentDraft.answers["cohort"].as_string()
    return or_(
        Cohort.changed_at.is_not(None),
        on_it.correlate(Cohort).exists(),
        named.correlate(Cohort).exists(),
        Cohort.code.in_(select(named_in_draft).where(named_in_draft.is_not(None))),
    )


def _stands() -> ColumnElement[bool]:
    return not_(exists().where(EventVoid.event_id == Event.id).correlate(Event))


def staying_cohorts(session: Session, intake: Intake) -> Iterator[str]:
    """The cohorts the import made that an undo leaves, or has left, each with its programme."""
    stay = select(Cohort.code, Programme.name).join(Programme, Programme.id == Cohort.programme_id)
    stay = stay.where(Cohort.import_id == intake.import_id, EVERY_COHORT, _stays(intake))
    for code, programme in session.execute(stay.order_by(Cohort.code)):
        yield f"{code}, {programme}"
