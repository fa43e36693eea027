"""`/progress/briefing`: what is taken to a meeting, as a page and as PDF, and every figure as a workbook and as CSV."""

import json
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.progress import documents, questions, taken
from tracker.progress.addresses import ORGANISATION
from tracker.progress.briefing import brief, question_of
from tracker.progress.figures import ALL, Scope
from tracker.progress.forms import BriefingForm
from tracker.progress.fragments import Part, finished
from tracker.progress.queries import state
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.structure import Structure, load_structure
from tracker.progress.taken import Taken
from tracker.progress.views.pages import once, reader
from tracker.progress.workshop import NotMade

blueprint = Blueprint("briefings", __name__, url_prefix="/progress")
CSVW = "application/csvm+json"


def _scope(structure: Structure, form: BriefingForm) -> Scope:
    """Whose briefing is asked for, if the reader's authority reaches it; no such page otherwise.

    Where none is named, all government, or the first of what the reader answers for.
    """
    viewer = reader()
    if not form.organisation.data and viewer.reach is not None:
        within = questions.homes(structure, viewer, today=form.asked().of_today)
        return within[0] if within else abort(404)
    scope = form.scope(structure)
    if not viewer.sees(scope):
        abort(404)
    return scope


def _read_form() -> BriefingForm:
    form = BriefingForm(request.args)
    if not form.validate():
        abort(400, form.first_error)
    return form


def _choices(structure: Structure, form: BriefingForm) -> dict[str, str]:
    """Whose briefing the reader may ask for."""
    viewer = reader()
    rows = questions.rows(structure, viewer, today=form.asked().of_today)
    return ({"": ALL.name} if viewer.reach is None else {}) | {scope.slug: scope.name for scope in rows}


def _question(form: BriefingForm, scope: Scope) -> dict[str, Any]:
    """The parameters that ask for the same again."""
    return {**({} if scope == ALL else {ORGANISATION: scope.slug}), **form.asked().address}


@blueprint.get("/briefing")
@requires(Permission.PROGRESS_VIEW)
def show() -> ResponseReturnValue:
    """The briefing to read, and to print: each part is one side of A4."""
    form = BriefingForm(request.args)
    if not form.validate():
        form.organisation.choices = {"": ALL.name}
        return render_template("progress/wrong.html", form=form), 400
    can_print, asked = documents.can_print(), (form.organisation.data, form.asked(), bool(request.args))
    # What led to a number is asked of the ledger, as it was known then: past the snapshots, where that was rewritten.
    rests_on = (*asked, reader().reach, can_print, state.rewritten())
    part = once(rests_on, lambda: _made(form, can_print=can_print))
    return render_template("progress/briefing/page.html", part=part)


def _made(form: BriefingForm, *, can_print: bool) -> tuple[Part, bool]:
    """The briefing as it is kept, and whether it was counted live."""
    structure = load_structure()
    scope = _scope(structure, form)
    form.organisation.choices = _choices(structure, form)
    form.organisation.data = "" if scope == ALL else scope.slug
    told = brief(structure, scope, form.asked())
    body = render_template(
        "progress/briefing/body.html",
        briefing=told,
        form=form,
        question=_question(form, scope),
        can_print=can_print,
        usual_href=request.path if request.args else None,
    )
    return finished(told.title, body), told.page.is_live


@blueprint.get("/briefing.pdf")
@requires(Permission.PROGRESS_VIEW)
def pdf() -> ResponseReturnValue:
    """The briefing as PDF: that of the night, or printed now by a process that ends afterwards."""
    form, structure = _read_form(), load_structure()
    told = brief(structure, _scope(structure, form), form.asked())
    return _file(documents.briefing_pdf(current_app.config["TRACKER"], told), documents.PDF, f"{told.file_name}.pdf")


@blueprint.get("/figures.xlsx")
@requires(Permission.PROGRESS_VIEW)
def workbook() -> ResponseReturnValue:
    """Every figure as a workbook, written by a process that ends afterwards."""
    found = _taken()
    content = documents.figures_workbook(current_app.config["TRACKER"], found)
    return _file(content, documents.XLSX, f"{found.file_name}.xlsx")


@blueprint.get("/figures.csv")
@requires(Permission.PROGRESS_VIEW)
def rows() -> ResponseReturnValue:
    """Every figure as CSV, which says where its metadata stand."""
    found = _taken()
    answer = _file(taken.as_csv(found), "text/csv; charset=utf-8; header=present", f"{found.file_name}.csv")
    asked: dict[str, Any] = request.args.to_dict()
    beside = url_for(".metadata", **asked)
    answer.headers["Link"] = f'<{beside}>; rel="describedby"; type="{CSVW}"'
    return answer


@blueprint.get("/figures.csv-metadata.json")
@requires(Permission.PROGRESS_VIEW)
def metadata() -> ResponseReturnValue:
    """What the CSV means, to be kept beside it."""
    found = _taken()
    told = taken.metadata(found, current_app.config["TRACKER"].public_url)
    content = json.dumps(told, indent=2, ensure_ascii=False).encode()
    return _file(content, CSVW, f"{found.file_name}.csv-metadata.json")


def _taken() -> Taken:
    """Every figure of what is asked for, and of each organisation in it."""
    form, structure = _read_form(), load_structure()
    scope = _scope(structure, form)
    rows = question_of(structure, scope, form.asked()).rows
    inside = [one for one in rows if one.organisation_id != scope.organisation_id or len(rows) > 1]
    return taken.take(structure, [scope, *inside], form.asked())


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f"attachment; filename={name}"})


@blueprint.errorhandler(NotMade)
def not_made(_: NotMade) -> ResponseReturnValue:
    """No file now; the page can be printed."""
    asked: dict[str, Any] = request.args.to_dict()
    return render_template("progress/briefing/not_made.html", page_href=url_for(".show", **asked)), 503


@blueprint.errorhandler(NotCompiled)
def not_compiled(_: NotCompiled) -> ResponseReturnValue:
    """Nothing to take away yet."""
    return render_template("progress/not_compiled.html")
