"""Organisations beside each other: up to four at an address of their own, or all in small charts on one scale."""

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.progress import gallery, questions
from tracker.progress.asked import TODAY
from tracker.progress.charts import SIZES
from tracker.progress.comparing import Comparison, about, address_of, compare, panels
from tracker.progress.figures import Scope
from tracker.progress.forms import AddForm, CompareForm, MeasureForm
from tracker.progress.pages import compose
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.rates import has_rates
from tracker.progress.registry import METRICS
from tracker.progress.structure import Structure, load_structure
from tracker.progress.table import chosen_sort
from tracker.progress.views.files import not_drawn
from tracker.progress.views.pages import metric, reader
from tracker.progress.workshop import NotMade

blueprint = Blueprint("progress_compare", __name__, url_prefix="/progress")
blueprint.register_error_handler(NotMade, not_drawn)


@blueprint.errorhandler(NotCompiled)
def not_compiled(_: NotCompiled) -> ResponseReturnValue:
    """Without a compiled day there is no usual day."""
    return render_template("progress/not_compiled.html")


@blueprint.get("/compare")
@requires(Permission.PROGRESS_VIEW)
def show() -> ResponseReturnValue:
    """Up to four organisations beside each other."""
    form, structure = CompareForm(request.args), load_structure()
    is_right = form.validate()
    scopes = _chosen(structure, form)
    told = _compared(structure, form, scopes) if is_right and scopes else None
    page = render_template(
        "progress/compare.html",
        form=form,
        told=told,
        chosen=[{"text": scope.name, "href": _without(form, scope)} for scope in scopes],
        another=_another(structure, form, scopes),
    )
    return page, 200 if is_right else 400


@blueprint.get("/compare/charts/<key>.<any(svg, png):kind>")
@requires(Permission.PROGRESS_VIEW)
def drawing(key: str, kind: str) -> ResponseReturnValue:
    """The drawing of a comparison; one that is not kept is made by a process that ends afterwards."""
    settings, form, structure = current_app.config["TRACKER"], CompareForm(request.args), load_structure()
    size = request.args.get("size", "wide")
    if not form.validate() or size not in SIZES:
        abort(400, form.first_error)
    scopes = _chosen(structure, form) or abort(404)
    shown = about(METRICS[form.figure.data], scopes, form.by.data)
    drawn = gallery.kept(settings, shown, key, kind)
    if drawn is None:
        told = _compared(structure, form, scopes)
        if told.charts[size].key() != key:
            return redirect(told.address(size, kind))
        drawn = gallery.drawing(settings, shown, told.charts[size], kind)
    return Response(drawn, mimetype=gallery.KINDS[kind])


@blueprint.get("/figures/<code>/side-by-side")
@requires(Permission.PROGRESS_VIEW)
def side_by_side(code: str) -> ResponseReturnValue:
    """A figure of every organisation within reach, in small charts on one scale."""
    shown, form = metric(code), MeasureForm(request.args)
    if not form.validate():
        return render_template("progress/wrong.html", form=form), 400
    structure, asked, sort = load_structure(), form.asked(), chosen_sort(request.args.get("sort"))
    page = compose(structure, questions.one_figure(structure, reader(), asked, shown), asked, reader(), sort)
    if page.table is None:
        return redirect(url_for("progress.figure", code=code, **asked.address))
    by = form.by.data if has_rates(shown) else ""
    return render_template("progress/side_by_side.html", form=form, page=page, told=panels(page.table, by), by=by)


def _chosen(structure: Structure, form: CompareForm) -> list[Scope]:
    """The organisations asked for with the bodies under them, if all are within reach; no such page otherwise."""
    today = form.structure.data == TODAY
    scopes = [questions.with_bodies(structure, slug, today=today) for slug in form.slugs]
    if not all(scope.organisation_id and reader().sees(scope) for scope in scopes):
        abort(404)
    return scopes


def _compared(structure: Structure, form: CompareForm, scopes: list[Scope]) -> Comparison:
    return compare(structure, METRICS[form.figure.data], scopes, form.by.data, form.asked(), reader())


def _without(form: CompareForm, scope: Scope) -> str:
    """The address of the same comparison without one of its organisations."""
    kept = [slug for slug in form.slugs if slug != scope.slug]
    if form.errors and set(form.errors) != {"organisations"}:
        return url_for(".show", organisation=kept)
    return url_for(".show", **address_of(METRICS[form.figure.data], kept, form.by.data, form.asked()))


def _another(structure: Structure, form: CompareForm, scopes: list[Scope]) -> AddForm:
    """The list of those within reach that are not compared yet."""
    adding, taken = AddForm(), {scope.slug for scope in scopes}
    within = questions.rows(structure, reader(), today=form.structure.data == TODAY)
    adding.another.choices = [("", "None"), *((one.slug, one.name) for one in within if one.slug not in taken)]
    adding.another.errors = form.organisations.errors
    return adding
