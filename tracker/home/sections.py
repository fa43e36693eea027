"""What stands on the front page: what needs doing, as counts that open lists of that length, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.core import clock, health
from tracker.core.text import format_number
from tracker.fellowships import front as fellowships
from tracker.following import queries as following
from tracker.following.models import SavedView
from tracker.home import queries
from tracker.home.queries import Accounts, Happened, Running
from tracker.imports.board import kinds_for
from tracker.imports.models import ImportBatch
from tracker.leadership.queries import vacancies
from tracker.leadership.queries.scores import Seat, seats_of
from tracker.people.models import Person, PostingSpan
from tracker.progress import questions
from tracker.progress.asked import Asked
from tracker.progress.ground import Viewer
from tracker.progress.pages import Page, compose
from tracker.progress.queries.snapshots import NotCompiled
from tracker.progress.structure import load_structure
from tracker.progress.table import USUAL
from tracker.quality import board
from tracker.quality import queries as quality
from tracker.register.identity import queries as identity
from tracker.training import queries as training
from tracker.training import rolls


@dataclass(frozen=True)
class Task:
    """Something that waits: how many, what, and the list of just so many."""

    count: int
    text: str
    href: str

    @property
    def number(self) -> str:
        """The count as it is printed."""
        return format_number(self.count)


@dataclass(frozen=True)
class Front:
    """The sections of one reader's front page; None or empty where a section is not for them, or says nothing."""

    tasks: Sequence[Task] | None
    views: Sequence[SavedView]
    is_following: bool
    sees_progress: bool
    cohorts: Sequence[Running]
    recent: Sequence[Happened]
    imports: Sequence[ImportBatch]
    accounts: Accounts | None
    faults: Sequence[str] | None
    may_audit: bool
    own: Person | None
    may_wish: bool
    seats: Sequence[Seat]
    fellow: Sequence[fellowships.Card] = ()
    supervisor: fellowships.Desk | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing for this reader yet."""
        told = (self.accounts, self.own, self.fellow, self.supervisor, self.seats)
        return self.tasks is None and not self.sees_progress and not self.may_audit and not any(told)


def front(user: User) -> Front:
    """The front page of a reader, by what they may do and how far that reaches."""
    sees_all = user.reach(Permission.COHORTS_VIEW) is None
    own = queries.own(user.id)
    return Front(
        tasks=tasks(user) if may_act(user) else None,
        views=following.views_for(user),
        is_following=own.is_following,
        sees_progress=reaches(user, Permission.PROGRESS_VIEW),
        cohorts=queries.running_cohorts(clock.today()) if user.may(Permission.COHORTS_VIEW) and sees_all else (),
        recent=_recent(user) if reaches(user, Permission.EVENT_RECORD) else (),
        imports=queries.latest_imports(kinds_for(user, Permission.IMPORT_VIEW)),
        accounts=queries.accounts() if user.may(Permission.USERS_MANAGE) else None,
        faults=_faults() if user.may(Permission.JOBS_VIEW) else None,
        may_audit=user.may(Permission.AUDIT_VIEW),
        own=own.record,
        may_wish=user.may(Permission.PREFERENCES_WRITE) and not reaches(user, Permission.PREFERENCES_WRITE),
        fellow=fellowships.cards(user) if user.may(Permission.LOGS_WRITE) else (),
        supervisor=fellowships.supervisors_desk(user) if user.may(Permission.LOGS_SIGN) else None,
        seats=seats_of(user.id) if own.has_seats else (),
    )


def may_act(user: User) -> bool:
    """Whether something may wait for the reader: they record what happens to people, or to vacancies."""
    return reaches(user, Permission.EVENT_RECORD) or user.may(Permission.VACANCIES_EDIT)


def reaches(user: User, permission: Permission) -> bool:
    """Whether the reader holds a permission over anything but their own record."""
    return user.reach(permission) != frozenset()


ABOVE = frozenset({"break-overdue", "duplicate-person"})
"""Rules of which what breaks them stands above already, as it is now and not as it was last night."""


@dataclass(frozen=True)
class Waiting:
    """Something that may wait: the list of it, in words, and where that list is shown."""

    found: Select[Any]
    text: str
    href: str


def tasks(user: User) -> list[Task]:
    """What waits for this reader; nothing is listed of which there is none."""
    first, last = _first(user), _last(user)
    counted = queries.how_many([one.found for one in (*first, *last)])
    told = [Task(count, one.text, one.href) for count, one in zip(counted, (*first, *last), strict=True)]
    found = [*told[: len(first)], *_broken_rules(user), *told[len(first) :]]
    return [task for task in found if task.count]


def _first(user: User) -> list[Waiting]:
    found = []
    if reaches(user, Permission.EVENT_RECORD):
        people = user.sees(Permission.EVENT_RECORD, PostingSpan.organisation_id, Person.user_id)
        overdue = training.overdue(clock.today(), people)
        found.append(Waiting(overdue, "people on a break past the return they promised", url_for("breaks.index")))
    if user.may(Permission.COHORTS_EDIT):
        soon = queries.cohorts_of(rolls.begin_soon())
        found.append(
            Waiting(soon, "cohorts beginning within 14 days with places left", url_for("cohorts.index", soon=1))
        )
    if user.may(Permission.PEOPLE_MERGE):
        pairs = identity.open_pairs(decided=False)
        found.append(Waiting(pairs, "pairs of records that may be of one person", url_for("identity.index")))
    if user.may(Permission.VACANCIES_EDIT):
        late = vacancies.late_for(user, clock.today())
        found.append(
            Waiting(late, "vacancies past the target of their stage", url_for("leadership.index", show="late"))
        )
    return found


def _broken_rules(user: User) -> list[Task]:
    if not reaches(user, Permission.QUALITY_VIEW):
        return []
    return [
        Task(count, rule.title, url_for("quality.rule", code=rule.code))
        for rule, count in board.waiting(_findings(user))
        if rule.code not in ABOVE
    ]


def _findings(user: User) -> ColumnElement[bool]:
    return user.sees(Permission.QUALITY_VIEW, PostingSpan.organisation_id, Person.user_id)


def _last(user: User) -> list[Waiting]:
    found = []
    if reaches(user, Permission.QUALITY_VIEW):
        given = quality.given_to(user, _findings(user), clock.today())
        found.append(Waiting(given, "findings you look after", url_for("quality.mine")))
    if user.may(Permission.IMPORT_LOAD):
        checked = queries.imports_to_decide(kinds_for(user, Permission.IMPORT_LOAD))
        found.append(Waiting(checked, "files checked and not yet loaded", url_for("imports.index", waiting="yes")))
    return found


def viewer_of(user: User) -> Viewer:
    """How far a reader's authority over figures reaches."""
    return Viewer(
        user.reach(Permission.PROGRESS_VIEW),
        user.may(Permission.PROGRESS_RECORDS),
        user.reach(Permission.VACANCIES_VIEW) is None,
    )


def progress(viewer: Viewer) -> Page | None:
    """The headline progress within reach; None where nothing was compiled."""
    structure = load_structure()
    try:
        return compose(structure, questions.overview(structure, viewer, Asked()), Asked(), viewer, USUAL)
    except NotCompiled:
        return None


def _recent(user: User) -> list[Happened]:
    return queries.recent_events(user.sees(Permission.PEOPLE_VIEW, PostingSpan.organisation_id, Person.user_id))


def _faults() -> list[str]:
    """What the checks of the service found wrong. That the database answers is known: this page is from it."""
    return [f"{name}: {fault}" for name, fault in health.readiness(known={health.DATABASE}).items() if fault]
