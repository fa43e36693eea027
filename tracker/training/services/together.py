"""One act for many enrolments at once: judged for each, and done for all in a few statements."""

from collections.abc import Sequence

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.ledger import services as ledger
from tracker.ledger.services import Recorder
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import Enrolment
from tracker.training.services.enrolments import EnrolmentNotAllowed, written
from tracker.training.services.wishes import Refusals, Wish


def refusals(enrolments: Sequence[Enrolment], wish: Wish) -> Refusals:
    """Why what is wished cannot be recorded of some; those of whom it can be are missing.

    :raises EnrolmentNotAllowed: if it could be recorded of nobody, naming the field.
    """
    wish.check()
    by_history = ledger.refusals([one.journey_id for one in enrolments], ENROLMENT, wish.fact)
    return by_history | wish.refusals(enrolments)


def record_together(enrolments: Sequence[Enrolment], wish: Wish, *, by: User) -> None:
    """Record what is wished of all of them: the same as one by one, in one unit of work.

    :param enrolments: held by `queries.hold_enrolments` in this transaction.
    :raises DomainError: if one of them refuses; nothing is recorded of any.
    """
    wish.check()
    for message in wish.refusals(enrolments).values():
        raise EnrolmentNotAllowed(message)
    events = ledger.record_together(
        [one.journey for one in enrolments], ENROLMENT, wish.fact, Recorder(by.id), note=wish.note
    )
    beside = [row for one, event in zip(enrolments, events, strict=True) for row in wish.beside(one, event)]
    db.session.add_all(beside)
    wish.settle(enrolments)
    db.session.flush()
    said = {"effective_on": wish.fact.effective_on, "stage": wish.fact.stage, "together": len(enrolments)}
    for one in enrolments:
        written(wish.verb, one, by, said)
