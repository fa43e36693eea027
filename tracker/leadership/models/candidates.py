"""Candidates, their candidacies, and what a panel finds about them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.leadership.lifecycle import LeavingCode
from tracker.leadership.models.vacancies import Criterion, PanelMember, Vacancy
from tracker.ledger.models import Event, Journey
from tracker.people.models import Person


class Candidate(Model):
    """Somebody who applied for one or several vacancies, known by a reference to all but the panel.

    The name and address are empty where none was given or the time to keep them is over. `person_id` ties the
    candidate to somebody the programme knows; it stands here alone, and not on the journey, so that no list of a
    person's journeys shows that they applied.
    """

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(100), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    first_name: Mapped[str] = mapped_column(String(100), default="")
    last_name: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    email_key: Mapped[str] = mapped_column(String(254), default="", index=True)
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    person: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """The name, or the reference where none is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.ref


class CandidateChange(Model):
    """What an import changed of a candidate, so that undoing it can put it back unless it was changed since."""

    __tablename__ = "candidate_change"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    before: Mapped[str] = mapped_column(String(254))
    after: Mapped[str] = mapped_column(String(254))


class Candidacy(Model):
    """A journey of one candidate for one vacancy.

    `from_reserve_id` is the candidacy on whose reserve list the candidate stood, where the post was offered from it.
    """

    __tablename__ = "candidacy"
    __table_args__ = (Index(None, "vacancy_id", "candidate_id", unique=True),)

    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), primary_key=True, autoincrement=False)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.journey_id"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    from_reserve_id: Mapped[int | None] = mapped_column(ForeignKey("candidacy.journey_id"), index=True)

    journey: Mapped[Journey] = relationship()
    vacancy: Mapped[Vacancy] = relationship()
    candidate: Mapped[Candidate] = relationship()
    recusals: Mapped[list["Recusal"]] = relationship(
        primaryjoin=lambda: Candidacy.journey_id == Recusal.candidacy_id, viewonly=True
    )

    @property
    def ref(self) -> str:
        """The journey's reference, which stands in addresses and cannot be guessed."""
        return self.journey.ref

    @property
    def panel_user_ids(self) -> frozenset[int]:
        """The users who sit on the panel now and do not stand back from this candidate."""
        stood_back = {one.member_id for one in self.recusals}
        return frozenset(one.user_id for one in self.vacancy.panel if one.sits and one.id not in stood_back)


class CandidacyLeaving(Model):
    """Why a candidacy was rejected, withdrawn, declined or lapsed: the reason by its code, which outlives its
    wording."""

    __tablename__ = "candidacy_leaving"
    __table_args__ = (one_of("reason_code", LeavingCode),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    reason_code: Mapped[LeavingCode] = mapped_column(StrEnumType(LeavingCode))

    event: Mapped[Event] = relationship()


class Recusal(Model):
    """A panel member stands back from one candidate, whom they know."""

    __tablename__ = "recusal"

    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"), primary_key=True)
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.journey_id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    member: Mapped[PanelMember] = relationship()


class Score(Model):
    """What one panel member gave one candidate for one essential criterion, 1 to 7, once it is in."""

    __tablename__ = "sift_score"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 7", name="score"),)

    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.journey_id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"), primary_key=True, index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("vacancy_criterion.id"), primary_key=True, index=True)
    score: Mapped[int] = mapped_column(Integer)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    member: Mapped[PanelMember] = relationship()
    criterion: Mapped[Criterion] = relationship()


class AssessmentNote(Model):
    """What was found at the staff engagement exercise, another assessment or the interview."""

    __tablename__ = "assessment_note"
    __table_args__ = (one_of("kind", ("staff-engagement", "assessment", "interview")),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.journey_id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    held_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Interview(Model):
    """When and where a candidate is interviewed. One that is moved stays, with why, and another takes its place."""

    __tablename__ = "interview"
    __table_args__ = (CheckConstraint("(moved_at IS NULL) = (moved_reason = '')", name="moved"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.journey_id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(200), default="")
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class MeritPlace(Model):
    """A candidate's place in the merit order of a vacancy: 1 is offered the post first."""

    __tablename__ = "merit_place"
    __table_args__ = (CheckConstraint("place > 0", name="place"), Index(None, "vacancy_id", "place", unique=True))

    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.journey_id"), primary_key=True, autoincrement=False)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.journey_id"))
    place: Mapped[int] = mapped_column(Integer)


class Offer(Model):
    """An offer made, in the event that recorded it, with the last day it may be accepted on."""

    __tablename__ = "offer"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacy.journey_id"), index=True)
    answer_by: Mapped[date] = mapped_column(Date, index=True)

    event: Mapped[Event] = relationship()
