"""The fellows of the demonstration: schemes' projects, placements at every stage, weekly logs and their sign-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from tracker.accounts.models import User
from tracker.core.calendar import LAST_DAY, financial_year_start, week_ending
from tracker.core.db import Model, db
from tracker.core.text import email_key
from tracker.demo.cast import SEED
from tracker.fellowships.lifecycle import LINE, Decision, HostAnswer, LeavingReason, LogState, Stage
from tracker.fellowships.models import (
    Extension,
    HostOffer,
    LogDecision,
    LogSkill,
    LogVersion,
    Objective,
    Placement,
    PlacementLeaving,
    Project,
    ProjectPlace,
    ProjectSkill,
    Scheme,
    Supervisor,
    SupervisorAssignment,
    WeekLog,
)
from tracker.ledger.models import Event, Journey, Source, Strand
from tracker.organisations.models import Organisation, Region
from tracker.people.models import Person

HOSTS = ("home-office", "hm-treasury", "ministry-of-defence", "department-for-education", "ministry-of-justice")
ENDINGS = (
    *(Stage.PROPOSED, Stage.MATCHED, Stage.OFFERED, Stage.OFFERED, Stage.ACCEPTED, Stage.ACCEPTED),
    *(Stage.DECLINED, Stage.WITHDRAWN, Stage.ENDED_EARLY),
    *[Stage.COMPLETED] * 5,
    *[Stage.IN_POST] * 8,
)
"""Where the placements stand, one each; the last one belongs to the fellow who can sign in."""
TITLES = (
    "Forecasting demand for visa appointments",
    "Matching records without a common number",
    "Finding duplicate payments",
    "A dashboard of waiting times",
    "Reading free text in casework",
)
SKILLS = ("programming", "data-ethics", "applied-maths", "business-impact", "data-engineering")
SUMMARIES = (
    "Cleaned the extract and wrote tests for it",
    "Talked to case workers, then changed the dashboard",
    "Built the matching step",
    "Wrote up the method and showed it to the team",
    "Leave, then hand-over notes",
)
SHORT_STAY = timedelta(days=364)
SIGNED = timedelta(days=12)
"""Logs are signed off so long after the week ended; later ones wait."""


@dataclass(frozen=True)
class Fellow:
    """One placement to be written: whose, where it stands, and on which day it began or is to begin."""

    person_id: int
    stage: Stage
    number: int
    starts_on: date

    @property
    def steps(self) -> list[tuple[Stage, date]]:
        """What happened, in order, up to where it stands."""
        line = list(LINE[: LINE.index(self._last_of_line) + 1])
        days = [self.starts_on - timedelta(days=back) for back in (84, 63, 42, 28)]
        steps = list(zip(line, [*days, self.starts_on, self.starts_on + SHORT_STAY], strict=False))
        if self.stage in LEAVING:
            steps.append((self.stage, self.starts_on + LEAVING[self.stage][1]))
        return steps

    @property
    def _last_of_line(self) -> Stage:
        return LEAVING[self.stage][0] if self.stage in LEAVING else self.stage


LEAVING = {
    Stage.DECLINED: (Stage.OFFERED, timedelta(days=-30)),
    Stage.WITHDRAWN: (Stage.ACCEPTED, timedelta(days=-14)),
    Stage.ENDED_EARLY: (Stage.IN_POST, timedelta(days=150)),
}
"""From which stage a placement is left, and how long after it began or was to begin."""


def place_fellows(today: date, people: Sequence[int], accounts: Sequence[User]) -> int:
    """Write the fellows; how many placements. The caller owns the transaction, and works out the spans of stages.

    :param people: the ids of people who may be fellows, at least one for each of `ENDINGS`.
    """
    by_address = {user.email.partition("@")[0]: user for user in accounts}
    fellows = _fellows(today, people)
    projects = _write_projects(today, by_address)
    journeys = _write_placements(fellows, projects, by_address["programme-manager"])
    _write_logs(today, fellows, journeys, by_address)
    _ask_for_more(fellows[-1], journeys[-1], by_address["host-supervisor"])
    _answer_for_hosts(today, by_address["programme-manager"])
    person = db.session.get_one(Person, fellows[-1].person_id)
    person.user_id, by_address["fellow"].name = by_address["fellow"].id, person.name
    db.session.flush()
    return len(fellows)


def _fellows(today: date, people: Sequence[int]) -> list[Fellow]:
    found = []
    for number, (stage, person_id) in enumerate(zip(ENDINGS, people, strict=False)):
        back = {
            Stage.IN_POST: -60 - 30 * (number % 8),
            Stage.COMPLETED: -400 - 60 * (number % 5),
            Stage.ENDED_EARLY: -300,
            Stage.ACCEPTED: 14 + 7 * (number % 2),
            Stage.WITHDRAWN: 5,
        }.get(stage, 20)
        start = today + timedelta(days=back)
        found.append(Fellow(person_id, stage, number, start - timedelta(days=start.weekday())))
    return found


def _insert(model: type[Model], rows: list[dict[str, Any]]) -> Sequence[int]:
    """Insert rows of a table with a number of its own; the numbers, in order."""
    key = model.__table__.c.id
    return db.session().scalars(insert(model).returning(key, sort_by_parameter_order=True), rows).all()


def _write_projects(today: date, accounts: dict[str, User]) -> list[Project]:
    session = db.session()
    host = accounts["host-supervisor"]
    supervisor = Supervisor(email=host.email, email_key=email_key(host.email), name=host.name)
    others = [
        Supervisor(email=f"supervisor{n}@demo.example", email_key=f"supervisor{n}@demo.example", name=name)
        for n, name in enumerate(("Gwen Abara", "Oskar Lindqvist"), 1)
    ]
    session.add_all([supervisor, *others])
    session.flush()
    schemes, regions = _ids(Scheme, "code"), _ids(Region, "name")
    organisations = _ids(Organisation, "slug")
    chance = Random(SEED)  # noqa: S311 - a demonstration is the same each time
    projects = []
    for number, (slug, title) in enumerate(zip(HOSTS, TITLES, strict=True)):
        project = Project(
            ref=f"DEMOPRO{number}",
            organisation_id=organisations[slug],
            scheme_id=schemes["no10-innovation"],
            title=title,
            description=f"{title}: the data are there, the method is open, and the team wants to learn it.",
            capacity=6,
            region_id=regions["London" if number % 2 else "Yorkshire and The Humber"],
            location="London" if number % 2 else "Leeds",
            supervisor_id=[supervisor, *others][number % 3].id,
            starts_on=today + timedelta(days=60),
            ends_on=today + timedelta(days=424),
            created_by_id=accounts["programme-manager"].id,
            skills=[ProjectSkill(skill_code=code) for code in sorted(chance.sample(SKILLS, 2))],
        )
        projects.append(project)
    session.add_all(projects)
    session.flush()
    return projects


def _ids(model: Any, column: str) -> dict[str, int]:
    return dict(db.session().execute(select(getattr(model, column), model.id)).all())


def _recorded(day: date, late: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=late), time(10, 30), UTC)


def _write_placements(fellows: Sequence[Fellow], projects: Sequence[Project], manager: User) -> Sequence[int]:
    rows = [
        {
            "ref": f"DEMOFEL{one.number:03}",
            "strand": Strand.FELLOWSHIPS,
            "person_id": one.person_id,
            "created_at": _recorded(one.steps[0][1]),
        }
        for one in fellows
    ]
    journeys = _insert(Journey, rows)
    session = db.session()
    events = []
    taken: dict[int, int] = {}
    for journey_id, one in zip(journeys, fellows, strict=True):
        project = projects[-1 - one.number % len(projects)] if one is not fellows[-1] else projects[0]
        session.add(_placement(one, journey_id, project))
        session.flush()
        if one.stage in (Stage.OFFERED, Stage.ACCEPTED, Stage.IN_POST):
            taken[project.id] = taken.get(project.id, 0) + 1
            session.add(ProjectPlace(project_id=project.id, number=taken[project.id], journey_id=journey_id))
        events += [_event(journey_id, stage, day, manager) for stage, day in one.steps]
    ids = _insert(Event, events)
    left = [
        {"event_id": id, "reason_code": LeavingReason.NEW_POST}
        for id, row in zip(ids, events, strict=True)
        if row["stage"] in LEAVING
    ]
    session.execute(insert(PlacementLeaving), left)
    return journeys


def _placement(one: Fellow, journey_id: int, project: Project) -> Placement:
    placement = Placement(
        journey_id=journey_id,
        ref=f"FL{one.number + 1:04}",
        scheme_id=project.scheme_id,
        first_host_id=project.organisation_id,
        host_id=project.organisation_id,
        project_id=project.id,
        project_title=project.title,
        fte=1.0 if one.number % 4 else 0.8,
        planned_start=one.starts_on,
        planned_end=one.starts_on + SHORT_STAY,
    )
    assigned = SupervisorAssignment(
        supervisor_id=project.supervisor_id, starts_on=one.steps[0][1], ends_on=LAST_DAY, reason=""
    )
    placement.assignments = [assigned]
    return placement


def _event(journey_id: int, stage: Stage, day: date, manager: User) -> dict[str, Any]:
    return {
        "journey_id": journey_id,
        "kind": "stage",
        "stage": stage.value,
        "effective_on": day,
        "recorded_at": _recorded(day, 1),
        "recorded_by_id": manager.id,
        "source": Source.FORM,
    }


def _write_logs(today: date, fellows: Sequence[Fellow], journeys: Sequence[int], accounts: dict[str, User]) -> None:
    """Weekly logs: signed off after a while, waiting lately, missing here and there; the last weeks still to write."""
    chance = Random(SEED)  # noqa: S311 - a demonstration is the same each time
    for journey_id, one in zip(journeys, fellows, strict=True):
        entered = dict(one.steps)
        if Stage.IN_POST not in entered:
            continue
        _agree(journey_id, entered[Stage.IN_POST])
        ends = entered.get(Stage.COMPLETED) or entered.get(Stage.ENDED_EARLY) or today - timedelta(days=7)
        week = week_ending(one.starts_on)
        weeks = []
        while week < ends:
            if chance.random() > 0.06:
                weeks.append(week)
            week += timedelta(days=7)
        _write_weeks(today, journey_id, weeks, accounts, chance)


def _agree(journey_id: int, day: date) -> None:
    texts = ("Publish the method so that others can use it", "Teach two analysts of the team to keep it running")
    db.session().add_all(
        Objective(journey_id=journey_id, number=number, text=text, agreed_on=day)
        for number, text in enumerate(texts, 1)
    )


def _write_weeks(
    today: date, journey_id: int, weeks: Sequence[date], accounts: dict[str, User], chance: Random
) -> None:
    if not weeks:
        return
    signed = [week + SIGNED < today for week in weeks]
    rows = [
        {
            "journey_id": journey_id,
            "week_ending": week,
            "state": LogState.APPROVED if is_signed else LogState.SUBMITTED,
            "created_at": _recorded(week),
        }
        for week, is_signed in zip(weeks, signed, strict=True)
    ]
    versions = _insert(
        LogVersion, [_sent(id, week, chance) for id, week in zip(_insert(WeekLog, rows), weeks, strict=True)]
    )
    session = db.session()
    session.execute(insert(LogSkill), [{"version_id": id, "skill_code": chance.choice(SKILLS)} for id in versions])
    name = accounts["host-supervisor"].name
    signatures = [
        _signature(id, week, name) for id, week, is_signed in zip(versions, weeks, signed, strict=True) if is_signed
    ]
    if signatures:
        session.execute(insert(LogDecision), signatures)


def _sent(log_id: int, week: date, chance: Random) -> dict[str, Any]:
    days, summary = chance.choice((4, 4.5, 5, 5)), chance.choice(SUMMARIES)
    return {"log_id": log_id, "number": 1, "days": days, "summary": summary, "submitted_at": _recorded(week)}


def _signature(version_id: int, week: date, name: str) -> dict[str, Any]:
    return {
        "version_id": version_id,
        "decision": Decision.APPROVED,
        "decided_by_name": name,
        "decided_on": week + timedelta(days=5),
        "decided_at": _recorded(week, 5),
    }


def _ask_for_more(one: Fellow, journey_id: int, supervisor: User) -> None:
    """An extension that waits for a decision."""
    ends = one.starts_on + SHORT_STAY
    asked = Extension(
        journey_id=journey_id,
        planned_end=ends + timedelta(days=182),
        before=ends,
        reason="The method works, and the team needs half a year more to take it over",
        asked_by_id=supervisor.id,
    )
    db.session().add(asked)


def _answer_for_hosts(today: date, manager: User) -> None:
    organisations = _ids(Organisation, "slug")
    answers = dict.fromkeys(HOSTS, (HostAnswer.YES, ""))
    answers["department-for-transport"] = (HostAnswer.MAYBE, "If a desk and a supervisor are found by May")
    answers["department-for-culture-media-and-sport"] = (HostAnswer.NO, "A restructuring is under way")
    db.session().add_all(
        HostOffer(
            organisation_id=organisations[slug],
            year=financial_year_start(today).year,
            answer=answer,
            reason=reason,
            answered_by_id=manager.id,
        )
        for slug, (answer, reason) in answers.items()
    )
