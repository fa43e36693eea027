from datetime import date, timedelta

from sqlalchemy import true

from tests.conftest import Arrange
from tests.factories import make_person, make_user
from tracker.core.clock import today
from tracker.quality import queries, services


def test_counts_by_rule_tell_what_waits_from_what_is_snoozed(arrange: Arrange):
    with arrange():
        make_person(grade=None)
        make_person(grade=None)
        services.keep_findings(date(2026, 6, 1))
        found = queries.rows(queries.of_rule("grade-missing", true(), today(), snoozed=False), 10, 0)
        finding = queries.finding(found[0].ref)
        assert finding is not None
        services.snooze(finding, today() + timedelta(days=3), "Panel", by=make_user())

        row = queries.by_rule(true(), today())["grade-missing"]

        assert (row.waiting, row.oldest_on, row.snoozed) == (1, date(2026, 6, 1), 1)
        later = today() + timedelta(days=3)
        assert queries.count(queries.of_rule("grade-missing", true(), later, snoozed=False)) == 2
        assert queries.last_checked() == date(2026, 6, 1)
