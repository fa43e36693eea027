"""What every correction of the past has in common: what it would change is shown first, and it is done when it comes
back with what was shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from tracker.core.db import transaction
from tracker.core.errors import DomainError
from tracker.core.forms import BaseForm
from tracker.core.metric import Metric
from tracker.core.web import see_other
from tracker.people.models import Person
from tracker.register.effect import Effect, effect


@dataclass(frozen=True)
class Correction:
    """A correction that is asked for: what it does to whom, and the figures it may move.

    :param form: has a field `checked`, which says which effect was shown before.
    :param hold: holds the record until the transaction ends, and refuses if it was changed since the form was opened.
    """

    person: Person
    form: BaseForm
    act: Callable[[], object]
    hold: Callable[[], None]
    metrics: Sequence[Metric]


def answer(asked: Correction, *, title: str, button: str, lead: str, leads_to: str) -> ResponseReturnValue:
    """Show what the act would change; do it when it comes back with what was shown."""
    form, status, shown = asked.form, 200, None
    if form.submitted():
        status, shown = _measure(asked)
    if shown is not None and form["checked"].data == _seal(form, shown):
        status = _tried(asked, lambda: _save(asked))
        if status == 303:
            flash("The past is corrected", "success")
            return see_other(leads_to)
    form["checked"].data = _seal(form, shown) if shown is not None else ""
    page = render_template(
        "register/correct.html",
        form=form,
        title=title,
        button=button if shown is not None else "Show what would change",
        effect=shown,
        lead=lead,
        back_href=leads_to,
        warning=shown is not None,
    )
    return page, status


def _save(asked: Correction) -> None:
    with transaction():
        _held(asked)


def _held(asked: Correction) -> object:
    asked.hold()
    return asked.act()


def _measure(asked: Correction) -> tuple[int, Effect | None]:
    """The effect of the act, or the refusal on the form."""
    found: list[Effect] = []
    status = _tried(asked, lambda: found.append(effect(asked.person, lambda: _held(asked), metrics=asked.metrics)))
    return (200, found[0]) if found else (status, None)


def _tried(asked: Correction, work: Callable[[], object]) -> int:
    """Do some work; 303 if it is done, else the status of the form's page, with the refusal on the form."""
    try:
        work()
    except DomainError as refusal:
        asked.form.refuse(refusal)
        return asked.form.status
    return 303


def _seal(form: BaseForm, shown: Effect) -> str:
    return shown.seal(*((name, field.data) for name, field in form._fields.items() if name != "checked"))
