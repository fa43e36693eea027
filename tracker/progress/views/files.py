"""What is taken away from the progress pages: the table by organisation as a file, and the drawings of charts."""

from flask import Blueprint, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.progress import gallery, pages, questions
from tracker.progress.addresses import about
from tracker.progress.asked import Asked
from tracker.progress.exports import FORMATS
from tracker.progress.figures import Scope
from tracker.progress.forms import ScopeForm
from tracker.progress.ground import Picture, Question, gather, picture
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.structure import Structure, load_structure
from tracker.progress.table import chosen_sort, sheet
from tracker.progress.views.pages import metric, reader
from tracker.progress.workshop import NotMade

blueprint = Blueprint("progress_files", __name__, url_prefix="/progress")


def scope_of(structure: Structure, form: ScopeForm) -> Scope:
    """The scope an address names, if the reader's authority reaches it; no such thing otherwise."""
    scope = form.scope(structure)
    if not reader().sees(scope):
        abort(404)
    return scope


def read_form() -> ScopeForm:
    """What the address asks for, if it asks for what can be."""
    form = ScopeForm(request.args)
    if not form.validate():
        abort(400, form.first_error)
    return form


@blueprint.get("/figures/<code>/organisations.<form>")
@requires(Permission.PROGRESS_VIEW)
def table(code: str, form: str) -> ResponseReturnValue:
    """The table of a figure by organisation, as a file."""
    if form not in FORMATS:
        abort(404)
    structure, wanted = load_structure(), read_form()
    question = questions.by_organisation(structure, reader(), wanted.asked(), metric(code), scope_of(structure, wanted))
    page = pages.compose(structure, question, wanted.asked(), reader(), chosen_sort(request.args.get("sort")))
    if page.table is None:
        abort(404)
    write, kind = FORMATS[form]
    headers = {"Content-Disposition": f"attachment; filename={code}.{page.as_at.isoformat()}.{form}"}
    return Response(write(sheet(page.table, pages.notes(page))), content_type=kind, headers=headers)


@blueprint.errorhandler(NotMade)
def not_drawn(_: NotMade) -> ResponseReturnValue:
    """No picture now; the numbers stand in the table beside it."""
    return Response("The chart cannot be drawn at the moment.\n", 503, mimetype="text/plain")


@blueprint.errorhandler(NotCompiled)
def not_compiled(_: NotCompiled) -> ResponseReturnValue:
    """Nothing to take away yet."""
    abort(404)


@blueprint.get("/charts/<key>.<any(svg, png):kind>")
@requires(Permission.PROGRESS_VIEW)
def drawing(key: str, kind: str) -> ResponseReturnValue:
    """The drawing of a chart; one that is not kept is made by a process that ends afterwards."""
    settings, wanted = current_app.config["TRACKER"], read_form()
    structure = load_structure()
    shown, scope = metric(wanted.figure.data or ""), scope_of(structure, wanted)
    drawn = gallery.kept(settings, about(shown, scope), key, kind)
    if drawn is None:
        told = _picture(structure, Question([shown], [], [scope], []), wanted.asked())
        chart = told.charts[wanted.chosen_size]
        if chart.key() != key:
            return redirect(told.address(wanted.chosen_size, kind))
        drawn = gallery.drawing(settings, about(shown, scope), chart, kind)
    return Response(drawn, mimetype=gallery.KINDS[kind])


def _picture(structure: Structure, question: Question, asked: Asked) -> Picture:
    ground = gather(structure, question, asked, reader())
    return picture(ground, ground.facts(question.leading[0], question.homes[0]))
