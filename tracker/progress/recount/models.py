"""What a recount found otherwise than it was kept."""

from datetime import date, datetime

from sqlalchemy import Date, Float, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.clock import now
from tracker.core.db import Model, UtcDateTime
from tracker.progress.models import Compilation, FigureScope


class RecountDifference(Model):
    """A figure of a compilation that came out otherwise when it was counted again; both as they were first found.

    Counted again every night until the two agree (`settled_at`).
    """

    __tablename__ = "recount_difference"
    __table_args__ = (
        Index(
            "uq_recount_difference_open",
            "compilation_id",
            "figure",
            "scope_id",
            unique=True,
            postgresql_where=text("settled_at IS NULL"),
            sqlite_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    compilation_id: Mapped[int] = mapped_column(ForeignKey("compilation.id"))
    figure: Mapped[str] = mapped_column(String(60))
    scope_id: Mapped[int] = mapped_column(ForeignKey("figure_scope.id"))
    night: Mapped[date] = mapped_column(Date)
    kept_numerator: Mapped[int | None] = mapped_column(Integer)
    kept_denominator: Mapped[int | None] = mapped_column(Integer)
    kept_value: Mapped[float | None] = mapped_column(Float)
    counted_numerator: Mapped[int | None] = mapped_column(Integer)
    counted_denominator: Mapped[int | None] = mapped_column(Integer)
    counted_value: Mapped[float | None] = mapped_column(Float)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    compilation: Mapped[Compilation] = relationship()
    scope: Mapped[FigureScope] = relationship()
