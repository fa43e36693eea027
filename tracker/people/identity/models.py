"""Former names and addresses, probable duplicates, merges, secondments, and who a change of government moved."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, UtcDateTime
from tracker.people.models import Person, Posting


class FormerDetails(Model):
    """A name and an address somebody had up to an instant, and what replaced them: a form, an import or a merge.

    Rows are added, never changed: the database refuses it. An address once theirs stays theirs for ever (fine print
    G6). Where the import or the merge was undone, nothing was replaced, and the row says nothing.
    """

    __tablename__ = "person_former"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("person_merge.id"), index=True)

    person: Mapped[Person] = relationship()
    ended_by: Mapped[User | None] = relationship()


class PersonMerge(Model):
    """Two records turned out to be of one person: `merged` stands for nobody any more, `survivor` for both.

    It says who somebody is, not what happened, so it has no clock: at every day and every instant the two are one
    person for as long as it is not undone. `replaced` holds, as JSON, what the survivor's fields said before.
    """

    __tablename__ = "person_merge"
    __table_args__ = (
        CheckConstraint("survivor_id <> merged_id", name="itself"),
        Index(
            None,
            "merged_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
            sqlite_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    survivor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    replaced: Mapped[str] = mapped_column(Text, default="{}")
    reason: Mapped[str] = mapped_column(Text)
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_reason: Mapped[str] = mapped_column(Text, default="")

    survivor: Mapped[Person] = relationship(foreign_keys=[survivor_id])
    merged: Mapped[Person] = relationship(foreign_keys=[merged_id])
    merged_by: Mapped[User] = relationship(foreign_keys=[merged_by_id])

    @property
    def organisation_id(self) -> int | None:
        """The survivor's organisation today: whose people may look after it."""
        return self.survivor.organisation_id  # type: ignore[attr-defined,no-any-return]

    @property
    def user_id(self) -> int | None:
        """The survivor's own account."""
        return self.survivor.user_id


class MergeMove(Model):
    """A row that a merge gave to another person, and whose it was before: what an undo puts back.

    `stood_in_for_id`: of an enrolment that was set aside, the one of the same cohort that stands for both.
    """

    __tablename__ = "merge_move"
    __table_args__ = (Index(None, "table_name", "row_id"), {"sqlite_with_rowid": False})

    merge_id: Mapped[int] = mapped_column(ForeignKey("person_merge.id"), primary_key=True)
    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stood_in_for_id: Mapped[int | None] = mapped_column(Integer)


class DuplicatePair(Model):
    """Two people who may be one: what matches, what differs, and how much it says. `low_id` is below `high_id`.

    Once somebody has said that they are two people (`decided_at`), it is never asked again.
    """

    __tablename__ = "duplicate_pair"
    __table_args__ = (UniqueConstraint("low_id", "high_id"), CheckConstraint("low_id < high_id", name="order"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    weight: Mapped[int] = mapped_column(Integer)
    matches: Mapped[str] = mapped_column(Text)
    differs: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    low: Mapped[Person] = relationship(foreign_keys=[low_id])
    high: Mapped[Person] = relationship(foreign_keys=[high_id])
    decided_by: Mapped[User | None] = relationship()


class DuplicateScan(Model):
    """A search for duplicates: how far it saw, so that the next looks only at what came after."""

    __tablename__ = "duplicate_scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_person_id: Mapped[int] = mapped_column(Integer)
    last_posting_id: Mapped[int] = mapped_column(Integer)
    last_journey_id: Mapped[int] = mapped_column(Integer)
    last_former_id: Mapped[int] = mapped_column(Integer)


class Secondment(Model):
    """A posting that has an end: on `returns_on`, the first day back, the person returns to where they came from.

    `return_id` is the posting that took them back; null while they are away.
    """

    __tablename__ = "secondment"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), primary_key=True, autoincrement=False)
    home_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    returns_on: Mapped[date] = mapped_column(Date)
    return_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"), index=True)

    posting: Mapped[Posting] = relationship(foreign_keys=[posting_id])
    home: Mapped[Posting] = relationship(foreign_keys=[home_id])
    returned: Mapped[Posting | None] = relationship(foreign_keys=[return_id])


class ReorganisedPosting(Model):
    """A posting that a change in the machinery of government made."""

    __tablename__ = "reorganised_posting"

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), primary_key=True, autoincrement=False)
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisation.id"), index=True)
