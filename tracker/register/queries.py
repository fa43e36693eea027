"""The people list: who is on it, in which order, and what a row says. Page, count and export ask the same question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all
from sqlalchemy.sql.elements import True_

from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.sql import IDS, is_among
from tracker.ledger.models import Journey, StageSpan, Strand
from tracker.organisations.models import Grade, Organisation, Profession, Region
from tracker.people.models import Person, Posting, PostingSpan
from tracker.people.search import Search
from tracker.training.lifecycle import ENROLMENT, Stage
from tracker.training.models import Cohort, Enrolment, Programme

NOTHING = Search("")


@dataclass(frozen=True)
class Wanted:
    """Which people are asked for; what is empty does not narrow the list.

    `stages`, `programme`, `cohort` and `overdue_on` are about one enrolment that has all of them. `organisations`: ids.
    `counted`: a select of person ids, those behind a figure.
    """

    search: Search = NOTHING
    stages: tuple[str, ...] = ()
    organisations: frozenset[int] | None = None
    programme: str = ""
    cohort: str = ""
    grade: str = ""
    overdue_on: date | None = None
    counted: Select[int] | None = None

    @property
    def about_enrolment(self) -> bool:
        """Whether it narrows by where an enrolment stands."""
        return bool(self.stages or self.programme or self.cohort or self.overdue_on)


class Standing(NamedTuple):
    """Where an enrolment stands, as a row of the list says it."""

    ref: str
    stage: str
    since: date
    return_on: date | None
    cohort: str
    programme: str
    programme_code: str

    @property
    def label(self) -> str:
        """The words of the stage."""
        return ENROLMENT.stages[self.stage].label

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return ENROLMENT.stages[self.stage].colour


class PersonRow(NamedTuple):
    """One row of the list: somebody, where they are posted, and where their enrolments stand, the latest first."""

    ref: str
    first_name: str
    last_name: str
    email: str
    fte: float
    organisation: str | None
    grade: str | None
    profession: str | None
    region: str | None
    enrolments: tuple[Standing, ...] = ()

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.first_name} {self.last_name}"

    @property
    def latest(self) -> Standing | None:
        """The enrolment that changed last."""
        return self.enrolments[0] if self.enrolments else None

    @property
    def cells(self) -> tuple[str, str, str, str, Standing | None]:
        """What the page shows of it: reference, name, organisation, grade and the enrolment that changed last."""
        return self.ref, self.name, self.organisation or "–", self.grade or "–", self.latest


SINCE = (
    select(func.max(StageSpan.starts_on))
    .where(StageSpan.person_id == Person.id, StageSpan.ends_on == LAST_DAY)
    .correlate(Person)
    .scalar_subquery()
)
SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "name": (Person.sort_key.asc(), Person.id.asc()),
    "-name": (Person.sort_key.desc(), Person.id.desc()),
    "organisation": (Organisation.name.asc(), Person.sort_key.asc(), Person.id.asc()),
    "-organisation": (Organisation.name.desc(), Person.sort_key.asc(), Person.id.asc()),
    "since": (SINCE.asc(), Person.id.asc()),
    "-since": (SINCE.desc(), Person.id.desc()),
}
"""The orders a list may be asked for in; a leading hyphen turns one round."""


HERE = and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY)
"""Where a person is posted now."""
EVERYBODY = select(Person.id).where(Person.removed_at.is_(None))


def people(wanted: Wanted, scope: ColumnElement[bool]) -> Select[int]:
    """The ids of the people asked for.

    :param scope: who may be seen, from `sees` over `PostingSpan.organisation_id` and `Person.user_id`.
    """
    found = EVERYBODY
    if not isinstance(scope, True_) or wanted.organisations is not None or wanted.grade:
        found = found.outerjoin(PostingSpan, HERE).where(scope)
    if wanted.organisations is not None:
        found = found.where(PostingSpan.organisation_id.in_(sorted(wanted.organisations)))
    if wanted.grade:
        graded = found.join(Posting, Posting.id == PostingSpan.posting_id).join(Grade, Grade.id == Posting.grade_id)
        found = graded.where(Grade.code == wanted.grade)
    if wanted.search.tokens:
        found = found.where(wanted.search.found())
    if wanted.about_enrolment:
        found = found.where(Person.id.in_(_standing_so(wanted)))
    if wanted.counted is not None:
        found = found.where(Person.id.in_(wanted.counted))
    return found


def _standing_so(wanted: Wanted) -> Select[Any]:
    """The people with an enrolment that stands as is asked."""
    stands = select(StageSpan.person_id).where(StageSpan.strand == Strand.TRAINING, StageSpan.ends_on == LAST_DAY)
    if wanted.stages:
        stands = stands.where(StageSpan.stage.in_(wanted.stages))
    if wanted.overdue_on is not None:
        stands = stands.where(StageSpan.stage == Stage.ON_BREAK, StageSpan.promised_on < wanted.overdue_on)
    if wanted.cohort or wanted.programme:
        stands = stands.join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
        stands = stands.join(Cohort, Cohort.id == Enrolment.cohort_id)
    if wanted.cohort:
        stands = stands.where(Cohort.code == wanted.cohort)
    if wanted.programme:
        stands = stands.join(Programme, Programme.id == Cohort.programme_id).where(Programme.code == wanted.programme)
    return stands


def count(found: Select[int]) -> int:
    """How many people a select of ids finds."""
    if found.compare(EVERYBODY):
        # Counting all rows and taking off the few that are gone reads an index only; counting the others reads them
        # all.
        gone = select(func.count()).select_from(Person).where(Person.removed_at.is_not(None)).scalar_subquery()
        return db.session.scalar(select(func.count() - gone).select_from(Person)) or 0
    return db.session.scalar(found.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def first_and_count(found: Select[int], limit: int) -> tuple[list[int], int]:
    """The first of the people in their order, and how many there are in all: asked at once, where few are found."""
    read = db.session.execute(found.add_columns(func.count().over()).limit(limit)).all()
    return [id for id, _ in read], read[0][1] if read else 0


def in_order(found: Select[int], sort: str, search: Search | None = None) -> Select[int]:
    """The ids in one of the `SORTS`; an unknown order is by name.

    :param search: put who comes nearest to what was typed first.
    """
    order = SORTS.get(sort, SORTS["name"])
    if search is not None:
        order = (*search.best_first(), *order)
    if sort.endswith("organisation"):
        place = PostingSpan.__table__.alias("place")
        at = and_(place.c.person_id == Person.id, place.c.ends_on == LAST_DAY)
        found = found.outerjoin(place, at).outerjoin(Organisation, Organisation.id == place.c.organisation_id)
    return found.order_by(*order)


PLACED: Select[Any] = (
    select(  # type: ignore[assignment]
        *(Person.id, Person.ref, Person.first_name, Person.last_name, Person.email, Person.fte),
        *(Organisation.name, Grade.code, Profession.name, Region.name),
    )
    .outerjoin(PostingSpan, HERE)
    .outerjoin(Organisation, Organisation.id == PostingSpan.organisation_id)
    .outerjoin(Posting, Posting.id == PostingSpan.posting_id)
    .outerjoin(Grade, Grade.id == Posting.grade_id)
    .outerjoin(Profession, Profession.id == Posting.profession_id)
    .outerjoin(Region, Region.id == Posting.region_id)
    .where(is_among(Person.id))
)
"""Who people are and where they are posted now, in the order of `PersonRow`. Put together once, like the next."""
STANDING: Select[Any] = (
    select(  # type: ignore[assignment]
        StageSpan.person_id,
        *(Journey.ref, StageSpan.stage, StageSpan.starts_on, StageSpan.promised_on),
        *(Cohort.code, Programme.name, Programme.code),
    )
    .join(Enrolment, Enrolment.journey_id == StageSpan.journey_id)
    .join(Journey, Journey.id == StageSpan.journey_id)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(Programme, Programme.id == Cohort.programme_id)
    .where(is_among(StageSpan.person_id), StageSpan.ends_on == LAST_DAY)
    .order_by(StageSpan.starts_on.desc(), StageSpan.event_id.desc())
)
"""Where enrolments stand now, in the order of `Standing`."""


def rows(ids: Sequence[int]) -> list[PersonRow]:
    """The rows of people, in the order of the ids."""
    stands = standings(ids)
    read = db.session.execute(PLACED, {IDS: ids})
    found = {id: PersonRow._make((*row, tuple(stands.get(id, ())))) for id, *row in read}
    return [found[id] for id in ids if id in found]


def standings(person_ids: Sequence[int]) -> dict[int, list[Standing]]:
    """Where the enrolments of people stand now, by person, the one that changed last first."""
    found: dict[int, list[Standing]] = {}
    for person_id, *row in db.session.execute(STANDING, {IDS: person_ids}):
        found.setdefault(person_id, []).append(Standing._make(row))
    return found


Choices = list[tuple[str, str]]


CHOICES = union_all(
    select(literal(0).label("list"), Organisation.slug, Organisation.name.label("words"), literal(0)).where(
        select(PostingSpan)
        .where(PostingSpan.organisation_id == Organisation.id, PostingSpan.ends_on == LAST_DAY)
        .exists()
    ),
    select(literal(1), Programme.code, Programme.name, literal(0)),
    select(literal(2), Grade.code, Grade.code, Grade.rank),
)


def filter_choices() -> tuple[Choices, Choices, Choices]:
    """What can be filtered by: organisations somebody is posted to, programmes, grades; each as (code, words). Asked at
    once."""
    found: tuple[Choices, Choices, Choices] = ([], [], [])
    for place, code, words, _ in sorted(db.session.execute(CHOICES), key=lambda row: (row[3], row[2].casefold())):
        found[place].append((code, words))
    return found


def posting_choices(person: Person) -> tuple[list[tuple[str, str]], list[tuple[int, str, str]], dict[str, str]]:
    """Where somebody can be posted: organisations that are open as (slug, name), grades as (id, code, name), and where
    they are now."""
    open_now = select(Organisation.slug, Organisation.name).where(Organisation.is_closed.is_(False))
    organisations = [(row.slug, row.name) for row in db.session.execute(open_now.order_by(Organisation.name))]
    read = select(Grade.id, Grade.code, Grade.name).order_by(Grade.rank)
    grades = [(row.id, row.code, row.name) for row in db.session.execute(read)]
    posting = person.current.posting if person.current else None
    now = (
        {"organisation": posting.organisation.slug, "grade": posting.grade.code if posting.grade else ""}
        if posting
        else {}
    )
    return organisations, grades, now
