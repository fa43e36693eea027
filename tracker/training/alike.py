"""The facts that likenesses of people are judged by (`people.likeness`), read from the records: of all, or of some."""

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import CTE, JSON, Integer, Select, String, and_, cast, func, literal, or_, select, union
from sqlalchemy.orm import Session

from tracker.core.calendar import LAST_DAY
from tracker.core.db import is_sqlite
from tracker.core.text import name_key, name_words
from tracker.people.identity.models import FormerDetails
from tracker.people.likeness import Facts, Rarity, Records
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
            FormerDetails, FormerDetails.person_id == Person.id
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
    people = session.scalar(select(func.count()).select_from(Person).where(Person.removed_at.is_(None))) or 0
    places = PostingSpan.organisation_id
    return Rarity(
        people=people,
        words=_counted(session, PersonWord.word, among.words),
        organisations=_counted(session, places, among.organisations, PostingSpan.ends_on == LAST_DAY),
        cohorts=_counted(session, EnrolmentKey.cohort_id, among.cohorts),
    )


def _counted(session: Session, column: Any, wanted: Collection[Any], *where: Any) -> Counter[Any]:
    found: Counter[Any] = Counter()
    every = sorted(wanted)
    for start in range(0, len(every), AT_ONCE):
        some = column.in_(every[start : start + AT_ONCE])
        found.update(dict(session.execute(select(column, func.count()).where(some, *where).group_by(column)).all()))
    return found


class _Key(NamedTuple):
    """What others are looked up by: the same name, the same address up to the @, a first name in the same place."""

    name_key: str
    address_from: str
    address_to: str
    first: str
    organisation: int | None
    cohort: int | None


def candidates(session: Session, facts: Iterable[Facts]) -> Select[int]:
    """The ids of people there are who share enough with some facts to be looked at, by a few looks into indexes."""
    looked_for = [key for one in facts for key in _keys(one)]
    keys = _as_table(session, looked_for)
    named = select(Person.id).join(keys, keys.c.name_key == Person.name_key)
    addressed = select(Person.id).where(Person.id.in_(_addressed(session, looked_for)))
    shares = select(PersonWord.person_id).join_from(keys, PersonWord, PersonWord.word == keys.c.first)
    here = and_(PostingSpan.person_id == PersonWord.person_id, PostingSpan.ends_on == LAST_DAY)
    posted = shares.join(PostingSpan, here).where(PostingSpan.organisation_id == keys.c.organisation)
    enrolled = shares.join(
        EnrolmentKey,
        and_(EnrolmentKey.person_id == PersonWord.person_id, EnrolmentKey.cohort_id == keys.c.cohort),
    )
    return select(union(named, addressed, posted, enrolled).subquery().c[0])


def _addressed(session: Session, keys: list[_Key]) -> list[int]:
    """The ids of people with one of the addresses up to the @: ranges of words, some at a time, each by the index."""
    found: set[int] = set()
    ranges = [(key.address_from, key.address_to) for key in keys if key.address_from]
    for start in range(0, len(ranges), RANGES):
        some = (and_(PersonWord.word >= low, PersonWord.word < high) for low, high in ranges[start : start + RANGES])
        found.update(session.scalars(select(PersonWord.person_id).where(or_(*some))))
    return sorted(found)


def _keys(facts: Facts) -> Iterator[_Key]:
    words = name_words(facts.first_name) or name_words(facts.last_name) or [""]
    local = facts.email.partition("@")[0].casefold()
    # Whoever has the very same address up to the @ has it as a word of theirs: it begins so, and goes on with the @.
    yield _Key(
        name_key(facts.first_name, facts.last_name)[:210],
        f"{local}@",
        f"{local}A",
        words[0],
        facts.organisation,
        next(iter(facts.cohorts), None),
    )
    for cohort in facts.cohorts[1:]:
        yield _Key("", "", "", words[0], None, cohort)


def _as_table(session: Session, keys: list[_Key]) -> CTE:
    """The keys as a table of the statement, however many they are: sent as one text."""
    text = json.dumps(keys, ensure_ascii=False)
    types = (String, String, String, String, Integer, Integer)
    if is_sqlite(session):
        each = func.json_each(text).table_valued("value")
        columns: list[Any] = [func.json_extract(each.c.value, f"$[{place}]") for place in range(len(types))]
    else:
        each = func.json_array_elements(cast(literal(text), JSON)).table_valued("value").render_derived()
        columns = [each.c.value.op("->>")(place) for place in range(len(types))]
    named: Any = (
        cast(column, kind).label(name) for name, column, kind in zip(_Key._fields, columns, types, strict=True)
    )
    return select(*named).select_from(each).cte("looked_for")
