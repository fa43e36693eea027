"""How the service is: what `tracker check` prints, what the probe asks, and the same as numbers for a monitoring
system."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from tracker.accounts import audit
from tracker.core import clock, health
from tracker.core.config import Settings
from tracker.core.job import Job
from tracker.jobs import queries, schedule
from tracker.jobs.models import State
from tracker.jobs.registry import JOBS
from tracker.jobs.schedule import Slot
from tracker.outbox import queries as outbox

FULL_BELOW = 0.05
"""A disk with a smaller part of it free is as good as full."""
MAIL_LATE_AFTER = timedelta(minutes=30)
DAILY_LATE_AFTER = timedelta(hours=6)
FREQUENT_LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `fault` is None where it is as it should be."""

    name: str
    fault: str | None


def findings() -> list[Finding]:
    """Everything that is looked at, from the database up. A look that fails is a fault."""
    return [Finding(name, fault) for name, fault in health.readiness().items()]


def overdue(*jobs: Job) -> list[str]:
    """What is wrong with the runs of jobs: the last one failed, or one is due and nobody did it."""
    now = clock.now()
    latest = [schedule.latest(job, now) for job in jobs]
    stands = queries.standings([job.name for job in jobs], {slot.key for slot in latest if slot})
    faults = (_fault(job, one, last, now) for job, one, last in zip(jobs, stands, latest, strict=True))
    return [fault for fault in faults if fault]


def _fault(job: Job, stands: queries.Standing, last: Slot | None, now: datetime) -> str | None:
    if stands.last is not None and stands.last.state is State.FAILED:
        return f"{job.name} failed: {stands.last.error}"
    late = DAILY_LATE_AFTER if schedule.is_daily(job) else FREQUENT_LATE_AFTER
    is_missing = last is not None and now - last.due_at > late and last.key not in stands.slots
    # A job that is newer than its first run has nothing to make up for.
    is_missing = is_missing and last in schedule.due_slots(job, stands.first_day, now)
    if is_missing or any(now - run.due_at > late for run in stands.waiting):
        return f"{job.name} is late: start tracker scheduler"
    return None


def _jobs() -> str | None:
    return "; ".join(overdue(*JOBS)) or None


def _scheduler() -> str | None:
    heard = next((beat.beat_at for beat in queries.beats()), None)
    if heard is not None and heard >= clock.now() - queries.SILENT_AFTER:
        return None
    since = (
        "no scheduler is running"
        if heard is None
        else f"no scheduler has been heard of since {heard:%Y-%m-%d %H:%M} UTC"
    )
    return f"{since}: start tracker scheduler"


def _mail() -> str | None:
    state = outbox.outbox_state()
    if state.failed:
        return f"messages that could not be delivered: {state.failed}, see /admin/jobs"
    if state.oldest_at is not None and clock.now() - state.oldest_at > MAIL_LATE_AFTER:
        return f"messages that wait to leave: {state.waiting}, the oldest since {state.oldest_at:%Y-%m-%d %H:%M} UTC"
    return None


def _disk() -> str | None:
    full = [str(folder) for folder in _folders() if _free(folder) < FULL_BELOW]
    return f"the disk under {', '.join(full)} is almost full: make room" if full else None


def _folders() -> Sequence[Path]:
    settings: Settings = current_app.config["TRACKER"]
    places = [settings.instance, settings.backups, *([settings.sqlite_file.parent] if settings.is_sqlite else [])]
    return sorted({next(part for part in (place, *place.parents) if part.exists()) for place in places})


def _free(folder: Path) -> float:
    usage = shutil.disk_usage(folder)
    return usage.free / usage.total


CHECKS: dict[str, Callable[[], str | None]] = {
    "scheduler": _scheduler,
    "jobs": _jobs,
    "mail": _mail,
    "disk": _disk,
    "audit trail": audit.verify_tail,
}

for _name, _check in CHECKS.items():
    # Pages can be served without any of these: the probe shows them, and takes no server away for them.
    health.add_readiness_check(_name, _check, vital=False)


def metrics() -> bytes:
    """The same as numbers, in the text form of Prometheus; nothing of it is about a person."""
    registry = CollectorRegistry()
    _fill(registry)
    return generate_latest(registry)


def _fill(registry: CollectorRegistry) -> None:
    up = Gauge("tracker_check_ok", "1 where a check finds nothing wrong.", ["check"], registry=registry)
    for finding in findings():
        up.labels(finding.name).set(finding.fault is None)
    alive = Gauge("tracker_schedulers", "Schedulers heard of in the last minute.", registry=registry)
    alive.set(len(queries.live_schedulers()))
    mail = Gauge("tracker_mail_messages", "Messages by what became of them.", ["status"], registry=registry)
    state = outbox.outbox_state()
    mail.labels("waiting").set(state.waiting)
    mail.labels("failed").set(state.failed)
    oldest = Gauge("tracker_mail_oldest_seconds", "How long the oldest message has waited.", registry=registry)
    oldest.set((clock.now() - state.oldest_at).total_seconds() if state.oldest_at else 0)
    free = Gauge("tracker_disk_free_ratio", "The free part of the fullest disk in use.", registry=registry)
    free.set(min(_free(folder) for folder in _folders()))
    for name, text, rows in _of_jobs():
        gauge = Gauge(name, text, ["job"], registry=registry)
        for job, value in rows:
            gauge.labels(job).set(value)


def _of_jobs() -> Iterator[tuple[str, str, list[tuple[str, float]]]]:
    standings = queries.standings([job.name for job in JOBS])
    failures = [(one.job, float(one.failures)) for one in standings]
    yield "tracker_job_failures", "Runs that failed since the last that did its work.", failures
    succeeded = [(one.job, one.succeeded_at.timestamp()) for one in standings if one.succeeded_at]
    yield "tracker_job_success_timestamp_seconds", "When the job last did its work.", succeeded
    lasted = [
        (one.job, (one.last.ended_at - one.last.started_at).total_seconds())
        for one in standings
        if one.last and one.last.ended_at and one.last.started_at
    ]
    yield "tracker_job_duration_seconds", "How long the last run took.", lasted
