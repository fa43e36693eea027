"""Cohorts: which there are, who is on them, and making, changing and closing them."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.web import chosen, requires
from tracker.training import queries, rolls, services
from tracker.training.forms import CohortForm, ConfirmForm
from tracker.training.models import Cohort
from tracker.training.services import Plan
from tracker.training.views import acting

blueprint = Blueprint("cohorts", __name__, url_prefix="/training/cohorts")
DAYS_AND_SITES = ("code", "starts_on", "ends_on", "capacity", "provider", "host_site")


@blueprint.get("")
@requires(Permission.COHORTS_VIEW)
def index() -> ResponseReturnValue:
    """Cohorts, with how many people each has: those that go on, have ended, or begin soon and have places left."""
    soon = "yes" if request.args.get("soon") else None
    view = chosen("view", rolls.COHORT_VIEWS, next(iter(rolls.COHORT_VIEWS)))
    page = rolls.cohorts(
        request.args.get("page"),
        lambda number: url_for(".index", page=number, soon=soon, view=None if soon else view),
        "soon" if soon else view,
    )
    views = [
        {"text": words, "href": url_for(".index", view=name), "current": name == view and not soon}
        for name, words in rolls.COHORT_VIEWS.items()
    ]
    chips = [{"text": "Beginning soon with places left", "href": url_for(".index")}] if soon else []
    may_edit = current_user.may(Permission.COHORTS_EDIT)
    return render_template("training/cohorts.html", page=page, views=views, chosen=chips, may_edit=may_edit)


@blueprint.get("/<path:code>")
@requires(Permission.COHORTS_VIEW, load=queries.cohort)
def show(cohort: Cohort) -> ResponseReturnValue:
    """One cohort: its people by stage, its places, who is late, on a break or waiting."""
    may_edit = current_user.may(Permission.COHORTS_EDIT)
    return render_template(
        "training/cohort.html",
        cohort=cohort,
        roll=rolls.roll(cohort, today()),
        may_edit=may_edit,
        enrolments=url_for("enrolment.show", ref="-").removesuffix("-"),
        may_see_people=current_user.may(Permission.PEOPLE_VIEW),
        may_record=current_user.may(Permission.EVENT_RECORD),
        press=ConfirmForm(data={"version": cohort.version}) if may_edit else None,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.COHORTS_EDIT)
def add() -> ResponseReturnValue:
    """Make a cohort."""
    form = _form({"programme": request.args.get("programme", "")})
    status = acting.attempt(form, lambda: services.add_cohort(_plan(form), by=current_user))
    leads_to = url_for(".show", code=_code(form)) if status == 303 else ""
    words = {"title": "Add a cohort", "button": "Add the cohort", "back_href": url_for(".index")}
    return _answer(status, form, "The cohort is added", leads_to, words)


@blueprint.route("/<path:code>/edit", methods=["GET", "POST"])
@requires(Permission.COHORTS_EDIT, load=queries.cohort)
def edit(cohort: Cohort) -> ResponseReturnValue:
    """Change a cohort."""
    here = url_for(".show", code=cohort.code)
    form = _form({**_typed(vars(services.plan_of(cohort))), "version": cohort.version})

    def act() -> None:
        services.hold_cohort(cohort)
        form.check_version(cohort.version, "this cohort")
        services.change_cohort(cohort, _plan(form), by=current_user)

    status = acting.attempt(form, act)
    leads_to = url_for(".show", code=_code(form)) if status == 303 else ""
    return _answer(status, form, "The cohort is saved", leads_to, {"title": f"Change {cohort.code}", "back_href": here})


@blueprint.route("/<path:code>/copy", methods=["GET", "POST"])
@requires(Permission.COHORTS_EDIT, load=queries.cohort)
def copy(cohort: Cohort) -> ResponseReturnValue:
    """Make next year's run of a cohort: the same, a year later, with nobody on it yet."""
    form = _form(_typed(rolls.a_year_on(cohort)))
    status = acting.attempt(form, lambda: services.add_cohort(_plan(form), by=current_user))
    leads_to = url_for(".show", code=_code(form)) if status == 303 else ""
    words = {
        "title": f"Copy {cohort.code}",
        "button": "Add the copy",
        "back_href": url_for(".show", code=cohort.code),
        "hint": "The same a year later. People are not copied: the copy begins empty and open.",
    }
    return _answer(status, form, "The copy is added", leads_to, words)


@blueprint.route("/<path:code>/close", methods=["GET", "POST"])
@requires(Permission.COHORTS_EDIT, load=queries.cohort)
def close(cohort: Cohort) -> ResponseReturnValue:
    """Close a cohort, once nobody is left hanging in it; who is stands there."""
    form = ConfirmForm(data={"version": cohort.version})
    status = acting.attempt(form, lambda: services.close_cohort(cohort, by=current_user))
    return _closing(status, cohort, form, f"{cohort.code} is closed")


@blueprint.post("/<path:code>/reopen")
@requires(Permission.COHORTS_EDIT, load=queries.cohort)
def reopen(cohort: Cohort) -> ResponseReturnValue:
    """Let a closed cohort take people again."""
    form = ConfirmForm()
    status = acting.attempt(form, lambda: services.reopen_cohort(cohort, by=current_user))
    return _closing(status, cohort, form, f"{cohort.code} is open again")


def _closing(status: int, cohort: Cohort, form: ConfirmForm, done: str) -> ResponseReturnValue:
    here, left, page = url_for(".show", code=cohort.code), queries.unfinished(cohort), "training/close.html"
    return acting.answer(status, done=done, leads_to=here, template=page, cohort=cohort, left=left, form=form)


def _typed(held: dict[str, Any]) -> dict[str, Any]:
    """What a cohort is, as its form asks for it."""
    programme = next((one.code for one in queries.programmes() if one.id == held["programme_id"]), "")
    owner = next((one.ref for one in queries.managers() if one.id == held["owner_id"]), "")
    return {**{name: held[name] for name in DAYS_AND_SITES}, "programme": programme, "owner": owner}


def _form(opened: dict[str, Any]) -> CohortForm:
    return CohortForm(queries.programmes(), queries.managers(), data=opened)


def _code(form: CohortForm) -> str:
    return " ".join((form.code.data or "").split())


def _plan(form: CohortForm) -> Plan:
    """What was typed, as the service takes it."""
    programme = queries.programme(form.programme.data)
    assert programme is not None  # the form offers programmes that exist
    owner = next((one.id for one in queries.managers() if one.ref == form.owner.data), None)
    return Plan(
        code=_code(form),
        programme_id=programme.id,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        capacity=form.capacity.data,
        provider=(form.provider.data or "").strip(),
        host_site=(form.host_site.data or "").strip(),
        owner_id=owner,
    )


def _answer(status: int, form: CohortForm, done: str, leads_to: str, words: dict[str, str]) -> ResponseReturnValue:
    return acting.answer(status, done=done, leads_to=leads_to, template="training/form.html", form=form, **words)
