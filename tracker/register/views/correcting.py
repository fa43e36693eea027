"""Correcting the past: what would change is shown before anything is saved."""

from collections.abc import Callable

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker.accounts.permissions import Permission
from tracker.core.errors import ChangedMeanwhile, DomainError
from tracker.core.web import requires
from tracker.register import dossier
from tracker.register.effect import Effect, effect
from tracker.register.views import acting
from tracker.training import forms, queries, services
from tracker.training.queries import EntryOf
from tracker.training.services import Right

blueprint = Blueprint("correcting", __name__, url_prefix="/training/enrolments/<ref>/entries/<int:number>")
CheckedForm = forms.CorrectForm | forms.TakeBackForm


@blueprint.route("/correct", methods=["GET", "POST"])
@requires(Permission.EVENT_CORRECT, load=queries.entry)
def correct(of: EntryOf) -> ResponseReturnValue:
    """Put right what an entry says."""
    event = of.entry.event
    stages = dossier.stages_it_may_have_been(event)
    opened = {"effective_on": event.effective_on, "promised_on": event.promised_on, "stage": event.stage}
    form = forms.CorrectForm(
        stages, is_break="promised_on" in dossier.asks(event), data={"version": of.enrolment.journey.version, **opened}
    )

    def act() -> object:
        promised_on = form.promised_on.data if "promised_on" in form else None
        assert form.effective_on.data is not None  # the form asks for it
        right = Right(form.stage.data, form.effective_on.data, promised_on)
        return services.correct(of.enrolment, event, right, reason=form.reason.data, by=current_user)

    return _checked(of, form, act, "Correct an entry", "Save the correction")


@blueprint.route("/take-back", methods=["GET", "POST"])
@requires(Permission.EVENT_CORRECT, load=queries.entry)
def take_back(of: EntryOf) -> ResponseReturnValue:
    """Take back an entry that should not be there."""
    form = forms.TakeBackForm(data={"version": of.enrolment.journey.version})

    def act() -> object:
        services.take_back(of.enrolment, of.entry.event, reason=form.reason.data, by=current_user)
        return None

    return _checked(of, form, act, "Take back an entry", "Take back the entry")


def _checked(of: EntryOf, form: CheckedForm, act: Callable[[], object], title: str, button: str) -> ResponseReturnValue:
    """Show what the act would change; do it when it comes back with what was shown."""
    status, shown = 200, None
    if form.submitted():
        status, shown = _measure(of, form, act)
    if shown is not None and form.checked.data == _seal(form, shown):
        status = acting.attempt(form, of.enrolment, act)
    form.checked.data = _seal(form, shown) if shown is not None else ""
    here = url_for("enrolment.show", ref=of.enrolment.ref)
    return acting.answer(
        status,
        done="The past is corrected",
        leads_to=here,
        template="register/correct.html",
        form=form,
        title=title,
        button=button if shown is not None else "Show what would change",
        effect=shown,
        lead=dossier.entry_words(of),
        back_href=here,
        warning=shown is not None,
    )


def _measure(of: EntryOf, form: CheckedForm, act: Callable[[], object]) -> tuple[int, Effect | None]:
    """The effect of the act, or the refusal on the form."""

    def held() -> object:
        acting.hold(of.enrolment, form)
        return act()

    try:
        return 200, effect(of.enrolment.person, held)
    except ChangedMeanwhile as refusal:
        form.refuse(refusal)
        form.version.data = str(of.enrolment.journey.version)
        return 409, None
    except DomainError as refusal:
        form.refuse(refusal)
        return 200, None


def _seal(form: CheckedForm, shown: Effect) -> str:
    return shown.seal(*((name, field.data) for name, field in form._fields.items() if name != "checked"))
