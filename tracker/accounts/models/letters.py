"""What users are written to about, if they want it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, UtcDateTime


class WeeklyEmail(Model):
    """The weekly email of a user: whether it is wanted, and the instant up to which the last one told everything.

    Who has no row wants it and was never sent one.
    """

    __tablename__ = "weekly_email"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    is_wanted: Mapped[bool] = mapped_column(default=True)
    covered_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
