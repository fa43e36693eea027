"""`/admin/targets`: what each figure should be, by when; a new line is a version with a reason."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.admin.targets import queries, services
from tracker.admin.targets.forms import LineForm, ShareForm, read_points, written
from tracker.admin.targets.queries import Target
from tracker.admin.targets.sharing import sharing
from tracker.core.db import take_turns, transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.progress.facts import plain_number
from tracker.progress.queries.targets import analysts_by_slug, target_lines, versions
from tracker.progress.registry import METRICS
from tracker.progress.targets import TargetLine

blueprint = Blueprint("admin_targets", __name__, url_prefix="/admin/targets")
ALL = "all"


@blueprint.context_processor
def words_of_targets() -> dict[str, Any]:
    """What every page says: the figures' names, numbers as they are printed, and whether to offer a change."""
    return {"metrics": METRICS, "plain": plain_number, "may_edit": current_user.may(Permission.TARGETS_EDIT)}


def national(figure: str) -> Target | None:
    """A figure's target for all government."""
    return queries.target(figure, ALL)


@blueprint.get("")
@requires(Permission.TARGETS_VIEW)
def index() -> ResponseReturnValue:
    """Every target that holds."""
    found = queries.current_versions(current_user.reach(Permission.TARGETS_VIEW))
    return render_template("admin/targets/index.html", versions=found)


@blueprint.get("/<figure>/<slug>")
@requires(Permission.TARGETS_VIEW, load=queries.target)
def show(target: Target) -> ResponseReturnValue:
    """One target: the line that holds, and every line before it with its reason."""
    found = versions(target.figure, target.organisation_id)
    return render_template("admin/targets/show.html", target=target, versions=found)


@blueprint.route("/<figure>/<slug>/edit", methods=["GET", "POST"])
@requires(Permission.TARGETS_EDIT, load=queries.target)
def edit(target: Target) -> ResponseReturnValue:
    """Set a target anew."""
    line = target_lines([target.figure]).get((target.figure, target.organisation_id))
    form = LineForm({"points": written(line), "version": queries.latest_id(target)})
    if form.submitted():
        points = read_points(form.points.data or "")
        try:
            with transaction():
                take_turns(f"target:{target.figure}/{target.slug}")
                form.check_version(queries.latest_id(target), "this target")
                services.set_line(target, points, form.reason.data or "", current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("The target was set", "success")
            return see_other(url_for(".show", figure=target.figure, slug=target.slug))
    return render_template("admin/targets/edit.html", target=target, form=form), form.status


@blueprint.route("/<figure>/share-out", methods=["GET", "POST"])
@requires(Permission.TARGETS_EDIT, load=national)
def share_out(target: Target) -> ResponseReturnValue:
    """Share the national target out by analysts in post, with the arithmetic."""
    line = target_lines([target.figure]).get((target.figure, None))
    if line is None:
        return redirect(url_for(".edit", figure=target.figure, slug=ALL))
    form = ShareForm()
    if form.submitted():
        try:
            with transaction():
                changed = services.share_out(target, form.reason.data or "", current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(f"The target was shared out: {changed} organisations have another one", "success")
            return see_other(url_for(".index"))
    return _sharing_page(target, line, form)


def _sharing_page(target: Target, line: TargetLine, form: ShareForm) -> ResponseReturnValue:
    return render_template(
        "admin/targets/share_out.html",
        target=target,
        form=form,
        line=line,
        sharing=sharing(int(line.goal), analysts_by_slug()),
        names=queries.names_by_slug(),
    )
