"""People a list would create who may be somebody there is, or somebody else in it: shown to decide, never refused.

A name alone proves nothing where many share it: something else has to match too.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, func, not_, select
from sqlalchemy.orm import Session, aliased

from tracker.core.calendar import LAST_DAY
from tracker.core.intake import Intake
from tracker.core.text import fold, name_words
from tracker.people.models import Person, Posting, PostingSpan
from tracker.training.imports.matching import TRAINEE, valid_trainees

ENOUGH = 3
"""How much besides the name has to match."""
WEIGHTS = {"address before the @": 2, "organisation": 2, "grade": 1, "profession": 1, "region": 1}
MOST = 5_000
"""Most pairs looked at, and told."""

FEW = 10_000
"""Up to so many rows are also compared with everybody in the same place: that takes time for each."""

PLACE = ("organisation_id", "grade_id", "profession_id", "region_id")
FACTS = ("ref", "first_name", "last_name", "email", *PLACE)


def suspects(session: Session, intake: Intake) -> Iterator[dict[str, Any]]:
    """Pairs that may be one person: the row, both references, what matches and what differs."""
    seen: set[frozenset[str]] = set()
    rows = session.scalar(select(func.count()).where(valid_trainees(intake))) or 0
    by_place = [_by_place(intake)] if rows <= FEW else []
    for statement in (_by_name(intake), *by_place, _within(intake)):
        for row, *facts in session.execute(statement.limit(MOST)):
            new, other = facts[: len(FACTS)], facts[len(FACTS) :]
            pair = frozenset((new[0], other[0]))
            if pair in seen:
                continue
            seen.add(pair)
            compared = _compared(dict(zip(FACTS, new, strict=True)), dict(zip(FACTS, other, strict=True)))
            if compared is not None:
                yield {"row": row, "ref": new[0], "other": other[0], **compared}


def _new_rows(rows: Any, intake: Intake) -> Any:
    known = aliased(Person)
    there = exists().where(known.ref == rows.c.person_ref, known.removed_at.is_(None))
    return and_(rows.c.import_id == intake.import_id, rows.c.is_valid, not_(there))


def _of_row(rows: Any) -> list[Any]:
    return [rows.c.person_ref, *(rows.c[name] for name in FACTS[1:])]


OF_PERSON = (
    Person.ref,
    Person.first_name,
    Person.last_name,
    Person.email,
    Posting.organisation_id,
    Posting.grade_id,
    Posting.profession_id,
    Posting.region_id,
)


def _with_posting(chosen: Select[Any]) -> Select[Any]:
    now = and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY)
    return chosen.outerjoin(PostingSpan, now).outerjoin(Posting, Posting.id == PostingSpan.posting_id)


def _by_name(intake: Intake) -> Select[Any]:
    """People there are whose names are the same, however ordered, accented or titled."""
    chosen = select(TRAINEE.c.row, *_of_row(TRAINEE), *OF_PERSON)
    chosen = chosen.join_from(TRAINEE, Person, Person.name_key == TRAINEE.c.name_key)
    return _with_posting(chosen).where(
        _new_rows(TRAINEE, intake), Person.removed_at.is_(None), Person.ref != TRAINEE.c.person_ref
    )


def _by_place(intake: Intake) -> Select[Any]:
    """People there are with one of the names, in the same organisation, grade, profession and region."""
    chosen = select(TRAINEE.c.row, *_of_row(TRAINEE), *OF_PERSON).join_from(
        TRAINEE,
        Posting,
        and_(*(getattr(Posting, name) == TRAINEE.c[name] for name in PLACE)),
    )
    now = and_(PostingSpan.posting_id == Posting.id, PostingSpan.ends_on == LAST_DAY)
    return (
        chosen.join(PostingSpan, now)
        .join(Person, Person.id == Posting.person_id)
        .where(
            _new_rows(TRAINEE, intake),
            Person.removed_at.is_(None),
            Person.ref != TRAINEE.c.person_ref,
            (Person.first_name == TRAINEE.c.first_name) | (Person.last_name == TRAINEE.c.last_name),
        )
    )


def _within(intake: Intake) -> Select[Any]:
    """Two new people of the file with the same names."""
    other = TRAINEE.alias()
    chosen = select(TRAINEE.c.row, *_of_row(TRAINEE), *_of_row(other)).join_from(
        TRAINEE,
        other,
        and_(
            other.c.import_id == TRAINEE.c.import_id,
            other.c.name_key == TRAINEE.c.name_key,
            other.c.row < TRAINEE.c.row,
            other.c.person_ref != TRAINEE.c.person_ref,
        ),
    )
    return chosen.where(valid_trainees(intake), _new_rows(TRAINEE, intake), _new_rows(other, intake))


def _compared(new: dict[str, Any], other: dict[str, Any]) -> dict[str, list[str]] | None:
    """What matches and what differs; None where too little matches."""
    words, other_words = (set(name_words(one["first_name"], one["last_name"])) for one in (new, other))
    facts = {"name": words == other_words, "address before the @": _local(new["email"]) == _local(other["email"])}
    for name in ("organisation", "grade", "profession", "region"):
        mine, others = new[f"{name}_id"], other[f"{name}_id"]
        if mine is not None and others is not None:
            facts[name] = mine == others
    weight = sum(WEIGHTS.get(name, 0) for name, is_same in facts.items() if is_same)
    in_one_place = all(facts.get(name) for name in ("organisation", "grade", "profession", "region"))
    if not words & other_words or not (facts["name"] or in_one_place) or weight < ENOUGH:
        return None
    return {
        "matches": [name for name, is_same in facts.items() if is_same],
        "differs": [name for name, is_same in facts.items() if not is_same],
    }


def _local(email: str) -> str:
    return fold(email.partition("@")[0])
