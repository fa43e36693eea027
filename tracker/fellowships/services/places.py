"""The places of a project: taken one by one, never twice, and given back."""

from sqlalchemy import delete, select

from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.fellowships.models import Placement, Project, ProjectPlace


class NoPlaceLeft(DomainError):
    """Every place of a project is taken."""


def take_place(project: Project, placement: Placement) -> None:
    """Take the first free place of a project for a placement; one that has a place of it keeps that.

    :raises NoPlaceLeft: if every place is taken: whoever asks at the same moment waits for the project here.

    Flushes; the caller owns the transaction.
    """
    session = db.session()
    session.refresh(project, ["capacity", "version"], with_for_update=True)
    taken = session.execute(
        select(ProjectPlace.number, ProjectPlace.journey_id).where(ProjectPlace.project_id == project.id)
    ).all()
    if any(row.journey_id == placement.journey_id for row in taken):
        return
    numbers = {row.number for row in taken}
    free = next((number for number in range(1, project.capacity + 1) if number not in numbers), None)
    if free is None:
        many = "Its one place is" if project.capacity == 1 else f"All {project.capacity} places are"
        raise NoPlaceLeft(f"{many} taken: ‘{project.title}’ has no place left", "project")
    session.add(ProjectPlace(project_id=project.id, number=free, journey_id=placement.journey_id))
    session.flush()


def give_back(placement: Placement) -> None:
    """Free the place a placement has, if it has one."""
    db.session().execute(delete(ProjectPlace).where(ProjectPlace.journey_id == placement.journey_id))
