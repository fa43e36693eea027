"""Persons and their dated postings."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, Numeric, String, Text, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship
from sqlalchemy.types import TypeEngine

from tracker.core.calendar import LAST_DAY
from tracker.core.clock import now
from tracker.core.db import Model, UtcDateTime
from tracker.organisations.models import Grade, Organisation, Profession, Region


def by_code_point(length: int) -> TypeEngine[str]:
    """Text that both databases order and compare alike, whatever language PostgreSQL was set up with."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Person(Model):
    """Somebody the programme knows. Names and addresses are here and nowhere else.

    `ref` is the public reference and is matched by, never the name. `name_key` and `email_key` are what is compared
    (`core.text`). `removed_at` is set where the import that created the person was undone: the reference and address
    are free again. `anonymised_at` is set where who they are was erased: the row stays for what is counted.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("fte > 0 AND fte <= 1", name="fte"),
        Index(
            None,
            "email_key",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
            sqlite_where=text("removed_at IS NULL"),
        ),
        Index(None, "name_key"),
        Index(None, "sort_key", "id"),
        Index(
            None,
            "removed_at",
            postgresql_where=text("removed_at IS NOT NULL"),
            sqlite_where=text("removed_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(100), unique=True)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254))
    name_key: Mapped[str] = mapped_column(String(210))
    sort_key: Mapped[str] = mapped_column(by_code_point(210))
    fte: Mapped[float] = mapped_column(Numeric(3, 2, asdecimal=False), default=1.0)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    postings: Mapped[list["Posting"]] = relationship(back_populates="person", order_by="Posting.starts_on, Posting.id")
    current: Mapped["PostingSpan | None"] = relationship(
        primaryjoin=lambda: (Person.id == PostingSpan.person_id) & (PostingSpan.ends_on == LAST_DAY),
        viewonly=True,
        uselist=False,
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.first_name} {self.last_name}"


class PersonWord(Model):
    """One folded word of a person's name, address or reference: what the search looks up, by its beginning."""

    __tablename__ = "person_word"
    __table_args__ = {"sqlite_with_rowid": False}

    word: Mapped[str] = mapped_column(by_code_point(254), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Spelling(Model):
    """A word that names are made of, by one of its pieces (`people.spelling`): how a misspelt word finds it.

    It holds words and no people. A word that nobody has any more leaves it the night after.
    """

    __tablename__ = "spelling"
    __table_args__ = {"sqlite_with_rowid": False}

    piece: Mapped[str] = mapped_column(by_code_point(60), primary_key=True)
    word: Mapped[str] = mapped_column(by_code_point(60), primary_key=True, index=True)


class Posting(Model):
    """Where somebody was from a day on: organisation, grade, profession and region. It lasts until the next one.

    The first posting reaches back without limit (fine print B1). A posting from a list of trainees is known at every
    instant (`recorded_at` is null: B2); a transfer from when it was recorded. A wrong one is voided, not changed.
    """

    __tablename__ = "posting"
    __table_args__ = (Index(None, "person_id", "starts_on"), Index(None, "recorded_at"), Index(None, "voided_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    grade_id: Mapped[int | None] = mapped_column(ForeignKey("grade.id"))
    profession_id: Mapped[int | None] = mapped_column(ForeignKey("profession.id"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    person: Mapped[Person] = relationship(back_populates="postings")
    organisation: Mapped[Organisation] = relationship()
    grade: Mapped[Grade | None] = relationship()
    profession: Mapped[Profession | None] = relationship()
    region: Mapped[Region | None] = relationship()


class PostingSpan(Model):
    """A posting with the days it holds, as is known now: from the first up to, not including, the second.

    Kept by `people.services` from the postings, so that reading needs no sorting; `people.queries.posting_spans` is
    the rule.
    """

    __tablename__ = "posting_span"
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="days"),
        Index(None, "person_id", "starts_on", unique=True),
        Index(None, "person_id", "ends_on", unique=True),
        Index(None, "organisation_id", "ends_on"),
        Index(None, "starts_on", "person_id"),
    )

    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)

    posting: Mapped[Posting] = relationship(viewonly=True)
    organisation: Mapped[Organisation] = relationship(viewonly=True)


class PersonChange(Model):
    """What an import changed of a person, so that undoing it can put it back unless it was changed since."""

    __tablename__ = "person_change"
    __table_args__ = {"sqlite_with_rowid": False}

    import_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    before: Mapped[str] = mapped_column(String(254))
    after: Mapped[str] = mapped_column(String(254))


Person.organisation_id = column_property(
    select(PostingSpan.organisation_id)
    .where(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY)
    .correlate_except(PostingSpan)
    .limit(1)
    .scalar_subquery(),
    deferred=True,
)
