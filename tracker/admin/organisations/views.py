"""`/admin/organisations`: the list, one organisation, and editing it."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.admin.organisations import queries, services
from tracker.admin.organisations.forms import OrganisationForm, SearchForm
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.organisations.models import Organisation

blueprint = Blueprint("admin_organisations", __name__, url_prefix="/admin/organisations")


@blueprint.get("")
@requires(Permission.ORGANISATIONS_EDIT)
def index() -> ResponseReturnValue:
    """Every organisation, searched by name and state."""
    search = SearchForm(request.args)
    found = queries.matching_organisations(search.q.data or "", search.state.data or "")
    return render_template(
        "admin/organisations/index.html", organisations=found, children=queries.counts_of_children(), filter_form=search
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.ORGANISATIONS_EDIT)
def add() -> ResponseReturnValue:
    """Add an organisation."""
    form = OrganisationForm()
    if form.submitted():
        try:
            with transaction():
                added = services.add_organisation(_facts(form), current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(f"{added.name} was added", "success")
            return see_other(url_for(".show", slug=added.slug))
    return render_template("admin/organisations/form.html", form=form, organisation=None)


@blueprint.get("/<slug>")
@requires(Permission.ORGANISATIONS_EDIT, load=queries.organisation_by_slug)
def show(organisation: Organisation) -> ResponseReturnValue:
    """One organisation: the days it existed, what stands around it, what became of it."""
    around = queries.surroundings(organisation)
    return render_template(
        "admin/organisations/show.html", organisation=organisation, around=around, kinds=services.KINDS
    )


@blueprint.route("/<slug>/edit", methods=["GET", "POST"])
@requires(Permission.ORGANISATIONS_EDIT, load=queries.organisation_by_slug)
def edit(organisation: Organisation) -> ResponseReturnValue:
    """Change what is known of an organisation."""
    form = OrganisationForm(queries.form_values(organisation))
    if form.submitted():
        try:
            with transaction():
                form.check_version(organisation.version, organisation.name)
                services.edit_organisation(organisation, _facts(form), current_user)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash("The organisation was saved", "success")
            return see_other(url_for(".show", slug=organisation.slug))
    return render_template("admin/organisations/form.html", form=form, organisation=organisation), form.status


def _facts(form: OrganisationForm) -> services.Facts:
    return services.Facts(
        name=(form.name.data or "").strip(),
        abbreviation=(form.abbreviation.data or "").strip(),
        kind=(form.kind.data or "").strip(),
        opened_on=form.opened_on.data,
        closed_on=form.closed_on.data,
        is_closed=form.is_closed.data,
        closed_reason=(form.closed_reason.data or "").strip(),
        parents=form.parents.data or "",
    )
