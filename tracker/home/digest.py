"""The weekly email: what was recorded of whom somebody follows, what waits for them, and for leadership where progress
stands. Put together as it is sent, so that it holds what its reader may see then and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, url_for

from tracker.accounts.models import User
from tracker.accounts.permissions import Role
from tracker.core.text import format_day, format_instant
from tracker.following import queries
from tracker.following.queries import MOST_HAPPENED, Happened
from tracker.home import sections, standing
from tracker.home.sections import Task
from tracker.home.standing import Standing

SUBJECT = "Your week in the Data skills tracker"


@dataclass(frozen=True)
class Digest:
    """One weekly email."""

    subject: str
    text: str
    html: str


def compose(user: User, since: datetime, until: datetime) -> Digest | None:
    """What happened after one instant and up to another, and what waits now; None where there is nothing to tell.

    Its links lead to the public address of the service. Opens no transaction; it needs that of the caller.
    """
    found = queries.happened(user, since, until)
    tasks = sections.tasks(user) if sections.may_act(user) else []
    progress = standing.of_the_week() if Role.LEADERSHIP in user.roles else None
    if not found and not tasks and not progress:
        return None
    public_url = current_app.config["TRACKER"].public_url
    told: dict[str, object] = {
        "happened": found[:MOST_HAPPENED],
        "has_more": len(found) > MOST_HAPPENED,
        "tasks": tasks,
        "progress": progress,
        "since": since,
        "until": until,
        "public_url": public_url,
        "person_path": lambda ref: url_for("person.show", ref=ref),
        "account_path": url_for("account.weekly_email"),
    }
    opening = [f"From {format_instant(since)} to {format_instant(until)}.", ""]
    lines = [*opening, *(_progress(public_url, progress) if progress else []), *_rest(public_url, found, tasks)]
    return Digest(SUBJECT, "\n".join(lines), render_template("home/weekly.html", **told))


def _progress(public_url: str, progress: Standing) -> list[str]:
    lines = [progress.said, ""]
    for title, sentences in progress.sections:
        lines += [title, ""]
        lines += [
            f"- {one.text.rstrip('.')}: {public_url}{one.href}" if one.href else f"- {one.text}" for one in sentences
        ]
        lines += ["- nothing"] if not sentences else []
        lines += [""]
    return [*lines, f"The briefing, to print or as PDF: {public_url}{progress.briefing_href}", ""]


def _rest(public_url: str, happened: Sequence[Happened], tasks: Sequence[Task]) -> list[str]:
    lines: list[str] = []
    if happened:
        lines += ["Recorded of those you follow", ""]
        lines += [f"- {line(one)}" for one in happened[:MOST_HAPPENED]]
        lines += ["- and more, which stands on their pages"] if len(happened) > MOST_HAPPENED else []
        lines += ["", f"Whom you follow: {public_url}{url_for('following.index')}", ""]
    if tasks:
        lines += ["What waits for you", ""]
        lines += [f"- {task.number} {task.text}: {public_url}{task.href}" for task in tasks]
        lines += [""]
    return [*lines, f"You no longer want this email? Say so at {public_url}{url_for('account.weekly_email')}", ""]


def line(one: Happened) -> str:
    """What happened to one person, in one line."""
    taken_back = " – taken back" if one.is_taken_back else ""
    return f"{one.person} ({one.person_ref}): {one.what}, {format_day(one.on)}{taken_back}"
