"""`/admin/users`: the list, one user, their roles, and what helps somebody who cannot sign in."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import queries
from tracker.accounts.models import RoleGrant, User
from tracker.accounts.permissions import GRANTS, Permission, Role
from tracker.accounts.services import links, second_factor, users
from tracker.admin.users.forms import ButtonForm, RoleForm, SearchForm, UserForm
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.paging import page_of
from tracker.core.web import address_of_page, requires, see_other, with_recent_proof
from tracker.organisations.queries import organisation_called

blueprint = Blueprint("admin_users", __name__, url_prefix="/admin/users")


@blueprint.get("")
@requires(Permission.USERS_MANAGE)
def index() -> ResponseReturnValue:
    """Every user, searched by name and role."""
    search = SearchForm(request.args)
    role = Role(search.role.data) if search.role.data in set(Role) else None
    found = queries.matching_users(search.q.data or "", role)
    page = page_of(found, request.args.get("page"), address_of_page)
    return render_template("admin/users/index.html", page=page, filter_form=search)


@blueprint.route("/add", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
@with_recent_proof
def add() -> ResponseReturnValue:
    """Add a user; what comes back is the link by which they choose a password."""
    form = UserForm()
    if form.submitted():
        try:
            with transaction():
                user = users.create_user(form.email.data or "", form.name.data or "", actor=current_user)
                said, ref = links.let_in(user, actor=current_user), user.ref
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(f"Added. {said}", "success")
            return see_other(url_for(".show", ref=ref))
    return render_template("admin/users/add.html", form=form)


@blueprint.get("/<ref>")
@requires(Permission.USERS_MANAGE, load=queries.user)
def show(user: User) -> ResponseReturnValue:
    """One user, with what can be done."""
    return render_template(
        "admin/users/show.html",
        user=user,
        last_signed_in=queries.last_signed_in(user),
        is_enrolled=second_factor.is_enrolled(user),
        button=ButtonForm(),
    )


@blueprint.route("/<ref>/edit", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE, load=queries.user)
@with_recent_proof
def edit(user: User) -> ResponseReturnValue:
    """Change a name or an address."""
    form = UserForm({"name": user.name, "email": user.email, "version": user.version})
    if form.submitted():
        try:
            with transaction():
                form.check_version(user.version, user.name)
                users.edit_user(user, form.email.data or "", form.name.data or "", current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("Saved", "success")
            return see_other(url_for(".show", ref=user.ref))
    return render_template("admin/users/edit.html", form=form, user=user)


@blueprint.route("/<ref>/roles/add", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE, load=queries.user)
@with_recent_proof
def give_role(user: User) -> ResponseReturnValue:
    """Give a role."""
    form = RoleForm()
    if form.submitted():
        try:
            with transaction():
                at = organisation_called(form.organisation.data) if form.organisation.data else None
                users.give_role(user, Role(form.role.data), organisation=at, actor=current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(f"{Role(form.role.data).label} given, effective at once", "success")
            return see_other(url_for(".show", ref=user.ref))
    return render_template("admin/users/give_role.html", form=form, user=user)


@blueprint.route("/<ref>/roles/<int:grant_id>/take", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE, load=lambda ref, grant_id: queries.grant(ref, grant_id))
@with_recent_proof
def take_role(grant: RoleGrant) -> ResponseReturnValue:
    """Take a role away, once it is confirmed."""
    user, form = grant.user, ButtonForm()
    if form.submitted():
        try:
            with transaction():
                users.take_role(grant, current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("The role is taken away, effective at once", "success")
            return see_other(url_for(".show", ref=user.ref))
    return render_template("admin/users/take_role.html", form=form, user=user, grant=grant)


@blueprint.route("/<ref>/disable", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE, load=queries.user)
@with_recent_proof
def disable(user: User) -> ResponseReturnValue:
    """Stop somebody from signing in, once it is confirmed."""
    form = ButtonForm()
    if form.submitted():
        try:
            with transaction():
                users.disable(user, current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("Disabled. Every session of theirs has ended", "success")
            return see_other(url_for(".show", ref=user.ref))
    return render_template("admin/users/disable.html", form=form, user=user)


@blueprint.post("/<ref>/enable")
@requires(Permission.USERS_MANAGE, load=queries.user)
@with_recent_proof
def enable(user: User) -> ResponseReturnValue:
    """Let somebody sign in again."""
    return _acted(user, "They can sign in again", lambda: users.enable(user, current_user))


@blueprint.post("/<ref>/link")
@requires(Permission.USERS_MANAGE, load=queries.user)
@with_recent_proof
def send_link(user: User) -> ResponseReturnValue:
    """Make the link by which somebody chooses a password: the first, or a new one."""
    return _acted(user, "", lambda: links.let_in(user, actor=current_user))


@blueprint.post("/<ref>/remove-code")
@requires(Permission.USERS_MANAGE, load=queries.user)
@with_recent_proof
def remove_code(user: User) -> ResponseReturnValue:
    """Take somebody's one-time codes away, for when their phone is lost."""
    return _acted(user, "One-time codes are taken away", lambda: second_factor.remove(user, current_user))


@blueprint.get("/roles")
@requires(Permission.USERS_MANAGE)
def roles() -> ResponseReturnValue:
    """What each role may do, straight from the table that decides it."""
    return render_template("admin/users/roles.html", grants=GRANTS, permissions=list(Permission))


def _acted(user: User, said: str, act: Callable[[], str | None]) -> ResponseReturnValue:
    """Press one button on a user's page, and say there what came of it."""
    try:
        with transaction():
            outcome = act()
    except DomainError as refusal:
        flash(refusal.message, "error")
    else:
        flash(outcome or said, "success")
    return see_other(url_for(".show", ref=user.ref))
