from datetime import timedelta

from sqlalchemy import update

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user, organisation
from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import Role
from tracker.core.clock import days_from_now, now
from tracker.following import queries, services
from tracker.ledger.queries import standing_events
from tracker.people import services as people
from tracker.training import services as training


def told(user: User) -> list[str]:
    """What happened in the week to those whom the user follows."""
    found = queries.happened(user, days_from_now(-7), now() + timedelta(seconds=1))
    return [f"{one.person_ref} {one.what}{' (taken back)' if one.is_taken_back else ''}" for one in found]


def test_what_happens_to_followed_people_and_to_the_people_of_followed_cohorts_is_told(arrange: Arrange):
    with arrange():
        manager = make_user(Role.PROGRAMME_MANAGER)
        cohort, other = make_cohort("DSA-1"), make_cohort("DSA-2")
        followed = make_person(ref="FOLLOWED")
        make_enrolment("in-training 2026-01-05", person=followed, cohort=other)
        make_enrolment("applied 2026-01-05", person=make_person(ref="COHORT"), cohort=cohort)
        make_enrolment("applied 2026-01-05", person=make_person(ref="NOBODY"), cohort=other)
        make_enrolment(
            "applied 2025-01-05 recorded 2025-02-01T09:00:00Z", person=make_person(ref="LONG-AGO"), cohort=cohort
        )
        services.follow(manager, followed)
        services.follow(manager, followed)
        services.follow(manager, cohort)

        assert told(manager) == ["FOLLOWED In training, DSA-2", "COHORT Applied, DSA-1"]
        services.stop_following(manager, followed)
        assert told(manager) == ["COHORT Applied, DSA-1"]


def test_what_was_taken_back_is_told_once_it_had_been_told(arrange: Arrange):
    with arrange():
        manager = make_user(Role.PROGRAMME_MANAGER)
        person = make_person(ref="A")
        services.follow(manager, person)
        old = make_enrolment(
            "applied 2026-01-05 recorded 2026-02-01T09:00:00Z", person=person, cohort=make_cohort("OLD")
        )
        new = make_enrolment("applied 2026-01-05", person=person, cohort=make_cohort("NEW"))
        for enrolment in (old, new):
            training.take_back(enrolment, standing_events(enrolment.journey_id)[-1], reason="A slip", by=manager)

        assert told(manager) == ["A Applied, OLD (taken back)"]


def test_who_has_left_the_reach_of_a_follower_is_told_of_no_longer(arrange: Arrange):
    with arrange() as session:
        lead = make_user(Role.DEPARTMENT_LEAD, at="home-office")
        person = make_person("home-office", ref="A")
        make_enrolment("in-training 2026-01-05", person=person, cohort=make_cohort("DSA-1"))
        services.follow(lead, person)
        assert told(lead) == ["A In training, DSA-1"]
        assert [one.ref for one in queries.followed_people(lead)] == ["A"]

        people.transfer(
            person,
            organisation_id=organisation("hm-treasury").id,
            grade_id=None,
            starts_on=now().date() - timedelta(days=1),
            reason="",
            recorded_by=make_user(Role.PROGRAMME_MANAGER),
        )
        session.expire_all()

        assert told(lead) == []
        assert queries.followed_people(lead) == []


def test_a_role_taken_away_ends_what_is_told(arrange: Arrange):
    with arrange() as session:
        manager = make_user(Role.PROGRAMME_MANAGER)
        cohort = make_cohort("DSA-1")
        make_enrolment("in-training 2026-01-05", person=make_person(ref="A"), cohort=cohort)
        services.follow(manager, cohort)

        session.execute(update(RoleGrant).where(RoleGrant.user_id == manager.id).values(role=Role.LEADERSHIP))
        session.expire_all()

        assert told(manager) == []
        assert queries.followed_cohorts(manager) == []
