"""Sessions: opened on signing in, seen at most once a minute, over after a while or when somebody says so."""

import hashlib
import ipaddress
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from tracker.accounts import audit, queries
from tracker.accounts.models import KnownDevice, User, UserSession
from tracker.accounts.models.users import new_ref
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import db

IDLE, IDLE_ADMINISTRATOR = timedelta(minutes=30), timedelta(minutes=15)
ABSOLUTE, ABSOLUTE_ADMINISTRATOR = timedelta(hours=12), timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
RECENTLY = timedelta(minutes=10)
MOST_PER_USER = 5
KEPT = timedelta(days=30)

_FAMILIES = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"), ("python", "a program"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
            ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def new_token() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(user: User, *, agent: str, address: str, mfa: bool) -> str:
    """Sign a user in on one device and give the token for its cookie.

    :param agent: what the browser calls itself; only its family is kept.
    :param address: where the request came from; only the network is kept.
    :param mfa: whether a one-time code was given.

    The oldest of more than five sessions ends.
    """
    now, token = clock.now(), new_token()
    db.session.add(
        UserSession(
            ref=new_ref(),
            token_hash=token_hash(token),
            user_id=user.id,
            mfa_at=now if mfa else None,
            device=device_family(agent),
            ip_prefix=network(address),
        )
    )
    db.session.flush()
    live = [one for one in queries.open_sessions(user) if is_live(one)]
    for surplus in live[MOST_PER_USER:]:
        surplus.revoked_at = now
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id, UserSession.last_seen_at < now - KEPT))
    audit.record(
        "signed in", f"user:{user.ref}", actor=user, after={"device": device_family(agent), "one_time_code": mfa}
    )
    return token


def is_live(session: UserSession) -> bool:
    """Whether the session still signs its user in: not ended, not idle for too long, not too old, user not disabled."""
    administrator = session.user.holds(Role.ADMINISTRATOR)
    idle = IDLE_ADMINISTRATOR if administrator else IDLE
    absolute = ABSOLUTE_ADMINISTRATOR if administrator else ABSOLUTE
    now = clock.now()
    fresh = now - session.last_seen_at < idle and now - session.created_at < absolute
    return session.revoked_at is None and fresh and session.user.is_active


def is_recent(session: UserSession) -> bool:
    """Whether the user has proved who they are within the last ten minutes."""
    return clock.now() - session.authenticated_at < RECENTLY


def is_seen_due(session: UserSession) -> bool:
    """Whether the session's last sight is over a minute old."""
    return clock.now() - session.last_seen_at >= SEEN_EVERY


def seen(session_id: int) -> None:
    """Note that the session was used."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=clock.now()))


def rotate(session: UserSession, *, authenticated: bool = False, mfa: bool = False) -> str:
    """Give the session a new token; the old one is worth nothing from now on.

    :param authenticated: the user has just proved who they are.
    :param mfa: with a one-time code.
    """
    token, now = new_token(), clock.now()
    session.token_hash = token_hash(token)
    if authenticated:
        session.authenticated_at = now
    if mfa:
        session.mfa_at = now
    db.session.flush()
    return token


def end(session: UserSession, actor: User) -> None:
    """End one session, at once and for good."""
    session.revoked_at = session.revoked_at or clock.now()
    audit.record("signed out", f"user:{session.user.ref}", actor=actor, after={"device": session.device})
    db.session.flush()


def end_all(user: User, *, but: UserSession | None = None) -> int:
    """End every session of a user, except one where it is given; says how many."""
    live = select(UserSession).where(UserSession.user_id == user.id, UserSession.revoked_at.is_(None))
    ended = [one for one in db.session.scalars(live) if but is None or one.id != but.id]
    for one in ended:
        one.revoked_at = clock.now()
    db.session.flush()
    return len(ended)


def remember_device(user: User, token: str | None) -> str:
    """Know this browser again; gives the token for its cookie (the one it has, if it is the user's already)."""
    if token and queries.is_known_device(user, token_hash(token)):
        return token
    token = new_token()
    db.session.add(KnownDevice(token_hash=token_hash(token), user_id=user.id))
    db.session.flush()
    return token


def device_family(agent: str) -> str:
    """The family of browser and system, such as “Firefox on Windows”; never the whole text."""
    browser = next((name for mark, name in _FAMILIES if mark in agent), "Another browser")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, agent)), "")
    return f"{browser} on {system}" if system else browser


def network(address: str) -> str:
    """The network an address is in: its first three parts, or the first 48 bits of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def expires_at(session: UserSession) -> datetime:
    """When the session ends if nothing more is done in it."""
    administrator = session.user.holds(Role.ADMINISTRATOR)
    idle = session.last_seen_at + (IDLE_ADMINISTRATOR if administrator else IDLE)
    return min(idle, session.created_at + (ABSOLUTE_ADMINISTRATOR if administrator else ABSOLUTE))
