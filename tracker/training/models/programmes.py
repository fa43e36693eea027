"""Programmes and their cohorts."""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model


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
