"""How often something may be tried. The counters are in the database: every worker and every server sees the same
ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.accounts.models import SignInAttempt
from tracker.core import clock
from tracker.core.db import db, is_sqlite
from tracker.core.errors import DomainError
from tracker.core.keys import keyed_hash

QUIET = timedelta(minutes=15)
"""After this long without a failure, failures are forgotten; no delay is longer."""
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many attempts in so many seconds; and, where `free` is set, growing delays after so many failures."""

    name: str
    windows: tuple[tuple[int, int], ...]
    free: int | None = None


ACCOUNT = Limit("account", ((10, 300),), free=5)
DEVICE = Limit("device", ((10, 300),), free=5)
NETWORK = Limit("network", ((30, 300),))
CODE = Limit("code", ((5, 300), (20, 3600)))
CONFIRMATION = Limit("confirmation", ((10, 300),), free=5)
RESET = Limit("reset", ((5, 86400),))
LINK = Limit("link", ((30, 300),))


class TooManyAttempts(DomainError):
    """Too many attempts. `wait_seconds` is how long to wait; `began_now` is set on the first refusal of a row of
    them."""

    def __init__(self, wait_seconds: int) -> None:
        """Say how long to wait, in minutes where that is kinder."""
        self.wait_seconds = max(1, wait_seconds)
        minutes = -(-self.wait_seconds // 60)
        wait = (
            f"{self.wait_seconds} seconds"
            if self.wait_seconds < 60
            else f"{minutes} minute{'s' if minutes > 1 else ''}"
        )
        super().__init__(f"Too many attempts. Wait {wait} and try again")


def reserve(limit: Limit, identifier: str) -> bool:
    """Count an attempt before it is made, so that attempts in parallel cannot pass together.

    The attempt counts as a failure until `succeeded` says otherwise.

    :param identifier: the address, network or device; only a keyed hash of it is stored.
    :returns: whether this attempt is the one after which, should it fail, delays begin.
    :raises TooManyAttempts: if it may not be made; nothing is counted then.
    """
    now = clock.now()
    row = _locked(_key(limit, identifier), now)
    longest = max(seconds for _, seconds in limit.windows)
    recent = [at for at in row.recent if at > now.timestamp() - longest]
    wait = _wait(limit, recent, row.blocked_until, now)
    if wait > 0:
        raise TooManyAttempts(wait)
    failures = 0 if now - row.updated_at > QUIET else row.failures
    row.recent, row.failures, row.updated_at = [*recent, now.timestamp()], failures + 1, now
    if limit.free is not None and row.failures > limit.free:
        delay = min(2 ** (row.failures - limit.free), int(QUIET.total_seconds()))
        row.blocked_until = now + timedelta(seconds=delay)
    db.session.flush()
    return limit.free is not None and row.failures == limit.free + 1


def succeeded(limit: Limit, identifier: str) -> None:
    """Forget the failures: the attempt was good."""
    row = db.session.get(SignInAttempt, _key(limit, identifier))
    if row is not None:
        row.failures, row.blocked_until = 0, None


def _key(limit: Limit, identifier: str) -> str:
    return keyed_hash(current_app.config["TRACKER"].secret_key, f"throttle {limit.name}", identifier)


def _locked(key: str, now: datetime) -> SignInAttempt:
    """The counter, made where it is missing, and held against others to the end of the transaction."""
    insert = sqlite.insert if is_sqlite(db.session()) else postgresql.insert
    fresh = insert(SignInAttempt).values(key=key, recent=[], failures=0, updated_at=now).on_conflict_do_nothing()
    if db.session.scalar(fresh.returning(SignInAttempt.key)) is not None:
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.updated_at < now - KEPT))
    counter = select(SignInAttempt).where(SignInAttempt.key == key).with_for_update()
    return db.session.scalars(counter.execution_options(populate_existing=True)).one()


def _wait(limit: Limit, recent: list[float], blocked_until: datetime | None, now: datetime) -> int:
    """Seconds until the next attempt may be made; 0 if it may be made now."""
    waits = [0.0]
    if blocked_until is not None:
        waits.append((blocked_until - now).total_seconds())
    for most, seconds in limit.windows:
        within = [at for at in recent if at > now.timestamp() - seconds]
        if len(within) >= most:
            waits.append(within[-most] + seconds - now.timestamp())
    return -int(-max(waits) // 1)
