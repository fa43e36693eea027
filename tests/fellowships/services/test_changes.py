"""Changes along the way, each with its reason, and the past put right."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_person, make_placement, make_supervisor, make_user, organisation
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.core.metric import NOW
from tracker.core.text import format_day
from tracker.fellowships.metrics.placing import host_spans
from tracker.fellowships.models import Extension, Placement, Scheme
from tracker.fellowships.services import changes
from tracker.fellowships.services.placements import PlacementNotAllowed
from tracker.ledger.queries import standing_events
from tracker.ledger.services import MoveNotAllowed


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


def manager() -> User:
    return make_user(Role.PROGRAMME_MANAGER)


def hosts(placement: Placement) -> list[tuple[str, int]]:
    span = host_spans(NOW)
    query = select(span.c.starts_on, span.c.organisation_id).where(span.c.journey_id == placement.journey_id)
    return [(str(row.starts_on), row.organisation_id) for row in db.session.execute(query.order_by(span.c.starts_on))]


def test_case_99_an_extension_from_12_to_24_months_is_one_longer_spell_once_somebody_else_approved_it(arrange: Arrange):
    with arrange():
        placement = make_placement("in-post 2025-07-01", planned="2025-07-01 to 2026-06-30")
        asker, by = manager(), manager()

        asked = changes.ask_extension(placement, date(2027, 6, 30), "The work goes on", by=asker)
        assert placement.planned_end == date(2026, 6, 30)
        with pytest.raises(PlacementNotAllowed, match="somebody else"):
            changes.decide_extension(asked, is_approved=True, note="", by=asker)
        changes.decide_extension(asked, is_approved=True, note="", by=by)

        assert placement.planned_end == date(2027, 6, 30)
        events = standing_events(placement.journey_id)
        assert [(event.kind, event.stage) for event in events] == [("stage", "in-post"), ("extended", "in-post")]


def test_a_refused_extension_moves_nothing_and_says_why(arrange: Arrange):
    with arrange():
        placement, by = make_placement("in-post 2025-07-01", planned="2025-07-01 to 2026-06-30"), manager()
        asked = changes.ask_extension(placement, date(2026, 12, 31), "The work goes on", by=manager())

        with pytest.raises(PlacementNotAllowed, match="why it is refused"):
            changes.decide_extension(asked, is_approved=False, note=" ", by=by)
        changes.decide_extension(asked, is_approved=False, note="No budget", by=by)

        assert placement.planned_end == date(2026, 6, 30)
        with pytest.raises(PlacementNotAllowed, match="decided already"):
            changes.decide_extension(asked, is_approved=True, note="", by=by)


@pytest.mark.parametrize(
    ("history", "planned_end", "reason", "words"),
    [
        ("accepted 2026-01-05", date(2027, 6, 30), "More", "in post"),
        ("in-post 2026-01-05", date(2026, 12, 31), "More", "must be after"),
        ("in-post 2026-01-05", date(2027, 6, 30), " ", "Say why"),
    ],
)
def test_an_extension_that_cannot_be_is_refused(
    arrange: Arrange, history: str, planned_end: date, reason: str, words: str
):
    with arrange():
        placement, by = make_placement(history), manager()

        with pytest.raises(PlacementNotAllowed, match=words):
            changes.ask_extension(placement, planned_end, reason, by=by)


@pytest.mark.parametrize(
    ("months", "history", "latest"),
    [
        (None, "in-post 2025-03-03", date(2027, 3, 3)),  # 12 to 24 months is what a fellowship lasts
        (18, "in-post 2025-03-03", date(2026, 9, 3)),
        (12, "in-post 2025-02-28", date(2026, 2, 28)),
    ],
)
def test_a_placement_lasts_no_longer_than_its_scheme_has_it_however_often_it_is_extended(
    arrange: Arrange, months: int | None, history: str, latest: date
):
    with arrange():
        scheme, by, told = Scheme(code="long", name="Long", max_months=months), manager(), format_day(latest)
        placement = make_placement(history, scheme=scheme, planned="2025-01-06 to 2025-12-31")

        def ask(planned_end: date) -> Extension:
            return changes.ask_extension(placement, planned_end, "More", by=manager())

        with pytest.raises(PlacementNotAllowed, match=f"{months or 24} months at most: choose a day up to {told}"):
            ask(latest + timedelta(days=1))
        asked = ask(latest)
        scheme.max_months = 11
        with pytest.raises(PlacementNotAllowed, match="11 months at most"):
            changes.decide_extension(asked, is_approved=True, note="", by=by)
        scheme.max_months = months
        changes.decide_extension(asked, is_approved=True, note="", by=by)

        assert placement.planned_end == latest
        with pytest.raises(PlacementNotAllowed, match="planned for as long already"):
            ask(latest + timedelta(days=30))


def test_an_extension_into_another_placement_is_refused_with_the_days(arrange: Arrange):
    with arrange():
        person, by = make_person(), manager()
        placement = make_placement("in-post 2026-01-05", person=person)
        make_placement("accepted 2026-06-01", person=person, planned="2027-02-01 to 2027-12-31", ref="PL2")

        with pytest.raises(PlacementNotAllowed, match=r"1 February 2027 .* with PL2"):
            changes.ask_extension(placement, date(2027, 6, 30), "More", by=by)


def test_case_86_a_supervisor_hands_over_from_a_day_and_the_old_name_stays(arrange: Arrange):
    with arrange():
        placement = make_placement("in-post 2026-01-05", supervisor=make_supervisor("sam@example.gov.uk", "Sam"))

        changes.change_supervisor(placement, "kim@example.gov.uk", "Kim", date(2026, 6, 1), "Sam left", by=manager())
        db.session.refresh(placement, ["assignments"])

        assert [(one.supervisor.name, str(one.starts_on), str(one.ends_on)) for one in placement.assignments] == [
            ("Sam", "2026-01-05", "2026-06-01"),
            ("Kim", "2026-06-01", "9999-12-31"),
        ]
        assert placement.supervisor is not None
        assert placement.supervisor.name == "Kim"


@pytest.mark.parametrize(
    ("email", "day", "words"),
    [
        ("SAM@example.gov.uk", date(2026, 6, 1), "already"),
        ("kim@", date(2026, 6, 1), "correct format"),
        ("kim@example.gov.uk", date(2026, 6, 16), "today or in the past"),
        ("kim@example.gov.uk", date(2026, 1, 4), "took over on 5 January 2026"),
    ],
)
def test_a_change_of_supervisor_that_cannot_be_is_refused(arrange: Arrange, email: str, day: date, words: str):
    with arrange():
        placement = make_placement("in-post 2026-01-05", supervisor=make_supervisor("sam@example.gov.uk", "Sam"))

        with pytest.raises(PlacementNotAllowed, match=words):
            changes.change_supervisor(placement, email, "", day, "", by=manager())


def test_a_move_to_another_host_counts_from_its_day_and_taking_it_back_counts_as_before(arrange: Arrange):
    with arrange():
        placement, by = make_placement("in-post 2026-01-05"), manager()
        home, treasury = organisation("home-office"), organisation("hm-treasury")

        event = changes.change_host(placement, treasury, date(2026, 6, 1), "The team moved", by=by)

        assert placement.host.slug == "hm-treasury"
        assert hosts(placement) == [("0001-01-01", home.id), ("2026-06-01", treasury.id)]
        changes.take_back(placement, event, reason="They stayed", by=by)
        assert placement.host.slug == "home-office"
        assert hosts(placement) == [("0001-01-01", home.id)]


@pytest.mark.parametrize(
    ("slug", "day", "words"),
    [
        ("home-office", date(2026, 6, 1), "already"),
        ("hm-treasury", date(2025, 6, 1), "began on 5 January 2026"),
        ("department-for-international-development", date(2026, 6, 1), "did not exist"),
    ],
)
def test_a_change_of_host_that_cannot_be_is_refused(arrange: Arrange, slug: str, day: date, words: str):
    with arrange():
        placement, by = make_placement("in-post 2026-01-05"), manager()

        with pytest.raises(PlacementNotAllowed, match=words):
            changes.change_host(placement, organisation(slug), day, "The team moved", by=by)


def test_the_past_is_corrected_as_one_act_and_the_wrong_entry_stays(arrange: Arrange):
    with arrange():
        placement, by = make_placement("accepted 2026-01-05", "in-post 2026-02-02"), manager()
        wrong = standing_events(placement.journey_id)[1]

        changes.correct(placement, wrong, "in-post", date(2026, 3, 2), reason="A month late", by=by)

        events = standing_events(placement.journey_id)
        assert [(event.stage, str(event.effective_on)) for event in events] == [
            ("accepted", "2026-01-05"),
            ("in-post", "2026-03-02"),
        ]
        with pytest.raises(MoveNotAllowed, match="corrected already"):
            changes.take_back(placement, wrong, reason="Again", by=by)


def test_taking_back_an_end_is_refused_where_the_time_is_filled_by_now(arrange: Arrange):
    with arrange():
        person, by = make_person(), manager()
        placement = make_placement("in-post 2026-01-05", "ended-early 2026-02-02", person=person)
        make_placement("in-post 2026-03-02", person=person, ref="PL2")

        with pytest.raises(PlacementNotAllowed, match="PL2"):
            changes.take_back(placement, standing_events(placement.journey_id)[1], reason="Not so", by=by)


def test_taking_an_approved_extension_back_gives_the_planned_end_back(arrange: Arrange):
    with arrange():
        placement, by = make_placement("in-post 2026-01-05", planned="2026-01-05 to 2026-12-31"), manager()
        asked = changes.ask_extension(placement, date(2027, 6, 30), "More", by=manager())
        changes.decide_extension(asked, is_approved=True, note="", by=by)

        changes.take_back(placement, standing_events(placement.journey_id)[1], reason="Wrong one", by=by)

        assert placement.planned_end == date(2026, 12, 31)
