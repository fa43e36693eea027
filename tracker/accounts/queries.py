"""Users, sessions, links and the audit trail, as they are asked for."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts.models import (
    ApiToken,
    AuditEntry,
    Installation,
    KnownDevice,
    OneTimeToken,
    ParkedForm,
    Purpose,
    RoleGrant,
    RoleRequest,
    SecondFactor,
    User,
    UserSession,
    WeeklyEmail,
)
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.calendar import end_of_day, start_of_day
from tracker.core.db import db
from tracker.core.text import email_key

_DEMONSTRATION = exists().where(Installation.key == "demo")
_SESSION: Select[UserSession, bool] = (
    select(UserSession, _DEMONSTRATION)
    .where(UserSession.token_hash == bindparam("hashed"))
    .options(joinedload(UserSession.user).joinedload(User.grants))
)
"""Put together once: every page begins with it."""


def user(ref: str) -> User | None:
    """The user with a reference."""
    return db.session.scalar(select(User).where(User.ref == ref))


def user_by_email(email: str) -> User | None:
    """The user with an address, compared without case."""
    return db.session.scalar(select(User).where(User.email_key == email_key(email)))


def matching_users(words: str = "", role: Role | None = None) -> Select[User]:
    """Users whose name or address holds the words, and who hold the role where one is given, by name."""
    found = select(User).order_by(func.lower(User.name), User.id)
    found = found.options(selectinload(User.grants).joinedload(RoleGrant.organisation))
    if words:
        sought = words.strip().lower()
        found = found.where(
            or_(
                func.lower(User.name).contains(sought, autoescape=True),
                User.email_key.contains(sought, autoescape=True),
            )
        )
    if role is not None:
        found = found.where(User.grants.any(RoleGrant.role == role))
    return found


def grant(user_ref: str, grant_id: int) -> RoleGrant | None:
    """One of a user's roles."""
    found = select(RoleGrant).join(User, User.id == RoleGrant.user_id).where(User.ref == user_ref)
    return db.session.scalar(found.where(RoleGrant.id == grant_id))


def role_request(ref: str) -> RoleRequest | None:
    """The request for a role with a reference, decided or not."""
    return db.session.scalar(select(RoleRequest).where(RoleRequest.ref == ref))


def open_role_requests(user: User | None = None) -> Sequence[RoleRequest]:
    """Requests for roles that wait for a decision, for one user or for anybody, the oldest first."""
    waiting = select(RoleRequest).where(RoleRequest.outcome.is_(None), RoleRequest.expires_at > clock.now())
    if user is not None:
        waiting = waiting.where(RoleRequest.user_id == user.id)
    with_people = waiting.options(joinedload(RoleRequest.user), joinedload(RoleRequest.asked_by))
    return db.session.scalars(with_people.order_by(RoleRequest.id)).all()


def administrators() -> Sequence[User]:
    """The users who may sign in as administrator."""
    holders = select(User).join(RoleGrant, RoleGrant.user_id == User.id).where(RoleGrant.role == Role.ADMINISTRATOR)
    return db.session.scalars(holders.where(User.disabled_at.is_(None)).distinct()).all()


def session_by_hash(hashed: str) -> tuple[UserSession, bool] | None:
    """The session with a token's hash, with its user and their roles as they are now; and `is_demonstration`, which
    every page of theirs says."""
    row = db.session.execute(_SESSION, {"hashed": hashed}).unique().one_or_none()
    return None if row is None else (row[0], bool(row[1]))


def session_by_ref(user: User, ref: str) -> UserSession | None:
    """One of a user's own sessions."""
    return db.session.scalar(select(UserSession).where(UserSession.user_id == user.id, UserSession.ref == ref))


def open_sessions(user: User) -> Sequence[UserSession]:
    """A user's sessions that nobody has ended, the last seen first; some may have run out."""
    live = select(UserSession).where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
    return db.session.scalars(live.order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())).all()


def last_signed_in(user: User) -> datetime | None:
    """When the user last signed in, as far as sessions are kept."""
    return db.session.scalar(select(func.max(UserSession.created_at)).where(UserSession.user_id == user.id))


def is_known_device(user: User, hashed: str) -> bool:
    """Whether the browser with a token's hash is one the user has signed in with."""
    device = db.session.get(KnownDevice, hashed)
    return device is not None and device.user_id == user.id


def second_factor(user: User) -> SecondFactor | None:
    """A user's second factor, in force or about to be."""
    return db.session.get(SecondFactor, user.id)


def link(hashed: str, purpose: Purpose) -> OneTimeToken | None:
    """The link with a token's hash, if it still works."""
    found = db.session.get(OneTimeToken, hashed)
    works = found is not None and found.purpose is purpose and found.used_at is None and found.expires_at > clock.now()
    return found if works else None


def parked_form(ref: str, user_id: int, path: str) -> ParkedForm | None:
    """What the user had typed into the form at a path, for an hour."""
    found = db.session.get(ParkedForm, ref)
    if found is None or (found.user_id, found.path) != (user_id, path) or found.expires_at <= clock.now():
        return None
    return found


def is_demonstration() -> bool:
    """Whether this installation holds the demonstration programme."""
    return bool(db.session.scalar(select(_DEMONSTRATION)))


def demonstration_users() -> Sequence[User]:
    """The demonstration's accounts, where it was loaded."""
    if not is_demonstration():
        return []
    demo = select(User).where(User.email_key.like("%@demo.example"), User.disabled_at.is_(None))
    return db.session.scalars(demo.order_by(User.id).options(selectinload(User.grants))).all()


def audit_entries(person: str = "", subject: str = "", day: date | None = None) -> Select[AuditEntry]:
    """Entries of the trail, the newest first.

    :param person: only what the user with this address did.
    :param subject: only what was done to this record: a kind, or a kind and a reference, such as `person:P-0042`; a
        reference alone finds every kind.
    :param day: only on this London day.
    """
    entries = select(AuditEntry).order_by(AuditEntry.number.desc()).options(joinedload(AuditEntry.actor))
    if person:
        entries = entries.join(User, User.id == AuditEntry.actor_id).where(User.email_key == email_key(person))
    if day is not None:
        entries = entries.where(AuditEntry.at >= start_of_day(day), AuditEntry.at <= end_of_day(day))
    kind, colon, reference = subject.partition(":")
    if colon:
        entries = entries.where(AuditEntry.subject_type == kind)
        return entries.where(AuditEntry.subject_ref == reference) if reference else entries
    return entries.where(AuditEntry.subject_ref == subject) if subject else entries


def wants_weekly_email(user: User) -> bool:
    """Whether a user wants the weekly email: who has not said otherwise does."""
    row = db.session.get(WeeklyEmail, user.id)
    return row is None or row.is_wanted


def tokens_of(user: User) -> Sequence[ApiToken]:
    """A user's tokens, those too that work no more, the latest made first."""
    mine = select(ApiToken).where(ApiToken.user_id == user.id).order_by(ApiToken.id.desc())
    return db.session.scalars(mine.options(joinedload(ApiToken.organisation), joinedload(ApiToken.within))).all()


def token_of(user: User, ref: str) -> ApiToken | None:
    """One of a user's own tokens."""
    return db.session.scalar(select(ApiToken).where(ApiToken.user_id == user.id, ApiToken.ref == ref))


def token_by_hash(hashed: str) -> ApiToken | None:
    """The token with a hash, with its user and their roles as they are now."""
    found = select(ApiToken).where(ApiToken.token_hash == hashed)
    with_user = found.options(joinedload(ApiToken.user).joinedload(User.grants))
    return db.session.scalars(with_user).unique().one_or_none()
