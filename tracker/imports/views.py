"""Imports in the browser: a file sent, what it would do, loaded, its receipt, undone."""

from flask import Blueprint, Response, abort, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.config import Settings
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other, takes_files
from tracker.imports import board, queries
from tracker.imports.forms import LoadForm, PlainForm, UploadForm
from tracker.imports.models import ImportBatch, Status
from tracker.imports.registry import KINDS
from tracker.imports.services import reporting, taking, undoing, uploads, working
from tracker.imports.services.effect import seal

blueprint = Blueprint("imports", __name__, url_prefix="/imports")


def _settings() -> Settings:
    settings: Settings = current_app.config["TRACKER"]
    return settings


@blueprint.get("")
@requires(Permission.IMPORT_VIEW)
def index() -> ResponseReturnValue:
    """Every import one may see, the latest first; or those that wait for somebody to decide."""
    waiting = request.args.get("waiting") == "yes"
    kinds = list(board.kinds_for(current_user, Permission.IMPORT_VIEW))
    page = board.batches(kinds, request.args.get("page"), waiting=waiting)
    chosen = [{"text": "Checked and not yet loaded", "href": url_for(".index")}] if waiting else []
    return render_template("imports/index.html", page=page, chosen=chosen)


@blueprint.route("/new", methods=["GET", "POST"])
@takes_files("upload_csv_bytes")
@requires(Permission.IMPORT_LOAD)
def new() -> ResponseReturnValue:
    """Send a file."""
    form, kinds = UploadForm(), board.kinds_for(current_user, Permission.IMPORT_LOAD)
    form.kind.choices = {name: kind.title for name, kind in kinds.items()}
    if form.submitted():
        try:
            ref, size = _take(form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            working.begin_work(ref, _settings(), size=size)
            return see_other(url_for(".show", ref=ref))
    return render_template("imports/new.html", form=form, kinds=kinds.values())


def _take(form: UploadForm) -> tuple[str, int]:
    """Keep the file that was sent and begin an import for it; its reference and size."""
    name = form.file.data.filename
    path = uploads.keep_upload(form.file.data.stream, name, KINDS[form.kind.data].columns, _settings())
    with transaction():
        batch = taking.begin(
            form.kind.data,
            path,
            name=name,
            is_historical=form.is_historical.data,
            created_by_id=current_user.id,
            stored_as=path.name,
        )
        return batch.ref, batch.size


@blueprint.get("/<ref>")
@requires(Permission.IMPORT_VIEW, load=queries.batch)
def show(batch: ImportBatch) -> ResponseReturnValue:
    """How an import stands: its progress, what it would do, or its receipt."""
    return _page(batch)


def _page(batch: ImportBatch, refusal: DomainError | None = None) -> str:
    form = LoadForm()
    form.checked.data = seal(batch)
    if refusal is not None:
        form.refuse(refusal)
    words = {
        "kind": KINDS[batch.kind],
        "status": board.Tag(batch),
        "problems": board.problems(batch, request.args.get("page")),
        "codes": queries.problems_by_code(batch),
        "earlier": queries.same_file(batch),
        "stays": undoing.what_stays(batch, KINDS[batch.kind]) if batch.status is Status.UNDONE else [],
        "has_file": uploads.text_of(batch, _settings()) is not None,
        "form": form,
        "plain": PlainForm(),
    }
    return render_template("imports/show.html", batch=batch, reading=board.reading(batch), **words)


@blueprint.get("/<ref>/errors.csv")
@requires(Permission.IMPORT_LOAD, load=queries.batch)
def errors(batch: ImportBatch) -> ResponseReturnValue:
    """The rows in error as they came, with what is wrong: to be mended and sent again."""
    text = uploads.text_of(batch, _settings())
    if text is None:
        abort(404)
    headers = {"Content-Disposition": f"attachment; filename=import-{batch.ref}-errors.csv"}
    return Response(reporting.report_file(batch, text), mimetype="text/csv", headers=headers)


@blueprint.post("/<ref>/load")
@requires(Permission.IMPORT_LOAD, load=queries.batch)
def load(batch: ImportBatch) -> ResponseReturnValue:
    """Load what was checked, if it still does what the page showed."""
    form = LoadForm()
    import_id, ref, size = batch.id, batch.ref, batch.size
    if not form.submitted():
        abort(400)
    try:
        with transaction():
            taking.ask_for_load(batch, by_id=current_user.id, seen=form.checked.data or "")
    except taking.ShownOtherwise as refusal:
        return _page(queries.batch_with_id(import_id), refusal), 409
    working.begin_work(ref, _settings(), size=size)
    batch = queries.batch_with_id(import_id)
    if batch.status is Status.CHECKED:
        return _page(batch, DomainError(batch.failure)), 409
    return see_other(url_for(".show", ref=ref))


@blueprint.post("/<ref>/cancel")
@requires(Permission.IMPORT_LOAD, load=queries.batch)
def cancel(batch: ImportBatch) -> ResponseReturnValue:
    """Give an import up."""
    with transaction():
        taking.cancel(batch)
    flash("The import is cancelled. Nothing was loaded", "success")
    return see_other(url_for(".index"))


@blueprint.post("/<ref>/again")
@requires(Permission.IMPORT_LOAD, load=queries.batch)
def again(batch: ImportBatch) -> ResponseReturnValue:
    """Take up work that broke off."""
    ref, size = batch.ref, batch.size
    with transaction():
        taking.try_again(batch)
    working.begin_work(ref, _settings(), size=size)
    return see_other(url_for(".show", ref=ref))


@blueprint.route("/<ref>/undo", methods=["GET", "POST"])
@requires(Permission.IMPORT_LOAD, load=queries.batch)
def undo(batch: ImportBatch) -> ResponseReturnValue:
    """Take back what an import brought, or say what rests on it."""
    form, kind, ref = PlainForm(), KINDS[batch.kind], batch.ref
    reasons, stays = undoing.reasons_against(batch, kind), undoing.what_stays(batch, kind)
    if form.submitted():
        try:
            with transaction():
                undoing.undo(batch, kind, undone_by=current_user)
        except undoing.UndoNotAllowed as refusal:
            form.refuse(refusal)
        else:
            flash("The import is undone", "success")
            return see_other(url_for(".show", ref=ref))
    return render_template("imports/undo.html", form=form, batch=batch, reasons=reasons, stays=stays)
