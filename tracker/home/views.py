"""`/`: the front page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.core.web import requires
from tracker.home import sections

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@requires()
def show() -> ResponseReturnValue:
    """What needs doing and what changed, for whoever is signed in."""
    return render_template("home/show.html", front=sections.front(current_user))
