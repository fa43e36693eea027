"""Where rows of placements and of logs wait between being read and being loaded, and what an import changed."""

from datetime import date
from typing import cast

from sqlalchemy import Boolean, Date, ForeignKey, Integer, Numeric, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class PlacementRow(Model):
    """A row of a list of placements, as read: what is needed of it to load it, and nothing that is not."""

    __tablename__ = "placement_row"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool] = mapped_column(Boolean)
    placement_ref: Mapped[str | None] = mapped_column(String(100))
    person_ref: Mapped[str | None] = mapped_column(String(100))
    first_name: Mapped[str | None] = mapped_column(String(100))
    last_name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254))
    name_key: Mapped[str | None] = mapped_column(String(210))
    sort_key: Mapped[str | None] = mapped_column(String(210))
    words: Mapped[str | None] = mapped_column(Text)
    scheme_id: Mapped[int | None] = mapped_column(Integer)
    host_id: Mapped[int | None] = mapped_column(Integer)
    supervisor_email: Mapped[str | None] = mapped_column(String(254))
    supervisor_key: Mapped[str | None] = mapped_column(String(254))
    project_title: Mapped[str | None] = mapped_column(String(200))
    fte: Mapped[float | None] = mapped_column(Numeric(3, 2, asdecimal=False))
    planned_start: Mapped[date | None] = mapped_column(Date)
    planned_end: Mapped[date | None] = mapped_column(Date)
    stage: Mapped[str | None] = mapped_column(String(30))
    effective_on: Mapped[date | None] = mapped_column(Date)
    journey_ref: Mapped[str | None] = mapped_column(String(20))


class LogRow(Model):
    """A row of a list of weekly logs, as read; `skills` is a JSON list of codes."""

    __tablename__ = "log_row"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool] = mapped_column(Boolean)
    placement_ref: Mapped[str | None] = mapped_column(String(100))
    week_ending: Mapped[date | None] = mapped_column(Date)
    days: Mapped[float | None] = mapped_column(Numeric(2, 1, asdecimal=False))
    summary: Mapped[str | None] = mapped_column(Text)
    skills: Mapped[str | None] = mapped_column(Text)
    blockers: Mapped[str | None] = mapped_column(Text)


class PlacementChange(Model):
    """What an import changed of a placement, so that undoing it can put it back unless it was changed since."""

    __tablename__ = "placement_change"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    journey_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    before: Mapped[str] = mapped_column(String(254))
    after: Mapped[str] = mapped_column(String(254))


PLACEMENT_ROW = cast(Table, PlacementRow.__table__)
LOG_ROW = cast(Table, LogRow.__table__)
PLACEMENT_CHANGE = cast(Table, PlacementChange.__table__)
