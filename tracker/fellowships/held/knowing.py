"""Who somebody is to fellowships: the placements of a fellow, and the supervisor by an address."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from tracker.core.db import db
from tracker.core.subject import Subject
from tracker.fellowships.models import Placement, Supervisor
from tracker.ledger.models import Journey


def supervisors(subject: Subject) -> Sequence[Supervisor]:
    """As whom they look after fellows: by an address of theirs."""
    known = subject.emails | ({subject.ref.casefold()} if subject.person_id is None else set())
    found = select(Supervisor).where(Supervisor.email_key.in_(known)).order_by(Supervisor.id)
    return db.session.scalars(found).all()


def recognise(subject: Subject) -> Subject:
    """The references of their placements, and what they are called as a supervisor.

    A supervisor needs no account: one without is named by the address that letters go to.
    """
    for one in supervisors(subject):
        if one.user is None and subject.ref.casefold() == one.email_key:
            # From here on by a number: what is written of the request must not hold the address.
            subject = replace(subject, ref=f"supervisor-{one.id}")
        first, _, last = one.name.partition(" ")
        subject = subject.also(emails=[one.email], names=[(first, last)])
    return subject.also(refs=[one.ref for one in placements(subject)])


def placements(subject: Subject) -> Sequence[Placement]:
    """The placements of every record of theirs, in the order they were begun."""
    found = select(Placement).join(Placement.journey).where(Journey.person_id.in_(subject.people))
    return db.session.scalars(found.order_by(Placement.journey_id)).all()
