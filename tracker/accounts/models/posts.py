"""Forms that were sent: which have taken effect, and what was typed when the session had run out."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.db import Model, UtcDateTime


class FormClaim(Model):
    """A form that took effect, by the key it carried: written together with the effect, so there is one for each.

    `location` is where the first answer led; unknown until that answer has left.
    """

    __tablename__ = "form_claim"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(100))
    body_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str | None] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class ParkedForm(Model):
    """What somebody had typed into the form at `path` when it could not be taken; no passwords and no files. Kept for
    an hour."""

    __tablename__ = "parked_form"

    ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    path: Mapped[str] = mapped_column(String(2000))
    typed: Mapped[list[list[str]]] = mapped_column("fields", JSON)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
