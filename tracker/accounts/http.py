"""Where requests and accounts meet: who is signed in, what was sent twice, what was typed when nobody was signed in
any more."""

import logging
from collections.abc import Iterator
from typing import Any

from flask import Flask, Request, Response, abort, current_app, g, has_app_context, request, session, url_for
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts import answering, bearer, queries
from tracker.accounts.browser import PARKED, TOKEN, current_session, session_of_cookie
from tracker.accounts.models import Anybody, User
from tracker.accounts.services import claims, parking, second_factor, sessions, throttle
from tracker.core.db import claim_in_every_transaction, conclude_every_transaction, transaction
from tracker.core.errors import AlreadyDone
from tracker.core.forms import IDEMPOTENCY_FIELD, is_form_key
from tracker.core.http import SAFE_METHODS, is_background, is_for_systems, is_same_origin
from tracker.core.problems import Answer, Problem, problem, typed
from tracker.core.web import local_target, see_other

UNSENT = frozenset({"csrf_token", IDEMPOTENCY_FIELD})
BRIEFLY_MS = 100
WITHOUT_SECOND_FACTOR = frozenset({"account.one_time_code", "accounts.sign_out", "static"})
logger = logging.getLogger("tracker.accounts")


def init_accounts(app: Flask) -> None:
    """Hook accounts into the application. After `init_http`: a request without its token has been refused by then."""
    login = LoginManager()
    login.session_protection = None
    login.anonymous_user = Anybody
    login.request_loader(_signed_in_user)
    login.unauthorized_handler(_not_signed_in)
    # Not by init_app: it would look for a “remember me” cookie, and so vary even a style sheet by cookie.
    app.login_manager = login  # type: ignore[attr-defined]
    app.context_processor(_words_of_every_page)
    app.before_request(_note_use_of_token)
    app.before_request(_note_use)
    app.before_request(_ask_for_second_factor)
    app.before_request(_ask_for_recent_proof)
    app.before_request(_look_for_form_key)
    app.before_request(_bring_back_what_was_typed)
    app.after_request(_finish_form)
    app.register_error_handler(AlreadyDone, _already_done)
    app.register_error_handler(throttle.TooManyAttempts, _too_many)
    app.register_error_handler(answering.Spent, answering.refused)
    app.register_error_handler(claims.OtherContent, _other_content)
    app.register_error_handler(CSRFError, _forged_or_stale)
    claim_in_every_transaction(_claim)
    conclude_every_transaction(_claimed)


def _not_signed_in() -> AnyResponse | Answer:
    """Say to another system that it needs a token; let anybody else sign in."""
    if not is_for_systems():
        return to_sign_in()
    why = "The token does not work" if bearer.is_shown() else "A token is needed, as Authorization: Bearer …"
    said = 'Bearer realm="Data skills tracker"' + (', error="invalid_token"' if bearer.is_shown() else "")
    return (*problem(401, reason=f"{why}. Tokens are made on /account"), {"WWW-Authenticate": said})


def to_sign_in() -> AnyResponse:
    """Send somebody who is not signed in to sign in and back; what they had typed waits for them."""
    target = _target_with_what_was_typed()
    return see_other(url_for("accounts.sign_in", next=target if target != "/" else None))


def _target_with_what_was_typed() -> str:
    """Where to come back to; what a form said is parked there."""
    if request.method in SAFE_METHODS:
        return local_target(request.full_path.rstrip("?"))
    target = _page_of_form()
    _park(target)
    return local_target(target)


def _signed_in_user(_: Request) -> User | None:
    """Who the request is from: on pages by the session alone, on the API by the token alone."""
    if is_for_systems():
        return bearer.user_of_token()
    found = current_session()
    return found.user if found is not None else None


def _words_of_every_page() -> dict[str, Any]:
    settings = current_app.config["TRACKER"]
    # Asked only by a page that shows it: the pages that say the database is away are made without a database.
    return {
        "current_user": current_user,
        "banner_demo": LocalProxy(_is_demonstration),
        "banner_local": not settings.is_secure,
    }


def _is_demonstration() -> bool:
    """Whether this is a demonstration; known with the session, else looked up once a request."""
    if g.get("is_demonstration") is None:
        g.is_demonstration = queries.is_demonstration()
    found: bool = g.is_demonstration
    return found


def _note_use_of_token() -> None:
    if is_for_systems() and request.method != "OPTIONS":
        bearer.note_use()


def _note_use() -> None:
    """Move the session's last sight on, once a minute; not for a page that is merely open, and not at the price of
    waiting."""
    if request.endpoint in {None, "static"} or is_background() or is_for_systems() or not session.get(TOKEN):
        return
    found = current_session()
    if found is None or not sessions.is_seen_due(found):
        return
    session_id = found.id
    try:
        with transaction(BRIEFLY_MS):
            sessions.seen(session_id)
    except OperationalError:
        logger.info("the session's last sight was not written: the database is busy")


def _ask_for_second_factor() -> AnyResponse | None:
    """Let those whose role calls for a one-time code do nothing before they have set it up and given one."""
    if request.endpoint in WITHOUT_SECOND_FACTOR or not current_app.config["TRACKER"].require_totp or is_for_systems():
        return None
    found = current_session() if session.get(TOKEN) else None
    if found is None or found.mfa_at is not None or not second_factor.is_required(found.user, True):
        return None
    return see_other(url_for("account.one_time_code"))


def _ask_for_recent_proof() -> AnyResponse | None:
    """Before what matters most, have the user prove who they are; what was typed waits."""
    view = current_app.view_functions.get(request.endpoint or "")
    found = current_session() if getattr(view, "needs_recent_proof", False) else None
    if found is None or sessions.is_recent(found):
        return None
    return see_other(url_for("account.confirm", next=_target_with_what_was_typed()))


def _look_for_form_key() -> None:
    """Refuse a form without its key; take note of one that has it, so that the first thing written is its claim."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or view is None or getattr(view, "form_key_exemption", None):
        return
    if not current_user.is_authenticated:
        return
    key = request.form.get(IDEMPOTENCY_FIELD, "")
    if not is_form_key(key) or len(request.form.getlist(IDEMPOTENCY_FIELD)) != 1:
        abort(400, "The form came without its key. Open its page again and send it from there.")
    content = [*_typed(), *_files()]
    where = f"{request.endpoint} {sorted((request.view_args or {}).items())}"
    g.claim = claims.Claim(current_user.id, key, where[:100], claims.body_hash([("where", where), *content]))


def _typed() -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in request.form.items(multi=True) if name not in UNSENT)


def _files() -> Iterator[tuple[str, str]]:
    """A file counts by its name and size: reading it would take as long as the work itself."""
    for name, file in request.files.items(multi=True):
        size = file.stream.seek(0, 2)
        file.stream.seek(0)
        yield name, f"{file.filename} {size}"


def _claim(db_session: Session) -> None:
    """Begin the first unit of work of a form by claiming its key."""
    if has_app_context() and "claim" in g:
        claims.take(db_session, g.claim)


def _claimed(_: Session) -> None:
    """The first unit of work is about to be kept: those that follow in the same request belong to it."""
    if has_app_context() and "claim" in g:
        g.claimed = g.pop("claim")


def _finish_form(response: Response) -> Response:
    """After a form: note where its answer leads; or, where it was refused after something was written, let its key be
    used again."""
    claim = g.pop("claimed", None)
    if claim is not None:
        with transaction():
            if response.status_code == 303:
                claims.answered(claim, response.headers["Location"])
            else:
                claims.release(claim)
    return response


def _already_done(done: AlreadyDone) -> AnyResponse:
    """Answer a second sending as the first was; where that answer has not left yet, say so on the page the form is
    on."""
    g.pop("claim", None)
    return see_other(done.location or _page_of_form())


def _too_many(refusal: throttle.TooManyAttempts) -> Answer:
    """Too many attempts where there was no form to say it on."""
    return (*problem(429, reason=refusal.message), {"Retry-After": str(refusal.wait_seconds)})


def _other_content(_: claims.OtherContent) -> Problem:
    g.pop("claim", None)
    return problem(
        422,
        reason="This form was sent before with other content, and that was saved. Open its page again to change it.",
    )


def _forged_or_stale(_: CSRFError) -> AnyResponse | Problem:
    """Answer a form without a good token: forged, or opened before its user signed out or in anew. In the second case
    nothing typed is lost: it waits for its user, or is shown where the browser has forgotten who that was."""
    if is_same_origin() and session_of_cookie() is not None:
        target = _page_of_form()
        if _park(target) or current_session() is None:
            return see_other(local_target(target))
    return problem(
        400,
        reason="The form is too old, or came from another place. Nothing was changed. "
        "Open its page again and send it from there.",
        sent=typed() if is_same_origin() else [],
    )


def _page_of_form() -> str:
    """The page a form was on: its own address where that can be opened, else where the browser says it came from."""
    if local_target(request.path, "") == request.path:
        return request.path
    came_from = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return local_target(came_from)


def _park(target: str) -> bool:
    """Keep what was typed for the user whose session it was; says whether there was anything to keep and anybody to
    keep it for."""
    found = session_of_cookie()
    if found is None or not found.user.is_active or target == "/":
        return False
    user_id, path = found.user_id, target.partition("?")[0]
    with transaction():
        ref = parking.park(user_id, path, _typed())
    if ref:
        session[PARKED] = {"ref": ref, "path": path}
    return ref is not None


def _bring_back_what_was_typed() -> None:
    """Show a form with what was typed before; once it is sent again, it is parked no more."""
    parked = session.get(PARKED)
    if not isinstance(parked, dict) or parked.get("path") != request.path or not current_user.is_authenticated:
        return
    if request.method == "POST":
        session.pop(PARKED)
    elif kept := queries.parked_form(str(parked.get("ref")), current_user.id, request.path):
        g.parked_form = MultiDict((name, value) for name, value in kept.typed)
