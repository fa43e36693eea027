"""Keeping views under a name, sharing them, and following."""

from dataclasses import dataclass

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.following import queries
from tracker.following.models import Follow, SavedView
from tracker.people.models import Person
from tracker.training.models import Cohort

NOBODY, ROLE, ORGANISATION = "nobody", "role", "organisation"


class ViewNotAllowed(DomainError):
    """A view that cannot be kept so."""


@dataclass(frozen=True)
class Sharing:
    """With whom a view is shared: a role, an organisation, or nobody."""

    role: Role | None = None
    organisation_id: int | None = None


def sharing_choices(user: User) -> list[tuple[str, str]]:
    """With whom a user may share: with those who hold a role of theirs, or a role for an organisation of theirs."""
    roles = [(f"{ROLE}:{role}", f"Everybody with the role {role.label.lower()}") for role in sorted(user.roles)]
    organisations = {grant.organisation.slug: grant.organisation.name for grant in user.grants if grant.organisation}
    bodies = [(f"{ORGANISATION}:{slug}", f"Everybody with a role for {name}") for slug, name in organisations.items()]
    return [(NOBODY, "Nobody"), *roles, *bodies]


def sharing_of(view: SavedView) -> str:
    """With whom a view is shared, as one of the choices."""
    if view.role is not None:
        return f"{ROLE}:{view.role}"
    return f"{ORGANISATION}:{view.organisation.slug}" if view.organisation else NOBODY


def _sharing(user: User, choice: str) -> Sharing:
    kind, _, what = choice.partition(":")
    if kind == ROLE and what in user.roles:
        return Sharing(role=Role(what))
    found = {grant.organisation.slug: grant.organisation.id for grant in user.grants if grant.organisation}
    if kind == ORGANISATION and what in found:
        return Sharing(organisation_id=found[what])
    if choice != NOBODY:
        raise ViewNotAllowed("Select with whom to share it", "share")
    return Sharing()


def keep_view(user: User, name: str, address: str, share: str) -> SavedView:
    """Keep an address under a name.

    :param address: a page of the service; the caller has looked that it is one.
    :param share: one of `sharing_choices`.
    :raises ViewNotAllowed: if the user has a view of that name, or may not share it so.
    """
    sharing = _sharing(user, share)
    name = _checked_name(user, name)
    view = SavedView(
        name=name, address=address, owner_id=user.id, role=sharing.role, organisation_id=sharing.organisation_id
    )
    db.session.add(view)
    db.session.flush()
    audit.record("view.kept", f"view:{view.ref}", actor=user, after={"name": name, "address": address, "share": share})
    return view


def change_view(view: SavedView, name: str, share: str, *, by: User) -> None:
    """Give a view another name, or share it with others.

    :raises ViewNotAllowed: as `keep_view`.
    """
    sharing, before = _sharing(by, share), {"name": view.name, "share": sharing_of(view)}
    view.name = _checked_name(by, name, but=view)
    view.role, view.organisation_id = sharing.role, sharing.organisation_id
    db.session.flush()
    after = {"name": view.name, "share": share}
    audit.record("view.changed", f"view:{view.ref}", actor=by, before=before, after=after)


def delete_view(view: SavedView, *, by: User) -> None:
    """Delete a view; whoever follows a link to it is told."""
    view.deleted_at = now()
    db.session.flush()
    audit.record("view.deleted", f"view:{view.ref}", actor=by, before={"name": view.name})


def _checked_name(user: User, name: str, but: SavedView | None = None) -> str:
    name = " ".join(name.split())
    same = [one for one in queries.views_for(user) if one.owner_id == user.id and one is not but]
    if any(one.name.casefold() == name.casefold() for one in same):
        raise ViewNotAllowed("You have a view of this name already: choose another name", "name")
    return name


def follow(user: User, subject: Person | Cohort) -> None:
    """Follow a person or a cohort; following twice is following."""
    if queries.follow_of(user, subject) is None:
        is_person = isinstance(subject, Person)
        which = {"person_id": subject.id} if is_person else {"cohort_id": subject.id}
        db.session.add(Follow(user_id=user.id, **which))
        db.session.flush()


def stop_following(user: User, subject: Person | Cohort) -> None:
    """Follow a person or a cohort no longer."""
    following = queries.follow_of(user, subject)
    if following is not None:
        db.session.delete(following)
        db.session.flush()
