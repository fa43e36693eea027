from datetime import date

from tracker.quality.trend import days_to, trends

LAST = date(2026, 6, 30)


def test_a_finding_counts_on_every_day_from_the_night_it_was_found_to_the_night_it_was_mended():
    days = days_to(LAST)
    lasted = [
        ("grade-missing", date(2026, 1, 1), None, 2),
        ("grade-missing", days[-2], days[-1], 3),
        ("grade-missing", days[-1], None, 1),
        ("no-rule-any-more", date(2026, 1, 1), None, 7),
    ]

    found = trends(lasted, ["grade-missing", "break-overdue"], days)

    assert list(found["grade-missing"].counts[-3:]) == [2, 5, 3]
    assert set(found["break-overdue"].counts) == {0}
    assert found["grade-missing"].sentence == "3 on 30 June 2026, up from 2 since 31 March 2026"
    assert found["break-overdue"].sentence == "0 on 30 June 2026, no change since 31 March 2026"
    assert found["grade-missing"].rows[0] == {"day": LAST, "count": 3}


def test_the_line_stays_inside_its_box():
    days = days_to(LAST)
    found = trends([("a", days[3], days[5], 4)], ["a", "b"], days)

    for trend in found.values():
        points = [tuple(map(float, point.split(","))) for point in trend.line.split()]
        assert len(points) == len(days)
        assert all(0 <= x <= 120 and 0 <= y <= 28 for x, y in points)


def test_days_before_the_first_check_are_not_told_of_as_if_nothing_had_been_wrong():
    days = days_to(LAST, date(2026, 6, 20))
    alone = days_to(LAST, LAST)

    assert days == [date(2026, 6, 23), LAST]
    (trend,) = trends([("a", LAST, None, 4)], ["a"], alone).values()
    assert trend.sentence == "4 on 30 June 2026, when it was first looked for"
    assert trend.line == "0,28 0,0.0"
