from datetime import date

import pytest
from flask import Flask

from tracker.organisations import queries
from tracker.organisations.queries import OrganisationIndex, family_of


@pytest.mark.parametrize(
    ("name", "day", "slug"),
    [
        (
            "Department for Environment, Food & Rural Affairs",
            date(2026, 1, 1),
            "department-for-environment-food-rural-affairs",
        ),
        (
            "department for environment,  food and rural affairs.",
            date(2026, 1, 1),
            "department-for-environment-food-rural-affairs",
        ),
        ("defra", date(2026, 1, 1), "department-for-environment-food-rural-affairs"),
        ("home-office", date(2026, 1, 1), "home-office"),
        ("D.W.P.", date(2026, 1, 1), "department-for-work-pensions"),
        ("DCMS", date(2023, 2, 6), "department-for-digital-culture-media-sport"),
        ("DCMS", date(2023, 2, 7), "department-for-culture-media-and-sport"),
        ("MHCLG", date(2021, 9, 19), "ministry-of-housing-communities-and-local-government-2018-2021"),
        ("MHCLG", date(2024, 7, 10), "ministry-of-housing-communities-local-government"),
    ],
)
def test_an_organisation_is_found_by_the_name_it_had_on_the_day(app: Flask, name: str, day: date, slug: str) -> None:
    with app.app_context():
        index = OrganisationIndex(queries.organisations())

    assert [one.slug for one in index.on(name, day)] == [slug]


def test_a_name_nobody_had_on_the_day_gives_all_that_ever_had_it(app: Flask) -> None:
    with app.app_context():
        index = OrganisationIndex(queries.organisations())

    assert {one.slug for one in index.on("MHCLG", date(2023, 1, 1))} == {
        "ministry-of-housing-communities-and-local-government-2018-2021",
        "ministry-of-housing-communities-local-government",
    }
    assert index.on("Ministry of Magic", date(2023, 1, 1)) == []


def test_a_family_reaches_to_any_depth_and_bears_a_circle() -> None:
    links = [(2, 1), (3, 2), (4, 9), (1, 3)]

    assert family_of(1, links) == {1, 2, 3}
    assert family_of(9, links) == {9, 4}


def test_the_home_office_has_bodies_under_it(app: Flask) -> None:
    with app.app_context():
        home_office = queries.organisation("ministry-of-justice")
        assert home_office is not None
        family = queries.with_children(home_office.id)
        prisons = queries.organisation("hm-prison-and-probation-service")
        assert prisons is not None

        assert {home_office.id, prisons.id} <= family


def test_working_days_follow_england_and_wales(app: Flask) -> None:
    with app.app_context():
        holidays = queries.bank_holidays()

    assert date(2026, 12, 25) in holidays
    assert date(2026, 11, 30) not in holidays  # St Andrew's Day is Scotland's
