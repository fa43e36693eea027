"""What is held about somebody by those who follow: the views a user kept, and whom they follow."""

from sqlalchemy import delete, or_, select

from tracker.core.clock import now
from tracker.core.db import db
from tracker.core.subject import REMOVED, Facts, Part, Subject
from tracker.following.models import Follow, SavedView


def tell(subject: Subject) -> dict[str, Facts]:
    """The views they kept, and how much they follow: whom they follow is those people's data."""
    views = select(SavedView).where(SavedView.owner_id.in_(subject.users)).order_by(SavedView.id)
    follows = select(Follow).where(Follow.user_id.in_(subject.users)).order_by(Follow.id)
    return {
        "Views they kept": [
            {"Name": one.name, "Address": one.address, "Kept": one.created_at, "Deleted": one.deleted_at}
            for one in db.session.scalars(views)
        ],
        "What they follow": [
            {"Kind": "a cohort" if one.person_id is None else "a person", "Since": one.since}
            for one in db.session.scalars(follows)
        ],
    }


def forget(subject: Subject) -> None:
    """Delete their views and what they follow, and views by whomever that search for them, with all their words."""
    session = db.session()
    session.flush()
    # In an address a blank is a plus or %20, and an at sign %40.
    forms = {form for word in subject.words for form in (word, word.replace(" ", "+"), word.replace(" ", "%20"))}
    forms |= {form.replace("@", "%40").replace(",", "%2C") for form in forms}
    naming = [
        column.icontains(form, autoescape=True)
        for form in sorted(forms)
        for column in (SavedView.name, SavedView.address)
    ]
    for view in session.scalars(select(SavedView).where(or_(SavedView.owner_id.in_(subject.users), *naming))):
        view.name, view.address, view.deleted_at = REMOVED, "/", view.deleted_at or now()
    session.execute(delete(Follow).where(Follow.user_id.in_(subject.users)))
    session.flush()


PART = Part(tell, forget)
