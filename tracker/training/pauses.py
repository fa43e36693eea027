"""The page of breaks put together: the queues by owner, and each break with its three answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.core.text import format_day
from tracker.training.queries import OFFICE, Pause
from tracker.training.services.answers import answer_day, extended_to

EVERYBODY = "Everybody"
OFFICE_WORDS = "Programme office"


@dataclass(frozen=True)
class Row:
    """A break on the page: what is true of it, and what each answer would record."""

    pause: Pause
    about: str
    promised: str
    returned: str
    extended: str
    withdrawn: str


def rows(pauses: Sequence[Pause], day: date) -> list[Row]:
    """The rows of some breaks, as on a day."""
    return [_row(pause, day) for pause in pauses]


def _row(pause: Pause, day: date) -> Row:
    times = {0: "", 1: ", extended once"}.get(pause.extended, f", extended {pause.extended} times")
    into = f" in {pause.return_cohort}" if pause.return_cohort else ""
    on = format_day(pause.promised_on)
    since = format_day(answer_day(pause))
    return Row(
        pause,
        about=f"{pause.cohort}: on a break for {pause.days(day)} days, since {format_day(pause.began_on)}{times}",
        promised=f"Due back on {on}{into}" if pause.is_known else f"Not known: to be asked on {on}",
        returned=f"Returned on {since}",
        extended=f"Extend to {format_day(extended_to(day))}",
        withdrawn=f"Withdrew on {since}",
    )


def queues(pauses: Sequence[Pause], chosen: str, href: Callable[[str], str]) -> list[dict[str, Any]]:
    """The queues as tabs, each with how many breaks stand in it: everybody's, then each owner's."""
    names = {pause.owner: pause.owner_name or OFFICE_WORDS for pause in pauses}
    counts: dict[str, int] = {}
    for pause in pauses:
        counts[pause.owner] = counts.get(pause.owner, 0) + 1
    ordered = sorted(names, key=lambda owner: (owner != OFFICE, names[owner]))
    tabs = [{"text": f"{EVERYBODY} ({len(pauses)})", "href": href(""), "current": not chosen}]
    tabs += [
        {"text": f"{names[owner]} ({counts[owner]})", "href": href(owner), "current": chosen == owner}
        for owner in ordered
    ]
    return tabs
