"""Tokens for other systems: made, used, revoked. What a token may do is asked anew at every use."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, update

from tracker.accounts import audit, queries
from tracker.accounts.models import ApiToken, Limits, RoleGrant, User
from tracker.accounts.permissions import GRANTS, PRIVILEGED, READ_BY_TOKEN, WRITTEN_BY_TOKEN
from tracker.accounts.services.sessions import token_hash
from tracker.accounts.services.throttle import Limit, TooManyAttempts
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import has_control_characters
from tracker.organisations.models import Organisation
from tracker.organisations.queries import with_children

PREFIX = "dst_"
"""What every token begins with, so that one that leaked is recognised for what it is."""
SHOWN = len(PREFIX) + 6
USUAL_DAYS, MOST_DAYS = 90, 365
MOST_TOKENS = 20
USES_A_MINUTE = 300
UNKNOWN = Limit("unknown token", ((60, 300),))
"""How often a network may come with tokens that are none."""


@dataclass(frozen=True)
class Wish:
    """What a token is to be: its name, the role it is made from, how many days it lives, what it may do."""

    name: str
    grant: RoleGrant
    days: int = USUAL_DAYS
    may_write: bool = False
    within: Organisation | None = None


def make(user: User, wish: Wish, *, with_code: bool) -> tuple[ApiToken, str]:
    """Make a token; gives it together with its text, which is shown once and kept nowhere.

    :param with_code: whether the user gave a one-time code in this session.
    :raises DomainError: at the field of what is wrong.

    Flushes; the caller owns the transaction.
    """
    _check(user, wish)
    text = f"{PREFIX}{secrets.token_urlsafe(32)}"
    now = clock.now()
    token = ApiToken(
        token_hash=token_hash(text),
        shown=text[:SHOWN],
        name=wish.name.strip(),
        user_id=user.id,
        role=wish.grant.role,
        organisation=wish.grant.organisation,
        within=wish.within,
        may_write=wish.may_write,
        with_code=with_code,
        created_at=now,
        expires_at=now + timedelta(days=wish.days),
    )
    db.session.add(token)
    db.session.flush()
    after = {"name": token.name, "reach": token.reach, "access": token.access, "expires": token.expires_at.date()}
    audit.record("token.made", _subject(token), actor=user, after=after)
    return token, text


def _check(user: User, wish: Wish) -> None:
    if not wish.name.strip() or has_control_characters(wish.name):
        raise DomainError("Enter a name, such as the system that will use it", "name")
    if wish.grant.user_id != user.id:
        raise DomainError("Select one of your roles", "role")
    if not 1 <= wish.days <= MOST_DAYS:
        raise DomainError(f"Enter a number of days between 1 and {MOST_DAYS}", "days")
    if wish.may_write and not may_write_as(wish.grant):
        raise DomainError("This role records nothing that can be sent by a token: select ‘Read only’", "access")
    if wish.within is not None and not _holds(wish.grant.organisation_id, wish.within.id):
        raise DomainError("Select an organisation that the role reaches", "within")
    if len([one for one in queries.tokens_of(user) if is_live(one)]) >= MOST_TOKENS:
        raise DomainError(f"You have {MOST_TOKENS} tokens already: revoke one that is not used")


def may_write_as(grant: RoleGrant) -> bool:
    """Whether a role lets its holder write anything that can be sent by a token."""
    return bool(WRITTEN_BY_TOKEN & set(GRANTS[grant.role]))


def _holds(organisation_id: int | None, within_id: int) -> bool:
    """Whether what a role was given for takes an organisation in."""
    return organisation_id is None or within_id in with_children(organisation_id)


def found(text: str, *, require_totp: bool) -> ApiToken | None:
    """The token with a text, if it works now.

    :param require_totp: the setting; a token of a role that then calls for a one-time code was made with one, or
        does not work.
    """
    token = queries.token_by_hash(token_hash(text)) if text.startswith(PREFIX) else None
    if token is None or not is_live(token):
        return None
    return None if require_totp and token.role in PRIVILEGED and not token.with_code else token


def is_live(token: ApiToken) -> bool:
    """Whether the token works: not revoked, not expired, its user not disabled and still holding its role."""
    if token.revoked_at is not None or clock.now() >= token.expires_at or not token.user.is_active:
        return False
    held = any(
        (grant.role, grant.organisation_id) == (token.role, token.organisation_id)
        # A role that was taken and given again does not bring back what was made from it before.
        and grant.granted_at <= token.created_at
        for grant in token.user.grants
    )
    return held and (token.within_id is None or _holds(token.organisation_id, token.within_id))


def state(token: ApiToken) -> str:
    """Whether the token works, as it is printed."""
    if token.revoked_at is not None:
        return "Revoked"
    if clock.now() >= token.expires_at:
        return "Expired"
    return "Works" if is_live(token) else "Role no longer held"


def limits(token: ApiToken) -> Limits:
    """How far the authority of its user goes where it is used."""
    permissions = READ_BY_TOKEN | WRITTEN_BY_TOKEN if token.may_write else READ_BY_TOKEN
    return Limits(token.role, token.organisation_id, token.within_id, permissions)


def use(token: ApiToken) -> int:
    """Note that the token is used, and in the audit trail when it is the first time of a London day.

    Counted by one statement, so that uses at once are all counted; the caller owns the transaction.

    :return: how often it was used in this minute.
    """
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    first = token.last_used_at is None or clock.london_day(token.last_used_at) != clock.today()
    uses = case((ApiToken.minute == minute, ApiToken.uses + 1), else_=1)
    counted = update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=now, uses=uses, minute=minute)
    counted = counted.returning(ApiToken.uses).execution_options(synchronize_session=False)
    so_often = db.session.scalars(counted).one()
    if first:
        audit.record("token.used", _subject(token), actor=token.user, after={"name": token.name})
    if so_often == USES_A_MINUTE + 1:
        audit.record("token.slowed", _subject(token), actor=token.user, after={"uses_in_a_minute": so_often})
    return so_often


def check_pace(uses: int) -> None:
    """Refuse a use beyond so many in a minute.

    :raises TooManyAttempts: with the seconds to the next minute.
    """
    if uses > USES_A_MINUTE:
        raise TooManyAttempts(60 - clock.now().second)


def revoke(token: ApiToken, actor: User) -> None:
    """Have the token work no more, at once and for good."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        db.session.flush()
        audit.record("token.revoked", _subject(token), actor=actor, after={"name": token.name})


def revoke_all(user: User) -> int:
    """Have none of a user's tokens work any more; returns how many did. Flushes; the caller owns the transaction."""
    live = [token for token in queries.tokens_of(user) if is_live(token)]
    for token in live:
        revoke(token, user)
    return len(live)


def _subject(token: ApiToken) -> str:
    return f"token:{token.ref}"
