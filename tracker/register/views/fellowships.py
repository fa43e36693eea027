"""The fellowships programme at a glance: who is where, places, what is overdue, what ends soon."""

from flask import Blueprint, Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import chosen, requires
from tracker.progress import gallery
from tracker.progress.charts import SIZES
from tracker.progress.workshop import NotMade
from tracker.register import fellowships
from tracker.register.fellow_homes import where_from

blueprint = Blueprint("fellowships", __name__, url_prefix="/fellowships")


@blueprint.get("")
@requires(Permission.PLACEMENTS_VIEW)
def index() -> ResponseReturnValue:
    """The placements a user may see, as table and chart."""
    view = chosen("view", fellowships.VIEWS, "current")
    may_match, every = current_user.may(Permission.PLACEMENTS_RECORD), fellowships.rows(current_user)
    return render_template(
        "register/fellowships.html",
        **fellowships.overview(every, view, lambda name: url_for(".index", view=name)),
        picture=fellowships.picture(every, lambda size: url_for(".drawing", size=size)),
        may_match=may_match,
        homes=where_from() if may_match else None,
        may_offer=current_user.may(Permission.PROJECTS_VIEW),
        may_host=current_user.may(Permission.HOSTING_ANSWER),
    )


@blueprint.get("/timeline-<size>.svg")
@requires(Permission.PLACEMENTS_VIEW)
def drawing(size: str) -> ResponseReturnValue:
    """The timeline of placements, drawn."""
    chart = fellowships.chart(current_user, size) if size in SIZES else None
    if chart is None:
        abort(404)
    drawn = gallery.drawing(current_app.config["TRACKER"], "placements", chart)
    return Response(drawn, mimetype="image/svg+xml")


@blueprint.errorhandler(NotMade)
def not_drawn(_: NotMade) -> ResponseReturnValue:
    """No picture now; the dates stand in the table beside it."""
    return Response("The chart cannot be drawn at the moment.\n", 503, mimetype="text/plain")
