"""What fellow and host say of a placement that is over: by the link of a letter, and as it is read."""

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import answering
from tracker.accounts.permissions import Permission
from tracker.core.errors import DomainError
from tracker.core.web import public, requires, see_other, without_form_key
from tracker.fellowships import told
from tracker.fellowships.afterlife import Asked
from tracker.fellowships.forms.afterwards import EvaluationForm, FollowUpForm
from tracker.fellowships.models import Placement
from tracker.fellowships.queries.logs import placement
from tracker.fellowships.services import afterwards
from tracker.fellowships.services.afterwards import AFTERWARDS

blueprint = Blueprint("afterwards", __name__, url_prefix="/fellowships")


@blueprint.route("/afterwards/<token>", methods=["GET", "POST"])
@without_form_key("nobody is signed in; the link itself works once")
@public
def by_link(token: str) -> ResponseReturnValue:
    """Three questions. For whoever holds the link and knows the address it was sent to; opening it answers nothing."""
    found = afterwards.read_subject(answering.opened(AFTERWARDS, token).subject)
    if found is None:
        abort(404)
    placement, asked, side = found
    form = EvaluationForm() if asked is Asked.END else FollowUpForm(side)
    if form.submitted():
        try:
            with answering.answer(AFTERWARDS, token, form.address.data):
                name = afterwards.name_of(placement, side)
                afterwards.answer(placement, asked, side, told.said(form.data), name=name)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("Your answers are recorded", "success")
            return see_other(url_for("sign_off.thanks"))
    return render_template("fellowships/afterwards/questions.html", placement=placement, asked=asked, form=form)


@blueprint.get("/placements/<path:ref>/afterwards")
@requires(Permission.PLACEMENTS_VIEW, load=placement)
def show(placement: Placement) -> ResponseReturnValue:
    """What was said of a placement once it was over."""
    return render_template("fellowships/afterwards/answers.html", placement=placement, rows=told.rows(placement))
