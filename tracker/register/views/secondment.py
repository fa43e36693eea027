"""Putting somebody on secondment, and its end."""

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.web import requires
from tracker.people import queries as people
from tracker.people.identity import queries as identity
from tracker.people.identity import services
from tracker.people.models import Person
from tracker.register import dossier
from tracker.register.identity.forms import ReturnForm, SecondmentForm
from tracker.register.identity.showing import secondment_words
from tracker.register.queries import posting_choices
from tracker.register.views import acting

blueprint = Blueprint("secondment", __name__, url_prefix="/people/<path:ref>/secondment")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.PEOPLE_TRANSFER, load=people.person)
def begin(person: Person) -> ResponseReturnValue:
    """Put somebody on secondment."""
    organisations, grades, _ = posting_choices(person)
    form = SecondmentForm(organisations, [(code, name) for _, code, name in grades], data={"version": person.version})

    def act() -> None:
        assert form.starts_on.data is not None  # the form asks for it
        services.second(
            person,
            organisation_id=dossier.organisation_id(form.organisation.data),
            grade_id=next((id for id, code, _ in grades if code == form.grade.data), None),
            starts_on=form.starts_on.data,
            returns_on=form.returns_on.data,
            reason=form.reason.data or "",
            by=current_user,
        )

    lead = f"{person.name}, {person.ref}. They count where they are, and at home again from the day they return."
    return _answer(
        person, form, acting.attempt(form, person, act), "Put on secondment", "The secondment is recorded", lead
    )


@blueprint.route("/end", methods=["GET", "POST"])
@requires(Permission.PEOPLE_TRANSFER, load=people.person)
def end(person: Person) -> ResponseReturnValue:
    """Record the return, or another day of it."""
    away = identity.open_secondment(person)
    if away is None:
        abort(404)
    form = ReturnForm(data={"version": person.version}, suggested={"returns_on": away.returns_on})

    def act() -> None:
        assert form.returns_on.data is not None  # the form asks for it
        if form.answer.data == "returned":
            services.end_secondment(away, form.returns_on.data, by=current_user)
        else:
            services.extend_secondment(away, form.returns_on.data)

    lead = f"{person.name}, {person.ref}. {secondment_words(away.home.organisation.name, away.returns_on)}."
    return _answer(person, form, acting.attempt(form, person, act), "End of the secondment", "It is recorded", lead)


def _answer(
    person: Person, form: SecondmentForm | ReturnForm, status: int, title: str, done: str, lead: str
) -> ResponseReturnValue:
    here = url_for("person.show", ref=person.ref)
    words = {"form": form, "title": title, "button": "Save", "lead": lead, "back_href": here}
    return acting.answer(status, done=done, leads_to=here, template="register/act.html", **words)
