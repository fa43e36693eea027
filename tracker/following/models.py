"""Views that are kept under a name, and who follows whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.accounts.models.users import new_ref
from tracker.accounts.permissions import Role
from tracker.core import clock
from tracker.core.db import Model, StrEnumType, UtcDateTime
from tracker.organisations.models import Organisation
from tracker.people.models import Person
from tracker.training.models import Cohort


class SavedView(Model):
    """A name for the address of a list, kept by its owner, and shared with those who hold a role, or hold any role for
    an organisation.

    What somebody sees at the address is what they may see: a view grants nothing. One that was deleted stays, so that
    who follows an old link is told.
    """

    __tablename__ = "saved_view"
    __table_args__ = (CheckConstraint("organisation_id IS NULL OR role IS NULL", name="shared"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True, default=new_ref)
    name: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(2000))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role | None] = mapped_column(StrEnumType(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    owner: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def shared_with(self) -> str:
        """With whom the view is shared, as it is printed."""
        if self.role is not None:
            return f"Everybody with the role {self.role.label.lower()}"
        return f"Everybody with a role for {self.organisation.name}" if self.organisation else "Nobody"


class Follow(Model):
    """That a user wants to hear what happens to a person, or to the people of a cohort."""

    __tablename__ = "follow"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) != (cohort_id IS NULL)", name="one"),
        UniqueConstraint("user_id", "person_id"),
        UniqueConstraint("user_id", "cohort_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    user: Mapped[User] = relationship()
    person: Mapped[Person | None] = relationship()
    cohort: Mapped[Cohort | None] = relationship()
