"""`/following`: whom and what one follows, and beginning and stopping it."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.web import requires, see_other
from tracker.following import queries, services
from tracker.following.forms import ButtonForm
from tracker.people import queries as people
from tracker.people.models import Person
from tracker.training import queries as training
from tracker.training.models import Cohort

blueprint = Blueprint("following", __name__, url_prefix="/following")


@blueprint.get("")
@requires()
def index() -> ResponseReturnValue:
    """Whom and what one follows."""
    followed = {
        "people": queries.followed_people(current_user),
        "cohorts": queries.followed_cohorts(current_user),
    }
    return render_template("following/index.html", **followed)


@blueprint.route("/people/<path:ref>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_VIEW, load=people.person)
def person(subject: Person) -> ResponseReturnValue:
    """Follow a person, or stop."""
    return _answer(subject, f"{subject.name}, {subject.ref}", url_for("person.show", ref=subject.ref))


@blueprint.route("/cohorts/<path:code>", methods=["GET", "POST"])
@requires(Permission.COHORTS_VIEW, load=training.cohort)
def cohort(subject: Cohort) -> ResponseReturnValue:
    """Follow a cohort, or stop."""
    return _answer(subject, f"the people of {subject.code}", url_for("cohorts.show", code=subject.code))


def _answer(subject: Person | Cohort, whom: str, back_href: str) -> ResponseReturnValue:
    form, is_followed = ButtonForm(), queries.follow_of(current_user, subject) is not None
    if form.submitted():
        stops = request.form.get("act") == "stop"
        with transaction():
            (services.stop_following if stops else services.follow)(current_user, subject)
        flash(f"You {'no longer follow' if stops else 'follow'} {whom}", "success")
        return see_other(back_href)
    return render_template("following/follow.html", form=form, whom=whom, is_followed=is_followed, back_href=back_href)
