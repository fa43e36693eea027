import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.accounts.queries import audit_entries

HEADINGS = [
    *("person_ref", "first_name", "last_name", "email", "organisation", "grade", "profession", "region", "fte"),
    *("programme", "cohort", "stage", "effective_on", "planned_return", "enrolments"),
]


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def table(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_file_holds_the_people_of_the_page_and_says_how_many(manager: Browser, arrange: Arrange):
    with arrange():
        person = make_person(ref="HO-1", first_name="Seán", last_name="O’Brien", email="sean@example.gov.uk")
        cohort = make_cohort("DSA-1")
        make_enrolment("in-training 2026-01-05", "on-break 2026-02-02 until 2026-05-01", person=person, cohort=cohort)
        make_person(last_name="Other")
    page = Seen(manager.get("/people?q=sean").text)

    response = manager.get("/people/export?q=sean&format=csv")

    assert "Download 1 person (CSV)" in page.words
    assert response.headers["Content-Disposition"].startswith("attachment; filename=people-")
    assert table(response.text) == [
        HEADINGS,
        [
            *("HO-1", "Seán", "O’Brien", "sean@example.gov.uk", "Home Office", "SEO", "", "", "1.0"),
            *("Data Science Accelerator", "DSA-1", "on-break", "2026-02-02", "2026-05-01", "1"),
        ],
    ]


def test_a_workbook_holds_the_same_as_text(manager: Browser, arrange: Arrange):
    with arrange():
        make_person(ref="HO-1", last_name="=HYPERLINK(1)")
        make_person(ref="HO-2", last_name="Bell\x07")

    with manager.get("/people/export?q=ho&format=xlsx") as response:
        book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))

    assert book.sheet_names == ["People"]
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == HEADINGS
    assert sorted(row[2] for row in rows[1:]) == ["'=HYPERLINK(1)", "Bell"]


@pytest.mark.parametrize("name", ["=1+1", "+44", "-2", "@SUM(A1)", " =1", "＝1", "\t=1"])
def test_nothing_in_the_file_is_run_by_a_spreadsheet(manager: Browser, arrange: Arrange, name: str):
    with arrange():
        make_person(ref="HO-1", last_name=name)

    rows = table(manager.get("/people/export?q=HO-1").text)

    assert rows[1][2].startswith("'")


def test_everybody_at_once_is_asked_about_first(manager: Browser, arrange: Arrange):
    with arrange():
        make_person(ref="HO-1")
        make_person(ref="HO-2")

    page = Seen(manager.get("/people/export?format=csv").text)
    link = page.one("a", href="/people/export?format=csv&everybody=yes")

    assert "Download all 2 people (CSV)" in page.words
    assert len(table(manager.get(link["href"]).text)) == 3


def test_each_export_is_in_the_audit_trail_with_the_number_of_rows(manager: Browser, arrange: Arrange):
    with arrange():
        make_person(ref="HO-1")

    manager.get("/people/export?q=HO&format=csv")

    with arrange() as session:
        entry = session.scalars(audit_entries(subject="people:list")).one()
        assert (entry.verb, entry.actor.email) == ("exported", manager.email)
        assert {change["field"]: change["after"] for change in entry.changes} == {"rows": 1, "why": "/people?q=HO"}


def test_a_lead_takes_away_the_own_people_only_and_an_auditor_nobody(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_person("home-office", ref="A-1")
        make_person("hm-treasury", ref="A-2")
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    assert [row[0] for row in table(lead.get("/people/export?q=A").text)[1:]] == ["A-1"]
    assert sign_in(Role.AUDITOR).get("/people/export?q=A").status_code == 403
    assert "Download" not in Seen(sign_in(Role.AUDITOR).get("/people").text).words
