"""The page of a placement and its acts, through the front door."""

import re
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browsers import Browser
from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement, make_supervisor, organisation
from tests.markup import Seen
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.fellowships.models import Objective, Placement, SupervisorAssignment

HERE = "/fellowships/placements/PL1"
SUPERVISOR = "sam@example.gov.uk"


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


def day(name: str, text: str) -> dict[str, str]:
    when = date.fromisoformat(text)
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


def opened(browser: Browser, act: str) -> dict[str, str]:
    form = Seen(browser.get(f"{HERE}/{act}").text)
    return {"version": form.one("input", name="version")["value"]}


def send(browser: Browser, act: str, **fields: str) -> int:
    return browser.send(f"{HERE}/{act}", {**opened(browser, act), **fields}).status_code


def page(browser: Browser) -> str:
    return Seen(browser.get(HERE).text).words


def test_a_placement_is_run_from_its_page_from_offer_to_permanent_post(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("offered 2026-05-01", ref="PL1", planned="2026-06-01 to 2027-05-31")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert "Record acceptance" in page(manager)
    assert send(manager, "stage", stage="accepted", version="0", **day("effective_on", "2026-05-11")) == 409
    assert send(manager, "stage", stage="accepted", **day("effective_on", "2026-05-11")) == 303
    assert send(manager, "stage", stage="in-post", **day("effective_on", "2026-06-01")) == 303
    assert "In post at Home Office since 1 June 2026, planned to 31 May 2027" in page(manager)
    assert send(manager, "objectives/new", text="Publish the method", **day("agreed_on", "2026-06-02")) == 303
    assert send(manager, "objectives/1", state="met") == 303
    assert send(manager, "review", going_well="All of it", **day("held_on", "2026-06-10")) == 303
    posted = {"is_converted": "y", "post": "Head of data", "organisation": "home-office"}
    assert send(manager, "complete", **posted, **day("effective_on", "2026-06-12")) == 303

    told = page(manager)
    assert "Completed at Home Office on 12 June 2026" in told
    assert "Turned into a permanent post: Head of data, Home Office" in told
    assert "Permanent post Head of data, Home Office" in told
    assert "Publish the method More in this row Agreed 2 June 2026 Met" in told
    assert "All of it" in told


def test_a_refusal_keeps_what_was_typed_and_says_what_to_do(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-05-01", ref="PL1")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert "End the placement early" in manager.get(f"{HERE}/leave").text
    answer = manager.send(
        f"{HERE}/leave",
        {**opened(manager, "leave"), "stage": "ended-early", "note": "Kept", **day("effective_on", "2026-06-16")},
    )

    assert answer.status_code == 200
    assert "Select the reason" in answer.text
    assert "Kept" in answer.text
    assert "The first day the fellow was no longer in post" in answer.text


def test_an_extension_that_a_supervisor_asks_for_is_approved_by_the_manager(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05", ref="PL1", supervisor=make_supervisor(SUPERVISOR, "Sam"))
    host, manager = sign_in(Role.HOST_SUPERVISOR, email=SUPERVISOR), sign_in(Role.PROGRAMME_MANAGER)

    assert "Ask for an extension" in page(host)
    assert "End early" not in page(host)
    assert send(host, "extension", reason="The work goes on", **day("planned_end", "2027-03-31")) == 303
    assert host.get(f"{HERE}/extension/decision").status_code == 403
    assert "Decide the extension" in page(manager)
    assert send(manager, "extension/decision", decision="yes") == 303

    assert "In post at Home Office since 5 January 2026, planned to 31 March 2027" in page(host)
    assert manager.get(f"{HERE}/extension/decision").status_code == 404


def test_edge_64_how_long_it_was_planned_to_last_stays_beside_the_day_it_ended(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-12", ref="PL1", planned="2026-01-05 to 2026-12-31")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert send(manager, "leave", stage="ended-early", reason="funding", **day("effective_on", "2026-06-12")) == 303

    told = page(manager)
    assert "Ended early at Home Office on 12 June 2026; it was planned to 31 December 2026." in told
    assert "Planned start 5 January 2026 Planned end 31 December 2026" in told


def test_an_extension_nobody_decided_before_the_placement_ended_waits_no_more(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05", ref="PL1", supervisor=make_supervisor(SUPERVISOR, "Sam"))
    host, manager = sign_in(Role.HOST_SUPERVISOR, email=SUPERVISOR), sign_in(Role.PROGRAMME_MANAGER)
    assert "up to 5 January 2028" in host.get(f"{HERE}/extension").text
    assert send(host, "extension", reason="The work goes on", **day("planned_end", "2028-01-06")) == 200
    assert send(host, "extension", reason="The work goes on", **day("planned_end", "2028-01-05")) == 303
    assert send(manager, "leave", stage="ended-early", reason="funding", **day("effective_on", "2026-06-12")) == 303

    told = page(manager)

    assert "Decide the extension" not in told
    assert "Not decided before it ended" in told


def test_case_86_the_page_shows_who_supervised_when(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05", ref="PL1", supervisor=make_supervisor(SUPERVISOR, "Sam"))
    manager, old = sign_in(Role.PROGRAMME_MANAGER), sign_in(Role.HOST_SUPERVISOR, email=SUPERVISOR)

    said = {"email": "kim@example.gov.uk", "name": "Kim", "reason": "Sam left", **day("starts_on", "2026-06-01")}
    assert send(manager, "supervisor", **said) == 303

    assert "Kim More in this row Note Sam left 1 June 2026 now" in page(manager)
    assert "Sam More in this row Note – 5 January 2026 1 June 2026" in page(manager)
    assert old.get(HERE).status_code == 404


def shown(browser: Browser, act: str, **fields: str) -> Seen:
    answer = browser.send(f"{HERE}/{act}", {**opened(browser, act), **fields})
    assert answer.status_code == 200
    return Seen(answer.text)


def test_a_correction_shows_which_figures_would_change_before_it_is_saved(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("accepted 2026-01-05", "in-post 2026-02-02", ref="PL1")
    manager = sign_in(Role.PROGRAMME_MANAGER)
    correction = {"stage": "in-post", "reason": "Two weeks late", **day("effective_on", "2026-02-16")}

    words = shown(manager, "entries/2/correct", **correction).words

    assert "Fellows in post More in this row Organisation Home Office Home Office 1 fewer" in words
    assert "from 2 February 2026, up to but not including 16 February 2026" in words
    assert "Fellows started this financial year" in words
    assert (
        "Weekly logs overdue More in this row Organisation Home Office Home Office 2 fewer from 20 February 2026"
        in words
    )
    assert "In post at Home Office since 2 February 2026" in page(manager)
    # A seal of something else shows the effect again.
    assert shown(manager, "entries/2/correct", **correction, checked="something") is not None


def test_the_past_is_corrected_and_taken_back_from_the_timeline(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("accepted 2026-01-05", "in-post 2026-02-02", ref="PL1")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    correction = {"stage": "in-post", "reason": "A month late", **day("effective_on", "2026-03-02")}
    seal = shown(manager, "entries/2/correct", **correction).one("input", name="checked")["value"]
    assert "In post at Home Office since 2 February 2026" in page(manager)
    assert send(manager, "entries/2/correct", **{**correction, "checked": seal}) == 303
    assert "In post at Home Office since 2 March 2026" in page(manager)
    older = manager.send(f"{HERE}/entries/3/take-back", {"version": "0", "reason": "Not at all"})
    assert "Somebody else has changed this placement" in Seen(older.text).words
    seal = shown(manager, "entries/3/take-back", reason="Not at all").one("input", name="checked")["value"]
    assert send(manager, "entries/3/take-back", reason="Not at all", checked=seal) == 303
    assert "Accepted on 5 January 2026" in page(manager)
    assert manager.get(f"{HERE}/entries/3/take-back").status_code == 404


def test_fellow_and_supervisor_agree_on_objectives_mark_them_and_record_the_review_themselves(
    sign_in: SignIn, arrange: Arrange
):
    fellow = sign_in(Role.FELLOW, email="fellow@example.gov.uk")
    with arrange():
        user = accounts.user_by_email("fellow@example.gov.uk")
        assert user is not None
        supervisor = make_supervisor(SUPERVISOR, "Sam")
        make_placement("in-post 2026-01-05", ref="PL1", person=make_person(user_id=user.id), supervisor=supervisor)
        make_placement("in-post 2026-01-05", ref="PL2")
    host = sign_in(Role.HOST_SUPERVISOR, email=SUPERVISOR)

    assert send(fellow, "objectives/new", text="Publish the method", **day("agreed_on", "2026-06-02")) == 303
    assert send(host, "objectives/1", state="partly-met") == 303
    assert "Publish the method More in this row Agreed 2 June 2026 Partly met" in page(fellow)
    assert send(fellow, "objectives/1", state="met") == 303
    assert send(host, "review", going_well="The pace", **day("held_on", "2026-06-10")) == 303

    assert "The pace" in page(fellow)
    assert "0 of 1 objectives" not in fellow.get("/").text
    assert "1 of 1 objectives met" in Seen(fellow.get("/").text).words
    for one in (fellow, host):
        assert "Add an objective" in page(one)
        assert "Change the supervisor" not in page(one)
        assert one.get("/fellowships/placements/PL2/objectives/new").status_code == 404


def test_a_move_to_another_host_stands_on_the_page(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05", ref="PL1")
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert send(manager, "host", host="hm-treasury", reason="The team moved", **day("on", "2026-06-01")) == 303

    assert "In post since 5 January 2026, at HM Treasury since 1 June 2026, planned to" in page(manager)
    assert "Moved to HM Treasury" in page(manager)
    assert "From Home Office" in page(manager)


def test_case_81_a_host_that_was_closed_since_keeps_its_name_on_the_placement(sign_in: SignIn, arrange: Arrange):
    with arrange():
        closed = "department-for-business-energy-and-industrial-strategy"
        make_placement("in-post 2021-01-05", "completed 2022-01-05", ref="PL1", at=closed)

    told = page(sign_in(Role.PROGRAMME_MANAGER))

    assert "Completed at Department for Business, Energy & Industrial Strategy" in told.replace(
        "and Industrial", "& Industrial"
    )


def test_a_host_that_became_another_organisation_says_so_until_the_move_is_recorded(sign_in: SignIn, arrange: Arrange):
    with arrange():
        ended, heir = organisation("ministry-of-justice"), organisation("home-office")
        make_placement("in-post 2026-01-05", ref="PL1", at="ministry-of-justice")
        ended.is_closed, ended.closed_on, ended.present_id = True, date(2026, 6, 1), heir.id
    manager = sign_in(Role.PROGRAMME_MANAGER)

    told = page(manager)
    moved = send(manager, "host", host="home-office", reason="It went over", **day("on", "2026-06-01"))

    assert "It ended on 1 June 2026, and counts under Home Office by the structure of today." in told
    assert moved == 303
    assert "by the structure of today" not in page(manager)


def test_a_fellow_sees_their_own_placement_and_no_other(sign_in: SignIn, arrange: Arrange, app: Flask):
    fellow = sign_in(Role.FELLOW, email="fellow@example.gov.uk")
    with arrange():
        user = accounts.user_by_email("fellow@example.gov.uk")
        assert user is not None
        make_placement("in-post 2026-01-05", ref="PL1", person=make_person(user_id=user.id))
        make_placement("in-post 2026-01-05", ref="PL2")

    assert fellow.get(HERE).status_code == 200
    assert fellow.get("/fellowships/placements/PL2").status_code == 404
    assert "PL2" not in fellow.get("/fellowships").text
    assert "Record completion" not in fellow.get(HERE).text
    assert fellow.get(f"{HERE}/stage").status_code == 403


@pytest.mark.parametrize(("ended_on", "status"), [("2026-04-16", 200), ("2026-04-15", 404)])
def test_a_supervisor_sees_a_placement_until_60_days_after_it_ended(
    sign_in: SignIn, arrange: Arrange, ended_on: str, status: int
):
    with arrange():
        supervisor = make_supervisor(SUPERVISOR)
        make_placement("in-post 2026-01-05", f"completed {ended_on}", ref="PL1", supervisor=supervisor)
    host = sign_in(Role.HOST_SUPERVISOR, email=SUPERVISOR)

    assert host.get(HERE).status_code == status
    assert ("PL1" in host.get("/fellowships?view=ended").text) is (status == 200)


def test_the_next_request_after_a_handover_is_refused(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05", ref="PL1", supervisor=make_supervisor(SUPERVISOR))
    host = sign_in(Role.HOST_SUPERVISOR, email=SUPERVISOR)
    assert host.get(HERE).status_code == 200

    with arrange():
        assigned = db.session.scalars(select(SupervisorAssignment)).one()
        assigned.ends_on = date(2026, 6, 15)

    assert host.get(HERE).status_code == 404
    assert host.get("/fellowships").text.count("PL1") == 0
    with arrange():
        assert db.session.scalars(select(Placement)).one().supervisor_user_ids == frozenset()


def test_the_page_of_a_person_has_their_placements_and_leads_only_who_may_to_them(sign_in: SignIn, arrange: Arrange):
    with arrange():
        make_placement("in-post 2026-01-05", ref="PL1", person=make_person(ref="P1"))

    managers, leads = (sign_in(role).get("/people/P1").text for role in (Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD))

    assert HERE in managers
    assert "Match with a project" in managers
    assert "PL1" in leads
    assert HERE not in leads
    assert "In post at Home Office since 5 January 2026" in Seen(leads).words


def test_the_page_of_a_placement_leads_nobody_to_what_they_are_refused(sign_in: SignIn, arrange: Arrange):
    # Who may do something elsewhere, and sees this placement for another reason, may not do it here.
    roles = [{Role.AUDITOR}, {Role.DEPARTMENT_LEAD}, {Role.AUDITOR, Role.FELLOW}, {Role.AUDITOR, Role.HOST_SUPERVISOR}]
    readers = [sign_in(*one, at="home-office") for one in [*roles, {Role.HOST_SUPERVISOR, Role.FELLOW}]]
    fellow = sign_in(Role.FELLOW)
    with arrange():
        user = accounts.user_by_email(fellow.email)
        assert user is not None
        person = make_person("hm-treasury", user_id=user.id)
        supervisor = make_supervisor(readers[-1].email)
        made = make_placement("in-post 2026-01-05", person=person, supervisor=supervisor, at="home-office")
        db.session.add(Objective(journey_id=made.journey_id, number=1, text="Publish", agreed_on=date(2026, 1, 6)))
        placement = made.ref
    address = f"/fellowships/placements/{placement}"

    refused = []
    for reader in (*readers, fellow):
        main = Seen(re.split("<main|</main", reader.get(address).text)[1])
        led = {link["href"].partition("#")[0] for link in main.all("a")} - {""}
        refused += [(reader.email, link) for link in led if reader.get(link).status_code >= 400]

    assert refused == []
