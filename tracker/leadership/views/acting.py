"""What every act on a vacancy has in common: held, checked against the version that was shown, done once, said."""

from collections.abc import Callable

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import see_other
from tracker.leadership.models import Vacancy
from tracker.leadership.services import vacancies


def hold(vacancy: Vacancy, form: BaseForm) -> None:
    """Hold the vacancy until the end of the transaction, and refuse if it was changed since the form was opened."""
    vacancies.hold(vacancy)
    form.check_version(vacancy.journey.version, "this vacancy")


def attempt(form: BaseForm, act: Callable[[], object], vacancy: Vacancy | None = None) -> int:
    """Do the act if the form was sent and is in order; says 303 if it is done, else the status of the form's page."""
    if not form.submitted():
        return 200
    try:
        with transaction():
            if vacancy is not None:
                hold(vacancy, form)
            act()
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    return 303


def answer(
    status: int, form: BaseForm, *, done: str, leads_to: str, title: str, button: str, back_href: str, **words: object
) -> ResponseReturnValue:
    """Go on once the act is done; else show the form with what was typed."""
    if status == 303:
        flash(done, "success")
        return see_other(leads_to)
    page = render_template("leadership/act.html", form=form, title=title, button=button, back_href=back_href, **words)
    return page, status
