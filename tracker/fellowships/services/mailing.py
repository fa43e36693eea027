"""Who is written to about weekly logs, and when: supervisors once a week, fellows when a log is due.

Each function writes for one supervisor or placement, in the caller's transaction, and at most once for one day.
"""

from collections.abc import Collection
from datetime import date, timedelta

from tracker.accounts.services import answer_links
from tracker.accounts.services.answer_links import LinkKind
from tracker.core import clock
from tracker.core.calendar import is_working_day, start_of_day, week_ending
from tracker.core.db import db
from tracker.core.subject import leads_nowhere
from tracker.core.text import email_key
from tracker.fellowships import letters, weeks
from tracker.fellowships.models import Notice, Placement, Supervisor
from tracker.fellowships.queries import afterwards as notices
from tracker.fellowships.queries import logs as queries
from tracker.fellowships.services.logs import send_empty_weeks
from tracker.fellowships.services.signing import standing
from tracker.organisations.queries import bank_holidays
from tracker.outbox import services as outbox

SIGN_OFF = LinkKind(
    name="sign-off",
    path="/fellowships/sign-off/by-link",
    lasts=timedelta(days=14),
    instead="The next weekly email brings a new link, or ask the programme team for one.",
)
REMINDED_AFTER = (1, 6)
"""Working days after the Friday of a week without a log, on which its fellow is reminded."""
LOOK_BACK_DAYS = 42
"""Nobody is reminded of weeks that ended longer ago: those are talked about, not mailed."""
REMIND_SUPERVISOR_AFTER = 3
"""Working days that a log waits before its supervisor is reminded in the middle of a week."""


def subject_of(supervisor: Supervisor) -> str:
    """What the audit trail calls a supervisor whom a link was sent to."""
    return f"supervisor:{supervisor.id}"


def supervisors_due(due: date) -> list[int]:
    """The supervisors to write to on a day: on the first working day of its week whoever has logs waiting, on the
    fourth those who let one wait for three working days."""
    holidays = bank_holidays()
    working = [day for day in weeks.days_of(week_ending(due)) if is_working_day(day, holidays)]
    if due not in (working[:1] + working[3:4]):
        return []
    waiting = queries.supervisors_with_waiting_logs()
    if due == working[0]:
        return [one.id for one in waiting]
    return [one.id for one in waiting if _has_waited(one, due, holidays)]


def _has_waited(supervisor: Supervisor, due: date, holidays: Collection[date]) -> bool:
    sent_on = [clock.london_day(version.submitted_at) for _, version in standing(queries.waiting_for(supervisor))]
    return any(weeks.working_days_since(day, due, holidays) > REMIND_SUPERVISOR_AFTER for day in sent_on)


def write_to_supervisor(supervisor_id: int, due: date) -> int:
    """Write to a supervisor with the link that opens the weeks that wait; 1 if a letter was written."""
    supervisor = db.session.get(Supervisor, supervisor_id)
    logs = standing(queries.waiting_for(supervisor)) if supervisor is not None else []
    if supervisor is None or leads_nowhere(supervisor.email) or not logs:
        return 0
    last = answer_links.last_issued(SIGN_OFF, subject_of(supervisor))
    if last is not None and last >= start_of_day(due):
        return 0
    link = answer_links.issue(SIGN_OFF, subject_of(supervisor), supervisor.email)
    outbox.enqueue(supervisor.email, *letters.weeks_to_sign(supervisor.shown_name, logs, link, SIGN_OFF.last_day()))
    return 1


def placements_to_remind(due: date) -> list[int]:
    """The placements whose fellows may owe a log, by journey."""
    return [one.journey_id for one in queries.in_post_lately(due, LOOK_BACK_DAYS)]


def settle_and_remind(journey_id: int, due: date) -> int:
    """Send the logs of weeks without a working day, and remind the fellow of those that are due; how many letters.

    On a working day only, the first and the sixth after the Friday of a week.
    """
    placement, holidays = db.session.get(Placement, journey_id), bank_holidays()
    if placement is None:
        return 0
    send_empty_weeks(placement, due, holidays)
    known = queries.logs(placement)
    owed = {
        ending: weeks.working_days_since(ending, due, holidays)
        for ending in weeks.due_weeks(queries.spells_in_post(placement), due)
        if ending < due and ending > due - timedelta(days=LOOK_BACK_DAYS)
        and (ending not in known or not known[ending].versions)
    }  # fmt: skip
    to = placement.person.email
    if leads_nowhere(to) or not is_working_day(due, holidays):
        return 0
    fresh = [
        ending
        for ending, passed in owed.items()
        if passed >= REMINDED_AFTER[0] and _note_once(placement, ending, passed, to)
    ]
    if fresh:
        outbox.enqueue(to, *letters.log_due(placement, sorted(fresh)))
    return int(bool(fresh))


def _note_once(placement: Placement, ending: date, passed: int, to: str) -> bool:
    """Whether a reminder of a week is due and was not written yet; it is noted as written."""
    kind = "log-due" if passed < REMINDED_AFTER[1] else "log-due-again"
    return note_once(placement, kind, ending, to)


def note_once(placement: Placement, kind: str, about_on: date, to: str) -> bool:
    """Note that something is written to somebody about a placement; False if it was before."""
    if notices.notice(placement.journey_id, kind, about_on, email_key(to)) is not None:
        return False
    db.session.add(Notice(journey_id=placement.journey_id, kind=kind, about_on=about_on, to_key=email_key(to)))
    db.session.flush()
    return True
