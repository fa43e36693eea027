"""The weekly email: what was recorded of whom somebody follows, and what waits for them. Put together as it is sent, so
that it holds what its reader may see then and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, url_for

from tracker.accounts.models import User
from tracker.core.text import format_day, format_instant
from tracker.following import queries
from tracker.following.queries import MOST_HAPPENED, Happened
from tracker.home import sections
from tracker.home.sections import Task

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
    if not found and not tasks:
        return None
    public_url = current_app.config["TRACKER"].public_url
    told: dict[str, object] = {
        "happened": found[:MOST_HAPPENED],
        "has_more": len(found) > MOST_HAPPENED,
        "tasks": tasks,
        "since": since,
        "until": until,
        "public_url": public_url,
        "person_path": lambda ref: url_for("person.show", ref=ref),
        "account_path": url_for("account.weekly_email"),
    }
    return Digest(SUBJECT, _text(public_url, found, tasks, since, until), render_template("home/weekly.html", **told))


def _text(
    public_url: str, happened: Sequence[Happened], tasks: Sequence[Task], since: datetime, until: datetime
) -> str:
    lines = [f"From {format_instant(since)} to {format_instant(until)}.", ""]
    if happened:
        lines += ["Recorded of those you follow", ""]
        lines += [f"- {line(one)}" for one in happened[:MOST_HAPPENED]]
        lines += ["- and more, which stands on their pages"] if len(happened) > MOST_HAPPENED else []
        lines += ["", f"Whom you follow: {public_url}{url_for('following.index')}", ""]
    if tasks:
        lines += ["What waits for you", ""]
        lines += [f"- {task.number} {task.text}: {public_url}{task.href}" for task in tasks]
        lines += [""]
    lines += [f"You no longer want this email? Say so at {public_url}{url_for('account.weekly_email')}", ""]
    return "\n".join(lines)


def line(one: Happened) -> str:
    """What happened to one person, in one line."""
    taken_back = " – taken back" if one.is_taken_back else ""
    return f"{one.person} ({one.person_ref}): {one.what}, {format_day(one.on)}{taken_back}"
