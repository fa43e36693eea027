"""What a page asks of the database, which must not grow with what it shows."""

import pytest
from flask import Flask

from tests.conftest import Arrange, SignIn
from tests.counting import counted
from tests.factories import make_cohort, make_enrolment, make_person, make_placement
from tracker.accounts.permissions import Role
from tracker.quality import services as quality

MOST = 12


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD])
def test_no_page_of_the_register_asks_more_than_twelve_times(app: Flask, arrange: Arrange, sign_in: SignIn, role: Role):
    with arrange():
        person = make_person("hm-treasury", "home-office from 2026-02-01", ref="P-1", last_name="Johnson")
        history = ("in-training 2026-01-05", "on-break 2026-02-02 until 2026-05-01")
        enrolment = make_enrolment(*history, person=person, cohort=make_cohort("DSA-1"))
        for year in range(2019, 2026):
            make_enrolment(f"applied {year}-01-05", f"withdrawn {year}-02-02", person=person)
            make_placement(f"in-post {year}-03-02", f"completed {year}-09-01", person=person)
        for _ in range(20):
            make_enrolment(*history, person=make_person("home-office", grade=None))
        quality.keep_findings(enrolment.journey.created_at.date())
        pages = ["/people/P-1", f"/training/enrolments/{enrolment.ref}", "/people", "/people?q=jonson"]
        pages += ["/people?organisation=home-office&stage=on-break", "/data-quality", "/data-quality/break-overdue"]
        pages += ["/views", "/following"]
    browser, asked = sign_in(role), {}
    for page in pages:
        assert browser.get(page).status_code == 200
        with counted(app)() as statements:
            browser.get(page)
        asked[page] = len(statements)

    assert {page: count for page, count in asked.items() if count > MOST} == {}
