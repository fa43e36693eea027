"""Vacancies with a panel and candidates, in the test's own words."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from tests.factories import make_user, organisation
from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.core.db import db
from tracker.leadership.models import (
    Campaign,
    Candidacy,
    Candidate,
    Criterion,
    LeadershipRole,
    PanelMember,
    Vacancy,
)
from tracker.ledger.models import Event, Journey, Source, Strand
from tracker.ledger.services import keep_stage_spans, new_ref
from tracker.organisations.models import Grade

_serial = count(1)
TO_INTERVIEW = (
    "approval 2026-01-05", "advert 2026-02-02", "closed 2026-03-02", "sift 2026-03-05", "shortlist 2026-03-16",
    "interview 2026-04-01",
)  # fmt: skip
TO_MERIT = (*TO_INTERVIEW, "merit-order 2026-04-10")
TO_APPOINTABLE = (
    "applied 2026-02-10", "sifted-in 2026-03-10", "shortlisted 2026-03-16", "interviewed 2026-04-02",
    "appointable 2026-04-09",
)  # fmt: skip


def happened(journey: Journey, history: Sequence[str]) -> None:
    """Lines of the ledger, each "stage day", taken as they stand."""
    for words in history:
        stage, _, day = words.rpartition(" ")
        on = date.fromisoformat(day)
        db.session.add(Event(journey_id=journey.id, stage=stage, effective_on=on, source=Source.IMPORT))
        db.session.flush()
    keep_stage_spans(select(Journey.id).where(Journey.id == journey.id))


def _journey() -> Journey:
    journey = Journey(ref=new_ref(), strand=Strand.LEADERSHIP)
    db.session.add(journey)
    db.session.flush()
    return journey


def make_campaign(ref: str = "", **fields: Any) -> Campaign:
    n = next(_serial)
    campaign = Campaign(**{"ref": ref or f"CAMP-{n}", "name": f"Campaign {n}", **fields})
    db.session.add(campaign)
    db.session.flush()
    return campaign


def make_vacancy(
    *history: str,
    at: str = "home-office",
    campaign: Campaign | None = None,
    criteria: Sequence[str] = (),
    **fields: Any,
) -> Vacancy:
    """A vacancy with a history; at approval where none is said."""
    n = next(_serial)
    role = db.session.scalars(select(LeadershipRole).order_by(LeadershipRole.id)).first()
    if role is None:
        role = LeadershipRole(code="chief-data-officer", name="Chief Data Officer")
        db.session.add(role)
    journey = _journey()
    vacancy = Vacancy(
        journey=journey,
        campaign=campaign or make_campaign(),
        role=role,
        grade=db.session.scalars(select(Grade).where(Grade.code == "SCS1")).one(),
        organisation=organisation(at),
        **{"ref": f"V-{n}", **fields},
    )
    db.session.add(vacancy)
    db.session.flush()
    for position, text in enumerate(criteria, 1):
        db.session.add(Criterion(vacancy_id=journey.id, position=position, text=text))
    happened(journey, history or ("approval 2026-01-05",))
    return vacancy


def make_candidacy(vacancy: Vacancy, *history: str, candidate: Candidate | None = None, **fields: Any) -> Candidacy:
    """A candidate for a vacancy; applied where nothing else is said."""
    n = next(_serial)
    if candidate is None:
        email = fields.pop("email", f"candidate{n}@example.com")
        named = {"ref": f"C-{n}", "first_name": "Cora", "last_name": f"Applicant{n}"}
        candidate = Candidate(**{**named, "email": email, "email_key": email.casefold(), **fields})
        db.session.add(candidate)
        db.session.flush()
    candidacy = Candidacy(journey=_journey(), vacancy=vacancy, candidate=candidate)
    db.session.add(candidacy)
    db.session.flush()
    happened(candidacy.journey, history or ("applied 2026-02-10",))
    return candidacy


def seat(vacancy: Vacancy, *roles: Role, role: str = "member", name: str = "", email: str = "") -> User:
    """A new user who sits on the panel."""
    user = make_user(*(roles or (Role.DEPARTMENT_LEAD,)), name=name, email=email)
    db.session.add(PanelMember(vacancy_id=vacancy.journey_id, user_id=user.id, role=role))
    db.session.flush()
    db.session.expire(vacancy, ["panel"])
    return user
