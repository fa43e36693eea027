"""Who can be chosen: for each person of a list the enrolment that is meant, with the version it is shown at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.organisations.models import Grade, Organisation, Profession, Region
from tracker.people.models import Person, Posting, PostingSpan
from tracker.register.asked import Asked
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import Cohort, Enrolment, Programme

MOST = 500
"""So many people are changed at once: what a reader can look through, and one unit of work does in a moment."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be chosen: by the reference of the enrolment, or of the person where the act is about them."""

    key: str
    version: int
    name: str
    person_ref: str
    where: str
    stage: str | None
    since: date | None

    @property
    def label(self) -> str:
        """The words of the stage."""
        return ENROLMENT.label(self.stage) if self.stage else "Not enrolled"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return ENROLMENT.stages[self.stage].colour if self.stage else "grey"


def is_too_many(listed: Sequence[Candidate]) -> bool:
    """Whether more people are listed than can be changed at once."""
    return len(listed) > MOST


def enrolments_meant(people: Select[int], asked: Asked, today: date) -> list[Candidate]:
    """For each of the people the enrolment that is meant: of those the filters are about, the one that changed last.

    People without such an enrolment are left out. In order of name, no more than one over `MOST`.
    """
    latest = func.row_number().over(
        partition_by=StageSpan.person_id, order_by=(StageSpan.starts_on.desc(), StageSpan.journey_id.desc())
    )
    spans = select(StageSpan.journey_id, latest.label("place"))
    spans = spans.join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
    spans = _as_asked(spans.join(Cohort, Cohort.id == Enrolment.cohort_id), asked, today)
    stands = (StageSpan.strand == Strand.TRAINING, StageSpan.ends_on == LAST_DAY, StageSpan.person_id.in_(people))
    ranked = spans.where(*stands).subquery()
    return _enrolments(Journey.id.in_(select(ranked.c.journey_id).where(ranked.c.place == 1)))


def enrolments_chosen(refs: Sequence[str], people: Select[int]) -> list[Candidate]:
    """The enrolments with some references, of those people, as they stand now."""
    return _enrolments(Journey.ref.in_(refs), Journey.person_id.in_(people))


def _enrolments(*which: ColumnElement[bool]) -> list[Candidate]:
    stands = and_(StageSpan.journey_id == Journey.id, StageSpan.ends_on == LAST_DAY)
    found = (
        select(Journey.ref, Journey.version, Person.first_name, Person.last_name, Person.ref, Cohort.code)
        .add_columns(StageSpan.stage, StageSpan.starts_on)
        .join(Person, Person.id == Journey.person_id)
        .join(Enrolment, Enrolment.journey_id == Journey.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(StageSpan, stands)
        .where(*which)
        .order_by(Person.sort_key, Person.id)
        .limit(MOST + 1)
    )
    return [
        Candidate(ref, version, f"{first} {last}", person_ref, cohort, stage, since)
        for ref, version, first, last, person_ref, cohort, stage, since in db.session.execute(found)
    ]


def _as_asked(spans: Select[Any], asked: Asked, today: date) -> Select[Any]:
    if asked.stages:
        spans = spans.where(StageSpan.stage.in_(asked.stages))
    if asked.cohort:
        spans = spans.where(Cohort.code == asked.cohort)
    if asked.programme:
        spans = spans.join(Programme, Programme.id == Cohort.programme_id).where(Programme.code == asked.programme)
    if asked.overdue:
        spans = spans.where(StageSpan.stage == Stage.ON_BREAK, StageSpan.promised_on < today)
    return spans


def people_meant(people: Select[int]) -> list[Candidate]:
    """The people themselves, with where each is posted now. In order of name, no more than one over `MOST`."""
    return _people(Person.id.in_(people))


def people_chosen(refs: Sequence[str], people: Select[int]) -> list[Candidate]:
    """Those of the people with some references, as they are now."""
    return _people(Person.ref.in_(refs), Person.id.in_(people))


def _people(*which: ColumnElement[bool]) -> list[Candidate]:
    here = and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY)
    found = (
        select(Person.ref, Person.version, Person.first_name, Person.last_name, Organisation.name)
        .outerjoin(PostingSpan, here)
        .outerjoin(Organisation, Organisation.id == PostingSpan.organisation_id)
        .where(*which)
        .order_by(Person.sort_key, Person.id)
        .limit(MOST + 1)
    )
    return [
        Candidate(ref, version, f"{first} {last}", ref, organisation or "", None, None)
        for ref, version, first, last, organisation in db.session.execute(found)
    ]


def open_organisations() -> list[tuple[str, str]]:
    """The organisations that somebody can move to: slug and name."""
    found = select(Organisation.slug, Organisation.name).where(Organisation.is_closed.is_(False))
    return [(slug, name) for slug, name in db.session.execute(found.order_by(Organisation.name))]


def people_named(refs: Sequence[str], *, hold: bool = False) -> Sequence[Person]:
    """The people with some references, by name.

    :param hold: have nobody else change them until the transaction ends.
    """
    named = select(Person).where(Person.ref.in_(refs), Person.removed_at.is_(None))
    if hold:
        db.session.scalars(named.order_by(Person.id).with_for_update().execution_options(populate_existing=True)).all()
    return db.session.scalars(named.order_by(Person.sort_key, Person.id)).all()


@dataclass(frozen=True)
class Place:
    """Where somebody was posted, in the words of a file."""

    starts_on: date
    ends_on: date
    organisation: str
    grade: str | None
    profession: str | None
    region: str | None


def places(person_ids: Sequence[int]) -> dict[str, list[Place]]:
    """Where people were posted, span by span, by the person's reference."""
    found = (
        select(Person.ref, PostingSpan.starts_on, PostingSpan.ends_on, Organisation.name, Grade.code)
        .add_columns(Profession.name, Region.name)
        .join(PostingSpan, PostingSpan.person_id == Person.id)
        .join(Posting, Posting.id == PostingSpan.posting_id)
        .join(Organisation, Organisation.id == PostingSpan.organisation_id)
        .outerjoin(Grade, Grade.id == Posting.grade_id)
        .outerjoin(Profession, Profession.id == Posting.profession_id)
        .outerjoin(Region, Region.id == Posting.region_id)
        .where(Person.id.in_(person_ids))
    )
    of: dict[str, list[Place]] = {}
    for ref, *place in db.session.execute(found):
        of.setdefault(ref, []).append(Place(*place))
    return of
