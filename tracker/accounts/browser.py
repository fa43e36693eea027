"""What one browser holds of its user: the session's token, how far signing in has got, and the mark of a known
device."""

from flask import current_app, g, request, session
from werkzeug.wrappers import Response

from tracker.accounts import queries
from tracker.accounts.models import User, UserSession
from tracker.accounts.services import sessions
from tracker.core import clock
from tracker.core.db import db

TOKEN, PARKED, HALFWAY = "token", "parked", "halfway"
"""What the signed cookie holds beside the key of forms: the session's token, where something typed is parked, and,
between password and code, whose password was right and when."""
HALFWAY_SECONDS = 600
DEVICE_SECONDS = 180 * 86400


def session_of_cookie() -> UserSession | None:
    """The session whose token the cookie holds, live or not; looked up once a request."""
    if "user_session" not in g:
        token = session.get(TOKEN)
        known = queries.session_by_hash(sessions.token_hash(token)) if isinstance(token, str) else None
        g.user_session, g.is_demonstration = known or (None, None)
    found: UserSession | None = g.user_session
    return found


def current_session() -> UserSession | None:
    """The session of this request, if it still signs its user in."""
    found = session_of_cookie()
    return found if found is not None and sessions.is_live(found) else None


def start_session(user: User, *, mfa: bool) -> str:
    """Sign the user in with this browser, inside a transaction: a new token, and nothing kept of the cookie but what
    was parked.

    Gives the token of the device, for `remember_device`.
    """
    parked = session.get(PARKED)
    agent, address = request.headers.get("User-Agent", ""), request.remote_addr or ""
    token = sessions.open_session(user, agent=agent, address=address, mfa=mfa)
    session.clear()
    session[TOKEN] = token
    if parked:
        session[PARKED] = parked
    return sessions.remember_device(user, device_token())


def replace_token(token: str) -> None:
    """Go on with a rotated token, and with new form tokens."""
    session.pop("csrf_token", None)
    session[TOKEN] = token


def forget() -> None:
    """Nobody is signed in with this browser any more. The token of the session that ended stays: it opens nothing, and
    says whose a form is that another tab sends yet."""
    ended = session.get(TOKEN)
    session.clear()
    if ended:
        session[TOKEN] = ended


def go_halfway(user: User) -> None:
    """The password was right; the code is still to come."""
    session[HALFWAY] = [user.id, user.version, clock.now().timestamp()]


def halfway_user() -> User | None:
    """Whose password was given within the last ten minutes, if the account has not changed since."""
    held = session.get(HALFWAY)
    if not isinstance(held, list) or clock.now().timestamp() - held[2] > HALFWAY_SECONDS:
        return None
    user = db.session.get(User, held[0])
    return user if user is not None and user.is_active and user.version == held[1] else None


def device_token() -> str | None:
    """The mark of a browser that somebody has signed in with before."""
    return request.cookies.get(_device_cookie())


def remember_device(answer: Response, token: str) -> Response:
    """Mark the browser, for half a year."""
    secure: bool = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(_device_cookie(), token, DEVICE_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return answer


def _device_cookie() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"
