"""Enrolments that somebody has begun to enter, and whom managers asked to endorse those that were entered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.ledger.models import Journey
from tracker.people.models import Person


class EnrolmentDraft(Model):
    """What was typed so far to enrol somebody: kept on the server, for whichever manager goes on with it.

    `person` is who is enrolled where they are known already. `answers` are the answers by question, as text; `done` the
    sections that somebody ticked; `told_apart` the references of similar people of whom somebody said that they are
    others. Deleted once the enrolment has begun: names are kept with people and nowhere else.
    """

    __tablename__ = "enrolment_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    done: Mapped[list[str]] = mapped_column(JSON, default=list)
    told_apart: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    person: Mapped[Person | None] = relationship()
    hands: Mapped[list["DraftHand"]] = relationship(
        back_populates="draft", cascade="all, delete-orphan", order_by="DraftHand.last_at.desc()"
    )

    __mapper_args__ = {"version_id_col": version}


class DraftHand(Model):
    """Who worked on a draft, and when last."""

    __tablename__ = "enrolment_draft_hand"

    draft_id: Mapped[int] = mapped_column(ForeignKey("enrolment_draft.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    draft: Mapped[EnrolmentDraft] = relationship(back_populates="hands")
    user: Mapped[User] = relationship()


class Endorser(StrEnum):
    """Whose word an endorsement is."""

    LINE_MANAGER = "line-manager"
    HEAD_OF_PROFESSION = "head-of-profession"


class Endorsement(Model):
    """Somebody was asked by email to endorse an enrolment, and what they answered.

    Asking again is another row; of each endorser the last one counts.
    """

    __tablename__ = "endorsement"
    __table_args__ = (
        one_of("endorser", Endorser),
        CheckConstraint("(answered_at IS NULL) = (agrees IS NULL)", name="answer"),
        Index(None, "journey_id", "endorser"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    endorser: Mapped[Endorser] = mapped_column(StrEnumType(Endorser))
    email: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agrees: Mapped[bool | None] = mapped_column()
    remark: Mapped[str] = mapped_column(Text, default="")

    journey: Mapped[Journey] = relationship()
    asked_by: Mapped[User] = relationship()
