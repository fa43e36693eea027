"""The enrolment of a person on a cohort, and what the ledger's events say beside it."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model, StrEnumType, one_of
from tracker.ledger.models import Event, Journey
from tracker.people.models import Person
from tracker.training.lifecycle import LeavingTrigger
from tracker.training.models.programmes import Cohort


class Enrolment(Model):
    """A journey of a person on a cohort: the cohort it belongs to now."""

    __tablename__ = "enrolment"

    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), primary_key=True, autoincrement=False)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)

    journey: Mapped[Journey] = relationship()
    cohort: Mapped[Cohort] = relationship()

    @property
    def ref(self) -> str:
        """The journey's reference, which stands in addresses."""
        return self.journey.ref

    @property
    def person(self) -> Person:
        """Whose enrolment it is."""
        assert self.journey.person is not None  # an enrolment is always somebody's
        return self.journey.person

    @property
    def organisation_id(self) -> int | None:
        """The person's organisation today: whose lead may see the enrolment."""
        return self.person.organisation_id  # type: ignore[attr-defined,no-any-return]

    @property
    def user_id(self) -> int | None:
        """The person's own account, if they have one."""
        return self.person.user_id


class EnrolmentKey(Model):
    """A person and a cohort by which files name an enrolment.

    After a return into another cohort both name it (fine print A18).
    """

    __tablename__ = "enrolment_key"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True, index=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), index=True)


class EventCohort(Model):
    """The cohort an event names: where a break will be returned to, or where a journey was moved to.

    `is_known` is false where the day promised with a break is only when to ask again. `left_cohort_id` is the cohort a
    journey was moved from, so that a move that was wrong can be taken back.
    """

    __tablename__ = "event_cohort"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    left_cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    is_known: Mapped[bool] = mapped_column(default=True)

    event: Mapped[Event] = relationship()
    cohort: Mapped[Cohort | None] = relationship(foreign_keys=[cohort_id])
    left_cohort: Mapped[Cohort | None] = relationship(foreign_keys=[left_cohort_id])


class EnrolmentLeaving(Model):
    """Why an enrolment was withdrawn: who brought it about, and the reason by its code, which outlives its wording."""

    __tablename__ = "enrolment_leaving"
    __table_args__ = (one_of("trigger", LeavingTrigger),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    trigger: Mapped[LeavingTrigger] = mapped_column(StrEnumType(LeavingTrigger))
    reason_code: Mapped[str] = mapped_column(String(30))

    event: Mapped[Event] = relationship()
