"""The page behind a link that works once, as a strand makes it:

    def sign_off(token):
        link = answering.opened(SIGN_OFF, token)
        form = SignOffForm()
        if form.submitted():
            try:
                with answering.answer(SIGN_OFF, token, form.address.data):
                    services.sign_off(link.subject, …)
                return see_other(…)
            except DomainError as refusal:
                form.refuse(refusal)
        return render_template(…)

Opening decides nothing, as mail scanners open links too; the button does. What no longer holds is answered by a page
that says so and shows what was typed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import render_template, request

from tracker.accounts.models import AnswerLink
from tracker.accounts.services import answer_links, throttle
from tracker.accounts.services.answer_links import LinkKind, LinkRefused, State
from tracker.core.db import transaction
from tracker.core.http import SAFE_METHODS
from tracker.core.problems import typed


class Spent(Exception):
    """The link holds no longer; answered by its own page. Not for a form to show: there is nothing to try again."""

    def __init__(self, refusal: LinkRefused) -> None:
        """Keep why."""
        super().__init__(refusal.message)
        self.refusal = refusal


def opened(kind: LinkKind, token: str) -> AnswerLink:
    """The link that a page was opened with; that it was opened stands in the audit trail.

    :raises Spent: if it does not hold.
    :raises TooManyAttempts: if links are being guessed, or one is opened over and over.
    """
    try:
        link = answer_links.find(kind, token)
    except LinkRefused as refusal:
        _note(refusal)
        raise Spent(refusal) from refusal
    if request.method in SAFE_METHODS:
        with transaction():
            answer_links.note_opening(link)
    return link


@contextmanager
def answer(kind: LinkKind, token: str, address: str | None = "") -> Iterator[AnswerLink]:
    """The unit of work of an answer: the link is used up together with what the block does, or neither is.

    :param address: what was given as the address that the link was sent to, where the kind asks for it.
    :raises LinkRefused: at the field `address`, if it was sent to another one.
    :raises Spent: if the link does not hold any more, as for the second of two who answer at once.
    """
    try:
        link = answer_links.find(kind, token)
        _check(kind, link, address or "")
        with transaction():
            yield answer_links.redeem(kind, token)
    except LinkRefused as refusal:
        _note(refusal, address or "")
        if refusal.state is State.FORWARDED:
            raise
        raise Spent(refusal) from refusal


def _check(kind: LinkKind, link: AnswerLink, address: str) -> None:
    """Compare the address, and let nobody try addresses out."""
    if not kind.asks_address:
        return
    with transaction():
        throttle.reserve(answer_links.ADDRESSES, link.ref)
    answer_links.check_address(kind, link, address)


def _note(refusal: LinkRefused, given: str = "") -> None:
    """Keep book of a refusal, and slow down whoever guesses."""
    with transaction():
        throttle.reserve(throttle.LINK, request.remote_addr or "")
        answer_links.note_refusal(refusal, given if refusal.state is State.FORWARDED else "")


def refused(spent: Spent) -> tuple[str, int]:
    """The page for a link that does not hold: which reason it is, what to do, and what was typed."""
    unknown = spent.refusal.state is State.UNKNOWN
    page = render_template("accounts/link_refused.html", reason=spent.refusal.message, sent=typed())
    return page, 404 if unknown else 410
