"""Campaigns: begun, copied, ended."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import TO_MERIT, make_campaign, make_candidacy, make_vacancy
from tracker.leadership.queries import vacancies as queries
from tracker.leadership.services import campaigns
from tracker.leadership.services.campaigns import CampaignNotAllowed, Facts
from tracker.ledger.queries import standing_events


def test_a_reference_belongs_to_one_campaign(arrange: Arrange):
    with arrange():
        campaigns.begin(Facts("HO-2026", "Home Office"), by=make_user())
        with pytest.raises(CampaignNotAllowed, match="‘new’ could not be opened"):
            campaigns.begin(Facts("new", "Another"), by=make_user())
        with pytest.raises(CampaignNotAllowed, match="Another campaign has this reference"):
            campaigns.begin(Facts("HO-2026", "Another"), by=make_user())


def test_a_campaign_ends_only_when_no_vacancy_of_it_is_under_way(arrange: Arrange):
    with time_machine.travel(datetime(2026, 6, 10, 9, tzinfo=UTC)), arrange():
        campaign, by = make_campaign(), make_user()
        make_vacancy(*TO_MERIT, campaign=campaign)
        make_vacancy("approval 2026-01-05", "cancelled 2026-02-01", campaign=campaign)
        with pytest.raises(CampaignNotAllowed, match="1 of its vacancies is still under way"):
            campaigns.end(campaign, date(2026, 6, 1), by=by)

        over = make_campaign()
        with pytest.raises(CampaignNotAllowed, match="today or in the past"):
            campaigns.end(over, date(2026, 6, 11), by=by)
        campaigns.end(over, date(2026, 6, 10), by=by)

        assert over.ended_on == date(2026, 6, 10)


def test_a_copied_campaign_has_the_posts_and_nothing_that_happened_to_them(arrange: Arrange):
    with time_machine.travel(datetime(2026, 6, 10, 9, tzinfo=UTC)), arrange():
        campaign = make_campaign()
        first = make_vacancy(*TO_MERIT, campaign=campaign, criteria=["Strategy"])
        make_candidacy(first)

        copied = campaigns.copy(campaign, Facts("AGAIN", "Again"), date(2026, 6, 9), by=make_user())

        vacancy = queries.vacancies_of(copied)[0]
        assert vacancy.role_id == first.role_id
        assert [one.stage for one in standing_events(vacancy.journey_id)] == ["approval"]
