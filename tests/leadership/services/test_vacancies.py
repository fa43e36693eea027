"""Opening, changing and copying vacancies: what is kept, and what is refused."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from tests.auditing import told_of
from tests.conftest import Arrange
from tests.factories import make_user, organisation
from tests.leadership.recruiting import TO_MERIT, make_campaign, make_candidacy, make_vacancy, seat
from tracker.core.db import db
from tracker.leadership.models import Advert, Candidacy, LeadershipRole, PanelMember, Vacancy
from tracker.leadership.services import vacancies as services
from tracker.leadership.services.vacancies import Change, Post, VacancyNotAllowed
from tracker.ledger.queries import standing_events
from tracker.ledger.services import MoveNotAllowed
from tracker.organisations.models import Grade

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
TONIGHT = datetime(2026, 6, 10, 22, 59, 59, tzinfo=UTC)
"""23:59 in London, which is an hour ahead in June."""


def a_post(**fields: object) -> Post:
    grade = db.session.scalars(select(Grade).where(Grade.code == "SCS1")).one()
    role = db.session.scalars(select(LeadershipRole).where(LeadershipRole.code == "chief-data-officer")).one()
    known = {"campaign_id": make_campaign().id, "role_id": role.id, "grade_id": grade.id}
    return Post(**{**known, "organisation_id": organisation("home-office").id, **fields})  # type: ignore[arg-type]


def test_165_each_place_is_a_vacancy_of_its_own_and_they_share_campaign_and_advert(arrange: Arrange):
    with time_machine.travel(NOW, tick=False), arrange():
        opened = services.open_places(a_post(closes_at=TONIGHT), 2, date(2026, 6, 1), by=make_user())

        assert len({one.ref for one in opened}) == 2
        assert len({one.advert_id for one in opened}) == len({one.campaign_id for one in opened}) == 1
        assert [[event.stage for event in standing_events(one.journey_id)] for one in opened] == [["approval"]] * 2
        assert [one.text for one in opened[0].criteria][:1] == ["Capability building for digital, data and technology"]


@pytest.mark.parametrize(
    ("places", "approved_on", "closes_at", "error", "message"),
    [
        (0, date(2026, 6, 1), None, VacancyNotAllowed, "from 1 to 20 places"),
        (21, date(2026, 6, 1), None, VacancyNotAllowed, "from 1 to 20 places"),
        (1, date(2026, 6, 11), None, MoveNotAllowed, "today or in the past"),
        (1, date(2026, 6, 1), NOW, VacancyNotAllowed, "closing lies in the past"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_leaves_nothing(
    arrange: Arrange, places: int, approved_on: date, closes_at: datetime | None, error: type[Exception], message: str
):
    with time_machine.travel(NOW, tick=False), arrange() as session:
        post, by = a_post(closes_at=closes_at), make_user()
        with pytest.raises(error, match=message):
            services.open_places(post, places, approved_on, by=by)
        session.rollback()

        assert session.scalar(select(func.count()).select_from(Vacancy)) == 0
        assert session.scalar(select(func.count()).select_from(Advert)) == 0


def test_166_a_closing_can_be_moved_until_the_last_instant_in_london_and_not_after(arrange: Arrange):
    with time_machine.travel(NOW, tick=False) as clock, arrange():
        by = make_user()
        vacancy = services.open_places(a_post(closes_at=TONIGHT), 1, date(2026, 6, 1), by=by)[0]
        later = datetime(2026, 6, 20, 22, 59, 59, tzinfo=UTC)
        same = {"role_id": vacancy.role_id, "grade_id": vacancy.grade_id, "location": "Leeds", "pay_band": ""}

        clock.move_to(datetime(2026, 6, 10, 22, 59, tzinfo=UTC))
        services.edit(vacancy, Change(**same, advert="", closes_at=TONIGHT), by=by)  # type: ignore[arg-type]
        clock.move_to(datetime(2026, 6, 10, 23, 0, tzinfo=UTC))
        with pytest.raises(VacancyNotAllowed, match="The closing has passed"):
            services.edit(vacancy, Change(**same, advert="", closes_at=later), by=by)  # type: ignore[arg-type]

        assert vacancy.advert is not None
        assert (vacancy.location, vacancy.advert.closes_at) == ("Leeds", TONIGHT)
        subject = f"vacancy:{vacancy.ref}"
    with arrange():
        assert told_of(subject) == ["vacancy.opened", "vacancy.edited"]


def test_171_a_copy_has_no_date_no_panel_and_no_candidate_of_the_first(arrange: Arrange):
    with time_machine.travel(NOW, tick=False), arrange() as session:
        first = make_vacancy(*TO_MERIT, "offer 2026-04-12", criteria=["Strategy"], location="Leeds")
        make_candidacy(first, "offered 2026-04-12", "accepted 2026-04-15", "in-post 2026-05-01")
        seat(first)
        to = organisation("hm-treasury")

        copied = services.copy(first, make_campaign(), to.id, date(2026, 6, 9), by=make_user())

        assert (copied.location, copied.organisation_id) == ("Leeds", to.id)
        assert [one.text for one in copied.criteria] == ["Strategy"]
        assert [(one.stage, one.effective_on) for one in standing_events(copied.journey_id)] == [
            ("approval", date(2026, 6, 9))
        ]
        for table, column in ((PanelMember, PanelMember.vacancy_id), (Candidacy, Candidacy.vacancy_id)):
            found = select(func.count()).select_from(table).where(column == copied.journey_id)
            assert session.scalar(found) == 0
