"""`/admin/jobs`, where the scheduled work is seen and started, and `/metrics`, where it is measured."""

import secrets

from flask import Blueprint, Response, abort, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import audit
from tracker.accounts.permissions import Permission
from tracker.core.config import LOOPBACK
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.job import Job
from tracker.core.paging import page_of
from tracker.core.web import address_of_page, public, requires, see_other
from tracker.jobs import condition, overview, queries, registry, services
from tracker.jobs.forms import ButtonForm
from tracker.jobs.models import Cause
from tracker.outbox import queries as outbox
from tracker.outbox import services as mail
from tracker.outbox.models import Message

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/admin/jobs")
@requires(Permission.JOBS_VIEW)
def index() -> ResponseReturnValue:
    """Every job: what it does, when, how its last run went; the scheduler; mail that could not be delivered."""
    words, is_alive = overview.scheduler_words()
    return render_template(
        "jobs/index.html",
        jobs=overview.job_lines(),
        scheduler=words,
        is_alive=is_alive,
        mail=overview.mail_words(),
        undelivered=outbox.undelivered(),
        button=ButtonForm(),
    )


@blueprint.get("/admin/jobs/<name>")
@requires(Permission.JOBS_VIEW, load=registry.job)
def show(job: Job) -> ResponseReturnValue:
    """One job, with its runs."""
    page = page_of(queries.history(job.name), request.args.get("page"), address_of_page)
    words, is_alive = overview.scheduler_words()
    return render_template(
        "jobs/show.html",
        job=overview.job_lines([job])[0],
        page=page,
        runs=[overview.run_line(run) for run in page.rows],
        scheduler=words,
        is_alive=is_alive,
        button=ButtonForm(),
    )


@blueprint.post("/admin/jobs/<name>/run")
@requires(Permission.JOBS_RUN, load=registry.job)
def run_now(job: Job) -> ResponseReturnValue:
    """Have a job run as soon as a scheduler looks."""
    with transaction():
        run = services.ask(job, Cause.HAND)
        audit.record(
            "job.asked for", f"job:{job.name}", actor=current_user, after={"slot": run.slot, "run": run.number}
        )
    flash(f"{job.title} runs within a few seconds. This page shows how it went", "success")
    return see_other(url_for(".show", name=job.name))


@blueprint.post("/admin/jobs/mail/<int:message_id>/try-again")
@requires(Permission.JOBS_RUN, load=outbox.message)
def try_again(message: Message) -> ResponseReturnValue:
    """Try once more to send a message that could not be delivered."""
    try:
        with transaction():
            mail.try_again(message)
            audit.record("mail.tried again", f"message:{message.id}", actor=current_user)
    except DomainError as refusal:
        flash(refusal.message, "error")
    else:
        flash("The message is sent with the next mail", "success")
    return see_other(url_for(".index"))


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """The state of the service as numbers, none about a person. For a monitoring system on this machine, or with the
    token of the settings; nobody else learns that it is there."""
    if not _may_measure():
        abort(404)
    return Response(condition.metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_measure() -> bool:
    token = current_app.config["TRACKER"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token is not None and secrets.compare_digest(given.encode(), token.encode()):
        return True
    # A proxy on this machine speaks for others: what came through one is not from here.
    return request.remote_addr in LOOPBACK and not {"X-Forwarded-For", "Forwarded"} & set(request.headers.keys())
