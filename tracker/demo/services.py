"""Writing the demonstration: set-based, with the instants of the past that the acts of the slices would not take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import insert, select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.core.db import Model, db
from tracker.core.errors import DomainError
from tracker.core.text import email_key, name_key
from tracker.demo.accounts import open_accounts
from tracker.demo.cast import SEED, Casting, Enrolled, Member
from tracker.demo.declared import declare
from tracker.demo.fellowships import place_fellows
from tracker.demo.geography import departments, lineage, regions
from tracker.demo.places import give_places
from tracker.demo.plan import Run
from tracker.demo.recruitment import fill_recruitment
from tracker.demo.skills import rate_some
from tracker.demo.story import Entry
from tracker.demo.targets import set_targets
from tracker.ledger.models import Event, EventNote, EventVoid, Journey, Strand, VoidCause
from tracker.ledger.services import keep_stage_spans
from tracker.organisations.models import Grade, Organisation, Profession, Region
from tracker.people.models import Person, PersonWord, Posting
from tracker.people.services import keep_posting_spans, keep_spelling, search_words, sort_key
from tracker.training.lifecycle import Stage
from tracker.training.models import Cohort, Enrolment, EnrolmentKey, EnrolmentLeaving, EventCohort, Programme

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True)
class Filled:
    """What the demonstration consists of."""

    people: int
    enrolments: int
    events: int
    accounts: list[User]


def holds_people() -> bool:
    """Whether the database holds anybody, so that it is no place for a demonstration."""
    return db.session.scalar(select(Person.id).limit(1)) is not None


def fill(password: str) -> Filled:
    """Fill an empty database with the demonstration as at today.

    The same day gives the same people and histories. The caller owns the transaction.

    :raises DomainError: if the database holds people; nothing has been written.
    """
    if holds_people():
        raise DomainError("the database holds people already: the demonstration needs an empty one")
    members = Casting(today(), departments(), lineage(), regions()).everybody()
    accounts = open_accounts(password, _busiest(members))
    manager = accounts[0]
    people = _write_people(members, manager)
    enrolled = [
        (person_id, one) for person_id, member in zip(people, members, strict=True) for one in member.enrolments
    ]
    cohorts = _write_cohorts(run for _, one in enrolled for run in (one.run, one.joins))
    journeys = _write_journeys(enrolled, cohorts)
    events = _write_events(list(zip(journeys, (one for _, one in enrolled), strict=True)), cohorts, manager)
    rate_some([(journey, one) for journey, (_, one) in zip(journeys, enrolled, strict=True)], manager)
    events += fill_recruitment(accounts)
    place_fellows(today(), _who_completed(people, members), accounts)
    keep_posting_spans(select(Person.id))
    keep_stage_spans(select(Journey.id))
    give_places(manager)
    set_targets(today(), manager.id)
    declare(today(), accounts)
    _give_trainee_a_record(accounts, people, members)
    audit.record(
        "demonstration.filled", "installation:demo", actor=None, after={"people": len(people), "events": events}
    )
    return Filled(len(people), len(enrolled), events, accounts)


def _who_completed(people: Sequence[int], members: Sequence[Member]) -> list[int]:
    """Those whose one enrolment was completed: trained people, who may go on as fellows."""
    return [
        person_id
        for person_id, member in zip(people, members, strict=True)
        if len(member.enrolments) == 1 and member.enrolments[0].entries[-1].stage is Stage.COMPLETED
    ]


def _busiest(members: Sequence[Member]) -> str:
    """The organisation with the most people: the one whose lead has most to look at."""
    slugs = [member.places[-1].organisation for member in members]
    return max(sorted(set(slugs)), key=slugs.count)


def _insert(model: type[Model], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session().execute(insert(model), rows)


def _write_people(members: Sequence[Member], manager: User) -> Sequence[int]:
    session = db.session()
    rows = [
        {
            "ref": member.ref,
            "first_name": member.first_name,
            "last_name": member.last_name,
            "email": member.email,
            "email_key": email_key(member.email),
            "name_key": name_key(member.first_name, member.last_name),
            "sort_key": sort_key(member.first_name, member.last_name),
            "fte": member.fte,
            "created_at": member.enrolments[0].entries[0].recorded_at,
        }
        for member in members
    ]
    people = session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows).all()
    words = [
        {"word": word, "person_id": person_id}
        for person_id, member in zip(people, members, strict=True)
        for word in sorted(search_words(member.first_name, member.last_name, member.email, member.ref))
    ]
    _insert(PersonWord, words)
    keep_spelling(name for member in members for name in (member.first_name, member.last_name))
    _write_postings(people, members, manager)
    return people


def _write_postings(people: Sequence[int], members: Sequence[Member], manager: User) -> None:
    session = db.session()
    organisations = dict(session.execute(select(Organisation.slug, Organisation.id)).all())
    grades = dict(session.execute(select(Grade.code, Grade.id)).all())
    professions = dict(session.execute(select(Profession.code, Profession.id)).all())
    regions_by_name = dict(session.execute(select(Region.name, Region.id)).all())
    rows = [
        {
            "person_id": person_id,
            "organisation_id": organisations[place.organisation],
            "grade_id": grades[place.grade] if place.grade else None,
            "profession_id": professions[member.profession],
            "region_id": regions_by_name[member.region],
            "starts_on": place.starts_on,
            "recorded_at": place.recorded_at,
            "recorded_by_id": manager.id if place.recorded_at else None,
            "reason": place.reason,
            "created_at": place.recorded_at or member.enrolments[0].entries[0].recorded_at,
        }
        for person_id, member in zip(people, members, strict=True)
        for place in member.places
    ]
    _insert(Posting, rows)


def _write_cohorts(runs: Iterable[Run]) -> dict[str, int]:
    session = db.session()
    programmes = dict(session.execute(select(Programme.code, Programme.id)).all())
    once = sorted({run.code: run for run in runs}.values(), key=lambda run: (run.starts_on, run.code))
    rows = [
        {
            "code": run.code,
            "programme_id": programmes[run.programme],
            "starts_on": run.starts_on,
            "ends_on": run.ends_on,
        }
        for run in once
    ]
    ids = session.scalars(insert(Cohort).returning(Cohort.id, sort_by_parameter_order=True), rows).all()
    return {run.code: id for run, id in zip(once, ids, strict=True)}


def _write_journeys(enrolled: Sequence[tuple[int, Enrolled]], cohorts: dict[str, int]) -> Sequence[int]:
    session = db.session()
    chance = Random(SEED)  # noqa: S311 - the references of a demonstration are the same each time, so that tours can name them
    rows = [
        {
            "ref": "".join(chance.choices(LETTERS, k=10)),
            "strand": Strand.TRAINING,
            "person_id": person_id,
            "created_at": one.entries[0].recorded_at,
        }
        for person_id, one in enrolled
    ]
    journeys = session.scalars(insert(Journey).returning(Journey.id, sort_by_parameter_order=True), rows).all()
    both = list(zip(journeys, enrolled, strict=True))
    _insert(Enrolment, [{"journey_id": id, "cohort_id": cohorts[one.joins.code]} for id, (_, one) in both])
    keys = [
        {"person_id": person_id, "cohort_id": cohorts[code], "journey_id": id}
        for id, (person_id, one) in both
        for code in sorted({one.run.code, one.joins.code})
    ]
    _insert(EnrolmentKey, keys)
    return journeys


def _write_events(journeys: Sequence[tuple[int, Enrolled]], cohorts: dict[str, int], manager: User) -> int:
    session = db.session()
    told = [(journey_id, entry) for journey_id, one in journeys for entry in one.entries]
    rows = [
        {
            "journey_id": journey_id,
            "kind": entry.kind,
            "stage": entry.stage,
            "effective_on": entry.effective_on,
            "promised_on": entry.promised_on,
            "recorded_at": entry.recorded_at,
            "recorded_by_id": manager.id,
        }
        for journey_id, entry in told
    ]
    ids = session.scalars(insert(Event).returning(Event.id, sort_by_parameter_order=True), rows).all()
    _write_around_events(list(zip(ids, (entry for _, entry in told), strict=True)), cohorts, manager)
    return len(ids)


def _write_around_events(events: Sequence[tuple[int, Entry]], cohorts: dict[str, int], manager: User) -> None:
    """What was said with the events: cohorts of breaks and moves, reasons of withdrawals, notes, corrections."""
    by_entry = {id(entry): event_id for event_id, entry in events}
    named = [
        {
            "event_id": event_id,
            "cohort_id": cohorts.get(entry.cohort or ""),
            "left_cohort_id": cohorts.get(entry.left or ""),
            "is_known": entry.cohort is not None,
        }
        for event_id, entry in events
        if entry.cohort is not None or entry.stage is Stage.ON_BREAK
    ]
    _insert(EventCohort, named)
    leavings = [
        {"event_id": event_id, "trigger": entry.leaving[0], "reason_code": entry.leaving[1]}
        for event_id, entry in events
        if entry.leaving is not None
    ]
    _insert(EnrolmentLeaving, leavings)
    _insert(EventNote, [{"event_id": event_id, "text": entry.note} for event_id, entry in events if entry.note])
    voids = [
        {
            "event_id": event_id,
            "voided_at": entry.voided_at,
            "voided_by_id": manager.id,
            "cause": VoidCause.CORRECTION,
            "reason": entry.void_reason,
            "replaced_by_id": by_entry.get(id(entry.replaced_by)),
        }
        for event_id, entry in events
        if entry.voided_at is not None
    ]
    _insert(EventVoid, voids)


def _give_trainee_a_record(accounts: Sequence[User], people: Sequence[int], members: Sequence[Member]) -> None:
    """Link the trainee's account to somebody in training who has something to look back on."""
    trainee = next(user for user in accounts if user.email.startswith("trainee@"))
    in_training = [
        (len(member.enrolments), len(member.enrolments[-1].entries), -person_id)
        for person_id, member in zip(people, members, strict=True)
        if member.enrolments[-1].entries[-1].stage is Stage.IN_TRAINING
    ]
    person = db.session.get_one(Person, -max(in_training)[2])
    person.user_id = trainee.id
    trainee.name = person.name
    db.session.flush()
