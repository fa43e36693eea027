"""What owners declared in the demonstration, so that both colours and the gap have something to show."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert

from tracker.accounts.models import User
from tracker.core.calendar import start_of_day
from tracker.core.db import db
from tracker.progress.models import Declared, StatusDeclared

SAID = (
    ("recruitment-lead", "leadership.appointed", 100, Declared.AMBER, "Two campaigns closed without an appointment"),
    ("programme-manager", "training.trained", 100, Declared.GREEN, "Autumn cohorts are full"),
    ("department-lead", "training.trained", 75, Declared.AMBER, "Places were given up during the reorganisation"),
)
"""Who, of which headline, how many days ago, what and why; a lead of their own department."""
ROUTE = "A further round, with the panel booked already"
DAYS_TO_GREEN = 200


def declare(today: date, accounts: Sequence[User]) -> None:
    """Write it with the instants of the past. The caller owns the transaction."""
    by_role = {user.email.partition("@")[0]: user for user in accounts}
    rows = [
        {
            "figure": figure,
            "organisation_id": by_role[role].grants[0].organisation_id,
            "number": 1,
            "colour": colour,
            "reason": reason,
            "route": None if colour is Declared.GREEN else ROUTE,
            "green_by": None if colour is Declared.GREEN else today + timedelta(days=DAYS_TO_GREEN),
            "declared_at": start_of_day(today - timedelta(days=ago)) + timedelta(hours=10),
            "declared_by_id": by_role[role].id,
        }
        for role, figure, ago, colour, reason in SAID
    ]
    db.session().execute(insert(StatusDeclared), rows)
