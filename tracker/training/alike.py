"""The facts that likenesses of people are judged by (`people.likeness`), read from the records: of all, or of some."""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain, groupby
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.core.calendar import LAST_DAY
from tracker.core.sql import all_of, listed
from tracker.core.text import name_key, name_words
from tracker.people.identity.models import FormerDetails
from tracker.people.likeness import Facts, Rarity, Records, first_word
from tracker.people.models import Person, PersonWord, Posting, PostingSpan
from tracker.training.models import EnrolmentKey

AT_ONCE, RANGES = 1_000, 100


def read(session: Session, people: Select[int] | None = None) -> Iterator[Facts]:
    """The facts of people there are, each as they are called now and as they were called before.

    :param people: a select of person ids; None for everybody.
    """
    names: tuple[Any, ...] = (
        select(Person.id, Person.first_name, Person.last_name, Person.email),
        select(Person.id, FormerDetails.first_name, FormerDetails.last_name, FormerDetails.email).join(
            FormerDetails, and_(FormerDetails.person_id == Person.id, FormerDetails.email_key != "")
        ),
    )
    for named in names:
        rows = _those(_placed(named), Person.id, people).order_by(Person.id).execution_options(yield_per=AT_ONCE)
        with closing(_Rolls(session, people)) as rolls:
            for row in session.execute(rows):
                yield Facts._make((*row, rolls.of(row[0])))


class _Rolls:
    """The cohorts of people who are asked for in the order of their ids, read beside them: never all at once."""

    def __init__(self, session: Session, people: Select[int] | None) -> None:
        """Begin with the lowest id."""
        keys: Any = select(EnrolmentKey.person_id, EnrolmentKey.cohort_id)
        chosen = _those(keys, EnrolmentKey.person_id, people).order_by(*keys.selected_columns)
        self.read = session.execute(chosen.execution_options(yield_per=AT_ONCE))
        self.rows = groupby(self.read, key=lambda row: row[0])
        self.at, self.cohorts = 0, tuple[int, ...]()

    def close(self) -> None:
        """Read no more."""
        self.read.close()

    def of(self, person_id: int) -> tuple[int, ...]:
        """The cohorts of a person; nobody before them is asked for again."""
        while self.at < person_id:
            self.at, group = next(self.rows, (sys.maxsize, iter(())))
            self.cohorts = tuple(row[1] for row in group)
        return self.cohorts if self.at == person_id else ()


def _placed(named: Select[Any]) -> Select[Any]:
    """People with where they are posted now."""
    here = and_(PostingSpan.person_id == Person.id, PostingSpan.ends_on == LAST_DAY)
    place = (Posting.organisation_id, Posting.grade_id, Posting.profession_id, Posting.region_id)
    placed = named.add_columns(*place).outerjoin(PostingSpan, here)
    return placed.outerjoin(Posting, Posting.id == PostingSpan.posting_id).where(Person.removed_at.is_(None))


def _those(rows: Select[Any], person_id: Any, people: Select[int] | None) -> Select[Any]:
    return rows if people is None else rows.where(person_id.in_(people))


def rarity(session: Session, records: Records) -> Rarity:
    """How rare the words, organisations and cohorts of some records are among everybody."""
    among = records.count()
    places = PostingSpan.organisation_id
    return Rarity(
        people=_how_many(session),
        words=_counted(session, PersonWord.word, among.words),
        organisations=_counted(session, places, among.organisations, PostingSpan.ends_on == LAST_DAY),
        cohorts=_counted(session, EnrolmentKey.cohort_id, among.cohorts),
    )


def _how_many(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person).where(Person.removed_at.is_(None))) or 0


def _counted(session: Session, column: Any, wanted: Collection[Any], *where: Any) -> Counter[Any]:
    found: Counter[Any] = Counter()
    every = sorted(wanted)
    for start in range(0, len(every), AT_ONCE):
        some = column.in_(every[start : start + AT_ONCE])
        found.update(dict(session.execute(select(column, func.count()).where(some, *where).group_by(column)).all()))
    return found


def candidates(session: Session, facts: Iterable[Facts]) -> Select[int]:
    """The ids of people there are who share enough with some facts to be looked at, by a few looks into indexes.

    They are found once and listed: whoever reads them reads them several times.
    """
    every = list(facts)
    return listed(_named(session, every) | _addressed(session, every) | _near(session, every))


def _named(session: Session, facts: Iterable[Facts]) -> set[int]:
    """The ids of people with one of the names, however it is written."""
    keys = sorted({name_key(one.first_name, one.last_name)[:210] for one in facts} - {""})
    return set().union(*_having(session, Person.name_key, Person.id, keys).values())


def _addressed(session: Session, facts: Iterable[Facts]) -> set[int]:
    """The ids of people with one of the addresses up to the @: ranges of words, some at a time, each by the index.

    Whoever has the very same address up to the @ has it as a word of theirs: it begins so, and goes on with the @.
    """
    found: set[int] = set()
    parts = sorted({one.email.partition("@")[0].casefold() for one in facts} - {""})
    for start in range(0, len(parts), RANGES):
        some = (
            and_(PersonWord.word >= f"{local}@", PersonWord.word < f"{local}A")
            for local in parts[start : start + RANGES]
        )
        found.update(session.scalars(select(PersonWord.person_id).where(or_(*some))))
    return found


def _near(session: Session, facts: Sequence[Facts]) -> set[int]:
    """The ids of people who have a first name in common with one of the facts, and besides another word of the name,
    a cohort or the organisation; the last two where that can be enough, all else being the same.
    """
    names = [(first_word(one), one) for one in facts]
    words = {word for _, one in names for word in name_words(one.first_name, one.last_name)}
    having = _having(session, PersonWord.word, PersonWord.person_id, words)
    counted = Rarity(_how_many(session), Counter({word: len(people) for word, people in having.items()}))
    enrolled = [pair for pair in names if counted.may_be_enough(pair[0], in_a_cohort=True)]
    posted = [pair for pair in names if counted.may_be_enough(pair[0], in_a_cohort=False)]
    cohorts = {cohort for _, one in enrolled for cohort in one.cohorts}
    members = _having(session, EnrolmentKey.cohort_id, EnrolmentKey.person_id, cohorts)
    here, places = PostingSpan.ends_on == LAST_DAY, {one.organisation for _, one in posted} - {None}
    staff = _having(session, PostingSpan.organisation_id, PostingSpan.person_id, places, here)
    groups = chain(
        ((word, having[other]) for word, one in names for other in name_words(one.last_name) if other != word),
        ((word, members[cohort]) for word, one in enrolled for cohort in one.cohorts),
        ((word, staff[one.organisation]) for word, one in posted),
    )
    return set().union(*(having[word] & group for word, group in groups))


def _having(session: Session, column: Any, person_id: Any, wanted: Iterable[Any], *where: Any) -> dict[Any, set[int]]:
    """The ids of people by what they have, of what is asked for; gathered by the database, a row for each."""
    found: dict[Any, set[int]] = defaultdict(set)
    every = sorted(wanted)
    for start in range(0, len(every), AT_ONCE):
        some = column.in_(every[start : start + AT_ONCE])
        for value, ids in session.execute(select(column, all_of(person_id)).where(some, *where).group_by(column)):
            found[value].update(ids)
    return found
