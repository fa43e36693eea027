"""The vacancies behind a figure of recruitment, and behind the terms of what changed it."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.metric import Knowledge, Metric
from tracker.core.text import format_day
from tracker.core.web import address_of_page, requires
from tracker.progress.queries.reading import required_day
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.queries.vacancies import behind, moved
from tracker.progress.registry import VACANCY_STRAND
from tracker.progress.structure import load_structure
from tracker.progress.views.bridges import account_of
from tracker.progress.views.bridges import read_form as read_change
from tracker.progress.views.files import read_form, scope_of
from tracker.progress.views.pages import metric

blueprint = Blueprint("vacancy_records", __name__, url_prefix="/progress/figures/<code>")


@blueprint.errorhandler(NotCompiled)
def not_compiled(_: NotCompiled) -> ResponseReturnValue:
    """Without a compiled day there is no usual day."""
    return render_template("progress/not_compiled.html")


def _counted(code: str) -> Metric:
    """The figure, if it is one of vacancies and the reader may see all of them; no such page otherwise."""
    found = metric(code)
    if found.strand != VACANCY_STRAND or current_user.reach(Permission.VACANCIES_VIEW) is not None:
        abort(404)
    return found


@blueprint.get("/vacancies")
@requires(Permission.VACANCIES_VIEW)
def show(code: str) -> ResponseReturnValue:
    """The vacancies, or candidates for them, that make up a number: a list exactly as long as it."""
    counted, form, structure = _counted(code), read_form(), load_structure()
    asked, scope = form.asked(), scope_of(structure, form)
    as_at, known = asked.as_at or required_day(), Knowledge(asked.known_at)
    page = behind(counted, structure, scope, as_at, known, url=address_of_page, page=request.args.get("page"))
    said = f"{scope.name}, as at {format_day(as_at)}"
    return render_template("progress/vacancies.html", metric=counted, title=counted.label, said=said, page=page)


@blueprint.get("/change/<term>/vacancies")
@requires(Permission.VACANCIES_VIEW)
def changed(code: str, term: str) -> ResponseReturnValue:
    """The vacancies that make up one term of a change."""
    counted = _counted(code)
    told = account_of(code, read_change())
    found = told.built.term(term) or abort(404)
    page = moved(found.journeys, url=address_of_page, page=request.args.get("page"))
    title = f"{counted.label}: {found.label.lower()}"
    return render_template("progress/vacancies.html", metric=counted, title=title, said=told.said, page=page)
