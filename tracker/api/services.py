"""Places in the feed, given once and for all; and the keys under which other systems write."""

import hashlib
from datetime import timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.accounts.models import ApiToken
from tracker.api.models import ApiWrite, FeedEntry, FeedHead
from tracker.api.queries import events_without_place, number_of_voids, voids_without_place
from tracker.core import clock
from tracker.core.db import db, is_alone, is_sqlite
from tracker.ledger.models import Event

MOST_AT_ONCE = 10_000
KEPT = timedelta(days=7)


class OtherBody(Exception):
    """A key came again with another body."""


def give_places() -> int:
    """Give what the ledger holds for good and has no place in the feed yet the next places; how many were given.

    One unit of work does so at a time, and sees only what others have kept: so whatever is kept later comes later in
    the feed, whichever id it has. Those of one journey stay in their order, because whoever writes one holds it. At
    most so many at once; events first, then what was taken back. The caller owns the transaction.
    """
    session = db.session()
    head = _held_head()
    last = session.scalar(select(func.max(Event.id))) or 0
    # Asked after the last id was read: with nobody else under way, every lower one is kept by now or never will be.
    is_settled = is_alone(session)
    events = session.scalars(events_without_place(head.settled_id, last).limit(MOST_AT_ONCE)).all()
    _place(head, events, is_void=False)
    if len(events) == MOST_AT_ONCE:
        return len(events)
    if is_settled:
        head.settled_id = last
    voids = session.scalars(voids_without_place().limit(MOST_AT_ONCE)).all() if number_of_voids() > head.voids else []
    _place(head, voids, is_void=True)
    head.voids += len(voids)
    session.flush()
    return len(events) + len(voids)


def _held_head() -> FeedHead:
    """The end of the feed, made where it is missing, and held against others to the end of the transaction."""
    session = db.session()
    new = sqlite.insert if is_sqlite(session) else postgresql.insert
    session.execute(new(FeedHead).values(id=1, position=0, settled_id=0, voids=0).on_conflict_do_nothing())
    held = select(FeedHead).with_for_update().execution_options(populate_existing=True)
    return session.scalars(held).one()


def _place(head: FeedHead, event_ids: object, *, is_void: bool) -> None:
    ids: list[int] = list(event_ids)  # type: ignore[call-overload]
    if ids:
        rows = [
            {"position": place, "event_id": id, "is_void": is_void} for place, id in enumerate(ids, head.position + 1)
        ]
        db.session.execute(insert(FeedEntry), rows)
        head.position += len(ids)


def take_key(token: ApiToken, key: str, body: bytes) -> str | None:
    """Take the key of something that is about to be written; gives the answer where it was written before.

    A second one at the same time waits here until the first is kept or has failed.

    :raises OtherBody: if the key was used for something else.

    First of all in the transaction of the effect; the caller owns it.
    """
    session = db.session()
    mine = {"token_id": token.id, "key_hash": _digest(key.encode())}
    new = sqlite.insert if is_sqlite(session) else postgresql.insert
    row = new(ApiWrite).values(**mine, body_hash=_digest(body), created_at=clock.now()).on_conflict_do_nothing()
    if session.scalar(row.returning(ApiWrite.key_hash)) is not None:
        session.execute(delete(ApiWrite).where(ApiWrite.created_at < clock.now() - KEPT))
        return None
    kept = session.scalars(select(ApiWrite).filter_by(**mine)).one()
    if kept.body_hash != _digest(body):
        raise OtherBody
    return kept.answer


def keep_answer(token: ApiToken, key: str, answer: str) -> None:
    """Keep what is answered under a key that was taken."""
    mine = (ApiWrite.token_id == token.id, ApiWrite.key_hash == _digest(key.encode()))
    db.session.execute(update(ApiWrite).where(*mine).values(answer=answer))


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
