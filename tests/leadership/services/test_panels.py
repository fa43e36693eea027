"""Who sits on a panel: named, and left."""

from datetime import date

import pytest

from tests.conftest import Arrange
from tests.factories import make_user
from tests.leadership.recruiting import make_vacancy
from tracker.core.clock import now
from tracker.leadership.lifecycle import PanelRole
from tracker.leadership.services import panels
from tracker.leadership.services.vacancies import VacancyNotAllowed


def test_a_member_is_named_once_leaves_and_may_come_back_unless_they_stood_back(arrange: Arrange):
    with arrange() as session:
        vacancy, user, by = make_vacancy(), make_user(), make_user()
        member = panels.name_member(vacancy, user, PanelRole.MEMBER, by=by)
        assert vacancy.panel_user_ids == {user.id}
        with pytest.raises(VacancyNotAllowed, match="on the panel already"):
            panels.name_member(vacancy, user, PanelRole.CHAIR, by=by)

        panels.leave(member, date(2026, 1, 6), by=by)
        assert vacancy.panel_user_ids == frozenset()
        with pytest.raises(VacancyNotAllowed, match="do not sit"):
            panels.leave(member, date(2026, 1, 7), by=by)
        panels.name_member(vacancy, user, PanelRole.CHAIR, by=by)
        assert (member.sits, member.role) == (True, PanelRole.CHAIR)

        member.recused_at, member.recusal_reason = now(), "Worked together"
        session.flush()
        with pytest.raises(VacancyNotAllowed, match="stood back"):
            panels.name_member(vacancy, user, PanelRole.CHAIR, by=by)


def test_somebody_who_cannot_sign_in_is_not_named(arrange: Arrange):
    with arrange():
        gone = make_user()
        gone.disabled_at = now()
        with pytest.raises(VacancyNotAllowed, match="cannot sign in"):
            panels.name_member(make_vacancy(), gone, PanelRole.MEMBER, by=make_user())
