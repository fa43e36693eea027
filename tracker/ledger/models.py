"""Journeys and the ledger of what happened to them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.people.models import Person


class Strand(StrEnum):
    """The promises that are kept in journeys."""

    TRAINING = "training"
    FELLOWSHIPS = "fellowships"
    LEADERSHIP = "leadership"


class EventKind(StrEnum):
    """What an event says: a stage was entered, goes on with a new promise, or the journey moved to another group."""

    STAGE = "stage"
    EXTENDED = "extended"
    TRANSFERRED = "transferred"


class Source(StrEnum):
    """How an event reached the ledger."""

    FORM = "form"
    IMPORT = "import"
    API = "api"
    JOB = "job"


class VoidCause(StrEnum):
    """Why an event no longer counts.

    Somebody corrected it, an import was undone, or an older system's own row took its place.
    """

    CORRECTION = "correction"
    UNDO = "undo"
    SUPERSEDED = "superseded"


class Journey(Model):
    """One way through a lifecycle: a person's enrolment on a cohort, a placement, a vacancy.

    `ref` stands in addresses and cannot be guessed. `version` rises with every change, so that two people who act on
    one journey at once are told.
    """

    __tablename__ = "journey"
    __table_args__ = (one_of("strand", Strand),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    strand: Mapped[Strand] = mapped_column(StrEnumType(Strand))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    person: Mapped[Person | None] = relationship()
    events: Mapped[list["Event"]] = relationship(
        back_populates="journey", order_by="Event.effective_on, Event.recorded_at, Event.id"
    )

    __mapper_args__ = {"version_id_col": version}


class Event(Model):
    """One thing that happened to a journey. Rows are added, never changed or deleted: the database refuses it.

    `effective_on` is the London day it happened; `recorded_at` the instant the tracker learned of it. `promised_on`
    is a day promised with it: the planned return of a break. The order of events is (`effective_on`, `recorded_at`,
    `id`).
    """

    __tablename__ = "event"
    __table_args__ = (
        one_of("kind", EventKind),
        one_of("source", Source),
        CheckConstraint("(kind = 'transferred') = (stage IS NULL)", name="stage"),
        Index("ix_event_order", "journey_id", "effective_on", "recorded_at", "id", "stage", "promised_on"),
        Index(None, "recorded_at"),
        Index(None, "import_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    kind: Mapped[EventKind] = mapped_column(StrEnumType(EventKind), default=EventKind.STAGE)
    stage: Mapped[str | None] = mapped_column(String(30))
    effective_on: Mapped[date] = mapped_column(Date)
    promised_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    source: Mapped[Source] = mapped_column(StrEnumType(Source), default=Source.FORM)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))

    journey: Mapped[Journey] = relationship(back_populates="events")
    void: Mapped["EventVoid | None"] = relationship(back_populates="event", foreign_keys="EventVoid.event_id")
    note: Mapped["EventNote | None"] = relationship(back_populates="event")


class EventVoid(Model):
    """An event was wrong and counts no longer, from `voided_at` on. Rows are added, never changed or deleted.

    A superseded event is voided at the instant it was itself recorded, so that it is seen at no time (fine print A1).
    """

    __tablename__ = "event_void"
    __table_args__ = (one_of("cause", VoidCause), Index(None, "voided_at"), Index(None, "import_id"))

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    voided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    cause: Mapped[VoidCause] = mapped_column(StrEnumType(VoidCause))
    reason: Mapped[str] = mapped_column(Text, default="")
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))

    event: Mapped[Event] = relationship(back_populates="void", foreign_keys=[event_id])


class EventNote(Model):
    """What was written about an event.

    Apart from the ledger, because words about people are erased when their time is over.
    """

    __tablename__ = "event_note"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)

    event: Mapped[Event] = relationship(back_populates="note")


class StageSpan(Model):
    """A stage with the days a journey stands at it, as is known now: from the first up to, not including, the second.

    Kept by `ledger.services` from the events, so that reading needs no sorting; `ledger.queries.stage_spans` is the
    rule. A stage left on the day it was entered has an empty span, which no day holds.
    """

    __tablename__ = "stage_span"
    __table_args__ = (
        Index(None, "journey_id", "position", unique=True),
        Index(None, "person_id"),
        Index(None, "starts_on", "person_id"),
        Index(None, "promised_on", "person_id"),
        Index(
            "ix_stage_span_standing",
            "strand",
            "stage",
            "person_id",
            "journey_id",
            "position",
            "starts_on",
            "ends_on",
            "event_id",
        ),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    strand: Mapped[Strand] = mapped_column(StrEnumType(Strand))
    position: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(String(30))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    promised_on: Mapped[date | None] = mapped_column(Date)
