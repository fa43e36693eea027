"""People a list would create who may be somebody there is, or somebody else in it: shown to decide, never refused.

They are judged by the rule that also looks for duplicates among those there are (`people.likeness`).
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Select, and_, exists, not_, select
from sqlalchemy.orm import Session, aliased

from tracker.core.intake import Intake
from tracker.people.likeness import Facts, Records
from tracker.people.models import Person
from tracker.training import alike
from tracker.training.imports.matching import TRAINEE, valid_trainees
from tracker.training.models import Cohort

MOST, LOOKED_AT = 5_000, 20_000
"""Most pairs that are told, and most rows that are looked at beforehand; after the load everybody new is."""


def suspects(session: Session, intake: Intake) -> Iterator[dict[str, Any]]:
    """Pairs that may be one person: the row, both references, what matches and what differs."""
    new = {-number: one for number, one in enumerate(_new_people(session, intake), start=1)}
    facts = [one._replace(number=number) for number, (_, _, one) in new.items()]
    if not facts:
        return
    records = Records()
    for one in facts:
        records.add(one)
    for other in alike.read(session, alike.candidates(session, facts)):
        records.add(other)
    rarity = alike.rarity(session, records)
    for pair in islice(records.alike(rarity, new), MOST):
        # The lower number is new; of two that are new it is the later one of the file.
        row, ref, _ = new[pair.low]
        other_ref = new[pair.high][1] if pair.high in new else session.get_one(Person, pair.high).ref
        yield {
            "row": row,
            "ref": ref,
            "other": other_ref,
            "matches": list(pair.matches),
            "differs": list(pair.differs),
        }


def _new_people(session: Session, intake: Intake) -> Iterator[tuple[int, str, Facts]]:
    """Whom the list would create: the row that names them first, the reference and the facts."""
    found: dict[str, tuple[int, str, Facts]] = {}
    for row, ref, first, last, email, *place, cohort_id in session.execute(_rows(intake)):
        cohorts = () if cohort_id is None else (cohort_id,)
        if ref in found:
            at, _, facts = found[ref]
            found[ref] = (at, ref, facts._replace(cohorts=tuple(sorted({*facts.cohorts, *cohorts}))))
        else:
            found[ref] = (row, ref, Facts._make((0, first, last, email, *place, cohorts)))
    yield from found.values()


def _rows(intake: Intake) -> Select[Any]:
    """The rows about people who are not there, in the order of the file, each with its cohort where there is one."""
    known = aliased(Person)
    there = exists().where(known.ref == TRAINEE.c.person_ref, known.removed_at.is_(None))
    names = ("row", "person_ref", "first_name", "last_name", "email")
    place = ("organisation_id", "grade_id", "profession_id", "region_id")
    chosen: Select[Any] = select(*(TRAINEE.c[name] for name in (*names, *place)), Cohort.id)
    joined = chosen.outerjoin_from(TRAINEE, Cohort, Cohort.code == TRAINEE.c.cohort)
    return joined.where(and_(valid_trainees(intake), not_(there))).order_by(TRAINEE.c.row).limit(LOOKED_AT)
