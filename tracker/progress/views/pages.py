"""How far each promise has got, as at any day, as known at any instant; every page in the same order."""

from collections.abc import Callable, Hashable
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core import clock
from tracker.core.metric import Metric
from tracker.core.web import requires
from tracker.organisations import queries as organisations
from tracker.progress import questions
from tracker.progress.addresses import FIGURE, ORGANISATION
from tracker.progress.asked import Asked, usual_days
from tracker.progress.figures import Scope
from tracker.progress.forms import QuestionForm
from tracker.progress.fragments import Fragments, Part, finished
from tracker.progress.ground import Question, Viewer
from tracker.progress.pages import Page, compose
from tracker.progress.queries import state
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.registry import METRICS, STRANDS
from tracker.progress.structure import Structure, load_structure
from tracker.progress.table import chosen_sort, columns, total_cells

blueprint = Blueprint("progress", __name__, url_prefix="/progress")
fragments = Fragments()

Ask = Callable[[Structure, Viewer, Asked], tuple[str, Question]]
"""Says what a page is called and what it is about, once it is known who asks and by which structure."""


def organisation_scope(slug: str) -> Scope | None:
    """An organisation as what a permission is asked over."""
    found = organisations.organisation(slug)
    return questions.alone(found) if found else None


def metric(code: str) -> Metric:
    """The figure with a code; no such page without one."""
    return METRICS.get(code) or abort(404)


def reader() -> Viewer:
    """How far the authority of who asks reaches."""
    return Viewer(
        current_user.reach(Permission.PROGRESS_VIEW),
        current_user.may(Permission.PROGRESS_RECORDS),
        current_user.reach(Permission.VACANCIES_VIEW) is None,
    )


@blueprint.get("")
@requires(Permission.PROGRESS_VIEW)
def show() -> ResponseReturnValue:
    """Progress to target: every headline, and what stands beside it."""
    return _page(lambda structure, viewer, asked: ("Progress to target", questions.overview(structure, viewer, asked)))


@blueprint.get("/<strand>")
@requires(Permission.PROGRESS_VIEW)
def strand(strand: str) -> ResponseReturnValue:
    """All figures of one strand."""
    if strand not in STRANDS:
        abort(404)
    return _page(lambda structure, viewer, asked: (strand.title(), questions.strand(structure, viewer, asked, strand)))


@blueprint.get("/organisations/<slug>")
@requires(Permission.PROGRESS_VIEW, load=organisation_scope)
def organisation(scope: Scope) -> ResponseReturnValue:
    """One organisation with the bodies under it."""
    return _page(lambda structure, _, asked: (scope.name, questions.one_organisation(structure, scope.slug, asked)))


@blueprint.get("/figures/<code>")
@requires(Permission.PROGRESS_VIEW)
def figure(code: str) -> ResponseReturnValue:
    """One figure: what it counts, and by organisation."""
    shown = metric(code)
    return _page(lambda structure, viewer, asked: (shown.label, questions.one_figure(structure, viewer, asked, shown)))


@blueprint.get("/figures")
@requires(Permission.PROGRESS_VIEW)
def dictionary() -> ResponseReturnValue:
    """What every figure counts."""
    return render_template("progress/dictionary.html", metrics=list(METRICS.values()))


def _page(ask: Ask) -> ResponseReturnValue:
    """Answer with a page: its finished part from memory, where nothing it rests on has changed."""
    form, sort, viewer = QuestionForm(request.args), chosen_sort(request.args.get("sort")), reader()
    if not form.validate():
        return render_template("progress/wrong.html", form=form), 400
    asked = form.asked()

    def make() -> tuple[Part, bool]:
        structure = load_structure()
        title, question = ask(structure, viewer, asked)
        page = compose(structure, question, asked, viewer, sort)
        return finished(title, _body(page, form, asked, sort)), page.is_live

    try:
        part = once((asked, sort, viewer), make)
    except NotCompiled:
        return render_template("progress/not_compiled.html")
    return render_template("progress/page.html", part=part, below=request.endpoint != "progress.show")


def once(question: Hashable, make: Callable[[], tuple[Part, bool]]) -> Part:
    """The finished part of a page: from memory, where nothing it rests on has changed, or made now.

    :param question: what it depends on beside its address, the day, and the state of what pages of snapshots rest on.
    :param make: makes it, and says whether it was counted live, and so is not to be kept.
    """
    name = (request.path, question, clock.today(), state.stamp())
    part = fragments.kept(name)
    if part is None:
        part, is_live = make()
        if not is_live:
            fragments.keep(name, part)
    return part


def _body(page: Page, form: QuestionForm, asked: Asked, sort: str) -> str:
    return render_template(
        "progress/body.html",
        page=page,
        form=form,
        columns=columns(page.table, sort, _in_order(asked)) if page.table else (),
        total=total_cells(page.table) if page.table else None,
        usual_href=request.path if asked.address else None,
        days=days_at_hand(request.path, asked),
        compare_href=_compare_href(page),
    )


def days_at_hand(path: str, asked: Asked) -> list[dict[str, str]]:
    """The addresses of a page as at the days that readers ask for most."""
    return [{"text": text, "href": f"{path}?{urlencode(asked.on(day).address)}"} for text, day in usual_days()]


def _compare_href(page: Page) -> str | None:
    """The way to the comparison, from the first figure and, on the page of an organisation, with that."""
    if not page.stories:
        return None
    told = page.stories[0].facts.figure
    mine = [told.scope.slug] if page.is_of_one else []
    return url_for("progress_compare.show", **{FIGURE: told.metric.code, ORGANISATION: mine, **page.asked.address})


def _in_order(asked: Asked) -> Callable[[str], str]:
    """Gives the address of this page with its table in another order."""
    endpoint, arguments = request.endpoint or "", dict(request.view_args or {})
    return lambda sort: url_for(endpoint, **arguments, **asked.address, sort=sort)
