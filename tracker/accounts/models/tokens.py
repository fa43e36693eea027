"""Tokens by which other systems use the API for a user."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models.users import User, new_ref
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.organisations.models import Organisation


class ApiToken(Model):
    """A token of a user: it lets another system do what one of their roles may, or less, until it expires.

    Only its SHA-256 is kept; `shown` is its beginning, by which its owner knows it again. `role` and
    `organisation_id` are the role it was made from and what that was given for; `within_id` the organisation it was
    narrowed to. `with_code`: whether a one-time code was given in the session it was made in. `minute` and `uses`
    count how often it was used in the minute that began then.
    """

    __tablename__ = "api_token"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("expires_at > created_at", name="life"),
        CheckConstraint("uses >= 0", name="uses"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True, default=new_ref)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    shown: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = mapped_column(StrEnumType(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    within_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    may_write: Mapped[bool] = mapped_column(default=False)
    with_code: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minute: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uses: Mapped[int] = mapped_column(default=0)

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])
    within: Mapped[Organisation | None] = relationship(foreign_keys=[within_id])

    @property
    def reach(self) -> str:
        """What it reaches, as it is printed: the role, what that was given for, and what it was narrowed to."""
        given = f" ({self.organisation.short_name})" if self.organisation else ""
        within = f", only {self.within.short_name} and the bodies under it" if self.within else ""
        return f"{self.role.label}{given}{within}"

    @property
    def access(self) -> str:
        """What may be done with it, as it is printed."""
        return "Read and write" if self.may_write else "Read only"
