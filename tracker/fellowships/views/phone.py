"""What a fellow's phone needs to write logs without a signal: the page that stands in, how the weeks stand, and where
what was kept is sent."""

from pathlib import Path

from flask import Blueprint, Response, current_app, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.web import public, requires, without_form_key
from tracker.fellowships import logbook, phone, skills
from tracker.fellowships.forms.logs import LogForm
from tracker.fellowships.logbook import Week
from tracker.fellowships.services import logs

blueprint = Blueprint("fellow_phone", __name__, url_prefix="/fellowships")


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """The script that answers where there is no signal. For anybody: it holds nothing."""
    script = Path(current_app.static_folder or "", "app", "worker.js").read_bytes()
    return Response(script, mimetype="text/javascript", headers={"Service-Worker-Allowed": "/"})


@blueprint.get("/phone")
@requires(Permission.LOGS_WRITE)
def shell() -> ResponseReturnValue:
    """The page that stands in for a week without a signal; it holds nothing of anybody."""
    return render_template("fellowships/logs/phone.html", form=LogForm(skills.framework()))


@blueprint.get("/no-signal")
@public
def no_signal() -> ResponseReturnValue:
    """The page that stands in for any other without a signal. For anybody: it holds nothing."""
    return render_template("fellowships/logs/no_signal.html")


@blueprint.get("/phone/state.json")
@requires(Permission.LOGS_WRITE)
def state() -> ResponseReturnValue:
    """How the weeks of the fellow who is signed in stand, with the token a form needs."""
    return jsonify({**phone.state(current_user), "token": generate_csrf()})


@blueprint.post("/placements/<path:ref>/logs/<week>/sync")
@without_form_key("every entry brings a key of its own, which is kept for ever")
@requires(Permission.LOGS_WRITE, load=logbook.week)
def sync(week: Week) -> ResponseReturnValue:
    """Take a log that was kept on a phone: once, however often it is sent, and over nothing that was changed since."""
    form = request.form
    try:
        key, seen = phone.read_key(form.get("key", "")), phone.read_seen(form.get("seen", ""))
        said = logbook.entry({**form, "skills": form.getlist("skills")})
        with transaction():
            sent = logs.send(week.placement, week.ending, said, seen, actor=current_user, key=key)
    except ChangedMeanwhile as refusal:
        return jsonify({"message": refusal.message}), 409
    except DomainError as refusal:
        return jsonify({"message": refusal.message, "field": refusal.field}), 422
    for category, text in logbook.messages(week, sent) if form.get("here") else []:
        flash(text, category)
    return jsonify({"number": sent.number})
