"""One's own tokens for other systems: made, shown once, revoked."""

from flask import Blueprint, current_app, flash, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import browser, queries
from tracker.accounts.forms import BeginForm, TokenForm
from tracker.accounts.models import ApiToken
from tracker.accounts.services import tokens
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other, with_recent_proof
from tracker.organisations.queries import organisation, organisations

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")
MADE = "made_token"
"""Where the text of a new token waits in the signed cookie for the one page that shows it."""


@blueprint.route("/new", methods=["GET", "POST"])
@with_recent_proof
@requires()
def new() -> ResponseReturnValue:
    """Make a token in one of one's roles, or less."""
    roles = {str(grant.id): grant for grant in current_user.grants}
    words = {id: f"{one.role.label} ({one.organisation.short_name})" if one.organisation else one.role.label
             for id, one in roles.items()}  # fmt: skip
    offered = {one.slug: one.name for one in organisations() if not one.is_closed}
    form = TokenForm(words, offered, data={"access": "read", "days": tokens.USUAL_DAYS})
    if form.submitted():
        try:
            with transaction():
                token, session[MADE] = tokens.make(current_user, _wish(form), with_code=_gave_code())
                ref = token.ref
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return see_other(url_for(".show", ref=ref))
    return render_template("accounts/token_form.html", form=form, has_roles=bool(roles))


def _wish(form: TokenForm) -> tokens.Wish:
    """What was asked for.

    :raises DomainError: if the role is none of one's own.
    """
    grant = next((grant for grant in current_user.grants if str(grant.id) == form.role.data), None)
    if grant is None:
        raise DomainError("Select one of your roles", "role")
    within = organisation(form.within.data) if form.within.data else None
    return tokens.Wish(form.name.data or "", grant, form.days.data or 0, form.access.data == "write", within)


def _gave_code() -> bool:
    here = browser.current_session()
    return here is not None and here.mfa_at is not None


@blueprint.get("/<ref>")
@requires(load=lambda ref: queries.token_of(current_user, ref))
def show(token: ApiToken) -> ResponseReturnValue:
    """A token; straight after it was made, and never again, with its text."""
    return render_template(
        "accounts/token.html",
        token=token,
        text=session.pop(MADE, None),
        state=tokens.state(token),
        public_url=current_app.config["TRACKER"].public_url,
        button=BeginForm(),
    )


@blueprint.post("/<ref>/revoke")
@requires(load=lambda ref: queries.token_of(current_user, ref))
def revoke(token: ApiToken) -> ResponseReturnValue:
    """Have a token work no more."""
    with transaction():
        tokens.revoke(token, current_user)
    flash("The token works no more", "success")
    return see_other(url_for("account.show"))
