"""Skills: somebody's ratings, recording them, and how far people of a programme or a cohort came."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.forms import check_filters
from tracker.core.web import requires
from tracker.training import distances, queries, services
from tracker.training.forms import DistanceFilterForm, RatingForm, rating_form
from tracker.training.models import Enrolment, Moment, Rater
from tracker.training.views import acting

blueprint = Blueprint("skills", __name__)


@blueprint.get("/training/enrolments/<ref>/skills")
@requires(Permission.PEOPLE_VIEW, load=queries.enrolment)
def show(enrolment: Enrolment) -> ResponseReturnValue:
    """How somebody is rated, at the start and at the end, by themselves and by an assessor."""
    links = [
        (distances.title(rater, moment), url_for(".rate", ref=enrolment.ref, rater=rater, moment=moment))
        for rater in Rater
        for moment in Moment
        if current_user.may(permission_to_rate(rater), enrolment)
    ]
    return render_template(
        "training/skills.html", enrolment=enrolment, links=links, **distances.of_enrolment(enrolment)
    )


def permission_to_rate(rater: Rater) -> Permission:
    """What somebody must be allowed to record a rating: their own rating is also the person's to record."""
    return Permission.SKILLS_RATE if rater is Rater.SELF else Permission.EVENT_RECORD


@blueprint.route("/training/enrolments/<ref>/skills/<rater>/<moment>", methods=["GET", "POST"])
@requires(Permission.SKILLS_RATE, load=queries.rated)
def rate(of: queries.Rated) -> ResponseReturnValue:
    """Record how somebody is rated at one moment."""
    if not current_user.may(permission_to_rate(of.rater), of):
        abort(403)
    form = _form(of)
    here = url_for(".show", ref=of.enrolment.ref)
    return acting.answer(
        acting.attempt(form, lambda: _rate(of, form)),
        done="The ratings are recorded",
        leads_to=here,
        template="training/rate.html",
        form=form,
        title=distances.title(of.rater, of.moment),
        who=of.enrolment.person.name,
        back_href=here,
    )


def _form(of: queries.Rated) -> RatingForm:
    """The form of a rating, as what counts now has it."""
    asked = queries.expected_of(of.enrolment.person.id)
    opened = {"version": of.enrolment.journey.version, **of.opened(queries.ratings(of.enrolment.journey_id))}
    return rating_form(queries.framework(), asked.levels if asked else {})(data=opened)


def _rate(of: queries.Rated, form: RatingForm) -> None:
    """Record what the form says."""
    services.hold(of.enrolment)
    form.check_version(of.enrolment.journey.version, "these ratings")
    assert form.assessed_on.data is not None  # the form asks for it
    levels = {code: int(level) if level else None for code, level in form.levels().items()}
    services.rate(of.enrolment, of.rater, of.moment, form.assessed_on.data, levels, by=current_user)


@blueprint.get("/training/skills")
@requires(Permission.COHORTS_VIEW)
def distance() -> ResponseReturnValue:
    """How far people came in each skill, of everybody, a programme or a cohort."""
    programme, cohort = request.args.get("programme", ""), request.args.get("cohort", "")
    assessed, rose = queries.people_assessed(programme, cohort)
    programmes = {one.code: one.name for one in queries.programmes()}
    filters = DistanceFilterForm(programmes, programme)
    check_filters(filters)
    return render_template(
        "training/distance.html",
        rows=distances.of_many(queries.distances(programme, cohort)),
        filter_form=filters,
        about=cohort or programmes.get(programme, "All programmes"),
        assessed=assessed,
        rose=rose,
        clear_href=url_for(".distance"),
    )
