"""What every request and every answer has in common: its id, its limits, where it may come from, and the security
headers."""

import logging
import secrets
import time

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import SecurityError
from werkzeug.routing import IntegerConverter, Map

from tracker.core.config import Settings
from tracker.core.db import key_of
from tracker.core.logs import is_secret, request_id

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
API = "/api"
"""Where the addresses for other systems begin."""
BACKGROUND_HEADER = "X-Background"
"""Sent by the script that looks again whether long work is done: that somebody's page is open does not mean they are
there."""
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Origin-Agent-Cluster": "?1",
    "X-Robots-Tag": "noindex",
}
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "report-uri /csp-report"
)
DOWNLOAD_POLICY = "default-src 'none'; sandbox"

LONGEST_ADDRESS = 4000

csrf = CSRFProtect()


class SomeInteger(IntegerConverter):
    """A number in an address, no larger than the databases' own; beyond it there is nothing to be found."""

    def __init__(self, url_map: Map) -> None:
        """Bound it."""
        super().__init__(url_map, max=2**31 - 1)


logger = logging.getLogger("tracker.request")


def init_http(app: Flask) -> None:
    """Hook the limits, the checks and the headers into the application. First of all hooks: what follows may rely on
    them."""
    app.url_map.converters["int"] = SomeInteger
    app.before_request(_open_request)
    app.before_request(_check_length)
    app.before_request(_check_origin)
    csrf.init_app(app)
    app.before_request(_check_text)
    app.after_request(_add_headers)
    app.after_request(_log_answer)
    app.teardown_request(_close_request)
    app.context_processor(lambda: {"csp_nonce": g.get("csp_nonce"), "request_id": request_id.get()})


def is_background() -> bool:
    """Whether the request was made by a script on a page that is merely open."""
    return BACKGROUND_HEADER in request.headers


def is_for_systems() -> bool:
    """Whether the request is to the API: answered in JSON, to whoever shows a token."""
    return request.path == API or request.path.startswith(f"{API}/")


def is_same_origin() -> bool:
    """Whether the request's own headers show that a page of ours sent it."""
    return request.headers.get("Origin") in _origins() or request.headers.get("Sec-Fetch-Site") == "same-origin"


def _settings() -> Settings:
    settings: Settings = current_app.config["TRACKER"]
    return settings


def _origins() -> tuple[str, str]:
    return _settings().public_url, request.host_url.rstrip("/")


def _open_request() -> None:
    """Give the request its id and the page its nonce; let a view that takes files have larger bodies."""
    g.began = time.perf_counter()
    g.csp_nonce = secrets.token_urlsafe(16)
    request_id.set(secrets.token_hex(8))
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception
    view = current_app.view_functions.get(request.endpoint or "")
    setting = getattr(view, "body_limit_setting", None)
    if setting and request.cookies.get(current_app.config["SESSION_COOKIE_NAME"]):
        request.max_content_length = getattr(_settings(), setting) + current_app.config["MAX_CONTENT_LENGTH"]


def _close_request(_: BaseException | None) -> None:
    """What the thread does next belongs to no request."""
    request_id.set("")


def _check_length() -> None:
    """Refuse an address that no page of ours has."""
    if len(request.path) + len(request.query_string) > LONGEST_ADDRESS:
        abort(414, "The address is too long. Open the page again and ask for less at once.")


def _check_origin() -> None:
    """Refuse what another site's page sends, before anything is read of it."""
    if request.method in SAFE_METHODS or request.endpoint == "service.csp_report":
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin not in _origins():
        abort(400, "The form was sent from another site.")
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        abort(400, "The form was sent from another site.")


def _check_text() -> None:
    """Refuse a NUL, which nobody types and no database holds as text; a password never gets there."""
    values = [*request.args.items(multi=True), *(request.view_args or {}).items(), *request.form.items(multi=True)]
    if any("\0" in name or ("\0" in str(value) and not is_secret(name)) for name, value in values):
        abort(400)


def _add_headers(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    policy = POLICY.format(nonce=g.get("csp_nonce", ""))
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        policy = DOWNLOAD_POLICY
    if _settings().is_secure:
        policy += "; upgrade-insecure-requests"
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    response.headers["Content-Security-Policy"] = policy
    if request.endpoint == "static" and response.status_code in {200, 206, 304}:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
        if is_for_systems():
            response.vary.add("Authorization")
    return response


def _log_answer(response: Response) -> Response:
    """One line for each answer: the pattern of the address and not the address, the user's number and not the name."""
    user = g.get("_login_user")
    facts = {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None,
        "user": key_of(user),
    }
    logger.info("answered", extra=facts)
    return response
