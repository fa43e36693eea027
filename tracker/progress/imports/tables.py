"""Where the rows of a file of targets wait between being read and being loaded."""

from datetime import date
from typing import cast

from sqlalchemy import Boolean, Date, Float, ForeignKey, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model


class TargetRow(Model):
    """A row of a file of targets, as read; without an organisation it is for all government."""

    __tablename__ = "target_row"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_valid: Mapped[bool] = mapped_column(Boolean)
    figure: Mapped[str | None] = mapped_column(String(60))
    organisation_id: Mapped[int | None] = mapped_column(Integer)
    day: Mapped[date | None] = mapped_column(Date)
    value: Mapped[float | None] = mapped_column(Float)
    reason: Mapped[str | None] = mapped_column(Text)


TARGET_ROW = cast(Table, TargetRow.__table__)
