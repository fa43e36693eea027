"""Vacancies, campaigns and funnels, as they are asked for."""

from datetime import date

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import (
    TO_APPOINTABLE,
    TO_INTERVIEW,
    TO_MERIT,
    make_campaign,
    make_candidacy,
    make_vacancy,
    seat,
)
from tracker.accounts.permissions import Role
from tracker.leadership.models import Vacancy
from tracker.leadership.queries import courses, vacancies

DAY = date(2026, 4, 20)


def test_days_at_the_stage_and_what_is_overdue_follow_from_the_targets(arrange: Arrange):
    with arrange():
        late, early = make_vacancy(*TO_INTERVIEW), make_vacancy("approval 2026-04-01")
        make_vacancy("approval 2026-01-05", "cancelled 2026-02-01")
        lead = make_user(Role.RECRUITMENT_LEAD)

        found = vacancies.standings(lead, DAY)

        # The target for an interview is 14 days, for an approval 42.
        assert [(one.vacancy, one.days, one.due_on, one.overdue_days) for one in found] == [
            (early, 19, date(2026, 5, 13), 0),
            (late, 19, date(2026, 4, 15), 5),
        ]
        assert [one.vacancy for one in vacancies.overdue(DAY)] == [late]
        assert len(vacancies.standings(lead, DAY, under_way_only=False)) == 3


def test_who_sits_on_a_panel_sees_that_vacancy_and_its_campaign_alone(arrange: Arrange):
    with arrange():
        mine, other = make_vacancy(campaign=make_campaign("A")), make_vacancy(campaign=make_campaign("B"))
        member = seat(mine, Role.TRAINEE)
        recused = seat(other, Role.TRAINEE)
        other.panel[0].left_on = DAY

        assert [one.vacancy for one in vacancies.standings(member, DAY)] == [mine]
        assert [one.campaign.ref for one in vacancies.campaigns(member)] == ["A"]
        assert vacancies.standings(recused, DAY) == vacancies.campaigns(recused) == []
        for user in (member, recused):
            opened = {one for one in (mine, other) if user.may(vacancies.Permission.VACANCIES_VIEW, one)}
            assert opened == {one.vacancy for one in vacancies.standings(user, DAY)}


def test_a_campaign_counts_its_vacancies_all_under_way_and_filled(arrange: Arrange):
    with arrange():
        campaign = make_campaign("A")
        make_vacancy(*TO_MERIT, campaign=campaign)
        make_vacancy("approval 2026-01-05", "in-post 2026-02-01", campaign=campaign)
        make_vacancy("approval 2026-01-05", "cancelled 2026-02-01", campaign=campaign)
        make_campaign("EMPTY")

        found = vacancies.campaigns(make_user(Role.RECRUITMENT_LEAD))

        assert [(one.campaign.ref, one.vacancies, one.under_way, one.filled) for one in found] == [
            ("A", 3, 1, 1),
            ("EMPTY", 0, 0, 0),
        ]


def test_a_funnel_counts_who_came_as_far_and_tells_how_those_left_who_left(arrange: Arrange):
    with arrange():
        vacancy = make_vacancy(*TO_MERIT)
        make_candidacy(vacancy)
        make_candidacy(vacancy, "applied 2026-02-10", "rejected 2026-03-10")
        make_candidacy(vacancy, *TO_APPOINTABLE, "reserve 2026-04-12")
        make_candidacy(vacancy, *TO_APPOINTABLE, "offered 2026-04-12", "declined 2026-04-15")
        # A file said only where this one was last.
        make_candidacy(vacancy, "interviewed 2026-04-02", "withdrawn 2026-04-03")
        make_candidacy(make_vacancy())

        found = courses.funnel(Vacancy.journey_id == vacancy.journey_id)

        assert [one.reached for one in found] == [5, 3, 3, 3, 2, 1, 0, 0]
        assert [one.standing for one in found] == [1, 0, 0, 0, 0, 0, 0, 0]
        left = {one.stage.code: [(info.code, times) for info, times in one.left] for one in found if one.left}
        assert left == {
            "applied": [("rejected", 1)],
            "interviewed": [("withdrawn", 1)],
            "appointable": [("reserve", 1)],
            "offered": [("declined", 1)],
        }
