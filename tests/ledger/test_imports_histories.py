"""The events of a file beside those the ledger holds: which need no recording, and where the order breaks."""

from datetime import date

from flask import Flask

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import make_vacancy
from tracker.leadership.lifecycle import VACANCY
from tracker.leadership.services import stages
from tracker.ledger.imports import histories
from tracker.ledger.imports.histories import Coming, Held
from tracker.ledger.queries import standing_events


def test_edge_65_an_event_that_somebody_took_back_stays_taken_back_and_is_no_step(app: Flask, arrange: Arrange):
    with arrange() as session:
        vacancy = make_vacancy("approval 2026-01-05", "advert 2026-02-02")
        wrong = standing_events(vacancy.journey_id)[1]
        stages.take_back(vacancy, wrong, reason="Another post", by=make_user())

        held = histories.held(session, [vacancy.journey_id])[vacancy.journey_id]

    assert [step.stage for step in held.steps] == ["approval"]
    assert held.known == {("approval", date(2026, 1, 5)), ("advert", date(2026, 2, 2))}


def test_the_row_that_breaks_the_order_is_at_fault_also_where_it_breaks_what_is_recorded(arrange: Arrange):
    with arrange() as session:
        vacancy = make_vacancy("approval 2026-01-05", "closed 2026-03-02")
        held = {"V1": histories.held(session, [vacancy.journey_id])[vacancy.journey_id], "V2": Held((), frozenset())}

    rows = [
        Coming(1, "V1", "advert", date(2026, 2, 2)),
        Coming(2, "V1", "cancelled", date(2026, 2, 20)),
        Coming(3, "V2", "offer", date(2026, 2, 20)),
        Coming(4, "V2", "sift", date(2026, 2, 21)),
    ]
    found = [(problem.row, problem.value) for problem in histories.illegal_steps(VACANCY, rows, held)]

    assert found == [(2, "cancelled"), (4, "sift")]
