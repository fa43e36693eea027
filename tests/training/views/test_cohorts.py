import pytest

from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role


def test_a_cohort_leads_from_its_numbers_to_the_people(sign_in: SignIn, arrange: Arrange):
    with arrange():
        cohort = make_cohort("DSA-1")
        for stage in ("in-training", "in-training", "completed"):
            make_enrolment(f"{stage} 2026-01-05", person=make_person(), cohort=cohort)
        make_cohort("DSA-0")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    overview = Seen(manager.get("/training/cohorts").text)
    page = Seen(manager.get("/training/cohorts/DSA-1").text)

    assert "Cohorts (2)" in overview.words
    assert overview.all("a", href="/training/cohorts/DSA-1")
    assert "In training 2 Completed 1" in page.words
    link = page.one("a", href="/people?cohort=DSA-1&stage=in-training")
    assert "People (2)" in Seen(manager.get(link["href"]).text).words


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.DEPARTMENT_LEAD, 403), (Role.TRAINEE, 403)])
def test_cohorts_are_for_those_who_look_after_the_programme(sign_in: SignIn, arrange: Arrange, role: Role, status: int):
    with arrange():
        make_cohort("DSA-1")
    browser = sign_in(role)

    assert browser.get("/training/cohorts").status_code == status
    assert browser.get("/training/cohorts/DSA-1").status_code == status


def test_a_cohort_that_is_not_there_is_not_found(sign_in: SignIn):
    assert sign_in(Role.PROGRAMME_MANAGER).get("/training/cohorts/NONE").status_code == 404
