"""The people list and its downloads."""

from flask import Blueprint, Response, abort, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import audit
from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires
from tracker.people.models import Person, PostingSpan
from tracker.register import asked as address
from tracker.register import counted, exports, listing
from tracker.register.asked import Asked
from tracker.register.counted import Counted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
@requires(Permission.PEOPLE_VIEW)
def index() -> ResponseReturnValue:
    """People, searched, filtered, sorted and counted by what the address says."""
    asked = address.read(request.args, request.args.getlist("stage"))
    scope = current_user.sees(Permission.PEOPLE_VIEW, PostingSpan.organisation_id, Person.user_id)
    behind, here = _behind(asked), url_for(".index")
    found = listing.listing(asked, scope, behind)
    page = found.page(request.args.get("page"), lambda number: asked.address(here, ("page", str(number))))
    return render_template(
        "register/people.html",
        page=page,
        columns=listing.columns(asked, here),
        asked=asked,
        here=here,
        downloads=_downloads(asked, page.total) if current_user.may(Permission.PEOPLE_EXPORT) else [],
        spelling=listing.spelling_words(found, page.total),
        alike_href=listing.alike_address(found, here),
        together_href=_together(asked),
        note=behind.note(page.total) if behind and asked.is_figure_alone else "",
        **listing.filters(asked, here, behind.words if behind else ""),
    )


def _behind(asked: Asked) -> Counted | None:
    """The people behind the figure the address asks for, for who may see whom a figure counts."""
    if not asked.figure:
        return None
    if not current_user.may(Permission.PROGRESS_RECORDS):
        abort(403)
    try:
        return counted.counted(asked, current_user.reach(Permission.PROGRESS_RECORDS))
    except (LookupError, DomainError):
        abort(404)
    except ValueError as wrong:
        abort(400, str(wrong))


def _together(asked: Asked) -> str:
    """Where one act for all of the list begins, for who may; not for the people behind a figure of some day."""
    may = current_user.reach(Permission.EVENT_RECORD) != frozenset()
    return asked.address(url_for("together.index")) if may and not asked.figure else ""


def _downloads(asked: Asked, total: int) -> list[dict[str, str]]:
    """The ways to take the list away, with how many people that is."""
    if not total:
        return []
    here = url_for(".export")
    return [
        {"text": listing.download_words(total, kind.upper()), "href": asked.address(here, ("format", kind))}
        for kind in ("csv", "xlsx")
    ]


@blueprint.get("/export")
@requires(Permission.PEOPLE_EXPORT)
def export() -> ResponseReturnValue:
    """The list to take away. Everybody at once is asked about first, so that nobody takes more than they meant to."""
    asked = address.read(request.args, request.args.getlist("stage"))
    scope = current_user.sees(Permission.PEOPLE_EXPORT, PostingSpan.organisation_id, Person.user_id)
    found = listing.listing(asked, scope, _behind(asked))
    kind = "xlsx" if request.args.get("format") == "xlsx" else "csv"
    if not asked.is_narrowed and request.args.get("everybody") != "yes":
        everybody = asked.address(url_for(".export"), ("format", kind), ("everybody", "yes"))
        return render_template("register/export.html", total=found.total(), kind=kind.upper(), href=everybody)
    ids = found.ids()
    with transaction():
        audit.looked_at("people:list", actor=current_user, rows=len(ids), why=asked.address("/people"))
    name = f"people-{today().isoformat()}.{kind}"
    if kind == "xlsx":
        return send_file(exports.as_xlsx(ids), mimetype=XLSX, as_attachment=True, download_name=name)
    response = Response(stream_with_context(exports.as_csv(ids)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
