"""What a fellow looks for and how projects are ranked, in a merge: rows that are found by whose they are.

What only one record says goes over. Where both say what they look for, or rank the same project, the survivor's word
stands and the other's stays with the record that goes.
"""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.fellowships.models import FellowSkill, Preference, ProjectChoice

LOOKS_FOR, RANKS = Preference.__tablename__, ProjectChoice.__tablename__


def to_take(session: Session, merged_id: int, survivor_id: int) -> list[tuple[str, int]]:
    """What goes over: tables, each with what finds the row beside the person (of a ranking, the project)."""
    both = (merged_id, survivor_id)
    looking = set(session.scalars(select(Preference.person_id).where(Preference.person_id.in_(both))))
    taken = [(LOOKS_FOR, merged_id)] if looking == {merged_id} else []
    ranked = select(ProjectChoice.project_id).where(ProjectChoice.person_id == survivor_id)
    rows = select(ProjectChoice.project_id).where(
        ProjectChoice.person_id == merged_id, ProjectChoice.project_id.not_in(ranked)
    )
    return taken + [(RANKS, id) for id in session.scalars(rows.order_by(ProjectChoice.project_id))]


def move(session: Session, name: str, row_id: int, from_id: int, to_id: int) -> None:
    """Have a row of one of the two tables be somebody else's; nothing, if it is not there any more."""
    if name == RANKS:
        theirs = (ProjectChoice.person_id == from_id, ProjectChoice.project_id == row_id)
        session.execute(update(ProjectChoice).where(*theirs).values(person_id=to_id))
        return
    kept = select(*Preference.__table__.columns).where(Preference.person_id == from_id)
    row = session.execute(kept).mappings().one_or_none()
    if row is None:
        return
    # The skills hang on the row: they go over while both are there.
    session.execute(insert(Preference).values({**row, "person_id": to_id, "version": row["version"] + 1}))
    session.execute(update(FellowSkill).where(FellowSkill.person_id == from_id).values(person_id=to_id))
    session.execute(delete(Preference).where(Preference.person_id == from_id))
