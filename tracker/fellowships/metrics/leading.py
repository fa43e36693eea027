"""How placements come to be counted as begun in the year: what the forecast of the headline is made from."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select

from tracker.core.metric import Knowledge, Leading
from tracker.fellowships.lifecycle import PLACEMENT, Stage
from tracker.fellowships.metrics.placing import host_on, host_spans
from tracker.fellowships.models import Placement, Project, ProjectPlace, Scheme
from tracker.fellowships.queries.intakes import planned_projects
from tracker.ledger.models import Journey


def _journeys(knowledge: Knowledge, as_at: date) -> Select[Any]:
    """Placements, each at the host it is with on the day."""
    host = host_spans(knowledge)
    return (
        select(
            Placement.journey_id,
            Journey.person_id.label("record_id"),
            Scheme.code.label("programme"),
            host.c.organisation_id,
            Project.ref.label("intake"),
            Placement.planned_start.label("planned_on"),
        )
        .join(Journey, Journey.id == Placement.journey_id)
        .join(Scheme, Scheme.id == Placement.scheme_id)
        .join(host, host_on(as_at, Placement.journey_id, host))
        .outerjoin(ProjectPlace, ProjectPlace.journey_id == Placement.journey_id)
        .outerjoin(Project, Project.id == ProjectPlace.project_id)
    )


TO_START = Leading(
    stages=tuple(PLACEMENT.stages),
    moves=PLACEMENT.steps(),
    arrives_at=frozenset({Stage.IN_POST, Stage.COMPLETED, Stage.ENDED_EARLY}),
    journeys=_journeys,
    names=lambda: select(Scheme.code, Scheme.name),
    starts_at=Stage.IN_POST,
    starts="start in post",
    kind="scheme",
    plans=planned_projects,
    is_yearly=True,
)
