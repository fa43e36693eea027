"""The rules of setting a target, and that a refusal leaves nothing behind."""

from datetime import date

import pytest

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts.permissions import Role
from tracker.admin.targets.queries import Target, latest_id
from tracker.admin.targets.services import set_line, share_out
from tracker.core.errors import ChangedMeanwhile, DomainError

NATIONAL = Target("training.trained", None)


def test_a_line_is_set_against_the_version_it_was_opened_at(arrange: Arrange):
    with arrange():
        actor = make_user(Role.ADMINISTRATOR)
        set_line(NATIONAL, {date(2027, 3, 31): 500}, "First", "0", actor)
        first = latest_id(NATIONAL)

        with pytest.raises(ChangedMeanwhile):
            set_line(NATIONAL, {date(2027, 3, 31): 400}, "Second", "0", actor)

        assert latest_id(NATIONAL) == first


def test_half_people_are_not_shared_out(arrange: Arrange):
    with arrange():
        actor = make_user(Role.ADMINISTRATOR)
        set_line(NATIONAL, {date(2027, 3, 31): 0.5}, "Odd", "0", actor)

        with pytest.raises(DomainError, match="whole numbers"):
            share_out(NATIONAL, "By headcount", actor)
