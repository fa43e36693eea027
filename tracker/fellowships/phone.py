"""What a fellow's phone is told, so that it can draw a week without a signal, and what it sends."""

from typing import Any

from tracker.accounts.models import User
from tracker.core.errors import DomainError
from tracker.core.forms import is_form_key
from tracker.fellowships import logbook
from tracker.fellowships.models import Placement
from tracker.fellowships.queries import logs as queries


def state(user: User) -> dict[str, Any]:
    """How every week of a fellow stands: where, its Friday, its version, and what its form begins with."""
    weeks = [one for placement in queries.placements_of(user.id) for one in _weeks(placement)]
    return {"owner": user.ref, "weeks": weeks}


def _weeks(placement: Placement) -> list[dict[str, Any]]:
    weeks = [week for week in logbook.all_weeks(placement) if not week.is_locked]
    expected = logbook.expected(placement, [week.ending for week in weeks])
    return [
        {
            "ref": placement.ref,
            "week": week.ending.isoformat(),
            "seen": week.seen,
            "standing": week.standing.label,
            "said": logbook.written(week) or {"days": f"{expected[week.ending]:g}", "skills": []},
        }
        for week in weeks
    ]


def read_key(text: str) -> str:
    """The key of an entry.

    :raises DomainError: if it is none.
    """
    if not is_form_key(text):
        raise DomainError("The entry came without its key. Open the week again and send it from there")
    return text


def read_seen(text: str) -> int:
    """The version of the log that an entry was written over.

    :raises DomainError: if it is no number.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise DomainError("The entry does not say what it was written over. Open the week again and send it from there")
    return int(text)
