from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.auditing import told_of
from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, make_placement, make_supervisor, make_user
from tests.leadership.recruiting import make_vacancy
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.clock import today
from tracker.quality import queries, services
from tracker.quality.models import Finding
from tracker.quality.rules import RULES


@pytest.fixture
def manager(sign_in: SignIn) -> Browser:
    return sign_in(Role.PROGRAMME_MANAGER)


def test_a_rule_leads_from_its_count_to_the_records_and_to_the_page_that_mends_each(manager: Browser, arrange: Arrange):
    with arrange():
        person = make_person(ref="HO-1", first_name="Ann", last_name="Late")
        enrolment = make_enrolment(
            "in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01", person=person, cohort=make_cohort("DSA-1")
        )
        services.keep_findings(today() - timedelta(days=12))
        address = f"/training/enrolments/{enrolment.ref}"

    overview = Seen(manager.get("/data-quality").text)
    page = Seen(manager.get("/data-quality/break-overdue").text)

    assert "Break past its planned return Say whether they returned, are extended or withdrew" in overview.words
    assert overview.all("a", href="/data-quality/break-overdue")
    assert "Break past its planned return (1)" in page.words
    assert "DSA-1: was due back on 1 March 2026" in page.words
    assert "12 days" in page.words
    assert page.all("a", href=address)


def test_rules_that_records_break_come_first_and_the_others_are_a_short_list_below(manager: Browser, arrange: Arrange):
    assert "Nothing has been looked for yet." in Seen(manager.get("/data-quality").text).words
    with arrange() as session:
        for _ in range(2):
            make_person(grade=None)
        make_enrolment("in-training 2026-01-05", "on-break 2026-02-01 until 2026-03-01")
        services.keep_findings(today())
        broken = set(session.scalars(select(Finding.rule)))

    page = Seen(manager.get("/data-quality").text)

    assert len(page.all("tr")) == len(broken) + 1 < len(RULES)
    # Two records come before one.
    assert page.words.index("Grade missing") < page.words.index("Break past its planned return")
    assert f"Rules that no record breaks ({len(RULES) - len(broken)})" in page.words
    assert page.words.index("Break past its planned return") < page.words.index("Rules that no record breaks")
    assert page.all("a", href="/data-quality/email-shared")


def test_edge_77_what_is_snoozed_leaves_the_list_until_its_day(manager: Browser, arrange: Arrange):
    with arrange() as session:
        make_person(ref="HO-1", last_name="Gradeless", grade=None)
        services.keep_findings(date(2026, 6, 1))
        finding = session.scalars(select(Finding)).one()
        address, version = f"/data-quality/findings/{finding.ref}/snooze", str(finding.version)
    until = today() + timedelta(days=5)
    day = {"until-day": str(until.day), "until-month": str(until.month), "until-year": str(until.year)}

    response = manager.send(address, {"version": version, "reason": "Grade panel", **day})

    assert (response.status_code, response.location) == (303, "/data-quality/grade-missing")
    assert "No record breaks this rule." in manager.get("/data-quality/grade-missing").text
    assert "Grade panel" in manager.get("/data-quality/grade-missing?snoozed=yes").text


def test_a_finding_is_given_to_somebody_and_who_acts_on_an_older_one_is_told(manager: Browser, arrange: Arrange):
    with arrange() as session:
        make_person(ref="HO-1", last_name="Gradeless", grade=None)
        ann = make_user(Role.PROGRAMME_MANAGER, name="Ann Owner").ref
        services.keep_findings(date(2026, 6, 1))
        finding = session.scalars(select(Finding)).one()
        ref, version = finding.ref, str(finding.version)
    address = f"/data-quality/findings/{ref}/owner"

    given = manager.send(address, {"version": version, "owner": ann})

    assert (given.status_code, given.location) == (303, "/data-quality/grade-missing")
    assert "Ann Owner" in manager.get("/data-quality/grade-missing").text
    with arrange():
        assert told_of(f"finding:{ref}") == ["finding.given"]
    later = today() + timedelta(days=5)
    day = {"until-day": str(later.day), "until-month": str(later.month), "until-year": str(later.year)}
    put_off = manager.send(f"/data-quality/findings/{ref}/snooze", {"version": version, "reason": "Panel", **day})
    for late in (manager.send(address, {"version": version, "owner": ""}), put_off):
        assert late.status_code == 409
        assert "this finding" in late.text
    with arrange() as session:
        owner = queries.owner_of(session.scalars(select(Finding)).one())
        assert owner is not None
        assert owner.ref == ann


def test_a_lead_sees_the_findings_of_the_own_department_and_snoozes_none(sign_in: SignIn, arrange: Arrange):
    with arrange() as session:
        make_person("home-office", ref="OURS", grade=None)
        make_person("hm-treasury", ref="THEIRS", grade=None)
        services.keep_findings(date(2026, 6, 1))
        refs = session.scalars(select(Finding.ref)).all()
    lead = sign_in(Role.DEPARTMENT_LEAD, at="home-office")

    words = Seen(lead.get("/data-quality/grade-missing").text).words

    assert "OURS" in words
    assert "THEIRS" not in words
    assert [lead.get(f"/data-quality/findings/{ref}/snooze").status_code for ref in refs] == [403, 403]


def test_a_vacancy_that_nobody_sifts_is_found_after_sixty_days_and_leads_to_its_page(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_vacancy("closed 2026-03-02", ref="V-FORGOTTEN")
        make_vacancy("closed 2026-03-03", ref="V-IN-TIME")
        make_vacancy("closed 2026-03-02", "sift 2026-04-01", ref="V-SIFTED")
        services.keep_findings(date(2026, 5, 2))
    manager = sign_in(Role.PROGRAMME_MANAGER)

    page = manager.get("/data-quality/vacancy-unsifted").text

    assert "V-FORGOTTEN, " in Seen(page).words
    assert "since 2 March 2026" in Seen(page).words
    assert [ref for ref in ("V-FORGOTTEN", "V-IN-TIME", "V-SIFTED") if f"/leadership/vacancies/{ref}" in page] == [
        "V-FORGOTTEN"
    ]


def test_an_unknown_rule_is_not_found_and_leadership_sees_no_findings(manager: Browser, sign_in: SignIn):
    assert manager.get("/data-quality/no-such-rule").status_code == 404
    assert sign_in(Role.LEADERSHIP).get("/data-quality").status_code == 403


def test_placements_past_their_end_or_without_a_supervisor_lead_to_their_pages(sign_in: SignIn, arrange: Arrange):
    with arrange():
        sam = make_supervisor()
        make_placement("in-post 2025-01-06", ref="PL1", planned="2025-01-06 to 2026-01-05", supervisor=sam)
        make_placement("accepted 2025-12-01", ref="PL2", planned="2026-01-05 to 2026-12-31")
        make_placement("in-post 2025-01-06", "completed 2026-01-05", ref="PL3", planned="2025-01-06 to 2026-01-05")
        services.keep_findings(date(2026, 1, 6))
    manager = sign_in(Role.PROGRAMME_MANAGER)

    past = manager.get("/data-quality/placement-past-end").text
    alone = manager.get("/data-quality/placement-without-supervisor").text

    assert "PL1: ‘In post’ since 6 January 2025" in Seen(past).words
    assert [ref for ref in ("PL1", "PL2", "PL3") if f"/fellowships/placements/{ref}" in past] == ["PL1"]
    assert [ref for ref in ("PL1", "PL2", "PL3") if f"/fellowships/placements/{ref}" in alone] == ["PL2"]
