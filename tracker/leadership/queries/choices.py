"""What forms about vacancies offer, by what the form sends back."""

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.db import db
from tracker.leadership.lifecycle import SENIOR_GRADES
from tracker.leadership.models import Campaign, LeadershipRole, Vacancy
from tracker.leadership.queries import vacancies
from tracker.organisations.models import Grade, Organisation


def roles() -> dict[str, str]:
    """Roles by id."""
    every = db.session.scalars(select(LeadershipRole).order_by(LeadershipRole.name))
    return {str(one.id): one.name for one in every}


def grades() -> dict[str, str]:
    """The grades a senior data post may have, by id, from low to high."""
    every = db.session.scalars(select(Grade).where(Grade.code.in_(SENIOR_GRADES)).order_by(Grade.rank))
    return {str(one.id): f"{one.code}: {one.name}" for one in every}


def campaigns() -> dict[str, str]:
    """Campaigns that have not ended, by reference."""
    return {one.ref: _called(one) for one in vacancies.open_campaigns()}


def _called(campaign: Campaign) -> str:
    return campaign.ref if campaign.name == campaign.ref else f"{campaign.ref}: {campaign.name}"


def organisations() -> dict[str, str]:
    """Organisations that exist today, by slug."""
    every = select(Organisation).where(Organisation.is_closed.is_(False)).order_by(Organisation.name)
    return {one.slug: one.name for one in db.session.scalars(every)}


def users() -> dict[str, str]:
    """Users who can sign in, by reference."""
    every = select(User).where(User.disabled_at.is_(None)).order_by(User.name, User.id)
    return {one.ref: f"{one.name} ({one.email})" for one in db.session.scalars(every)}


def campaigns_seen_by(user: User) -> dict[str, str]:
    """Campaigns with a vacancy that a user may see, by reference."""
    seen = select(Vacancy.campaign_id).where(vacancies.seen_by(user))
    every = db.session.scalars(select(Campaign).where(Campaign.id.in_(seen)).order_by(Campaign.ref))
    return {one.ref: _called(one) for one in every}


def organisations_seen_by(user: User) -> dict[str, str]:
    """Organisations with a vacancy that a user may see, by slug."""
    seen = select(Vacancy.organisation_id).where(vacancies.seen_by(user))
    every = db.session.scalars(select(Organisation).where(Organisation.id.in_(seen)).order_by(Organisation.name))
    return {one.slug: one.name for one in every}
