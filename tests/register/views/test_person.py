import re

import pytest
from sqlalchemy import select

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.counting import Queries
from tests.factories import make_cohort, make_enrolment, make_person, make_placement
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.accounts.queries import audit_entries, user_by_email
from tracker.people.models import Person


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
    assert page.one("a", class_="govuk-button")["href"] == f"{address}/complete"
    assert page.all("a", href=f"{address}/break")
    assert page.all("a", href=f"{address}/withdraw")


def test_the_timeline_shows_both_clocks_who_recorded_and_what_was_taken_back(manager: Browser, arrange: Arrange):
    with arrange():
        person = make_person("home-office", "hm-treasury from 2026-03-01", ref="HO-1")
        enrolment = make_enrolment("in-training 2026-02-02 recorded 2026-02-14", person=person)
        address = f"/training/enrolments/{enrolment.ref}"
        version = enrolment.journey.version
    fields = {"version": str(version), "effective_on-day": "1", "effective_on-month": "4", "effective_on-year": "2026"}
    manager.send(
        f"{address}/withdraw", {**fields, "trigger": "person", "reason": "workload", "note": "Called on Monday"}
    )
    taking_back = {"version": str(version + 1), "reason": "Another Ann"}
    page = manager.send(f"{address}/entries/2/take-back", taking_back)
    seal = Seen(page.text).one("input", name="checked")["value"]
    manager.send(f"{address}/entries/2/take-back", {**taking_back, "checked": seal})

    words = Seen(manager.get("/people/HO-1").text).words

    assert "In training 2 February 2026 recorded 12 days later" in words
    assert "Withdrawn (taken back)" in words
    assert "The person asked to leave: too much work in their post Called on Monday" in words
    assert "Taken back on" in words
    assert "by User" in words
    assert "Another Ann" in words
    assert "Moved to HM Treasury 1 March 2026" in words
    assert "In training on" in words


def test_what_is_not_there_and_what_is_not_theirs_look_the_same(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person("hm-treasury", ref="T-1")
        enrolment = make_enrolment("in-training 2026-02-02", person=make_person("hm-treasury")).ref
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    pages = [lead.get(address) for address in ("/people/T-1", "/people/T-2")]

    assert [page.status_code for page in pages] == [404, 404]
    assert lead.get(f"/training/enrolments/{enrolment}").status_code == 404
    assert lead.get(f"/training/enrolments/{enrolment}/withdraw").status_code == 404


def test_a_trainee_sees_the_own_record_and_changes_nothing(sign_in: SignIn, arrange: Arrange):
    trainee = sign_in(Role.TRAINEE, email="ann@example.gov.uk")
    with arrange():
        from_mail = user_by_email("ann@example.gov.uk")
        assert from_mail is not None
        make_person(ref="ME-1", user_id=from_mail.id)
        make_person(ref="OTHER-1")

    page = trainee.get("/people/ME-1")

    assert page.status_code == 200
    assert Seen(page.text).all("a", class_="govuk-button") == []
    assert trainee.get("/people/OTHER-1").status_code == 404
    assert trainee.get("/people/ME-1/details").status_code == 403


def test_each_look_at_somebody_else_s_record_is_in_the_audit_trail(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person(ref="HO-1")
    auditor = sign_in(Role.AUDITOR)

    auditor.get("/people/HO-1")

    with arrange() as session:
        looks = session.scalars(audit_entries(subject="person:HO-1")).all()
        assert [(look.verb, look.actor.email) for look in looks] == [("looked at", auditor.email)]


def test_details_are_changed_and_found_by_and_the_trail_keeps_what_they_were(manager: Browser, arrange: Arrange):
    with arrange():
        version = make_person(ref="HO-1", first_name="Ann", last_name="Old", email="a@example.gov.uk").version
    said = {
        "version": str(version),
        "first_name": "Ann",
        "last_name": "Newman",
        "email": "a@example.gov.uk",
        "fte": "0.5",
    }

    response = manager.send("/people/HO-1/details", said)

    assert (response.status_code, response.location) == (303, "/people/HO-1")
    assert "Ann Newman" in manager.get("/people?q=newman").text
    assert "Ann" not in Seen(manager.get("/people?q=old").text).words
    with arrange() as session:
        changed = session.scalars(audit_entries(subject="person:HO-1")).first()
        assert changed is not None
        assert changed.changes == [
            {"field": "fte", "before": 1.0, "after": 0.5},
            {"field": "last_name", "before": "Old", "after": "Newman"},
        ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "TAKEN@example.gov.uk", "This email address belongs to another person"),
        ("email", "not an address", "Enter an email address in the correct format"),
        ("first_name", "=1+1", "A name cannot start with"),
        ("first_name", "", "Enter the first name"),
        ("last_name", "x" * 101, "100 characters or fewer"),
        ("fte", "0", "over 0 and no more than 1"),
        ("fte", "1.5", "over 0 and no more than 1"),
        ("fte", "lots", "Enter a number in digits"),
        ("fte", "NaN", "Enter a number in digits"),
    ],
)
def test_details_that_cannot_be_are_refused_and_what_was_typed_is_kept(
    manager: Browser, arrange: Arrange, field: str, value: str, message: str
):
    with arrange():
        make_person(email="taken@example.gov.uk")
        person = make_person(ref="HO-1", first_name="Ann", last_name="Old", email="a@example.gov.uk")
        version = person.version
    said = {"version": str(version), "first_name": "Ann", "last_name": "Old", "email": "a@example.gov.uk", "fte": "1"}

    page = Seen(manager.send("/people/HO-1/details", {**said, field: value}).text)

    assert message in page.words
    assert page.one("input", name=field)["value"] == value
    with arrange() as session:
        kept = session.scalars(select(Person).where(Person.ref == "HO-1")).one()
        assert (kept.first_name, kept.last_name, kept.email, kept.fte) == ("Ann", "Old", "a@example.gov.uk", 1.0)


def test_of_two_who_change_the_same_person_the_second_is_told(manager: Browser, arrange: Arrange):
    with arrange():
        version = str(make_person(ref="HO-1", first_name="Ann", last_name="Old").version)
    said = {"version": version, "first_name": "Ann", "last_name": "First", "email": "a@example.gov.uk", "fte": "1"}
    manager.send("/people/HO-1/details", {**said, "fte": "0.60"})

    second = manager.send("/people/HO-1/details", {**said, "last_name": "Second"})

    assert second.status_code == 409
    page = Seen(second.text)
    assert "Somebody else has changed this record" in page.words
    assert "Last name: what you entered is not what is saved now" in page.words
    assert (page.one("input", name="last_name")["value"], page.one("input", name="fte")["value"]) == ("Second", "1")
    assert re.findall(r"Now: \S+", page.words) == ["Now: First", "Now: 0.6"]
    assert "Ann First" in manager.get("/people?q=HO-1").text
    renewed = page.one("input", name="version")["value"]
    assert manager.send("/people/HO-1/details", {**said, "version": renewed, "last_name": "Second"}).status_code == 303


def test_edge_40_half_past_midnight_in_summer_is_shown_as_the_london_day(manager: Browser, arrange: Arrange):
    with arrange():
        person = make_person(ref="P-1")
        make_enrolment("in-training 2026-06-30 recorded 2026-06-30T23:30:00Z", person=person)

    words = Seen(manager.get("/people/P-1").text).words

    assert "1 July 2026, 12:30am" in words
    assert "30 June 2026, 11:30pm" not in words


def test_a_move_is_recorded_from_a_day_on(manager: Browser, arrange: Arrange):
    with arrange():
        version = str(make_person("home-office", ref="HO-1").version)
    day = {"starts_on-day": "1", "starts_on-month": "3", "starts_on-year": "2026"}

    response = manager.send(
        "/people/HO-1/transfer", {"version": version, "organisation": "hm-treasury", "grade": "G7", **day}
    )

    assert response.status_code == 303
    words = Seen(manager.get("/people/HO-1").text).words
    assert "Moved to HM Treasury 1 March 2026" in words
    assert "Grade 7" in words


def test_the_number_of_queries_of_a_person_does_not_grow_with_their_history(
    manager: Browser, arrange: Arrange, queries: Queries
):
    with arrange():
        person = make_person(ref="HO-1")
        for _ in range(5):
            make_enrolment("nominated 2026-01-01", "applied 2026-01-02", "accepted 2026-02-02", person=person)
            make_placement("proposed 2026-01-05", "withdrawn 2026-02-02", person=person)

    with queries() as asked:
        assert manager.get("/people/HO-1").text.count("Placement PL") >= 10

    assert len(asked) <= 12, "\n".join(asked)


def test_pages_lead_nobody_to_what_they_are_refused(sign_in: SignIn, arrange: Arrange):
    auditor, lead = sign_in(Role.AUDITOR), sign_in(Role.DEPARTMENT_LEAD, at="home-office")
    trainee = sign_in(Role.TRAINEE)
    with arrange():
        user = user_by_email(trainee.email)
        assert user is not None
        person = make_person("home-office", ref="HO-1", user_id=user.id)
        training = make_enrolment("enrolled 2026-01-05", "in-training 2026-02-02", person=person).ref
        make_enrolment("withdrawn 2026-03-02", person=person)
        make_placement("in-post 2026-01-05", person=person, at="hm-treasury")
    pages = {
        auditor: ("/people", "/people/HO-1", f"/training/enrolments/{training}"),
        lead: ("/people", "/people/HO-1", f"/training/enrolments/{training}"),
        trainee: ("/people/HO-1", f"/training/enrolments/{training}"),
    }

    refused = []
    for reader, addresses in pages.items():
        for address in addresses:
            main = Seen(re.split("<main|</main", reader.get(address).text)[1])
            led = {link["href"].partition("#")[0] for link in main.all("a")} - {""}
            refused += [(reader.email, address, link) for link in led if reader.get(link).status_code >= 400]

    assert refused == []


@pytest.mark.parametrize("act", ["secondment", "transfer"])
def test_nobody_is_sent_to_an_organisation_that_was_not_selected(manager: Browser, arrange: Arrange, act: str):
    with arrange():
        make_person(ref="HO-1")
    address = f"/people/HO-1/{act}"
    opened = Seen(manager.get(address).text)
    days = {"starts_on": ("1", "6", "2026"), "returns_on": ("1", "6", "2027")}
    said = {f"{day}-{part}": one for day in days for part, one in zip(("day", "month", "year"), days[day], strict=True)}

    answer = manager.send(
        address, {"version": opened.one("input", name="version")["value"], "organisation": "", **said}
    )

    assert answer.status_code == 200
    assert "Select the organisation" in Seen(answer.text).words
    assert "Active Travel" not in Seen(manager.get("/people/HO-1").text).words
