"""`/training/breaks`: breaks whose day has passed, each in one queue, each answered by one press."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.clock import days_from_now, london_day, today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.text import format_day
from tracker.core.web import requires, see_other
from tracker.people.models import Person, PostingSpan
from tracker.training import pauses, queries, services
from tracker.training.models import Enrolment
from tracker.training.services import answers

blueprint = Blueprint("breaks", __name__, url_prefix="/training/breaks")
SOON_DAYS = 30


@blueprint.get("")
@requires(Permission.EVENT_RECORD)
def index() -> ResponseReturnValue:
    """The queues of breaks whose day has passed, and those that end soon."""
    scope = current_user.sees(Permission.EVENT_RECORD, PostingSpan.organisation_id, Person.user_id)
    overdue = queries.overdue_breaks(today(), scope)
    owner = request.args.get("owner", "")
    shown = [pause for pause in overdue if owner in ("", pause.owner)]
    soon = queries.breaks_ending(today(), london_day(days_from_now(SOON_DAYS)), scope)
    return render_template(
        "training/breaks.html",
        rows=pauses.rows(shown, today()),
        soon=pauses.rows(soon, today()),
        tabs=pauses.queues(overdue, owner, lambda whose: url_for(".index", owner=whose or None)),
        form_for=lambda pause: BaseForm(data={"version": pause.version}),
        soon_days=SOON_DAYS,
        owner=owner,
    )


@blueprint.post("/<ref>/returned")
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def returned(enrolment: Enrolment) -> ResponseReturnValue:
    """They returned as they had promised."""
    return _answer(enrolment, answers.returned, "{name} returned on {day}")


@blueprint.post("/<ref>/extended")
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def extended(enrolment: Enrolment) -> ResponseReturnValue:
    """They stay away for longer."""
    return _answer(enrolment, answers.extended, "{name}’s break is extended to {day}")


@blueprint.post("/<ref>/withdrawn")
@requires(Permission.EVENT_RECORD, load=queries.enrolment)
def withdrawn(enrolment: Enrolment) -> ResponseReturnValue:
    """They did not return."""
    return _answer(enrolment, answers.withdrawn, "{name} withdrew on {day}")


def _answer(enrolment: Enrolment, act: Callable[..., date], words: str) -> ResponseReturnValue:
    """Record an answer, once, to the break as it was shown; and back to the queue."""
    form, name = BaseForm(), enrolment.person.name
    user: User = current_user._get_current_object()
    try:
        with transaction():
            services.hold(enrolment)
            form.check_version(enrolment.journey.version, f"the break of {name}")
            day = act(enrolment, by=user)
    except DomainError as refusal:
        flash(refusal.message, "error")
    else:
        flash(
            f"{words.format(name=name, day=format_day(day))}. If it was otherwise, correct it on their page", "success"
        )
    return see_other(url_for(".index", owner=request.args.get("owner")))
