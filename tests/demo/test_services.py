"""The demonstration programme: something of everything, believable, the same for the same day."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Arrange
from tests.databases import KINDS, open_database, settings_for
from tracker.accounts import audit
from tracker.accounts.models import AuditEntry, Installation, RoleGrant, User
from tracker.accounts.permissions import Role
from tracker.accounts.services.passwords import matches
from tracker.app import create_app
from tracker.core.clock import london_day, today
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.core.metric import NOW, Knowledge
from tracker.demo import services
from tracker.fellowships.lifecycle import PLACEMENT
from tracker.fellowships.models import Placement
from tracker.leadership.lifecycle import CANDIDACY, VACANCY
from tracker.leadership.models import Candidacy, Vacancy
from tracker.ledger.lifecycle import Step, first_break
from tracker.ledger.models import Event, EventKind, EventVoid, Journey, StageSpan, Strand
from tracker.ledger.queries import SPAN_COLUMNS, derived_stage_spans, stage_as_at
from tracker.organisations.models import Organisation
from tracker.people.models import Person, Posting, PostingSpan
from tracker.training import queries
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.metrics import METRICS
from tracker.training.models import Enrolment, SkillRating

PASSWORD = "four plain words here"
Demonstrated = tuple[Flask, date]
DAYS = [date(2026, 11, 25), date(2027, 4, 2), date(2028, 2, 29)]


@pytest.fixture(
    scope="module",
    params=[(kind, DAYS[0]) for kind in KINDS],
    ids=lambda param: "-".join(map(str, param)),
)
def demonstrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstrated]:
    """A database of each kind, filled on a day; nobody writes to it again."""
    kind, day = request.param
    folder = tmp_path_factory.mktemp("demonstrated")
    database = open_database(kind, folder, "demonstrated")
    database.reset()
    app = create_app(settings_for(database.url, folder))
    with time_machine.travel(noon(day)), app.app_context(), transaction():
        services.fill(PASSWORD)
    yield app, day
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    database.drop()


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def day(demonstrated: Demonstrated) -> Iterator[date]:
    """The day the demonstration was filled on, which it is now; in an application context."""
    app, day = demonstrated
    with time_machine.travel(noon(day)), app.app_context():
        yield day


def standing(strand: Strand = Strand.TRAINING) -> dict[str, int]:
    at = stage_as_at(today(), NOW).subquery()
    counted = select(at.c.stage, func.count()).where(at.c.strand == strand).group_by(at.c.stage)
    return dict(db.session.execute(counted).all())


@pytest.mark.usefixtures("day")
def test_every_cohort_has_places_enough_and_those_under_way_are_looked_after():
    cohorts = queries.cohorts(1000, 0)

    assert cohorts
    assert all(cohort.capacity and cohort.capacity >= taken for cohort, _, _, taken in cohorts)
    assert any(cohort.capacity and cohort.capacity > taken for cohort, _, _, taken in cohorts)
    under_way = [cohort for cohort, _, _, _ in cohorts if cohort.ends_on and cohort.ends_on >= today()]
    assert {cohort.owner.name for cohort in under_way if cohort.owner} != set()
    assert all(cohort.owner_id for cohort in under_way)


@pytest.mark.parametrize(
    "demonstrated",
    [
        *(("sqlite", day) for day in DAYS),
        ("postgresql", DAYS[0]),
        *(pytest.param(("postgresql", day), marks=pytest.mark.assure) for day in DAYS[1:]),
    ],
    indirect=True,
    ids=lambda param: "-".join(map(str, param)),
)
def test_on_any_day_somebody_is_at_every_stage_and_every_history_is_legal(day: date):
    voided = select(EventVoid.event_id)
    events = db.session.scalars(
        select(Event)
        .where(Event.id.not_in(voided), Event.stage.is_not(None))
        .order_by(Event.journey_id, Event.effective_on, Event.recorded_at, Event.id)
    ).all()
    histories: dict[int, list[Step]] = {}
    for event in events:
        step = Step(str(event.stage), event.effective_on, event.kind is EventKind.EXTENDED)
        histories.setdefault(event.journey_id, []).append(step)

    assert set(standing()) == set(Stage)
    assert set(standing(Strand.FELLOWSHIPS)) == set(PLACEMENT.stages)
    assert db.session.scalar(select(func.count(Person.id))) == 800
    assert len(histories) == db.session.scalar(select(func.count(Journey.id)))
    kinds = [(Enrolment, ENROLMENT), (Placement, PLACEMENT), (Vacancy, VACANCY), (Candidacy, CANDIDACY)]
    told = 0
    for table, lifecycle in kinds:
        mine = db.session.scalars(select(table.journey_id)).all()
        told += len(mine)
        assert [id for id in mine if first_break(lifecycle, histories[id])] == []
    assert told == len(histories)
    assert all(event.effective_on <= london_day(event.recorded_at) < day for event in events)


@pytest.mark.usefixtures("day")
def test_some_are_rated_before_and_after_by_themselves_and_an_assessor():
    gained = next(metric for metric in METRICS if metric.code == "training.skills_gained").numerator(NOW).subquery()
    sorts = select(SkillRating.rater, SkillRating.moment).distinct()

    assert db.session.scalar(select(func.count()).select_from(gained)) > 20
    assert len(db.session.execute(sorts).all()) == 4
    assert all(
        day <= london_day(at)
        for day, at in db.session.execute(select(SkillRating.assessed_on, SkillRating.recorded_at))
    )


@pytest.mark.usefixtures("day")
def test_what_is_kept_for_reading_is_what_the_rule_gives():
    trained = next(metric for metric in METRICS if metric.code == "training.trained").numerator(NOW).subquery()
    done = db.session.scalar(select(func.count()).select_from(trained).where(trained.c.starts_on <= today()))
    kept = set(db.session.execute(select(*(StageSpan.__table__.c[name] for name in SPAN_COLUMNS))))
    people = db.session.scalars(select(PostingSpan.person_id).distinct()).all()

    assert kept == set(db.session.execute(derived_stage_spans(Knowledge())))
    assert len(people) == 800
    assert done is not None
    assert 280 <= done <= 430, "most of the way to 500 has been gone"


def test_every_kind_of_thing_that_can_happen_has_happened(day: date):
    on_break = stage_as_at(day, NOW).subquery()
    overdue = select(func.count()).select_from(on_break)
    overdue = overdue.where(on_break.c.stage == Stage.ON_BREAK, on_break.c.promised_on < day)
    steps = select(StageSpan.stage, func.lead(StageSpan.stage).over(partition_by=StageSpan.journey_id,
                   order_by=StageSpan.position).label("following")).subquery()  # fmt: skip
    moves = set(db.session.execute(select(steps.c.stage, steps.c.following).distinct()))
    training = select(Journey.id).where(Journey.strand == Strand.TRAINING)
    events = db.session.scalars(select(Event).where(Event.journey_id.in_(training))).all()
    late = [event for event in events if london_day(event.recorded_at) - event.effective_on > timedelta(days=7)]
    closed = select(func.count(Person.id)).join(PostingSpan, PostingSpan.person_id == Person.id)
    twice = select(Person.name_key).group_by(Person.name_key).having(func.count() > 1)
    closed = closed.join(Organisation).where(PostingSpan.ends_on == date.max, Organisation.is_closed)

    assert db.session.scalar(overdue) >= 1
    assert {("not-completed", "in-training"), ("withdrawn", "in-training"), ("on-break", "in-training")} <= moves
    assert 0.03 < len(late) / len(events) < 0.2
    assert {event.kind for event in events} == set(EventKind)
    assert db.session.scalar(select(func.count()).select_from(EventVoid)) >= 20
    assert db.session.scalar(select(func.count()).where(Posting.recorded_at.is_not(None))) >= 50
    assert db.session.scalar(select(func.count()).where(Posting.grade_id.is_(None))) >= 3
    assert db.session.scalar(closed) >= 1
    assert len(db.session.scalars(twice).all()) >= 4, "nobody is in the files twice"


@pytest.mark.usefixtures("day")
def test_there_is_one_account_a_role_with_something_to_look_at():
    everybody = db.session.scalars(select(User).order_by(User.email)).all()
    # The commissioner comes from outside: named on panels, without a password.
    users = [user for user in everybody if user.password_hash]
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.DEPARTMENT_LEAD)).one()
    theirs = select(func.count()).where(PostingSpan.organisation_id == grant.organisation_id)
    trainee = next(user for user in users if user.holds(Role.TRAINEE))
    person = db.session.scalars(select(Person).where(Person.user_id == trainee.id)).one()

    assert [user.email for user in users] == sorted(f"{role.value}@demo.example" for role in Role)
    assert all(user.roles == {Role(user.email.partition("@")[0])} for user in users)
    assert all(matches(PASSWORD, user.password_hash) for user in users)
    assert db.session.get_one(Installation, "demo").value == "yes"
    assert audit.verify().fault is None
    assert (db.session.scalar(theirs) or 0) >= 20, "the lead has a department full of people"
    assert trainee.name == person.name
    assert all(address.endswith(".example") for address in db.session.scalars(select(Person.email)))


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.assure)], indirect=True)
def test_the_same_day_gives_the_same_programme(app: Flask, arrange: Arrange):
    told = []
    for _ in range(2):
        with time_machine.travel(noon(DAYS[0])), arrange() as session:
            services.fill(PASSWORD)
            rows = select(Person.ref, Person.email, Journey.ref, Event.stage, Event.effective_on, Event.recorded_at)
            rows = rows.join(Journey, Journey.person_id == Person.id).join(Event).order_by(Journey.ref, Event.id)
            told.append(session.execute(rows).all())
            # Given up, so that the second finds the database empty again.
            session.rollback()

    assert told[0] == told[1]
    assert len(told[0]) > 4_000


@pytest.mark.usefixtures("day")
def test_the_trail_tells_that_it_was_filled_and_with_how_many():
    told = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "demonstration.filled")).one()

    assert json.loads(told.after or "")["people"] == db.session.scalar(select(func.count()).select_from(Person))


@pytest.mark.usefixtures("day")
def test_it_is_not_filled_twice():
    with pytest.raises(DomainError, match="holds people already"), transaction():
        services.fill(PASSWORD)
