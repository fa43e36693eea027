"""Questions that somebody without an account answers by a link."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.accounts.models.users import new_ref
from tracker.core import clock
from tracker.core.db import Model, UtcDateTime


class AnswerLink(Model):
    """A link that lets whoever was sent it answer one question once, and not for long.

    `token_hash` is all that is kept of the link itself. `purpose` names the kind of question, `subject` what it is
    about, as the audit trail names it (`placement:7c0d…`), and `address_key` the address it was sent to, as compared.
    """

    __tablename__ = "answer_link"
    __table_args__ = (
        CheckConstraint("expires_at > issued_at", name="life"),
        CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="end"),
        Index(
            "ix_answer_link_open",
            "purpose",
            "subject",
            sqlite_where=text("used_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("used_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True, default=new_ref)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(254))
    address_key: Mapped[str] = mapped_column(String(254))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
