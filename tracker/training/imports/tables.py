"""Where rows of a file wait between being read and being loaded."""

from datetime import date, datetime
from typing import cast

from sqlalchemy import Boolean, Date, ForeignKey, Integer, Numeric, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, UtcDateTime
from tracker.people.models import PersonChange


class TraineeRow(Model):
    """A row of a list of trainees, as read: what is needed of it to load it, and nothing that is not."""

    __tablename__ = "trainee_row"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool] = mapped_column(Boolean)
    person_ref: Mapped[str | None] = mapped_column(String(100))
    first_name: Mapped[str | None] = mapped_column(String(100))
    last_name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254))
    name_key: Mapped[str | None] = mapped_column(String(210))
    sort_key: Mapped[str | None] = mapped_column(String(210))
    words: Mapped[str | None] = mapped_column(Text)
    fte: Mapped[float | None] = mapped_column(Numeric(3, 2, asdecimal=False))
    organisation_id: Mapped[int | None] = mapped_column(Integer)
    grade_id: Mapped[int | None] = mapped_column(Integer)
    profession_id: Mapped[int | None] = mapped_column(Integer)
    region_id: Mapped[int | None] = mapped_column(Integer)
    programme_id: Mapped[int | None] = mapped_column(Integer)
    cohort: Mapped[str | None] = mapped_column(String(100))
    stage: Mapped[str | None] = mapped_column(String(30))
    effective_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(Text)
    journey_ref: Mapped[str | None] = mapped_column(String(20))


class HistoryRow(Model):
    """A row of a history, as read."""

    __tablename__ = "history_row"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool] = mapped_column(Boolean)
    person_ref: Mapped[str | None] = mapped_column(String(100))
    cohort: Mapped[str | None] = mapped_column(String(100))
    stage: Mapped[str | None] = mapped_column(String(30))
    effective_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str | None] = mapped_column(Text)


TRAINEE_ROW = cast(Table, TraineeRow.__table__)
HISTORY_ROW = cast(Table, HistoryRow.__table__)
PERSON_CHANGE = cast(Table, PersonChange.__table__)
