"""Matching: what fellows look for, how they and the hosts rank, and the proposal that begins a placement."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import today
from tracker.core.db import db
from tracker.fellowships.models import FellowSkill, Placement, Preference, Project, ProjectChoice
from tracker.fellowships.services.placements import PlacementNotAllowed, Terms, begin
from tracker.organisations.models import Region
from tracker.people.models import Person


@dataclass(frozen=True)
class Looked:
    """What a fellow looks for; none of region and days means any."""

    region: Region | None
    starts_on: date | None
    ends_on: date | None
    fte: float
    skills: Collection[str]


def look_for(person: Person, looked: Looked, *, by: User) -> Preference:
    """Keep what a fellow looks for.

    :raises PlacementNotAllowed: if the last day is not after the first, or the full-time equivalent is none.
    """
    if looked.starts_on is not None and looked.ends_on is not None and looked.ends_on <= looked.starts_on:
        raise PlacementNotAllowed("The last day must be after the first", "ends_on")
    if not 0 < looked.fte <= 1:
        raise PlacementNotAllowed("The full-time equivalent must be over 0 and no more than 1", "fte")
    session = db.session()
    preference = session.get(Preference, person.id)
    if preference is None:
        preference = Preference(person_id=person.id)
        session.add(preference)
    preference.region_id = None if looked.region is None else looked.region.id
    preference.starts_on, preference.ends_on, preference.fte = looked.starts_on, looked.ends_on, looked.fte
    session.flush()
    wanted = set(looked.skills)
    preference.skills = [one for one in preference.skills if one.skill_code in wanted]
    known = {one.skill_code for one in preference.skills}
    preference.skills.extend(FellowSkill(skill_code=code) for code in sorted(wanted - known))
    session.flush()
    audit.record("fellow.looks-for", f"person:{person.ref}", actor=by, after={"skills": sorted(wanted)})
    return preference


def rank(
    person: Person, project: Project, *, by: User, fellow_rank: int | None, host_rank: int | None
) -> ProjectChoice:
    """Keep how high a fellow ranks a project and its host the fellow; 1 is first, none is not ranked.

    :raises PlacementNotAllowed: if a rank is below 1.
    """
    for name, value in (("fellow_rank", fellow_rank), ("host_rank", host_rank)):
        if value is not None and value < 1:
            raise PlacementNotAllowed("A rank is 1 or more, and 1 is first", name)
    session = db.session()
    choice = session.get(ProjectChoice, (person.id, project.id))
    if choice is None:
        choice = ProjectChoice(person_id=person.id, project_id=project.id)
        session.add(choice)
    choice.fellow_rank, choice.host_rank = fellow_rank, host_rank
    session.flush()
    told = {"project": project.ref, "fellow_rank": fellow_rank, "host_rank": host_rank}
    audit.record("fellow.ranked", f"person:{person.ref}", actor=by, after=told)
    return choice


def propose(person: Person, project: Project, *, by: User) -> Placement:
    """Begin a placement of a fellow on a project, on the project's terms, as proposed today.

    :raises PlacementNotAllowed: if the project or its host is closed, or as `begin`.
    """
    if not project.is_on_offer:
        raise PlacementNotAllowed("This project is closed, or its host is: choose another", "project")
    terms = Terms(
        scheme=project.scheme,
        host=project.organisation,
        planned_start=project.starts_on,
        planned_end=project.ends_on,
        fte=project.fte,
        project=project,
    )
    return begin(person, terms, today(), by=by)
