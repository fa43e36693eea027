"""`/`: the front page."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.core.web import requires
from tracker.home import sections
from tracker.progress.fragments import Fragments, Part, finished
from tracker.progress.queries import state

MOST_CHARACTERS = 2_000_000
blueprint = Blueprint("home", __name__)
fragments = Fragments(MOST_CHARACTERS)


@blueprint.get("/")
@requires()
def show() -> ResponseReturnValue:
    """What needs doing and what changed, for whoever is signed in."""
    front = sections.front(current_user)
    return render_template("home/show.html", front=front, progress=_progress() if front.sees_progress else None)


def _progress() -> Part | None:
    """The headlines within reach, from memory where nothing they rest on has changed; None if nothing is compiled."""
    viewer = sections.viewer_of(current_user)
    stamp = state.stamp()
    if not state.is_compiled(stamp):
        return None
    name = (viewer, stamp)
    part = fragments.kept(name)
    if part is None:
        page = sections.progress(viewer)
        if page is None:
            return None
        part = finished("", render_template("home/progress.html", page=page))
        fragments.keep(name, part)
    return part
