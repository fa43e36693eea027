"""What the front page says to a fellow and to a supervisor."""

from dataclasses import dataclass

from tracker.accounts.models import User
from tracker.fellowships import desk, logbook
from tracker.fellowships.desk import Waiting
from tracker.fellowships.lifecycle import LogState, Stage
from tracker.fellowships.logbook import Progress, Week
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import logs as queries

MOST_OWED = 5
"""Weeks that are named; the list of weeks has them all."""


@dataclass(frozen=True)
class Card:
    """One placement of a fellow: the week to write now, what came back, what else is due, and how far it all is."""

    placement: Placement
    returned: list[Week]
    owed: list[Week]
    progress: Progress

    @property
    def next(self) -> Week | None:
        """The week that the one button leads to: what came back first, then the oldest that is due."""
        return next(iter([*self.returned, *self.owed]), None)

    @property
    def others(self) -> list[Week]:
        """The other weeks, a few of them."""
        return [*self.returned, *self.owed][1 : 1 + MOST_OWED]


@dataclass(frozen=True)
class Desk:
    """What a supervisor has to do, and whom they look after."""

    waiting: list[Waiting]
    placements: list[Placement]


def cards(user: User) -> list[Card]:
    """The placements of a fellow that are in post, or have a week without a log, the latest first."""
    found = [_card(placement) for placement in queries.placements_of(user.id)]
    return [card for card in found if card.next is not None or _is_in_post(card.placement)]


def _card(placement: Placement) -> Card:
    weeks = logbook.all_weeks(placement)
    owed = [week for week in weeks if week.is_owed][::-1]
    returned = [week for week in owed if week.log is not None and week.log.state is LogState.RETURNED]
    return Card(placement, returned, [one for one in owed if one not in returned], logbook.progress(placement, weeks))


def _is_in_post(placement: Placement) -> bool:
    return placement.standing is not None and placement.standing.stage == Stage.IN_POST


def supervisors_desk(user: User) -> Desk | None:
    """What waits for a supervisor who has an account, and whom they look after; None for anybody else."""
    supervisor = queries.supervisor_of_user(user.email_key)
    if supervisor is None:
        return None
    return Desk(desk.waiting(supervisor), list(queries.looked_after(supervisor)))
