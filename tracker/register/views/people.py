"""The people list and its downloads."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.people.models import Person, PostingSpan
from tracker.register import asked as address
from tracker.register import listing

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
@requires(Permission.PEOPLE_VIEW)
def index() -> ResponseReturnValue:
    """People, searched, filtered, sorted and counted by what the address says."""
    asked = address.read(request.args, request.args.getlist("stage"))
    scope = current_user.sees(Permission.PEOPLE_VIEW, PostingSpan.organisation_id, Person.user_id)
    here = url_for(".index")
    page = listing.listing(asked, scope).page(
        request.args.get("page"), lambda number: asked.address(here, ("page", str(number)))
    )
    return render_template(
        "register/people.html",
        page=page,
        columns=listing.columns(asked, here),
        asked=asked,
        **listing.filters(asked, here),
    )
