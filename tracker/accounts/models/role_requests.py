"""Roles that one administrator asks for and another one gives."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models.users import User, new_ref
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of


class Outcome(StrEnum):
    """What became of a request for a role."""

    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RoleRequest(Model):
    """A privileged role that an administrator asked for on behalf of somebody else, with the reason.

    It gives nothing until another administrator, who is neither the one who asked nor the one it is for, approves it:
    the table itself holds no other approval. Open until it has an outcome or has run out.
    """

    __tablename__ = "role_request"
    __table_args__ = (
        one_of("role", Role),
        one_of("outcome", Outcome),
        CheckConstraint("expires_at > asked_at", name="life"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("asked_by_id <> user_id", name="for_another"),
        CheckConstraint(
            "outcome IS NULL OR outcome <> 'approved' "
            "OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id AND decided_by_id <> user_id)",
            name="two_people",
        ),
        Index(
            "uq_role_request_open",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True, default=new_ref)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(StrEnumType(Role))
    reason: Mapped[str] = mapped_column(String(500))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(StrEnumType(Outcome))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
