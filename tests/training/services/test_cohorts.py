"""Cohorts made, changed, copied and closed; what cannot stand is refused at its field."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tracker.accounts.queries import audit_entries
from tracker.core.db import db
from tracker.training import queries, rolls, services
from tracker.training.models import Cohort, Programme
from tracker.training.services import CohortNotAllowed, Plan


def plan(**other: object) -> Plan:
    accelerator = db.session.scalars(select(Programme).where(Programme.code == "accelerator")).one()
    made = Plan("DSA-2026", accelerator.id, date(2026, 9, 1), date(2026, 11, 30), 20, "A provider", "Newport", None)
    return replace(made, **other)


def test_a_cohort_is_made_and_changed_and_both_stand_in_the_audit_trail(arrange: Arrange):
    with arrange():
        user = make_user()
        cohort = services.add_cohort(plan(owner_id=user.id), by=user)
        services.change_cohort(cohort, plan(owner_id=user.id, capacity=25), by=user)

        assert (cohort.capacity, cohort.owner_id, cohort.host_site) == (25, user.id, "Newport")
    with arrange() as session:
        changed, added = session.scalars(audit_entries(subject="cohort:DSA-2026")).all()
        assert (added.verb, changed.verb) == ("cohort.added", "cohort.changed")
        assert changed.changes == [{"field": "capacity", "before": 20, "after": 25}]


@pytest.mark.parametrize(
    ("other", "field", "message"),
    [
        ({"code": ""}, "code", "Enter a code"),
        ({"code": "/DSA"}, "code", "without a slash"),
        ({"code": "=DSA"}, "code", "cannot start with"),
        ({"code": "new"}, "code", "‘new’ could not be opened"),
        ({"code": ".."}, "code", "could not be opened"),
        ({"code": "DSA//1"}, "code", "could not be opened"),
        ({"code": "DSA/edit"}, "code", "could not be opened"),
        ({"code": "dsa-1"}, "code", "There is a cohort DSA-1 already, of Data Science Accelerator"),
        ({"ends_on": date(2026, 8, 31)}, "ends_on", "must be the first day or after it"),
        ({"capacity": 0}, "capacity", "at least 1 place"),
        ({"programme_id": 0}, "programme", "Select the programme"),
        ({"owner_id": 0}, "owner", "Select who looks after"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(arrange: Arrange, other: dict, field: str, message: str):
    with arrange():
        make_cohort("DSA-1")

        with pytest.raises(CohortNotAllowed, match=message) as refused:
            services.add_cohort(plan(**other), by=make_user())

        assert refused.value.field == field


def test_edge_28_a_cohort_may_last_one_day(arrange: Arrange):
    with arrange():
        day = date(2026, 9, 1)

        assert services.add_cohort(plan(starts_on=day, ends_on=day), by=make_user()).ends_on == day


def test_edge_67_a_cohort_with_people_keeps_its_programme_and_the_places_they_have(arrange: Arrange):
    with arrange() as session:
        user = make_user()
        cohort = services.add_cohort(plan(capacity=2), by=user)
        other = session.scalars(select(Programme).where(Programme.code == "mdatagov")).one()
        services.change_cohort(cohort, plan(programme_id=other.id), by=user)
        services.change_cohort(cohort, plan(), by=user)
        for _ in range(2):
            make_enrolment("completed 2026-11-02", person=make_person(), cohort=cohort)

        with pytest.raises(CohortNotAllowed, match="make another cohort"):
            services.change_cohort(cohort, plan(programme_id=other.id), by=user)
        with pytest.raises(CohortNotAllowed, match="2 places are taken, so it cannot have fewer than 2"):
            services.change_cohort(cohort, plan(capacity=1), by=user)


def test_edge_29_new_days_of_a_cohort_leave_nobody_outside_who_started_within_them(arrange: Arrange):
    with arrange():
        user, cohort = make_user(), make_cohort("DSA-1", starts_on=date(2026, 9, 1), ends_on=date(2026, 11, 30))
        for given, day in (("Ann", "2026-09-07"), ("Ben", "2026-11-02"), ("Listed", "2026-08-01")):
            person = make_person(first_name=given, last_name="Lee")
            make_enrolment(f"in-training {day}", "completed 2026-12-07", person=person, cohort=cohort)
        before = services.plan_of(cohort)

        for field, day, named in (
            ("starts_on", date(2026, 9, 8), "before the first day: Ann Lee on 7 September 2026$"),
            ("ends_on", date(2026, 11, 1), "after the last day: Ben Lee on 2 November 2026$"),
        ):
            with pytest.raises(CohortNotAllowed, match=named) as refused:
                services.change_cohort(cohort, replace(before, **{field: day}), by=user)
            assert refused.value.field == field
        services.change_cohort(cohort, replace(before, starts_on=date(2026, 9, 7), ends_on=date(2026, 11, 2)), by=user)


def test_a_cohort_closes_when_nobody_is_left_hanging_and_then_takes_nobody(arrange: Arrange):
    with arrange():
        cohort, user = make_cohort("DSA-1"), make_user()
        for stage in ("completed", "withdrawn", "not-accepted", "not-completed", "in-role"):
            make_enrolment(f"{stage} 2026-01-05", person=make_person(), cohort=cohort)
        hanging = make_enrolment("nominated 2026-01-05", person=make_person(last_name="Hanging"), cohort=cohort)

        with pytest.raises(CohortNotAllowed, match="1 person is not finished yet"):
            services.close_cohort(cohort, by=user)
        assert [one.last_name for one in queries.unfinished(cohort)] == ["Hanging"]

        services.record_stage(hanging, "applied", date(2026, 1, 6), by=user)
        services.record_stage(hanging, "not-accepted", date(2026, 1, 7), by=user)
        services.close_cohort(cohort, by=user)
        with pytest.raises(CohortNotAllowed, match="closed already"):
            services.close_cohort(cohort, by=user)
        with pytest.raises(services.NoPlace, match="DSA-1 is closed"):
            services.enrol(make_person(), cohort, "nominated", date(2026, 1, 8), by=user)
        assert "DSA-1" not in [one.code for one in queries.open_cohorts(date(2026, 1, 8))]

        services.reopen_cohort(cohort, by=user)
        services.enrol(make_person(), cohort, "nominated", date(2026, 1, 8), by=user)
        with pytest.raises(CohortNotAllowed, match="open already"):
            services.reopen_cohort(cohort, by=user)


def test_edge_171_a_copy_is_a_year_later_open_and_empty_whatever_became_of_the_original(app: Flask, arrange: Arrange):
    with arrange():
        cohort, user = (
            services.add_cohort(plan(code="DSA-2024-A", starts_on=date(2024, 2, 29)), by=make_user()),
            make_user(),
        )
        make_enrolment("completed 2026-11-02", person=make_person(), cohort=cohort)
        services.close_cohort(cohort, by=user)

        copied = services.add_cohort(Plan(**rolls.a_year_on(cohort)), by=user)

        assert (copied.code, copied.capacity, copied.closed_at) == ("DSA-2025-A", 20, None)
        # The last of February after a leap day (edge 45).
        assert (copied.starts_on, copied.ends_on) == (date(2025, 2, 28), date(2027, 11, 30))
        assert queries.members(copied) == []


@pytest.mark.parametrize(
    ("code", "following"),
    [
        ("DSA-2025", "DSA-2026"),
        ("DSA-2025-SPRING", "DSA-2026-SPRING"),
        ("2025-26 A", "2026-27 A"),
        ("2025/2026", "2026/2027"),
        ("2099-00", "2100-01"),
        ("1999-00", "1999-00-2"),
        ("MDG-7", "MDG-7-2"),
        ("DSA-20251", "DSA-20251-2"),
    ],
)
def test_the_code_of_a_copy_has_the_next_year_in_it(code: str, following: str):
    assert rolls.code_a_year_on(code) == following


def test_edge_32_no_year_stands_in_the_program(arrange: Arrange):
    with arrange():
        made = make_cohort("DSA-2099", starts_on=date(2099, 9, 1))

        assert rolls.a_year_on(made)["code"] == "DSA-2100"
        assert db.session.scalar(select(Cohort.id).where(Cohort.code == "DSA-2100")) is None
