from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role


def test_somebody_is_followed_from_their_page_and_no_longer(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person("home-office", ref="HO-1", first_name="Ada", last_name="Byron")
    lead = sign_in(Role.DEPARTMENT_LEAD)
    assert Seen(lead.get("/people/HO-1").text).all("a", href="/following/people/HO-1")

    followed = lead.send("/following/people/HO-1", {"act": "follow"})

    assert (followed.status_code, followed.location) == (303, "/people/HO-1")
    assert "Ada Byron" in Seen(lead.get("/following").text).words
    assert "Whom you follow" in Seen(lead.get("/").text).words
    assert "Stop following Ada Byron, HO-1" in Seen(lead.get("/following/people/HO-1").text).words
    lead.send("/following/people/HO-1", {"act": "stop"})
    assert "You follow nobody." in Seen(lead.get("/following").text).words


def test_a_cohort_is_followed_from_its_page_by_who_may_see_it(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_cohort("DSA-1")
    manager = sign_in(Role.PROGRAMME_MANAGER)
    assert Seen(manager.get("/training/cohorts/DSA-1").text).all("a", href="/following/cohorts/DSA-1")

    manager.send("/following/cohorts/DSA-1", {"act": "follow"})

    assert "DSA-1" in Seen(manager.get("/following").text).words
    assert sign_in(Role.DEPARTMENT_LEAD).send("/following/cohorts/DSA-1", {"act": "follow"}).status_code == 403


def test_nobody_follows_whom_they_may_not_see(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person("hm-treasury", ref="T-1")
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    assert lead.send("/following/people/T-1", {"act": "follow"}).status_code == 404
