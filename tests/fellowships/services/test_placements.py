"""What happens to a placement: begun, moved on, left, completed."""

from datetime import date

import pytest
import time_machine

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_person, make_placement, make_user, organisation
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.fellowships.lifecycle import Stage
from tracker.fellowships.models import Conversion, Placement, Scheme
from tracker.fellowships.services import placements as services
from tracker.fellowships.services.placements import PlacementNotAllowed, Post, Terms
from tracker.ledger.queries import standing_events
from tracker.ledger.services import MoveNotAllowed


@pytest.fixture(autouse=True)
def _a_day():
    with time_machine.travel("2026-06-15 09:00:00+00:00", tick=False):
        yield


def manager() -> User:
    return make_user(Role.PROGRAMME_MANAGER)


def terms(**fields: object) -> Terms:
    scheme = db.session.query(Scheme).first()
    assert scheme is not None
    known = {"planned_start": date(2026, 7, 1), "planned_end": date(2027, 6, 30), "host": organisation("home-office")}
    return Terms(scheme=scheme, **{**known, **fields})  # type: ignore[arg-type]


def stages(placement: Placement) -> list[str | None]:
    return [event.stage for event in standing_events(placement.journey_id)]


def test_a_placement_goes_along_the_line_step_by_step(arrange: Arrange):
    with arrange():
        by = manager()
        placement = services.begin(make_person(), terms(), date(2026, 1, 5), by=by)
        for month, stage in enumerate(("matched", "offered", "accepted", "in-post"), 2):
            services.record_stage(placement, stage, date(2026, month, 2), by=by)
        services.complete(placement, date(2026, 6, 12), by=by)

        assert stages(placement) == ["proposed", "matched", "offered", "accepted", "in-post", "completed"]


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        (("proposed 2026-01-05",), Stage.ENDED_EARLY),
        (("in-post 2026-01-05",), Stage.WITHDRAWN),
        (("matched 2026-01-05",), Stage.DECLINED),
        (("declined 2026-01-05",), Stage.WITHDRAWN),
    ],
)
def test_a_placement_leaves_the_line_only_where_it_can(arrange: Arrange, history: tuple[str, ...], stage: Stage):
    with arrange():
        placement, by = make_placement(*history), manager()

        with pytest.raises(MoveNotAllowed):
            services.leave(placement, stage, date(2026, 2, 2), "other", by=by)


def test_leaving_needs_its_reason(arrange: Arrange):
    with arrange():
        placement, by = make_placement("offered 2026-01-05"), manager()

        with pytest.raises(PlacementNotAllowed, match="Select the reason"):
            services.leave(placement, Stage.DECLINED, date(2026, 2, 2), "because", by=by)
        services.leave(placement, Stage.DECLINED, date(2026, 2, 2), "terms", by=by)

        assert stages(placement) == ["offered", "declined"]
        subject = f"placement:{placement.ref}"
    with arrange():
        assert told_of(subject) == ["placement.declined"]


def test_case_79_a_second_full_time_placement_is_refused_with_the_days(arrange: Arrange):
    with arrange():
        person, by = make_person(), manager()
        make_placement("in-post 2026-01-05", person=person, planned="2026-01-05 to 2026-12-31", ref="PL1")
        second = make_placement("offered 2026-06-01", person=person, planned="2026-10-01 to 2027-09-30")

        with pytest.raises(PlacementNotAllowed, match=r"From 1 October 2026 to 31 December 2026 .* with PL1"):
            services.record_stage(second, "accepted", date(2026, 6, 10), by=by)

        assert stages(second) == ["offered"]


def test_case_79_two_halves_fit_into_one_week(arrange: Arrange):
    with arrange():
        person, by = make_person(), manager()
        make_placement("in-post 2026-01-05", person=person, fte=0.5)
        second = make_placement("offered 2026-06-01", person=person, fte=0.5, at="hm-treasury")

        services.record_stage(second, "accepted", date(2026, 6, 10), by=by)

        assert stages(second) == ["offered", "accepted"]


def test_case_80_two_placements_at_one_host_are_both_allowed(arrange: Arrange):
    with arrange():
        by, person = manager(), make_person()
        make_placement("in-post 2026-01-05", person=person, fte=0.5)

        again = services.begin(person, terms(fte=0.5), date(2026, 6, 1), by=by, stage="in-post")

        assert again.host.slug == "home-office"


def test_case_100_a_conversion_completes_a_placement_before_its_planned_end_and_does_not_end_it_early(arrange: Arrange):
    with arrange():
        placement, by = make_placement("in-post 2026-01-05", planned="2026-01-05 to 2026-12-31"), manager()

        event = services.complete(
            placement, date(2026, 6, 1), by=by, post=Post(organisation("home-office"), "Head of data")
        )

        assert stages(placement) == ["in-post", "completed"]
        conversion = db.session.get(Conversion, event.id)
        assert conversion is not None
        assert conversion.post == "Head of data"
        with pytest.raises(MoveNotAllowed):
            services.leave(placement, Stage.ENDED_EARLY, date(2026, 6, 1), "new-post", by=by)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"planned_end": date(2026, 6, 30)}, "planned end"),
        ({"planned_end": date(2028, 7, 2)}, r"24 months at most: choose a day up to 1 July 2028"),
        ({"fte": 0.0}, "full-time equivalent"),
        ({"fte": 1.5}, "full-time equivalent"),
    ],
)
def test_terms_that_cannot_be_are_refused(arrange: Arrange, wrong: dict[str, object], words: str):
    with arrange():
        person, by = make_person(), manager()

        with pytest.raises(PlacementNotAllowed, match=words):
            services.begin(person, terms(**wrong), date(2026, 6, 1), by=by)


def test_a_host_that_did_not_exist_on_the_day_takes_nobody(arrange: Arrange):
    with arrange():
        person, by = make_person(), manager()
        gone = organisation("department-for-international-development")

        with pytest.raises(PlacementNotAllowed, match="did not exist"):
            services.begin(person, terms(host=gone), date(2026, 6, 1), by=by)
