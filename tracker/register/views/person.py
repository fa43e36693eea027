"""One person: what is true of them now, what happened, and changing who they are and where they are posted."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.people import queries as people
from tracker.people import services
from tracker.people.models import Person
from tracker.register import dossier
from tracker.register.forms import DetailsForm, TransferForm
from tracker.register.queries import posting_choices
from tracker.register.views import acting
from tracker.register.views.enrolment import act_href

blueprint = Blueprint("person", __name__)


@blueprint.get("/people/<path:ref>")
@requires(Permission.PEOPLE_VIEW, load=people.person)
def show(person: Person) -> ResponseReturnValue:
    """One person."""
    if (elsewhere := acting.moved_on(person.ref)) is not None:
        return elsewhere
    page = render_template(
        "register/person.html",
        **dossier.of_person(person, current_user, _correcting),
        act_href=lambda enrolment, act: act_href(enrolment, act.code, act.stage),
    )
    dossier.note_look(person, current_user)
    return page


def _correcting(act: str, ref: str, number: int) -> str:
    return url_for(f"correcting.{act}", ref=ref, number=number)


@blueprint.route("/people/<path:ref>/details", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT, load=people.person)
def details(person: Person) -> ResponseReturnValue:
    """Change somebody's name, address or working hours."""
    known = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email, "fte": person.fte}
    form = DetailsForm(data={"version": person.version, **known})

    def act() -> None:
        first, last, email = (field.data or "" for field in (form.first_name, form.last_name, form.email))
        said = services.Details(first, last, email, float(form.fte.data or 0))
        services.change_details(person, said, by=current_user)

    status = acting.attempt(form, person, act)
    return _answer(person, status, form, "Change personal details", "Save", "The details are saved")


@blueprint.route("/people/<path:ref>/transfer", methods=["GET", "POST"])
@requires(Permission.PEOPLE_TRANSFER, load=people.person)
def transfer(person: Person) -> ResponseReturnValue:
    """Record that somebody moved to another organisation, or to another grade."""
    organisations, grades, now = posting_choices(person)
    form = TransferForm(
        organisations, [(code, name) for _, code, name in grades], data={"version": person.version, **now}
    )

    def act() -> None:
        assert form.starts_on.data is not None  # the form asks for it
        services.transfer(
            person,
            organisation_id=dossier.organisation_id(form.organisation.data),
            grade_id=next((id for id, code, _ in grades if code == form.grade.data), None),
            starts_on=form.starts_on.data,
            reason=form.reason.data or "",
            recorded_by=current_user,
        )

    status = acting.attempt(form, person, act)
    return _answer(person, status, form, "Move to another organisation", "Record the move", "The move is recorded")


def _answer(
    person: Person, status: int, form: DetailsForm | TransferForm, title: str, button: str, done: str
) -> ResponseReturnValue:
    here = url_for("person.show", ref=person.ref)
    words = {"form": form, "title": title, "button": button, "lead": f"{person.name}, {person.ref}", "back_href": here}
    return acting.answer(status, done=done, leads_to=here, template="register/act.html", **words)
