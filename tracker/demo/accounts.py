"""The accounts of the demonstration: one for each role, all with one password."""

from tracker.accounts.models import User
from tracker.accounts.permissions import NEEDS_ORGANISATION, Role
from tracker.accounts.services.passwords import hash_password
from tracker.accounts.services.users import create_user, give_role, mark_demonstration
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.organisations.queries import organisation

NAMES = {
    Role.PROGRAMME_MANAGER: "Morag Fernandes",
    Role.ADMINISTRATOR: "Nikhil Parry",
    Role.DEPARTMENT_LEAD: "Harriet Asante",
    Role.HOST_SUPERVISOR: "Aled Qureshi",
    Role.RECRUITMENT_LEAD: "Imogen Varga",
    Role.FELLOW: "Tariq Sutherland",
    Role.TRAINEE: "Trainee",
    Role.LEADERSHIP: "Beatriz Lloyd",
    Role.AUDITOR: "Uchenna Reid",
}
"""Who they are; the trainee takes the name of the person the account is given to. The programme manager comes first."""


def address_of(role: Role) -> str:
    """The address an account of the demonstration signs in with."""
    return f"{role.value}@demo.example"


def open_accounts(password: str, slug: str) -> list[User]:
    """One account for each role, and the note that this installation is a demonstration.

    :param slug: the organisation of a role that needs one.
    :raises DomainError: if one of the addresses is taken.
    """
    department = organisation(slug)
    if department is None:
        raise DomainError("the reference data is not loaded: run tracker init first")
    users = []
    # All have one password, which is printed: hashing it once is enough, and spares the first start a second.
    kept = hash_password(password)
    for role, name in NAMES.items():
        user = create_user(address_of(role), name)
        user.password_hash, user.password_changed_at = kept, now()
        give_role(user, role, organisation=department if role in NEEDS_ORGANISATION else None)
        users.append(user)
    mark_demonstration()
    db.session.flush()
    return users
