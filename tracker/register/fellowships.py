"""Who is where: the placements a user may see, put together for the programme’s page."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracker.accounts.models import User
from tracker.core.clock import london_day, today
from tracker.core.db import db
from tracker.fellowships.dossier import tag_of
from tracker.fellowships.lifecycle import PLACEMENT, Stage
from tracker.fellowships.metrics.overdue import overdue_by_placement
from tracker.fellowships.models import Placement, Supervisor
from tracker.fellowships.queries import offers
from tracker.fellowships.queries import placements as queries
from tracker.fellowships.queries.logs import first_sent
from tracker.progress.charts import SIZES, Chart
from tracker.progress.timelines import Bar, timeline

SOON = timedelta(days=90)
"""Placements whose planned end lies within so many days are named."""
IN_TIME = timedelta(days=7)
"""A log that was first sent so many days after the end of its week, or sooner, was written in time."""
CURRENT = (Stage.PROPOSED, Stage.MATCHED, Stage.OFFERED, Stage.ACCEPTED, Stage.IN_POST)
DRAWN = (Stage.ACCEPTED, Stage.IN_POST)
MOST_DRAWN = 40
"""Bars that can still be read; the table has every placement."""
VIEWS = {"current": "Current", "ending": "Ending soon", "overdue": "Logs overdue", "ended": "Ended"}


@dataclass(frozen=True)
class Row:
    """One placement, as the table has it."""

    placement: Placement
    supervisor: Supervisor | None
    overdue: int

    @property
    def stage(self) -> str:
        """Where it stands."""
        assert self.placement.standing is not None  # only placements that stand somewhere are asked for
        return self.placement.standing.stage

    @property
    def is_current(self) -> bool:
        """Whether it has not ended."""
        return self.stage in CURRENT

    def ends_soon(self, day: date) -> bool:
        """Whether it is in post and its planned end is near, or past."""
        return self.stage == Stage.IN_POST and self.placement.planned_end <= day + SOON

    def cells(self) -> dict[str, Any]:
        """What stands in its row."""
        one = self.placement
        return {
            "ref": one.ref,
            "fellow": one.person.name,
            "host": one.host.short_name,
            "project": one.project_title,
            "stage": tag_of(one),
            "planned_end": one.planned_end,
            "supervisor": self.supervisor.shown_name if self.supervisor else "Nobody",
            "overdue": self.overdue,
        }


def rows(user: User) -> list[Row]:
    """The placements a user may see, those that end first at the top."""
    found = queries.standing_placements().where(queries.seen_by(user))
    placements = db.session.scalars(found.order_by(Placement.planned_end, Placement.ref)).unique().all()
    assigned = queries.supervisors([one.journey_id for one in placements], today())
    overdue = overdue_by_placement(today())
    return [Row(one, assigned.get(one.journey_id), overdue.get(one.journey_id, 0)) for one in placements]


def overview(every: Sequence[Row], view: str, address: Callable[[str], str]) -> dict[str, Any]:
    """What the page shows of some placements.

    :param view: one of `VIEWS`.
    :param address: gives the address of a view.
    """
    day = today()
    sorts = {name: [row for row in every if _belongs(row, name, day)] for name in VIEWS}
    return {
        "rows": [row.cells() for row in sorts[view]],
        "view": VIEWS[view],
        "tabs": [
            {"text": f"{words} ({len(sorts[name])})", "href": address(name), "current": name == view}
            for name, words in VIEWS.items()
        ],
        "facts": _facts(sorts, every),
        "places": _places(),
        "has_chart": bool(_drawn(every)),
    }


def _belongs(row: Row, view: str, day: date) -> bool:
    return {
        "current": row.is_current,
        "ending": row.ends_soon(day),
        "overdue": row.overdue > 0,
        "ended": not row.is_current,
    }[view]


def _facts(sorts: Mapping[str, Sequence[Row]], every: Sequence[Row]) -> list[dict[str, Any]]:
    stages = Counter(row.stage for row in every if row.is_current)
    spread = [f"{many} {PLACEMENT.label(stage).lower()}" for stage in CURRENT if (many := stages[stage])]
    late, of = sum(row.overdue for row in sorts["overdue"]), len(sorts["overdue"])
    return [
        {"label": "Current placements", "value": str(len(sorts["current"])), "note": ", ".join(spread)},
        {
            "label": "End within 90 days",
            "value": str(len(sorts["ending"])),
            "note": "In post, planned end near or past",
        },
        {"label": "Weekly logs overdue", "value": str(late), "note": f"Of {of} placement{'' if of == 1 else 's'}"},
        {"label": "Logs written within 7 days of their week", **_promptness(every)},
    ]


def _promptness(every: Sequence[Row]) -> dict[str, str]:
    """The share of logs that were first sent in time, of the weeks of the last 90 days that were sent."""
    until = today()
    sent = first_sent([row.placement.journey_id for row in every], until - SOON, until)
    if not sent:
        return {"value": "–", "note": "No log of the last 90 days was written here"}
    prompt = sum(london_day(sent_at) <= ending + IN_TIME for ending, sent_at in sent)
    share = f"{100 * prompt / len(sent):.0f}%"
    return {"value": share, "note": f"{prompt} of {len(sent)} logs, of weeks that ended in the last 90 days"}


def _places() -> list[dict[str, Any]]:
    """For each scheme the places its projects offer, those that are taken, and what its rounds want."""
    filled, on_offer = offers.filled_by_scheme(), offers.places_by_scheme()
    return [
        {
            "scheme": scheme.name,
            "wanted": sum(each.places or 0 for each in scheme.rounds) or "not known",
            "filled": filled.get(scheme.id, 0),
            "offered": on_offer.get(scheme.id, (0, 0))[0],
            "taken": on_offer.get(scheme.id, (0, 0))[1],
        }
        for scheme in offers.schemes()
    ]


def _drawn(every: Sequence[Row]) -> list[Row]:
    return [row for row in every if row.stage in DRAWN][:MOST_DRAWN]


@dataclass(frozen=True)
class Picture:
    """The chart of placements, with where each size of it is fetched from."""

    sentence: str
    address: Callable[[str], str]


def picture(every: Sequence[Row], address: Callable[[str], str]) -> Picture:
    """The chart's sentence and addresses."""
    return Picture(_sentence(every), address)


def _sentence(every: Sequence[Row]) -> str:
    in_post = sum(row.stage == Stage.IN_POST for row in every)
    coming = sum(row.stage == Stage.ACCEPTED for row in every)
    return f"{in_post} {'placement' if in_post == 1 else 'placements'} in post, {coming} accepted and to come"


def chart(user: User, size: str) -> Chart | None:
    """The timeline of the placements a user may see, in one of its sizes; none where there is nothing to draw."""
    every = rows(user)
    bars = [_bar(row) for row in _drawn(every)]
    return timeline(bars, today(), _sentence(every), SIZES[size]) if bars else None


def _bar(row: Row) -> Bar:
    one = row.placement
    assert one.standing is not None  # only placements that stand somewhere are asked for
    starts_on = one.standing.starts_on if row.stage == Stage.IN_POST else one.planned_start
    ends_on = max(one.planned_end, starts_on + timedelta(days=1))
    return Bar(f"{one.person.name} ({one.ref})", starts_on, ends_on, tag_of(one).label)
