"""Endorsements: what line manager and head of profession are asked and answer by link, and asking them again."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import answering
from tracker.accounts.permissions import Permission
from tracker.core.errors import DomainError
from tracker.core.web import public, requires, see_other, without_form_key
from tracker.training import queries, services
from tracker.training.forms import EndorseForm, EndorsementForm
from tracker.training.models import Endorser, Enrolment
from tracker.training.views import acting

blueprint = Blueprint("endorsing", __name__, url_prefix="/training")


@blueprint.route("/endorse/<token>", methods=["GET", "POST"])
@without_form_key("nobody is signed in; the link itself works once")
@public
def answer(token: str) -> ResponseReturnValue:
    """Say whether one endorses a nomination. For whoever holds the link that was sent to them."""
    link = answering.opened(services.ENDORSE, token)
    about = services.asked_by_link(link.subject)
    if about is None:
        abort(404)
    asked, enrolment = about
    form = EndorseForm(data={"address": ""})
    if form.submitted():
        try:
            with answering.answer(services.ENDORSE, token, form.address.data):
                services.answer_endorsement(asked, enrolment, form.agrees.data == "yes", form.remark.data or "")
            return see_other(url_for(".thanks"))
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template("training/endorse.html", form=form, asked=asked, enrolment=enrolment)


@blueprint.get("/endorsed")
@public
def thanks() -> ResponseReturnValue:
    """The answer is kept. Says nothing of whom, as anybody may open it."""
    return render_template("training/endorsed.html")


@blueprint.get("/enrolments/<ref>/endorsements")
@requires(Permission.ENROL, load=queries.enrolment)
def show(enrolment: Enrolment) -> ResponseReturnValue:
    """Who was asked, and what they answered."""
    return render_template(
        "training/endorsements.html",
        enrolment=enrolment,
        asked=queries.endorsements(enrolment.journey_id),
        answers=services.answers_of(enrolment),
    )


@blueprint.route("/enrolments/<ref>/endorsements/line-manager", methods=["GET", "POST"])
@requires(Permission.ENROL, load=queries.enrolment)
def ask_line_manager(enrolment: Enrolment) -> ResponseReturnValue:
    """Ask the line manager, once more or for the first time."""
    return _ask(enrolment, Endorser.LINE_MANAGER, "Ask the line manager")


@blueprint.route("/enrolments/<ref>/endorsements/head-of-profession", methods=["GET", "POST"])
@requires(Permission.ENROL, load=queries.enrolment)
def ask_head_of_profession(enrolment: Enrolment) -> ResponseReturnValue:
    """Ask the head of profession, once more or for the first time."""
    return _ask(enrolment, Endorser.HEAD_OF_PROFESSION, "Ask the head of profession")


def _ask(enrolment: Enrolment, endorser: Endorser, title: str) -> ResponseReturnValue:
    before = [one.email for one in queries.endorsements(enrolment.journey_id) if one.endorser is endorser]
    form = EndorsementForm(
        data={"version": enrolment.journey.version}, suggested={"email": before[0] if before else ""}
    )

    def act() -> None:
        services.hold(enrolment)
        services.ask_for_endorsement(enrolment, endorser, form.email.data or "", by=current_user)

    status, here = acting.attempt(form, act), url_for(".show", ref=enrolment.ref)
    words = {"form": form, "title": title, "button": "Send the email", "back_href": here}
    return acting.answer(status, done="The email is on its way", leads_to=here, template="training/form.html", **words)
