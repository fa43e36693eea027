"""The programme's page: who is where, places, what is overdue, what ends soon; table and chart."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import delete

from tests.conftest import Arrange, SignIn
from tests.factories import make_person, make_placement, make_supervisor, make_user
from tests.markup import Seen
from tracker.accounts import queries as accounts
from tracker.accounts.permissions import Role
from tracker.fellowships.lifecycle import Stage
from tracker.fellowships.queries import logs as logs_of
from tracker.fellowships.services import logs
from tracker.fellowships.services.logs import Entry
from tracker.fellowships.services.placements import leave
from tracker.people.models import Posting, PostingSpan


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


@pytest.fixture
def _told(arrange: Arrange) -> None:
    with arrange():
        ann = make_person("hm-treasury", first_name="Ann", last_name="Lee")
        supervisor = make_supervisor(name="Sam Host")
        make_placement(
            "in-post 2026-06-01", person=ann, ref="PL1", planned="2026-06-01 to 2026-09-13", supervisor=supervisor
        )
        make_placement("accepted 2026-06-01", ref="PL2", planned="2026-09-01 to 2027-08-31")
        make_placement("in-post 2025-06-02", "completed 2026-06-01", ref="PL3", planned="2025-06-02 to 2026-06-01")


@pytest.mark.usefixtures("_told")
def test_the_page_says_who_is_where_and_what_waits(sign_in: SignIn):
    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/fellowships").text).words

    assert "Current placements 2 1 accepted, 1 in post" in page
    assert "End within 90 days 1" in page
    assert "Ann Lee" in page
    assert "PL3" not in page
    assert "1 placement in post, 1 accepted and to come" in page
    assert "Places on offer now" in page


def test_the_page_says_where_fellows_come_from_in_every_figure(sign_in: SignIn, arrange: Arrange):
    """Worked by hand. Ann comes from the Treasury, and began on 1 June: her first week is overdue since the 12th. Bea
    is posted nowhere; she ended early in May, in a week of which she logged 2 days."""
    with arrange() as session:
        make_placement("in-post 2026-06-01", person=make_person("hm-treasury"), ref="PL1")
        bea = make_person()
        made = make_placement("in-post 2026-05-11", person=bea, ref="PL2")
        logs.send(made, date(2026, 5, 15), Entry("2", "Built it"), 0, actor=make_user(Role.FELLOW))
        manager = make_user(Role.PROGRAMME_MANAGER)
        leave(made, Stage.ENDED_EARLY, date(2026, 5, 16), "funding", by=manager)
        for table in (PostingSpan, Posting):
            session.execute(delete(table).where(table.person_id == bea.id))

    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/fellowships").text).words

    assert "Completed Started this financial year Ended early Days logged Days signed off Logs overdue HM Tr" in page
    assert "Days signed off 0 Logs overdue 1 1 0 1 0 0 0 1 From outside, or not known More in this row" in page
    assert "Days signed off 0 Logs overdue 0 0 0 1 1 2 0 0 As they stand today" in page
    assert "Days logged, by home organisation" in page


@pytest.mark.usefixtures("_told")
@pytest.mark.parametrize(
    ("view", "refs"),
    [
        ("current", {"PL1", "PL2"}),
        ("ending", {"PL1"}),
        ("overdue", {"PL1", "PL3"}),
        ("ended", {"PL3"}),
    ],
)
def test_each_view_has_its_placements(sign_in: SignIn, view: str, refs: set[str]):
    page = sign_in(Role.AUDITOR).get(f"/fellowships?view={view}").text

    assert {ref for ref in ("PL1", "PL2", "PL3") if f"/fellowships/placements/{ref}" in page} == refs


@pytest.mark.usefixtures("_told")
def test_the_timeline_is_drawn_by_the_machine_of_the_charts(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    drawing = manager.get("/fellowships/timeline-wide.svg")

    assert (drawing.status_code, drawing.mimetype) == (200, "image/svg+xml")
    assert "Ann Lee (PL1)" in drawing.text
    assert "One bar for each of 2" in drawing.text
    assert manager.get("/fellowships/timeline-huge.svg").status_code == 404


def test_nothing_to_show_says_what_to_do(sign_in: SignIn):
    manager = sign_in(Role.PROGRAMME_MANAGER)

    assert "Add a project, then propose a fellow for it" in manager.get("/fellowships").text
    assert manager.get("/fellowships/timeline-wide.svg").status_code == 404


@pytest.mark.usefixtures("_told")
@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.DEPARTMENT_LEAD, Role.TRAINEE, Role.ADMINISTRATOR])
def test_others_have_no_list_of_placements(sign_in: SignIn, role: Role):
    assert sign_in(role).get("/fellowships").status_code == 403


def test_the_share_of_logs_written_within_7_days_counts_what_was_written_here(sign_in: SignIn, arrange: Arrange):
    fridays = ("2026-05-22", "2026-05-29", "2026-06-05")
    sent = ("2026-05-29 22:59", "2026-05-29 12:00", "2026-06-12 23:01")
    with arrange():
        by, found = make_user(Role.FELLOW), make_placement("in-post 2026-05-18", ref="PL1")
        ref, email = found.ref, by.email
    for friday, instant in zip(fridays, sent, strict=True):
        with time_machine.travel(f"{instant}+00:00", tick=False), arrange():
            user, placement = accounts.user_by_email(email), logs_of.placement(ref)
            logs.send(placement, date.fromisoformat(friday), Entry("4", "Built it"), 0, actor=user)

    page = Seen(sign_in(Role.PROGRAMME_MANAGER).get("/fellowships").text).words

    assert "Logs written within 7 days of their week 67% 2 of 3 logs" in page


def test_a_person_has_the_events_of_their_placement_on_their_own_timeline(sign_in: SignIn, arrange: Arrange):
    with arrange():
        ann = make_person("home-office", ref="P1")
        make_placement("accepted 2026-05-01", "in-post 2026-06-01", person=ann, ref="PL1", at="hm-treasury")

    managers, leads = (sign_in(role).get("/people/P1").text for role in (Role.PROGRAMME_MANAGER, Role.DEPARTMENT_LEAD))

    told = Seen(managers).words
    assert told.count("Placement PL1, HM Treasury") == 2
    assert told.index("In post 1 June 2026") < told.index("Accepted 1 May 2026")
    assert "Placement PL1, HM Treasury" not in Seen(leads).words
