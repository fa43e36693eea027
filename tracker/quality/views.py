"""Findings: rule, how many, how old, and the way to the page that mends each."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.accounts.queries import user as user_with
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.people.models import Person, PostingSpan
from tracker.quality import board, queries, services
from tracker.quality.forms import OwnerForm, SnoozeForm
from tracker.quality.metrics import code_of
from tracker.quality.models import Finding
from tracker.quality.rules import BY_CODE

blueprint = Blueprint("quality", __name__, url_prefix="/data-quality")


def _scope() -> Any:
    return current_user.sees(Permission.QUALITY_VIEW, PostingSpan.organisation_id, Person.user_id)


@blueprint.get("")
@requires(Permission.QUALITY_VIEW)
def index() -> ResponseReturnValue:
    """The rules that records break, with how many do and for how long; and those that none breaks."""
    rules = board.overview(_scope(), lambda code: url_for(".rule", code=code))
    return render_template("quality/index.html", rules=rules, checked_on=queries.last_checked())


@blueprint.get("/mine")
@requires(Permission.QUALITY_VIEW)
def mine() -> ResponseReturnValue:
    """The findings that one looks after."""
    page = board.given(current_user, _scope(), request.args.get("page"), lambda at: url_for(".mine", page=at))
    return render_template("quality/mine.html", page=page, mend_href=_mend_href, **_words())


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
    return render_template(
        "quality/rule.html",
        rule=found,
        page=page,
        snoozed=snoozed,
        trend=board.trends(_scope())[code],
        figure=code_of(found) if found.is_about_somebody else None,
        mend_href=_mend_href,
        **_words(),
    )


def _words() -> dict[str, Any]:
    """What tables of findings say of each."""
    return {
        "record_words": board.record_words,
        "detail_words": board.detail_words,
        "owner_words": board.owner_words,
        "title_of": board.title_of,
        "age": board.age,
    }


def _mend_href(row: Any) -> str:
    """The page where the record is mended, or the nearest to it that one may open."""
    if row.placement_ref:
        return url_for("placements.show", ref=row.placement_ref)
    if row.vacancy_ref:
        return url_for("vacancies.show", ref=row.vacancy_ref)
    mend = BY_CODE[row.rule].mend
    if mend == "enrolment":
        return url_for("enrolment.show", ref=row.journey_ref)
    if mend == "pair" and current_user.may(Permission.PEOPLE_MERGE):
        return url_for("identity.compare", ref=row.subject)
    if mend == "posting" and current_user.may(Permission.PEOPLE_TRANSFER):
        return url_for("person.transfer", ref=row.person_ref)
    if row.person_ref:
        return url_for("person.show", ref=row.person_ref)
    if mend == "cohort":
        may_edit = current_user.may(Permission.COHORTS_EDIT)
        return url_for("cohorts.edit" if may_edit else "cohorts.show", code=row.cohort)
    may_edit = current_user.may(Permission.PROGRAMMES_EDIT)
    return url_for("programmes.edit" if may_edit else "programmes.show", code=row.programme)


@blueprint.route("/findings/<ref>/owner", methods=["GET", "POST"])
@requires(Permission.QUALITY_SNOOZE, load=queries.finding)
def owner(finding: Finding) -> ResponseReturnValue:
    """Say who looks after a finding."""
    named = queries.owner_of(finding)
    form = OwnerForm(board.owners(finding), {"version": finding.version, "owner": named.ref if named else ""})
    back, about = url_for(".rule", code=finding.rule), BY_CODE[finding.rule]
    if form.submitted():
        try:
            with transaction():
                form.check_version(finding.version, "this finding")
                services.give(finding, user_with(form.owner.data or ""), by=current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("It is said who looks after it", "success")
            return see_other(back)
    return render_template("quality/owner.html", form=form, finding=finding, rule=about, back_href=back), form.status


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
    return render_template("quality/snooze.html", form=form, finding=finding, rule=about, back_href=back), form.status
