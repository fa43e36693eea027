"""Which records the rows of a file are about: a person by reference, a cohort by code, an enrolment by both."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, literal, not_, select
from sqlalchemy.sql.expression import ColumnElement

from tracker.core.db import UtcDateTime
from tracker.core.intake import Intake
from tracker.people.models import Person, Posting, PostingSpan
from tracker.training.imports.sequence import counts_as_known
from tracker.training.imports.tables import HISTORY_ROW, TRAINEE_ROW
from tracker.training.models import Cohort, EnrolmentKey

TRAINEE = TRAINEE_ROW
HISTORY = HISTORY_ROW


def valid_trainees(intake: Intake) -> ColumnElement[bool]:
    """The rows of a list of trainees that can be loaded."""
    return and_(TRAINEE.c.import_id == intake.import_id, TRAINEE.c.is_valid)


def valid_history(intake: Intake) -> ColumnElement[bool]:
    """The rows of a history that can be loaded."""
    return and_(HISTORY.c.import_id == intake.import_id, HISTORY.c.is_valid)


def with_enrolment(chosen: Select[Any], rows: Any) -> Select[Any]:
    """Join the rows of a file to the enrolment that their person and cohort name."""
    return (
        chosen.join_from(rows, Person, Person.ref == rows.c.person_ref)
        .join(Cohort, Cohort.code == rows.c.cohort)
        .join(EnrolmentKey, and_(EnrolmentKey.person_id == Person.id, EnrolmentKey.cohort_id == Cohort.id))
    )


def new_events(intake: Intake) -> Select[Any]:
    """Events a list of trainees adds to enrolments there are: row, journey_id, stage, effective_on, recorded_at."""
    chosen = select(
        TRAINEE.c.row,
        EnrolmentKey.journey_id,
        TRAINEE.c.stage,
        TRAINEE.c.effective_on,
        literal(intake.instant, UtcDateTime()).label("recorded_at"),
    )
    return with_enrolment(chosen, TRAINEE).where(
        TRAINEE.c.import_id == intake.import_id,
        TRAINEE.c.stage.is_not(None),
        TRAINEE.c.effective_on.is_not(None),
        not_(counts_as_known(EnrolmentKey.journey_id, TRAINEE.c.stage, TRAINEE.c.effective_on)),
    )


def says_nothing_new(place: Sequence[str]) -> ColumnElement[bool]:
    """Whether a row only repeats what is known: the entry is in the ledger, and they were posted so on its day.

    :param place: the columns that say where somebody is posted.

    A list that was downloaded and is loaded again then changes nothing but what was changed in it.
    """
    entered = (
        select(EnrolmentKey.journey_id)
        .join(Cohort, Cohort.id == EnrolmentKey.cohort_id)
        .where(EnrolmentKey.person_id == Person.id, Cohort.code == TRAINEE.c.cohort)
        .where(counts_as_known(EnrolmentKey.journey_id, TRAINEE.c.stage, TRAINEE.c.effective_on))
    )
    held = (PostingSpan.starts_on <= TRAINEE.c.effective_on, TRAINEE.c.effective_on < PostingSpan.ends_on)
    posted = (
        select(PostingSpan.posting_id)
        .join(Posting, Posting.id == PostingSpan.posting_id)
        .where(PostingSpan.person_id == Person.id, *held)
        .where(*(getattr(Posting, name).is_not_distinct_from(TRAINEE.c[name]) for name in place))
    )
    tables = (TRAINEE, Person)
    return and_(entered.correlate(*tables).exists(), posted.correlate(*tables).exists())
