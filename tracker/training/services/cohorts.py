"""Cohorts: made, changed, copied for another year, closed and opened again."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.accounts import audit
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.text import format_day, has_control_characters
from tracker.core.web import leads_to
from tracker.ledger.models import EventKind
from tracker.ledger.queries import standing_events_of
from tracker.training import queries
from tracker.training.lifecycle import Stage
from tracker.training.models import Cohort, Enrolment, Programme
from tracker.training.services.enrolments import outside_days
from tracker.training.services.places import hold_cohort

MOST_NAMED = 5
"""So many people are named in a refusal; of more it says how many."""


class CohortNotAllowed(DomainError):
    """Something about a cohort that the rules refuse."""


@dataclass(frozen=True)
class Plan:
    """What a cohort is to be. `capacity`: places, or None where there is room for everybody; `owner_id`: a user."""

    code: str
    programme_id: int
    starts_on: date | None
    ends_on: date | None
    capacity: int | None
    provider: str
    host_site: str
    owner_id: int | None


def add_cohort(plan: Plan, *, by: User) -> Cohort:
    """Make a cohort.

    :raises CohortNotAllowed: naming the field that cannot stand so.
    """
    _check(plan, None)
    cohort = _taken_away(plan.code) or Cohort()
    for name, value in asdict(plan).items():
        setattr(cohort, name, value)
    cohort.import_id = cohort.removed_at = None
    db.session.add(cohort)
    db.session.flush()
    audit.record("cohort.added", f"cohort:{cohort.code}", actor=by, after=_said(plan))
    return cohort


def change_cohort(cohort: Cohort, plan: Plan, *, by: User) -> None:
    """Change what a cohort is. There cannot be fewer places than are taken, nor other days that leave somebody outside
    who started within those of before.

    :raises CohortNotAllowed: naming the field that cannot stand so. Nothing has been changed.
    """
    hold_cohort(cohort)
    _check(plan, cohort)
    before = plan_of(cohort)
    for name, value in asdict(plan).items():
        setattr(cohort, name, value)
    cohort.changed_at = clock.now()
    db.session.flush()
    changed = {name for name, value in asdict(plan).items() if asdict(before)[name] != value}
    was, said = ({name: value for name, value in _said(one).items() if name in changed} for one in (before, plan))
    audit.record("cohort.changed", f"cohort:{cohort.code}", actor=by, before=was, after=said)


def plan_of(cohort: Cohort) -> Plan:
    """What a cohort is now."""
    return Plan(**{name: getattr(cohort, name) for name in Plan.__dataclass_fields__})


def close_cohort(cohort: Cohort, *, by: User) -> None:
    """Take nobody more on a cohort, once nobody is left hanging in it.

    :raises CohortNotAllowed: if somebody is, or it is closed already.
    """
    hold_cohort(cohort)
    if cohort.closed_at is not None:
        raise CohortNotAllowed(f"{cohort.code} is closed already")
    left = queries.unfinished(cohort)
    if left:
        are = "person is" if len(left) == 1 else "people are"
        raise CohortNotAllowed(f"{len(left)} {are} not finished yet: record what became of everybody first")
    cohort.closed_at = cohort.changed_at = clock.now()
    db.session.flush()
    audit.record("cohort.closed", f"cohort:{cohort.code}", actor=by)


def reopen_cohort(cohort: Cohort, *, by: User) -> None:
    """Let a closed cohort take people again.

    :raises CohortNotAllowed: if it is open.
    """
    hold_cohort(cohort)
    if cohort.closed_at is None:
        raise CohortNotAllowed(f"{cohort.code} is open already")
    cohort.closed_at, cohort.changed_at = None, clock.now()
    db.session.flush()
    audit.record("cohort.reopened", f"cohort:{cohort.code}", actor=by)


def _check(plan: Plan, cohort: Cohort | None) -> None:
    _check_code(plan.code, cohort)
    if db.session.get(Programme, plan.programme_id) is None:
        raise CohortNotAllowed("Select the programme", "programme")
    if plan.starts_on is not None and plan.ends_on is not None and plan.ends_on < plan.starts_on:
        raise CohortNotAllowed("The last day must be the first day or after it", "ends_on")
    if plan.capacity is not None and plan.capacity < 1:
        raise CohortNotAllowed(
            "A cohort has at least 1 place: leave it empty where there is room for everybody", "capacity"
        )
    if plan.owner_id is not None and db.session.get(User, plan.owner_id) is None:
        raise CohortNotAllowed("Select who looks after the cohort", "owner")
    if cohort is not None:
        _check_people(plan, cohort)


def code_refusal(code: str) -> str | None:
    """Why a cohort cannot have a code, whoever gives it one, and what to do; None where it can."""
    if not code or code != code.strip("/") or has_control_characters(code):
        return "Enter a code, without a slash at either end"
    if code[0] in "=+@":
        return "A code cannot start with =, + or @"
    if not leads_to("cohorts.show", code=code):
        return f"A cohort called ‘{code}’ could not be opened: choose another code"
    return None


def _check_code(code: str, cohort: Cohort | None) -> None:
    if refusal := code_refusal(code):
        raise CohortNotAllowed(refusal, "code")
    same = select(Cohort).where(func.lower(Cohort.code) == code.lower(), queries.EVERY_COHORT)
    for other in db.session.scalars(same):
        if cohort is None or other.id != cohort.id:
            raise CohortNotAllowed(f"There is a cohort {other.code} already, of {other.programme.name}", "code")
    if cohort is not None and _taken_away(code) is not None:
        raise CohortNotAllowed(f"An import that was undone had a cohort {code}: choose another code", "code")


def _taken_away(code: str) -> Cohort | None:
    """The cohort with a code that went with an import which was undone."""
    return db.session.scalar(select(Cohort).where(Cohort.code == code, Cohort.removed_at.is_not(None)))


def _check_people(plan: Plan, cohort: Cohort) -> None:
    """What people on the cohort stand in the way of."""
    if plan.programme_id != cohort.programme_id:
        anybody = select(Enrolment.journey_id).where(Enrolment.cohort_id == cohort.id).limit(1)
        if db.session.scalar(anybody) is not None:
            raise CohortNotAllowed(
                f"People are on {cohort.code} for {cohort.programme.name}: make another cohort",
                "programme",
            )
    if plan.capacity is not None and plan.capacity != cohort.capacity:
        taken = queries.places_taken(cohort)
        if plan.capacity < taken:
            raise CohortNotAllowed(f"{taken} places are taken, so it cannot have fewer than {taken}", "capacity")
    if (plan.starts_on, plan.ends_on) != (cohort.starts_on, cohort.ends_on):
        _check_starts(plan, cohort)


def _check_starts(plan: Plan, cohort: Cohort) -> None:
    """Leave nobody outside the new days who started within those of before; lists may have put others there."""
    early, late = [], []
    for name, on in _starts(cohort):
        if outside_days(cohort, Stage.IN_TRAINING, on):
            continue
        said = f"{name} on {format_day(on)}"
        if plan.starts_on is not None and on < plan.starts_on:
            early.append(said)
        elif plan.ends_on is not None and on > plan.ends_on:
            late.append(said)
    for field, out, when in (("starts_on", early, "before the first day"), ("ends_on", late, "after the last day")):
        if out:
            more = [f"{len(out) - MOST_NAMED} more"] if len(out) > MOST_NAMED else []
            who = ", ".join([*out[:MOST_NAMED], *more])
            raise CohortNotAllowed(f"Choose other days, or correct the start of who started {when}: {who}", field)


def _starts(cohort: Cohort) -> list[tuple[str, date]]:
    """Who started with a cohort, and on which day; those who came from another are held to none of its days."""
    found = select(Enrolment).where(Enrolment.cohort_id == cohort.id).options(joinedload(Enrolment.journey))
    enrolments = db.session.scalars(found.order_by(Enrolment.journey_id)).all()
    histories, starts = standing_events_of([one.journey_id for one in enrolments]), []
    for one in enrolments:
        events = histories[one.journey_id]
        first = next((event.effective_on for event in events if event.stage == Stage.IN_TRAINING), None)
        if first is not None and not any(event.kind is EventKind.TRANSFERRED for event in events):
            starts.append((one.person.name, first))
    return starts


def _said(plan: Plan) -> dict[str, object]:
    """A plan as the audit trail says it."""
    programme, owner = db.session.get(Programme, plan.programme_id), None
    if plan.owner_id is not None:
        owner = db.session.get(User, plan.owner_id)
    return asdict(plan) | {"programme_id": programme and programme.code, "owner_id": owner and owner.ref}
