"""The jobs as the page of operations shows them: in words, with the state of each beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.core import clock
from tracker.core.job import Job
from tracker.core.text import format_day, format_instant, format_number
from tracker.jobs import queries, schedule
from tracker.jobs.models import Cause, JobRun, State
from tracker.jobs.registry import JOBS
from tracker.outbox import queries as outbox

CAUSES = {Cause.DUE: "By the calendar", Cause.ASKED: "Asked for by the service", Cause.HAND: "By hand"}


@dataclass(frozen=True)
class RunLine:
    """A run, as it is printed."""

    what: str
    began: str
    state: State
    took: str
    rows: str
    why: str
    outcome: str
    by: str

    @property
    def summary(self) -> str:
        """How long it took, and what it wrote."""
        return ", ".join(filter(None, (self.took, self.rows and f"{self.rows} rows")))


@dataclass(frozen=True)
class JobLine:
    """A job, as it is printed."""

    name: str
    title: str
    description: str
    when: str
    next_due: datetime | None
    last: RunLine | None
    waits: bool


def job_lines(jobs: Sequence[Job] = JOBS) -> list[JobLine]:
    """Jobs, by title."""
    now, stands = clock.now(), queries.standings([job.name for job in jobs])
    lines = [_job_line(job, one, now) for job, one in zip(jobs, stands, strict=True)]
    return sorted(lines, key=lambda line: line.title)


def _job_line(job: Job, stands: queries.Standing, now: datetime) -> JobLine:
    return JobLine(
        name=job.name,
        title=job.title,
        description=job.description,
        when=schedule.in_words(job, now),
        next_due=schedule.next_due(job, now),
        last=run_line(stands.last) if stands.last else None,
        waits=any(run.not_before <= now for run in stands.waiting),
    )


def run_line(run: JobRun) -> RunLine:
    """One run."""
    number = f", run {run.number}" if run.number > 1 else ""
    return RunLine(
        what=f"{_slot(run)}{number}",
        began=format_instant(run.started_at) if run.started_at else "Not begun",
        state=run.state,
        took=duration(run.ended_at - run.started_at) if run.ended_at and run.started_at else "",
        rows="" if run.rows is None else format_number(run.rows),
        why=CAUSES[run.cause],
        outcome=_outcome(run),
        by=run.claimed_by or "",
    )


def duration(time: timedelta) -> str:
    """A length of time as it is printed: 0.4 seconds, 12 seconds, 3 minutes 5 seconds."""
    seconds = time.total_seconds()
    if seconds < 0.1:
        return "under 0.1 seconds"
    if seconds < 10:
        return f"{seconds:.1f} seconds"
    if seconds < 60:
        return f"{seconds:.0f} seconds"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} minutes {rest} seconds"


def scheduler_words() -> tuple[str, bool]:
    """What is known of the schedulers in a sentence, and whether one is at work."""
    beats, since = queries.beats(), clock.now() - queries.SILENT_AFTER
    alive = [one for one in beats if one.beat_at >= since]
    if alive:
        beat = format_instant(alive[0].beat_at)
        many = "One scheduler is" if len(alive) == 1 else f"{len(alive)} schedulers are"
        return f"{many} at work, last heard of {beat}.", True
    heard = f" None was heard of since {format_instant(beats[0].beat_at)}." if beats else ""
    return f"No scheduler is at work, so nothing runs by itself.{heard} Start one with ‘tracker scheduler’.", False


def mail_words() -> str:
    """How the mail stands, in a sentence."""
    state = outbox.outbox_state()
    if state.oldest_at is None:
        return "No message waits to leave."
    since = format_instant(state.oldest_at)
    if state.waiting == 1:
        return f"One message has waited to leave since {since}."
    return f"{format_number(state.waiting)} messages wait to leave, the oldest since {since}."


def _slot(run: JobRun) -> str:
    return format_day(run.day) if len(run.slot) == len("2026-11-25") else format_instant(run.due_at)


def _outcome(run: JobRun) -> str:
    if run.state is State.WAITING and run.error:
        return f"{run.error}. It is tried again at {format_instant(run.not_before)}"
    if run.state is State.RUNNING:
        return f"Attempt {run.attempts}" if run.attempts > 1 else ""
    return run.error or ""
