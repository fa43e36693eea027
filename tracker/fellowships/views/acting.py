"""What every act on a placement, a project or a host has in common: held, checked, done once, said."""

from collections.abc import Callable

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.web import see_other
from tracker.fellowships.models import Placement
from tracker.fellowships.services.placements import hold


def attempt(form: BaseForm, act: Callable[[], object], placement: Placement | None = None) -> int:
    """Do the act if the form was sent and is in order; says 303 if it is done, else the status of the form's page.

    :param placement: held until the act is done, and refused if it was changed since the form was opened.
    """
    if not form.submitted():
        return 200
    try:
        with transaction():
            if placement is not None:
                hold(placement)
                form.check_version(placement.journey.version, "this placement")
            act()
    except DomainError as refusal:
        form.refuse(refusal)
        return form.status
    return 303


def answer(status: int, form: BaseForm, *, done: str, leads_to: str, **words: object) -> ResponseReturnValue:
    """Go on once the act is done; else show the form with what was typed."""
    if status == 303:
        flash(done, "success")
        return see_other(leads_to)
    return render_template("fellowships/act.html", form=form, back_href=leads_to, **words), status
