"""What opens with a one-time link: the first set-up, invitations and new passwords. Opening a link uses nothing up;
the button does."""

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import browser, queries
from tracker.accounts.forms import ChoosePasswordForm, ForgottenForm, SetUpForm
from tracker.accounts.models import OneTimeToken, Purpose
from tracker.accounts.services import forgotten, links, passwords, throttle
from tracker.accounts.services.sessions import token_hash
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import public, see_other, without_form_key

blueprint = Blueprint("links", __name__)
WHY = "nobody is signed in; the link itself works once"


@blueprint.route("/set-up/<token>", methods=["GET", "POST"])
@without_form_key(WHY)
@public
def set_up(token: str) -> ResponseReturnValue:
    """Make the first administrator. For whoever holds the link that the server printed."""
    _found(token, Purpose.SET_UP)
    form = SetUpForm()
    if form.submitted():
        try:
            with transaction():
                links.set_up(token, form.email.data or "", form.name.data or "", form.password.data or "")
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("You are the administrator. Sign in to begin", "success")
            return see_other(url_for("accounts.sign_in"))
    return render_template("accounts/set_up.html", form=form)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@without_form_key("nobody is signed in; asked twice, the later link holds")
@public
def forgotten_password() -> ResponseReturnValue:
    """Have a link sent by which one chooses a new password. For anybody: who needs it cannot sign in."""
    form, status = ForgottenForm(), 200
    if form.submitted():
        try:
            with transaction():
                throttle.reserve(throttle.NETWORK, request.remote_addr or "")
        except throttle.TooManyAttempts as refusal:
            form.refuse(refusal)
            status = 429
        else:
            _ask_for_link(form.email.data or "")
            return see_other(url_for(".link_asked"))
    return render_template("accounts/forgotten_password.html", form=form), status


def _ask_for_link(email: str) -> None:
    """Ask; more often than may be, nothing more is sent, and nobody is told."""
    try:
        with transaction():
            forgotten.ask(email)
    except throttle.TooManyAttempts:
        return


@blueprint.get("/forgotten-password/sent")
@public
def link_asked() -> ResponseReturnValue:
    """What happens next, the same for every address. For anybody, as the page before."""
    return render_template("accounts/link_asked.html")


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@without_form_key(WHY)
@public
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password. For whoever holds the link that was sent to them."""
    return _choose_password(token, Purpose.RESET)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@without_form_key(WHY)
@public
def invitation(token: str) -> ResponseReturnValue:
    """Choose a first password. For whoever holds the link that was sent to them."""
    return _choose_password(token, Purpose.INVITATION)


def _choose_password(token: str, purpose: Purpose) -> ResponseReturnValue:
    link = _found(token, purpose)
    form = ChoosePasswordForm()
    if form.submitted():
        try:
            about = (link.user.name, link.user.email) if link.user else ()
            kept_as = passwords.chosen(form.password.data or "", *about)
            with transaction():
                ended = links.choose_password(token, purpose, kept_as)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            browser.forget()
            tokens = (
                "Your token for another system has" if ended == 1 else f"Your {ended} tokens for other systems have"
            )
            also = f". {tokens} ended with the old password: make new ones on the page of your account" if ended else ""
            flash(f"Your password is saved. Sign in with it{also}", "success")
            return see_other(url_for("accounts.sign_in"))
    return render_template("accounts/choose_password.html", form=form, address=link.user.email if link.user else "")


def _found(token: str, purpose: Purpose) -> OneTimeToken:
    """The link, if it still works; guesses are counted against where they come from."""
    link = queries.link(token_hash(token), purpose)
    if link is None:
        with transaction():
            throttle.reserve(throttle.LINK, request.remote_addr or "")
        abort(404)
    return link
