"""What can be wished for many enrolments at once, each with what it asks of every one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from tracker.core.db import Model, db
from tracker.ledger.models import Event, EventKind
from tracker.ledger.queries import standing_events_of
from tracker.ledger.services import Fact, transferred_on
from tracker.training import queries
from tracker.training.lifecycle import ENROLMENT, HOLDS_A_PLACE, LeavingTrigger, Stage
from tracker.training.models import (
    Cohort,
    CompletionEvidence,
    Enrolment,
    EnrolmentKey,
    EnrolmentLeaving,
    EventCohort,
)
from tracker.training.services.breaks import ReturnPromise
from tracker.training.services.completions import Evidence
from tracker.training.services.enrolments import EnrolmentNotAllowed, check_own_act, has_started, outside_days
from tracker.training.services.moves import check_move
from tracker.training.services.places import without_place

Refusals = dict[int, str]
"""Why not, in words, by journey."""


class Wish:
    """What is to be recorded of everybody who was chosen."""

    verb: str
    note: str = ""

    @property
    def fact(self) -> Fact:
        """What the ledger will say."""
        raise NotImplementedError

    def words(self) -> str:
        """What each will have become, for a preview."""
        raise NotImplementedError

    def check(self) -> None:
        """Refuse what could be recorded of nobody.

        :raises EnrolmentNotAllowed: naming the field.
        """

    def refusals(self, enrolments: Sequence[Enrolment]) -> Refusals:
        """Why some of them cannot have it, beyond what their history says."""
        return {}

    def beside(self, enrolment: Enrolment, event: Event) -> list[Model]:
        """What is kept beside the entry of one of them."""
        return []

    def settle(self, enrolments: Sequence[Enrolment]) -> None:
        """What follows for all of them once the entries are there."""


@dataclass(frozen=True)
class ReachStage(Wish):
    """They entered a stage on a day; a completion with what shows it."""

    stage: str
    on: date
    evidence: Evidence = field(default_factory=lambda: Evidence(""))
    note: str = ""
    verb = "enrolment.stage"

    @property
    def fact(self) -> Fact:
        """What the ledger will say."""
        return Fact(EventKind.STAGE, self.stage, self.on)

    def words(self) -> str:
        """What each will have become."""
        return ENROLMENT.label(self.stage)

    def check(self) -> None:
        """Refuse what could be recorded of nobody."""
        check_own_act(self.stage)
        if self.stage == Stage.COMPLETED:
            self.evidence.check()

    def refusals(self, enrolments: Sequence[Enrolment]) -> Refusals:
        """Why some of them cannot have it: there is no place, or they would start outside the cohort's days."""
        return self._without_place(enrolments) | self._outside_days(enrolments)

    def _outside_days(self, enrolments: Sequence[Enrolment]) -> Refusals:
        outside = {one.journey_id: outside_days(one.cohort, self.stage, self.on) for one in enrolments}
        outside = {journey_id: why for journey_id, why in outside.items() if why}
        histories = standing_events_of(list(outside)) if outside else {}
        return {journey_id: why for journey_id, why in outside.items() if not has_started(histories[journey_id])}

    def _without_place(self, enrolments: Sequence[Enrolment]) -> Refusals:
        if self.stage not in HOLDS_A_PLACE:
            return {}
        stands = queries.standing([one.journey_id for one in enrolments])
        seekers: dict[Cohort, list[int]] = {}
        for one in enrolments:
            span = stands.get(one.journey_id)
            if span is None or (span.stage not in HOLDS_A_PLACE and span.starts_on <= self.on):
                seekers.setdefault(one.cohort, []).append(one.journey_id)
        return without_place(seekers)

    def beside(self, enrolment: Enrolment, event: Event) -> list[Model]:
        """What is kept beside the entry of one of them."""
        if self.stage != Stage.COMPLETED:
            return []
        return [CompletionEvidence(event_id=event.id, text=self.evidence.text, url=self.evidence.url)]


@dataclass(frozen=True)
class TakeBreak(Wish):
    """They went on a break, all with one promise."""

    on: date
    promise: ReturnPromise
    note: str = ""
    verb = "enrolment.break"

    @property
    def fact(self) -> Fact:
        """What the ledger will say."""
        return Fact(EventKind.STAGE, Stage.ON_BREAK, self.on, self.promise.on)

    def words(self) -> str:
        """What each will have become."""
        return f"On a break until {self.promise.on:%-d %B %Y}"

    def check(self) -> None:
        """Refuse what could be recorded of nobody."""
        self.promise.check(self.on)

    def refusals(self, enrolments: Sequence[Enrolment]) -> Refusals:
        """Why some of them cannot have it."""
        cohort = self.promise.cohort
        return {} if cohort is None else _of_another_programme(enrolments, cohort)

    def beside(self, enrolment: Enrolment, event: Event) -> list[Model]:
        """What is kept beside the entry of one of them."""
        cohort = self.promise.cohort
        return [EventCohort(event_id=event.id, cohort_id=cohort.id if cohort else None, is_known=cohort is not None)]


@dataclass(frozen=True)
class Leave(Wish):
    """They left, all for one reason."""

    on: date
    trigger: LeavingTrigger
    reason_code: str
    note: str = ""
    verb = "enrolment.withdrawn"

    @property
    def fact(self) -> Fact:
        """What the ledger will say."""
        return Fact(EventKind.STAGE, Stage.WITHDRAWN, self.on)

    def words(self) -> str:
        """What each will have become."""
        return ENROLMENT.label(Stage.WITHDRAWN)

    def check(self) -> None:
        """Refuse what could be recorded of nobody."""
        if self.reason_code not in queries.reasons_to_give():
            raise EnrolmentNotAllowed("Select why they left", "reason")

    def beside(self, enrolment: Enrolment, event: Event) -> list[Model]:
        """What is kept beside the entry of one of them."""
        return [EnrolmentLeaving(event_id=event.id, trigger=self.trigger, reason_code=self.reason_code)]


@dataclass(frozen=True)
class GoOnWith(Wish):
    """They go on with another cohort, at the stage each stands at."""

    on: date
    cohort: Cohort
    note: str = ""
    verb = "enrolment.deferred"

    @property
    def fact(self) -> Fact:
        """What the ledger will say."""
        return transferred_on(self.on)

    def words(self) -> str:
        """What each will have become."""
        return f"Moved to {self.cohort.code}"

    def check(self) -> None:
        """Refuse what could be recorded of nobody."""
        if self.cohort.closed_at is not None:
            raise EnrolmentNotAllowed(f"{self.cohort.code} is closed: it takes nobody any more", "cohort")

    def refusals(self, enrolments: Sequence[Enrolment]) -> Refusals:
        """Why some of them cannot have it."""
        found = {
            one.journey_id: f"They are on {self.cohort.code} already"
            for one in enrolments
            if one.cohort_id == self.cohort.id
        }
        histories = standing_events_of([one.journey_id for one in enrolments])
        taken = dict(self._keys(enrolments))
        for one in enrolments:
            stands = [event for event in histories[one.journey_id] if event.stage is not None]
            try:
                check_move(stands[-1].stage if stands else None, stands[0].effective_on if stands else None, self.on)
            except EnrolmentNotAllowed as refusal:
                found.setdefault(one.journey_id, refusal.message)
            if taken.get(one.person.id, one.journey_id) != one.journey_id:
                found.setdefault(one.journey_id, f"They already have another enrolment on {self.cohort.code}")
        refused = _of_another_programme(enrolments, self.cohort) | found
        last = {id: [event.stage for event in events if event.stage][-1:] for id, events in histories.items()}
        seekers = [id for id, stage in last.items() if id not in refused and HOLDS_A_PLACE.issuperset(stage) and stage]
        return without_place({self.cohort: seekers}) | refused

    def _keys(self, enrolments: Sequence[Enrolment]) -> list[tuple[int, int]]:
        """The people of the enrolments whom the cohort names already, with the journey it names."""
        people = [one.person.id for one in enrolments]
        named = select(EnrolmentKey.person_id, EnrolmentKey.journey_id).where(
            EnrolmentKey.cohort_id == self.cohort.id, EnrolmentKey.person_id.in_(people)
        )
        return [(row.person_id, row.journey_id) for row in db.session.execute(named)]

    def beside(self, enrolment: Enrolment, event: Event) -> list[Model]:
        """What is kept beside the entry of one of them."""
        return [EventCohort(event_id=event.id, cohort_id=self.cohort.id, left_cohort_id=enrolment.cohort_id)]

    def settle(self, enrolments: Sequence[Enrolment]) -> None:
        """Let each belong to the cohort, and the cohort name each."""
        named = {person_id for person_id, _ in self._keys(enrolments)}
        for one in enrolments:
            one.cohort = self.cohort
        db.session.add_all(
            EnrolmentKey(person_id=one.person.id, cohort_id=self.cohort.id, journey_id=one.journey_id)
            for one in enrolments
            if one.person.id not in named
        )


def _of_another_programme(enrolments: Sequence[Enrolment], cohort: Cohort) -> Refusals:
    words = f"{cohort.code} is a cohort of another programme"
    return {one.journey_id: words for one in enrolments if one.cohort.programme_id != cohort.programme_id}
