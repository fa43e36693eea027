"""What the rows of a list leave unsaid."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.core.intake import Intake
from tracker.people.models import Person, Posting, PostingSpan
from tracker.training.imports.matching import TRAINEE, valid_trainees


def keep_what_is_not_said(session: Session, intake: Intake) -> None:
    """Take an empty profession or region for no statement: where a row names the organisation somebody was in on its
    day, what was known of them there goes on. In another organisation it is not known.
    """
    if session.scalar(select(Person.id).limit(1)) is None:
        return
    for name in ("profession_id", "region_id"):
        held = (
            select(getattr(Posting, name))
            .join(PostingSpan, PostingSpan.posting_id == Posting.id)
            .join(Person, Person.id == PostingSpan.person_id)
            .where(Person.ref == TRAINEE.c.person_ref, Posting.organisation_id == TRAINEE.c.organisation_id)
            .where(PostingSpan.starts_on <= TRAINEE.c.effective_on, TRAINEE.c.effective_on < PostingSpan.ends_on)
        )
        is_empty = (valid_trainees(intake), TRAINEE.c[name].is_(None))
        session.execute(update(TRAINEE).where(*is_empty).values({name: held.scalar_subquery()}))
