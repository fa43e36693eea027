"""`/admin/reference`: programmes, grades, professions, regions and bank holidays."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.admin.reference import queries, services
from tracker.admin.reference.forms import FORMS, RemoveForm
from tracker.admin.reference.lists import LISTS, ReferenceList
from tracker.core.db import take_turns, transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import requires, see_other

blueprint = Blueprint("admin_reference", __name__, url_prefix="/admin/reference")


@blueprint.get("")
@requires(Permission.REFERENCE_EDIT)
def index() -> ResponseReturnValue:
    """The lists, with how many entries each has."""
    return render_template("admin/reference/index.html", lists=LISTS.values(), sizes=queries.sizes())


@blueprint.get("/<name>")
@requires(Permission.REFERENCE_EDIT, load=queries.reference_list)
def show(of: ReferenceList) -> ResponseReturnValue:
    """One list."""
    return render_template("admin/reference/show.html", of=of, entries=queries.entries(of), ref=queries.entry_ref)


@blueprint.route("/<name>/new", methods=["GET", "POST"])
@requires(Permission.REFERENCE_EDIT, load=queries.reference_list)
def add(of: ReferenceList) -> ResponseReturnValue:
    """Add an entry."""
    form = FORMS[of.name]()
    if form.submitted():
        try:
            with transaction():
                services.add_entry(of, _held(of, form), current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(f"The {of.one} was added", "success")
            return see_other(url_for(".show", name=of.name))
    return render_template("admin/reference/form.html", of=of, form=form, entry=None)


@blueprint.route("/<name>/<ref>/edit", methods=["GET", "POST"])
@requires(Permission.REFERENCE_EDIT, load=queries.entry)
def edit(found: queries.Entry) -> ResponseReturnValue:
    """Change an entry."""
    of, entry = found
    form = FORMS[of.name](queries.values(of, entry))
    for name in of.only_first:
        del form[name]
    if form.submitted():
        try:
            with transaction():
                take_turns(f"reference:{of.name}")
                form.check_version(queries.values(of, entry)["version"], f"this {of.one}")
                services.edit_entry(of, entry, _held(of, form), current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(f"The {of.one} was saved", "success")
            return see_other(url_for(".show", name=of.name))
    page = render_template("admin/reference/form.html", of=of, form=form, entry=entry, ref=queries.entry_ref)
    return page, form.status


@blueprint.route("/<name>/<ref>/remove", methods=["GET", "POST"])
@requires(Permission.REFERENCE_EDIT, load=queries.entry)
def remove(found: queries.Entry) -> ResponseReturnValue:
    """Remove an entry, once it is confirmed."""
    of, entry = found
    form = RemoveForm()
    if not of.removable:
        abort(404)
    if form.submitted():
        with transaction():
            take_turns(f"reference:{of.name}")
            services.remove_entry(of, entry, current_user)
        flash(f"The {of.one} was removed", "success")
        return see_other(url_for(".show", name=of.name))
    return render_template("admin/reference/remove.html", of=of, form=form, entry=entry)


def _held(of: ReferenceList, form: BaseForm) -> dict[str, Any]:
    """What was typed, field by field, without the spaces around it."""
    typed = {name: form[name].data for name in of.fields if name in form}
    return {name: value.strip() if isinstance(value, str) else value for name, value in typed.items()}
