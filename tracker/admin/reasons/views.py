"""`/admin/leaving-reasons`: which reasons can be given when somebody leaves, and which could once."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.admin.reasons.forms import ReasonForm, RetireForm
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import requires, see_other
from tracker.training import queries, services
from tracker.training.models import LeavingReason

blueprint = Blueprint("admin_reasons", __name__, url_prefix="/admin/leaving-reasons")


@blueprint.get("")
@requires(Permission.REFERENCE_EDIT)
def index() -> ResponseReturnValue:
    """Every reason, with how often it was given and who changed it."""
    reasons = queries.all_reasons()
    return render_template(
        "admin/reasons/index.html",
        offered=[row for row in reasons if row.LeavingReason.retired_at is None],
        retired=[row for row in reasons if row.LeavingReason.retired_at is not None],
    )


def _answer(
    form: BaseForm, act: Callable[[], object], done: str, template: str, **words: object
) -> ResponseReturnValue:
    """Do the act and go back to the list, or show its page."""
    if form.submitted():
        try:
            with transaction():
                act()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(done, "success")
            return see_other(url_for(".index"))
    return render_template(template, form=form, **words), form.status


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.REFERENCE_EDIT)
def add() -> ResponseReturnValue:
    """Add a reason."""
    form = ReasonForm()

    def act() -> object:
        return services.add_reason(form.words.data or "", by=current_user)

    return _answer(form, act, "The reason was added", "admin/reasons/form.html", reason=None)


@blueprint.route("/<code>/reword", methods=["GET", "POST"])
@requires(Permission.REFERENCE_EDIT, load=queries.leaving_reason)
def reword(reason: LeavingReason) -> ResponseReturnValue:
    """Say a reason in other words from now on."""
    form = ReasonForm(data={"words": reason.words})

    def act() -> object:
        return services.reword_reason(reason, form.words.data or "", by=current_user)

    return _answer(form, act, "The reason was worded anew", "admin/reasons/form.html", reason=reason)


@blueprint.route("/<code>/retire", methods=["GET", "POST"])
@requires(Permission.REFERENCE_EDIT, load=queries.leaving_reason)
def retire(reason: LeavingReason) -> ResponseReturnValue:
    """Offer a reason no longer, once it is confirmed."""
    form = RetireForm()

    def act() -> None:
        services.retire_reason(reason, by=current_user)

    return _answer(form, act, "The reason is offered no longer", "admin/reasons/retire.html", reason=reason)
