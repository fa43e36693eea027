"""What happens to a vacancy: moved on, put right, paused."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import (
    TO_APPOINTABLE,
    TO_INTERVIEW,
    TO_MERIT,
    happened,
    make_candidacy,
    make_vacancy,
    seat,
)
from tracker.core.db import db
from tracker.leadership.clocks import readings
from tracker.leadership.models import Advert, Vacancy
from tracker.leadership.queries import courses
from tracker.leadership.services import stages
from tracker.leadership.services.vacancies import VacancyNotAllowed
from tracker.ledger.queries import standing_events
from tracker.ledger.services import MoveNotAllowed
from tracker.organisations.models import Grade

BEFORE_SIFT = ("approval 2026-01-05", "advert 2026-02-02", "closed 2026-03-02")
NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)


def stages_of(vacancy: Vacancy) -> list[str | None]:
    return [event.stage for event in standing_events(vacancy.journey_id)]


@pytest.mark.parametrize(
    ("stage", "day", "note", "message"),
    [
        ("offer", date(2026, 4, 2), "", "cannot go from ‘Interview’ to ‘Offer’"),
        ("merit-order", date(2999, 1, 1), "", "today or in the past"),
        ("merit-order", date(2026, 3, 1), "", "cannot go from ‘Advert’ to ‘Merit order’"),
        ("no-appointment", date(2026, 4, 2), " ", "Say why"),
        ("cancelled", date(2026, 4, 2), "", "Say why"),
    ],
)
def test_a_stage_out_of_order_or_without_its_reason_is_refused(
    arrange: Arrange, stage: str, day: date, note: str, message: str
):
    with arrange():
        vacancy = make_vacancy(*TO_INTERVIEW)
        with pytest.raises((MoveNotAllowed, VacancyNotAllowed), match=message):
            stages.record_stage(vacancy, stage, day, by=make_user(), note=note)

        assert stages_of(vacancy)[-1] == "interview"


def test_a_competition_at_scs2_needs_a_commissioner_who_sits_before_the_sift(arrange: Arrange):
    with arrange():
        vacancy = make_vacancy(*BEFORE_SIFT)
        vacancy.grade = db.session.scalars(select(Grade).where(Grade.code == "SCS2")).one()
        by, day = make_user(), date(2026, 3, 5)
        seat(vacancy, role="chair")
        with pytest.raises(VacancyNotAllowed, match="Name a Civil Service Commissioner"):
            stages.record_stage(vacancy, "sift", day, by=by)

        seat(vacancy, role="commissioner")
        stages.record_stage(vacancy, "sift", day, by=by)

        assert stages_of(vacancy)[-1] == "sift"


def test_nobody_appointed_goes_back_to_advert_with_a_closing_of_its_own(arrange: Arrange):
    with time_machine.travel(NOW, tick=False), arrange():
        vacancy, by = make_vacancy(*BEFORE_SIFT), make_user()
        first = Advert(campaign_id=vacancy.campaign_id, text="Lead", closes_at=datetime(2026, 3, 2, 23, tzinfo=UTC))
        vacancy.advert = first
        stages.record_stage(vacancy, "no-appointment", date(2026, 3, 20), by=by, note="No one met the standard")

        stages.record_stage(vacancy, "advert", date(2026, 4, 1), by=by)

        assert stages_of(vacancy)[-2:] == ["no-appointment", "advert"]
        assert vacancy.advert is not first
        assert (vacancy.advert.text, vacancy.advert.closes_at) == ("Lead", None)
        assert first.closes_at is not None


def test_167_without_a_closing_it_stays_open_and_with_one_it_is_closed_on_its_london_day(arrange: Arrange):
    with arrange():
        without, timed = (make_vacancy("approval 2026-01-05", "advert 2026-06-01") for _ in range(2))
        # Half past midnight in London on 11 June; in UTC it still is 10 June.
        closing = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
        timed.advert = Advert(campaign_id=timed.campaign_id, closes_at=closing)
        db.session.flush()

        with time_machine.travel(datetime(2026, 6, 10, 23, 29, tzinfo=UTC), tick=False):
            assert stages.close_adverts(datetime(2026, 6, 10, 23, 29, tzinfo=UTC)) == 0
        with time_machine.travel(datetime(2026, 6, 11, 1, tzinfo=UTC), tick=False):
            assert stages.close_adverts(datetime(2026, 6, 11, 1, tzinfo=UTC)) == 1
            assert stages.close_adverts(datetime(2026, 6, 11, 1, tzinfo=UTC)) == 0

        assert stages_of(without)[-1] == "advert"
        closed = standing_events(timed.journey_id)[-1]
        assert (closed.stage, closed.effective_on, closed.source) == ("closed", date(2026, 6, 11), "job")


def test_an_entry_is_corrected_or_taken_back_and_the_only_one_is_not(arrange: Arrange):
    with arrange():
        vacancy, by = make_vacancy("approval 2026-01-05", "advert 2026-02-02"), make_user()
        advert = standing_events(vacancy.journey_id)[1]

        right = stages.correct(vacancy, advert, "advert", date(2026, 2, 9), reason="Wrong week", by=by)
        assert [one.effective_on for one in standing_events(vacancy.journey_id)] == [date(2026, 1, 5), date(2026, 2, 9)]
        stages.take_back(vacancy, right, reason="Not yet advertised", by=by)
        with pytest.raises(VacancyNotAllowed, match="the only entry"):
            stages.take_back(vacancy, standing_events(vacancy.journey_id)[0], reason="No", by=by)

        assert stages_of(vacancy) == ["approval"]


def test_a_pause_is_shown_beside_the_clocks_which_run_on(arrange: Arrange):
    with time_machine.travel(NOW, tick=False), arrange():
        vacancy, by = make_vacancy(*TO_MERIT), make_user()
        stages.pause(vacancy, date(2026, 3, 10), "General election", by=by)
        with pytest.raises(VacancyNotAllowed, match="stands still already"):
            stages.pause(vacancy, date(2026, 3, 11), "Again", by=by)
        with pytest.raises(VacancyNotAllowed, match="after the day it was paused"):
            stages.resume(vacancy, date(2026, 3, 10), by=by)
        stages.resume(vacancy, date(2026, 3, 20), by=by)
        with pytest.raises(VacancyNotAllowed, match="does not stand still"):
            stages.resume(vacancy, date(2026, 3, 21), by=by)

        stretches, pauses = courses.stretches_of(vacancy), courses.pauses_of(vacancy)
        shown = {one.clock.code: (one.days, one.paused_days) for one in readings(stretches, pauses, date(2026, 6, 10))}

        # Closed on 2 March, shortlist on 16 March; paused from 10 to 20 March.
        assert (shown["sift"], shown["panel"]) == ((14, 6), (86, 4))


def test_a_stage_that_speaks_of_a_candidate_waits_for_one(arrange: Arrange):
    with time_machine.travel(NOW, tick=False), arrange():
        vacancy, by = make_vacancy(*TO_MERIT), make_user()
        waiting = make_candidacy(vacancy, *TO_APPOINTABLE)
        with pytest.raises(VacancyNotAllowed, match="nobody has been offered the post"):
            stages.record_stage(vacancy, "offer", date(2026, 4, 13), by=by)
        happened(vacancy.journey, ["offer 2026-04-13"])
        happened(waiting.journey, ["offered 2026-04-13"])
        with pytest.raises(VacancyNotAllowed, match="nobody has accepted the post"):
            stages.record_stage(vacancy, "checks", date(2026, 4, 14), by=by)
        happened(waiting.journey, ["accepted 2026-04-14"])
        stages.record_stage(vacancy, "checks", date(2026, 4, 14), by=by)
        stages.record_stage(vacancy, "formal-offer", date(2026, 4, 15), by=by)
        with pytest.raises(VacancyNotAllowed, match="nobody has taken up the post"):
            stages.record_stage(vacancy, "in-post", date(2026, 4, 16), by=by)

        assert stages_of(vacancy)[-1] == "formal-offer"


def test_a_managed_move_without_candidates_goes_through_its_stages_by_hand(arrange: Arrange):
    with time_machine.travel(NOW, tick=False), arrange():
        vacancy, by = make_vacancy(*TO_MERIT), make_user()

        stages.record_stage(vacancy, "offer", date(2026, 4, 13), by=by)

        assert stages_of(vacancy)[-1] == "offer"
        with pytest.raises(MoveNotAllowed, match="Select one of the stages"):
            stages.record_stage(vacancy, "filled", date(2026, 4, 14), by=by)
