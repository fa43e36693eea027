"""Signing in and out."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import browser, queries
from tracker.accounts.forms import CodeForm, SignInForm
from tracker.accounts.models import User
from tracker.accounts.services import second_factor, sessions, sign_in, throttle
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import local_target, public, requires, see_other, without_form_key

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@without_form_key("nobody is signed in yet, so there is nobody to keep a key for")
@public
def show_sign_in() -> ResponseReturnValue:
    """Sign in with address and password. For anybody: it is the way in."""
    if request.method == "GET" and current_user.is_authenticated:
        return see_other(local_target(request.args.get("next")))
    form, status = SignInForm(), 200
    if form.submitted():
        try:
            return _go_on(_user_of(form))
        except DomainError as refusal:
            form.refuse(refusal)
            status = 429 if isinstance(refusal, throttle.TooManyAttempts) else 200
    accounts = queries.demonstration_users()
    return render_template("accounts/sign_in.html", form=form, accounts=accounts), status


def _user_of(form: SignInForm) -> User:
    """Whose address and password these are.

    :raises DomainError: if they are nobody's, or too many were tried.
    """
    with transaction():
        attempt = sign_in.reserve(form.email.data or "", request.remote_addr or "", browser.device_token())
    user, keep_as = sign_in.authenticate(attempt, form.password.data or "")
    with transaction():
        if user is None:
            sign_in.refused(attempt)
        else:
            sign_in.accepted(attempt, user, keep_as)
    if user is None:
        raise sign_in.SignInRefused
    return user


def _go_on(user: User) -> ResponseReturnValue:
    """After the right password: to the code where one is set up, else in."""
    if second_factor.is_enrolled(user):
        browser.go_halfway(user)
        return see_other(url_for(".sign_in_code", next=request.args.get("next")))
    return _let_in(user, mfa=False)


def _let_in(user: User, *, mfa: bool) -> ResponseReturnValue:
    with transaction():
        device = browser.start_session(user, mfa=mfa)
    return browser.remember_device(see_other(local_target(request.args.get("next"))), device)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@without_form_key("nobody is signed in yet, so there is nobody to keep a key for; a code works once anyway")
@public
def sign_in_code() -> ResponseReturnValue:
    """The second step: a one-time code. For anybody whose password was right a moment ago."""
    user = browser.halfway_user()
    if user is None:
        return see_other(url_for(".sign_in", next=request.args.get("next")))
    form, status = CodeForm(), 200
    if form.submitted():
        try:
            _check_code(user, form.code.data or "")
            return _let_in(user, mfa=True)
        except DomainError as refusal:
            form.refuse(refusal)
            status = 429 if isinstance(refusal, throttle.TooManyAttempts) else 200
    return render_template("accounts/code.html", form=form), status


def _check_code(user: User, code: str) -> None:
    """Count the attempt for good, and then check the code.

    :raises DomainError: if it is wrong, or too many were tried.
    """
    with transaction():
        throttle.reserve(throttle.CODE, str(user.id))
    with transaction():
        second_factor.check(user, code)


@blueprint.post("/sign-out")
@without_form_key("signing out twice is signing out")
@requires()
def sign_out() -> ResponseReturnValue:
    """Sign out: the session is over on the server, so that its cookie is worth nothing to whoever kept it."""
    found = browser.current_session()
    with transaction():
        if found is not None:
            sessions.end(found, found.user)
    browser.forget()
    flash("You have signed out", "success")
    answer = see_other(url_for(".sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
