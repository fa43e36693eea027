"""Who sits on the panel of a vacancy, and who stands back from it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.leadership.lifecycle import PanelRole
from tracker.leadership.models.vacancies import Vacancy


class PanelMember(Model):
    """A user named on the panel of a vacancy.

    `recused_at` is set where a conflict of interest keeps them from all of it, `left_on` where they left: either way
    they see no candidate any more, and what they had submitted stays. For one candidate only there is `Recusal`.
    """

    __tablename__ = "panel_member"
    __table_args__ = (
        one_of("role", PanelRole),
        CheckConstraint("(recused_at IS NULL) = (recusal_reason = '')", name="recused"),
        Index(None, "vacancy_id", "user_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.journey_id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[PanelRole] = mapped_column(StrEnumType(PanelRole))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declaration: Mapped[str] = mapped_column(Text, default="")
    recused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recusal_reason: Mapped[str] = mapped_column(Text, default="")
    left_on: Mapped[date | None] = mapped_column(Date)

    vacancy: Mapped[Vacancy] = relationship(back_populates="panel")
    user: Mapped[User] = relationship()

    @property
    def sits(self) -> bool:
        """Whether the member takes part now."""
        return self.recused_at is None and self.left_on is None
