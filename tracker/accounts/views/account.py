"""One's own account: details, password, one-time codes, sessions."""

from flask import Blueprint, abort, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import browser, queries
from tracker.accounts.forms import BeginForm, ChangePasswordForm, CodeForm, ConfirmForm, WeeklyEmailForm
from tracker.accounts.models import UserSession
from tracker.accounts.services import letters, passwords, second_factor, sessions, throttle, tokens, users
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import local_target, requires, see_other, without_form_key

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@requires()
def show() -> ResponseReturnValue:
    """Who one is here, and where one is signed in."""
    return render_template(
        "accounts/account.html",
        user=current_user,
        here=browser.current_session(),
        open_sessions=[one for one in queries.open_sessions(current_user) if sessions.is_live(one)],
        is_enrolled=second_factor.is_enrolled(current_user),
        is_required=second_factor.is_required(current_user, current_app.config["TRACKER"].require_totp),
        wants_weekly_email=queries.wants_weekly_email(current_user),
        tokens=queries.tokens_of(current_user),
        token_state=tokens.state,
        button=BeginForm(),
    )


@blueprint.route("/password", methods=["GET", "POST"])
@requires()
def change_password() -> ResponseReturnValue:
    """Change one's password; every other session ends."""
    form = ChangePasswordForm()
    if form.submitted():
        try:
            _check_password(form.current.data or "", "current")
            kept_as = passwords.chosen(form.password.data or "", current_user.name, current_user.email)
            with transaction():
                users.set_password(current_user, kept_as, actor=current_user, keep=browser.current_session())
                _prove(mfa=False)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("Your password is changed, and every other session has ended", "success")
            return see_other(url_for(".show"))
    return render_template("accounts/change_password.html", form=form)


@blueprint.route("/one-time-code", methods=["GET", "POST"])
@requires()
def one_time_code() -> ResponseReturnValue:
    """Set up one-time codes: a secret is made, an app reads it, and a code from the app puts it in force."""
    if second_factor.is_enrolled(current_user):
        return see_other(url_for(".show"))
    factor = queries.second_factor(current_user)
    secret = second_factor.secret_of(factor) if factor else None
    form: CodeForm | BeginForm = CodeForm() if secret else BeginForm()
    if form.submitted():
        try:
            _go_on(form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return see_other(url_for(".one_time_code"))
    picture = second_factor.picture(current_user, secret) if secret else None
    return render_template("accounts/one_time_code.html", form=form, secret=secret, picture=picture)


def _go_on(form: CodeForm | BeginForm) -> None:
    """The next step of setting up."""
    with transaction():
        throttle.reserve(throttle.CODE, str(current_user.id))
    with transaction():
        if isinstance(form, CodeForm):
            second_factor.confirm(current_user, form.code.data or "")
            _prove(mfa=True)
            flash("One-time codes are set up", "success")
        else:
            second_factor.begin(current_user)


@blueprint.route("/confirm", methods=["GET", "POST"])
@without_form_key("proving twice who one is changes nothing more")
@requires()
def confirm() -> ResponseReturnValue:
    """Prove who one is, before something that matters, and go on to it."""
    form = ConfirmForm()
    if form.submitted():
        try:
            _check_password(form.password.data or "", "password")
            with transaction():
                _prove(mfa=False)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return see_other(local_target(request.args.get("next")))
    return render_template("accounts/confirm.html", form=form)


@blueprint.route("/weekly-email", methods=["GET", "POST"])
@requires()
def weekly_email() -> ResponseReturnValue:
    """Choose whether one gets the weekly email."""
    form = WeeklyEmailForm({"wanted": "yes" if queries.wants_weekly_email(current_user) else "no"})
    if form.submitted():
        with transaction():
            letters.want_weekly_email(current_user, is_wanted=form.wanted.data == "yes")
        flash("Your choice is saved", "success")
        return see_other(url_for(".show"))
    return render_template("accounts/weekly_email.html", form=form)


@blueprint.post("/sessions/<ref>/end")
@requires(load=lambda ref: queries.session_by_ref(current_user, ref))
def end_session(user_session: UserSession) -> ResponseReturnValue:
    """End one of one's own sessions, wherever it is."""
    with transaction():
        sessions.end(user_session, current_user)
    flash("That session has ended", "success")
    return see_other(url_for(".show"))


@blueprint.post("/sessions/end-others")
@requires()
def end_other_sessions() -> ResponseReturnValue:
    """End every session but this one."""
    with transaction():
        sessions.end_all(current_user, but=browser.current_session())
    flash("Every other session has ended", "success")
    return see_other(url_for(".show"))


def _check_password(password: str, field: str) -> None:
    """Have the user prove who they are; attempts are counted as those of signing in.

    :raises DomainError: at the field, if the password is not theirs or too many were tried.
    """
    with transaction():
        throttle.reserve(throttle.CONFIRMATION, str(current_user.id))
    if not passwords.matches(password, current_user.password_hash):
        raise DomainError("The password is not right", field)
    with transaction():
        throttle.succeeded(throttle.CONFIRMATION, str(current_user.id))


def _prove(*, mfa: bool) -> None:
    """The user has just proved who they are: the session goes on with a new token."""
    here = browser.current_session()
    if here is None:
        abort(403)
    browser.replace_token(sessions.rotate(here, authenticated=True, mfa=mfa))
