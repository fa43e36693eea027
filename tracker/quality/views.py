"""Findings: rule, how many, how old, and the way to the page that mends each."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.people.models import Person, PostingSpan
from tracker.quality import board, queries, services
from tracker.quality.forms import SnoozeForm
from tracker.quality.models import Finding
from tracker.quality.rules import BY_CODE

blueprint = Blueprint("quality", __name__, url_prefix="/data-quality")


def _scope() -> Any:
    return current_user.sees(Permission.QUALITY_VIEW, PostingSpan.organisation_id, Person.user_id)


@blueprint.get("")
@requires(Permission.QUALITY_VIEW)
def index() -> ResponseReturnValue:
    """Every rule, with how many records break it and for how long."""
    rules = board.rules(_scope(), lambda code: url_for(".rule", code=code))
    return render_template("quality/index.html", rules=rules, checked_on=queries.last_checked())


@blueprint.get("/<code>")
@requires(Permission.QUALITY_VIEW)
def rule(code: str) -> ResponseReturnValue:
    """The records that break one rule."""
    found = BY_CODE.get(code)
    if found is None:
        abort(404)
    snoozed = request.args.get("snoozed") == "yes"
    more: dict[str, Any] = {"code": code, "snoozed": "yes" if snoozed else None}
    page = board.findings(
        found, _scope(), request.args.get("page"), lambda at: url_for(".rule", page=at, **more), snoozed=snoozed
    )
    words = {"record_words": board.record_words, "detail_words": board.detail_words, "age": board.age}
    return render_template("quality/rule.html", rule=found, page=page, snoozed=snoozed, mend_href=_mend_href, **words)


def _mend_href(row: Any) -> str:
    """The page where the record is mended."""
    if row.placement_ref:
        return url_for("placements.show", ref=row.placement_ref)
    if row.journey_ref:
        return url_for("enrolment.show", ref=row.journey_ref)
    if row.person_ref:
        return url_for("person.show", ref=row.person_ref)
    return url_for("admin_reference.show", name="programmes")


@blueprint.route("/findings/<ref>/snooze", methods=["GET", "POST"])
@requires(Permission.QUALITY_SNOOZE, load=queries.finding)
def snooze(finding: Finding) -> ResponseReturnValue:
    """Put a finding off until a day, with the reason."""
    form = SnoozeForm(data={"version": finding.version})
    back, about = url_for(".rule", code=finding.rule), BY_CODE[finding.rule]
    if form.submitted():
        try:
            with transaction():
                form.check_version(finding.version, "this finding")
                assert form.until.data is not None  # the form asks for it
                services.snooze(finding, form.until.data, form.reason.data or "", by=current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("It will be shown again on that day", "success")
            return see_other(back)
    return render_template("quality/snooze.html", form=form, finding=finding, rule=about, back_href=back)
