"""One valid thing a call, with any detail overridden, and histories in the test's own words.

Use them inside `with arrange() as session:`, on the reference data that every test database holds.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.permissions import NEEDS_ORGANISATION, Role
from tracker.accounts.services import create_user, give_role
from tracker.core.calendar import parse_instant
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.text import email_key, name_key
from tracker.fellowships.models import Placement, Scheme, Supervisor, SupervisorAssignment
from tracker.ledger.models import Event, EventKind, Journey, Source, Strand
from tracker.ledger.services import keep_stage_spans, new_ref
from tracker.organisations.models import Grade, Organisation
from tracker.people.models import Person, Posting
from tracker.people.services import keep_posting_spans, keep_search_words, sort_key
from tracker.training.models import Cohort, Enrolment, EnrolmentKey, EventCohort, Programme

Arrange = Callable[[], AbstractContextManager[Session]]
PASSWORD = "correct horse battery staple"
_serial = count(1)


def organisation(slug: str) -> Organisation:
    """A department of the reference data."""
    return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()


def make_user(*roles: Role, at: str = "home-office", name: str = "", email: str = "", password: str = "") -> User:
    """A user who holds the roles; those that need an organisation, for the one with the slug `at`.

    Without a password, which takes a moment to hash, they cannot sign in by the form.
    """
    n = next(_serial)
    user = create_user(email or f"user{n}@example.gov.uk", name or f"User {n}", password=password or None)
    for role in roles:
        give_role(user, role, organisation=organisation(at) if role in NEEDS_ORGANISATION else None)
    return user


def make_person(*postings: str, grade: str | None = "SEO", **fields: Any) -> Person:
    """A person posted as said, such as "home-office", "hm-treasury from 2026-03-01"; in the Home Office if not said."""
    n = next(_serial)
    first, last = fields.pop("first_name", "Ann"), fields.pop("last_name", f"Example{n}")
    ref, email = fields.pop("ref", f"P{n:06}"), fields.pop("email", f"person{n}@example.gov.uk")
    person = Person(
        ref=ref,
        first_name=first,
        last_name=last,
        email=email,
        email_key=email_key(email),
        name_key=name_key(first, last),
        sort_key=sort_key(first, last),
        **fields,
    )
    db.session.add(person)
    db.session.flush()
    grade_id = db.session.scalar(select(Grade.id).where(Grade.code == grade))
    for words in postings or ("home-office",):
        slug, _, since = words.partition(" from ")
        starts_on = date.fromisoformat(since) if since else date(2020, 1, 1)
        posting = Posting(
            person_id=person.id, organisation_id=organisation(slug).id, grade_id=grade_id, starts_on=starts_on
        )
        db.session.add(posting)
        db.session.flush()
    keep_posting_spans(select(Person.id).where(Person.id == person.id))
    keep_search_words(person)
    return person


def make_cohort(code: str = "", programme: str = "accelerator", **fields: Any) -> Cohort:
    """A cohort of a programme of the reference data."""
    found = db.session.scalars(select(Programme).where(Programme.code == programme)).one()
    cohort = Cohort(code=code or f"C-{next(_serial)}", programme=found, **fields)
    db.session.add(cohort)
    db.session.flush()
    return cohort


def make_enrolment(*history: str, person: Person | None = None, cohort: Cohort | None = None) -> Enrolment:
    """An enrolment with a history in words, each a line of the ledger, taken as it stands.

    make_enrolment("in-training 2026-01-05", "on-break 2026-02-02 until 2026-05-01 recorded 2026-02-20")
    """
    person, cohort = person or make_person(), cohort or make_cohort()
    journey = Journey(ref=new_ref(), strand=Strand.TRAINING, person_id=person.id)
    db.session.add(journey)
    db.session.flush()
    enrolment = Enrolment(journey_id=journey.id, cohort_id=cohort.id)
    db.session.add_all(
        [enrolment, EnrolmentKey(person_id=person.id, cohort_id=cohort.id, journey_id=journey.id)],
    )
    for words in history:
        _happen(journey, words, cohort)
    keep_stage_spans(select(Journey.id).where(Journey.id == journey.id))
    return enrolment


def _happen(journey: Journey, words: str, cohort: Cohort) -> None:
    said, _, recorded = words.partition(" recorded ")
    said, _, promised = said.partition(" until ")
    stage, _, day = said.rpartition(" ")
    event = Event(
        journey_id=journey.id,
        kind=EventKind.EXTENDED if stage.startswith("extended ") else EventKind.STAGE,
        stage=stage.removeprefix("extended "),
        effective_on=date.fromisoformat(day),
        promised_on=date.fromisoformat(promised) if promised else None,
        recorded_at=parse_instant(recorded) if recorded else now(),
        source=Source.IMPORT,
    )
    db.session.add(event)
    db.session.flush()
    if promised:
        db.session.add(EventCohort(event_id=event.id, cohort_id=cohort.id))


def make_supervisor(email: str = "", name: str = "") -> Supervisor:
    """Somebody who looks after fellows; without an account unless a user has the address."""
    address = email or f"supervisor{next(_serial)}@example.gov.uk"
    supervisor = Supervisor(email=address, email_key=email_key(address), name=name)
    db.session.add(supervisor)
    db.session.flush()
    return supervisor


def make_placement(
    *history: str,
    person: Person | None = None,
    at: str = "home-office",
    supervisor: Supervisor | None = None,
    planned: str = "2026-01-05 to 2026-12-31",
    **fields: Any,
) -> Placement:
    """A placement with a history in words, taken as it stands, and a supervisor since it was planned to begin.

    make_placement("in-post 2026-01-05", "completed 2026-06-30", at="hm-treasury", fte=0.6)
    """
    person = person or make_person()
    journey = Journey(ref=new_ref(), strand=Strand.FELLOWSHIPS, person_id=person.id)
    scheme = fields.pop("scheme", None) or db.session.scalars(select(Scheme).order_by(Scheme.id)).first()
    if scheme is None:
        scheme = Scheme(code="a-scheme", name="A scheme")
    db.session.add_all([journey, scheme])
    db.session.flush()
    starts_on, _, ends_on = planned.partition(" to ")
    host = organisation(at)
    placement = Placement(
        journey_id=journey.id,
        ref=fields.pop("ref", f"PL{next(_serial):04}"),
        scheme_id=scheme.id,
        first_host_id=host.id,
        host_id=host.id,
        planned_start=date.fromisoformat(starts_on),
        planned_end=date.fromisoformat(ends_on),
        **fields,
    )
    db.session.add(placement)
    db.session.flush()
    if supervisor is not None:
        assigned = SupervisorAssignment(
            journey_id=journey.id, supervisor_id=supervisor.id, starts_on=placement.planned_start
        )
        db.session.add(assigned)
    for words in history:
        _happen_in(journey, words)
    keep_stage_spans(select(Journey.id).where(Journey.id == journey.id))
    return placement


def _happen_in(journey: Journey, words: str) -> None:
    """An event of a journey that needs nothing beside it."""
    said, _, recorded = words.partition(" recorded ")
    stage, _, day = said.rpartition(" ")
    event = Event(
        journey_id=journey.id,
        stage=stage,
        effective_on=date.fromisoformat(day),
        recorded_at=parse_instant(recorded) if recorded else now(),
        source=Source.IMPORT,
    )
    db.session.add(event)
    db.session.flush()
