"""Users, the roles they hold, and what those let them do."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Integer, String, false, or_, text, true
from sqlalchemy.orm import Mapped, QueryableAttribute, mapped_column, relationship

from tracker.accounts.permissions import (
    BY_KIND,
    BY_TOKEN,
    GRANTS,
    NEEDS_ORGANISATION,
    RECRUITMENT,
    Permission,
    Reach,
    Role,
)
from tracker.core import clock
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.organisations.models import Organisation
from tracker.organisations.queries import with_children

_NEED = ", ".join(sorted(f"'{role}'" for role in NEEDS_ORGANISATION))


def new_ref() -> str:
    """A reference that says nothing about the one before it."""
    return secrets.token_hex(5)


@dataclass(frozen=True)
class Limits:
    """How far a user's authority goes where another system acts for them: as one of their roles, or less.

    `organisation_id` is what the role was given for; `within_id` an organisation that it is narrowed to, with the
    bodies under it. Of the permissions of the role only those named are left.
    """

    role: Role
    organisation_id: int | None
    within_id: int | None
    permissions: frozenset[Permission]

    def reaches(self, permission: Permission) -> list[tuple[Reach, int | None]]:
        """As `User._reaches`."""
        reach = GRANTS[self.role].get(permission) if permission in self.permissions else None
        if reach not in BY_TOKEN:
            return []
        if self.within_id is not None and reach is not Reach.OWN:
            return [(Reach.ORGANISATION, self.within_id)]
        return [(reach, self.organisation_id)]


class User(Model):
    """Somebody who may sign in. Never deleted, only disabled: the audit trail speaks of them.

    `email` is kept as typed and compared as `email_key`. Without a password the user has been invited and has not
    answered yet.
    """

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("length(email) > 2 AND length(email_key) > 2", name="email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True, default=new_ref)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user", foreign_keys="RoleGrant.user_id", cascade="all, delete-orphan", order_by="RoleGrant.id"
    )

    __mapper_args__ = {"version_id_col": version}

    is_authenticated = True

    @property
    def is_active(self) -> bool:
        """Whether the user may sign in."""
        return self.disabled_at is None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, over whatever organisation."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def state(self) -> str:
        """Whether the user can sign in, as it is printed."""
        if not self.is_active:
            return "Disabled"
        return "Active" if self.password_hash else "Invited"

    @property
    def role_names(self) -> str:
        """The roles as they are printed, with the organisation each is for where it is for one."""
        names = [
            f"{g.role.label} ({g.organisation.short_name})" if g.organisation else g.role.label for g in self.grants
        ]
        return ", ".join(names) or "No role"

    def holds(self, role: Role) -> bool:
        """Whether the user holds the role. For labels and time limits; what somebody may do is asked with `may`."""
        return role in self.roles

    def limit(self, limits: Limits) -> None:
        """Let this user's authority, as it was loaded for one request, go no further than some limits."""
        self.__dict__["_limits"] = limits

    def _reaches(self, permission: Permission) -> list[tuple[Reach, int | None]]:
        """How far each role that carries the permission takes it, with the organisation it was given for."""
        limits: Limits | None = self.__dict__.get("_limits")
        if limits is not None:
            return limits.reaches(permission)
        held = [(GRANTS[grant.role].get(permission), grant.organisation_id) for grant in self.grants]
        return [(reach, organisation_id) for reach, organisation_id in held if reach is not None]

    def reach(self, permission: Permission) -> frozenset[int] | None:
        """The organisations the permission is held over, children included; None means all of them, and empty none."""
        reaches = self._reaches(permission)
        if any(reach is Reach.EVERYTHING for reach, _ in reaches):
            return None
        scopes = (self._family(at) for reach, at in reaches if reach is Reach.ORGANISATION and at is not None)
        return frozenset[int]().union(*scopes)

    def _family(self, organisation_id: int) -> frozenset[int]:
        """An organisation with its children, asked of the database once for each user loaded, which is once a
        request."""
        families: dict[int, frozenset[int]] = self.__dict__.setdefault("_families", {})
        if organisation_id not in families:
            families[organisation_id] = with_children(organisation_id)
        return families[organisation_id]

    def may(self, permission: Permission, subject: Any = None) -> bool:
        """Whether some role grants the permission and, given a subject, the subject is within its reach.

        :param subject: has `organisation_id` where a role holds the permission over an organisation, `user_id` where
            a role holds it over the holder's own record, `supervisor_user_ids` where it is held over what the holder
            supervises, `panel_user_ids` where it is held by who sits on a panel, `kind` where it is held over
            some kinds of files, and `strand` where it is held over the figures of one.
        :raises AttributeError: if the subject lacks what the reach is judged by. It fails shut: no answer is no.
        """
        reaches = {reach for reach, _ in self._reaches(permission)}
        if not reaches or subject is None or Reach.EVERYTHING in reaches:
            return bool(reaches)
        own = Reach.OWN in reaches and subject.user_id == self.id
        supervised = Reach.SUPERVISED in reaches and self.id in subject.supervisor_user_ids
        on_panel = Reach.PANEL in reaches and self.id in subject.panel_user_ids
        of_kind = bool(reaches & BY_KIND) and self.may_take(permission, subject.kind)
        within = Reach.ORGANISATION in reaches and subject.organisation_id in (self.reach(permission) or ())
        of_strand = Reach.RECRUITMENT_FIGURES in reaches and subject.strand == RECRUITMENT
        return own or supervised or on_panel or of_kind or of_strand or within

    def has_files(self, permission: Permission) -> bool:
        """Whether some role grants the permission over some kinds of files, which are no organisation's."""
        return any(reach in BY_KIND for reach, _ in self._reaches(permission))

    def may_take(self, permission: Permission, kind: str) -> bool:
        """Whether some role grants the permission over files of a kind."""
        return any(reach.takes_in(kind) for reach, _ in self._reaches(permission))

    def sees(
        self,
        permission: Permission,
        organisation_column: ColumnElement[int] | QueryableAttribute[Any],
        owner_column: ColumnElement[int] | QueryableAttribute[Any] | None = None,
        *,
        supervised: ColumnElement[bool] | None = None,
        on_panel: ColumnElement[bool] | None = None,
    ) -> ColumnElement[bool]:
        """The rule of `may` for a list, in SQL: the rows whose organisation or owner is within reach.

        :param supervised: whether the user supervises the row today.
        :param on_panel: whether this user sits on the panel of a row, where rows have one.
        """
        organisations = self.reach(permission)
        if organisations is None:
            return true()
        parts: list[ColumnElement[bool]] = [organisation_column.in_(sorted(organisations))] if organisations else []
        if owner_column is not None and any(reach is Reach.OWN for reach, _ in self._reaches(permission)):
            parts.append(owner_column == self.id)
        if supervised is not None and any(reach is Reach.SUPERVISED for reach, _ in self._reaches(permission)):
            parts.append(supervised)
        if on_panel is not None and any(reach is Reach.PANEL for reach, _ in self._reaches(permission)):
            parts.append(on_panel)
        return or_(false(), *parts)


class Anybody:
    """Who is there when nobody is signed in: may do nothing."""

    id: int | None = None
    name = ""
    is_authenticated = False

    def may(self, permission: Permission, subject: Any = None) -> bool:
        """No."""
        return False

    def reach(self, permission: Permission) -> frozenset[int]:
        """Nothing."""
        return frozenset()

    def has_files(self, permission: Permission) -> bool:
        """No."""
        return False

    def may_take(self, permission: Permission, kind: str) -> bool:
        """No."""
        return False


class RoleGrant(Model):
    """A role given to a user, for the organisation it is for where it needs one."""

    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint(f"organisation_id IS NOT NULL OR role NOT IN ({_NEED})", name="organisation"),
        Index("uq_role_grant_over_one", "user_id", "role", "organisation_id", unique=True),
        Index(
            "uq_role_grant_over_all",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("organisation_id IS NULL"),
            postgresql_where=text("organisation_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(StrEnumType(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])
    organisation: Mapped[Organisation | None] = relationship()
    granted_by: Mapped[User | None] = relationship(foreign_keys=[granted_by_id])


class Installation(Model):
    """What is true of this installation as a whole, such as that it holds the demonstration programme."""

    __tablename__ = "installation"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
