"""Follow-ups: three questions answered by a link, without an account, and what was answered."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import answering
from tracker.accounts.permissions import Permission
from tracker.core.errors import DomainError
from tracker.core.web import public, requires, see_other, without_form_key
from tracker.training import queries, services
from tracker.training.forms import USES, FollowUpForm
from tracker.training.models import Enrolment, Use

blueprint = Blueprint("follow_ups", __name__, url_prefix="/training")


@blueprint.route("/follow-up/<token>", methods=["GET", "POST"])
@without_form_key("nobody is signed in; the link itself works once")
@public
def answer(token: str) -> ResponseReturnValue:
    """Say what came of the training. For whoever holds the link that was sent to them."""
    link = answering.opened(services.FOLLOW_UP, token)
    about = services.asked_about(link.subject)
    if about is None:
        abort(404)
    asked, enrolment = about
    form = FollowUpForm(data={"address": ""})
    if form.submitted():
        said = services.Answer(Use(form.uses.data), form.in_role.data == "yes", form.remark.data or "")
        try:
            with answering.answer(services.FOLLOW_UP, token, form.address.data):
                services.answer_follow_up(asked, enrolment, said)
            return see_other(url_for("endorsing.thanks"))
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template("training/follow_up.html", form=form, asked=asked, enrolment=enrolment)


@blueprint.get("/enrolments/<ref>/follow-ups")
@requires(Permission.PEOPLE_VIEW, load=queries.enrolment)
def show(enrolment: Enrolment) -> ResponseReturnValue:
    """What somebody was asked after completing, and what they answered."""
    asked = queries.follow_ups(enrolment.journey_id)
    return render_template("training/follow_ups.html", enrolment=enrolment, asked=asked, uses=USES)
