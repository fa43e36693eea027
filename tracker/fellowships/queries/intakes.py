"""Projects that are still to begin, with their places: what a forecast may count on."""

from datetime import date, timedelta

from sqlalchemy import and_, func, select

from tracker.core.db import db
from tracker.core.metric import Intake, Plans
from tracker.fellowships.models import Project, ProjectPlace, Scheme
from tracker.fellowships.queries.offers import ON_OFFER

TELLING = timedelta(days=730)
"""How far back projects tell how full they get."""


def planned_projects(day: date) -> Plans:
    """Projects on offer that begin after a London day, by their first day; a place counts for the host.

    The rounds of a scheme are not read: they do not say when a placement would begin.
    """
    taken = func.count(ProjectPlace.journey_id)
    planned = (
        select(Project.ref, Scheme.code, Project.starts_on, Project.capacity, taken, Project.organisation_id)
        .join(Scheme, Scheme.id == Project.scheme_id)
        .outerjoin(ProjectPlace, ProjectPlace.project_id == Project.id)
        .where(Project.starts_on > day, ON_OFFER)
        .group_by(Project.id, Project.ref, Scheme.code, Project.starts_on, Project.capacity, Project.organisation_id)
        .order_by(Project.starts_on, Project.ref)
    )
    intakes = [Intake(*row) for row in db.session.execute(planned)]
    begun = and_(Project.starts_on > day - TELLING, Project.starts_on <= day)
    offered = db.session.scalar(select(func.sum(Project.capacity)).where(begun)) or 0
    places = select(func.count()).select_from(ProjectPlace).join(Project, Project.id == ProjectPlace.project_id)
    return Plans(intakes, offered, db.session.scalar(places.where(begun)) or 0)
