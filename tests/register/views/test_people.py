import re

import pytest

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role


def names(browser: Browser, address: str) -> list[str]:
    """The names on the list, in order."""
    response = browser.get(address)
    assert response.status_code == 200
    return re.findall(r'<th scope="row"[^>]*>\s*<a [^>]*>([^<]*)</a>', response.text)


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def test_the_heading_counts_the_people_and_the_list_is_by_last_name(manager: Browser, arrange: Arrange):
    with arrange():
        for last_name in ("Öztürk", "Abara", "Nnamdi"):
            make_person(last_name=last_name)

    assert Seen(manager.get("/people").text).words.count("People (3)") >= 1
    assert names(manager, "/people") == ["Ann Abara", "Ann Nnamdi", "Ann Öztürk"]
    assert names(manager, "/people?sort=-name") == ["Ann Öztürk", "Ann Nnamdi", "Ann Abara"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("obrien", ["Seán O’Brien"]),
        ("O'Brien", ["Seán O’Brien"]),
        ("brien sean", ["Seán O’Brien"]),
        ("o’brien SEAN", ["Seán O’Brien"]),
        ("dr o'brien", ["Seán O’Brien"]),
        ("smith-jo", ["Zoë Smith-Jones"]),
        ("jones", ["Zoë Smith-Jones"]),
        ("zoe.smith@", ["Zoë Smith-Jones"]),
        ("HO-00", ["Seán O’Brien", "Zoë Smith-Jones"]),
        ("ho-002", ["Zoë Smith-Jones"]),
        ("smith brown", []),
        ("%", []),
        ("_", []),
        ("李", ["李 明"]),
    ],
)
def test_search_finds_names_addresses_and_references_by_their_beginnings(
    manager: Browser, arrange: Arrange, words: str, found: list[str]
):
    with arrange():
        make_person(first_name="Seán", last_name="O’Brien", ref="HO-001", email="sean@example.gov.uk")
        make_person(first_name="Zoë", last_name="Smith-Jones", ref="HO-002", email="zoe.smith@example.gov.uk")
        make_person(first_name="李", last_name="明", ref="X-1", email="li@example.gov.uk")

    assert names(manager, f"/people?q={words}") == found


def test_edge_2_filters_hold_together_for_one_enrolment_and_stand_as_chips(manager: Browser, arrange: Arrange):
    with arrange():
        autumn, spring = make_cohort("DSA-1"), make_cohort("DSA-2")
        both = make_person(last_name="Both")
        make_enrolment("completed 2026-01-05", person=both, cohort=autumn)
        make_enrolment("in-training 2026-02-05", person=both, cohort=spring)
        make_enrolment("in-training 2026-01-05", person=make_person(last_name="First"), cohort=autumn)

    assert names(manager, "/people?stage=in-training&cohort=DSA-1") == ["Ann First"]
    assert names(manager, "/people?stage=in-training&stage=completed&cohort=DSA-1") == ["Ann Both", "Ann First"]
    page = Seen(manager.get("/people?stage=in-training&cohort=DSA-1").text)
    assert [chip["href"] for chip in page.all("a", class_="app-chip")] == [
        "/people?cohort=DSA-1",
        "/people?stage=in-training",
    ]


def test_an_organisation_comes_with_its_bodies_and_only_with_those_posted_there_now(manager: Browser, arrange: Arrange):
    with arrange():
        make_person("cabinet-office", last_name="Parent")
        make_person("the-office-of-the-leader-of-the-house-of-commons", last_name="Child")
        make_person("cabinet-office", "hm-treasury from 2026-03-01", last_name="Moved")

    assert names(manager, "/people?organisation=cabinet-office") == ["Ann Child", "Ann Parent"]
    assert names(manager, "/people?organisation=hm-treasury") == ["Ann Moved"]
    assert names(manager, "/people?organisation=nowhere") == []


def test_breaks_past_their_return_are_found_and_extended_ones_are_not(manager: Browser, arrange: Arrange):
    with arrange():
        late, kept = make_person(last_name="Late"), make_person(last_name="Kept")
        make_enrolment("in-training 2026-01-05", "on-break 2026-02-02 until 2026-05-01", person=late)
        make_enrolment(
            "in-training 2026-01-05",
            "on-break 2026-02-02 until 2026-05-01",
            "extended on-break 2026-04-20 until 2999-01-01",
            person=kept,
        )

    assert names(manager, "/people?break=overdue") == ["Ann Late"]


def test_a_department_lead_sees_the_own_department_with_its_bodies_only(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person("cabinet-office", last_name="Ours")
        make_person("the-office-of-the-leader-of-the-house-of-commons", last_name="Body")
        make_person("hm-treasury", last_name="Theirs")
        make_person("cabinet-office", "hm-treasury from 2026-03-01", last_name="Gone")
    lead = sign_in(Role.DEPARTMENT_LEAD, at="cabinet-office")

    assert names(lead, "/people") == ["Ann Body", "Ann Ours"]
    assert names(lead, "/people?organisation=hm-treasury") == []
    assert names(lead, "/people?q=theirs") == []


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMINISTRATOR, Role.HOST_SUPERVISOR, Role.RECRUITMENT_LEAD])
def test_roles_that_look_after_no_people_see_no_list(sign_in: SignIn, role: Role):
    assert sign_in(role).get("/people").status_code == 403


def test_a_hundred_people_make_a_page(manager: Browser, arrange: Arrange):
    with arrange():
        for number in range(101):
            make_person(last_name=f"Aa{number:03}")

    assert len(names(manager, "/people")) == 100
    assert names(manager, "/people?page=2") == ["Ann Aa100"]
    assert names(manager, "/people?page=99") == ["Ann Aa100"]
    assert len(names(manager, "/people?page=x")) == 100


def test_who_is_misspelt_is_found_and_the_page_says_so(manager: Browser, arrange: Arrange):
    with arrange():
        for last_name in ("Johnson", "Johnston", "Khan"):
            make_person(last_name=last_name)

    page = Seen(manager.get("/people?q=jonson").text)

    assert names(manager, "/people?q=jonson") == ["Ann Johnson", "Ann Johnston"]
    assert "Nobody is found by ‘jonson’. These people have a name that is spelt alike." in page.words
    assert "People (2)" in page.words
    nothing = Seen(manager.get("/people?q=zzzzzz").text)
    assert "Nobody is found by ‘zzzzzz’. Nor by a name that is spelt alike." in nothing.words


def test_likenesses_of_a_name_that_somebody_has_are_asked_for_and_come_after_it(manager: Browser, arrange: Arrange):
    with arrange():
        make_person(first_name="Zoe", last_name="Smith")
        make_person(first_name="Ann", last_name="Smyth")
        make_person(first_name="Ann", last_name="Smithers")

    page = Seen(manager.get("/people?q=smith").text)

    assert names(manager, "/people?q=smith") == ["Zoe Smith", "Ann Smithers"]
    assert page.all("a", href="/people?q=smith&spelling=alike")
    assert names(manager, "/people?q=smith&spelling=alike") == ["Zoe Smith", "Ann Smithers", "Ann Smyth"]
    alike = Seen(manager.get("/people?q=smith&spelling=alike").text)
    assert [chip["href"] for chip in alike.all("a", class_="app-chip")] == ["/people"]


def test_an_order_that_is_asked_for_comes_before_the_best_match(manager: Browser, arrange: Arrange):
    with arrange():
        make_person(first_name="Ann", last_name="Leeds")
        make_person(first_name="Ann", last_name="Lee")
        make_person(first_name="Lee", last_name="Abara")

    assert names(manager, "/people?q=lee") == ["Lee Abara", "Ann Lee", "Ann Leeds"]
    assert names(manager, "/people?q=lee&sort=-name") == ["Ann Leeds", "Ann Lee", "Lee Abara"]


def test_a_misspelt_name_of_another_department_is_not_given_away(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person("hm-treasury", last_name="Zephyrine")
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    page = Seen(lead.get("/people?q=zephirine").text)

    assert "Zephyrine" not in page.words
    assert "Nor by a name that is spelt alike." in page.words
