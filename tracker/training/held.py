"""What training holds about somebody: their enrolments, why they left, and what files changed."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from tracker.core.db import db
from tracker.core.subject import Facts, Part, Subject
from tracker.core.text import format_day
from tracker.ledger.models import Event, Journey
from tracker.people.models import Person
from tracker.training import queries
from tracker.training.imports.tables import PERSON_CHANGE
from tracker.training.lifecycle import ENDED, ENROLMENT, LEAVING_REASONS, LEAVING_TRIGGERS
from tracker.training.models import Enrolment, EnrolmentLeaving


def _enrolments(subject: Subject) -> Sequence[Enrolment]:
    if subject.person_id is None:
        return []
    return queries.enrolments_of(db.session.get_one(Person, subject.person_id))


def tell(subject: Subject) -> dict[str, Facts]:
    """The enrolments, the reasons of withdrawals, and what imports changed."""
    enrolments = _enrolments(subject)
    standing = queries.standing([one.journey_id for one in enrolments])
    leavings = (
        select(EnrolmentLeaving, Journey.ref, Event.effective_on)
        .join(Event, Event.id == EnrolmentLeaving.event_id)
        .join(Journey, Journey.id == Event.journey_id)
        .where(Journey.person_id == subject.person_id)
        .order_by(Event.effective_on)
    )
    changes = select(PERSON_CHANGE).where(PERSON_CHANGE.c.person_id == subject.person_id)
    return {
        "Enrolments": [
            {
                "Reference": one.ref,
                "Programme": one.cohort.programme.name,
                "Cohort": one.cohort.code,
                "Stands at": ENROLMENT.label(span.stage) if (span := standing.get(one.journey_id)) else None,
                "Since": span.starts_on if span else None,
                "Planned return": span.promised_on if span else None,
            }
            for one in enrolments
        ],
        "Reasons of withdrawals": [
            {
                "Enrolment": ref,
                "On": day,
                "Brought about by": LEAVING_TRIGGERS[leaving.trigger],
                "Reason": LEAVING_REASONS.get(leaving.reason_code, leaving.reason_code),
            }
            for leaving, ref, day in db.session.execute(leavings)
        ],
        "Details changed by imports": [
            {"Detail": row.field, "Before": row.before, "After": row.after} for row in db.session.execute(changes)
        ],
    }


def objections(subject: Subject) -> list[str]:
    """Somebody whose training goes on cannot be looked after without a name."""
    enrolments = _enrolments(subject)
    standing = queries.standing([one.journey_id for one in enrolments])
    under_way = [
        (one, span) for one in enrolments if (span := standing.get(one.journey_id)) and span.stage not in ENDED
    ]
    return [
        f"Their enrolment on {one.cohort.code} is under way: {ENROLMENT.label(span.stage)} "
        f"since {format_day(span.starts_on)}"
        for one, span in under_way
    ]


def forget(subject: Subject) -> None:
    """Erase what imports changed. The codes of reasons stay: they are counted, and name nobody."""
    db.session.execute(delete(PERSON_CHANGE).where(PERSON_CHANGE.c.person_id == subject.person_id))


PART = Part(tell, forget, objections=objections)
