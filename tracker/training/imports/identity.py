"""Whom rows mean whose reference was merged away, and what people were called before a file said otherwise."""

from typing import Any

from sqlalchemy import Table, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from tracker.core.db import UtcDateTime
from tracker.core.intake import Intake
from tracker.people.identity.models import FormerDetails
from tracker.people.identity.queries import stands_for
from tracker.people.models import Person
from tracker.training.imports.tables import PERSON_CHANGE

OWN = ("first_name", "last_name", "email", "email_key", "name_key", "sort_key")
"""What a row says of who somebody is."""


def name_survivors(session: Session, intake: Intake, rows: Table) -> None:
    """Have rows that name somebody by a reference which was merged away name who stands for them now.

    A file that still has the old reference is older than the merge: it changes neither the name nor the address. Nor
    does a file give somebody a name again who was anonymised.
    """
    merged, old = stands_for(), aliased(Person)
    in_file = select(rows.c.person_ref).where(rows.c.import_id == intake.import_id)
    own = [getattr(Person, name) for name in OWN]
    named: Any = (
        select(old.ref.label("was"), Person.ref, *own)
        .select_from(merged)
        .join(old, old.id == merged.c.person_id)
        .join(Person, Person.id == merged.c.survivor_id)
        .where(old.ref.in_(in_file))
    )
    forgotten: Any = select(Person.ref.label("was"), Person.ref, *own).where(
        Person.anonymised_at.is_not(None), Person.ref.in_(in_file)
    )
    for row in [*session.execute(named), *session.execute(forgotten)]:
        said = {name: getattr(row, name) for name in OWN if name in rows.c}
        session.execute(
            update(rows)
            .where(rows.c.import_id == intake.import_id, rows.c.person_ref == row.was)
            .values(person_ref=row.ref, **said)
        )


def keep_former(session: Session, intake: Intake) -> None:
    """Keep what people are called whose name or address a file is about to change."""
    renamed = select(PERSON_CHANGE.c.person_id).where(
        PERSON_CHANGE.c.import_id == intake.import_id, PERSON_CHANGE.c.field.in_(("first_name", "last_name", "email"))
    )
    before = select(
        *(Person.id, Person.first_name, Person.last_name, Person.email, Person.email_key),
        literal(intake.instant, UtcDateTime()),
        literal(intake.by_id),
        literal(intake.import_id),
    ).where(Person.id.in_(renamed))
    columns = ["person_id", "first_name", "last_name", "email", "email_key", "ended_at", "ended_by_id", "import_id"]
    session.execute(insert(FormerDetails).from_select(columns, before))
