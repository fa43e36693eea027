"""The audit trail: who did and who looked at what, kept together with the act, chained, and never changed.

Slices call `record` inside the transaction of the act. The entries get their numbers at the end of it, so that the
chain is held for an instant only and no two acts wait for each other over it; if they cannot be written, nothing of
the act is kept.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import event, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction

from tracker.accounts.models import AuditEntry, AuditHead, User
from tracker.accounts.models.trail import ERASED, GENESIS
from tracker.core import clock
from tracker.core.db import conclude_every_transaction, db, is_sqlite, key_of
from tracker.core.logs import HIDDEN, is_secret, request_id

Fields = Mapping[str, Any] | None
WAITING = "audit_waiting"


@dataclass(frozen=True)
class Waiting:
    """An entry that waits for the end of its transaction, with the savepoint it was recorded in, if any."""

    at: datetime
    actor_id: int | None
    verb: str
    subject: str
    before: str | None
    after: str | None
    savepoint: SessionTransaction | None


def record(verb: str, subject: str, *, actor: User | None, before: Fields = None, after: Fields = None) -> None:
    """Say in the audit trail that something was done.

    :param verb: what was done, such as `person.transferred`.
    :param subject: the kind of thing and its reference, such as `person:P-0042`.
    :param actor: who did it; None for the service itself (a job, a command).
    :param before: the fields that changed, as they were.
    :param after: the same fields as they are now. Passwords, tokens and the like are left out of both by name.

    Called inside `transaction()`; what is recorded outside of one is lost with the session.
    """
    session = db.session()
    entry = Waiting(
        at=clock.now(),
        actor_id=key_of(actor),
        verb=verb,
        subject=subject,
        before=_canonical(before),
        after=_canonical(after),
        savepoint=session.get_nested_transaction(),
    )
    session.info.setdefault(WAITING, []).append(entry)


def looked_at(subject: str, *, actor: User | None, rows: int | None = None, why: str = "") -> None:
    """Say in the audit trail that sensitive records were read or exported.

    :param rows: how many records left the service.
    :param why: the reason that was given, where one was asked for.
    """
    facts = {name: value for name, value in (("rows", rows), ("why", why)) if value not in (None, "")}
    record("exported" if rows is not None else "looked at", subject, actor=actor, after=facts or None)


def _canonical(fields: Fields) -> str | None:
    if fields is None:
        return None
    shown = {name: HIDDEN if is_secret(name) else value for name, value in fields.items()}
    return json.dumps(shown, default=str, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _write(session: Session) -> None:
    """Number, chain and add what was recorded in this transaction."""
    waiting: list[Waiting] = session.info.pop(WAITING, [])
    if not waiting:
        return
    head = session.scalar(HELD) or _first_head(session)
    for entry in waiting:
        kind, _, reference = entry.subject.partition(":")
        row = AuditEntry(
            number=head.number + 1,
            at=entry.at,
            actor_id=entry.actor_id,
            verb=entry.verb,
            subject_type=kind,
            subject_ref=reference[:200],
            before=entry.before,
            after=entry.after,
            request_id=request_id.get(),
            previous_hash=head.hash,
        )
        row.hash = row.digest()
        head.number, head.hash = row.number, row.hash
        session.add(row)
    session.flush()


HELD = select(AuditHead).with_for_update().execution_options(populate_existing=True)
"""The end of the trail, held until the transaction is kept, so that entries follow one another."""


def _first_head(session: Session) -> AuditHead:
    """The end of a trail that has no entry yet; of several who begin it at once one does."""
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    session.execute(insert(AuditHead).values(id=1, number=0, hash=GENESIS).on_conflict_do_nothing())
    return session.scalars(HELD).one()


def _forget(session: Session, previous: SessionTransaction) -> None:
    """Drop what was recorded in a transaction or savepoint that was rolled back."""
    waiting: list[Waiting] = session.info.get(WAITING, [])
    session.info[WAITING] = [entry for entry in waiting if previous.nested and not _within(entry.savepoint, previous)]


def _within(savepoint: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while savepoint is not None:
        if savepoint is outer:
            return True
        savepoint = savepoint.parent
    return False


ERASING = "words.erased"
"""The verb of an entry that says which earlier entries lost their words, and what their fingerprints were."""


def erase_words(entries: Iterable[AuditEntry], subject: str, *, actor: User | None) -> int:
    """Forget what stood in entries of the trail – who, what and when stay – and say so in the trail.

    The database lets nothing else of an entry be changed. The chain stays whole: the entry that says so holds the
    fingerprint each one had, and is itself in the chain. Called inside `transaction()`; how many there were.
    """
    numbers = {str(entry.number): entry.hash for entry in entries if entry.after != ERASED}
    if numbers:
        session = db.session()
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.number.in_([int(number) for number in numbers]))
            .values(before=None, after=ERASED)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        record(ERASING, subject, actor=actor, after=numbers)
    return len(numbers)


def _erased() -> dict[int, str]:
    """The entries that lost their words, with the fingerprint each one had."""
    said = db.session.scalars(select(AuditEntry.after).where(AuditEntry.verb == ERASING))
    return {int(number): had for text in said if text for number, had in json.loads(text).items()}


def _holds(entry: AuditEntry, erased: Mapping[int, str]) -> bool:
    """Whether an entry is as it was written, or lost only its words, and that is said."""
    if entry.after == ERASED and entry.before is None and entry.number in erased:
        return entry.hash == erased[entry.number]
    return entry.digest() == entry.hash


class ChainState(NamedTuple):
    """Whether the chain is whole: how many entries hold, the fingerprint of the last of them, and what is wrong with
    the next."""

    entries: int
    last_hash: str
    fault: str | None


def verify() -> ChainState:
    """Walk the trail from its first entry and report the first break, if any."""
    entries = select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    erased = _erased()
    with closing(db.session.scalars(entries)) as found:
        state = _walk(found, erased)
    head = db.session.get(AuditHead, 1)
    if state.fault is None and (head.number if head else 0, head.hash if head else GENESIS) != state[:2]:
        return ChainState(state.entries, state.last_hash, f"entries after {state.entries} are missing")
    return state


def _walk(entries: Iterable[AuditEntry], erased: Mapping[int, str]) -> ChainState:
    """How far the entries hold."""
    count, expected = 0, GENESIS
    for entry in entries:
        if entry.number != count + 1:
            return ChainState(count, expected, f"entry {count + 1} is missing")
        if entry.previous_hash != expected:
            return ChainState(count, expected, f"entry {entry.number} does not follow entry {count}")
        if not _holds(entry, erased):
            return ChainState(count, expected, f"entry {entry.number} was altered")
        count, expected = entry.number, entry.hash
    return ChainState(count, expected, None)


def verify_tail(length: int = 200) -> str | None:
    """What is wrong with the last entries of the trail, if anything: quick enough to be asked every few seconds."""
    newest = select(AuditEntry, AuditHead).outerjoin(AuditHead, true()).order_by(AuditEntry.number.desc())
    rows = db.session.execute(newest.limit(length)).all()[::-1]
    entries = [entry for entry, _ in rows]
    for before, entry in pairwise(entries):
        if (entry.number, entry.previous_hash) != (before.number + 1, before.hash):
            return f"entry {entry.number} does not follow entry {before.number}"
    erased = _erased() if any(entry.after == ERASED for entry in entries) else {}
    for entry in entries:
        if not _holds(entry, erased):
            return f"entry {entry.number} was altered"
    head = rows[-1][1] if rows else db.session.get(AuditHead, 1)
    last = (entries[-1].number, entries[-1].hash) if entries else (0, GENESIS)
    if head is not None and (head.number, head.hash) != last:
        return f"entries after {last[0]} are missing"
    return None


event.listen(Session, "after_soft_rollback", _forget)
conclude_every_transaction(_write)
