"""Findings: a record that breaks a rule, from the night it was found to the night it was found mended."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import Model, UtcDateTime
from tracker.ledger.models import Journey
from tracker.people.models import Person
from tracker.training.models import Cohort, Programme


class Finding(Model):
    """One record that breaks one rule.

    `subject` is the record as the rule names it: one open finding for each rule and subject. `opened_on`,
    `last_seen_on` and `closed_on` are the days the nightly run was for; `opened_at` and `closed_at` the instants of the
    runs (unknown where it was found before they were kept). A finding that is snoozed stays, and is not
    shown before `snoozed_until`.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="days"),
        CheckConstraint("(snoozed_until IS NULL) = (snoozed_reason = '')", name="snoozed"),
        Index(
            "uq_finding_open",
            "rule",
            "subject",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
            sqlite_where=text("closed_on IS NULL"),
        ),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    rule: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    other_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    journey_id: Mapped[int | None] = mapped_column(ForeignKey("journey.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    opened_on: Mapped[date] = mapped_column(Date)
    last_seen_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    snoozed_until: Mapped[date | None] = mapped_column(Date)
    snoozed_reason: Mapped[str] = mapped_column(Text, default="")
    snoozed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    other_person: Mapped[Person | None] = relationship(foreign_keys=[other_person_id])
    journey: Mapped[Journey | None] = relationship()
    cohort: Mapped[Cohort | None] = relationship()
    programme: Mapped[Programme | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def organisation_id(self) -> int | None:
        """The person's organisation today: whose lead may see the finding. A finding about no person is nobody's."""
        return self.person.organisation_id if self.person else None  # type: ignore[attr-defined]

    @property
    def user_id(self) -> int | None:
        """The person's own account."""
        return self.person.user_id if self.person else None


class FindingOwner(Model):
    """Who looks after a finding, where somebody was named: else whoever the rule names."""

    __tablename__ = "finding_owner"

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), primary_key=True, autoincrement=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
