"""Links that let somebody without an account answer one question: made, looked at, used once, taken back.

A strand says what kind of link it sends (`LinkKind`), puts the address that `issue` gives into its mail, and has its
page opened and answered through `tracker.accounts.answering`. A link gives nothing but the one answer it was made for.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from flask import current_app
from sqlalchemy import func, select, update

from tracker.accounts import audit
from tracker.accounts.models import AnswerLink, User
from tracker.accounts.services import throttle
from tracker.accounts.services.sessions import new_token, token_hash
from tracker.core import clock
from tracker.core.calendar import end_of_day
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import email_key, format_day

OPENINGS = throttle.Limit("answer link", ((60, 3600),))
ADDRESSES = throttle.Limit("answer address", ((10, 3600),))
UNKNOWN = "link:unknown"


@dataclass(frozen=True)
class LinkKind:
    """A kind of question asked by link.

    `name` is kept with each link; `path` is where its page is, such as `/fellowships/sign-off`, the token follows;
    `instead` says what to do when the link does not hold. With `asks_address` the answer must name the address that
    the link was sent to, so that a forwarded link answers nothing.
    """

    name: str
    path: str
    lasts: timedelta
    instead: str
    asks_address: bool = True

    def last_day(self) -> date:
        """The last London day on which a link that is made now holds, as its mail says: to the end of that day."""
        return clock.london_day(clock.now() + self.lasts)


class State(StrEnum):
    """Whether a link holds, and why not."""

    HOLDS = "holds"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    FORWARDED = "another address"


class LinkRefused(DomainError):
    """A link that answers nothing. The sentence says which of the reasons it is and what to do, and names nobody."""

    def __init__(self, state: State, kind: LinkKind, link: AnswerLink | None = None) -> None:
        """Put the reason into words; one of the wrong address is said at the field that asks for it."""
        self.state, self.kind, self.link = state, kind, link
        super().__init__(_words(state, kind, link), "address" if state is State.FORWARDED else None)


def issue(kind: LinkKind, subject: str, to: str, *, actor: User | None = None) -> str:
    """Make a link and give its address, for a mail to `to`; earlier ones of the kind about the subject stop working.

    :param subject: what the question is about, as the audit trail names it, such as `placement:7c0d…`.
    :param actor: who has it sent; None for a job.

    Called in the transaction that also writes the mail.
    """
    _end(AnswerLink.purpose == kind.name, AnswerLink.subject == subject)
    token, now = new_token(), clock.now()
    link = AnswerLink(
        token_hash=token_hash(token),
        purpose=kind.name,
        subject=subject,
        address=to,
        address_key=email_key(to),
        issued_at=now,
        expires_at=end_of_day(kind.last_day()),
    )
    db.session.add(link)
    db.session.flush()
    audit.record("link.sent", subject, actor=actor, after={**_facts(link), "expires_at": link.expires_at})
    return f"{current_app.config['TRACKER'].public_url}{kind.path}/{token}"


def find(kind: LinkKind, token: str) -> AnswerLink:
    """The link of a token, if it holds now. Changes nothing.

    :raises LinkRefused: if it does not.
    """
    by_hash = select(AnswerLink).where(AnswerLink.token_hash == token_hash(token), AnswerLink.purpose == kind.name)
    link = db.session.scalar(by_hash)
    if link is None:
        raise LinkRefused(State.UNKNOWN, kind)
    if (state := state_of(link)) is not State.HOLDS:
        raise LinkRefused(state, kind, link)
    return link


def last_issued(kind: LinkKind, subject: str) -> datetime | None:
    """When the latest link of a kind about a subject was made, whatever became of it."""
    made = select(func.max(AnswerLink.issued_at)).where(AnswerLink.purpose == kind.name, AnswerLink.subject == subject)
    return db.session.scalar(made)


def state_of(link: AnswerLink) -> State:
    """Whether a link holds now."""
    if link.used_at is not None:
        return State.USED
    if link.revoked_at is not None:
        return State.REVOKED
    return State.HOLDS if clock.now() < link.expires_at else State.EXPIRED


def note_opening(link: AnswerLink) -> None:
    """Say in the audit trail that a link was opened, which decides nothing.

    :raises TooManyAttempts: after sixty times in an hour.
    """
    throttle.reserve(OPENINGS, link.ref)
    audit.record("link.opened", link.subject, actor=None, after=_facts(link))


def note_refusal(refusal: LinkRefused, given: str = "") -> None:
    """Say in the audit trail that a link was refused, and why; called after the refused work was undone.

    :param given: the address that was given, where that was the reason.
    """
    link = refusal.link
    facts = {**(_facts(link) if link else {"purpose": refusal.kind.name}), "why": refusal.state.value}
    if given:
        facts["given"] = given[:254]
    audit.record("link.refused", link.subject if link else UNKNOWN, actor=None, after=facts)


def check_address(kind: LinkKind, link: AnswerLink, given: str) -> None:
    """Refuse an answer from another address than the one the link was sent to, where the kind asks.

    :raises LinkRefused: if it is another one.
    """
    if kind.asks_address and email_key(given) != link.address_key:
        raise LinkRefused(State.FORWARDED, kind, link)


def redeem(kind: LinkKind, token: str) -> AnswerLink:
    """Use a link up, in one statement, so that of two answers in the same moment one counts.

    In the transaction of what the answer does: if that is refused, the link is still good.

    :raises LinkRefused: if it was used, taken back, is too old or not known.
    """
    now, held = clock.now(), AnswerLink.token_hash == token_hash(token)
    usable = (held, AnswerLink.purpose == kind.name, AnswerLink.used_at.is_(None), AnswerLink.revoked_at.is_(None))
    spend = update(AnswerLink).where(*usable, AnswerLink.expires_at > now).values(used_at=now)
    spent = db.session.execute(spend.execution_options(synchronize_session=False))
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        find(kind, token)
        raise LinkRefused(State.UNKNOWN, kind)
    link = db.session.scalars(select(AnswerLink).where(held).execution_options(populate_existing=True)).one()
    audit.record("link.used", link.subject, actor=None, after=_facts(link))
    return link


def _end(*which: object) -> int:
    live = update(AnswerLink).where(*which, AnswerLink.used_at.is_(None), AnswerLink.revoked_at.is_(None))  # type: ignore[arg-type]
    return int(db.session.execute(live.values(revoked_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def _facts(link: AnswerLink) -> dict[str, str]:
    return {"link": link.ref, "purpose": link.purpose, "sent_to": link.address}


def _words(state: State, kind: LinkKind, link: AnswerLink | None) -> str:
    if state is State.UNKNOWN or link is None:
        return f"This link is not complete, or was changed on its way. Copy all of it from the email. {kind.instead}"
    if state is State.FORWARDED:
        return f"This link was sent to another email address. Enter the one it was sent to. {kind.instead}"
    if state is State.USED and link.used_at is not None:
        return f"This link was used on {format_day(clock.london_day(link.used_at))}, and works once. {kind.instead}"
    if state is State.EXPIRED:
        return f"This link ran out on {format_day(clock.london_day(link.expires_at))}. {kind.instead}"
    return f"This link no longer holds: a newer one was sent, or the question was settled. {kind.instead}"
