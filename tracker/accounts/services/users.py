"""Users and their roles: added, given, taken, disabled. Every act stands in the audit trail."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete

from tracker.accounts import audit, queries
from tracker.accounts.models import Installation, KnownDevice, OneTimeToken, RoleGrant, User, UserSession
from tracker.accounts.permissions import NEEDS_ORGANISATION, TWO_PEOPLE, Role
from tracker.accounts.services import passwords, sessions
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import email_key, format_instant, has_control_characters
from tracker.organisations.models import Organisation
from tracker.outbox import services as outbox


def create_user(
    email: str,
    name: str,
    *,
    actor: User | None = None,
    password: str | None = None,
) -> User:
    """Add a user, without roles.

    :param actor: who adds them; None for a command or the first set-up.
    :param password: their first password; None leaves them to choose one by an invitation link.
    :raises DomainError: if the address is not one or is taken, the name is empty, or the password is too easy.
    """
    address, name = _checked_email(email), _checked_name(name)
    if queries.user_by_email(address) is not None:
        raise DomainError("There is already a user with this email address", "email")
    user = User(email=address, email_key=email_key(address), name=name)
    if password is not None:
        passwords.check_choice(password, name, address)
        user.password_hash, user.password_changed_at = passwords.hash_password(password), clock.now()
    db.session.add(user)
    db.session.flush()
    audit.record("user.added", f"user:{user.ref}", actor=actor, after={"name": name, "email": address})
    return user


def edit_user(user: User, email: str, name: str, actor: User) -> None:
    """Change a user's name and address; with the address, links that were sent to the old one stop working, and the
    old one is told.

    :raises DomainError: as `create_user`; or if the address is that of somebody else with a privileged role, to whom
        whoever has the new one could then become.
    """
    address, name = _checked_email(email), _checked_name(name)
    holder = queries.user_by_email(address)
    if holder is not None and holder.id != user.id:
        raise DomainError("There is already a user with this email address", "email")
    if email_key(address) != user.email_key:
        _move_away_from_address(user, actor)
    before = {"name": user.name, "email": user.email}
    user.email, user.email_key, user.name = address, email_key(address), name
    db.session.flush()
    audit.record("user.edited", f"user:{user.ref}", actor=actor, before=before, after={"name": name, "email": address})


def _move_away_from_address(user: User, actor: User) -> None:
    if actor.id != user.id and user.roles & TWO_PEOPLE:
        raise DomainError(
            "Whoever has the address of an account can become its user, and this one holds a role that takes two "
            "administrators. Take the role away, change the address, and ask for the role again",
            "email",
        )
    end_links(user)
    text = (
        "An administrator has changed the email address of your account. Nothing is sent to this one any more.\n\n"
        "If you did not expect that, tell an administrator of the service.\n"
    )
    outbox.enqueue(user.email, "The email address of your account was changed", text)


def end_links(user: User) -> None:
    """Have the links by which a user could choose a password work no more."""
    unused = (OneTimeToken.user_id == user.id, OneTimeToken.used_at.is_(None))
    db.session.execute(delete(OneTimeToken).where(*unused))


def give_role(
    user: User,
    role: Role,
    *,
    organisation: Organisation | None = None,
    actor: User | None = None,
    asked_by: User | None = None,
) -> RoleGrant:
    """Give a user a role.

    :param organisation: what a role over one organisation is given for; its children are included.
    :param actor: who gives it; None for a command or the first set-up. Nobody gives themselves one.
    :param asked_by: who asked for it, where it is one that takes two administrators.
    :raises DomainError: if the rule says no; nothing has changed then.
    """
    check_role(user, role, organisation=organisation, actor=actor)
    if role in TWO_PEOPLE and actor is not None and (asked_by is None or asked_by.id in {actor.id, user.id}):
        raise DomainError(f"{role.label} is given by two administrators: one asks for it, another one approves", "role")
    grant = RoleGrant(role=role, organisation=organisation, granted_by=actor)
    user.grants.append(grant)
    db.session.flush()
    asked = {"asked_by": asked_by.ref} if asked_by is not None else {}
    audit.record("role.given", f"user:{user.ref}", actor=actor, after=_described(grant) | asked)
    return grant


def check_role(user: User, role: Role, *, organisation: Organisation | None, actor: User | None) -> None:
    """Refuse a role that the user cannot be given, by however many people.

    :raises DomainError: with the reason, at the form's field.
    """
    _check_not_self(user, actor)
    if role in NEEDS_ORGANISATION and organisation is None:
        raise DomainError(f"{role.label} is given for one organisation: choose it", "organisation")
    if role not in NEEDS_ORGANISATION and organisation is not None:
        raise DomainError(
            f"{role.label} is not given for one organisation: leave the organisation empty", "organisation"
        )
    if not user.is_active:
        raise DomainError("This user is disabled: enable them first")
    if any(grant.role is role and grant.organisation == organisation for grant in user.grants):
        raise DomainError(f"{user.name} has this role already", "role")


def take_role(grant: RoleGrant, actor: User | None) -> None:
    """Take a role away, effective with the user's next request.

    :raises DomainError: if it is one's own, or that of the last administrator.
    """
    user = grant.user
    _check_not_self(user, actor)
    if grant.role is Role.ADMINISTRATOR:
        _check_not_last_administrator(user)
    before = _described(grant)
    user.grants.remove(grant)
    db.session.flush()
    audit.record("role.taken", f"user:{user.ref}", actor=actor, before=before)


def disable(user: User, actor: User | None) -> None:
    """Stop a user from signing in and end every session of theirs at once. Roles and records stay.

    :raises DomainError: if it is oneself, or the last administrator.
    """
    if actor is not None and actor.id == user.id:
        raise DomainError("You cannot disable yourself: ask another administrator")
    if not user.is_active:
        raise DomainError(f"{user.name} is disabled already")
    if user.holds(Role.ADMINISTRATOR):
        _check_not_last_administrator(user)
    user.disabled_at = clock.now()
    sessions.end_all(user)
    audit.record("user.disabled", f"user:{user.ref}", actor=actor)


def enable(user: User, actor: User) -> None:
    """Let a disabled user sign in again."""
    if user.is_active:
        raise DomainError(f"{user.name} is not disabled")
    user.disabled_at = None
    db.session.flush()
    audit.record("user.enabled", f"user:{user.ref}", actor=actor)


def set_password(user: User, kept_as: str, *, actor: User | None, keep: UserSession | None = None) -> None:
    """Give a user a new password, end every session but the one that is kept, and every link that could change it
    again. Browsers that were known prove themselves again. Who had a password before is told by mail.

    :param kept_as: what `passwords.chosen` made of the password.
    """
    if user.password_hash is not None:
        text = (
            f"The password of your account was changed on {format_instant(clock.now())}, and every other session has "
            "ended.\n\nIf it was not you, tell an administrator of the service at once.\n"
        )
        outbox.enqueue(user.email, "Your password was changed", text)
    user.password_hash, user.password_changed_at = kept_as, clock.now()
    end_links(user)
    sessions.end_all(user, but=keep)
    db.session.execute(delete(KnownDevice).where(KnownDevice.user_id == user.id))
    audit.record("password.changed", f"user:{user.ref}", actor=actor)


def mark_demonstration() -> None:
    """Note that this installation holds the demonstration programme: sign-in then lists its accounts."""
    db.session.merge(Installation(key="demo", value="yes"))
    db.session.flush()


def _checked_email(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).original
    except EmailNotValidError:
        raise DomainError("Enter an email address in the correct format, like name@example.gov.uk", "email") from None


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 100 or has_control_characters(name):
        raise DomainError("Enter a name of 1 to 100 characters", "name")
    return name


def _check_not_self(user: User, actor: User | None) -> None:
    if actor is not None and actor.id == user.id:
        raise DomainError("You cannot change your own roles: ask another administrator")


def _check_not_last_administrator(user: User) -> None:
    if not any(other.id != user.id for other in queries.administrators()):
        raise DomainError("This is the last administrator: give the role to somebody else first")


def _described(grant: RoleGrant) -> dict[str, str | None]:
    return {"role": grant.role.value, "organisation": grant.organisation.slug if grant.organisation else None}
