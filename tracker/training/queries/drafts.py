"""Drafts of enrolments, what their questions can be answered with, and who was asked to endorse what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.core.db import db
from tracker.organisations.models import Grade, Organisation, Profession, Region
from tracker.training.models import DraftHand, Endorsement, EnrolmentDraft, Programme
from tracker.training.questions import sections

WITH_HANDS = selectinload(EnrolmentDraft.hands).joinedload(DraftHand.user)
Choices = dict[str, str]


def draft(ref: str) -> EnrolmentDraft | None:
    """The draft with a reference."""
    found = select(EnrolmentDraft).where(EnrolmentDraft.ref == ref)
    return db.session.scalar(found.options(WITH_HANDS, joinedload(EnrolmentDraft.person)))


@dataclass(frozen=True)
class DraftPart:
    """A draft, and the question or section of it that an address names."""

    draft: EnrolmentDraft
    key: str


def draft_question(ref: str, key: str) -> DraftPart | None:
    """A question of a draft; None where the draft is not asked it."""
    found = draft(ref)
    if found is None:
        return None
    asked = {one.key for part in sections(found.person is not None, found.answers) for one in part.questions}
    return DraftPart(found, key) if key in asked else None


def draft_section(ref: str, key: str) -> DraftPart | None:
    """A section of a draft; None where the draft has none of the name."""
    found = draft(ref)
    if found is None:
        return None
    named = {part.key for part in sections(found.person is not None, found.answers)}
    return DraftPart(found, key) if key in named else None


def drafts() -> Sequence[EnrolmentDraft]:
    """Every draft, the one that was worked on last first, with who worked on it."""
    read = select(EnrolmentDraft).order_by(EnrolmentDraft.updated_at.desc(), EnrolmentDraft.id.desc())
    return db.session.scalars(read.options(WITH_HANDS, joinedload(EnrolmentDraft.person))).all()


def number_of_drafts() -> int:
    """How many drafts there are."""
    return db.session.scalar(select(func.count()).select_from(EnrolmentDraft)) or 0


def _choices(read: Select[str, str]) -> Choices:
    return {row[0]: row[1] for row in db.session.execute(read)}


def organisations() -> Choices:
    """Organisations that are open, by name."""
    read = select(Organisation.slug, Organisation.name).where(Organisation.is_closed.is_(False))
    return _choices(read.order_by(Organisation.name))


def grades() -> Choices:
    """Grades, from low to high."""
    read = select(Grade.code, Grade.name).order_by(Grade.rank)
    return _choices(read)


def professions() -> Choices:
    """Professions, by name."""
    read = select(Profession.code, Profession.name).order_by(Profession.name)
    return _choices(read)


def regions() -> Choices:
    """Regions, in their own order."""
    return {name: name for name in db.session.scalars(select(Region.name).order_by(Region.id))}


def programme_choices() -> Choices:
    """Programmes, by name."""
    read = select(Programme.code, Programme.name).order_by(Programme.name)
    return _choices(read)


def place_ids(answers: dict[str, str]) -> tuple[int | None, int | None, int | None, int | None]:
    """The ids of organisation, grade, profession and region that answers name; None for what names none."""

    def one(read: object) -> int | None:
        found: int | None = db.session.scalar(read)  # type: ignore[call-overload]
        return found

    return (
        one(select(Organisation.id).where(Organisation.slug == answers.get("organisation"))),
        one(select(Grade.id).where(Grade.code == answers.get("grade"))),
        one(select(Profession.id).where(Profession.code == answers.get("profession"))),
        one(select(Region.id).where(Region.name == answers.get("region"))),
    )


def endorsements(journey_id: int) -> Sequence[Endorsement]:
    """Whom an enrolment's endorsement was asked of, the last asked first."""
    read = select(Endorsement).where(Endorsement.journey_id == journey_id)
    return db.session.scalars(
        read.order_by(Endorsement.asked_at.desc(), Endorsement.id.desc()).options(joinedload(Endorsement.asked_by))
    ).all()
