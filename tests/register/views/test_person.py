import pytest

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, make_user
from tests.markup import Seen
from tracker.accounts.permissions import Role


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def test_a_person_s_page_says_what_is_true_now_and_offers_the_next_step(manager: Browser, arrange: Arrange):
    with arrange():
        person = make_person(ref="HO-1", first_name="Seán", last_name="O’Brien")
        enrolment = make_enrolment(
            "enrolled 2026-01-05", "in-training 2026-02-02", person=person, cohort=make_cohort("DSA-1")
        )
        address = f"/training/enrolments/{enrolment.ref}"

    page = Seen(manager.get("/people/HO-1").text)

    assert "In training on DSA-1 since 2 February 2026." in page.words
    assert page.one("a", class_="govuk-button")["href"] == f"{address}/stage?stage=completed"
    assert page.all("a", href=f"{address}/break") and page.all("a", href=f"{address}/withdraw")
