"""The people behind a figure, as the address of a number names it: figure, organisation, as at, known at, structure."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select

from tracker.core.clock import today
from tracker.core.db import db
from tracker.core.metric import Knowledge, Metric
from tracker.core.text import format_day, format_instant
from tracker.progress.asked import TODAY, read_as_at, read_known_at
from tracker.progress.queries.records import people_counted
from tracker.progress.registry import METRICS, VACANCY_STRAND
from tracker.progress.structure import load_structure
from tracker.register.asked import Asked


@dataclass(frozen=True)
class Counted:
    """The people a figure rests on: a select of their ids, and the figure in words."""

    metric: Metric
    people: Select[int]
    words: str

    def total(self) -> int:
        """How many people that is, whoever may be seen of them."""
        people = self.people.distinct().subquery()
        return db.session.scalar(select(func.count()).select_from(people)) or 0

    def note(self, shown: int) -> str:
        """What a reader must know to make the list agree with the number; nothing where it does by itself."""
        if self.metric.record == "journey":
            return "The figure counts enrolments: these are the people they belong to."
        gone = self.total() - shown
        if gone <= 0:
            return ""
        people = "1 more person is counted, who has" if gone == 1 else f"{gone} more people are counted, who have"
        return f"{people} since left the organisations you look after."


def counted(asked: Asked, reach: frozenset[int] | None) -> Counted | None:
    """The people behind the figure that is asked for; None where the address asks for no figure of people.

    :param reach: the organisations for which the reader may see who is counted; None for all.
    :raises LookupError: if there is no such figure, or it is one of vacancies, which are no people.
    :raises ValueError: with a sentence, if a date is none.
    :raises DomainError: if there is no such organisation.
    """
    if not asked.figure:
        return None
    metric = METRICS.get(asked.figure)
    if metric is None or metric.strand == VACANCY_STRAND:
        raise LookupError(asked.figure)
    as_at = read_as_at(asked.as_at) if asked.as_at else today() - timedelta(days=1)
    known_at = read_known_at(asked.known_at) if asked.known_at else None
    structure = load_structure()
    scope = structure.scope(
        asked.organisation or None, with_children=bool(asked.children), today=asked.structure == TODAY
    )
    people = people_counted(metric, structure, scope, as_at, Knowledge(at=known_at), reach=reach)
    known = f", as known on {format_instant(known_at)}" if known_at else ""
    bodies = " with its bodies" if asked.children else ""
    return Counted(metric, people, f"{metric.label}: {scope.name}{bodies}, as at {format_day(as_at)}{known}")
