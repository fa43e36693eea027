"""What training holds about somebody: their enrolments, how they went, what was said of them, what files changed."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from tracker.core.db import Model, db
from tracker.core.erasing import take_out
from tracker.core.subject import REMOVED, Facts, Part, Subject
from tracker.core.text import format_day
from tracker.ledger.models import Event, Journey
from tracker.people.models import Person
from tracker.training import queries
from tracker.training.imports.tables import PERSON_CHANGE
from tracker.training.lifecycle import ENDED, ENROLMENT, LEAVING_REASONS, LEAVING_TRIGGERS
from tracker.training.models import (
    CompletionEvidence,
    Endorsement,
    Enrolment,
    EnrolmentDraft,
    EnrolmentLeaving,
    FollowUp,
    SkillRating,
    WaitingPlace,
)

WORDS: dict[type[Model], tuple[str, ...]] = {
    CompletionEvidence: ("text", "url"),
    FollowUp: ("remark",),
    Endorsement: ("remark",),
}
"""Where words can name somebody whose enrolment it is not."""


def _enrolments(subject: Subject) -> Sequence[Enrolment]:
    """Those of every record of theirs; what a merge set aside too."""
    people = db.session.scalars(select(Person).where(Person.id.in_(subject.people)).order_by(Person.id))
    return [one for person in people.all() for one in queries.enrolments_of(person)]


def _of(model: Any, refs: dict[int, str]) -> Sequence[Any]:
    """Rows of a table that belong to the enrolments, in the order they were written."""
    keys = model.__table__.primary_key.columns
    return db.session.scalars(select(model).where(model.journey_id.in_(refs)).order_by(*keys)).all()


def _endorsements(subject: Subject) -> Sequence[Endorsement]:
    """What they were asked to endorse, by an address of theirs."""
    asked = select(Endorsement).where(func.lower(Endorsement.email).in_(subject.emails)).order_by(Endorsement.id)
    return db.session.scalars(asked).all()


def _drafts(subject: Subject) -> list[EnrolmentDraft]:
    """Enrolments of theirs that somebody began to enter, and others that name them."""
    return [
        draft
        for draft in db.session.scalars(select(EnrolmentDraft).order_by(EnrolmentDraft.id))
        if draft.person_id in subject.people or subject.is_named_in(json.dumps(draft.answers, ensure_ascii=False))
    ]


def tell(subject: Subject) -> dict[str, Facts]:
    """The enrolments, how they were rated and how they ended, what they were asked, and what imports changed.

    Of others it says in what part they spoke, not who they were: that is their own data.
    """
    enrolments = _enrolments(subject)
    standing = queries.standing([one.journey_id for one in enrolments])
    leavings = (
        select(EnrolmentLeaving, Journey.ref, Event.effective_on)
        .join(Event, Event.id == EnrolmentLeaving.event_id)
        .join(Journey, Journey.id == Event.journey_id)
        .where(Journey.person_id.in_(subject.people))
        .order_by(Event.effective_on)
    )
    changes = select(PERSON_CHANGE).where(PERSON_CHANGE.c.person_id.in_(subject.people))
    refs = {one.journey_id: one.ref for one in enrolments}
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
        "Evidence of completions": _evidence(subject),
        **_rated(refs),
        **_asked(subject, refs),
        "Details changed by imports": [
            {"Detail": row.field, "Before": row.before, "After": row.after} for row in db.session.execute(changes)
        ],
    }


def _rated(refs: dict[int, str]) -> dict[str, Facts]:
    return {
        "Waiting lists": [
            {"Enrolment": refs[one.journey_id], "Joined": one.joined_at} for one in _of(WaitingPlace, refs)
        ],
        "Ratings of skills": [
            {
                "Enrolment": refs[one.journey_id],
                "Skill": one.skill_code,
                "Rated by": one.rater.value,
                "At the": one.moment.value,
                "Level": one.level,
                "Assessed on": one.assessed_on,
                "Recorded": one.recorded_at,
            }
            for one in _of(SkillRating, refs)
        ],
    }


def _asked(subject: Subject, refs: dict[int, str]) -> dict[str, Facts]:
    """What they answered, and what others said and typed of them."""
    return {
        "What was asked after completion": [
            {
                "Enrolment": refs[one.journey_id],
                "Months after": one.months,
                "Asked on": one.asked_on,
                "Answered": one.answered_at,
                "Uses what they learned": one.uses,
                "In the role": one.in_role,
                "Remark": one.remark,
            }
            for one in _of(FollowUp, refs)
        ],
        "Endorsements of enrolments": [
            {
                "Enrolment": refs[one.journey_id],
                "Asked of": one.endorser.value,
                "Asked": one.asked_at,
                "Agrees": one.agrees,
                "Remark": one.remark,
            }
            for one in _of(Endorsement, refs)
        ],
        "Asked to endorse enrolments": [
            {"Enrolment": one.journey.ref, "At": one.email, "Asked": one.asked_at, "Agrees": one.agrees}
            for one in _endorsements(subject)
        ],
        "Enrolments begun and not sent": [
            {"Begun": one.created_at, "Question": question, "Answer": answer}
            for one in _drafts(subject)
            if one.person_id in subject.people
            for question, answer in one.answers.items()
        ],
    }


def _evidence(subject: Subject) -> Facts:
    shown = (
        select(Journey.ref, Event.effective_on, CompletionEvidence.text, CompletionEvidence.url)
        .join(Event, Event.journey_id == Journey.id)
        .join(CompletionEvidence, CompletionEvidence.event_id == Event.id)
        .where(Journey.person_id.in_(subject.people))
        .order_by(Event.id)
    )
    return [
        {"Enrolment": ref, "On": day, "What shows it": text, "Where": url}
        for ref, day, text, url in db.session.execute(shown)
    ]


def objections(subject: Subject) -> list[str]:
    """Somebody whose training goes on cannot be looked after without a name."""
    # What a merge set aside stays with the record that stands for nobody, and counts nowhere.
    enrolments = [one for one in _enrolments(subject) if one.person.id == subject.person_id]
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
    """Erase what was said of them and by them, what imports changed, and what somebody began to enter of them.

    Ratings, the answers that are chosen from a list and the codes of reasons stay: they are counted, and name nobody.
    """
    session = db.session()
    session.flush()
    journeys = select(Journey.id).where(Journey.person_id.in_(subject.people))
    events = select(Event.id).where(Event.journey_id.in_(journeys))
    session.execute(delete(PERSON_CHANGE).where(PERSON_CHANGE.c.person_id.in_(subject.people)))
    asked = or_(Endorsement.journey_id.in_(journeys), func.lower(Endorsement.email).in_(subject.emails))
    erased = (
        update(CompletionEvidence).where(CompletionEvidence.event_id.in_(events)).values(text=REMOVED, url=""),
        update(FollowUp).where(FollowUp.journey_id.in_(journeys), FollowUp.remark != "").values(remark=REMOVED),
        update(Endorsement).where(asked, Endorsement.remark != "").values(remark=REMOVED),
        update(Endorsement).where(func.lower(Endorsement.email).in_(subject.emails)).values(email=REMOVED),
    )
    for one in erased:
        session.execute(one.execution_options(synchronize_session=False))
    for draft in _drafts(subject):
        session.delete(draft)
    take_out(subject, WORDS)


PART = Part(tell, forget, objections=objections)
