"""Signing weekly logs off, sending them back, and unlocking what was signed. What was said stays for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.text import format_day
from tracker.fellowships.letters import returned
from tracker.fellowships.lifecycle import Decision, LogState
from tracker.fellowships.models import LogDecision, LogVersion, Supervisor, WeekLog
from tracker.fellowships.queries import logs as queries
from tracker.outbox import services as outbox

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Word:
    """What a supervisor says of one log. `number` is the version they read: another one is not theirs to sign."""

    decision: Decision
    number: int
    reason: str = ""


def current(log: WeekLog) -> LogVersion | None:
    """The version of a log that counts: the last that was sent and not taken back."""
    standing = [version for version in log.versions if version.voided_at is None]
    return standing[-1] if standing else None


def said_of(version: LogVersion) -> LogDecision | None:
    """What stands of what was said of a version."""
    return next((one for one in version.decisions if one.voided_at is None), None)


def sign(supervisor: Supervisor, words: Mapping[int, Word], *, user: User | None = None) -> int:
    """Approve or return logs that wait for a supervisor; how many.

    :param words: what they say, by the log's number.
    :param user: their account, where they are signed in; None for the answer to a link.
    :raises DomainError: if nothing was said, a reason is missing, or a log is not theirs to sign.
    :raises ChangedMeanwhile: if a log was sent anew since they read it.
    """
    if not words:
        raise DomainError("Approve or return at least one week")
    waiting = {log.id: log for log in queries.waiting_for(supervisor)}
    for number, word in words.items():
        _check(waiting.get(number), word, number, user)
    for number, word in words.items():
        _say(waiting[number], word, supervisor, user)
    db.session.flush()
    return len(words)


def _check(log: WeekLog | None, word: Word, number: int, user: User | None) -> None:
    if log is None:
        raise ChangedMeanwhile("one of these weeks, or they wait for somebody else now")
    week = format_day(log.week_ending)
    if (version := current(log)) is None or version.number != word.number:
        raise ChangedMeanwhile(f"the week ending {week}")
    if user is not None and log.placement.user_id == user.id:
        raise DomainError("Nobody signs their own log")
    if word.decision is Decision.RETURNED and not word.reason.strip():
        raise DomainError(f"Say why the week ending {week} goes back", f"reason_{number}")
    if len(word.reason) > LONGEST_REASON:
        raise DomainError(f"Write {LONGEST_REASON:,} characters or fewer", f"reason_{number}")


def _say(log: WeekLog, word: Word, supervisor: Supervisor, user: User | None) -> None:
    version, now = current(log), clock.now()
    assert version is not None  # checked above
    decision = LogDecision(
        log_version=version,
        decision=word.decision,
        reason=word.reason.strip(),
        supervisor_id=supervisor.id,
        decided_by_id=user.id if user else None,
        decided_by_name=supervisor.shown_name,
        decided_on=clock.london_day(now),
        decided_at=now,
    )
    db.session.add(decision)
    log.state = LogState.APPROVED if word.decision is Decision.APPROVED else LogState.RETURNED
    facts = {"week_ending": log.week_ending, "number": version.number, "supervisor": supervisor.email}
    audit.record(f"log.{word.decision.value}", f"placement:{log.placement.ref}", actor=user, after=facts)
    if word.decision is Decision.RETURNED:
        letter = returned(log, supervisor.shown_name, word.reason.strip())
        outbox.enqueue(log.placement.person.email, *letter)


def unlock(log: WeekLog, reason: str, *, actor: User) -> None:
    """Void the approval of a log, which can then be changed and waits to be signed again. Both stay to be seen.

    :raises DomainError: if the log is not signed off, or no reason is given.
    """
    version = current(log)
    decision = said_of(version) if version is not None else None
    if decision is None or log.state is not LogState.APPROVED:
        raise DomainError("This week is not signed off: there is nothing to unlock")
    if not reason.strip():
        raise DomainError("Say why the week is unlocked", "reason")
    decision.voided_at, decision.voided_by_id, decision.void_reason = clock.now(), actor.id, reason.strip()
    log.state = LogState.SUBMITTED
    log.version += 1
    facts = {"week_ending": log.week_ending, "reason": reason.strip()}
    audit.record("log.unlocked", f"placement:{log.placement.ref}", actor=actor, after=facts)
    db.session.flush()


def standing(logs: Sequence[WeekLog]) -> list[tuple[WeekLog, LogVersion]]:
    """Logs with the version of each that counts."""
    return [(log, version) for log in logs if (version := current(log)) is not None]
