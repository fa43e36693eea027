"""`/views`: names for the addresses of lists, kept, shared, opened and deleted."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import local_target, requires, see_other
from tracker.following import queries, services
from tracker.following.forms import ButtonForm, ViewForm
from tracker.following.models import SavedView

blueprint = Blueprint("views", __name__, url_prefix="/views")


def _visible(ref: str) -> SavedView | None:
    return queries.view_for(current_user, ref)


def _own(ref: str) -> SavedView | None:
    return queries.own_view(current_user, ref)


@blueprint.get("")
@requires()
def index() -> ResponseReturnValue:
    """The views one may open."""
    return render_template("following/views.html", views=queries.views_for(current_user))


@blueprint.route("/new", methods=["GET", "POST"])
@requires()
def new() -> ResponseReturnValue:
    """Keep the address of a list under a name."""
    address = local_target(request.args.get("address"), default="")
    if not address:
        abort(404)
    form = ViewForm(services.sharing_choices(current_user), {"share": services.NOBODY})
    if form.submitted():
        try:
            with transaction():
                services.keep_view(current_user, form.name.data or "", address, form.share.data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("The view is saved", "success")
            return see_other(url_for(".index"))
    return render_template("following/view_form.html", form=form, title="Save this view", back_href=address)


@blueprint.get("/<ref>")
@requires(load=_visible)
def show(view: SavedView) -> ResponseReturnValue:
    """Go to the address of a view; one that was deleted says so."""
    if view.deleted_at is not None:
        return render_template("following/view_gone.html", view=view), 410
    return redirect(view.address)


@blueprint.route("/<ref>/edit", methods=["GET", "POST"])
@requires(load=_own)
def edit(view: SavedView) -> ResponseReturnValue:
    """Give a view another name, or share it with others."""
    known = {"name": view.name, "share": services.sharing_of(view), "version": view.version}
    form = ViewForm(services.sharing_choices(current_user), known)
    if form.submitted():
        try:
            with transaction():
                form.check_version(view.version, "this view")
                services.change_view(view, form.name.data or "", form.share.data, by=current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("The view is saved", "success")
            return see_other(url_for(".index"))
    return render_template(
        "following/view_form.html", form=form, title="Change a view", back_href=url_for(".index")
    ), form.status


@blueprint.route("/<ref>/delete", methods=["GET", "POST"])
@requires(load=_own)
def delete(view: SavedView) -> ResponseReturnValue:
    """Delete a view, once it is confirmed."""
    form = ButtonForm()
    if form.submitted():
        with transaction():
            services.delete_view(view, by=current_user)
        flash("The view is deleted", "success")
        return see_other(url_for(".index"))
    return render_template("following/delete_view.html", form=form, view=view)
