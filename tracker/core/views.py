"""Addresses that belong to no slice: probes, the security contact, and reports of a broken content policy."""

import logging

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from tracker.core import health
from tracker.core.clock import days_from_now
from tracker.core.config import LOOPBACK
from tracker.core.http import csrf
from tracker.core.web import public, without_form_key

blueprint = Blueprint("service", __name__)
logger = logging.getLogger("tracker.csp")
LONGEST_REPORT = 4000


@blueprint.get("/health/live")
@public
def live() -> ResponseReturnValue:
    """The process answers. For anybody: it says nothing."""
    return jsonify(status="live")


@blueprint.get("/health/ready")
@public
def ready() -> ResponseReturnValue:
    """The process can do its work. For anybody, but what is wrong only for this machine."""
    found = health.readiness()
    faults = {name: fault for name, fault in found.items() if fault}
    is_down = any(health.is_vital(name) for name in faults)
    words: dict[str, object] = {"status": "not ready" if is_down else "degraded" if faults else "ready"}
    if request.remote_addr in LOOPBACK:
        words["checks"] = {name: fault or "good" for name, fault in found.items()}
    return jsonify(words), 503 if is_down else 200


@blueprint.get("/.well-known/security.txt")
@public
def security_contact() -> ResponseReturnValue:
    """Whom to tell of a weakness (RFC 9116). For anybody."""
    settings = current_app.config["TRACKER"]
    until = days_from_now(364).replace(microsecond=0)
    lines = (
        f"Contact: mailto:{settings.mail_from}",
        f"Expires: {until.isoformat().replace('+00:00', 'Z')}",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
        "Preferred-Languages: en",
    )
    return Response("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@blueprint.post("/csp-report")
@without_form_key("browsers send it by themselves")
@public
def csp_report() -> ResponseReturnValue:
    """A browser held something back that a page of ours tried. For anybody; only written to the log, without a token
    because browsers have none."""
    logger.warning(
        "content policy", extra={"report": request.get_data(cache=False)[:LONGEST_REPORT].decode("utf-8", "replace")}
    )
    return "", 204


csrf.exempt(csp_report)
