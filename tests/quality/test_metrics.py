from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from tests.conftest import Arrange, SignIn
from tests.factories import make_cohort, make_enrolment, make_person, make_user, organisation
from tests.markup import Seen
from tracker.accounts.permissions import Role
from tracker.core.clock import now
from tracker.core.metric import Knowledge
from tracker.organisations.models import Grade
from tracker.people import services as people
from tracker.progress.queries.answers import compiled_answer, live_answer
from tracker.progress.registry import METRICS
from tracker.progress.services.compiling import compile_day
from tracker.progress.services.nightly import compile_nightly
from tracker.progress.structure import load_structure
from tracker.quality import services
from tracker.quality.metrics import COUNTED, code_of
from tracker.quality.rules import RULES

FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 8)
GRADELESS = "quality.grade_missing"


def figures(slug: str, code: str = GRADELESS) -> list[int]:
    """A figure of an organisation, live, on four days: before the first check, on it, between, on the second."""
    structure = load_structure()
    scope, days = structure.scope(slug), (FIRST - timedelta(days=1), FIRST, SECOND - timedelta(days=1), SECOND)
    found = [live_answer(structure, [scope], [METRICS[code]], day, None) for day in days]
    return [int(figure.value or 0) for (figure,) in found]


def test_every_rule_about_somebody_is_a_figure():
    assert {code_of(rule) for rule in RULES if rule.mend not in {"cohort", "placement", "programme", "vacancy"}} == {
        code for code in METRICS if code.startswith("quality.")
    }
    assert len(COUNTED) == len({code_of(rule) for rule in COUNTED})


def test_a_record_counts_from_the_night_it_was_found_to_the_night_it_was_mended_where_the_person_is(arrange: Arrange):
    with arrange() as session:
        make_enrolment(person=make_person("home-office", "hm-treasury from 2026-06-05", grade=None))
        mended = make_person("home-office", grade=None)
        make_enrolment(person=mended)
        services.keep_findings(FIRST)
        people.transfer(
            mended,
            organisation_id=organisation("home-office").id,
            grade_id=session.scalar(select(Grade.id).where(Grade.code == "SEO")),
            starts_on=date(2026, 6, 7),
            reason="",
            recorded_by=make_user(),
        )
        services.keep_findings(SECOND)

        assert figures("home-office") == [0, 2, 1, 0]
        assert figures("hm-treasury") == [0, 0, 1, 1]


def test_two_enrolments_of_one_person_are_two_records(arrange: Arrange):
    with arrange():
        person, ended = make_person("home-office"), date(2026, 5, 31)
        for code in ("A", "B"):
            cohort = make_cohort(code, programme="accelerator" if code == "A" else "data-masterclass", ends_on=ended)
            make_enrolment("in-training 2026-05-01", person=person, cohort=cohort)
        services.keep_findings(FIRST)

        assert figures("home-office", "quality.cohort_ended")[1] == 2


def test_as_known_before_the_check_nothing_was_found(arrange: Arrange):
    with arrange() as session:
        make_enrolment(person=make_person(grade=None))
        before = now() - timedelta(seconds=1)
        services.keep_findings(FIRST)

        counted = METRICS[GRADELESS].numerator
        known = [
            len(session.execute(counted(Knowledge(at=at))).all()) for at in (before, now() + timedelta(seconds=1), None)
        ]

        assert known == [0, 1, 1]


def test_the_nightly_compile_counts_what_the_check_found_since(app: Flask, arrange: Arrange):
    with arrange():
        make_enrolment("in-training 2026-01-05", person=make_person(ref="A"), cohort=make_cohort(ends_on=FIRST))
    with app.app_context():
        compile_day(FIRST)
    with arrange():
        services.keep_findings(SECOND)

    with app.app_context():
        compile_nightly(SECOND)
        structure = load_structure()
        scope, metric = structure.scope("home-office"), METRICS["quality.cohort_ended"]
        (kept,) = compiled_answer(structure, [scope], [metric], SECOND, None)
        (live,) = live_answer(structure, [scope], [metric], SECOND, None)

    assert kept.value == live.value == 1


def test_the_people_behind_a_figure_are_as_many_as_it_says(sign_in: SignIn, arrange: Arrange):
    with arrange():
        for _ in range(3):
            make_person(grade=None)
        services.keep_findings(FIRST)

    page = sign_in(Role.PROGRAMME_MANAGER).get(f"/people?figure={GRADELESS}&as-at={FIRST}&organisation=home-office")

    assert "People (3)" in Seen(page.text).words
