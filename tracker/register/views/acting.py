"""What every act on a record has in common: held, checked against the version that was shown, done once, said."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import see_other
from tracker.people import services as people
from tracker.people.models import Person
from tracker.training import services as training
from tracker.training.models import Enrolment

Subject = Person | Enrolment


def version_of(subject: Subject) -> int:
    """The version a form is opened at."""
    return subject.version if isinstance(subject, Person) else subject.journey.version


def hold(subject: Subject, form: BaseForm) -> None:
    """Hold the record until the end of the transaction, and refuse if it was changed since the form was opened."""
    if isinstance(subject, Person):
        people.hold(subject)
    else:
        training.hold(subject)
    form.check_version(version_of(subject), "this record")


def moved_on(ref: str) -> ResponseReturnValue | None:
    """The way to the page of the record that stands for the one in the address, where that was merged away."""
    asked = request.view_args or {}
    return None if asked.get("ref") == ref else redirect(url_for(request.endpoint or "", ref=ref))


def attempt(form: BaseForm, subject: Subject, act: Callable[[], object]) -> int:
    """Do the act if the form was sent and is in order; says 303 if it is done, else the status of the form's page."""
    if not form.submitted():
        return 200
    try:
        with transaction():
            hold(subject, form)
            act()
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    return 303


def answer(status: int, *, done: str, leads_to: str, template: str, **words: object) -> ResponseReturnValue:
    """Go on to the record once the act is done; else show the form with what was typed."""
    if status == 303:
        flash(done, "success")
        return see_other(leads_to)
    return render_template(template, **words), status
