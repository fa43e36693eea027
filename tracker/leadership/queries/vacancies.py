"""Campaigns and vacancies, as they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core.calendar import LAST_DAY
from tracker.core.db import db
from tracker.core.sql import days_between
from tracker.leadership.lifecycle import VACANCY, VACANCY_LINE, VacancyStage
from tracker.leadership.models import (
    Advert,
    Campaign,
    PanelMember,
    StageTarget,
    Vacancy,
)
from tracker.ledger.lifecycle import StageInfo
from tracker.ledger.models import Event, EventVoid, StageSpan
from tracker.organisations.models import Organisation

ENDED = (VacancyStage.IN_POST, VacancyStage.NO_APPOINTMENT, VacancyStage.CANCELLED)
"""Stages at which nothing is waited for."""


def on_panel(user: User) -> ColumnElement[bool]:
    """Whether the user sits on the panel of a vacancy: the condition of a list of vacancies."""
    return exists().where(
        PanelMember.vacancy_id == Vacancy.journey_id,
        PanelMember.user_id == user.id,
        PanelMember.recused_at.is_(None),
        PanelMember.left_on.is_(None),
    )


def seen_by(user: User) -> ColumnElement[bool]:
    """The vacancies a user may see: all of them, or those whose panel they sit on."""
    return user.sees(Permission.VACANCIES_VIEW, Vacancy.organisation_id, on_panel=on_panel(user))


def _vacancies() -> Select[Vacancy]:
    """Vacancies with what they are called by; one whose import was undone has no stage, and is none."""
    return (
        select(Vacancy)
        .join(StageSpan, (StageSpan.journey_id == Vacancy.journey_id) & (StageSpan.ends_on == LAST_DAY))
        .join(Vacancy.campaign)
        .join(Vacancy.organisation)
        .join(Vacancy.role)
        .join(Vacancy.grade)
        .options(
            contains_eager(Vacancy.campaign),
            contains_eager(Vacancy.organisation),
            contains_eager(Vacancy.role),
            contains_eager(Vacancy.grade),
            joinedload(Vacancy.advert),
            selectinload(Vacancy.panel).joinedload(PanelMember.user),
        )
    )


def vacancy(ref: str) -> Vacancy | None:
    """The vacancy with a reference."""
    return db.session.scalar(_vacancies().where(Vacancy.ref == ref))


def vacancies_of(campaign: Campaign) -> Sequence[Vacancy]:
    """The vacancies of a campaign, by reference."""
    return db.session.scalars(_vacancies().where(Vacancy.campaign_id == campaign.id).order_by(Vacancy.ref)).all()


@dataclass(frozen=True)
class Standing:
    """Where a vacancy stands on a day, since when, and until when it may by the target for the stage.

    `days` are calendar days in the stage; `due_on` is None where the stage has no target or nothing is waited for.
    """

    vacancy: Vacancy
    stage: str
    since: date
    day: date
    target_days: int | None

    @property
    def info(self) -> StageInfo:
        """The stage in words and colour."""
        return VACANCY.stages[self.stage]

    @property
    def days(self) -> int:
        """Calendar days since the stage was entered."""
        return (self.day - self.since).days

    @property
    def is_over(self) -> bool:
        """Whether the post is filled, or given up."""
        return self.stage in ENDED

    @property
    def due_on(self) -> date | None:
        """The last day within the target."""
        if self.target_days is None or self.is_over:
            return None
        return self.since + timedelta(days=self.target_days)

    @property
    def overdue_days(self) -> int:
        """Calendar days past the target; 0 while it is kept."""
        return max((self.day - self.due_on).days, 0) if self.due_on else 0


def standings(
    user: User,
    day: date,
    *,
    campaign: str = "",
    organisation: str = "",
    under_way_only: bool = True,
    late_only: bool = False,
) -> list[Standing]:
    """Where the vacancies that a user may see stand on a day: in the order of the line, the longest waiting first.

    :param campaign: the reference of one campaign; empty for all. :param organisation: the slug of one; empty for all.
    :param late_only: those alone that are past the target of their stage.
    """
    read = _vacancies().add_columns(StageSpan.stage, StageSpan.starts_on, StageTarget.days)
    read = read.outerjoin(StageTarget, StageTarget.stage == StageSpan.stage).where(seen_by(user))
    if late_only:
        read = read.where(_is_late(day))
    if campaign:
        read = read.where(Campaign.ref == campaign)
    if organisation:
        read = read.where(Organisation.slug == organisation)
    if under_way_only:
        read = read.where(StageSpan.stage.not_in(ENDED))
    found = [Standing(one, stage, since, day, target) for one, stage, since, target in db.session.execute(read)]
    order = {code: place for place, code in enumerate(VACANCY.stages)}
    return sorted(found, key=lambda one: (order[one.stage], one.since, one.vacancy.ref))


def standing_of(vacancy: Vacancy, day: date) -> Standing:
    """Where one vacancy stands on a day."""
    stage, since, target = db.session.execute(
        select(StageSpan.stage, StageSpan.starts_on, StageTarget.days)
        .outerjoin(StageTarget, StageTarget.stage == StageSpan.stage)
        .where(StageSpan.journey_id == vacancy.journey_id, StageSpan.ends_on == LAST_DAY)
    ).one()
    return Standing(vacancy, stage, since, day, target)


def under_way(campaign: Campaign) -> int:
    """How many vacancies of a campaign are neither filled nor ended."""
    read = select(func.count()).select_from(StageSpan).join(Vacancy, Vacancy.journey_id == StageSpan.journey_id)
    read = read.where(Vacancy.campaign_id == campaign.id, StageSpan.ends_on == LAST_DAY, StageSpan.stage.not_in(ENDED))
    return db.session.scalar(read) or 0


def overdue(day: date) -> list[Standing]:
    """Every vacancy that has stood at its stage for longer than the target on a day."""
    read = _late(day).add_columns(StageSpan.stage, StageSpan.starts_on, StageTarget.days).order_by(Vacancy.ref)
    return [Standing(one, stage, since, day, target) for one, stage, since, target in db.session.execute(read)]


def late_for(user: User, day: date) -> Select[Vacancy]:
    """The vacancies that a user may see and that are past the target of their stage: to be counted."""
    return _late(day).where(seen_by(user))


def _late(day: date) -> Select[Vacancy]:
    return _vacancies().join(StageTarget, StageTarget.stage == StageSpan.stage).where(_is_late(day))


def _is_late(day: date) -> ColumnElement[bool]:
    """As `Standing.overdue_days`, for a list."""
    stood = days_between(StageSpan.starts_on, literal(day, Date))
    return and_(StageSpan.stage.not_in(ENDED), stood > StageTarget.days)


def closing_by(instant: datetime) -> Sequence[Vacancy]:
    """Vacancies at advert whose closing instant has passed."""
    read = _vacancies().join(Advert, Advert.id == Vacancy.advert_id)
    read = read.where(StageSpan.stage == VacancyStage.ADVERT, Advert.closes_at <= instant)
    return db.session.scalars(read.order_by(Vacancy.ref)).all()


def campaign(ref: str) -> Campaign | None:
    """The campaign with a reference."""
    return db.session.scalar(select(Campaign).where(Campaign.ref == ref, _is_there()))


def _is_there() -> ColumnElement[bool]:
    """Whether a campaign is there: one that only an undone import brought has no vacancy that stands."""
    standing = exists().where(Vacancy.campaign_id == Campaign.id, StageSpan.journey_id == Vacancy.journey_id)
    return or_(Campaign.import_id.is_(None), standing)


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with how many vacancies it has: all, under way, and filled."""

    campaign: Campaign
    vacancies: int
    under_way: int
    filled: int


def campaigns(user: User) -> list[CampaignRow]:
    """The campaigns a user may see something of, those not ended first, by reference."""
    counts = (
        select(
            Vacancy.campaign_id,
            func.count().label("vacancies"),
            func.count().filter(StageSpan.stage.not_in(ENDED)).label("under_way"),
            func.count().filter(StageSpan.stage == VacancyStage.IN_POST).label("filled"),
        )
        .join(StageSpan, (StageSpan.journey_id == Vacancy.journey_id) & (StageSpan.ends_on == LAST_DAY))
        .where(seen_by(user))
        .group_by(Vacancy.campaign_id)
        .subquery()
    )
    sees_all = user.reach(Permission.VACANCIES_VIEW) is None
    read = select(Campaign, counts.c.vacancies, counts.c.under_way, counts.c.filled).where(_is_there())
    read = read.join(counts, counts.c.campaign_id == Campaign.id, isouter=sees_all)
    read = read.order_by(Campaign.ended_on.is_not(None), Campaign.ref)
    return [
        CampaignRow(one, every or 0, still or 0, filled or 0) for one, every, still, filled in db.session.execute(read)
    ]


@dataclass(frozen=True)
class Entry:
    """One line of the ledger of a vacancy, with who wrote it and who took it back.

    `number` counts the lines in the order they were recorded: what an address names them by.
    """

    number: int
    event: Event
    recorder: str | None
    voider: str | None

    @property
    def void(self) -> EventVoid | None:
        """How the line was taken back, if it was."""
        return self.event.void


def entries(vacancy: Vacancy) -> list[Entry]:
    """Everything the ledger holds of a vacancy, what was taken back too, the latest first."""
    recorder, voider = aliased(User), aliased(User)
    number = func.row_number().over(order_by=Event.id)
    read = (
        select(number, Event, recorder.name.label("recorder"), voider.name.label("voider"))
        .outerjoin(EventVoid, EventVoid.event_id == Event.id)
        .outerjoin(recorder, recorder.id == Event.recorded_by_id)
        .outerjoin(voider, voider.id == EventVoid.voided_by_id)
        .where(Event.journey_id == vacancy.journey_id)
        .order_by(Event.effective_on.desc(), Event.recorded_at.desc(), Event.id.desc())
        .options(contains_eager(Event.void), joinedload(Event.note))
    )
    return [Entry(*row) for row in db.session.execute(read)]


@dataclass(frozen=True)
class EntryOf:
    """One line of a vacancy, as an address names it: what may be corrected, by who may edit the vacancy."""

    vacancy: Vacancy
    entry: Entry

    @property
    def organisation_id(self) -> int:
        """The organisation that has the post."""
        return self.vacancy.organisation_id

    @property
    def panel_user_ids(self) -> frozenset[int]:
        """The users who sit on the panel."""
        return self.vacancy.panel_user_ids


def entry(ref: str, number: int) -> EntryOf | None:
    """One line of the ledger of a vacancy, by its number."""
    of = vacancy(ref)
    found = [one for one in entries(of) if one.number == number] if of is not None else []
    return EntryOf(of, found[0]) if of is not None and found else None


@dataclass(frozen=True)
class MemberOf:
    """A panel member, as an address names them: whom the recruitment lead may take off the panel."""

    vacancy: Vacancy
    member: PanelMember

    @property
    def organisation_id(self) -> int:
        """The organisation that has the post."""
        return self.vacancy.organisation_id

    @property
    def panel_user_ids(self) -> frozenset[int]:
        """The users who sit on the panel."""
        return self.vacancy.panel_user_ids


def member(ref: str, user: str) -> MemberOf | None:
    """A member of the panel of a vacancy, by the reference of the user."""
    of = vacancy(ref)
    found = [one for one in of.panel if one.user.ref == user] if of is not None else []
    return MemberOf(of, found[0]) if of is not None and found else None


@dataclass(frozen=True)
class CampaignPage:
    """A campaign as the page about it is asked for: seen by who may see one of its vacancies."""

    campaign: Campaign
    panel_user_ids: frozenset[int]


def campaign_page(ref: str) -> CampaignPage | None:
    """The page of the campaign with a reference."""
    found = campaign(ref)
    if found is None:
        return None
    members = [one.panel_user_ids for one in vacancies_of(found)]
    return CampaignPage(found, frozenset[int]().union(*members))


def stage_targets() -> dict[str, StageTarget]:
    """The targets of the stages that can have one, in the order of the line."""
    held = {one.stage: one for one in db.session.scalars(select(StageTarget))}
    return {stage: held[stage] for stage in VACANCY_LINE if stage in held}


def open_campaigns() -> Sequence[Campaign]:
    """Campaigns that have not ended, by reference."""
    read = select(Campaign).where(Campaign.ended_on.is_(None), _is_there()).order_by(Campaign.ref)
    return db.session.scalars(read).all()
