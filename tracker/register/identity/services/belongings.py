"""What belongs to a person, and goes over to another record when two are made one.

A table that names a person stands either in `MOVED` or in `STAYS`; a test sees to it.
"""

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.core.db import Model, db
from tracker.ledger.models import Journey
from tracker.people.identity.models import MergeMove, PersonMerge
from tracker.people.models import Person, Posting
from tracker.register.identity.services import wishes
from tracker.training.models import EnrolmentKey

MOVED: dict[str, str] = {"enrolment_draft": "", "follow": "user_id", "candidate": ""}
"""Tables whose rows go over as they are, each with the column that may name a person once only, if there is one: a row
that would name the survivor a second time stays where it is. Journeys and postings go over by rules of their own, and
so does what a fellow looks for (`wishes`)."""

STAYS = frozenset(
    {
        *("person_word", "posting_span", "stage_span", "enrolment_key"),
        *("finding", "duplicate_pair", "person_former", "person_merge", "merge_move"),
    }
)
"""Tables that name a person and are not moved: worked out anew, or about the record as it was."""


class Belongings:
    """Gives rows to another person, and writes down whose they were."""

    def __init__(self, session: Session, record: PersonMerge) -> None:
        self.session, self.record = session, record

    def give(self, name: str, rows: list[int], to_id: int) -> None:
        """Give rows of a table to a person."""
        table = table_of(name)
        held = select(table.c.id, table.c.person_id).where(table.c.id.in_(rows))
        before = [(row.id, row.person_id) for row in self.session.execute(held)]
        for id, person_id in before:
            self.note(name, id, person_id)
        changed: dict[str, object] = {"person_id": to_id}
        if "version" in table.c:
            changed["version"] = table.c.version + 1
        self.session.execute(update(table).where(table.c.id.in_(rows)).values(**changed))

    def note(self, name: str, row_id: int, person_id: int, stood_in_for_id: int | None = None) -> None:
        """Write down whose a row was."""
        key = (self.record.id, name, row_id)
        noted = self.session.get(MergeMove, key)
        if noted is None:
            noted = MergeMove(merge_id=key[0], table_name=name, row_id=row_id, person_id=person_id)
            self.session.add(noted)
        noted.stood_in_for_id = stood_in_for_id or noted.stood_in_for_id
        self.session.flush()

    def give_simple(self) -> None:
        """Give everything that goes over as it is."""
        merged_id, survivor_id = self.record.merged_id, self.record.survivor_id
        for name, once in MOVED.items():
            table = table_of(name)
            rows = select(table.c.id).where(table.c.person_id == merged_id)
            if once:
                held = select(table.c[once]).where(table.c.person_id == survivor_id)
                rows = rows.where(table.c[once].not_in(held))
            self.give(name, list(self.session.scalars(rows)), survivor_id)

    def give_wishes(self) -> None:
        """Give what the other record says of what a fellow looks for, as far as the survivor's says nothing."""
        merged_id, survivor_id = self.record.merged_id, self.record.survivor_id
        for name, row_id in wishes.to_take(self.session, merged_id, survivor_id):
            self.note(name, row_id, merged_id)
            wishes.move(self.session, name, row_id, merged_id, survivor_id)

    def put_back(self) -> None:
        """Give every row back to whom it belonged before."""
        moves = self.session.scalars(select(MergeMove).where(MergeMove.merge_id == self.record.id)).all()
        for move in moves:
            if move.table_name in {wishes.LOOKS_FOR, wishes.RANKS}:
                wishes.move(self.session, move.table_name, move.row_id, self.record.survivor_id, move.person_id)
                continue
            table = table_of(move.table_name)
            changed: dict[str, object] = {"person_id": move.person_id}
            if "version" in table.c:
                changed["version"] = table.c.version + 1
            self.session.execute(update(table).where(table.c.id == move.row_id).values(**changed))


def table_of(name: str) -> Table:
    """The table with a name."""
    return Model.metadata.tables[name]


def rows_of(model: type[Journey] | type[Posting], person: Person) -> list[int]:
    """The ids of somebody's journeys or postings."""
    return list(db.session.scalars(select(model.id).where(model.person_id == person.id).order_by(model.id)))


def keep_keys(session: Session, people: list[int]) -> None:
    """Have the keys by which files name enrolments name whom their enrolments belong to now."""
    journeys = select(Journey.id).where(Journey.person_id.in_(people))
    kept = select(EnrolmentKey.cohort_id, EnrolmentKey.journey_id).where(EnrolmentKey.journey_id.in_(journeys))
    rows = [
        {"person_id": owner, "cohort_id": cohort_id, "journey_id": journey_id}
        for cohort_id, journey_id, owner in session.execute(
            kept.add_columns(Journey.person_id).join(Journey, Journey.id == EnrolmentKey.journey_id)
        )
    ]
    session.execute(delete(EnrolmentKey).where(EnrolmentKey.journey_id.in_(journeys)))
    if rows:
        session.execute(insert(EnrolmentKey), rows)
    session.expire_all()
