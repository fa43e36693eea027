"""Programmes: which there are, what is said about them, and since when they count to the target."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.training import queries, services
from tracker.training.forms import DELIVERIES, ProgrammeForm
from tracker.training.models import Delivery, Programme
from tracker.training.services import Facts
from tracker.training.views import acting

blueprint = Blueprint("programmes", __name__, url_prefix="/training/programmes")


@blueprint.get("")
@requires(Permission.COHORTS_VIEW)
def index() -> ResponseReturnValue:
    """Every programme."""
    return render_template("training/programmes.html", programmes=queries.programmes())


@blueprint.get("/<code>")
@requires(Permission.COHORTS_VIEW, load=queries.programme)
def show(programme: Programme) -> ResponseReturnValue:
    """One programme, with its cohorts."""
    return render_template(
        "training/programme.html",
        programme=programme,
        history=queries.qualifications(programme)[::-1],
        cohorts=queries.cohorts_of(programme),
        delivery=DELIVERIES[programme.delivery or ""],
        may_edit=current_user.may(Permission.PROGRAMMES_EDIT),
    )


@blueprint.route("/<code>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMMES_EDIT, load=queries.programme)
def edit(programme: Programme) -> ResponseReturnValue:
    """Change what is said about a programme."""
    held = {name: getattr(programme, name) for name in Facts.__dataclass_fields__}
    form = ProgrammeForm(data={**held, "delivery": programme.delivery or "", "version": programme.version})

    def act() -> None:
        services.hold_programme(programme)
        form.check_version(programme.version, "this programme")
        services.change_programme(programme, _facts(form), by=current_user)

    status, here = acting.attempt(form, act), url_for(".show", code=programme.code)
    words = {"title": f"Change {programme.name}", "back_href": here, "form": form}
    return acting.answer(status, done="The programme is saved", leads_to=here, template="training/form.html", **words)


def _facts(form: ProgrammeForm) -> Facts:
    said = {name: (form[name].data or "").strip() for name in ("name", "provider", "kind", "level", "completion_rule")}
    delivery = Delivery(form.delivery.data) if form.delivery.data else None
    return Facts(length_days=form.length_days.data, delivery=delivery, **said)
