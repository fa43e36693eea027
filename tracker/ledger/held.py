"""What the ledger holds about somebody: every event of their journeys, by both clocks, and what was written of them."""

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.core.erasing import take_out
from tracker.core.subject import Facts, Part, Subject
from tracker.ledger.models import Event, EventNote, EventVoid, Journey


def recognise(subject: Subject) -> Subject:
    """The references of their journeys."""
    return subject.also(refs=db.session.scalars(select(Journey.ref).where(Journey.person_id.in_(subject.people))))


def _journeys(subject: Subject) -> Select[int]:
    """Theirs: those tied to the person, and those another part knows to be theirs by their references."""
    return select(Journey.id).where(or_(Journey.person_id.in_(subject.people), Journey.ref.in_(subject.refs)))


def tell(subject: Subject) -> dict[str, Facts]:
    """Every event, those that were wrong too: the day it happened and the instant it was recorded."""
    events = (
        select(Event)
        .join(Journey)
        .where(Journey.id.in_(_journeys(subject)))
        .order_by(Journey.id, Event.effective_on, Event.recorded_at, Event.id)
        .options(joinedload(Event.journey), joinedload(Event.void), joinedload(Event.note))
    )
    return {
        "Events of journeys": [
            {
                "Journey": event.journey.ref,
                "Strand": event.journey.strand.value,
                "What": event.stage or event.kind.value,
                "Kind": event.kind.value,
                "Happened on": event.effective_on,
                "Promised for": event.promised_on,
                "Recorded": event.recorded_at,
                "Recorded by": event.source.value,
                "Note": event.note.text if event.note else None,
                "Taken back": event.void.voided_at if event.void else None,
                "Why taken back": event.void.reason if event.void else None,
            }
            for event in db.session.scalars(events)
        ]
    }


def forget(subject: Subject) -> None:
    """Erase the words: notes, and the reasons why entries were taken back. Every event stays, so every count does.

    Notes on the entries of others lose their names and addresses; a reason there that names them goes whole, since the
    database lets a reason be emptied and not be changed.
    """
    session = db.session()
    events = select(Event.id).where(Event.journey_id.in_(_journeys(subject)))
    naming = [EventVoid.reason.icontains(word, autoescape=True) for word in subject.words]
    session.execute(delete(EventNote).where(EventNote.event_id.in_(events)))
    session.execute(
        update(EventVoid)
        .where(or_(EventVoid.event_id.in_(events), *naming), EventVoid.reason != "")
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
    take_out(subject, {EventNote: ("text",)})


PART = Part(tell, forget, recognise)
