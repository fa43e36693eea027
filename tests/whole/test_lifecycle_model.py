"""One person's enrolment against a slow model: lists in Python, replayed from the start for every question.

Whatever is recorded, extended, taken back, corrected or backdated, in whichever order: the history stays legal, what
is kept for reading equals the replay, a refusal changes nothing, and what was once said as known at an instant is said
for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.factories import make_cohort, make_enrolment, make_person, make_user, organisation
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db, transaction
from tracker.core.errors import DomainError
from tracker.core.metric import Knowledge
from tracker.ledger.models import Event, Journey, StageSpan
from tracker.ledger.queries import stage_as_at, standing_events
from tracker.people import services as people
from tracker.people.models import Person
from tracker.people.queries import posting_spans
from tracker.training import services
from tracker.training.lifecycle import ENROLMENT, LeavingTrigger
from tracker.training.models import Cohort, Enrolment
from tracker.training.services import Evidence, ReturnPromise, Right

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
STAGES = st.sampled_from([stage for stage in ENROLMENT.stages if stage not in {"on-break", "withdrawn"}])
PLACES = ("home-office", "hm-treasury", "cabinet-office")
FOREVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Line:
    """One event as the model knows it; `order` is its place in the order of recording."""

    id: int
    order: int
    stage: str
    day: date
    extends: bool
    promised: date | None
    recorded_at: datetime
    voided_at: datetime | None = None


def sequence(lines: list[Line], known_at: datetime | None = None) -> list[Line]:
    """What counts at an instant, in ledger order."""
    if known_at is not None:
        lines = [one for one in lines if one.recorded_at <= known_at]
    standing = [one for one in lines if one.voided_at is None or (known_at is not None and one.voided_at > known_at)]
    return sorted(standing, key=lambda one: (one.day, one.order))


def is_legal(lines: list[Line]) -> bool:
    """Whether each step may follow the one before, and no stage is entered twice on a day."""
    before, entered = None, set()
    for one in sequence(lines):
        if one.extends and one.stage != before:
            return False
        if not one.extends and before is not None and one.stage not in ENROLMENT.moves.get(before, ()):
            return False
        if not one.extends and (one.stage, one.day) in entered:
            return False
        entered |= set() if one.extends else {(one.stage, one.day)}
        before = one.stage
    return True


def stage_on(lines: list[Line], day: date, known_at: datetime) -> str | None:
    """The stage on a day, as known at an instant."""
    past = [one for one in sequence(lines, known_at) if one.day <= day]
    return past[-1].stage if past else None


class Enrolments(RuleBasedStateMachine):
    """The acts, done and modelled side by side."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        self.context = self.app.app_context()
        self.context.push()
        self.lines: list[Line] = []
        self.said: list[tuple[date, datetime, str | None, str]] = []
        with transaction():
            person, user = make_person(PLACES[0]), make_user()
            own, other = make_cohort(), make_cohort()
            enrolment = make_enrolment(person=person, cohort=own)
            self.person, self.user, self.enrolment = person.id, user.id, enrolment.journey_id
            self.own = self.cohort = own.id
            self.other, self.moves = other.id, list[tuple[int, date]]()
            self.places = [(PLACES[0], date.min, None)]
        self.version = self.journey().version

    def teardown(self) -> None:
        if hasattr(self, "context"):
            db.session.remove()
            self.context.pop()

    def journey(self) -> Journey:
        return db.session.get_one(Journey, self.enrolment)

    def attempt(self, expected: list[Line] | None, act: Callable[[Enrolment, Any], object]) -> None:
        """Do an act; `expected` is the ledger afterwards without the new line's facts, None for a refusal."""
        try:
            with transaction() as session:
                enrolment = session.get_one(Enrolment, self.enrolment)
                services.hold(enrolment)
                done = act(enrolment, session.get_one(User, self.user))
                facts = (done.id, done.recorded_at) if isinstance(done, Event) else None
        except DomainError as refusal:
            refused: str | None = refusal.message
        else:
            refused = None
        assert (refused is None) == (expected is not None), refused or "the rules forbid this, and it was done"
        if expected is None:
            return
        self.lines = [
            replace(one, id=facts[0], recorded_at=facts[1]) if one.id < 0 and facts else one for one in expected
        ]

    def with_line(
        self, stage: str, day: date, *, extends: bool = False, promised: date | None = None
    ) -> list[Line] | None:
        new = Line(-1, len(self.lines), stage, day, extends, promised, now())
        lines = [*self.lines, new]
        return lines if is_legal(lines) else None

    @rule(stage=STAGES, day=DAYS)
    def record(self, stage: str, day: date) -> None:
        """Any stage but a completion, which has an act of its own."""
        expected = None if stage == "completed" else self.with_line(stage, day)
        self.attempt(expected, lambda enrolment, user: services.record_stage(enrolment, stage, day, by=user))

    @rule(data=st.data(), later=st.integers(0, 4))
    def go_on(self, data: st.DataObject, later: int) -> None:
        """A step that may well be legal, so that histories grow."""
        stands = sequence(self.lines)
        possible = sorted(ENROLMENT.moves.get(stands[-1].stage, ())) if stands else ["applied", "in-training"]
        plain = [stage for stage in possible if stage not in {"on-break", "withdrawn"}]
        if plain:
            stage, day = (
                data.draw(st.sampled_from(plain)),
                (stands[-1].day if stands else FIRST) + timedelta(days=later),
            )
            if stage == "completed":
                self.complete(day, stands[-1].stage == "not-completed")
            else:
                self.record(stage, day)

    @precondition(lambda self: self.lines)
    @rule(later=st.integers(0, 4), length=st.integers(1, 30))
    def pause_now(self, later: int, length: int) -> None:
        """A break that may well be legal, and its return or extension after it."""
        stands = sequence(self.lines)
        day = (stands[-1].day if stands else FIRST) + timedelta(days=later)
        if stands and stands[-1].stage == "on-break":
            self.come_back("in-training", day)
        else:
            self.pause(day, length)

    @rule(day=DAYS, length=st.integers(-3, 90))
    def pause(self, day: date, length: int) -> None:
        promised = day + timedelta(days=length)
        expected = self.with_line("on-break", day, promised=promised) if length > 0 else None
        promise = ReturnPromise(promised, None)
        self.attempt(expected, lambda enrolment, user: services.start_break(enrolment, day, promise, by=user))

    @rule(day=DAYS, length=st.integers(1, 90))
    def extend(self, day: date, length: int) -> None:
        promised = day + timedelta(days=length)
        expected = self.with_line("on-break", day, extends=True, promised=promised)
        promise = ReturnPromise(promised, None)
        self.attempt(expected, lambda enrolment, user: services.extend_break(enrolment, day, promise, by=user))

    @rule(stage=st.sampled_from(["in-training", "enrolled"]), day=DAYS)
    def come_back(self, stage: str, day: date) -> None:
        stands = sequence(self.lines)
        expected = self.with_line(stage, day) if stands and stands[-1].stage == "on-break" else None
        self.attempt(
            expected, lambda enrolment, user: services.end_break(enrolment, day, stage, enrolment.cohort, by=user)
        )

    @rule(day=DAYS, appeals=st.booleans())
    def complete(self, day: date, appeals: bool) -> None:
        """A completion with its evidence, at the first assessment or on appeal."""
        stands, shown = sequence(self.lines), services.Evidence("Certificate")
        can = not appeals or (stands and stands[-1].stage == "not-completed")
        expected = self.with_line("completed", day) if can else None
        act = services.appeal if appeals else services.complete
        self.attempt(expected, lambda enrolment, user: act(enrolment, day, shown, by=user))

    @rule(day=DAYS)
    def put_off(self, day: date) -> None:
        """To the other cohort and back again; the stages stay as they are."""
        stands = sequence(self.lines)
        movable = {"nominated", "endorsed", "applied", "accepted", "enrolled", "in-training"}
        can = stands and stands[-1].stage in movable and day >= stands[0].day
        target = self.other if self.cohort == self.own else self.own
        moved = [*self.moves, (target, day)]

        def act(enrolment: Enrolment, user: Any) -> None:
            services.defer(enrolment, db.session.get_one(Cohort, target), day, by=user)

        self.attempt(self.lines if can else None, act)
        if can:
            self.cohort, self.moves = target, moved
        assert db.session.get_one(Enrolment, self.enrolment).cohort_id == self.cohort

    @rule(day=DAYS, stage=STAGES)
    def record_together(self, day: date, stage: str) -> None:
        """For many at once, of whom this one is the only one: the same as alone."""
        evidence = services.Evidence("Certificate")
        wish = services.ReachStage(stage, day, evidence)

        def act(enrolment: Enrolment, user: Any) -> Event:
            services.record_together([enrolment], wish, by=user)
            return max(standing_events(enrolment.journey_id), key=lambda event: event.id)

        self.attempt(self.with_line(stage, day), act)

    @rule(day=DAYS)
    def leave(self, day: date) -> None:
        expected = self.with_line("withdrawn", day)
        trigger = LeavingTrigger.PERSON
        self.attempt(expected, lambda enrolment, user: services.withdraw(enrolment, day, trigger, "other", by=user))

    @rule(day=DAYS)
    def reinstate(self, day: date) -> None:
        stands = [one.stage for one in sequence(self.lines)]
        expected = None
        if stands and stands[-1] == "withdrawn":
            reached = {"in-training", "completed", "not-completed", "in-role"} & set(stands)
            stage = "in-training" if reached else "enrolled" if {"enrolled", "on-break"} & set(stands) else "nominated"
            expected = self.with_line(stage, day)
        self.attempt(expected, lambda enrolment, user: services.reinstate(enrolment, day, by=user))

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        wrong = data.draw(st.sampled_from(self.lines))
        lines = [replace(one, voided_at=now()) if one is wrong else one for one in self.lines]
        expected = lines if wrong.voided_at is None and is_legal(lines) else None

        def act(enrolment: Enrolment, user: Any) -> None:
            services.take_back(enrolment, db.session.get_one(Event, wrong.id), reason="wrong", by=user)

        self.attempt(expected, act)
        self.learn_voids()

    @precondition(lambda self: self.lines)
    @rule(data=st.data(), stage=STAGES, day=DAYS)
    def correct(self, data: st.DataObject, stage: str, day: date) -> None:
        wrong = data.draw(st.sampled_from(self.lines))
        keeps = wrong.extends or data.draw(st.booleans())
        stage = wrong.stage if keeps else stage
        promised = day + timedelta(days=10) if stage == "on-break" else None
        new = Line(-1, len(self.lines), stage, day, wrong.extends, promised, now())
        lines = [*(replace(one, voided_at=now()) if one is wrong else one for one in self.lines), new]
        expected = lines if wrong.voided_at is None and is_legal(lines) else None

        def act(enrolment: Enrolment, user: Any) -> Event:
            event = db.session.get_one(Event, wrong.id)
            return services.correct(
                enrolment, event, Right(stage, day, promised, Evidence("seen")), reason="wrong", by=user
            )

        self.attempt(expected, act)
        self.learn_voids()

    def learn_voids(self) -> None:
        """Take over when lines were voided: the instant is the database's to say."""
        events = {
            event.id: event for event in db.session.scalars(select(Event).where(Event.journey_id == self.enrolment))
        }
        self.lines = [
            replace(one, voided_at=void.voided_at) if one.voided_at and (void := events[one.id].void) else one
            for one in self.lines
        ]

    @rule(place=st.sampled_from(PLACES), day=DAYS)
    def move(self, place: str, day: date) -> None:
        here = self.place_on(day, None)
        try:
            with transaction() as session:
                person = session.get_one(Person, self.person)
                there, user = organisation(place), session.get_one(User, self.user)
                grade = person.postings[0].grade_id
                posting = people.transfer(
                    person, organisation_id=there.id, grade_id=grade, starts_on=day, reason="", recorded_by=user
                )
                recorded_at = posting.recorded_at
        except DomainError as refusal:
            refused: str | None = refusal.message
        else:
            refused = None
        assert (refused is None) == (place != here), refused
        if refused is None:
            self.places.append((place, day, recorded_at))

    def place_on(self, day: date, known_at: datetime | None) -> str:
        known = [one for one in self.places if one[2] is None or known_at is None or one[2] <= known_at]
        # The first posting of all is from 2020, so it stays the earliest and reaches back without limit.
        return sorted((one for one in known if one[1] <= day), key=lambda one: one[1])[-1][0]

    @rule(day=DAYS)
    def ask(self, day: date) -> None:
        """Ask, and remember what was said."""
        known_at = now()
        answer = (stage_on(self.lines, day, known_at), self.place_on(day, known_at))
        assert self.answered(day, known_at) == answer
        self.said.append((day, known_at, *answer))

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        """What was said of the past as known then is said again, whatever happened since."""
        day, known_at, stage, place = data.draw(st.sampled_from(self.said))
        assert self.answered(day, known_at) == (stage, place)

    def answered(self, day: date, known_at: datetime) -> tuple[str | None, str]:
        knowledge = Knowledge(at=known_at, people=select(Person.id).where(Person.id == self.person))
        standing = stage_as_at(day, knowledge).subquery()
        stage = db.session.scalar(select(standing.c.stage).where(standing.c.journey_id == self.enrolment))
        span = posting_spans(knowledge).subquery()
        there = select(span.c.organisation_id).where(span.c.starts_on <= day, day < span.c.ends_on)
        ids = {organisation(slug).id: slug for slug in PLACES}
        return stage, ids[db.session.scalars(there).one()]

    @invariant()
    def what_is_kept_equals_the_replay(self) -> None:
        db.session.rollback()
        spans = db.session.scalars(
            select(StageSpan).where(StageSpan.journey_id == self.enrolment).order_by(StageSpan.position)
        ).all()
        stands = sequence(self.lines)
        ends = [*(one.day for one in stands[1:]), FOREVER]
        assert [(span.event_id, span.stage, span.starts_on, span.ends_on, span.promised_on) for span in spans] == [
            (one.id, one.stage, one.day, end, one.promised) for one, end in zip(stands, ends, strict=False)
        ]

    @invariant()
    def the_version_rises_with_every_change_and_only_then(self) -> None:
        changes = len(self.lines) + len(self.moves) + sum(one.voided_at is not None for one in self.lines)
        version = self.journey().version
        assert (version > self.version) if changes > getattr(self, "changes", 0) else (version == self.version)
        self.version, self.changes = version, changes


@pytest.mark.hypothesis
def test_the_acts_do_what_a_slow_replay_says(app: Flask) -> None:
    machine = type("Enrolments", (Enrolments,), {"app": app})
    profile = settings(
        max_examples=settings().max_examples // 12,
        stateful_step_count=25,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=profile)
