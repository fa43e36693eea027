"""Random pasts: people, postings, journeys and events as they may come, some late, some taken back, written as they
are.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from sqlalchemy import select

from tracker.core.db import db
from tracker.ledger.models import Event, EventKind, EventVoid, Journey, Source, Strand, VoidCause
from tracker.ledger.services import keep_stage_spans, new_ref
from tracker.organisations.models import Organisation
from tracker.people.models import Person, Posting
from tracker.people.services import keep_posting_spans
from tracker.training.lifecycle import ENROLMENT
from tracker.training.models import Cohort, Enrolment, Programme

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)
ORGANISATIONS = ("home-office", "hm-treasury", "cabinet-office", "crown-commercial-service", "valuation-office-agency")
PROGRAMMES = ("accelerator", "data-masterclass")


@dataclass
class Told:
    """What was written, in plain values, for whoever counts it again by hand."""

    people: list[int] = field(default_factory=list)
    journeys: dict[int, tuple[int, bool]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    voided: dict[int, datetime] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    slugs: dict[int, str] = field(default_factory=dict)


def instant(day: date, chance: Random) -> datetime:
    """Some time on a day."""
    return datetime(day.year, day.month, day.day, chance.randrange(24), chance.randrange(60), tzinfo=UTC)


class Past:
    """Writes a random past, and more of it later. Every call belongs inside a transaction."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.told = Told()
        self.cohorts: dict[str, int] = {}
        self.numbers: dict[str, int] = {}

    def begin(self, people: int, *, by: datetime) -> None:
        """Let so many people have a past that was recorded by an instant."""
        if not self.cohorts:
            self._look_up()
        for _ in range(people):
            self._add_person(by)
        self._keep()

    def go_on(self, changes: int, *, at: datetime) -> None:
        """Let something more be recorded at an instant: events of any day, corrections, transfers, new people."""
        for _ in range(changes):
            kind = self.chance.randrange(10)
            if kind < 5:
                journey = self.chance.choice(list(self.told.journeys))
                self._add_event(journey, self._day(at.date()), at)
            elif kind < 7:
                standing = [event for event in self.told.events if event.id not in self.told.voided]
                self._void(self.chance.choice(standing), at)
            elif kind < 9:
                self._add_posting(self.chance.choice(self.told.people), self._day(at.date()), at)
            else:
                self._add_person(at, recorded_at=at)
        self._keep()

    def _look_up(self) -> None:
        found = select(Organisation.id, Organisation.slug).where(Organisation.slug.in_(ORGANISATIONS))
        self.told.slugs = dict(db.session.execute(found).all())
        for code in PROGRAMMES:
            programme = db.session.scalars(select(Programme).where(Programme.code == code)).one()
            cohort = Cohort(code=f"COHORT-{code}", programme_id=programme.id)
            db.session.add(cohort)
            db.session.flush()
            self.cohorts[code] = cohort.id

    def _day(self, last: date = LAST) -> date:
        return FIRST + timedelta(days=self.chance.randrange((min(last, LAST) - FIRST).days + 1))

    def _add_person(self, by: datetime, recorded_at: datetime | None = None) -> None:
        n = len(self.told.people) + 1
        names = {"first_name": "Ann", "last_name": f"Example{n}", "name_key": f"ann {n}", "sort_key": f"{n:06}"}
        address = f"p{n}@example.org"
        person = Person(ref=f"R{n:05}", email=address, email_key=address, **names)
        db.session.add(person)
        db.session.flush()
        self.told.people.append(person.id)
        self._add_posting(person.id, self._day(by.date()), None)
        for _ in range(self.chance.choice((0, 0, 1))):
            self._add_posting(person.id, self._day(by.date()), by)
        for code in self.chance.sample(PROGRAMMES, self.chance.choice((1, 1, 2))):
            journey = Journey(ref=new_ref(), strand=Strand.TRAINING, person_id=person.id)
            db.session.add(journey)
            db.session.flush()
            db.session.add(Enrolment(journey_id=journey.id, cohort_id=self.cohorts[code]))
            self.told.journeys[journey.id] = (person.id, code == "accelerator")
            self._add_history(journey.id, by, recorded_at)

    def _add_history(self, journey_id: int, by: datetime, recorded_at: datetime | None) -> None:
        """A history the lifecycle allows, in order of days; recorded on the day or later, some of it taken back."""
        stage, day = None, self._day(by.date())
        for _ in range(self.chance.randrange(1, 8)):
            options = [info.code for info in ENROLMENT.next_stages(stage)]
            if not options or day > by.date():
                return
            stage = self.chance.choice(options)
            late = self.chance.choice((0, 0, 3, 40))
            when = recorded_at or min(by, instant(day + timedelta(days=late), self.chance))
            event = self._event(journey_id, stage, day, max(when, instant(day, Random(0))), self.chance.randrange(60))
            if self.chance.random() < 0.08 and recorded_at is None:
                self._void(event, min(by, event.recorded_at + timedelta(days=self.chance.randrange(1, 90))))
            day += timedelta(days=self.chance.choice((0, 1, 5, 20, 60, 120)))

    def _add_event(self, journey_id: int, day: date, at: datetime) -> None:
        self._event(journey_id, self.chance.choice(list(ENROLMENT.stages)), day, at, self.chance.randrange(60))

    def _event(self, journey_id: int, stage: str, day: date, at: datetime, promise: int) -> Event:
        promised_on = day + timedelta(days=promise) if stage == "on-break" and promise > 10 else None
        event = Event(
            journey_id=journey_id,
            kind=EventKind.STAGE,
            stage=stage,
            effective_on=day,
            promised_on=promised_on,
            recorded_at=at,
            source=Source.FORM,
        )
        db.session.add(event)
        db.session.flush()
        self.told.events.append(event)
        return event

    def _void(self, event: Event, at: datetime) -> None:
        if event.id not in self.told.voided:
            db.session.add(EventVoid(event_id=event.id, voided_at=at, cause=VoidCause.CORRECTION, reason="wrong"))
            self.told.voided[event.id] = at

    def _add_posting(self, person_id: int, day: date, at: datetime | None) -> None:
        place = self.chance.choice(list(self.told.slugs))
        posting = Posting(person_id=person_id, organisation_id=place, starts_on=day, recorded_at=at)
        db.session.add(posting)
        db.session.flush()
        self.told.postings.append(posting)

    def _keep(self) -> None:
        db.session.flush()
        # Whoever counts again reads them after the session is gone.
        for row in (*self.told.events, *self.told.postings):
            if row in db.session:
                db.session.refresh(row)
                db.session.expunge(row)
        keep_posting_spans(select(Person.id))
        keep_stage_spans(select(Journey.id))
