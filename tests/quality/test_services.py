from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, true
from sqlalchemy.orm import Session

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.accounts.permissions import Role
from tracker.core.clock import now, today
from tracker.ledger.queries import standing_events
from tracker.people import services as people
from tracker.people.identity.models import DuplicatePair
from tracker.people.models import PostingSpan
from tracker.people.services import Details
from tracker.quality import queries, services
from tracker.quality.models import Finding
from tracker.quality.services import OwnerNotAllowed, SnoozeNotAllowed
from tracker.training import services as training
from tracker.training.models import Programme

DAY = date(2026, 6, 1)


def open_findings(session: Session) -> list[tuple[str, str | None]]:
    """What is open: the rule, and whose record it is about."""
    found = session.scalars(select(Finding).where(Finding.closed_on.is_(None)).order_by(Finding.id))
    return sorted((one.rule, one.person.ref if one.person else None) for one in found)


@pytest.mark.parametrize(("day", "found"), [("2026-04-27", False), ("2026-04-28", True)])
def test_a_stage_may_stand_for_the_programme_s_length_and_sixty_days(arrange: Arrange, day: str, found: bool):
    # The accelerator lasts 84 days, so that 144 days after 4 December are the last that are let be.
    with arrange() as session:
        person = make_person(ref="A", grade="SEO")
        make_enrolment("in-training 2025-12-04", person=person, cohort=make_cohort(programme="accelerator"))

        services.keep_findings(date.fromisoformat(day))

        assert (("stage-unchanged", "A") in open_findings(session)) is found


def test_a_programme_without_a_length_is_skipped_and_listed(arrange: Arrange):
    with arrange() as session:
        cohort = make_cohort(programme="mdatagov", ends_on=date(2099, 1, 1))
        make_enrolment("in-training 2020-01-01", cohort=cohort)

        services.keep_findings(DAY)

        assert open_findings(session) == [("programme-without-length", None)]
        programme = session.scalars(select(Finding)).one().programme
        assert isinstance(programme, Programme)
        assert programme.code == "mdatagov"


def test_each_rule_finds_its_record_and_no_other(arrange: Arrange):
    with arrange() as session:
        ended = make_cohort(ends_on=date(2026, 5, 31))
        make_enrolment("in-training 2026-05-01", person=make_person(ref="ENDED"), cohort=ended)
        make_enrolment("completed 2026-05-01", person=make_person(ref="DONE"), cohort=ended)
        make_enrolment("on-break 2026-05-01 until 2026-05-31", person=make_person(ref="LATE"))
        make_enrolment("on-break 2026-05-01 until 2026-06-01", person=make_person(ref="DUE"))
        make_enrolment("on-break 2026-05-01", person=make_person(ref="OPEN"))
        make_enrolment(person=make_person(ref="BLANK"))
        first = make_person(ref="FIRST", first_name="José", last_name="O’Brien")
        second = make_person(ref="SECOND", first_name="Obrien", last_name="JOSE")
        third = make_person(ref="THIRD", first_name="Obrien", last_name="JOSE")
        pairs = ((first, second, None), (first, third, now()))
        for low, high, decided_at in pairs:
            pair = DuplicatePair(ref=high.ref, low_id=low.id, high_id=high.id, decided_at=decided_at)
            pair.weight, pair.matches, pair.differs = 9, "[]", "[]"
            session.add(pair)
        make_person("department-for-international-development", ref="CLOSED")
        make_person(ref="GRADELESS", grade=None)
        running = make_cohort(starts_on=date(2026, 5, 18), ends_on=date(2099, 1, 1))
        make_enrolment("enrolled 2026-05-01", person=make_person(ref="WAITS"), cohort=running)
        make_enrolment("accepted 2026-05-01", person=make_person(ref="OUTSIDE"), cohort=running)
        earlier = make_cohort(starts_on=date(2026, 5, 17), ends_on=date(2099, 1, 1))
        make_enrolment("enrolled 2026-05-01", person=make_person(ref="MISSING"), cohort=earlier)
        twice = make_person(ref="TWICE")
        for code in ("ONE", "TWO"):
            make_enrolment("applied 2026-05-01", person=twice, cohort=make_cohort(code))
        make_enrolment("applied 2026-05-01", person=twice, cohort=make_cohort(programme="data-masterclass"))
        make_enrolment("withdrawn 2026-05-01", person=twice, cohort=make_cohort())
        make_enrolment("in-training 2026-05-01", person=make_person(ref="ENDLESS"), cohort=make_cohort("ENDLESS"))
        nowhere = make_person(ref="NOWHERE")
        session.execute(delete(PostingSpan).where(PostingSpan.person_id == nowhere.id))

        services.keep_findings(DAY)

        assert open_findings(session) == [
            ("break-open-ended", "OPEN"),
            ("break-overdue", "LATE"),
            ("cohort-begun", "OUTSIDE"),
            ("cohort-ended", "ENDED"),
            ("cohort-without-end", None),
            ("duplicate-person", "SECOND"),
            ("enrolled-twice", "TWICE"),
            ("enrolment-without-history", "BLANK"),
            ("grade-missing", "GRADELESS"),
            ("not-started", "MISSING"),
            ("organisation-closed", "CLOSED"),
            ("organisation-missing", "NOWHERE"),
            ("programme-without-length", None),
        ]


def test_a_finding_is_kept_once_seen_again_and_closed_when_it_is_mended(arrange: Arrange):
    with arrange() as session:
        user = make_user()
        history = ("in-training 2026-05-01", "on-break 2026-05-10 until 2026-05-31")
        enrolment = make_enrolment(*history, cohort=make_cohort(ends_on=date(2099, 1, 1)))
        assert services.keep_findings(DAY) == 1
        assert services.keep_findings(DAY) == 0

        services.keep_findings(DAY + timedelta(days=1))
        finding = session.scalars(select(Finding)).one()
        assert (finding.opened_on, finding.last_seen_on, finding.closed_on) == (DAY, DAY + timedelta(days=1), None)

        training.end_break(enrolment, date(2026, 6, 2), "in-training", enrolment.cohort, by=user)
        assert services.keep_findings(DAY + timedelta(days=2)) == 1
        session.expire_all()
        assert finding.closed_on == DAY + timedelta(days=2)


def test_what_breaks_a_rule_again_is_a_new_finding(arrange: Arrange):
    with arrange() as session:
        user = make_user()
        history = ("in-training 2026-05-01", "on-break 2026-05-10 until 2026-05-31")
        enrolment = make_enrolment(*history, cohort=make_cohort(ends_on=date(2099, 1, 1)))
        services.keep_findings(DAY)
        training.end_break(enrolment, date(2026, 6, 2), "in-training", enrolment.cohort, by=user)
        services.keep_findings(DAY + timedelta(days=1))
        training.take_back(enrolment, standing_events(enrolment.journey_id)[-1], reason="Not back yet", by=user)

        services.keep_findings(DAY + timedelta(days=2))

        assert len(session.scalars(select(Finding)).all()) == 2


def test_a_finding_is_snoozed_until_a_day_with_a_reason(arrange: Arrange):
    with arrange() as session:
        user = make_user()
        make_person(grade=None)
        services.keep_findings(DAY)
        finding = session.scalars(select(Finding)).one()

        for until, reason in ((today(), "x"), (today() + timedelta(days=400), "x"), (today() + timedelta(days=9), " ")):
            with pytest.raises(SnoozeNotAllowed):
                services.snooze(finding, until, reason, by=user)
        services.snooze(finding, today() + timedelta(days=9), "Grade panel next week", by=user)

        assert (finding.snoozed_reason, finding.snoozed_by_id) == ("Grade panel next week", user.id)


def test_an_address_that_was_once_another_s_is_found(arrange: Arrange):
    with arrange() as session:
        user = make_user()
        first = make_person(ref="FIRST", email="ann@example.gov.uk")
        people.change_details(first, Details("Ann", "Moved", "ann.moved@example.gov.uk", 1.0), by=user)
        make_person(ref="SECOND", email="ann@example.gov.uk")

        services.keep_findings(DAY)

        (finding,) = session.scalars(select(Finding).where(Finding.rule == "email-shared"))
        assert finding.person is not None
        assert finding.other_person is not None
        assert (finding.person.ref, finding.other_person.ref) == ("SECOND", "FIRST")


def test_a_finding_is_given_to_who_may_see_it_and_to_nobody_else(arrange: Arrange):
    with arrange() as session:
        manager = make_user(Role.PROGRAMME_MANAGER, name="Zoe Manager")
        lead = make_user(Role.DEPARTMENT_LEAD, at="home-office", name="Ann Lead")
        other = make_user(Role.DEPARTMENT_LEAD, at="hm-treasury")
        make_person("home-office", grade=None)
        services.keep_findings(DAY)
        finding = session.scalars(select(Finding)).one()

        assert queries.possible_owners(finding) == [lead, manager]
        for nobody in (other, make_user(Role.LEADERSHIP)):
            with pytest.raises(OwnerNotAllowed):
                services.give(finding, nobody, by=manager)
        services.give(finding, lead, by=manager)
        assert queries.owner_of(finding) == lead
        assert [row.owner for row in queries.rows(queries.given_to(lead, true(), DAY), 9, 0)] == ["Ann Lead"]
        services.give(finding, None, by=manager)
        assert queries.owner_of(finding) is None


def test_a_finding_on_a_cohort_is_looked_after_by_the_owner_of_the_cohort_unless_somebody_is_named(arrange: Arrange):
    with arrange() as session:
        manager, owner = make_user(Role.PROGRAMME_MANAGER, name="Zoe"), make_user(Role.PROGRAMME_MANAGER, name="Olu")
        cohort = make_cohort(ends_on=date(2026, 5, 31), owner_id=owner.id)
        make_enrolment("in-training 2026-05-01", cohort=cohort)
        services.keep_findings(DAY)

        def owners() -> list[str]:
            return [
                row.owner for row in queries.rows(queries.of_rule("cohort-ended", true(), DAY, snoozed=False), 9, 0)
            ]

        assert owners() == ["Olu"]
        services.give(session.scalars(select(Finding)).one(), manager, by=manager)
        assert owners() == ["Zoe"]
