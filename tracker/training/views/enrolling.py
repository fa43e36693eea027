"""Enrolling somebody: searched for first, so that nobody is entered twice; then a draft, which any manager can go on
with."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.web import requires, see_other
from tracker.people import queries as people
from tracker.people.newcomers.queries import Likely, Typed, likely
from tracker.training import drafting, queries, services
from tracker.training.forms import BeginForm, FindForm
from tracker.training.models import Enrolment, EnrolmentDraft

blueprint = Blueprint("enrolling", __name__, url_prefix="/training")


@blueprint.get("/enrol")
@requires(Permission.ENROL)
def search() -> ResponseReturnValue:
    """Look for somebody, and see who it may be: what matches and what differs."""
    named = people.person(request.args.get("person", ""))
    return _page(FindForm(request.args), [Likely(named, (), (), True)] if named else None, BeginForm())


def _page(form: FindForm, found: list[Likely] | None, begin: BeginForm) -> ResponseReturnValue:
    typed = _typed(form)
    if found is None and typed.is_anything:
        found = likely(typed)
    certain = [one for one in found or [] if one.is_certain]
    return render_template(
        "training/enrol.html",
        find=form,
        typed=typed,
        found=found,
        may_be_new=found is not None and not certain,
        is_empty=found is None and "first_name" in request.args,
        begin=begin,
        number_of_drafts=queries.number_of_drafts(),
    )


def _typed(form: FindForm) -> Typed:
    said = (form.first_name.data, form.last_name.data, form.email.data, form.ref.data)
    return Typed(*(" ".join((one or "").split())[:254] for one in said))


@blueprint.post("/enrol")
@requires(Permission.ENROL)
def begin() -> ResponseReturnValue:
    """Begin a draft, for somebody who is known or for somebody new."""
    form, made = BeginForm(), ""
    if form.submitted():
        try:
            with transaction():
                made = _begun(form).ref
        except DomainError as refusal:
            flash(refusal.message, "error")
    return see_other(url_for("drafts.show", ref=made) if made else url_for(".search"))


def _begun(form: BeginForm) -> EnrolmentDraft:
    cohort = queries.cohort(form.cohort.data or "")
    course = {"programme": cohort.programme.code, "cohort": cohort.code} if cohort is not None else {}
    if form.person.data:
        person = people.person(form.person.data)
        if person is None:
            raise DomainError("This person is not there any more: search again")
        return services.begin_draft(person, course, by=current_user)
    names = ("first_name", "last_name", "email", "person_ref")
    said = {name: " ".join((form[name].data or "").split()) for name in names} | course
    return services.begin_draft(None, {name: value for name, value in said.items() if value}, by=current_user)


@blueprint.get("/enrol/drafts")
@requires(Permission.ENROL)
def index() -> ResponseReturnValue:
    """Every draft, the one worked on last first, with who worked on it."""
    drafts = [{"draft": one, "who": drafting.title(one), "hands": drafting.hands(one)} for one in queries.drafts()]
    return render_template("training/drafts.html", drafts=drafts)


@blueprint.get("/enrolments/<ref>/begun")
@requires(Permission.ENROL, load=queries.enrolment)
def begun(enrolment: Enrolment) -> ResponseReturnValue:
    """The enrolment has begun: what happens next."""
    asked = queries.endorsements(enrolment.journey_id)
    is_waiting = enrolment.journey_id in queries.waiting(enrolment.cohort)
    return render_template("training/begun.html", enrolment=enrolment, asked=asked, is_waiting=is_waiting)
