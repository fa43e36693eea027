"""Signing weekly logs off: on the page, for a supervisor with an account, and by the link of the weekly email."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import answering
from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import public, requires, see_other, without_form_key
from tracker.fellowships import desk
from tracker.fellowships.forms.signing import sign_off_form
from tracker.fellowships.models import Supervisor
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services import signing
from tracker.fellowships.services.mailing import SIGN_OFF

blueprint = Blueprint("sign_off", __name__, url_prefix="/fellowships/sign-off")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.LOGS_SIGN)
def index() -> ResponseReturnValue:
    """The weeks that wait for the supervisor who is signed in."""
    supervisor = queries.supervisor_of_user(current_user.email_key)
    found = [] if supervisor is None else desk.waiting(supervisor)
    form = sign_off_form([(one.log_id, one.question) for one in found], by_link=False)
    if supervisor is not None and form.submitted():
        try:
            with transaction():
                count = _signed(supervisor, user=current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(desk.thanks(count), "success")
            return see_other(url_for(".index"))
    return _page(found, form)


@blueprint.route("/by-link/<token>", methods=["GET", "POST"])
@without_form_key("nobody is signed in; the link itself works once")
@public
def by_link(token: str) -> ResponseReturnValue:
    """The same by the link of the weekly email. For whoever holds it and knows the address it was sent to; opening it
    signs nothing."""
    link = answering.opened(SIGN_OFF, token)
    supervisor = queries.supervisor(link.subject.partition(":")[2])
    if supervisor is None:
        abort(404)
    found = desk.waiting(supervisor)
    form = sign_off_form([(one.log_id, one.question) for one in found], by_link=True)
    if form.submitted():
        try:
            with answering.answer(SIGN_OFF, token, form.address.data):
                count = _signed(supervisor)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(desk.thanks(count), "success")
            return see_other(url_for(".thanks"))
    return _page(found, form)


@blueprint.get("/thank-you")
@public
def thanks() -> ResponseReturnValue:
    """After an answer by a link. For anybody: it says nothing but thanks."""
    return render_template("fellowships/sign_off/thanks.html")


def _signed(supervisor: Supervisor, **by: Any) -> int:
    return signing.sign(supervisor, desk.words(request.form, request.form.get("act", "")), **by)


def _page(found: list[desk.Waiting], form: Any) -> str:
    return render_template("fellowships/sign_off/weeks.html", weeks=found, form=form)
