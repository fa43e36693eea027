"""The recruitment of leaders in the demonstration: campaigns, posts at every stage, panels and candidates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select

from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.accounts.services.users import create_user
from tracker.core.calendar import end_of_day
from tracker.core.clock import today
from tracker.core.db import Model, db
from tracker.core.reference import read_csv
from tracker.core.text import email_key, fold
from tracker.demo.cast import SEED
from tracker.demo.recording import at_work
from tracker.leadership.lifecycle import CANDIDACY_LINE, VACANCY_LINE, CandidacyStage, PanelRole, Route, VacancyStage
from tracker.leadership.models import (
    Advert,
    Campaign,
    Candidacy,
    Candidate,
    Criterion,
    LeadershipRole,
    LeadershipRoleSkill,
    PanelMember,
    Vacancy,
)
from tracker.ledger.models import Event, Journey, Strand
from tracker.ledger.services import new_refs
from tracker.organisations.models import Grade, Organisation
from tracker.people.models import Person

V, C = VacancyStage, CandidacyStage
POSTS = 36
DECLINED_AT = 20
"""The number of the post whose first offer is declined."""
CAMPAIGNS = ("Data leaders, first round", "Data leaders, second round", "Chief data officers", "Digital leaders")
HOMES = ("home-office", "hm-revenue-customs", "department-for-work-pensions", "ministry-of-justice", "cabinet-office")
PACE = {V.APPROVAL: (20, 60), V.ADVERT: (18, 35), V.CLOSED: (1, 6), V.SIFT: (5, 14), V.SHORTLIST: (4, 14),
        V.ASSESSMENT: (7, 18), V.INTERVIEW: (5, 16), V.MERIT_ORDER: (1, 5), V.OFFER: (3, 14), V.CHECKS: (20, 60),
        V.FORMAL_OFFER: (30, 95)}  # fmt: skip
"""Days spent at each stage: fewest and most."""
REACHED_AT = dict(
    zip(
        CANDIDACY_LINE,
        (V.ADVERT, V.SIFT, V.SHORTLIST, V.INTERVIEW, V.MERIT_ORDER, V.OFFER, V.CHECKS, V.IN_POST),
        strict=True,
    )
)
"""The stage of the vacancy at which a candidate reaches each of theirs."""
GOES_ON = {C.APPLIED: 0.45, C.SIFTED_IN: 0.6, C.SHORTLISTED: 0.85, C.INTERVIEWED: 0.55}
"""How likely somebody goes on from a stage, but for the one who gets the post."""

History = list[tuple[str, date]]


@dataclass
class Post:
    """One vacancy with its history, and the histories of those who applied for it."""

    number: int
    stages: History
    grade: str
    candidates: list[History] = field(default_factory=list)


class Recruiting:
    """Draws the posts for a day; the same day gives the same posts."""

    def __init__(self, today: date) -> None:
        """Begin with nothing drawn."""
        self.chance = Random(SEED + 10)  # noqa: S311 - posts are invented here, not secrets
        self.yesterday = today - timedelta(days=1)

    def posts(self) -> Iterator[Post]:
        """All of them, the earliest approved first."""
        for number in range(POSTS):
            approved_on = self.yesterday - timedelta(days=900 - number * 25 + self.chance.randint(-10, 0))
            post = Post(number, self._stages(approved_on), self.chance.choice(("G6", "SCS1", "SCS1", "SCS2")))
            days = dict(post.stages)
            if V.ADVERT in days:
                many = self.chance.randint(4, 12)
                post.candidates = [self._candidate(days, wins=place == 0) for place in range(many)]
            if number == DECLINED_AT and V.CHECKS in days:
                self._decline(post, days[V.OFFER])
            yield post

    def _decline(self, post: Post, day: date) -> None:
        """Have somebody be offered the post first and decline it; the one who gets it is offered it after them."""
        winner, *others = post.candidates
        line = [step for step in winner if step[0] in CANDIDACY_LINE[: CANDIDACY_LINE.index(C.OFFERED)]]
        declined_on = day + timedelta(days=2)
        post.candidates = [
            [(stage, max(on, declined_on) if stage == C.OFFERED else on) for stage, on in winner],
            [*line, (C.OFFERED, day), (C.DECLINED, declined_on)],
            *others[1:],
        ]

    def _stages(self, day: date) -> History:
        stages: History = []
        fails = self.chance.random()
        for stage in VACANCY_LINE:
            if day > self.yesterday:
                break
            if stage == V.ASSESSMENT and self.chance.random() < 0.4:
                continue
            if stage == V.OFFER and fails < 0.08:
                return [*stages, (V.NO_APPOINTMENT, day)]
            if stage == V.ADVERT and fails > 0.95:
                return [*stages, (V.CANCELLED, day)]
            stages.append((stage, day))
            # Now and then it takes much longer than it should.
            slowed = 3 if self.chance.random() < 0.12 else 1
            day += timedelta(days=slowed * self.chance.randint(*PACE.get(V(stage), (0, 0))))
        return stages

    def _candidate(self, days: dict[str, date], *, wins: bool) -> History:
        """How far somebody came by now: to the post, or to where they were rejected, withdrew or were held in
        reserve."""
        history: History = []
        for stage in CANDIDACY_LINE:
            reached = days.get(REACHED_AT[stage])
            if reached is None or (stage == C.OFFERED and not wins):
                break
            if stage == C.APPLIED:
                reached = min(reached + timedelta(days=self.chance.randint(1, 15)), self.yesterday)
            history.append((stage, max(reached, history[-1][1]) if history else reached))
            if not wins and self.chance.random() > GOES_ON.get(C(stage), 1):
                return self._leaves(history, days)
        if not wins and history[-1][0] == C.APPOINTABLE and V.CHECKS in days:
            history.append((C.RESERVE, max(days[V.CHECKS], history[-1][1])))
        return history

    def _leaves(self, history: History, days: dict[str, date]) -> History:
        following = CANDIDACY_LINE[CANDIDACY_LINE.index(C(history[-1][0])) + 1]
        day = days.get(REACHED_AT[following])
        if day is not None:
            how = C.WITHDRAWN if self.chance.random() < 0.15 else C.REJECTED
            history.append((how, max(day, history[-1][1])))
        return history


def fill_recruitment(accounts: Sequence[User]) -> int:
    """Write the recruitment of the demonstration as at today; how many events it has. The caller owns the transaction.

    The journeys' stages are worked out by the caller. A few of those who applied are people of the programme.
    """
    drawn = list(Recruiting(today()).posts())
    chance = Random(SEED + 11)  # noqa: S311 - who they are is invented
    by_role = {role: user for user in accounts for role in user.roles}
    vacancies = _write_vacancies(drawn)
    _write_panels(vacancies, drawn, by_role)
    journeys = _write_candidates(vacancies, drawn, chance)
    told = [(id, post.stages) for id, post in zip(vacancies, drawn, strict=True)] + journeys
    lead = by_role[Role.RECRUITMENT_LEAD]
    rows = [
        {"journey_id": id, "stage": stage, "effective_on": day, "recorded_at": at, "recorded_by_id": lead.id}
        for id, history in told
        for (stage, day), at in zip(history, _instants(history, chance), strict=True)
    ]
    _insert(Event, rows)
    return len(rows)


def _instants(history: History, chance: Random) -> list[Any]:
    """When each step was recorded: on the day it happened, in order."""
    instants: list[Any] = []
    for _, day in history:
        at = at_work(day, chance)
        instants.append(max(at, instants[-1]) if instants else at)
    return instants


def _insert(model: type[Model], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session().execute(insert(model), rows)


def _begin(many: int) -> list[int]:
    rows = [{"ref": ref, "strand": Strand.LEADERSHIP} for ref in new_refs(many)]
    return list(db.session().scalars(insert(Journey).returning(Journey.id, sort_by_parameter_order=True), rows))


def _write_vacancies(drawn: Sequence[Post]) -> list[int]:
    session = db.session()
    campaigns = [Campaign(ref=f"LEADERS-{n}", name=name) for n, name in enumerate(CAMPAIGNS, start=1)]
    session.add_all(campaigns)
    session.flush()
    ids = _begin(len(drawn))
    roles = session.scalars(select(LeadershipRole).order_by(LeadershipRole.id)).all()
    grades = dict(session.execute(select(Grade.code, Grade.id)).all())
    homes = dict(session.execute(select(Organisation.slug, Organisation.id)).all())
    skills = session.execute(
        select(LeadershipRoleSkill.role_id, LeadershipRoleSkill.skill).order_by(LeadershipRoleSkill.position)
    ).all()
    for id, post in zip(ids, drawn, strict=True):
        campaign, role = campaigns[post.number * len(campaigns) // POSTS], roles[post.number % len(roles)]
        closed_on = dict(post.stages).get(V.CLOSED)
        advert = Advert(campaign_id=campaign.id, closes_at=end_of_day(closed_on) if closed_on else None)
        vacancy = Vacancy(
            journey_id=id,
            ref=f"V-DEMO-{post.number + 1:02}",
            campaign_id=campaign.id,
            role_id=role.id,
            grade_id=grades[post.grade],
            organisation_id=homes[HOMES[post.number % len(HOMES)]],
            advert=advert,
            location="London" if post.number % 3 else "Leeds",
            route=Route.COMPETITION,
        )
        vacancy.criteria = [
            Criterion(position=place, text=text)
            for place, text in enumerate((skill for role_id, skill in skills if role_id == role.id), start=1)
        ]
        session.add(vacancy)
    session.flush()
    return ids


PANEL = (
    (Role.DEPARTMENT_LEAD, PanelRole.CHAIR),
    (Role.HOST_SUPERVISOR, PanelRole.MEMBER),
)
"""Who sits on the panels, by the role of the account, and as what."""
COMMISSIONER = ("commissioner@outside.example", "Rosalind Achebe")
"""Who sits on the panels of the highest grades from outside: address and name. Nobody signs in as them."""


def _write_panels(vacancies: Sequence[int], drawn: Sequence[Post], by_role: dict[Role, User]) -> None:
    insiders = [(by_role[role].id, sits_as) for role, sits_as in PANEL]
    outsiders = [(create_user(*COMMISSIONER).id, PanelRole.COMMISSIONER)]
    seats = [
        {"vacancy_id": id, "user_id": user_id, "role": sits_as, "declaration": "", "recusal_reason": ""}
        for id, post in zip(vacancies, drawn, strict=True)
        for user_id, sits_as in insiders + (outsiders if post.grade == "SCS2" else [])
    ]
    _insert(PanelMember, seats)


def _write_candidates(vacancies: Sequence[int], drawn: Sequence[Post], chance: Random) -> list[tuple[int, History]]:
    """One candidate for each history, all of different names; every twelfth is somebody of the programme."""
    session = db.session()
    known = session.scalars(select(Person).order_by(Person.id.desc()).limit(60)).all()
    first, last = ([row["name"] for row in read_csv("tracker.demo", f"{part}_names.csv")] for part in ("first", "last"))
    told = [(id, history) for id, post in zip(vacancies, drawn, strict=True) for history in post.candidates]
    rows: list[dict[str, Any]] = []
    for number in range(1, len(told) + 1):
        person = known[number // 12] if number % 12 == 0 and number // 12 < len(known) else None
        names = (person.first_name, person.last_name) if person else (chance.choice(first), chance.choice(last))
        email = person.email if person else f"{fold(names[0])}.{fold(names[1])}{number}@post.example".replace(" ", "-")
        rows.append(
            {
                "ref": f"C-DEMO-{number:03}",
                "person_id": person.id if person else None,
                "first_name": names[0],
                "last_name": names[1],
                "email": email,
                "email_key": email_key(email),
            }
        )
    ids = session.scalars(insert(Candidate).returning(Candidate.id, sort_by_parameter_order=True), rows).all()
    journeys = _begin(len(told))
    pairs = list(zip(journeys, ids, told, strict=True))
    _insert(Candidacy, [{"journey_id": j, "candidate_id": c, "vacancy_id": v} for j, c, (v, _) in pairs])
    return [(journey, history) for journey, _, (_, history) in pairs]
