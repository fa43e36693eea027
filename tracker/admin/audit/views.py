"""`/audit`: who did and who looked at what; `/audit/chain`: whether the trail is whole."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import audit, queries
from tracker.accounts.permissions import Permission
from tracker.admin.audit.forms import TrailForm
from tracker.core.paging import page_of
from tracker.core.web import address_of_page, requires, see_other

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
@requires(Permission.AUDIT_CHECK)
def index() -> ResponseReturnValue:
    """The trail, the newest first. Who may only check it is shown whether it is whole."""
    if not current_user.may(Permission.AUDIT_VIEW):
        return see_other(url_for(".chain"))
    form = TrailForm(request.args)
    form.validate()
    person = (form.person.data or "").strip()
    found = queries.audit_entries(person, (form.record.data or "").strip(), form.chosen_day)
    page = page_of(found, request.args.get("page"), address_of_page)
    return render_template(
        "admin/audit/index.html", page=page, filter_form=form, form=form
    ), 400 if form.errors else 200


@blueprint.get("/chain")
@requires(Permission.AUDIT_CHECK)
def chain() -> ResponseReturnValue:
    """Whether every entry is there and as it was written."""
    return render_template("admin/audit/chain.html", state=audit.verify())
