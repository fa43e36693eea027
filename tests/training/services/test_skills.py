from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_user
from tracker.accounts.queries import audit_entries
from tracker.core.clock import today
from tracker.training import queries, services
from tracker.training.models import Moment, Rater, SkillRating

START, END = Moment.START, Moment.END
ME, ASSESSOR = Rater.SELF, Rater.ASSESSOR


def test_the_framework_has_its_eight_skills_of_four_levels_and_what_a_grade_is_asked(arrange: Arrange):
    with arrange():
        enrolment = make_enrolment("in-training 2026-01-05")

        skills, expected = queries.framework(), queries.expected_of(enrolment.person.id)

        assert [len(skill.levels) for skill in skills] == [4] * 8
        assert expected is not None
        assert expected.role == "Data scientist"
        assert set(expected.levels) == {skill.code for skill in skills}


def test_only_what_differs_is_added_and_the_last_counts(arrange: Arrange):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        day = date(2026, 1, 6)

        first = services.rate(enrolment, ASSESSOR, START, day, {"programming": 1, "data-ethics": 2}, by=user)
        again = services.rate(enrolment, ASSESSOR, START, day, {"programming": 1, "data-ethics": 2}, by=user)
        raised = services.rate(enrolment, ASSESSOR, START, day, {"programming": 2, "data-ethics": None}, by=user)

        assert (first, again, raised) == (2, 0, 2)
        assert queries.ratings(enrolment.journey_id) == {
            ("programming", ASSESSOR, START): queries.Rating(2, day),
        }
        assert len(session.scalars(select(SkillRating)).all()) == 4
        ref = enrolment.ref
    with arrange() as session:
        assert [one.verb for one in session.scalars(audit_entries(subject=f"enrolment:{ref}"))] == [
            "enrolment.rated",
            "enrolment.rated",
        ]


@pytest.mark.parametrize(
    ("day", "levels", "field"),
    [
        (date(2026, 1, 5), {"programming": 1}, "assessed_on"),
        (today() + timedelta(days=1), {"programming": 1}, "assessed_on"),
        (date(2026, 2, 6), {"programming": 5}, "programming"),
        (date(2026, 2, 6), {"programming": -1}, "programming"),
        (date(2026, 2, 6), {"juggling": 1}, "juggling"),
    ],
)
def test_a_rating_that_cannot_be_is_refused_at_its_field(
    arrange: Arrange, day: date, levels: dict[str, int | None], field: str
):
    with arrange() as session:
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        services.rate(enrolment, ME, START, date(2026, 1, 6), {"programming": 1}, by=user)

        with pytest.raises(services.EnrolmentNotAllowed) as refusal:
            services.rate(enrolment, ME, END, day, levels, by=user)

        assert refusal.value.field == field
        assert len(session.scalars(select(SkillRating)).all()) == 1


def test_the_database_itself_keeps_every_rating(arrange: Arrange):
    for change in (update(SkillRating).values(level=4), delete(SkillRating)):
        with arrange():
            enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
            services.rate(enrolment, ME, START, date(2026, 1, 6), {"programming": 1}, by=user)
        with pytest.raises(DatabaseError, match="never changed or deleted"), arrange() as session:
            session.execute(change)
