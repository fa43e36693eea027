"""Schemes and rounds, hosts and their answers, projects."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.fellowships import market, skills
from tracker.fellowships.forms.offers import AnswerForm, CloseForm, ProjectForm, RoundForm, number_of
from tracker.fellowships.lifecycle import HostAnswer
from tracker.fellowships.models import Project, Scheme
from tracker.fellowships.queries import offers as queries
from tracker.fellowships.queries.offers import Hosting
from tracker.fellowships.services import changes, offers
from tracker.fellowships.services.offers import Offered, Round
from tracker.fellowships.views import acting

blueprint = Blueprint("fellow_offers", __name__, url_prefix="/fellowships")


@blueprint.get("/schemes")
@requires(Permission.PROJECTS_VIEW)
def schemes() -> ResponseReturnValue:
    """Every scheme with its rounds, places wanted and filled."""
    may_edit = current_user.may(Permission.PLACEMENTS_RECORD)
    return render_template("fellowships/offers/schemes.html", rows=market.scheme_rows(), may_edit=may_edit)


@blueprint.route("/schemes/<code>/rounds", methods=["GET", "POST"])
@requires(Permission.PLACEMENTS_RECORD, load=queries.scheme)
def keep_round(scheme: Scheme) -> ResponseReturnValue:
    """Add a round to a scheme, or change one."""
    form = RoundForm()

    def act() -> object:
        said = Round(form.name.data or "", form.opens_on.data, form.closes_on.data, number_of(form.places.data))
        return offers.keep_round(scheme, said, by=current_user)

    words = {"title": "Add or change a round", "button": "Save round", "lead": scheme.name}
    return acting.answer(
        acting.attempt(form, act), form, done="The round is saved", leads_to=url_for(".schemes"), **words
    )


@blueprint.get("/hosts")
@requires(Permission.HOSTING_ANSWER)
def hosts() -> ResponseReturnValue:
    """Which organisations can host this year."""
    year = market.year_words(market.this_year())
    return render_template("fellowships/offers/hosts.html", rows=market.host_rows(current_user), year=year)


@blueprint.route("/hosts/<slug>", methods=["GET", "POST"])
@requires(Permission.HOSTING_ANSWER, load=queries.hosting)
def answer(host: Hosting) -> ResponseReturnValue:
    """Say whether an organisation can host this year."""
    form, year = AnswerForm(data=market.answered(host)), market.this_year()

    def act() -> object:
        said, why = HostAnswer(form.answer.data), form.reason.data or ""
        return offers.answer(host.organisation, year, said, why, by=current_user)

    lead = f"{host.organisation.name}, financial year {market.year_words(year)}"
    words = {"title": "Can you host fellows?", "button": "Save", "lead": lead}
    return acting.answer(
        acting.attempt(form, act), form, done="The answer is saved", leads_to=url_for(".hosts"), **words
    )


@blueprint.get("/projects")
@requires(Permission.PROJECTS_VIEW)
def projects() -> ResponseReturnValue:
    """The projects on offer."""
    may_edit = current_user.may(Permission.PROJECTS_EDIT)
    return render_template(
        "fellowships/offers/projects.html", rows=market.project_rows(current_user), may_edit=may_edit
    )


@blueprint.get("/projects/<ref>")
@requires(Permission.PROJECTS_VIEW, load=queries.project)
def project(project: Project) -> ResponseReturnValue:
    """One project, as a fellow would see it."""
    may_edit = current_user.may(Permission.PROJECTS_EDIT) and current_user.may(Permission.PROJECTS_EDIT, project)
    return render_template("fellowships/offers/project.html", **market.of_project(project), may_edit=may_edit)


def _project_form(data: dict[str, object]) -> ProjectForm:
    return ProjectForm(market.scheme_choices(), queries.regions(), skills.framework(), data=data)


def _offered(form: ProjectForm) -> Offered:
    scheme = queries.scheme(form.scheme.data)
    assert scheme is not None  # the form offers schemes that exist
    assert form.starts_on.data is not None  # the form asks for both days
    assert form.ends_on.data is not None
    email = (form.supervisor_email.data or "").strip()
    return Offered(
        scheme=scheme,
        title=form.title.data or "",
        description=form.description.data or "",
        capacity=number_of(form.capacity.data) or 0,
        fte=float(form.fte.data or 0),
        region=queries.region(form.region.data),
        location=form.location.data or "",
        supervisor=changes.named_supervisor(email, form.supervisor_name.data or "", "supervisor_email"),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        skills=form.skills.data or [],
    )


@blueprint.route("/hosts/<slug>/projects/new", methods=["GET", "POST"])
@requires(Permission.PROJECTS_EDIT, load=queries.hosting)
def open_project(host: Hosting) -> ResponseReturnValue:
    """Offer a project."""
    form = _project_form({})
    words = {"title": "Offer a project", "button": "Offer project", "lead": host.organisation.name}
    status = acting.attempt(form, lambda: offers.open_project(host.organisation, _offered(form), by=current_user))
    return acting.answer(status, form, done="The project is on offer", leads_to=url_for(".projects"), **words)


@blueprint.route("/projects/<ref>/edit", methods=["GET", "POST"])
@requires(Permission.PROJECTS_EDIT, load=queries.project)
def change_project(project: Project) -> ResponseReturnValue:
    """Change what a project says of itself."""
    form, version = _project_form(market.opened_project(project)), project.version

    def act() -> None:
        form.check_version(version, "this project")
        offers.change_project(project, _offered(form), by=current_user)

    words = {"title": "Change the project", "button": "Save project", "lead": project.organisation.name}
    here = url_for(".project", ref=project.ref)
    return acting.answer(acting.attempt(form, act), form, done="The project is changed", leads_to=here, **words)


@blueprint.route("/projects/<ref>/close", methods=["GET", "POST"])
@requires(Permission.PROJECTS_EDIT, load=queries.project)
def close_project(project: Project) -> ResponseReturnValue:
    """Offer a project no more."""
    form = CloseForm()
    words = {"title": "Close the project", "button": "Close project", "warning": True}
    lead = f"‘{project.title}’ will be offered no more. Who is on it stays."
    status = acting.attempt(form, lambda: offers.close_project(project, by=current_user))
    here = url_for(".project", ref=project.ref)
    return acting.answer(status, form, done="The project is closed", leads_to=here, lead=lead, **words)
