"""Cohorts: which there are, and where their people stand."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.training import queries, rolls
from tracker.training.models import Cohort

blueprint = Blueprint("cohorts", __name__, url_prefix="/training/cohorts")


@blueprint.get("")
@requires(Permission.COHORTS_VIEW)
def index() -> ResponseReturnValue:
    """Every cohort, with how many people it has."""
    page = rolls.cohorts(request.args.get("page"), lambda number: url_for(".index", page=number))
    return render_template("training/cohorts.html", page=page)


@blueprint.get("/<path:code>")
@requires(Permission.COHORTS_VIEW, load=queries.cohort)
def show(cohort: Cohort) -> ResponseReturnValue:
    """One cohort, with how many of its people stand at each stage; each number opens the list of them."""
    return render_template(
        "training/cohort.html",
        cohort=cohort,
        rows=rolls.by_stage(cohort, lambda stage: url_for("people.index", cohort=cohort.code, stage=stage)),
    )
