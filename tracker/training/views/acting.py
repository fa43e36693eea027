"""What every form of the strand has in common: done once, on what was shown, or shown again with what was typed."""

from collections.abc import Callable

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import see_other


def attempt(form: BaseForm, act: Callable[[], object]) -> int:
    """Do the act if the form was sent and is in order; says 303 if it is done, else the status of the form's page."""
    if not form.submitted():
        return 200
    try:
        with transaction():
            act()
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    return 303


def answer(status: int, *, done: str, leads_to: str, template: str, **words: object) -> ResponseReturnValue:
    """Go on once the act is done; else show the form with what was typed."""
    if status == 303:
        if done:
            flash(done, "success")
        return see_other(leads_to)
    return render_template(template, **words), status
