"""`/progress/status`: how a status is worked out, what each headline's was, what its owner declares, and the gap."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.clock import today
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import requires, see_other
from tracker.progress.facts import TAGS
from tracker.progress.forms import DeclareForm, WithdrawForm
from tracker.progress.gaps import gaps
from tracker.progress.headlines import Headline, headline
from tracker.progress.models import Declared
from tracker.progress.queries import statuses as queries
from tracker.progress.services import statuses as services
from tracker.progress.status import GAP
from tracker.progress.status_history import lines_of, told_rules
from tracker.progress.structure import load_structure

blueprint = Blueprint("progress_status", __name__, url_prefix="/progress/status")


@blueprint.get("")
@requires()
def rules() -> ResponseReturnValue:
    """How a status is worked out, for everybody who may sign in: what holds, and what held before and why."""
    return render_template("progress/status/rules.html", rules=told_rules(queries.rules(), today()), gap=GAP)


@blueprint.get("/gap")
@requires(Permission.PROGRESS_VIEW)
def gap() -> ResponseReturnValue:
    """How far what is declared lies from what is worked out, by organisation, over a year."""
    found = gaps(load_structure(), current_user.reach(Permission.PROGRESS_VIEW), today())
    return render_template("progress/status/gap.html", gaps=found, definition=GAP)


@blueprint.get("/<code>/<slug>")
@requires(Permission.PROGRESS_VIEW, load=headline)
def show(headline: Headline) -> ResponseReturnValue:
    """One headline: what stands, and the history of both colours."""
    declared = queries.declared_history(headline.place)
    return render_template(
        "progress/status/show.html",
        headline=headline,
        lines=lines_of(queries.kept_history(headline.place), declared),
        declared=declared,
        tags=TAGS,
        standing=declared[0] if declared and declared[0].colour is not Declared.WITHDRAWN else None,
        may_declare=current_user.may(Permission.STATUS_DECLARE, headline),
    )


@blueprint.route("/<code>/<slug>/declare", methods=["GET", "POST"])
@requires(Permission.STATUS_DECLARE, load=headline)
def declare(headline: Headline) -> ResponseReturnValue:
    """Say what the owner takes the status to be."""
    form = DeclareForm(data={"version": _version(headline)})
    return _act(
        headline,
        form,
        "progress/status/declare.html",
        lambda: services.declare(
            headline,
            Declared(form.colour.data),
            form.reason.data or "",
            (form.route.data or "", form.green_by.data),
            version=form.version.data or "",
            by=current_user,
        ),
        f"Declared {form.colour.data}",
    )


@blueprint.route("/<code>/<slug>/withdraw", methods=["GET", "POST"])
@requires(Permission.STATUS_DECLARE, load=headline)
def withdraw(headline: Headline) -> ResponseReturnValue:
    """Take back what stands as declared."""
    form = WithdrawForm(data={"version": _version(headline)})
    said, version = form.reason.data or "", form.version.data or ""
    return _act(
        headline,
        form,
        "progress/status/withdraw.html",
        lambda: services.withdraw(headline, said, version=version, by=current_user),
        "Withdrawn: nothing stands as declared",
    )


def _version(of: Headline) -> int:
    latest = queries.latest_declared(of.place)
    return latest.number if latest else 0


def _act(of: Headline, form: BaseForm, template: str, act: Callable[[], object], done: str) -> ResponseReturnValue:
    """Do the act if the form was sent and is in order, and go to the page of the headline; else show the form."""
    if form.submitted():
        try:
            with transaction():
                act()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(done, "success")
            return see_other(url_for(".show", code=of.metric.code, slug=of.slug))
    latest = queries.latest_declared(of.place)
    return render_template(template, headline=of, form=form, latest=latest), form.status
