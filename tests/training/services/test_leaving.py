from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import Arrange
from tests.factories import make_enrolment, make_user
from tracker.accounts.queries import audit_entries
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.training import queries, services
from tracker.training.lifecycle import LEAVING_REASONS, LeavingTrigger
from tracker.training.models import LeavingReason


def workload() -> LeavingReason:
    reason = queries.leaving_reason("workload")
    assert reason is not None
    return reason


def test_the_list_begins_with_the_shipped_reasons_in_their_order(arrange: Arrange):
    with arrange():
        assert queries.reasons_to_give() == LEAVING_REASONS


def test_edge_78_a_reason_worded_anew_leaves_old_records_their_wording_and_code(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        services.withdraw(enrolment, date(2026, 3, 2), LeavingTrigger.PERSON, "workload", by=user)

        after = services.reword_reason(workload(), "Their post left no time", by=user)

        assert queries.entries([enrolment.journey_id])[-1].reason == "Too much work in their post"
        assert (workload().replaced_by, workload().retired_at is None) == (after.code, False)
        offered = list(queries.reasons_to_give().items())
        assert offered[0] == (after.code, "Their post left no time")
        assert "workload" not in dict(offered)
        told = {row.LeavingReason.code: (row.times, row.retired_by) for row in queries.all_reasons()}
        assert told["workload"] == (1, user.name)
    with arrange() as session:
        verbs = {entry.verb for entry in session.scalars(audit_entries(subject="leaving-reason:workload"))}
        assert verbs == {"leaving-reason.retired"}


def test_a_retired_reason_cannot_be_given_any_more(arrange: Arrange):
    with arrange():
        enrolment, user = make_enrolment("in-training 2026-01-05"), make_user()
        services.retire_reason(workload(), by=user)

        with pytest.raises(services.EnrolmentNotAllowed, match="Select why they left"):
            services.withdraw(enrolment, date(2026, 3, 2), LeavingTrigger.PERSON, "workload", by=user)
        with pytest.raises(ChangedMeanwhile):
            services.retire_reason(workload(), by=user)
        with pytest.raises(ChangedMeanwhile):
            services.reword_reason(workload(), "Other words", by=user)


def test_codes_are_for_ever_and_words_stand_on_the_list_once(arrange: Arrange):
    with arrange() as session:
        user = make_user()
        first = services.add_reason("Moved  abroad", by=user)
        services.retire_reason(first, by=user)
        again = services.add_reason("Moved abroad", by=user)

        assert (first.code, again.code, again.words) == ("moved-abroad", "moved-abroad-2", "Moved abroad")
        for words in ("moved ABROAD", "", "Other", "Another reason"):
            if words == "Other":
                services.add_reason(words, by=user)
                continue
            with pytest.raises(DomainError):
                services.add_reason(words, by=user)
        assert session.scalar(select(LeavingReason.code).where(LeavingReason.words == "Other")) == "other-2"


def test_the_last_reason_stays(arrange: Arrange):
    with arrange():
        user = make_user()
        *most, last = list(queries.reasons_to_give())
        for code in most:
            found = queries.leaving_reason(code)
            assert found is not None
            services.retire_reason(found, by=user)

        left = queries.leaving_reason(last)
        assert left is not None
        with pytest.raises(DomainError, match="Add another reason first"):
            services.retire_reason(left, by=user)
