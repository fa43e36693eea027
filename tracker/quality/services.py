"""Keeping findings: opened when a record first breaks a rule, seen again each night, closed once it no longer does."""

import secrets
from datetime import date, timedelta

from sqlalchemy import and_, insert, not_, select, update
from sqlalchemy.orm.attributes import flag_modified

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.clock import now, today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.quality.models import Finding, FindingOwner
from tracker.quality.rules import COLUMNS, RULES, Rule

LONGEST_SNOOZE = timedelta(days=366)


class OwnerNotAllowed(DomainError):
    """Somebody who cannot look after a finding."""


class SnoozeNotAllowed(DomainError):
    """A finding that cannot be put off so."""


def keep_findings(day: date) -> int:
    """Bring the findings up to date with the records as they are, as of a London day. Twice gives the same rows.

    :return: findings opened and closed. Flushes; the caller owns the transaction.
    """
    return sum(_keep(rule, day) for rule in RULES)


def _keep(rule: Rule, day: date) -> int:
    session = db.session()
    session.flush()
    broken = rule.broken(day).subquery()
    is_open = and_(Finding.rule == rule.code, Finding.closed_on.is_(None))
    still = select(broken.c.subject)
    known = select(Finding.subject).where(is_open)
    fresh = session.execute(select(broken).where(broken.c.subject.not_in(known))).all()
    quietly = {"synchronize_session": False}
    closing = update(Finding).where(is_open, not_(Finding.subject.in_(still)))
    closed = session.execute(closing.values(closed_on=day, closed_at=now()), execution_options=quietly)
    seen = update(Finding).where(is_open, Finding.last_seen_on < day)
    session.execute(seen.values(last_seen_on=day), execution_options=quietly)
    if fresh:
        since = {"rule": rule.code, "opened_on": day, "last_seen_on": day, "opened_at": now()}
        since |= {"snoozed_reason": "", "version": 1}
        rows = [
            {"ref": secrets.token_hex(5), **since, **{name: getattr(row, name) for name in COLUMNS}} for row in fresh
        ]
        session.execute(insert(Finding), rows)
    return len(fresh) + closed.rowcount  # type: ignore[attr-defined,no-any-return]


def give(finding: Finding, owner: User | None, *, by: User) -> None:
    """Name who looks after a finding; None leaves it to whoever looks after the cohort, or runs the programme.

    :raises OwnerNotAllowed: if they may not see it.
    """
    if owner is not None and not (owner.is_active and owner.may(Permission.QUALITY_VIEW, finding)):
        raise OwnerNotAllowed("Choose somebody who may see the record", "owner")
    row = db.session.get(FindingOwner, finding.id)
    before = None if row is None else row.owner.ref
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    if owner is not None:
        db.session.add(FindingOwner(finding_id=finding.id, owner_id=owner.id, given_by_id=by.id))
    # Whoever has the finding open is to see that it was given, though its own row says nothing of it.
    flag_modified(finding, "last_seen_on")
    db.session.flush()
    after = owner and owner.ref
    audit.record("finding.given", f"finding:{finding.ref}", actor=by, before={"owner": before}, after={"owner": after})


def snooze(finding: Finding, until: date, reason: str, *, by: User) -> None:
    """Put a finding off until a day, with the reason.

    :raises SnoozeNotAllowed: if the day does not lie ahead, or over a year, or no reason is given.
    """
    if not today() < until <= today() + LONGEST_SNOOZE:
        raise SnoozeNotAllowed("The date must be after today and within a year", "until")
    if not reason.strip():
        raise SnoozeNotAllowed("Say why this can wait", "reason")
    before = {"until": finding.snoozed_until, "reason": finding.snoozed_reason}
    finding.snoozed_until, finding.snoozed_reason, finding.snoozed_by_id = until, reason.strip(), by.id
    db.session.flush()
    after = {"until": until, "reason": finding.snoozed_reason}
    audit.record("finding.snoozed", f"finding:{finding.ref}", actor=by, before=before, after=after)
