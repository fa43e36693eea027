"""`/admin/status`: from when on a status is worked out otherwise; what would change colour is shown before."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.admin.status.forms import RuleForm
from tracker.admin.status.preview import Preview, preview
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.progress.queries import statuses as queries
from tracker.progress.services import statuses as services

blueprint = Blueprint("admin_status", __name__, url_prefix="/admin/status")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.STATUS_RULES_EDIT)
def edit() -> ResponseReturnValue:
    """Set a new version of the thresholds."""
    now = queries.thresholds_of(queries.rule_on(today()))
    form = RuleForm(data={**vars(now), "version": queries.latest_rule_id()})
    shown: list[Preview] = []
    status = _attempt(form, shown)
    if status == 303:
        flash("Set: the status is worked out so from that day on", "success")
        return see_other(url_for("progress_status.rules"))
    return render_template("admin/status/edit.html", form=form, preview=shown[0] if shown else None), status


def _attempt(form: RuleForm, shown: list[Preview]) -> int:
    """Show what would change colour; set it once that was seen. Says 303 if it is set, else the status of the page."""
    if not form.submitted():
        return 200
    thresholds, starts_on, reason = form.thresholds, form.starts_on.data, form.reason.data or ""
    assert starts_on is not None  # the form asks for it
    try:
        services.check(thresholds, starts_on)
        found = preview(thresholds)
        seal = found.seal(thresholds, starts_on)
        if form.checked.data == seal:
            with transaction():
                services.set_rule(thresholds, starts_on, reason, version=form.version.data or "", by=current_user)
            return 303
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    form.checked.data = seal
    shown.append(found)
    return 200
