"""`/training/together`: one act for everybody who matches, or for those who are ticked."""

from flask import Blueprint, Response, abort, flash, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import audit
from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.people.models import Person, PostingSpan
from tracker.register import asked as address
from tracker.register import listing
from tracker.register.asked import Asked
from tracker.register.together import doing, prefilled, queries
from tracker.register.together.acts import RECORDED, TRANSFER, Act
from tracker.register.together.forms import WhoForm
from tracker.register.together.preview import Preview

blueprint = Blueprint("together", __name__, url_prefix="/training/together")


def _asked() -> Asked:
    return address.read(request.args, request.args.getlist("stage"))


def _within(permission: Permission, asked: Asked) -> listing.Listing:
    """The people the address asks for, of those whom the user may do it for."""
    return listing.listing(asked, current_user.sees(permission, PostingSpan.organisation_id, Person.user_id))


@blueprint.get("")
@requires(Permission.EVENT_RECORD)
def index() -> ResponseReturnValue:
    """What can be done for everybody who matches."""
    asked = _asked()
    acts = [(act.text, asked.address(url_for(".record", code=act.code))) for act in RECORDED.values()]
    if current_user.may(Permission.PEOPLE_TRANSFER):
        acts.append((TRANSFER.text, asked.address(url_for(".transfer"))))
    by_file = current_user.may(Permission.PEOPLE_EXPORT) and current_user.may_take(Permission.IMPORT_LOAD, "trainees")
    return render_template(
        "register/together/index.html",
        total=_within(Permission.EVENT_RECORD, asked).total(),
        most=queries.MOST,
        acts=acts,
        file_href=asked.address(url_for(".file")) if by_file else "",
        back_href=asked.address(url_for("people.index")),
    )


@blueprint.route("/<code>", methods=["GET", "POST"])
@requires(Permission.EVENT_RECORD)
def record(code: str) -> ResponseReturnValue:
    """Record something of many enrolments."""
    act = RECORDED.get(code)
    return abort(404) if act is None else _act(act, Permission.EVENT_RECORD)


@blueprint.route("/transfer", methods=["GET", "POST"])
@requires(Permission.PEOPLE_TRANSFER)
def transfer() -> ResponseReturnValue:
    """Record that many moved to another organisation."""
    return _act(TRANSFER, Permission.PEOPLE_TRANSFER)


def _act(act: Act, permission: Permission) -> ResponseReturnValue:
    """Show the list and the questions, then what would happen, then do it."""
    asked, form = _asked(), act.open_form()
    if not form.submitted():
        return _page(act, asked, form, permission)
    reach = _within(permission, Asked()).found
    try:
        shown, is_done = doing.consider(act, form, reach, current_user)
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(act, asked, form, permission)
    if is_done:
        flash(doing.done_words(act, shown), "success")
        return see_other(asked.address(url_for("people.index")))
    doing.show(form, shown)
    return _page(act, asked, form, permission, shown), 409 if shown.changed else 200


def _page(act: Act, asked: Asked, form: WhoForm, permission: Permission, shown: Preview | None = None) -> str:
    """The page of an act: with everybody who can be chosen, or with the preview."""
    listed = [] if shown else act.meant(_within(permission, asked).found, asked)
    if not shown:
        doing.begin(form, listed)
    return render_template(
        "register/together/act.html",
        act=act,
        form=form,
        listed=listed,
        is_too_many=queries.is_too_many(listed),
        most=queries.MOST,
        shown=shown,
        words=doing.button_words(act, shown),
        back_href=asked.address(url_for(".index")),
        people_href=asked.address(url_for("people.index")),
    )


@blueprint.get("/file")
@requires(Permission.IMPORT_LOAD)
def file() -> ResponseReturnValue:
    """The list as a file that can be changed and loaded again."""
    if not current_user.may_take(Permission.IMPORT_LOAD, "trainees"):
        abort(403)
    asked = _asked()
    ids = _within(Permission.PEOPLE_EXPORT, asked).ids()
    with transaction():
        audit.looked_at("people:list", actor=current_user, rows=len(ids), why=asked.address("/training/together/file"))
    response = Response(stream_with_context(prefilled.as_csv(ids, asked, today())), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=trainees-to-change-{today().isoformat()}.csv"
    return response
