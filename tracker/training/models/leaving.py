"""Why people leave: the list of reasons that can be given, with its history."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model, UtcDateTime


class LeavingReason(Model):
    """One reason in one wording. Its words never change, so a record keeps the wording it was made with.

    A reason that is worded anew is retired, and another with a code of its own takes its place: `replaced_by` names
    it. The reasons that can be given are those that are not retired.
    """

    __tablename__ = "leaving_reason"
    __table_args__ = (CheckConstraint("replaced_by IS NULL OR retired_at IS NOT NULL", name="replaced"),)

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    words: Mapped[str] = mapped_column(String(100))
    position: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    replaced_by: Mapped[str | None] = mapped_column(ForeignKey("leaving_reason.code"))
