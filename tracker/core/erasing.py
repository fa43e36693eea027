"""Taking somebody's names and addresses out of words that others wrote, in records that are not theirs."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from tracker.core.db import Model, db
from tracker.core.subject import Subject


def take_out(subject: Subject, words: Mapping[type[Model], Sequence[str]]) -> None:
    """Have some columns of text say `[removed]` wherever they name somebody in full or by an address.

    A first name alone may be anybody's, and stays. The caller owns the transaction.
    """
    session = db.session()
    session.flush()
    session.expire_all()
    for model, columns in words.items():
        for name in columns:
            column = getattr(model, name)
            naming = [column.icontains(word, autoescape=True) for word in subject.words]
            for row in session.scalars(select(model).where(or_(*naming))) if naming else ():
                setattr(row, name, subject.taken_out_of(getattr(row, name)))
    session.flush()
