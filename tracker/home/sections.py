"""What stands on the front page: what needs doing, as counts that open lists of that length, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

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
    progress: Page | None
    is_not_compiled: bool
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
        told = (self.progress, self.accounts, self.own, self.fellow, self.supervisor, self.seats)
        return self.tasks is None and not self.is_not_compiled and not self.may_audit and not any(told)


def front(user: User) -> Front:
    """The front page of a reader, by what they may do and how far that reaches."""
    progress, is_not_compiled = _progress(user) if reaches(user, Permission.PROGRESS_VIEW) else (None, False)
    sees_all = user.reach(Permission.COHORTS_VIEW) is None
    return Front(
        tasks=tasks(user) if may_act(user) else None,
        views=following.views_for(user),
        is_following=following.follows_anything(user),
        progress=progress,
        is_not_compiled=is_not_compiled,
        cohorts=queries.running_cohorts(clock.today()) if user.may(Permission.COHORTS_VIEW) and sees_all else (),
        recent=_recent(user) if reaches(user, Permission.EVENT_RECORD) else (),
        imports=queries.latest_imports(kinds_for(user, Permission.IMPORT_VIEW)),
        accounts=queries.accounts() if user.may(Permission.USERS_MANAGE) else None,
        faults=_faults() if user.may(Permission.JOBS_VIEW) else None,
        may_audit=user.may(Permission.AUDIT_VIEW),
        own=queries.own_record(user.id),
        may_wish=user.may(Permission.PREFERENCES_WRITE) and not reaches(user, Permission.PREFERENCES_WRITE),
        fellow=fellowships.cards(user) if user.may(Permission.LOGS_WRITE) else (),
        supervisor=fellowships.supervisors_desk(user) if user.may(Permission.LOGS_SIGN) else None,
        seats=seats_of(user.id),
    )


def may_act(user: User) -> bool:
    """Whether something may wait for the reader: they record what happens, or give findings to somebody."""
    return reaches(user, Permission.EVENT_RECORD)


def reaches(user: User, permission: Permission) -> bool:
    """Whether the reader holds a permission over anything but their own record."""
    return user.reach(permission) != frozenset()


ABOVE = frozenset({"break-overdue", "duplicate-person"})
"""Rules of which what breaks them stands above already, as it is now and not as it was last night."""


def tasks(user: User) -> list[Task]:
    """What waits for this reader; nothing is listed of which there is none."""
    found = []
    if reaches(user, Permission.EVENT_RECORD):
        people = user.sees(Permission.EVENT_RECORD, PostingSpan.organisation_id, Person.user_id)
        overdue = training.count_overdue_breaks(clock.today(), people)
        found.append(Task(overdue, "people on a break past the return they promised", url_for("breaks.index")))
    if user.may(Permission.COHORTS_EDIT):
        soon = training.number_of_cohorts(rolls.begin_soon())
        found.append(Task(soon, "cohorts beginning within 14 days with places left", url_for("cohorts.index", soon=1)))
    if user.may(Permission.PEOPLE_MERGE):
        pairs = identity.count_pairs(decided=False)
        found.append(Task(pairs, "pairs of records that may be of one person", url_for("identity.index")))
    if reaches(user, Permission.QUALITY_VIEW):
        findings = user.sees(Permission.QUALITY_VIEW, PostingSpan.organisation_id, Person.user_id)
        found += [
            Task(count, rule.title, url_for("quality.rule", code=rule.code))
            for rule, count in board.waiting(findings)
            if rule.code not in ABOVE
        ]
        found.append(Task(board.how_many_given(user, findings), "findings you look after", url_for("quality.mine")))
    if user.may(Permission.IMPORT_LOAD):
        waiting = url_for("imports.index", waiting="yes")
        found.append(
            Task(
                queries.imports_to_decide(kinds_for(user, Permission.IMPORT_LOAD)),
                "files checked and not yet loaded",
                waiting,
            )
        )
    return [task for task in found if task.count]


def _progress(user: User) -> tuple[Page | None, bool]:
    """The headline progress within reach; and whether there is none because nothing was compiled."""
    viewer = Viewer(
        user.reach(Permission.PROGRESS_VIEW),
        user.may(Permission.PROGRESS_RECORDS),
        user.reach(Permission.VACANCIES_VIEW) is None,
    )
    structure = load_structure()
    try:
        return compose(structure, questions.overview(structure, viewer, Asked()), Asked(), viewer, USUAL), False
    except NotCompiled:
        return None, True


def _recent(user: User) -> list[Happened]:
    return queries.recent_events(user.sees(Permission.PEOPLE_VIEW, PostingSpan.organisation_id, Person.user_id))


def _faults() -> list[str]:
    """What the checks of the service found wrong."""
    return [f"{name}: {fault}" for name, fault in health.readiness().items() if fault]
