"""Campaigns, the vacancies in them, what each is advertised with, and who sits on its panel."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import Model, StrEnumType, UtcDateTime, one_of
from tracker.leadership.lifecycle import COMMISSIONER_GRADES, PanelRole, Route
from tracker.leadership.models.reference import LeadershipRole
from tracker.ledger.models import Journey
from tracker.organisations.models import Grade, Organisation


class Campaign(Model):
    """Vacancies that are filled together, across organisations.

    `ended_on` is the day it was declared over: candidates' data is kept for a time counted from then.
    """

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    ended_on: Mapped[date | None] = mapped_column(Date)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class Advert(Model):
    """What one vacancy, or several that share it, is advertised with.

    `closes_at` is the last instant at which an application is in time; null: it stays open until the vacancy is
    recorded as closed.
    """

    __tablename__ = "advert"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)

    __mapper_args__ = {"version_id_col": version}


class Vacancy(Model):
    """A journey of one senior post (fine print G9). `ref` is its public reference, by which files name it."""

    __tablename__ = "vacancy"
    __table_args__ = (one_of("route", Route), Index(None, "organisation_id"))

    journey_id: Mapped[int] = mapped_column(ForeignKey("journey.id"), primary_key=True, autoincrement=False)
    ref: Mapped[str] = mapped_column(String(100), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("leadership_role.id"), index=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("grade.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    advert_id: Mapped[int | None] = mapped_column(ForeignKey("advert.id"), index=True)
    location: Mapped[str] = mapped_column(String(100), default="")
    pay_band: Mapped[str] = mapped_column(String(100), default="")
    route: Mapped[Route] = mapped_column(StrEnumType(Route), default=Route.COMPETITION)

    journey: Mapped[Journey] = relationship()
    campaign: Mapped[Campaign] = relationship()
    role: Mapped[LeadershipRole] = relationship()
    grade: Mapped[Grade] = relationship()
    organisation: Mapped[Organisation] = relationship()
    advert: Mapped[Advert | None] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.position")
    panel: Mapped[list["PanelMember"]] = relationship(back_populates="vacancy", order_by="PanelMember.id")

    @property
    def needs_commissioner(self) -> bool:
        """Whether a Civil Service Commissioner has to sit on the panel."""
        return self.grade.code in COMMISSIONER_GRADES

    @property
    def panel_user_ids(self) -> frozenset[int]:
        """The users who sit on the panel now: those it lets in."""
        return frozenset(member.user_id for member in self.panel if member.sits)

    @property
    def name(self) -> str:
        """What the post is called: its role, grade and organisation."""
        return f"{self.role.name}, {self.grade.code}, {self.organisation.short_name}"


class Criterion(Model):
    """An essential criterion that candidates for a vacancy are scored against."""

    __tablename__ = "vacancy_criterion"
    __table_args__ = (Index(None, "vacancy_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.journey_id"))
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(200))


class VacancyPause(Model):
    """Days on which a vacancy stood still for a reason outside recruitment: from the first up to, not including, the
    second. Shown beside the clocks, which run on."""

    __tablename__ = "vacancy_pause"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.journey_id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PanelMember(Model):
    """A user named on the panel of a vacancy.

    `recused_at` is set where a conflict of interest keeps them from all of it, `left_on` where they left: either way
    they see no candidate any more, and what they had submitted stays. For one candidate only there is `Recusal`.
    """

    __tablename__ = "panel_member"
    __table_args__ = (
        one_of("role", PanelRole),
        CheckConstraint("(recused_at IS NULL) = (recusal_reason = '')", name="recused"),
        Index(None, "vacancy_id", "user_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.journey_id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[PanelRole] = mapped_column(StrEnumType(PanelRole))
    named_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declaration: Mapped[str] = mapped_column(Text, default="")
    recused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recusal_reason: Mapped[str] = mapped_column(Text, default="")
    left_on: Mapped[date | None] = mapped_column(Date)

    vacancy: Mapped[Vacancy] = relationship(back_populates="panel")
    user: Mapped[User] = relationship()

    @property
    def sits(self) -> bool:
        """Whether the member takes part now."""
        return self.recused_at is None and self.left_on is None
