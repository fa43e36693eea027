"""`/organisations/changes`: changes in the machinery of government, recorded, looked at, completed and undone."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.admin.changes import queries, services, telling
from tracker.admin.changes.forms import PlaceForm, PlanForm, UndoForm
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.job import request_run
from tracker.core.web import requires, see_other
from tracker.organisations.models import Reorganisation, ReorganisationKind

blueprint = Blueprint("reorganisations", __name__, url_prefix="/organisations/changes")
COMPILE = "compile-figures"


@blueprint.get("")
@requires(Permission.ORGANISATIONS_CHANGE)
def index() -> ResponseReturnValue:
    """Every recorded change, the latest first."""
    return render_template("admin/changes/index.html", changes=telling.rows())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATIONS_CHANGE)
def new() -> ResponseReturnValue:
    """Record a change; what it would do is shown first."""
    form = PlanForm(data={"organisations": request.args.get("organisation", "")})
    shown, made = None, list[Reorganisation]()
    if form.submitted():
        shown = _previewed(form)
    if shown is not None and form.checked.data == telling.seal(shown, _plan(form)):
        done = _did(form, lambda: made.append(services.record(services.settle(_plan(form)), by=current_user)))
        shown = shown if done else None
    if made:
        flash("The change is recorded", "success")
        return see_other(url_for(".show", ref=made[0].ref))
    form.checked.data = telling.seal(shown, _plan(form)) if shown else ""
    return render_template("admin/changes/new.html", form=form, shown=shown)


def _plan(form: PlanForm) -> services.Plan:
    assert form.effective_on.data is not None  # the form asks for it
    fields = (form.organisations, form.successors, form.new_names, form.parents, form.note)
    return services.Plan(
        ReorganisationKind(form.kind.data), form.effective_on.data, *((field.data or "").strip() for field in fields)
    )


def _previewed(form: PlanForm) -> services.Preview | None:
    try:
        return services.preview(_plan(form), by=current_user)
    except DomainError as refusal:
        form.refuse(refusal)
        return None


def _did(form: BaseForm, act: Callable[[], object]) -> bool:
    """Do the act and have the figures compiled, or show the refusal on the form."""
    try:
        with transaction():
            act()
            request_run(COMPILE)
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


@blueprint.get("/<ref>")
@requires(Permission.ORGANISATIONS_CHANGE, load=queries.change)
def show(made: Reorganisation) -> ResponseReturnValue:
    """What a change did, and who waits to be placed."""
    may_place = current_user.may(Permission.PEOPLE_TRANSFER)
    waiting = queries.count_unplaced(made)
    return render_template(
        "admin/changes/show.html",
        change=telling.row(made, waiting),
        made=made,
        waiting=waiting,
        may_place=may_place,
        roles_left=telling.roles_left(made),
    )


@blueprint.route("/<ref>/place", methods=["GET", "POST"])
@requires(Permission.PEOPLE_TRANSFER, load=queries.standing_change)
def place(made: Reorganisation) -> ResponseReturnValue:
    """Place people whom the change left without an organisation."""
    form = PlaceForm()
    form.offer(*telling.choices(made))
    if form.submitted() and _did(form, lambda: _place(made, form)):
        flash("They are placed", "success")
        return see_other(url_for(".show" if not queries.count_unplaced(made) else ".place", ref=made.ref))
    waiting = queries.count_unplaced(made)
    return render_template(
        "admin/changes/place.html", form=form, change=telling.row(made, waiting), made=made, waiting=waiting
    )


def _place(made: Reorganisation, form: PlaceForm) -> int:
    return services.place(made, form.people.data or [], form.organisation.data, by=current_user)


@blueprint.route("/<ref>/undo", methods=["GET", "POST"])
@requires(Permission.ORGANISATIONS_CHANGE, load=queries.standing_change)
def undo(made: Reorganisation) -> ResponseReturnValue:
    """Take a change back."""
    form = UndoForm()
    reason = form.reason.data or ""
    if form.submitted() and _did(form, lambda: services.undo(made, reason=reason, by=current_user)):
        flash("The change is undone: everything is as it was before", "success")
        return see_other(url_for(".index"))
    return render_template("admin/changes/undo.html", form=form, change=telling.row(made, 0), made=made)
