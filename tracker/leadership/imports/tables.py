"""Where rows of files about recruitment wait between being read and being loaded."""

from datetime import date
from typing import cast

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model
from tracker.leadership.models import CandidateChange


class VacancyRow(Model):
    """A row of a file of vacancies, as read: one stage of one vacancy."""

    __tablename__ = "vacancy_row"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool] = mapped_column(Boolean)
    vacancy_ref: Mapped[str | None] = mapped_column(String(100))
    campaign: Mapped[str | None] = mapped_column(String(100))
    role_id: Mapped[int | None] = mapped_column(Integer)
    grade_id: Mapped[int | None] = mapped_column(Integer)
    organisation_id: Mapped[int | None] = mapped_column(Integer)
    stage: Mapped[str | None] = mapped_column(String(30))
    effective_on: Mapped[date | None] = mapped_column(Date)


class CandidateRow(Model):
    """A row of a file of candidates, as read: one stage of one candidate for one vacancy."""

    __tablename__ = "candidate_row"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool] = mapped_column(Boolean)
    vacancy_ref: Mapped[str | None] = mapped_column(String(100))
    candidate_ref: Mapped[str | None] = mapped_column(String(100))
    stage: Mapped[str | None] = mapped_column(String(30))
    effective_on: Mapped[date | None] = mapped_column(Date)
    person_ref: Mapped[str | None] = mapped_column(String(100))
    first_name: Mapped[str | None] = mapped_column(String(100))
    last_name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254))


VACANCY_ROW = cast(Table, VacancyRow.__table__)
CANDIDATE_ROW = cast(Table, CandidateRow.__table__)
CANDIDATE_CHANGE = cast(Table, CandidateChange.__table__)
