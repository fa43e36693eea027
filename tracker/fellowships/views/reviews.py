"""Objectives of a placement and its mid-point review."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.fellowships import dossier
from tracker.fellowships.forms.placements import MarkForm, ObjectiveForm, ReviewForm
from tracker.fellowships.lifecycle import ObjectiveState
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import placements as queries
from tracker.fellowships.services import reviews
from tracker.fellowships.views import acting

blueprint = Blueprint("placement_reviews", __name__, url_prefix="/fellowships/placements/<path:ref>")


def _here(placement: Placement) -> str:
    return url_for("placements.show", ref=placement.ref)


@blueprint.route("/objectives/new", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_REVIEW, load=queries.placement)
def agree(placement: Placement) -> ResponseReturnValue:
    """Add an objective."""
    form = ObjectiveForm(data={"version": placement.journey.version})

    def act() -> object:
        assert form.agreed_on.data is not None  # the form asks for it
        return reviews.agree(placement, form.text.data, form.agreed_on.data, by=current_user)

    status = acting.attempt(form, act, placement)
    words = {"title": "Add an objective", "button": "Add objective", "lead": dossier.lead(placement)}
    return acting.answer(status, form, done="The objective is added", leads_to=_here(placement), **words)


@blueprint.route("/objectives/<int:number>", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_REVIEW, load=queries.objective)
def mark(of: queries.ObjectiveOf) -> ResponseReturnValue:
    """Say how far an objective is."""
    form = MarkForm(data={"version": of.placement.journey.version, "state": of.objective.state})
    status = acting.attempt(
        form, lambda: reviews.mark(of.objective, ObjectiveState(form.state.data), by=current_user), of.placement
    )
    words = {"title": "How far is the objective?", "button": "Save", "lead": of.objective.text}
    return acting.answer(status, form, done="The objective is marked", leads_to=_here(of.placement), **words)


@blueprint.route("/review", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_REVIEW, load=queries.placement)
def review(placement: Placement) -> ResponseReturnValue:
    """Record the mid-point review."""
    form = ReviewForm(data={"version": placement.journey.version, **dossier.reviewed(placement)})

    def act() -> object:
        assert form.held_on.data is not None  # the form asks for it
        well, change = form.going_well.data or "", form.to_change.data or ""
        return reviews.hold_review(placement, form.held_on.data, well, change, by=current_user)

    status = acting.attempt(form, act, placement)
    words = {"title": "Record the mid-point review", "button": "Save", "lead": dossier.lead(placement)}
    return acting.answer(status, form, done="The review is recorded", leads_to=_here(placement), **words)
