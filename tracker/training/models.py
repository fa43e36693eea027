"""Programmes, cohorts, and the enrolment of a person on a cohort."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model, StrEnumType, one_of
from tracker.ledger.models import Event, Journey
from tracker.people.models import Person
from tracker.training.lifecycle import LeavingTrigger


class Programme(Model):
    """A course of training. It *qualifies* if completing it counts to the 500; awareness sessions do not.

    `length_days` is how long it lasts, in calendar days; not known where it is null, and rules that need it then say
    so.
    """

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("length_days > 0", name="length"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    provider: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(100), default="")
    level: Mapped[str] = mapped_column(String(60), default="")
    qualifies: Mapped[bool] = mapped_column(default=False)
    length_days: Mapped[int | None] = mapped_column(Integer)
    completion_rule: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class Cohort(Model):
    """One run of a programme. Its code is unique over all programmes (fine print A17)."""

    __tablename__ = "cohort"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="dates"),
        Index(None, "programme_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(100), unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)

    programme: Mapped[Programme] = relationship()

    __mapper_args__ = {"version_id_col": version}


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
