"""What led from one number to another: every term a list of records, and no remainder."""

from datetime import date, datetime

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import Permission
from tracker.core.web import address_of_page, requires
from tracker.progress import gallery
from tracker.progress.addresses import Links, about
from tracker.progress.bridge import Point
from tracker.progress.change import Account, Ends, account
from tracker.progress.forms import BridgeForm
from tracker.progress.queries.moved import moved_page
from tracker.progress.queries.reading import month_end_before, required_day
from tracker.progress.queries.snapshots import NotCompiled, compilation_of
from tracker.progress.registry import VACANCY_STRAND
from tracker.progress.revised import revised
from tracker.progress.structure import load_structure
from tracker.progress.views.files import not_drawn, scope_of
from tracker.progress.views.pages import metric, reader
from tracker.progress.workshop import NotMade

blueprint = Blueprint("progress_bridge", __name__, url_prefix="/progress/figures/<code>/change")
blueprint.register_error_handler(NotMade, not_drawn)


@blueprint.errorhandler(NotCompiled)
def not_compiled(_: NotCompiled) -> ResponseReturnValue:
    """Without a compiled day there is no usual closing."""
    return render_template("progress/not_compiled.html")


@blueprint.get("")
@requires(Permission.PROGRESS_VIEW)
def show(code: str) -> ResponseReturnValue:
    """The account of a change between two days."""
    form = BridgeForm(request.args)
    if not form.validate():
        return render_template("progress/wrong.html", form=form), 400
    told = account_of(code, form)
    links = Links(form.asked(), None, reader().opens)
    listed = revised(told.metric, told.scope, told.ends.closing.as_at, links)
    return render_template("progress/change.html", account=told, form=form, revised=listed)


@blueprint.get("/<term>")
@requires(Permission.PROGRESS_RECORDS)
def records(code: str, term: str) -> ResponseReturnValue:
    """The people who make up one term: a list exactly as long as its number."""
    form = read_form()
    told = account_of(code, form)
    if told.metric.strand == VACANCY_STRAND:
        abort(404)
    found = told.built.term(term) or abort(404)
    page = moved_page(found.journeys, url=address_of_page, page=request.args.get("page"))
    return render_template("progress/records.html", account=told, term=found, page=page)


@blueprint.get("/charts/<key>.<any(svg, png):kind>")
@requires(Permission.PROGRESS_VIEW)
def drawing(code: str, key: str, kind: str) -> ResponseReturnValue:
    """The drawing of a bridge."""
    settings, form = current_app.config["TRACKER"], read_form()
    shown = f"change {about(metric(code), scope_of(load_structure(), form))}"
    drawn = gallery.kept(settings, shown, key, kind)
    if drawn is None:
        told = account_of(code, form)
        chart = told.charts[form.chosen_size]
        if chart.key() != key:
            return redirect(told.address(form.chosen_size, kind))
        drawn = gallery.drawing(settings, shown, chart, kind)
    return Response(drawn, mimetype=gallery.KINDS[kind])


def read_form() -> BridgeForm:
    """What the address asks for, if it asks for what can be."""
    form = BridgeForm(request.args)
    if not form.validate():
        abort(400, form.first_error)
    return form


def account_of(code: str, form: BridgeForm) -> Account:
    """The account, of a count and of a scope within reach; no such page otherwise."""
    counted = metric(code)
    if counted.kind != "count":
        abort(404)
    structure = load_structure()
    scope = scope_of(structure, form)
    return account(structure, counted, scope, ends_of(form), may_records=reader().opens(counted))


def ends_of(form: BridgeForm) -> Ends:
    """The points a form asks for.

    :raises NotCompiled: if no closing day is asked for and none was ever compiled.
    """
    closing = _point(form.closing_day() or required_day(), form.closing_known(), form.closing_day() is None)
    start = form.opening_day() or month_end_before(closing.as_at)
    return Ends(_point(start, form.opening_known(), form.opening_day() is None), closing)


def _point(day: date, known_at: datetime | None, is_usual: bool) -> Point:
    """A point; the usual one is that of the snapshots, so that the account is of the numbers that are shown."""
    compiled = compilation_of(day) if is_usual and known_at is None else None
    return Point(day, compiled.known_at if compiled else known_at)
