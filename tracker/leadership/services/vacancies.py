"""Vacancies: opened, changed, copied."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from sqlalchemy import select

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.leadership.lifecycle import VACANCY, Route, VacancyStage
from tracker.leadership.models import Advert, Campaign, Criterion, LeadershipRoleSkill, Vacancy
from tracker.ledger import services as ledger
from tracker.ledger.models import Strand
from tracker.ledger.services import Recorder

MOST_PLACES = 20
"""So many vacancies one form opens at most."""


class VacancyNotAllowed(DomainError):
    """An act on a vacancy that the rules refuse."""


@dataclass(frozen=True)
class Post:
    """What a vacancy is. `closes_at` is the last instant at which an application is in time; None: not settled."""

    campaign_id: int
    role_id: int
    grade_id: int
    organisation_id: int
    location: str = ""
    pay_band: str = ""
    route: Route = Route.COMPETITION
    advert: str = ""
    closes_at: datetime | None = None
    criteria: tuple[str, ...] | None = None

    @classmethod
    def of(cls, vacancy: Vacancy, *, campaign_id: int) -> Self:
        """The same post in a campaign: without its closing, and without anything that happened to it."""
        return cls(
            campaign_id=campaign_id,
            role_id=vacancy.role_id,
            grade_id=vacancy.grade_id,
            organisation_id=vacancy.organisation_id,
            location=vacancy.location,
            pay_band=vacancy.pay_band,
            route=vacancy.route,
            advert=vacancy.advert.text if vacancy.advert else "",
            criteria=tuple(one.text for one in vacancy.criteria),
        )


def hold(vacancy: Vacancy) -> None:
    """Have nobody else change the vacancy until the transaction ends, and read it anew."""
    db.session().refresh(vacancy.journey, ["version"], with_for_update=True)


def open_places(post: Post, places: int, approved_on: date, *, by: User) -> list[Vacancy]:
    """Open as many vacancies as there are places: one vacancy is one post, and they share an advert (G9).

    :param approved_on: the day recruiting for them was approved.
    :raises VacancyNotAllowed: if there are no places or too many, or the closing lies in the past.
    :raises MoveNotAllowed: if the day lies ahead. Nothing has been changed.

    Flushes; the caller owns the transaction.
    """
    if not 1 <= places <= MOST_PLACES:
        raise VacancyNotAllowed(f"Open from 1 to {MOST_PLACES} places at once", "places")
    _check_closing(post.closes_at)
    session = db.session()
    advert = Advert(campaign_id=post.campaign_id, text=post.advert, closes_at=post.closes_at)
    session.add(advert)
    session.flush()
    return [_open(post, advert, approved_on, by) for _ in range(places)]


def _open(post: Post, advert: Advert, approved_on: date, by: User) -> Vacancy:
    session = db.session()
    journey = ledger.begin_journey(Strand.LEADERSHIP, None, Recorder(by.id))
    vacancy = Vacancy(
        journey_id=journey.id,
        ref=_new_ref(),
        campaign_id=post.campaign_id,
        role_id=post.role_id,
        grade_id=post.grade_id,
        organisation_id=post.organisation_id,
        advert_id=advert.id,
        location=post.location,
        pay_band=post.pay_band,
        route=post.route,
    )
    session.add(vacancy)
    session.flush()
    _write_criteria(vacancy, post.criteria if post.criteria is not None else _skills_of(post.role_id))
    ledger.record_stage(journey, VACANCY, VacancyStage.APPROVAL, approved_on, Recorder(by.id))
    written("vacancy.opened", vacancy, by, {"post": vacancy.name, "approved_on": approved_on})
    return vacancy


def _new_ref() -> str:
    """A reference that cannot be guessed from another, short enough to be said on the telephone."""
    return "V-" + base64.b32encode(secrets.token_bytes(5)).decode()


def _skills_of(role_id: int) -> Sequence[str]:
    """What the role requires: the criteria a vacancy begins with."""
    skills = select(LeadershipRoleSkill.skill).where(LeadershipRoleSkill.role_id == role_id)
    return db.session.scalars(skills.order_by(LeadershipRoleSkill.position)).all()


def _write_criteria(vacancy: Vacancy, texts: Sequence[str]) -> None:
    for position, text in enumerate(texts, start=1):
        db.session.add(Criterion(vacancy_id=vacancy.journey_id, position=position, text=text))
    db.session.flush()
    db.session.refresh(vacancy, ["criteria"])


def _check_closing(closes_at: datetime | None) -> None:
    if closes_at is not None and closes_at <= now():
        raise VacancyNotAllowed("The closing lies in the past: choose a time that is still to come", "closes_on")


@dataclass(frozen=True)
class Change:
    """What may be changed of a vacancy while it is under way.

    Not the organisation, nor how the post is filled: the figures count by them, and what was said would change without
    a trace. A post that moves is cancelled, and copied for the organisation it moves to.
    """

    role_id: int
    grade_id: int
    location: str
    pay_band: str
    advert: str
    closes_at: datetime | None


def edit(vacancy: Vacancy, change: Change, *, by: User) -> None:
    """Change what a vacancy is. The advert changes for all vacancies that share it.

    :raises VacancyNotAllowed: if the closing is moved to the past, or after it has passed.
    """
    advert = _own_advert(vacancy)
    before = _facts(vacancy)
    if change.closes_at != advert.closes_at:
        if advert.closes_at is not None and advert.closes_at <= now():
            raise VacancyNotAllowed(
                "The closing has passed, so it stays as it was: advertise the post again to take applications",
                "closes_on",
            )
        _check_closing(change.closes_at)
    advert.closes_at, advert.text = change.closes_at, change.advert
    vacancy.role_id, vacancy.grade_id = change.role_id, change.grade_id
    vacancy.location, vacancy.pay_band = change.location, change.pay_band
    vacancy.journey.version += 1
    db.session.flush()
    db.session.refresh(vacancy)
    written("vacancy.edited", vacancy, by, _facts(vacancy), **before)


def _own_advert(vacancy: Vacancy) -> Advert:
    if vacancy.advert is None:
        vacancy.advert = Advert(campaign_id=vacancy.campaign_id)
        db.session.flush()
    return vacancy.advert


def _facts(vacancy: Vacancy) -> dict[str, object]:
    return {
        "role": vacancy.role.name,
        "grade": vacancy.grade.code,
        "location": vacancy.location,
        "pay_band": vacancy.pay_band,
        "closes_at": vacancy.advert.closes_at if vacancy.advert else None,
    }


def copy(vacancy: Vacancy, campaign: Campaign, organisation_id: int, approved_on: date, *, by: User) -> Vacancy:
    """Open a vacancy for the same post, in a campaign and an organisation.

    Copies what the post is: its role, grade, place, pay, criteria and advert; never a date, a panel or a candidate.
    """
    post = Post.of(vacancy, campaign_id=campaign.id)
    moved = Post(**{**post.__dict__, "organisation_id": organisation_id})
    return open_places(moved, 1, approved_on, by=by)[0]


def written(verb: str, vacancy: Vacancy, by: User, after: dict[str, object], **before: object) -> None:
    """Say in the audit trail what was done to a vacancy."""
    audit.record(verb, f"vacancy:{vacancy.ref}", actor=by, before=before or None, after=after)
