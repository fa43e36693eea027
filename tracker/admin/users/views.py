"""`/admin/users`: the list, one user, their roles, and what helps somebody who cannot sign in."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts import queries
from tracker.accounts.models import RoleGrant, RoleRequest, User
from tracker.accounts.permissions import GRANTS, TWO_PEOPLE, Permission, Role
from tracker.accounts.services import links, role_requests, second_factor, users
from tracker.admin.users.forms import BY_TWO, ButtonForm, DecisionForm, RoleForm, SearchForm, UserForm
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
    waiting = queries.open_role_requests()
    return render_template("admin/users/index.html", page=page, filter_form=search, waiting=waiting)


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
        waiting=queries.open_role_requests(user),
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
    return render_template("admin/users/edit.html", form=form, user=user), form.status


@blueprint.route("/<ref>/roles/add", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE, load=queries.user)
@with_recent_proof
def give_role(user: User) -> ResponseReturnValue:
    """Give a role; one that takes two administrators is asked for."""
    form = RoleForm()
    if form.submitted():
        try:
            with transaction():
                said = _given_or_asked(user, Role(form.role.data), form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(said, "success")
            return see_other(url_for(".show", ref=user.ref))
    return render_template("admin/users/give_role.html", form=form, user=user)


def _given_or_asked(user: User, role: Role, form: RoleForm) -> str:
    """What came of it, as it is said."""
    at = organisation_called(form.organisation.data) if form.organisation.data else None
    if role in TWO_PEOPLE:
        role_requests.ask(user, role, form.reason.data or "", organisation=at, actor=current_user)
        return f"Asked for. {role.label} is held once another administrator approves, within 7 days"
    users.give_role(user, role, organisation=at, actor=current_user)
    return f"{role.label} given, effective at once"


@blueprint.route("/requests/<ref>", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE, load=queries.role_request)
@with_recent_proof
def decide(asked: RoleRequest) -> ResponseReturnValue:
    """A role that somebody asked for; another administrator approves or declines."""
    form = DecisionForm()
    if form.submitted():
        act = role_requests.approve if form.decision.data == "approve" else role_requests.decline
        try:
            with transaction():
                act(asked, current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("Approved, effective at once" if form.decision.data == "approve" else "Declined", "success")
            return see_other(url_for(".show", ref=asked.user.ref))
    is_open, may_decide = role_requests.is_open(asked), role_requests.may_decide(asked, current_user)
    return render_template(
        "admin/users/decide.html", form=form, asked=asked, is_open=is_open, may_decide=may_decide, button=ButtonForm()
    )


@blueprint.post("/requests/<ref>/withdraw")
@requires(Permission.USERS_MANAGE, load=queries.role_request)
@with_recent_proof
def withdraw(asked: RoleRequest) -> ResponseReturnValue:
    """Take back what one asked for."""
    return _acted(asked.user, "Withdrawn", lambda: role_requests.withdraw(asked, current_user))


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
    return render_template("admin/users/roles.html", grants=GRANTS, by_two=BY_TWO)


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
