"""A fellow's weekly logs: the list of weeks, one screen per week, days away, and unlocking what was signed."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.fellowships import logbook, skills
from tracker.fellowships.forms.logs import AwayForm, LogForm, UnlockForm
from tracker.fellowships.logbook import Week
from tracker.fellowships.models import Placement
from tracker.fellowships.queries.logs import days_away, placement
from tracker.fellowships.services import away, logs, signing

blueprint = Blueprint("fellow_logs", __name__, url_prefix="/fellowships/placements/<path:ref>/logs")


@blueprint.get("")
@requires(Permission.LOGS_VIEW, load=placement)
def index(placement: Placement) -> ResponseReturnValue:
    """Every week of a placement, and how far it is."""
    weeks = logbook.all_weeks(placement)
    address = {one.ending: url_for(".show", ref=placement.ref, week=one.ending.isoformat()) for one in weeks}
    return render_template(
        "fellowships/logs/index.html",
        placement=placement,
        rows=logbook.rows(weeks, address),
        progress=logbook.progress(placement, weeks),
        away=days_away(placement),
        may_write=current_user.may(Permission.LOGS_WRITE, placement),
    )


@blueprint.get("/<week>")
@requires(Permission.LOGS_VIEW, load=logbook.week)
def show(week: Week) -> ResponseReturnValue:
    """One week: to be written by the fellow while it is not signed off, to be read by others."""
    if current_user.may(Permission.LOGS_WRITE, week) and week.has_begun and not week.is_locked:
        return _page(week, _form(week))
    return _reading(week)


def _form(week: Week) -> LogForm:
    return LogForm(
        skills.framework(),
        data={"version": week.seen, **logbook.written(week)},
        suggested=logbook.offered(week, request.args.get("from") == "last"),
    )


def _page(week: Week, form: LogForm) -> str:
    return render_template(
        "fellowships/logs/week.html",
        week=week,
        form=form,
        expected=logbook.expected_in_words(week),
        has_last=logbook.has_last(week),
        told=logbook.told(week),
    )


def _reading(week: Week) -> ResponseReturnValue:
    return render_template(
        "fellowships/logs/read.html",
        week=week,
        told=logbook.told(week),
        note=logbook.own_note(week, current_user.id),
        may_unlock=week.is_locked and current_user.may(Permission.LOGS_UNLOCK, week),
        may_sign=logbook.waits_for(week, current_user.id),
    )


@blueprint.post("/<week>")
@requires(Permission.LOGS_WRITE, load=logbook.week)
def write(week: Week) -> ResponseReturnValue:
    """Keep what was typed, or send it."""
    form = _form(week)
    if form.submitted():
        try:
            form.check_version(week.seen, "the log of this week")
            return _keep(week, form) if request.form.get("act") == "draft" else _send(week, form)
        except DomainError as refusal:
            form.refuse(refusal)
    return _page(week, form), form.status


def _keep(week: Week, form: LogForm) -> ResponseReturnValue:
    seen = week.seen
    with transaction():
        logs.keep_draft(week.placement, week.ending, logbook.entry(form.data), seen, actor=current_user)
    flash("The draft is kept. Nobody else sees it until you send it", "success")
    return see_other(url_for(".show", ref=week.placement.ref, week=week.ending.isoformat()))


def _send(week: Week, form: LogForm) -> ResponseReturnValue:
    seen, key = week.seen, form.idempotency_key
    with transaction():
        sent = logs.send(week.placement, week.ending, logbook.entry(form.data), seen, actor=current_user, key=key)
    for category, text in logbook.messages(week, sent):
        flash(text, category)
    return see_other(url_for(".index", ref=week.placement.ref))


@blueprint.route("/<week>/unlock", methods=["GET", "POST"])
@requires(Permission.LOGS_UNLOCK, load=logbook.week)
def unlock(week: Week) -> ResponseReturnValue:
    """Void the approval of a week, with a reason."""
    form = UnlockForm(data={"version": week.seen})
    if form.submitted() and week.log is not None:
        try:
            form.check_version(week.seen, "the log of this week")
            with transaction():
                signing.unlock(week.log, form.reason.data or "", actor=current_user)
            flash("The week is unlocked, and its approval is void", "success")
            return see_other(url_for(".show", ref=week.placement.ref, week=week.ending.isoformat()))
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template("fellowships/logs/unlock.html", week=week, form=form), form.status


@blueprint.route("/away", methods=["GET", "POST"])
@requires(Permission.LOGS_WRITE, load=placement)
def go_away(placement: Placement) -> ResponseReturnValue:
    """Say on which days nobody works."""
    form = AwayForm()
    if form.submitted() and form.starts_on.data and form.last_on.data:
        try:
            with transaction():
                away.add(placement, form.starts_on.data, form.last_on.data, form.reason.data, actor=current_user)
            flash("The days away are noted", "success")
            return see_other(url_for(".index", ref=placement.ref))
        except DomainError as refusal:
            form.refuse(refusal)
    return render_template("fellowships/logs/away.html", placement=placement, form=form)
