"""The rules of setting a target, and that a refusal leaves nothing behind."""

from datetime import date

import pytest

from tests.conftest import Arrange
from tests.factories import make_user
from tracker.accounts.permissions import Role
from tracker.admin.targets.queries import Target
from tracker.admin.targets.services import set_line, share_out
from tracker.core.errors import DomainError

NATIONAL = Target("training.trained", None)


def test_half_people_are_not_shared_out(arrange: Arrange):
    with arrange():
        actor = make_user(Role.ADMINISTRATOR)
        set_line(NATIONAL, {date(2027, 3, 31): 0.5}, "Odd", actor)

        with pytest.raises(DomainError, match="whole numbers"):
            share_out(NATIONAL, "By headcount", actor)
