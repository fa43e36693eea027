"""One-time codes from an authenticator app (TOTP, RFC 6238): set up, checked, taken away."""

import pyotp
import segno
from flask import current_app
from sqlalchemy import delete, update

from tracker.accounts import audit, queries
from tracker.accounts.models import SecondFactor, User
from tracker.accounts.permissions import PRIVILEGED
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.keys import seal, unseal

ISSUER = "Data skills tracker"
SECONDS = 30
PURPOSE = "one-time codes"
IN_CLEAR = 32
"""The length of a secret as apps read it. Those from before secrets were sealed are kept so, until their next use."""
WRONG = "The code is not right. Enter the six figures that your app shows now"


def is_enrolled(user: User) -> bool:
    """Whether the user signs in with a one-time code."""
    factor = queries.second_factor(user)
    return factor is not None and factor.confirmed_at is not None


def is_required(user: User, require_totp: bool) -> bool:
    """Whether the user's roles call for a one-time code. `require_totp` is the setting."""
    return require_totp and bool(user.roles & PRIVILEGED)


def begin(user: User) -> SecondFactor:
    """Make a secret to put into an app; it is not in force until `confirm`.

    :raises DomainError: if one is in force.
    """
    factor = queries.second_factor(user)
    if factor is not None and factor.confirmed_at is not None:
        raise DomainError("One-time codes are set up already")
    if factor is None:
        factor = SecondFactor(user_id=user.id)
        db.session.add(factor)
    factor.secret, factor.created_at = _sealed(pyotp.random_base32()), clock.now()
    db.session.flush()
    return factor


def secret_of(factor: SecondFactor) -> str | None:
    """The secret as apps read it; None if it was sealed by a key that the service no longer has."""
    if len(factor.secret) == IN_CLEAR:
        return factor.secret
    settings = current_app.config["TRACKER"]
    return unseal((settings.secret_key, *settings.secret_key_fallbacks), PURPOSE, factor.secret)


def _sealed(secret: str) -> str:
    return seal(current_app.config["TRACKER"].secret_key, PURPOSE, secret)


def confirm(user: User, code: str) -> None:
    """Put the secret in force, once the app has shown a right code for it.

    :raises DomainError: if the code is wrong or nothing was begun.
    """
    factor = queries.second_factor(user)
    if factor is None or factor.confirmed_at is not None:
        raise DomainError("Begin again: there is nothing to confirm")
    factor.confirmed_at = clock.now()
    _use(factor, code)
    audit.record("one-time code.set up", f"user:{user.ref}", actor=user)


def check(user: User, code: str) -> None:
    """Accept a code once.

    :raises DomainError: if it is wrong, or was used before.
    """
    factor = queries.second_factor(user)
    if factor is None or factor.confirmed_at is None:
        raise DomainError(WRONG, "code")
    _use(factor, code)


def _use(factor: SecondFactor, code: str) -> None:
    """Take the code's time step, in one statement: of two requests with the same code, one is refused.

    The secret is sealed anew meanwhile, so that earlier keys of the service can be given up in time.
    """
    secret = secret_of(factor)
    step = _step(secret, "".join(code.split())) if secret else None
    if secret is None or step is None:
        raise DomainError(WRONG, "code")
    db.session.flush()
    later = update(SecondFactor).where(SecondFactor.user_id == factor.user_id, SecondFactor.last_step < step)
    used = db.session.execute(
        later.values(last_step=step, secret=_sealed(secret)).execution_options(synchronize_session=False)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise DomainError("This code has been used. Wait for the next one", "code")


def _step(secret: str, code: str) -> int | None:
    """The half-minute the code belongs to: this one, the last or the next, since clocks differ."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    now, totp = int(clock.now().timestamp()) // SECONDS, pyotp.TOTP(secret)
    steps = (step for step in (now, now - 1, now + 1) if pyotp.utils.strings_equal(totp.generate_otp(step), code))
    return next(steps, None)


def remove(user: User, actor: User | None) -> None:
    """Take the second factor away, so that the user can set up a new one."""
    if queries.second_factor(user) is None:
        raise DomainError("One-time codes are not set up")
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    audit.record("one-time code.removed", f"user:{user.ref}", actor=actor)


def picture(user: User, secret: str) -> str:
    """The QR code that an app reads, as the address of an image (a data URI, which the content policy lets images
    be)."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white")
