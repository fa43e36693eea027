"""“What would it take?”: asked with GET, so that the answer can be shared by its address."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import Permission
from tracker.core.metric import Metric
from tracker.core.web import requires
from tracker.progress import gallery
from tracker.progress.addresses import about
from tracker.progress.figures import Scope
from tracker.progress.forms import ScenarioForm
from tracker.progress.ground import Ground, Question, gather
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.scenario import Answer, answer
from tracker.progress.structure import load_structure
from tracker.progress.supposing import Basis, basis_of, check, offer
from tracker.progress.views.files import not_drawn, scope_of
from tracker.progress.views.pages import metric, reader
from tracker.progress.workshop import NotMade

blueprint = Blueprint("progress_scenario", __name__, url_prefix="/progress/figures/<code>/scenario")
blueprint.register_error_handler(NotMade, not_drawn)


@blueprint.errorhandler(NotCompiled)
def not_compiled(_: NotCompiled) -> ResponseReturnValue:
    """Without a compiled day there is nothing to stand beside."""
    return render_template("progress/not_compiled.html")


@dataclass(frozen=True)
class Asked:
    """What the address asks about. Without a forecast there is no basis."""

    form: ScenarioForm
    metric: Metric
    scope: Scope
    ground: Ground
    basis: Basis | None

    @property
    def is_in_order(self) -> bool:
        """Whether what is supposed can be."""
        return self.basis is not None and check(self.form, self.basis)

    def answered(self) -> Answer | None:
        """The scenario, where something is supposed."""
        assert self.basis is not None  # as it is in order
        return answer(self.ground, self.basis, self.form) if self.form.supposes else None


def asked_for(code: str) -> Asked:
    """Read the address, about a figure that is forecast and a scope within reach; no such page otherwise.

    A day, an instant or an organisation that cannot be answers as on the other pages of figures.
    """
    form, counted = ScenarioForm(request.args), metric(code)
    if counted.leading is None:
        abort(404)
    where = (form.as_at, form.known_at, form.structure, form.organisation, form.bodies, form.size)
    if not all(field.validate(form) for field in where):
        abort(400, form.first_error)
    structure = load_structure()
    scope = scope_of(structure, form)
    ground = gather(structure, Question([counted], [], [scope], []), form.asked(), reader())
    outlook = ground.outlooks.get((counted.code, scope))
    basis = basis_of(counted, counted.leading, scope, outlook) if outlook and outlook.is_current else None
    if basis is not None:
        offer(form, basis)
    return Asked(form, counted, scope, ground, basis)


@blueprint.get("")
@requires(Permission.PROGRESS_VIEW)
def show(code: str) -> ResponseReturnValue:
    """The question, and the answer beside the forecast."""
    asked = asked_for(code)
    told, status, failed = None, 200, False
    if asked.basis is not None and not asked.is_in_order:
        status = 400
    elif asked.basis is not None:
        try:
            told = asked.answered()
        except NotMade:
            status, failed = 503, True
    page = {"asked": asked, "basis": asked.basis, "answer": told, "failed": failed}
    return render_template("progress/scenario.html", form=asked.form, **page), status


@blueprint.get("/charts/<key>.<any(svg, png):kind>")
@requires(Permission.PROGRESS_VIEW)
def drawing(code: str, key: str, kind: str) -> ResponseReturnValue:
    """The drawing of a scenario beside the forecast; where there is none, the page says why."""
    settings, asked = current_app.config["TRACKER"], asked_for(code)
    shown = f"scenario {about(asked.metric, asked.scope)}"
    picture = gallery.kept(settings, shown, key, kind)
    if picture is None:
        told = asked.answered() if asked.is_in_order else None
        if told is None:
            page = url_for("progress_scenario.show", code=code)
            return redirect(f"{page}?{request.query_string.decode()}")
        chart = told.charts[asked.form.chosen_size]
        if chart.key() != key:
            return redirect(told.address(asked.form.chosen_size, kind))
        picture = gallery.drawing(settings, shown, chart, kind)
    return Response(picture, mimetype=gallery.KINDS[kind])
