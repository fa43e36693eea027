"""What signing in leaves behind: sessions, attempts, second factors, devices and links that work once."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models.users import User
from tracker.core import clock
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of


class UserSession(Model):
    """Somebody signed in on one device. The token itself is only in the browser; here is its SHA-256."""

    __tablename__ = "user_session"
    __table_args__ = (Index(None, "user_id", "last_seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    authenticated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    mfa_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(60), default="")
    ip_prefix: Mapped[str] = mapped_column(String(45), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class SecondFactor(Model):
    """The secret of a user's one-time codes, sealed by the key of the service. In force once `confirmed_at` is set;
    `last_step` is the last code used, which never works again."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(Integer, default=0)


class SignInAttempt(Model):
    """How often something was tried lately. `key` is a keyed hash of an address, a network or a device, so the table
    names nobody.

    `recent` holds the attempts that still count, as seconds; `failures` those since the last success or quiet quarter
    of an hour.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    recent: Mapped[list[float]] = mapped_column(JSON, default=list)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)


class Purpose(StrEnum):
    """What a one-time link is for."""

    SET_UP = "set-up"
    INVITATION = "invitation"
    RESET = "reset"


class OneTimeToken(Model):
    """A link that works once and not for long; only its SHA-256 is kept. A set-up link belongs to nobody yet."""

    __tablename__ = "one_time_token"
    __table_args__ = (
        one_of("purpose", Purpose),
        CheckConstraint("(purpose = 'set-up') = (user_id IS NULL)", name="user"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(StrEnumType(Purpose))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User | None] = relationship()


class ForgottenPassword(Model):
    """Somebody said on the page for it that they forgot a password; gone as soon as the link is written.

    `user_id` is None where the address was nobody's, or that of somebody disabled: the row is written all the same, so
    that the page does the same work whoever asks.
    """

    __tablename__ = "forgotten_password"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class KnownDevice(Model):
    """A browser that a user has signed in with before: it has an allowance of its own, so that strangers cannot lock
    its user out."""

    __tablename__ = "known_device"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
