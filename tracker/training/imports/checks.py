"""What only the whole list of trainees, and the records, can say: doubled rows, addresses of others, other people,
other programmes.
"""

from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.core.intake import Code, Intake, Problem
from tracker.core.text import fold
from tracker.ledger.models import Event
from tracker.people.identity.queries import held_addresses
from tracker.people.models import Person
from tracker.training.imports.identity import name_survivors
from tracker.training.imports.matching import TRAINEE, new_events
from tracker.training.imports.sequence import illegal_steps
from tracker.training.models import Cohort, Programme
from tracker.training.queries import EVERY_COHORT


def check_trainees(session: Session, intake: Intake, consequences: bool) -> Iterator[Problem]:
    """Every rule that needs the whole file or the records.

    :param consequences: says nothing more: a valid list has one row an enrolment, so no row needs another.
    """
    if consequences:
        return
    name_survivors(session, intake, TRAINEE)
    yield from _once(
        _repeated_people(session, intake),
        _repeated_addresses(session, intake),
        _addresses_of_others(session, intake),
        _addresses_once_of_others(session, intake),
        _other_people(session, intake),
        _other_programmes(session, intake),
        _two_programmes(session, intake),
    )
    none = select(Event.id).where(Event.id < 0)
    yield from illegal_steps(session, new_events(intake), none)


def _once(*found: Iterator[Problem]) -> Iterator[Problem]:
    """Each error of a row once, although the file and the records may both say it."""
    said: set[tuple[int, Code]] = set()
    for problem in chain(*found):
        if (problem.row, problem.code) not in said:
            said.add((problem.row, problem.code))
            yield problem


def _clearly_another(first: str, last: str, other_first: str, other_last: str) -> bool:
    """Both names differ, even after folding case and accents (fine print A16)."""
    return fold(first) != fold(other_first) and fold(last) != fold(other_last)


def _another(row: int, ref: str, name: str) -> Problem:
    advice = f"{ref} is {name}: correct the reference, or the name if it is the same person"
    return Problem(row, "person_ref", Code.PERSON_DIFFERS, ref, advice)


def _repeated_people(session: Session, intake: Intake) -> Iterator[Problem]:
    """People with several rows: the same cohort twice, and names that clearly are another's than in the first row."""
    mine = TRAINEE.c.import_id == intake.import_id
    several = (
        select(TRAINEE.c.person_ref)
        .where(mine, TRAINEE.c.person_ref.is_not(None))
        .group_by(TRAINEE.c.person_ref)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(TRAINEE.c.person_ref, TRAINEE.c.row, TRAINEE.c.cohort, TRAINEE.c.first_name, TRAINEE.c.last_name)
        .where(mine, TRAINEE.c.person_ref.in_(several))
        .order_by(TRAINEE.c.person_ref, TRAINEE.c.row)
        .execution_options(yield_per=2_000)
    )
    for ref, group in groupby(rows, key=lambda row: row.person_ref):
        same = list(group)
        yield from _doubled(ref, same)
        named = [row for row in same if row.first_name is not None and row.last_name is not None]
        for row in named[1:]:
            if _clearly_another(row.first_name, row.last_name, named[0].first_name, named[0].last_name):
                yield _another(row.row, ref, f"{named[0].first_name} {named[0].last_name} in row {named[0].row}")


def _doubled(ref: str, same: list[Any]) -> Iterator[Problem]:
    cohorts: dict[str, list[int]] = {}
    for row in same:
        if row.cohort is not None:
            cohorts.setdefault(row.cohort, []).append(row.row)
    for cohort, places in cohorts.items():
        for place in places if len(places) > 1 else ():
            yield Problem(
                place,
                "person_ref",
                Code.DUPLICATE_ROW,
                ref,
                f"{_rows(places, place)} the same person on {cohort}: keep one",
            )


def _rows(places: list[int], mine: int) -> str:
    others = [str(place) for place in places if place != mine]
    return f"Row {others[0]} is" if len(others) == 1 else f"Rows {', '.join(others[:10])} are"


def _repeated_addresses(session: Session, intake: Intake) -> Iterator[Problem]:
    """One address with two people of the file: both are in error (fine print A11)."""
    mine = TRAINEE.c.import_id == intake.import_id
    shared = (
        select(TRAINEE.c.email_key)
        .where(mine, TRAINEE.c.email_key.is_not(None), TRAINEE.c.person_ref.is_not(None))
        .group_by(TRAINEE.c.email_key)
        .having(func.min(TRAINEE.c.person_ref) != func.max(TRAINEE.c.person_ref))
    )
    rows = session.execute(
        select(TRAINEE.c.email_key, TRAINEE.c.row, TRAINEE.c.person_ref, TRAINEE.c.email)
        .where(mine, TRAINEE.c.person_ref.is_not(None), TRAINEE.c.email_key.in_(shared))
        .order_by(TRAINEE.c.email_key, TRAINEE.c.row)
        .execution_options(yield_per=2_000)
    )
    for _, group in groupby(rows, key=lambda row: row.email_key):
        same = list(group)
        for row in same:
            other = next(one for one in same if one.person_ref != row.person_ref)
            advice = f"Row {other.row} gives it to {other.person_ref}: an address belongs to one person"
            yield Problem(row.row, "email", Code.EMAIL_IN_USE, row.email, advice)


def _addresses_of_others(session: Session, intake: Intake) -> Iterator[Problem]:
    rows = session.execute(
        select(TRAINEE.c.row, TRAINEE.c.email, Person.ref)
        .join(Person, Person.email_key == TRAINEE.c.email_key)
        .where(
            TRAINEE.c.import_id == intake.import_id,
            Person.removed_at.is_(None),
            Person.ref != TRAINEE.c.person_ref,
        )
    )
    for row, email, ref in rows:
        advice = f"It belongs to {ref}: write this person’s own, or {ref} if it is the same person"
        yield Problem(row, "email", Code.EMAIL_IN_USE, email, advice)


def _addresses_once_of_others(session: Session, intake: Intake) -> Iterator[Problem]:
    """Addresses that somebody else had before: they stay theirs for ever (fine print G6)."""
    held = held_addresses().subquery()
    rows = session.execute(
        select(TRAINEE.c.row, TRAINEE.c.email, Person.ref)
        .join_from(TRAINEE, held, held.c.email_key == TRAINEE.c.email_key)
        .join(Person, Person.id == held.c.person_id)
        .where(TRAINEE.c.import_id == intake.import_id, Person.ref != TRAINEE.c.person_ref)
    )
    for row, email, ref in rows:
        advice = f"It once belonged to {ref}: write this person’s own, or {ref} if it is the same person"
        yield Problem(row, "email", Code.EMAIL_IN_USE, email, advice)


def _other_people(session: Session, intake: Intake) -> Iterator[Problem]:
    rows = session.execute(
        select(
            TRAINEE.c.row, TRAINEE.c.first_name, TRAINEE.c.last_name, Person.ref, Person.first_name, Person.last_name
        )
        .join(Person, Person.ref == TRAINEE.c.person_ref)
        .where(
            TRAINEE.c.import_id == intake.import_id,
            Person.removed_at.is_(None),
            Person.first_name != TRAINEE.c.first_name,
            Person.last_name != TRAINEE.c.last_name,
        )
        .execution_options(yield_per=2_000)
    )
    for row, first, last, ref, own_first, own_last in rows:
        if _clearly_another(first, last, own_first, own_last):
            yield _another(row, ref, f"{own_first} {own_last}")


def _clash(row: int, cohort: str, programme: str) -> Problem:
    advice = f"Cohort {cohort} belongs to the programme {programme}: correct one of the two"
    return Problem(row, "programme", Code.UNKNOWN_PROGRAMME, cohort, advice)


def _other_programmes(session: Session, intake: Intake) -> Iterator[Problem]:
    """Cohorts the programme has, named with another programme (fine print A17)."""
    rows = session.execute(
        select(TRAINEE.c.row, Cohort.code, Programme.code)
        .join(Cohort, Cohort.code == TRAINEE.c.cohort)
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(
            TRAINEE.c.import_id == intake.import_id,
            TRAINEE.c.programme_id != Cohort.programme_id,
            EVERY_COHORT,
        )
    )
    for row, cohort, programme in rows:
        yield _clash(row, cohort, programme)


def _two_programmes(session: Session, intake: Intake) -> Iterator[Problem]:
    """Cohorts new in the file that its rows name with two programmes: the first row says which."""
    mine = (TRAINEE.c.import_id == intake.import_id, TRAINEE.c.programme_id.is_not(None), TRAINEE.c.cohort.is_not(None))
    standing = select(Cohort.code).where(EVERY_COHORT)
    split = (
        select(TRAINEE.c.cohort)
        .where(*mine, TRAINEE.c.cohort.not_in(standing))
        .group_by(TRAINEE.c.cohort)
        .having(func.min(TRAINEE.c.programme_id) != func.max(TRAINEE.c.programme_id))
    )
    for cohort in session.scalars(split).all():
        rows = select(TRAINEE.c.row, TRAINEE.c.programme_id, Programme.code)
        rows = rows.join(Programme, Programme.id == TRAINEE.c.programme_id).where(*mine, TRAINEE.c.cohort == cohort)
        first, *others = session.execute(rows.order_by(TRAINEE.c.row)).all()
        yield from (_clash(row.row, cohort, first.code) for row in others if row.programme_id != first.programme_id)
