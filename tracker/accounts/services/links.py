"""Links that work once: the first administrator's set-up, invitations and new passwords."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, update

from tracker.accounts import audit, queries
from tracker.accounts.models import ForgottenPassword, OneTimeToken, Purpose, User
from tracker.accounts.permissions import Role
from tracker.accounts.services import throttle, tokens, users
from tracker.accounts.services.sessions import new_token, token_hash
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.outbox import services as outbox

LASTS = {
    Purpose.SET_UP: timedelta(minutes=30),
    Purpose.RESET: timedelta(hours=1),
    Purpose.INVITATION: timedelta(days=7),
}
WORDS = {Purpose.RESET: "1 hour", Purpose.INVITATION: "7 days"}
FORGOTTEN = (
    "Somebody, we hope you, said on the sign-in page that your password is forgotten. If it was not you, leave this "
    "email: your password stays as it is.\n\n"
)
SUBJECT = "Choose your password for the Data skills tracker"
SPENT = "This link has been used or is too old. Ask for a new one"


def issue(purpose: Purpose, user: User | None = None, *, actor: User | None = None) -> str:
    """Make a link's token; earlier ones by which the same user could choose a password stop working.

    :param user: whom it is for; None only for the first set-up.
    """
    if user is None:
        db.session.execute(delete(OneTimeToken).where(OneTimeToken.user_id.is_(None)))
    else:
        users.end_links(user)
    token = new_token()
    expires_at = clock.now() + LASTS[purpose]
    row = OneTimeToken(token_hash=token_hash(token), purpose=purpose, user_id=user and user.id, expires_at=expires_at)
    db.session.add(row)
    db.session.flush()
    audit.record(f"link.{purpose}", f"user:{user.ref if user else ''}", actor=actor)
    return token


def let_in(user: User, *, actor: User | None) -> str:
    """Make the link by which a user chooses a password, the first or a new one, and send it to them.

    Gives the sentence to say to who asked for it; where mail only goes into a folder, with the link itself.
    """
    address, lasts = _send(user, actor=actor)
    if current_app.config["TRACKER"].mail == "file":
        return f"Give them this link, with which they choose a password within {lasts}: {address}"
    return f"A link with which they choose a password within {lasts} is on its way to {user.email}"


def _send(user: User, *, actor: User | None, why: str = "") -> tuple[str, str]:
    """Make and send a link; its address, and how long it works."""
    purpose = Purpose.RESET if user.password_hash else Purpose.INVITATION
    address, lasts = address_of(purpose, issue(purpose, user, actor=actor)), WORDS[purpose]
    text = f"{why}Choose your password for the Data skills tracker within {lasts}:\n\n{address}\n\n"
    outbox.enqueue(user.email, SUBJECT, f"{text}The link works once, and ends any that was sent before.\n")
    return address, lasts


def write_to_forgetful() -> int:
    """Send a link to each user who said within the last hour that they forgot their password; how many there were.

    Called by a job and not by the page, which must not take longer, or fail, for an address that is a user's.
    """
    asked = db.session.execute(
        delete(ForgottenPassword).returning(ForgottenPassword.user_id, ForgottenPassword.asked_at)
    )
    since = clock.now() - LASTS[Purpose.RESET]
    ids = sorted({user_id for user_id, asked_at in asked if user_id is not None and asked_at > since})
    active = [user for user in (db.session.get_one(User, user_id) for user_id in ids) if user.is_active]
    for user in active:
        audit.record("password.forgotten", f"user:{user.ref}", actor=None)
        _send(user, actor=None, why=FORGOTTEN)
    return len(active)


def address_of(purpose: Purpose, token: str) -> str:
    """The address of a link, made from the public address of the service and from nothing a request says."""
    return f"{current_app.config['TRACKER'].public_url}/{purpose.value}/{token}"


def first_set_up() -> str | None:
    """The address at which the first administrator sets the service up; None where there is an administrator."""
    return None if queries.administrators() else address_of(Purpose.SET_UP, issue(Purpose.SET_UP))


def set_up(token: str, email: str, name: str, password: str) -> User:
    """Make the first administrator.

    :raises DomainError: if the link is spent, there is an administrator already, or a field is wrong.
    """
    _spend(token, Purpose.SET_UP)
    if queries.administrators():
        raise DomainError("There is an administrator already: sign in, or ask them for an invitation")
    user = users.create_user(email, name, password=password)
    users.give_role(user, Role.ADMINISTRATOR)
    return user


def choose_password(token: str, purpose: Purpose, kept_as: str) -> int:
    """Let the user of a link choose a password; every session of theirs ends, and wrong passwords that were tried
    before delay them no more. One-time codes stay in force.

    Tokens for other systems end too: whoever knew the password that is replaced may have made some.

    :param kept_as: what `passwords.chosen` made of it.
    :return: how many tokens ended.
    :raises DomainError: if the link is spent.
    """
    user = _spend(token, purpose).user
    if user is None or not user.is_active:
        raise DomainError(SPENT)
    users.set_password(user, kept_as, actor=user)
    throttle.succeeded(throttle.ACCOUNT, user.email_key)
    return tokens.revoke_all(user)


def _spend(token: str, purpose: Purpose) -> OneTimeToken:
    """Use a token up, in one statement, so that it works once even when it is sent twice at the same time."""
    now = clock.now()
    usable = (OneTimeToken.token_hash == token_hash(token), OneTimeToken.purpose == purpose)
    spend = update(OneTimeToken).where(*usable, OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > now)
    spent = db.session.execute(spend.values(used_at=now).execution_options(synchronize_session=False))
    row = db.session.get(OneTimeToken, token_hash(token), populate_existing=True)
    if spent.rowcount != 1 or row is None:  # type: ignore[attr-defined]
        raise DomainError(SPENT)
    return row
