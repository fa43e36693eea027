"""Campaigns: begun, changed, ended, and begun anew from an earlier one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.web import leads_to
from tracker.leadership.models import Campaign
from tracker.leadership.queries import vacancies as queries
from tracker.leadership.services import vacancies
from tracker.leadership.services.vacancies import Post


class CampaignNotAllowed(DomainError):
    """An act on a campaign that the rules refuse."""


@dataclass(frozen=True)
class Facts:
    """What is known of a campaign. `ref` is how files and addresses name it, and never changes."""

    ref: str
    name: str
    summary: str = ""


def begin(facts: Facts, *, by: User) -> Campaign:
    """Begin a campaign.

    :raises CampaignNotAllowed: if another has the reference, or its page could not be opened by it.

    Flushes; the caller owns the transaction.
    """
    if not leads_to("campaigns.show", ref=facts.ref):
        raise CampaignNotAllowed(f"A campaign called ‘{facts.ref}’ could not be opened: choose another", "ref")
    session = db.session()
    if session.scalar(select(Campaign.id).where(Campaign.ref == facts.ref)) is not None:
        raise CampaignNotAllowed("Another campaign has this reference: choose one of its own", "ref")
    campaign = Campaign(ref=facts.ref, name=facts.name, summary=facts.summary)
    session.add(campaign)
    session.flush()
    audit.record("campaign.begun", f"campaign:{campaign.ref}", actor=by, after={"name": facts.name})
    return campaign


def edit(campaign: Campaign, name: str, summary: str, *, by: User) -> None:
    """Change what a campaign is called and what is said of it."""
    before = {"name": campaign.name, "summary": campaign.summary}
    campaign.name, campaign.summary = name, summary
    db.session.flush()
    after = {"name": name, "summary": summary}
    audit.record("campaign.edited", f"campaign:{campaign.ref}", actor=by, before=before, after=after)


def end(campaign: Campaign, ended_on: date, *, by: User) -> None:
    """Declare a campaign over. The time for which candidates' data is kept counts from then.

    :raises CampaignNotAllowed: if the day lies ahead, or a vacancy of it is still under way.
    """
    if ended_on > today():
        raise CampaignNotAllowed("The date must be today or in the past", "ended_on")
    under_way = queries.under_way(campaign)
    if under_way:
        raise CampaignNotAllowed(
            f"{under_way} of its vacancies {'is' if under_way == 1 else 'are'} still under way: "
            "fill them, cancel them or record that nobody was appointed first"
        )
    campaign.ended_on = ended_on
    db.session.flush()
    audit.record("campaign.ended", f"campaign:{campaign.ref}", actor=by, after={"ended_on": ended_on})


def copy(campaign: Campaign, facts: Facts, approved_on: date, *, by: User) -> Campaign:
    """Begin a campaign with the posts of an earlier one: what they are, and nothing of what happened to them.

    :param approved_on: the day recruiting for them was approved.
    :raises CampaignNotAllowed: as `begin`. :raises MoveNotAllowed: if the day lies ahead.
    """
    copied = begin(facts, by=by)
    for vacancy in queries.vacancies_of(campaign):
        post = Post.of(vacancy, campaign_id=copied.id)
        vacancies.open_places(post, 1, approved_on, by=by)
    return copied
