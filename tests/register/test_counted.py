import re

import pytest

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role

TRAINED = "figure=training.trained&as-at=2026-06-30"


@pytest.fixture
def people(arrange: Arrange) -> None:
    """Two trained by June, one of them known late and one moved since; one in July, one on an awareness session."""
    with arrange():
        make_enrolment("completed 2026-05-01 recorded 2026-05-02", person=make_person("home-office", ref="EARLY"))
        moved = make_person("home-office", "hm-treasury from 2026-08-01", ref="MOVED")
        make_enrolment("completed 2026-06-30 recorded 2026-07-20", person=moved)
        make_enrolment("completed 2026-07-01", person=make_person("home-office", ref="JULY"))
        aware = make_cohort(programme="art-of-the-possible")
        make_enrolment("completed 2026-05-01", person=make_person("home-office", ref="AWARE"), cohort=aware)


def listed(browser: Browser, question: str) -> tuple[str, set[str]]:
    """The number in the heading, and the references on the list."""
    page = Seen(browser.get(f"/people?{question}").text)
    found = re.search(r"People \(([\d,]+)\)", page.words)
    assert found is not None
    return found[1], {one for one in ("EARLY", "MOVED", "JULY", "AWARE") if one in page.words}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("question", "number", "who"),
    [
        (TRAINED, "2", {"EARLY", "MOVED"}),
        ("figure=training.trained&as-at=2026-07-01", "3", {"EARLY", "MOVED", "JULY"}),
        (f"{TRAINED}&known-at=2026-07-01", "1", {"EARLY"}),
        (f"{TRAINED}&organisation=home-office", "2", {"EARLY", "MOVED"}),
        (f"{TRAINED}&organisation=hm-treasury", "0", set()),
        (f"{TRAINED}&q=early", "1", {"EARLY"}),
    ],
)
def test_the_list_holds_who_makes_up_the_number(sign_in: SignIn, question: str, number: str, who: set[str]):
    assert listed(sign_in(Role.PROGRAMME_MANAGER), question) == (number, who)


@pytest.mark.usefixtures("people")
def test_a_lead_is_told_of_those_who_count_and_have_left_since(sign_in: SignIn):
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    assert listed(lead, f"{TRAINED}&organisation=home-office") == ("1", {"EARLY"})
    page = Seen(lead.get(f"/people?{TRAINED}&organisation=home-office").text)
    assert "1 more person is counted, who has since left the organisations you look after." in page.words
    assert listed(sign_in(Role.DEPARTMENT_LEAD, at="hm-treasury"), TRAINED) == ("0", set())


@pytest.mark.usefixtures("people")
def test_the_figure_is_a_chip_and_goes_into_the_export(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page = Seen(manager.get(f"/people?{TRAINED}").text)

    assert "Analysts trained: All government, as at 30 June 2026" in page.words
    assert page.one("a", class_="app-chip")["href"] == "/people"
    text = manager.get(f"/people/export?{TRAINED}&format=csv").text
    assert sorted(line.split(",")[0] for line in text.splitlines()[1:]) == ["EARLY", "MOVED"]


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("figure=training.nobody", 404),
        ("figure=training.trained&organisation=nowhere", 404),
        ("figure=training.trained&as-at=2026-02-30", 400),
        ("figure=training.trained&as-at=2999-01-01", 400),
        ("figure=training.trained&known-at=soon", 400),
    ],
)
def test_a_figure_that_is_none_is_refused(sign_in: SignIn, question: str, status: int):
    assert sign_in(Role.PROGRAMME_MANAGER).get(f"/people?{question}").status_code == status


def test_a_trainee_does_not_see_whom_a_figure_counts(sign_in: SignIn):
    assert sign_in(Role.TRAINEE).get(f"/people?{TRAINED}").status_code == 403
