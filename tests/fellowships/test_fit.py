from datetime import date

from tracker.fellowships.fit import Side, fit

NAMES = {"data-ethics": "Data ethics", "programming": "Programming"}
PROJECT = Side(["data-ethics", "programming"], "London", date(2026, 4, 1), date(2027, 3, 31), 0.8)


def test_a_fellow_who_brings_and_can_everything_fits_for_four_reasons():
    fellow = Side(["programming", "data-ethics"], "London", date(2026, 4, 1), None, 1.0)

    found = fit(fellow, PROJECT, NAMES)

    assert found.good == 4
    assert [reason.words for reason in found.reasons] == [
        "2 of 2 skills",
        "London",
        "1 April 2026 to 31 March 2027",
        "0.80 full-time equivalents",
    ]


def test_each_reason_against_says_what_is_missing():
    fellow = Side(["programming"], "Wales", date(2026, 6, 1), date(2026, 12, 31), 0.5)

    found = fit(fellow, PROJECT, NAMES)

    assert found.good == 0
    assert [reason.words for reason in found.reasons] == [
        "1 of 2 skills; not: Data ethics",
        "London, but Wales is looked for",
        "1 April 2026 to 31 March 2027, but free only from 1 June 2026",
        "0.80 full-time equivalents, but 0.50 at most",
    ]


def test_of_a_fellow_who_named_no_skills_that_is_said():
    found = fit(Side((), None, None, None, 1.0), PROJECT, NAMES)

    assert found.reasons[0].words.startswith("the fellow named none; wanted: Data ethics")


def test_who_looks_for_nothing_in_particular_fits_anywhere():
    assert fit(Side((), None, None, None, 1.0), Side((), None, date(2026, 4, 1), date(2027, 3, 31), 1.0), {}).good == 4
