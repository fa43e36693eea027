"""Joining and leaving the waiting list of a cohort."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.training import queries, services
from tracker.training.forms import ConfirmForm
from tracker.training.models import Enrolment
from tracker.training.views import acting

blueprint = Blueprint("waiting", __name__, url_prefix="/training/enrolments/<ref>/waiting-list")


@blueprint.route("/join", methods=["GET", "POST"])
@requires(Permission.COHORTS_EDIT, load=queries.enrolment)
def join(enrolment: Enrolment) -> ResponseReturnValue:
    """Put somebody at the end of the waiting list of their cohort."""
    form, code = ConfirmForm(data={"version": enrolment.journey.version}), enrolment.cohort.code

    def act() -> None:
        services.hold(enrolment)
        services.join_waiting_list(enrolment, by=current_user)

    return _answer(
        enrolment,
        form,
        acting.attempt(form, act),
        title=f"Put {enrolment.person.name} on the waiting list?",
        consequence=f"They come last on the waiting list of {code}, and move up as places become free.",
        button="Put on the waiting list",
    )


@blueprint.route("/leave", methods=["GET", "POST"])
@requires(Permission.COHORTS_EDIT, load=queries.enrolment)
def leave(enrolment: Enrolment) -> ResponseReturnValue:
    """Take somebody off the waiting list; those behind move up."""
    form, code = ConfirmForm(data={"version": enrolment.journey.version}), enrolment.cohort.code

    def act() -> None:
        services.hold(enrolment)
        services.leave_waiting_list(enrolment, by=current_user)

    return _answer(
        enrolment,
        form,
        acting.attempt(form, act),
        title=f"Take {enrolment.person.name} off the waiting list?",
        consequence=f"They lose their place in the row for {code}. Their enrolment stays as it is.",
        button="Take off the waiting list",
    )


def _answer(enrolment: Enrolment, form: ConfirmForm, status: int, **words: str) -> ResponseReturnValue:
    here = url_for("cohorts.show", code=enrolment.cohort.code)
    words |= {"template": "training/confirm.html", "back_href": here}
    return acting.answer(status, done="The waiting list is saved", leads_to=here, form=form, **words)
